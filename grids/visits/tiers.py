"""三类户: how closely a household is visited. 普通广泛入、特殊定期入、紧急精准入.

Why a household is visited more often is sensitive (低保, 残疾, health): it is shown for a reason alone, and logged.
"""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from community.access.models import Role
from community.core.workflow import NotYours
from community.directory.models import Dwelling
from community.duties.models import Plan
from community.duties.planning import lay_out
from grids.visits.reach import may_visit_at, places_visited
from grids.visits.visit import Visit

if TYPE_CHECKING:
    from community.directory.models import Person, User
    from grids.visits.tierings import Tiering

URGENT_WITHIN = timedelta(hours=24)


class Tier(models.TextChoices):
    GENERAL = "general", _("普通")
    REGULAR = "regular", _("定期")
    URGENT = "urgent", _("紧急")


# How often, in our own proposal; a general household's day of the month is spread over the month by its key.
RHYTHMS = {
    Tier.GENERAL: "FREQ=MONTHLY;BYMONTHDAY={day}",
    Tier.REGULAR: "FREQ=WEEKLY",
    Tier.URGENT: "FREQ=DAILY;INTERVAL=3",
}
# For how many days a visit may be caught up, and how far up a late one is told.
CATCH_UP = {
    Tier.GENERAL: (14, Plan.Alarm.WORKER),
    Tier.REGULAR: (2, Plan.Alarm.LEADER),
    Tier.URGENT: (0, Plan.Alarm.COMMUNITY),
}
RHYTHM_WORDS = {
    Tier.GENERAL: _("每月一次"),
    Tier.REGULAR: _("每周一次"),
    Tier.URGENT: _("24 小时内到户，之后每三天一次"),
}
TONES = {Tier.GENERAL: "info", Tier.REGULAR: "soon", Tier.URGENT: "overdue"}


class HouseholdTierQuerySet(models.QuerySet["HouseholdTier"]):
    def current(self) -> Self:
        return self.filter(until=None)

    def visible_to(self, user: "User") -> Self:
        return self.filter(places_visited(user))


class HouseholdTier(models.Model):
    """A household stands in a tier from ``since`` until it is moved; ``plan`` brings its visits."""

    class Reason(models.TextChoices):
        ALONE = "alone", _("独居老人")
        EMPTY_NEST = "empty_nest", _("空巢老人")
        LOW_INCOME = "low_income", _("低保低收入")
        DISABLED = "disabled", _("残疾")
        ILLNESS = "illness", _("重病或术后")
        CHILD = "child", _("困境儿童")
        DISPUTE = "dispute", _("家庭或邻里矛盾")
        HARDSHIP = "hardship", _("突发困难")
        OTHER = "other", _("其他")

    Tier = Tier

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey("directory.Grid", models.PROTECT, related_name="+", verbose_name=_("网格"))
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="tiers", verbose_name=_("房屋"))
    tier = models.CharField(_("走访类别"), max_length=10, choices=Tier.choices)
    reason = models.CharField(_("原因"), max_length=12, choices=Reason.choices)
    facts = models.CharField(_("具体情况"), max_length=500, blank=True)
    plan = models.OneToOneField(Plan, models.PROTECT, related_name="tier", verbose_name=_("走访计划"))
    since = models.DateTimeField(_("列入时间"))
    until = models.DateTimeField(_("调出时间"), null=True, blank=True)
    tiering = models.ForeignKey(
        "grids.Tiering", models.PROTECT, null=True, blank=True, related_name="rows", verbose_name=_("批量调整")
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("列入人"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("调出人")
    )

    objects = HouseholdTierQuerySet.as_manager()

    class Meta:
        verbose_name = _("走访户")
        verbose_name_plural = _("走访户")
        constraints = [
            models.UniqueConstraint(fields=["dwelling"], condition=Q(until=None), name="household_in_one_tier"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="household_tier_term"),
            models.CheckConstraint(
                condition=Q(until=None, ended_by=None) | Q(until__isnull=False, ended_by__isnull=False),
                name="household_tier_end_pair",
            ),
        ]
        indexes = [
            models.Index(fields=["grid", "tier"], condition=Q(until=None), name="household_tier_of_grid"),
            models.Index(fields=["community", "tier"], condition=Q(until=None), name="household_tier_of_place"),
        ]

    def __str__(self) -> str:
        return f"{self.dwelling} {self.get_tier_display()}"

    @classmethod
    def place(
        cls,
        *,
        dwelling: Dwelling,
        tier: str,
        reason: str,
        by: "User",
        facts: str = "",
        assignee: "User | None" = None,
        person: "Person | None" = None,
        now: datetime | None = None,
        during: int | None = None,
        tiering: "Tiering | None" = None,
    ) -> "HouseholdTier":
        """Put the household into a tier, out of any other; its visits follow. Raises NotYours, ValidationError.

        ``during`` is the visit on which this was decided: the one that is not called off. ``tiering`` lays out the
        visits of all its households together.
        """
        now = now or timezone.now()
        grid = dwelling.building.grid
        if not may_visit_at(by, grid.community_id, grid.pk):
            raise NotYours(_("您不能调整这一户的走访类别。"))
        if tier == Tier.URGENT and not facts.strip():
            raise ValidationError({"facts": _("列为紧急，请写明具体情况。")})
        with transaction.atomic():
            Dwelling.objects.select_for_update().get(pk=dwelling.pk)
            known = cls.objects.current().filter(dwelling=dwelling).first()
            if known is not None:
                known._close(by, now, during)
            placed = cls.objects.create(
                community_id=grid.community_id, grid=grid, dwelling=dwelling, tier=tier, reason=reason,
                facts=facts.strip(), set_by=by, since=now, plan=_plan(dwelling, tier, assignee, person, now),
                tiering=tiering,
            )  # fmt: skip
            if tiering is None:
                lay_out([placed.plan], now)
            if tier == Tier.URGENT:
                Visit.send(
                    dwelling=dwelling, plan=placed.plan, assignee=assignee, by=by, now=now,
                    until=now + URGENT_WITHIN,
                )  # fmt: skip
        return placed

    def end(self, *, by: "User", now: datetime | None = None) -> None:
        """Take the household out of its tier; door-knock rounds still come. Ending twice is ending once."""
        if not may_visit_at(by, self.community_id, self.grid_id):
            raise NotYours(_("您不能调整这一户的走访类别。"))
        with transaction.atomic():
            self.refresh_from_db(from_queryset=HouseholdTier.objects.select_for_update())
            if self.until is None:
                self._close(by, now or timezone.now())

    def _close(self, by: "User", now: datetime, during: int | None = None) -> None:
        self.until, self.ended_by = max(now, self.since), by
        self.save(update_fields=["until", "ended_by"])
        Visit.stop(self.plan, by=by, now=now, but=during)


def _plan(dwelling: Dwelling, tier: str, assignee: "User | None", person: "Person | None", now: datetime) -> Plan:
    """Whoever holds the grid worker's post goes, unless somebody is named. An urgent household's first visit is sent at
    once, the rhythm begins three days on."""
    begins: date = timezone.localdate(now) + timedelta(days=3 if tier == Tier.URGENT else 1)
    days, alarm = CATCH_UP[Tier(tier)]
    post = None if assignee else Role.objects.filter(code="grid_worker").first()
    return Plan.objects.create(
        kind=Visit.matter_kind, community=dwelling.building.estate.community, grid=dwelling.building.grid,
        assigned=Plan.Assigned.POST if post else Plan.Assigned.PERSON, role=post, assignee=assignee,
        dwelling=dwelling, person=person, title=gettext_noop("走访 %(home)s") % {"home": dwelling},
        recurrence=RHYTHMS[Tier(tier)].format(day=dwelling.pk % 28 + 1), starts_on=begins, opens=time(8),
        closes=time(20), catch_up_days=days, catch_up=Plan.CatchUp.WITHIN if days else Plan.CatchUp.SKIP, alarm=alarm,
    )  # fmt: skip
