"""A challenge put up for whoever wants it."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from points import ledger
from points.challenges.workflow import TONES, WORKFLOW, Status
from points.models.account import issuance, member
from points.periods import midnight
from points.showing import NameAs, named
from points.succession import now_of

if TYPE_CHECKING:
    from community.directory.models import Community, User

MOST_REWARD = 200
BOARD = (Status.OPEN, Status.TAKEN, Status.HANDED_IN, Status.DONE)


class ChallengeQuerySet(CaseQuerySet["Challenge"]):
    def visible_to(self, user: "User") -> Self:
        """An open one to its community; once taken, to who took it, who manages points and who sees cases there."""
        open_here = Q(status=Status.OPEN, community=user.community_id)
        taking_part = Q(raised_by=user) | Q(handler=user)
        staff = reach(user, Perm.MANAGE_POINTS).within(grid=None) | reach(user, Perm.SEE_CASES).within()
        return self.filter(open_here | taking_part | staff)

    def board_of(self, user: "User") -> Self:
        """What the board tells the community: what is asked, how it stands, and whoever agreed to be named."""
        return self.filter(community=user.community_id, status__in=BOARD).select_related("handler")


class Challenge(Case):
    """``reward`` is given once, when another than who put it up accepts what was done.

    ``name_as`` is how the board may name who took it; empty: not at all.
    """

    Status = Status
    matter_kind = "challenge"
    number_prefix = "JB"
    workflow = WORKFLOW
    raised_at_work = True

    description = models.TextField(_("要办成什么"), max_length=2000)
    reward = models.PositiveIntegerField(_("完成后记多少分"))
    until = models.DateField(_("揭榜截止"))
    finish_by = models.DateField(_("完成期限"))
    name_as = models.CharField(_("榜上怎么写名字"), max_length=10, choices=NameAs.choices, blank=True)
    nickname = models.CharField(_("昵称"), max_length=20, blank=True)
    posting = models.OneToOneField("points.Posting", models.PROTECT, null=True, related_name="+", editable=False)

    objects: ClassVar = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("揭榜挂帅")
        verbose_name_plural = _("揭榜挂帅")
        constraints = [
            models.CheckConstraint(
                condition=Q(reward__range=(1, MOST_REWARD)), name="challenge_reward",
                violation_error_message=_("请填 1 到 200 之间的整数。"),
            ),
            models.CheckConstraint(
                condition=Q(finish_by__gte=models.F("until")), name="challenge_days",
                violation_error_message=_("完成期限不能早于揭榜截止。"),
            ),
            models.CheckConstraint(
                condition=~Q(name_as="nickname") | ~Q(nickname=""), name="challenge_by_nickname_has_one"
            ),
        ]  # fmt: skip

    @classmethod
    def put_up(
        cls, *, by: "User", community: "Community", title: str, description: str, reward: int, until: date,
        finish_by: date, now: datetime | None = None, request_key: UUID | None = None,
    ) -> "Challenge":  # fmt: skip
        now = now or timezone.now()
        if until <= timezone.localdate(now):
            raise ValidationError({"until": _("揭榜截止最早是明天。")})
        made = cls(
            community=community, title=title.strip()[:120], description=description, reward=reward, until=until,
            finish_by=finish_by, raised_by=by, request_key=request_key, channel=Case.Channel.DESK,
        )  # fmt: skip
        made.full_clean(exclude=["kind", "number", "status", "raised_at", "changed_at", "community", "raised_by"])
        return made.opened("put_up", by=by, now=now)

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def opens_at(self) -> datetime:
        """From when its clocks divide the time."""
        return self.raised_at

    @property
    def ends_at(self) -> datetime:
        """The last moment of the day that counts now."""
        return midnight((self.until if self.status == Status.OPEN else self.finish_by) + timedelta(days=1))

    @property
    def shown_name(self) -> str:
        """Who took it, as they agreed to be named; "" where they did not, or are no longer here."""
        if self.handler is None or not self.name_as:
            return ""
        if not self.handler.is_active or self.handler.community_id != self.community_id:
            return ""
        return named(self.handler, self.name_as, self.nickname)

    @verb
    def take(self, step: Step, *, name_as: str = "", nickname: str = "") -> None:
        """The row lock gives it to one of any number who try at once."""
        if name_as == NameAs.NICKNAME and not nickname.strip():
            raise ValidationError({"nickname": _("请写一个昵称。")})
        self.handler, self.name_as, self.nickname = step.by, name_as, nickname.strip()
        self.responded_at = step.now

    @verb
    def progress(self, step: Step) -> None:
        _needs_words(step)

    @verb
    def hand_in(self, step: Step) -> None:
        _needs_words(step)
        self.resolved_at = step.now

    @verb
    def give_back(self, step: Step) -> None:
        self.handler, self.name_as, self.nickname = None, "", ""

    @verb
    def unname(self, step: Step) -> None:
        """Whoever is named changes their mind, at any time and without a reason."""
        self.name_as, self.nickname = "", ""

    @verb
    def accept(self, step: Step) -> None:
        """The reward is posted with it, once."""
        person = now_of(self.handler, self.community_id) if self.handler else None
        if person is None or not person.is_active:
            raise NotNow(_("这个账号已经停用，不能再记账。"))
        purse = member(person, self.community_id)
        self.posting = ledger.post(
            [(issuance(self.community_id), -self.reward), (purse, self.reward)], key=f"challenge:{self.number}",
            source=ledger.Source(self.title, self), now=step.now, by=step.by,
        )  # fmt: skip

    @verb
    def send_back(self, step: Step) -> None:
        _needs_words(step)
        self.resolved_at = None

    @verb
    def withdraw(self, step: Step) -> None:
        _needs_words(step)

    @verb
    def lapse(self, step: Step) -> None:
        """Nobody took it in time."""

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone}


def _needs_words(step: Step) -> None:
    if not step.note.strip():
        raise ValidationError({"note": _("请写一句说明。")})
