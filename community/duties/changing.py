"""A leader's hand on plans: made, changed, paused, resumed. Each leaves the days ahead as if it had always been so."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community.core.workflow import NotNow, NotYours
from community.duties import planning
from community.duties.models import Member, Occurrence, Pause, Plan
from community.duties.models.occurrence import leads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from community.directory.models import User


def save(plan: Plan, *, by: "User", now: datetime | None = None, members: "Sequence[User]" = ()) -> Plan:
    """Keep a new or edited plan with its rota, and lay it out anew. Raises NotYours, ValidationError."""
    now = now or timezone.now()
    _check(plan, by)
    with transaction.atomic():
        known = Plan.objects.select_for_update().filter(pk=plan.pk).first() if plan.pk else None
        if known is None:
            plan.created_by = by
        else:
            _check(known, by)
            call_off(plan.occurrences.filter(opens_at__gt=now), by=by, now=now, note=_("计划已调整"))
            plan.turn = Plan.objects.values_list("turn", flat=True).get(pk=plan.pk)
        plan.planned_until = plan.drawn_until = None
        plan.full_clean(exclude=["created_by"])
        plan.save()
        _line_up(plan, members)
        planning.lay_out([plan], now)
    return plan


def _line_up(plan: Plan, members: "Sequence[User]") -> None:
    if [member.user_id for member in plan.members.all()] != [user.pk for user in members]:
        plan.members.all().delete()
        Member.objects.bulk_create(
            Member(plan=plan, user=user, position=place) for place, user in enumerate(members, 1)
        )


def pause(
    plan: Plan, *, by: "User", begins_on: date, ends_on: date | None, reason: str, now: datetime | None = None
) -> Pause:
    """Let a plan rest; what is already laid out for these days is called off. Raises NotYours, ValidationError."""
    now = now or timezone.now()
    _check(plan, by)
    if begins_on < timezone.localdate(now):
        raise ValidationError({"begins_on": _("不能从过去的日子开始暂停。")})
    return rest(plan, by=by, begins_on=begins_on, ends_on=ends_on, reason=reason, now=now)


def rest(plan: Plan, *, by: "User | None", begins_on: date, ends_on: date | None, reason: str, now: datetime) -> Pause:
    """The same for whoever has the right by a rule of their own (a care plan rests as a whole)."""
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        found = Pause(plan=plan, begins_on=begins_on, ends_on=ends_on, reason=reason.strip(), paused_by=by)
        found.paused_at = now
        found.full_clean(exclude=["paused_by"])
        found.save()
        days = {"day__gte": begins_on} | ({"day__lte": ends_on} if ends_on else {})
        call_off(plan.occurrences.filter(opens_at__gt=now, **days), by=by, now=now, note=found.reason)
    return found


def resume(plan: Plan, *, by: "User", now: datetime | None = None) -> None:
    """End today's pause, or drop the coming ones. Raises NotYours, NotNow where nothing rests."""
    _check(plan, by)
    wake(plan, now=now or timezone.now())


def wake(plan: Plan, *, now: datetime) -> None:
    """The same for whoever has the right by a rule of their own."""
    today = timezone.localdate(now)
    with transaction.atomic():
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        resting = plan.pauses.overlapping(today, date.max)
        if not resting:
            raise NotNow(_("这个计划没有暂停，请刷新后再看。"))
        for found in resting:
            if found.begins_on < today:
                found.ends_on = date.fromordinal(today.toordinal() - 1)
                found.save(update_fields=["ends_on"])
            else:
                found.delete()
        Plan.objects.filter(pk=plan.pk).update(planned_until=None, drawn_until=_drawn(plan, today))
        planning.lay_out([plan], now)


def _drawn(plan: Plan, today: date) -> date | None:
    """A week of which something still stands is not drawn twice."""
    stands = plan.occurrences.exclude(status=Occurrence.Status.CALLED_OFF).order_by("-day").first()
    return plan.drawn_until if stands is not None and stands.day >= planning.week_of(today) else None


def end_plans(plans: "QuerySet[Plan]", *, on: date, now: datetime) -> None:
    """Their last day is the one before ``on``, because what they were for is no more; what is laid out is called off."""
    with transaction.atomic():
        for plan in plans.filter(Q(ends_on=None) | Q(ends_on__gte=on)).select_for_update().order_by("pk"):
            plan.ends_on = max(on - timedelta(days=1), plan.starts_on)
            plan.save(update_fields=["ends_on"])
            call_off(plan.occurrences.filter(day__gte=on), by=None, now=now, note=_("计划已结束"))


def call_off(rows: "QuerySet[Occurrence]", *, by: "User | None", now: datetime, note: str) -> int:
    """Call off those that are still only planned; the rota turns back as far. Returns how many."""
    found = list(rows.planned().order_by("pk"))  # type: ignore[attr-defined]
    for row in found:
        row.concrete.call_off(by=by, now=now, note=note)
    for plan in {row.plan_id: row.plan for row in found if row.plan}.values():
        back = sum(1 for row in found if row.plan_id == plan.pk)
        if plan.assigned == Plan.Assigned.ROTA:
            Plan.objects.filter(pk=plan.pk).update(turn=max(0, plan.turn - back))
    return len(found)


def _check(plan: Plan, by: "User") -> None:
    if not leads(by, plan):
        raise NotYours(_("您不能安排这里的计划。"))
