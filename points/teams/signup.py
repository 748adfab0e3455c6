"""One person's part in an activity: a place or a turn on the waiting list, there from when to when, and the hours."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from community.directory.models import User

QUARTER = 15
MOST_MINUTES = 16 * 60


def in_quarters(field: str) -> Q:
    """A constraint: whole quarters of an hour, and no more than a long day."""
    return Q(**{field: None}) | (Q(Exact(Mod(F(field), QUARTER), 0)) & Q(**{f"{field}__lte": MOST_MINUTES}))


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def standing(self) -> Self:
        return self.filter(left_at=None)

    def placed(self) -> Self:
        return self.standing().filter(waiting=False)

    def present(self) -> Self:
        return self.placed().filter(signed_in_at__isnull=False)

    def recorded(self) -> Self:
        return self.standing().filter(minutes__isnull=False)

    def visible_to(self, user: "User") -> Self:
        """One's own record."""
        return self.filter(user=user)


class SignUp(models.Model):
    """``proposed`` is what the organiser reported, ``minutes`` what another confirmed; ``posting`` where it stands.

    ``signed_in_by`` is who ticked the name; the person themself where they scanned the code.
    """

    activity = models.ForeignKey(
        "points.Activity", models.PROTECT, related_name="sign_ups", verbose_name=_("活动"), db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("志愿者"),
                             db_index=False)  # fmt: skip
    asked_at = models.DateTimeField(_("报名时间"))
    waiting = models.BooleanField(_("候补"), default=False)
    left_at = models.DateTimeField(_("退出时间"), null=True)
    signed_in_at = models.DateTimeField(_("签到时间"), null=True)
    signed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_out_at = models.DateTimeField(_("签退时间"), null=True)
    proposed = models.PositiveSmallIntegerField(_("报的时长（分钟）"), null=True)
    objection = models.CharField(_("异议"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("确认的时长（分钟）"), null=True)
    posting = models.OneToOneField("points.Posting", models.PROTECT, null=True, related_name="+", editable=False)

    objects: ClassVar = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动报名")
        verbose_name_plural = _("活动报名")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "user"], condition=Q(left_at=None), name="sign_up_once"),
            models.CheckConstraint(
                condition=Q(signed_in_at=None, signed_in_by=None, signed_out_at=None)
                | Q(signed_in_at__isnull=False, signed_in_by__isnull=False, waiting=False, left_at=None),
                name="sign_up_signed_in_with_a_place",
            ),
            models.CheckConstraint(
                condition=Q(signed_out_at=None) | Q(signed_out_at__gte=F("signed_in_at")), name="sign_up_out_after_in"
            ),
            models.CheckConstraint(condition=in_quarters("proposed"), name="sign_up_proposed_in_quarters"),
            models.CheckConstraint(condition=in_quarters("minutes"), name="sign_up_minutes_in_quarters"),
            models.CheckConstraint(
                condition=Q(minutes=None, posting=None)
                | Q(minutes=0, posting=None)
                | Q(minutes__gt=0, posting__isnull=False, signed_in_at__isnull=False),
                name="sign_up_hours_are_posted",
            ),
        ]
        indexes = [
            models.Index(fields=["activity", "id"], name="sign_up_of_activity"),
            models.Index(fields=["user", "-id"], name="sign_up_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.user}"

    def set(self, **facts: Any) -> None:
        for fact, value in facts.items():
            setattr(self, fact, value)
        self.save(update_fields=[*facts])

    def served(self, begins: datetime, ends: datetime) -> int:
        """Minutes there, within the activity's time, rounded to the quarter; who forgot to sign out stayed to the end."""
        if self.signed_in_at is None:
            return 0
        first, last = max(self.signed_in_at, begins), min(self.signed_out_at or ends, ends)
        whole = max(0, int((last - first).total_seconds()) // 60)
        length = int((ends - begins).total_seconds()) // 60 // QUARTER * QUARTER
        return min((whole + QUARTER // 2) // QUARTER * QUARTER, length)
