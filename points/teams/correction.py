"""时长更正: hours that were recorded wrongly are taken back by a reversal and recorded anew; both values stay to be read."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import NotNow, NotYours
from points import ledger
from points.apart import manages
from points.awards.models import Award
from points.models.posting import Posting
from points.rulebook.giving import hold_people
from points.teams import crediting
from points.teams.correction_workflow import TONES, WORKFLOW, Status
from points.teams.signup import SignUp, in_quarters
from points.teams.workflow import Status as Activities
from points.teams.workflow import organises

if TYPE_CHECKING:
    from community.directory.models import User

FRAUD = 10  # points taken for hours that were made up: our own proposal
TAKEN_BACK = gettext_noop("志愿服务时长更正")
MADE_UP = gettext_noop("虚报时长")


class CorrectionQuerySet(CaseQuerySet["Correction"]):
    def visible_to(self, user: "User") -> Self:
        """Whose hours they are, who asked, and who looks after volunteering there."""
        mine = Q(sign_up__user=user) | Q(raised_by=user)
        return self.filter(mine | reach(user, Perm.RUN_VOLUNTEERS).within(grid=None))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.RUN_VOLUNTEERS) -> Self:
        return self.filter(reach(user, Perm.RUN_VOLUNTEERS).within(grid=None))


class Correction(Case):
    """From ``before`` to ``after`` minutes. One asks, another decides. ``made_up``: 虚报时长, points are taken as well."""

    Status = Status
    matter_kind = "hours_correction"
    number_prefix = "GS"
    workflow = WORKFLOW
    confidential = True

    sign_up = models.ForeignKey(SignUp, models.PROTECT, related_name="corrections", verbose_name=_("哪次服务"))
    before = models.PositiveSmallIntegerField(_("原来的分钟"))
    after = models.PositiveSmallIntegerField(_("改为（分钟）"))
    made_up = models.BooleanField(_("虚报时长"), default=False)
    decided_by = models.ForeignKey("directory.User", models.PROTECT, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(_("决定时间"), null=True, editable=False)
    reversal = models.OneToOneField(Posting, models.PROTECT, null=True, related_name="+", editable=False)
    posting = models.OneToOneField(Posting, models.PROTECT, null=True, related_name="+", editable=False)

    objects: ClassVar = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("时长更正")
        verbose_name_plural = _("时长更正")
        constraints = [
            models.UniqueConstraint(
                fields=["sign_up"], condition=Q(decided_at=None), name="correction_one_at_a_time",
                violation_error_message=_("这次服务已有一笔更正在等决定。"),
            ),
            models.CheckConstraint(condition=in_quarters("after"), name="correction_in_quarters"),
            models.CheckConstraint(condition=~Q(after=F("before")), name="correction_changes_something"),
            models.CheckConstraint(
                condition=Q(made_up=False) | Q(after__lt=F("before")), name="correction_of_made_up_hours_takes",
                violation_error_message=_("虚报只能改少。"),
            ),
        ]  # fmt: skip

    @classmethod
    def ask(
        cls, *, by: "User", sign_up: SignUp, minutes: int, note: str, made_up: bool = False,
        now: datetime | None = None, request_key: UUID | None = None,
    ) -> "Correction":  # fmt: skip
        """The volunteer or the organiser says what is right, and why. Raises NotYours, NotNow, ValidationError."""
        activity = sign_up.activity
        if not note.strip():
            raise ValidationError({"note": _("请写明理由。")})
        if made_up and not organises(by, activity):
            raise NotYours(_("只有组织者和社区能说是虚报。"))
        if activity.status != Activities.RECORDED or sign_up.minutes is None:
            raise NotNow(_("时长还没有记录，请在活动页面提出。"))
        made = cls(
            community_id=activity.community_id, sign_up=sign_up, before=sign_up.minutes, made_up=made_up,
            after=crediting.checked(minutes, activity.length), title=activity.title, raised_by=by,
            request_key=request_key,
        )  # fmt: skip
        if made.after == made.before:
            raise ValidationError({"minutes": _("和已记录的一样，不用改。")})
        with transaction.atomic():
            SignUp.objects.select_for_update().get(pk=sign_up.pk)
            if sign_up.corrections.filter(decided_at=None).exists():
                raise NotNow(_("这次服务已有一笔更正在等决定。"))
            made.validate_constraints(exclude=[f.name for f in Case._meta.fields])
            return made.opened("ask", by=by, now=now, note=note)

    @property
    def person(self) -> "User":
        return self.sign_up.user

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone, "meta": self.said}

    @property
    def said(self) -> str:
        """“2 小时 → 1 小时”."""
        return " → ".join(crediting.size(minutes) for minutes in (self.before, self.after))

    def is_known_to(self, user: "User") -> bool:
        theirs = user.pk in (self.sign_up.user_id, self.raised_by_id)
        return theirs or reach(user, Perm.RUN_VOLUNTEERS).covers(self.community_id)

    @verb
    def agree(self, step: Step) -> None:
        """The other of two people: the old posting is reversed, the right hours are posted, points follow them."""
        by = step.by
        if by is None or (self.made_up and not manages(by, self.community_id)):
            raise NotYours(_("虚报要扣分，请由管理积分的同事决定。"))
        hold_people([self.sign_up.user_id])
        place = (
            SignUp.objects.select_for_update(of=("self",))
            .select_related("activity", "posting", "user")
            .get(pk=self.sign_up_id)
        )
        if place.minutes != self.before:
            raise NotNow(_("这次服务的时长已经改过，请重新提出。"))
        self._repost(place, by, step.now)
        self._follow_with_points(place, by, step.now)
        self._decide(step)

    @verb
    def refuse(self, step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写明理由。")})
        self._decide(step)

    @verb
    def withdraw(self, step: Step) -> None:
        self._decide(step)

    def _decide(self, step: Step) -> None:
        self.decided_by, self.decided_at, self.resolved_at = step.by, step.now, step.now

    def _repost(self, place: SignUp, by: "User", now: datetime) -> None:
        source = ledger.Source(TAKEN_BACK, self)
        if place.posting is not None:
            try:
                self.reversal = ledger.reverse(place.posting, key=f"{self.number}:back", source=source, now=now, by=by)
            except ledger.NotEnough as short:
                raise NotNow(_("这些时长已随账户转走，请在转去的社区更正。")) from short
        self.posting = crediting.post_hours(
            place.activity, place.user, self.after, key=f"{self.number}:anew", by=by, now=now
        )
        place.set(minutes=self.after, posting=self.posting)

    def _follow_with_points(self, place: SignUp, by: "User", now: datetime) -> None:
        """What rules gave for the old hours goes back where it is still there; for the right hours they look again."""
        earlier = place.corrections.filter(status=Status.CORRECTED).values_list("number", flat=True)
        keys = crediting.points_keys(place.activity, place.user, earlier)
        here = {"community": self.community_id, "key__in": keys}
        for award in Award.objects.open().filter(**here):
            if manages(by, self.community_id):
                award.refuse(by=by, now=now, note=str(TAKEN_BACK))
        for posting in Posting.objects.filter(kind=Posting.Kind.POST, answered_by=None, **here).order_by("pk"):
            _take_back(posting, self, by, now)
        if self.made_up:
            Award.propose(
                by=by, community=self.community, member=place.user, amount=-FRAUD, words=MADE_UP,
                note=f"{self.number} {self.said}", now=now,
            )  # fmt: skip
        elif self.after:
            crediting.tell_rules(place.activity, place.user, self.after, now, after=self.number)


def _take_back(posting: Posting, correction: Correction, by: "User", now: datetime) -> None:
    """Points that were spent meanwhile stay spent: nobody's balance goes below zero."""
    source = ledger.Source(TAKEN_BACK, correction)
    try:
        with transaction.atomic():
            ledger.reverse(posting, key=f"{correction.number}:{posting.pk}", source=source, now=now, by=by)
    except ledger.NotEnough:
        return
