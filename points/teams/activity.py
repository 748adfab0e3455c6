"""An activity of a team: recruited for, signed in to, its hours reported by who organised it and proved by another."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.phrases import moment
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import Move, NotNow, NotYours
from community.directory.models import User
from points.teams import codes, crediting, places
from points.teams.signup import MOST_MINUTES, QUARTER, SignUp
from points.teams.team import Team
from points.teams.workflow import TONES, WORKFLOW, Status, organises

EARLY = timedelta(minutes=30)  # how long before the start one may sign in
REMIND_FROM = timedelta(days=2)  # half of it, a day before the start, people are reminded
MOST_NEEDED = 500
PUBLIC = (Status.RECRUITING, Status.RUNNING)


class ActivityQuerySet(CaseQuerySet["Activity"]):
    def visible_to(self, user: "User") -> Self:
        """The community it is for, who takes part, and who looks after volunteering there."""
        mine = Q(raised_by=user) | Q(handler=user) | Q(pk__in=SignUp.objects.filter(user=user).values("activity"))
        staff = reach(user, Perm.RUN_VOLUNTEERS).within(grid=None) | reach(user, Perm.SEE_CASES).within(grid=None)
        return self.filter(Q(community=user.community_id) | mine | staff)

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.RUN_VOLUNTEERS) -> Self:
        return self.filter(reach(user, Perm.RUN_VOLUNTEERS).within(grid=None))

    def coming(self, now: datetime) -> Self:
        """What one can still go to, the next first."""
        return self.filter(status__in=PUBLIC, ends_at__gt=now).order_by("starts_at", "pk")


class Activity(Case):
    """``handler`` organises it. ``taken`` counts the places given and never exceeds ``needed``, whoever writes."""

    Status = Status
    matter_kind = "volunteering"
    number_prefix = "HD"
    workflow = WORKFLOW

    team = models.ForeignKey(Team, models.PROTECT, related_name="activities", verbose_name=_("队伍"))
    words = models.TextField(_("做些什么"), max_length=1000, blank=True)
    place = models.CharField(_("地点"), max_length=100)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    sign_up_until = models.DateTimeField(_("报名截止"))
    needed = models.PositiveSmallIntegerField(_("需要几个人"))
    taken = models.PositiveSmallIntegerField(_("已有几个人"), default=0, editable=False)
    skills = models.CharField(_("最好会"), max_length=100, blank=True)
    insured = models.BooleanField(_("保险已落实"), default=False)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    proposed_at = models.DateTimeField(_("报时长时间"), null=True, editable=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, editable=False)

    objects: ClassVar = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿活动")
        verbose_name_plural = _("志愿活动")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="activity_ends_after_start",
                violation_error_message=_("结束时间要晚于开始时间。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + timedelta(minutes=MOST_MINUTES)), name="activity_is_not_too_long",
                violation_error_message=_("一次活动最长 16 小时，更长的请分成几次。"),
            ),
            models.CheckConstraint(
                condition=Q(sign_up_until__lte=F("starts_at")), name="activity_sign_up_before_start",
                violation_error_message=_("报名截止不能晚于开始时间。"),
            ),
            models.CheckConstraint(
                condition=Q(needed__range=(1, MOST_NEEDED)), name="activity_needs_somebody",
                violation_error_message=_("需要的人数为 1 至 500。"),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("needed")), name="activity_never_overbooked",
                violation_error_message=_("已有这么多人报名，人数不能更少。"),
            ),
            models.CheckConstraint(
                condition=Q(proposed_by=None, proposed_at=None)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="activity_hours_reported_by",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (Q(confirmed_at__isnull=False, proposed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
                name="activity_recorded_by_one_proved_by_another",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["team", "-starts_at"], name="activity_of_team"),
            models.Index(fields=["ends_at", "starts_at"], name="activity_coming"),
        ]

    @classmethod
    def announce(
        cls, *, by: "User", team: Team, title: str, starts_at: datetime, ends_at: datetime,
        sign_up_until: datetime | None = None, now: datetime | None = None, request_key: UUID | None = None,
        **facts: Any,
    ) -> "Activity":  # fmt: skip
        """Recruit for something that is still to come. Raises NotYours, NotNow, ValidationError."""
        now = now or timezone.now()
        if team.ended_at is not None:
            raise NotNow(_("这支队伍已经解散。"))
        made = cls(
            community_id=team.community_id, team=team, title=title.strip()[:60], starts_at=starts_at, ends_at=ends_at,
            sign_up_until=sign_up_until or starts_at, raised_by=by, handler=by, request_key=request_key, **facts,
        )  # fmt: skip
        made.check_plan(now)
        return made.opened("announce", by=by, now=now)

    def check_plan(self, now: datetime) -> None:
        if self.starts_at <= now:
            raise ValidationError({"starts_at": _("开始时间要在现在之后。")})
        if self.sign_up_until <= now:
            raise ValidationError({"sign_up_until": _("报名截止要在现在之后。")})
        self.clean_fields(exclude=[f.name for f in Case._meta.fields] + ["case_ptr"])
        self.validate_constraints(exclude=[f.name for f in Case._meta.fields])

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone, "meta": f"{self.team.name} · {self.place}"}

    @property
    def opens_at(self) -> datetime:
        """From when its clocks divide the time."""
        return max(self.raised_at, self.starts_at - REMIND_FROM) if self.status == Status.RECRUITING else self.starts_at

    @property
    def when(self) -> str:
        """“11月21日（周五）09:00–11:00”."""
        last = timezone.localtime(self.ends_at)
        same = last.date() == timezone.localdate(self.starts_at)
        return f"{moment(self.starts_at)}–{last:%H:%M}" if same else f"{moment(self.starts_at)} – {moment(last)}"

    @property
    def length(self) -> int:
        """The most minutes that anybody can have served in it."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60 // QUARTER * QUARTER

    @property
    def left(self) -> int:
        return self.needed - self.taken

    @property
    def insured_by(self) -> str:
        """Who insured those who come, as far as the team's insurance lasts."""
        day = timezone.localdate(self.starts_at)
        return self.team.insurance if self.team.insured_on(day) or not self.team.insured_until else ""

    @property
    def reporter_ids(self) -> frozenset[int | None]:
        """Organisers are neighbours too: others read their family name; who takes part reads it in full on the page."""
        return frozenset({self.raised_by_id, self.handler_id})

    @property
    def participants(self) -> "list[User]":
        return [row.user for row in self.sign_ups.placed().select_related("user")]

    @property
    def everybody(self) -> "list[User]":
        """Who has a place, who waits for one, and who organises."""
        found = [row.user for row in self.sign_ups.standing().select_related("user")]
        return [*found, self.handler] if self.handler else found

    @property
    def crew(self) -> "list[User]":
        """The people of the team."""
        return [row.user for row in self.team.members.current().select_related("user")]

    def place_of(self, user: "User | None") -> SignUp | None:
        return self.sign_ups.standing().filter(user=user).first() if user is not None and self.pk else None

    def is_known_to(self, user: "User") -> bool:
        return organises(user, self) or super().is_known_to(user) or self.place_of(user) is not None

    def moves_for(self, user: "User | None") -> list[Move]:
        """Buttons only where they lead somewhere now: one signs in at the activity, and until then signs up."""
        now = timezone.now()
        hidden = {"sign_in"}  # the page has a button of its own that opens the camera
        hidden |= {"sign_up"} if now > self.sign_up_until or self.welcomes(now) else set()
        hidden |= set() if self.welcomes(now) or self.status == Status.ENDED else {"tick"}
        return [move for move in super().moves_for(user) if move.verb not in hidden]

    def welcomes(self, now: datetime) -> bool:
        """Whether one can sign in now."""
        return self.status in PUBLIC and self.starts_at - EARLY <= now <= self.ends_at

    @verb
    def sign_up(self, step: Step) -> None:
        """Take a place, or a turn on the waiting list where there is none; the row lock gives the last to one."""
        if step.now > self.sign_up_until:
            raise NotNow(_("报名已经截止。"))
        step.data["waiting"] = places.take(self, _person(step), step.now).waiting

    @verb
    def back_out(self, step: Step) -> None:
        """At any time before the start, without a reason; who waits longest moves up and is told."""
        places.give_back(self, self.sign_ups.standing().get(user=step.by), step.now)

    @verb
    def sign_in(self, step: Step, *, code: str = "") -> None:
        """With the code shown there, around the time of the activity; on the spot while there are places."""
        if not codes.is_good(code, self.pk, step.now):
            raise ValidationError({"code": _("二维码已经换了，请再扫一次现场的码。")})
        self._admit(step, [_person(step)])

    @verb
    def tick(self, step: Step, *, people: "Collection[User]") -> None:
        """The organiser ticks who is there: for who has no phone with them."""
        self._admit(step, people)
        step.data["people"] = sorted(user.pk for user in people)

    def _admit(self, step: Step, people: "Collection[User]") -> None:
        late = self.status == Status.ENDED
        if not late and not self.welcomes(step.now):
            raise NotNow(_("开始前半小时到结束之间可以签到。"))
        at = self.starts_at if late else step.now
        for user in sorted(people, key=lambda one: one.pk):
            places.arrive(self, user, by=_person(step), at=at, now=step.now)

    @verb
    def sign_out(self, step: Step) -> None:
        """Who forgets it stayed to the end."""
        self.sign_ups.present().get(user=step.by).set(signed_out_at=step.now)

    @verb
    def change(self, step: Step, **plan: Any) -> None:
        """Another time, place or number; everybody is told, and who waits moves up where there is more room."""
        for fact in ("place", "starts_at", "ends_at", "sign_up_until", "needed"):
            setattr(self, fact, plan.get(fact, getattr(self, fact)))
        self.sign_up_until = min(self.sign_up_until, self.starts_at)
        self.check_plan(step.now)
        places.move_up(self, step.now)

    @verb
    def begin(self, step: Step) -> None:
        """By itself at the time it is set for; the organiser may a little earlier."""
        if step.by is not None and step.now < self.starts_at - EARLY:
            raise NotNow(_("还没到时间：开始前半小时内可以提前开始。"))
        self.responded_at = step.now

    @verb
    def end(self, step: Step) -> None:
        """By itself when its time is over; the organiser may sooner: then everybody stayed until now."""
        if step.by is not None:
            self.sign_ups.present().filter(signed_out_at=None, signed_in_at__lte=step.now).update(
                signed_out_at=step.now
            )

    @verb
    def propose(self, step: Step, *, hours: Mapping[int, int]) -> None:
        """谁组织谁记录: minutes by person, of those who were there. Raises ValidationError."""
        rows = list(self.sign_ups.present().select_related("user"))
        if not rows:
            raise NotNow(_("没有人签到：先勾选到场的人；没人来就取消活动，写明情况。"))
        for row in rows:
            minutes = crediting.checked(hours.get(row.user_id, 0), self.length)
            if row.objection and minutes == row.proposed and not step.note.strip():
                raise ValidationError({"note": _("有人对时长有异议：改时长，或写明为什么不改。")})
            row.set(proposed=minutes, objection="")
        self.proposed_by, self.proposed_at = step.by, step.now
        step.data["hours"] = {str(row.user_id): row.proposed for row in rows}
        crediting.tell_proposed(self, rows, step.now)

    @verb
    def object(self, step: Step) -> None:
        """The volunteer says what is wrong; nothing is recorded before the organiser has answered."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明哪里不对。")})
        self.sign_ups.standing().get(user=step.by).set(objection=step.note.strip()[:200])

    @verb
    def confirm(self, step: Step) -> None:
        """谁记录谁证明, in two hands: what one reported another proves, and it is posted."""
        rows = list(self.sign_ups.present().select_related("user").order_by("user"))
        if any(row.objection for row in rows) and not step.note.strip():
            raise ValidationError({"note": _("还有人对时长有异议：退回重报，或写明您是怎样核实的。")})
        if not crediting.stands_apart_from_all(_person(step), [row.user_id for row in rows]):
            raise NotYours(_("这里有您的家人，请另一位同事确认。"))
        self.confirmed_by, self.confirmed_at, self.resolved_at = step.by, step.now, step.now
        crediting.credit(self, rows, by=_person(step), now=step.now)
        step.data["hours"] = {str(row.user_id): row.minutes for row in rows}

    @verb
    def send_back(self, step: Step) -> None:
        _needs_reason(step)

    @verb
    def take_over(self, step: Step) -> None:
        self.handler = step.by

    @verb
    def cancel(self, step: Step) -> None:
        """Everybody is told why. What people have served is not called off."""
        _needs_reason(step)
        if step.source != Status.RECRUITING and self.sign_ups.present().exists():
            raise NotNow(_("已经有人到场服务，请报时长，不能取消。"))


def _person(step: Step) -> "User":
    if step.by is None:
        raise NotYours(_("只有人能这样做。"))
    return step.by


def _needs_reason(step: Step) -> None:
    if not step.note.strip():
        raise ValidationError({"note": _("请写明理由。")})
