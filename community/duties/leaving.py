"""Leave: entered, cut short or cancelled; the duties of these days go to whoever stands in, and come back."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community.core.workflow import NotNow, NotYours
from community.duties.models import Leave
from community.duties.models.occurrence import leads
from community.duties.standing_in import settle_leave

if TYPE_CHECKING:
    from community.directory.models import User

LONGEST = timedelta(days=366)


def take(leave: Leave, *, by: "User", now: datetime | None = None) -> Leave:
    """Enter an unsaved leave, one's own or of somebody in a place one leads. Raises NotYours, ValidationError."""
    now = now or timezone.now()
    _check(leave, by)
    if leave.ends_on < timezone.localdate(now):
        raise ValidationError({"ends_on": _("这段时间已经过去。")})
    if leave.ends_on - leave.begins_on > LONGEST:
        raise ValidationError({"ends_on": _("一次请假不超过一年。")})
    leave.entered_by, leave.entered_at = by, now
    with transaction.atomic():
        leave.full_clean()
        leave.save()
        _settle(leave, leave.ends_on, now)
    return leave


def end(leave: Leave, *, by: "User", now: datetime | None = None) -> None:
    """Back from leave today: what is left of it is cancelled. Raises NotYours, NotNow."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    _check(leave, by)
    with transaction.atomic():
        leave.refresh_from_db(from_queryset=Leave.objects.select_for_update())
        if leave.cancelled_at is not None or leave.ends_on < today:
            raise NotNow(_("这次请假已经结束。"))
        last = leave.ends_on
        if leave.begins_on >= today:
            leave.cancelled_at = now
        else:
            leave.ends_on = today - timedelta(days=1)
        leave.save(update_fields=["ends_on", "cancelled_at"])
        _settle(leave, last, now)


def _settle(leave: Leave, last: date, now: datetime) -> None:
    first = max(leave.begins_on, timezone.localdate(now))
    settle_leave([leave.user_id, leave.substitute_id], first, last, now)


def _check(leave: Leave, by: "User") -> None:
    if leave.user_id != by.pk and not leads(by, leave):
        raise NotYours(_("您不能为此人请假。"))
