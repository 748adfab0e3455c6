"""Changing a window's days, or cancelling it: what a slip of the keys made is mended as long as nobody is harmed by it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from points.redemption.draw import DrawEntry, PrizeDraw
from points.redemption.offer import Offer
from points.redemption.redemption import Redemption
from points.redemption.window import Window
from points.redemption.workflow import Status

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from community.directory.models import User

MOMENTS = ("opens_at", "closes_at", "collect_until")


class WindowChange(models.Model):
    """One change that the desk made to a window; ``facts`` has every field with what it was and what it is. Append-only."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="changes", verbose_name=_("兑换期"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    at = models.DateTimeField(_("时间"))
    facts = models.JSONField(default=dict)
    note = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("兑换期改动")
        verbose_name_plural = _("兑换期改动")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.window} · {self.at:%Y-%m-%d %H:%M}"

    @property
    def told(self) -> list[dict[str, Any]]:
        """Field by field; no field where the window was cancelled."""
        return [
            {"label": Window._meta.get_field(name).verbose_name, "was": _shown(name, was), "now": _shown(name, now)}  # type: ignore[union-attr]
            for name, (was, now) in self.facts.items()
        ]


def _shown(name: str, value: str) -> Any:
    return parse_datetime(value) if name in MOMENTS else value


def replan(after: Window, *, by: "User", now: datetime) -> None:
    """Store a window as changed in memory. Raises NotYours, NotNow, ValidationError.

    Before it opens everything may change; once somebody has reserved something, its ends only move later. Whoever has
    something to collect is told, and their clock starts again.
    """
    with transaction.atomic():
        before = _held(after, by)
        _refuse_what_harms(before, after, now)
        names = [name for name in ("name", *MOMENTS) if getattr(before, name) != getattr(after, name)]
        if not names:
            return
        facts = {name: [_plain(getattr(before, name)), _plain(getattr(after, name))] for name in names}
        _save(after, names)
        WindowChange.objects.create(window=after, by=by, at=now, facts=facts)
        if "collect_until" in names:
            for order in Redemption.objects.filter(window=after, status=Status.RESERVED).order_by("pk"):
                order.extend(by=None, now=now)


def cancel(window: Window, note: str, *, by: "User", now: datetime) -> None:
    """It does not take place: its offers leave the shelf, its draws are called off. Twice is once.

    Raises NotYours, NotNow once somebody has reserved or collected something, ValidationError without a reason.
    """
    if not note.strip():
        raise ValidationError({"note": _("请写明理由。")})
    with transaction.atomic():
        found = _held(window, by)
        if found.cancelled_at is not None:
            return
        draws = _unused(found, now)
        for draw in draws:
            draw.call_off(by=by, now=now, note=note)
        Offer.objects.filter(window=found).update(withdrawn=True)
        Window.objects.filter(pk=found.pk).update(cancelled_at=now)
        WindowChange.objects.create(window=found, by=by, at=now, note=note.strip()[:200])


def _held(window: Window, by: "User") -> Window:
    found = Window.objects.select_for_update(no_key=True).get(pk=window.pk)
    if not reach(by, Perm.RUN_REDEMPTION).covers(found.community_id):
        raise NotYours(_("您不能改这个社区的兑换期。"))
    return found


def _unused(window: Window, now: datetime) -> list[PrizeDraw]:
    """Its open draws, locked as everybody does (cases, then offers), when nobody has anything from it."""
    if window.state(now) == "over":
        raise NotNow(_("这一期已经结束，不能取消。"))
    draws = list(PrizeDraw.objects.open().filter(offer__window=window).order_by("pk"))
    for draw in draws:
        draw.lock()
    Offer.objects.locked(list(window.offers.values_list("pk", flat=True)))
    if is_used(window):
        raise NotNow(_("已经有人兑换或报名抽签，不能取消；可以下架兑换品，或取消抽签。"))
    return draws


def is_used(window: Window) -> bool:
    """Whether somebody has something from it, or holds points for it."""
    taken = window.redemptions.filter(status__in=(Status.RESERVED, Status.COLLECTED))
    entered = DrawEntry.objects.standing().filter(draw__offer__window=window, draw__status=PrizeDraw.Status.OPEN)
    return taken.exists() or entered.exists()


def _refuse_what_harms(before: Window, after: Window, now: datetime) -> None:
    state = before.state(now)
    if state in ("over", "cancelled"):
        raise NotNow(_("这一期已经结束或取消，不能再改。"))
    if state != "ahead" and after.opens_at != before.opens_at:
        _wrong("opens_at", _("已经开始了，开始时间不能再改。"))
    if state == "collecting" and after.closes_at != before.closes_at:
        _wrong("closes_at", _("兑换已经截止，只能改领取时间。"))
    used = is_used(before)
    for name in ("closes_at", "collect_until"):
        was, ends = getattr(before, name), getattr(after, name)
        if ends != was and ends <= now:
            _wrong(name, _("要晚于现在。"))
        if ends < was and used:
            _wrong(name, _("已经有人兑换或报名抽签，只能往后延。"))
    _refuse_to_lose_a_draw(after)


def _refuse_to_lose_a_draw(after: Window) -> None:
    for draw in PrizeDraw.objects.open().filter(offer__window=after).order_by("draws_at"):
        if not after.opens_at < draw.draws_at <= after.closes_at:
            at = localtime(draw.draws_at).strftime("%Y-%m-%d %H:%M")
            _wrong("closes_at", _("有抽签定在 %(at)s，要在兑换期内；要改请先取消抽签。") % {"at": at})


def _wrong(field: str, words: "str | _StrPromise") -> NoReturn:
    raise ValidationError({field: str(words)})


def _save(window: Window, names: list[str]) -> None:
    window.full_clean()
    try:
        with transaction.atomic():
            window.save(update_fields=names)
    except IntegrityError as error:  # another window of those days, at the same moment
        raise ValidationError(_("这段时间已有一个兑换期，不能重叠。")) from error


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
