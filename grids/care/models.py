"""“五个一”助老: the care that is promised to one elder, and the duties by which the promise is kept."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name
from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from community.directory.models import Dwelling, PartnerUnit, Person
from community.duties import changing
from community.duties.models import Occurrence, Plan
from community.duties.planning import lay_out
from grids.care import hands
from grids.care.lines import Line, columns
from grids.care.workflow import WORKFLOW, Status, is_elder
from grids.visits.reach import may_visit_at, places_visited

if TYPE_CHECKING:
    from community.directory.models import User


class CarePlanQuerySet(CaseQuerySet["CarePlan"]):
    def visible_to(self, user: "User") -> Self:
        """Those who visit there, the elder, and whoever began it; nobody above the community."""
        mine = Q(raised_by=user)
        if user.person_id:
            mine |= Q(person=user.person_id)
        return self.filter(mine | places_visited(user))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def active(self) -> Self:
        return self.filter(status=Status.ACTIVE)


class CarePlan(Case):
    """One elder's “五个一”. ``care_of`` is the elder while it is open, so that there is one at a time.

    The family's phone is kept only with the family's own word (``family_consent``).
    """

    Status = Status
    matter_kind = "care"
    number_prefix = "ZL"
    workflow = WORKFLOW
    raised_at_work = True

    class Ending(models.TextChoices):
        DECLINED = "declined", _("本人谢绝")
        MOVED = "moved", _("搬走")
        INSTITUTION = "institution", _("入住养老机构")
        FAMILY = "family", _("与家人同住")
        DECEASED = "deceased", _("离世")
        OTHER = "other", _("其他")

    person = models.ForeignKey(Person, models.PROTECT, related_name="care_plans", verbose_name=_("老人"))
    care_of = models.OneToOneField(
        Person, models.PROTECT, null=True, editable=False, related_name="care", verbose_name=_("老人")
    )
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+", verbose_name=_("房屋"))
    neighbour = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("邻居")
    )
    consent = models.BooleanField(_("老人同意"), default=False)
    family_name = models.CharField(_("家属"), max_length=40, blank=True)
    family_phone = models.CharField(_("家属电话"), max_length=20, blank=True)
    family_consent = models.BooleanField(_("家属同意留电话"), default=False)
    back_on = models.DateField(_("预计恢复"), null=True, blank=True)
    ending = models.CharField(_("结束原因"), max_length=12, choices=Ending.choices, blank=True)

    objects: ClassVar = CarePlanQuerySet.as_manager()
    newcomers: "Sequence[User]" = ()  # whom the move being made has just given a line

    class Meta:
        verbose_name = _("五个一助老")
        verbose_name_plural = _("五个一助老")
        constraints = [
            models.CheckConstraint(condition=Q(consent=True), name="care_with_the_elders_consent"),
            models.CheckConstraint(
                condition=Q(family_phone="") | Q(family_consent=True), name="care_family_phone_with_consent"
            ),
        ]

    @classmethod
    def begin(
        cls,
        *,
        by: "User",
        person: Person,
        people: "Mapping[str, User | None]",
        units: "dict[str, PartnerUnit] | None" = None,
        consent: bool = False,
        neighbour: "User | None" = None,
        family_name: str = "",
        family_phone: str = "",
        family_consent: bool = False,
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "CarePlan":
        """One click: the promise and its five plans; the days ahead stand at once. ``people`` and ``units`` by line.

        Raises NotYours, NotNow when the elder has one already, ValidationError.
        """
        dwelling, now = person.dwelling, now or timezone.now()
        if dwelling is None:
            raise ValidationError({"person": _("请先登记老人住在哪一户。")})
        if not consent:
            raise ValidationError({"consent": _("请先征得老人本人同意。")})
        if family_phone and not family_consent:
            raise ValidationError({"family_consent": _("留家属电话，需要家属本人同意。")})
        building = dwelling.building
        care = cls(
            community_id=building.estate.community_id, grid_id=building.grid_id, building=building, dwelling=dwelling,
            person=person, neighbour=neighbour, consent=True, family_name=family_name, family_phone=family_phone,
            family_consent=family_consent, raised_by=by, handler=people.get(Line.VISIT), request_key=request_key,
            channel=Case.Channel.VISIT,
        )  # fmt: skip
        try:
            with transaction.atomic():
                care.opened("begin", by=by, now=now)
                care._plan(people, units or {}, now)
        except IntegrityError as error:
            if cls.objects.filter(care_of=person).exists():
                raise NotNow(_("这位老人已经有五个一计划了。")) from error
            raise
        return care

    titled_by = ("person",)

    def titled(self) -> str:
        return gettext("五个一助老：%(name)s") % {"name": mask_name(self.person.name)}

    def _plan(self, people: "Mapping[str, User | None]", units: dict[str, PartnerUnit], now: datetime) -> None:
        """The first call is today's, unless its window is over."""
        starts_on = timezone.localdate(now) + timedelta(days=timezone.localtime(now).hour >= 11)
        plans = []
        for line in Line:
            plan = Plan.objects.create(
                community_id=self.community_id, grid_id=self.grid_id, dwelling=self.dwelling, person=self.person,
                assignee=people.get(line), starts_on=starts_on, created_by=self.raised_by,
                **columns(line, self.dwelling),
            )  # fmt: skip
            CareLine.objects.create(care=self, line=line, plan=plan, partner_unit=units.get(line))
            plans.append(plan)
        lay_out(plans, now)

    @property
    def plans(self) -> "models.QuerySet[Plan]":
        return Plan.objects.filter(care_line__care=self).order_by("pk")

    def is_known_to(self, user: "User") -> bool:
        return is_elder(user, self) or super().is_known_to(user)

    def contact(self) -> dict[str, str]:
        """The elder's, for a recorded look."""
        return {"name": self.person.name, "phone": self.person.phone, "address": str(self.dwelling)}

    def may_call(self, user: "User") -> bool:
        return may_visit_at(user, self.community_id, self.grid_id)

    def on_step(self, step: Step) -> None:
        super().on_step(step)
        self.care_of_id = self.person_id if self.is_open else None

    @verb
    def reassign(
        self,
        step: Step,
        *,
        people: "Mapping[str, User | None]",
        units: "Mapping[str, PartnerUnit] | None" = None,
        neighbour: "User | None" = None,
    ) -> None:
        """Other people for some of the lines; who it was until now stays in the story."""
        known = set(self.plans.values_list("assignee", flat=True))
        step.data["changes"] = hands.hand_over(self, people, units or {}, neighbour, step.now)
        if not step.data["changes"]:
            raise ValidationError(_("没有换人，不用保存。"))
        self.neighbour, self.handler = neighbour, people.get(Line.VISIT)
        self.newcomers = [one for one in dict.fromkeys(people.values()) if one and one.pk not in known]

    @verb
    def rest(self, step: Step, *, back_on: date | None = None) -> None:
        """The elder is away or in hospital: what was planned until ``back_on`` is called off."""
        today = timezone.localdate(step.now)
        if not step.note.strip():
            raise ValidationError({"note": _("请写明理由。")})
        if back_on is not None and back_on <= today:
            raise ValidationError({"back_on": _("请选今天以后的日子，或者不填。")})
        self.back_on = back_on
        last = back_on - timedelta(days=1) if back_on else None
        for plan in self.plans:
            changing.rest(plan, by=None, begins_on=today, ends_on=last, reason=step.note[:200], now=step.now)
        self._call_off(step, until=back_on)

    @verb
    def come_back(self, step: Step) -> None:
        """Home again: everything goes on from today."""
        self.back_on = None
        for plan in self.plans:
            if plan.pauses.overlapping(timezone.localdate(step.now), date.max).exists():
                changing.wake(plan, now=step.now)
            else:
                lay_out([plan], step.now)

    @verb
    def end(self, step: Step, *, ending: str) -> None:
        """No longer, and why."""
        self.ending = ending
        yesterday = timezone.localdate(step.now) - timedelta(days=1)
        for plan in self.plans:
            Plan.objects.filter(pk=plan.pk).update(ends_on=max(plan.starts_on, yesterday))
        self._call_off(step)

    def _call_off(self, step: Step, until: date | None = None) -> None:
        """By the hub's own hand: the elder, who may say so, has no right over single duties."""
        rows = Occurrence.objects.filter(plan__care_line__care=self)
        if until is not None:
            rows = rows.filter(day__lt=until)
        changing.call_off(rows, by=None, now=step.now, note=step.note)


class CareLine(models.Model):
    """One of the five, with its plan; where a partner unit has taken it on, the plan's assignee is its liaison."""

    care = models.ForeignKey(CarePlan, models.CASCADE, related_name="lines", verbose_name=_("五个一助老"))
    line = models.CharField(_("项目"), max_length=10, choices=Line.choices)
    plan = models.OneToOneField(Plan, models.PROTECT, related_name="care_line", verbose_name=_("计划"))
    partner_unit = models.ForeignKey(
        PartnerUnit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("共建单位")
    )

    class Meta:
        verbose_name = _("助老项目")
        verbose_name_plural = _("助老项目")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["care", "line"], name="care_line_once")]

    def __str__(self) -> str:
        return str(self.get_line_display())


def facts_of(care: CarePlan, user: Any) -> dict[str, Any]:
    """The API's extra fields."""
    return {"back_on": care.back_on, "lines": [str(line) for line in care.lines.all()]}
