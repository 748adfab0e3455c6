"""Departments that can be called, whistles blown on cases, and the calls of each whistle."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.models import Post
from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import holds
from community.core.verbs import Step, verb
from community.core.workflow import NotNow, NotYours
from community.timers.calendar import calendar_for
from community.timers.limits import Limit
from grids.whistle.workflow import TONES, WORKFLOW, Status

if TYPE_CHECKING:
    from community.directory.models import Community, User

WHISTLED = frozenset({"incident", "hotline"})  # the kinds on which a whistle may be blown
REPORT_IN = Limit.working_hours(4)  # these two are our own proposal
REPORT_IN_AT_ONCE = Limit.minutes(30)


class DepartmentQuerySet(models.QuerySet["Department"]):
    def for_community(self, community: "Community") -> Self:
        """Those of its street, and its own partner units."""
        ours = Q(partner_unit=None) | Q(partner_unit__community=community)
        return self.filter(ours, street=community.street_id, active=True)

    def of(self, user: "User") -> Self:
        """For which the person speaks."""
        units = reach(user, Perm.HANDLE_FOR_UNIT).partner_units
        return self.filter(Q(contact=user) | Q(partner_unit__in=units), active=True)


class Department(models.Model):
    """A department of the street, with the person it names as contact; or a partner unit, whose liaisons answer."""

    street = models.ForeignKey("directory.Street", models.PROTECT, related_name="+", verbose_name=_("街道"))
    name = models.CharField(_("部门名称"), max_length=60)
    partner_unit = models.OneToOneField(
        "directory.PartnerUnit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("共建单位")
    )
    contact = models.ForeignKey(
        "directory.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("联络人")
    )
    active = models.BooleanField(_("可以呼叫"), default=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("报到部门")
        verbose_name_plural = _("报到部门")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["street", "name"], name="department_once_per_street")]

    def __str__(self) -> str:
        return self.name

    def is_spoken_for_by(self, user: "User") -> bool:
        if user.pk == self.contact_id:
            return True
        return self.partner_unit_id in reach(user, Perm.HANDLE_FOR_UNIT).partner_units

    def spokesperson(self, now: datetime) -> "User | None":
        """Whom a call reaches first: the contact, else the liaison who has been there longest."""
        if self.contact and self.contact.is_active:
            return self.contact
        if self.partner_unit_id is None:
            return None
        posts = Post.objects.filter(partner_unit=self.partner_unit_id, user__is_active=True)
        post = posts.on(timezone.localdate(now)).select_related("user").order_by("begins_on", "pk").first()
        return post.user if post else None


class Whistle(models.Model):
    """One whistle on one case; it ends when every department has done its part."""

    case = models.ForeignKey("core.Case", models.PROTECT, related_name="whistles", verbose_name=_("事项"))
    reason = models.CharField(_("吹哨事由"), max_length=500)
    blown_by = models.ForeignKey("directory.User", models.PROTECT, related_name="+", verbose_name=_("吹哨人"))
    blown_at = models.DateTimeField(_("吹哨时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("吹哨")
        verbose_name_plural = _("吹哨")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="whistle_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("blown_at")), name="whistle_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"

    @classmethod
    def blow(
        cls, case: Case, departments: "Sequence[Department]", *, by: "User", reason: str, now: datetime | None = None
    ) -> "Whistle":
        """Call these departments on an open case; a whistle that still sounds is widened by those not called yet.

        Raises NotYours, NotNow (closed, or all called already), ValidationError.
        """
        now = now or timezone.now()
        _check(case, departments, by, reason)
        try:
            with transaction.atomic():
                return cls._blown(case, departments, by, reason.strip(), now)
        except IntegrityError as error:
            raise NotNow(_("刚刚有人已经吹哨，请刷新后再看。")) from error

    @classmethod
    def _blown(
        cls, case: Case, departments: "Sequence[Department]", by: "User", reason: str, now: datetime
    ) -> "Whistle":
        whistle = cls.objects.select_for_update().filter(case=case.pk, ended_at=None).first()
        whistle = whistle or cls.objects.create(case_id=case.pk, reason=reason, blown_by=by, blown_at=now)
        called = set(whistle.calls.values_list("department", flat=True))
        missing = [department for department in departments if department.pk not in called]
        if not missing:
            raise NotNow(_("这些部门都已经呼叫过了。"))
        for department in missing:
            WhistleCall.to(whistle, department, case, by=by, reason=reason, now=now)
        return whistle


def _check(case: Case, departments: "Sequence[Department]", by: "User", reason: str) -> None:
    if not holds(Perm.DISPATCH_INCIDENTS)(by, case):
        raise NotYours(_("只有社区可以吹哨。"))
    if case.kind not in WHISTLED:
        raise NotNow(_("这类事项不吹哨。"))
    if not case.is_open:
        raise NotNow(_("这件事已经结束，不能再吹哨。"))
    if not reason.strip():
        raise ValidationError({"reason": _("请写明需要部门做什么。")})
    here = set(Department.objects.for_community(case.community).values_list("pk", flat=True))
    if not departments or {department.pk for department in departments} - here:
        raise ValidationError({"departments": _("请选择本街道的部门。")})


class WhistleCallQuerySet(CaseQuerySet["WhistleCall"]):
    def of_kind(self) -> Self:
        return self.filter(kind="whistle")

    def visible_to(self, user: "User") -> Self:
        """Staff of the place, and the department's own people."""
        mine = Q(raised_by=user) | Q(handler=user) | Q(department__in=Department.objects.of(user))
        return self.filter(mine | reach(user, Perm.SEE_CASES).within())

    def listed(self) -> Self:
        return self.of_kind().select_related("department", "community", "grid", "handler", "whistle__case")


class WhistleCall(Case):
    """One department's part in a whistle. ``responded_at`` is when it reported in, ``resolved_at`` when it was done."""

    Status = Status
    matter_kind = "whistle"
    number_prefix = "CS"
    workflow = WORKFLOW
    raised_at_work = True

    whistle = models.ForeignKey(Whistle, models.PROTECT, related_name="calls", verbose_name=_("吹哨"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="calls", verbose_name=_("部门"))
    asked = models.CharField(_("请部门做什么"), max_length=500)
    report_due_at = models.DateTimeField(_("报到时限"))

    objects: ClassVar = WhistleCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门报到")
        verbose_name_plural = _("部门报到")
        constraints = [models.UniqueConstraint(fields=["whistle", "department"], name="department_called_once")]
        indexes = [models.Index(fields=["department", "-case_ptr"], name="call_of_department")]

    @property
    def opens_at(self) -> datetime:
        return self.raised_at

    @property
    def tone(self) -> str:
        if self.is_open and self.due_at and self.due_at <= timezone.now():
            return "overdue"
        return TONES[Status(self.status)]

    @property
    def in_time(self) -> bool | None:
        """Whether the department reported in within the limit; None while it still may."""
        if self.responded_at:
            return self.responded_at <= self.report_due_at
        return None if self.is_open and timezone.now() <= self.report_due_at else False

    @classmethod
    def to(
        cls, whistle: Whistle, department: Department, case: Case, *, by: "User", reason: str, now: datetime
    ) -> "WhistleCall":
        limit = REPORT_IN_AT_ONCE if case.is_urgent else REPORT_IN
        call = cls(
            whistle=whistle, department=department, asked=reason, community_id=case.community_id, grid_id=case.grid_id,
            building_id=case.building_id, urgency=case.urgency, raised_by=by, handler=department.spokesperson(now),
            title=f"{department} · {case.title}"[:120],
            report_due_at=calendar_for(case.community_id).due(now, limit),
        )  # fmt: skip
        return call.opened("call", by=by, now=now, note=reason)

    def is_known_to(self, user: "User") -> bool:
        return super().is_known_to(user) or self.department.is_spoken_for_by(user)

    @verb
    def report_in(self, step: Step) -> None:
        """The department is there; whoever reports in has it from now on."""
        self.handler = step.by
        self.responded_at = step.now

    @verb
    def remark(self, step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写一句会商记录。")})

    @verb
    def finish(self, step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写明本部门做了什么。")})
        self.resolved_at = step.now

    @verb
    def release(self, step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写明为什么不再需要。")})

    @verb
    def close_with_case(self, step: Step) -> None:
        """The case that it was called on has ended."""


def calls_of(cases: Iterable[int]) -> Any:
    """The calls on these cases, oldest first."""
    return WhistleCall.objects.filter(whistle__case__in=cases).select_related("department", "handler", "whistle")
