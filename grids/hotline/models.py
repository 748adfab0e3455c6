"""A hotline ticket: what somebody told 12345, with the limit printed on it and what the follow-up call found."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.timers.calendar import WorkingCalendar, calendar_for
from community.timers.limits import Limit, Unit, amount_field, limit_columns, stored_limit, unit_field
from grids.hotline.querysets import TicketQuerySet
from grids.hotline.workflow import TONES, WORKFLOW, Status

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.models.incident import Incident

ANSWER = Limit.working_days(5)  # Jinan's rules for 12345, unless the ticket says otherwise
CONTACT = Limit.working_days(1)  # our own proposal


class HotlineTicket(Case):
    """A ticket of 12345. ``home`` and ``received_at`` repeat the spine's community and time of raising, so that a number
    is unique within its community and the rates of a period stay on one index. They never change."""

    class Type(models.TextChoices):
        QUESTION = "question", _("咨询")
        HELP = "help", _("求助")
        COMPLAINT = "complaint", _("投诉")
        REPORT = "report", _("举报")
        SUGGESTION = "suggestion", _("建议")

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("已解决")
        UNSOLVED = "unsolved", _("未解决")

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", _("满意")
        BASICALLY = "basically", _("基本满意")
        UNSATISFIED = "unsatisfied", _("不满意")

    Status = Status
    matter_kind = "hotline"
    number_prefix = "RX"
    workflow = WORKFLOW
    raised_at_work = True

    home = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    received_at = models.DateTimeField(_("来电时间"))
    ticket_number = models.CharField(_("工单编号"), max_length=40)
    type = models.CharField(_("诉求类型"), max_length=10, choices=Type.choices)
    category = models.CharField(_("诉求类别"), max_length=60)
    content = models.TextField(_("诉求内容"), max_length=4000)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    caller_name = models.CharField(_("来电人"), max_length=40, blank=True)
    caller_phone = models.CharField(_("来电人电话"), max_length=20, blank=True)
    department = models.CharField(_("承办单位"), max_length=80, blank=True)
    limit_amount = amount_field(_("办理时限"), default=5)
    limit_unit = unit_field(_("办理时限单位"), default=Unit.WORK_DAYS)
    limit = stored_limit("limit")
    contact_due_at = models.DateTimeField(_("首次联系时限"))
    answer_due_at = models.DateTimeField(_("答复时限"))
    suspended_at = models.DateTimeField(_("挂账时间"), null=True, blank=True)
    outcome = models.CharField(_("回访结果"), max_length=10, choices=Outcome.choices, blank=True)
    satisfaction = models.CharField(_("满意度"), max_length=12, choices=Satisfaction.choices, blank=True)
    linked_incident = models.ForeignKey(
        "grids.Incident", models.SET_NULL, null=True, blank=True, related_name="tickets", verbose_name=_("关联事件")
    )

    objects: ClassVar = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("热线工单")
        verbose_name_plural = _("热线工单")
        constraints = [
            models.UniqueConstraint(fields=["home", "ticket_number"], name="ticket_number_once"),
            models.CheckConstraint(condition=Q(answer_due_at__gte=F("received_at")), name="ticket_due_after_call"),
        ]
        indexes = [
            models.Index(fields=["home", "received_at"], name="ticket_by_call"),
            models.Index(fields=["home", "category", "received_at"], name="ticket_by_category"),
            models.Index(fields=["home", "-case_ptr"], name="ticket_of_home"),
        ]

    @property
    def opens_at(self) -> datetime:
        """Since when its clocks run."""
        return self.received_at

    @property
    def tone(self) -> str:
        if self.is_open and self.due_at and self.due_at <= timezone.now():
            return "overdue"
        return TONES[Status(self.status)]

    @property
    def where(self) -> str:
        return str(self.building) if self.building else self.address

    def contact(self) -> dict[str, str]:
        return {"name": self.caller_name, "phone": self.caller_phone, "address": self.address}

    @classmethod
    def receive(cls, *, by: "User", now: datetime | None = None, note: str = "", **facts: Any) -> "HotlineTicket":
        """Write a ticket down by hand. Raises NotYours."""
        now = now or timezone.now()
        return cls.taken(**{"received_at": now, **facts}).opened("receive", by=by, now=now, note=note)

    @classmethod
    def taken(cls, *, received_at: datetime, limit: Limit = ANSWER, **facts: Any) -> "HotlineTicket":
        """An unsaved ticket with its title and due moments."""
        community_id = facts["community"].pk
        contact_due_at, answer_due_at = due_moments(calendar_for(community_id), received_at, limit)
        building = facts.get("building")
        ticket = cls(
            home_id=community_id, received_at=received_at, raised_at=received_at,
            contact_due_at=contact_due_at, answer_due_at=answer_due_at,
            channel=Case.Channel.PHONE, grid_id=building.grid_id if building else None, **limit_columns(limit=limit),
            **facts,
        )  # fmt: skip
        ticket.title = title_of(ticket.category, ticket.address)
        return ticket

    @verb
    def accept(self, step: Step) -> None:
        """It is ours to answer."""

    @verb
    def refuse(self, step: Step) -> None:
        _need_note(step, _("请写明不予受理的理由。"))

    @verb
    def dispatch(self, step: Step, *, handler: "User") -> None:
        """Give it to somebody who works here."""
        if not reach(handler, Perm.HANDLE_INCIDENTS).covers(self.community_id, self.grid_id):
            raise ValidationError({"handler": _("此人不在这里办理事件，请另选一位。")})
        self.handler = handler
        step.data["handler"] = str(handler)

    @verb
    def sign(self, step: Step) -> None:
        """The first receiver is responsible (首接负责)."""
        self.handler = step.by

    @verb
    def dispute(self, step: Step) -> None:
        """It was given to the wrong people; the clock goes on running."""
        _need_note(step, _("请写明为什么不该由您办理。"))
        self.handler = None

    @verb
    def call(self, step: Step) -> None:
        """The first contact with the caller."""
        self.responded_at = step.now

    @verb
    def progress(self, step: Step) -> None:
        _need_note(step, _("请写一句进展。"))

    @verb
    def extend(self, step: Step, *, until: datetime) -> None:
        """A later answer, with a stated date and why; the caller is told both."""
        _need_note(step, _("请写明延期的理由，要告诉来电人。"))
        if until <= max(self.answer_due_at, step.now):
            raise ValidationError({"until": _("请选一个晚于现在时限的日期。")})
        step.data |= {"from": self.answer_due_at.isoformat(), "until": until.isoformat()}
        self.answer_due_at = until

    @verb
    def suspend(self, step: Step) -> None:
        """An obstacle nobody here can remove (挂账): the clock rests, and the reason stands in the story."""
        _need_note(step, _("请写明挂账的理由，要告诉来电人。"))
        self.suspended_at = step.now

    @verb
    def resume(self, step: Step) -> None:
        """The time on the books is added to the limit."""
        self.answer_due_at += step.now - (self.suspended_at or step.now)
        self.suspended_at = None

    @verb
    def resolve(self, step: Step) -> None:
        _need_note(step, _("请写明怎样办理、怎样答复的。"))
        self._answered(step.now)

    @verb
    def answer(self, step: Step) -> None:
        """The incident it is linked to has been put right: one fix answers everybody who asked."""
        self._answered(step.now)

    def _answered(self, now: datetime) -> None:
        self.responded_at = self.responded_at or now
        self.resolved_at = now

    @verb
    def approve(self, step: Step) -> None: ...

    @verb
    def send_back(self, step: Step) -> None:
        _need_note(step, _("请写明哪里还没有办好。"))
        self.resolved_at = None
        self.outcome = self.satisfaction = ""

    @verb
    def follow_up(self, step: Step, *, outcome: str, satisfaction: str) -> None:
        """What the caller says when called back."""
        self.outcome, self.satisfaction = outcome, satisfaction
        step.data |= {"outcome": outcome, "satisfaction": satisfaction}

    @verb
    def archive(self, step: Step) -> None: ...

    @verb
    def link(self, step: Step, *, incident: "Incident") -> None:
        """It is about the same thing as this incident of the same community."""
        if incident.community_id != self.community_id:
            raise ValidationError({"incident": _("请选择本社区的事件。")})
        self.linked_incident = incident
        step.data["incident"] = incident.number
        if self.building_id is None and incident.building_id:
            self.building_id, self.grid_id = incident.building_id, incident.grid_id

    @verb
    def unlink(self, step: Step) -> None:
        self.linked_incident = None


def due_moments(calendar: WorkingCalendar, received_at: datetime, limit: Limit) -> tuple[datetime, datetime]:
    """Until when the caller is to be called back, and until when answered."""
    answer = calendar.due(received_at, limit)
    return min(calendar.due(received_at, CONTACT), answer), answer


def title_of(category: str, address: str) -> str:
    return " · ".join(part for part in (category, address) if part)[:120]


def end_of(day: Any) -> datetime:
    """The last moment of a local day."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(days=1, seconds=-1)


def _need_note(step: Step, words: Any) -> None:
    if not step.note.strip():
        raise ValidationError({"note": words})
