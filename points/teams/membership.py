"""Who is in a team: joined of their own accord, named only as far as they agreed, free to leave at any time."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.holders import nearest_holders
from community.core.perms import Perm
from community.core.workflow import NotNow, NotYours
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue
from points.showing import NameAs, named
from points.teams.team import Team, check_words, organises

if TYPE_CHECKING:
    from community.directory.models import User

ASKED = NoticeKind("team.asked", _("有人想加入“%(team)s”"), body=_("请在队伍页面看看，同意或婉拒。"))
ADMITTED = NoticeKind("team.admitted", _("您已加入“%(team)s”"), body=_("有活动会告诉您，去不去由您定。"))
DECLINED = NoticeKind("team.declined", _("“%(team)s”这次没能加上您"), body="%(note)s")
REMOVED = NoticeKind("team.removed", _("您不再是“%(team)s”的队员"), body="%(note)s")
LEADERLESS = NoticeKind("team.leaderless", _("“%(team)s”现在没有队长"), body=_("请社区另请一位，或暂由社区照看。"))


class MemberQuerySet(models.QuerySet["TeamMember"]):
    def open(self) -> Self:
        """In the team or asking; also of people who have moved away meanwhile."""
        return self.filter(ended_at=None)

    def here(self) -> Self:
        return self.open().filter(user__is_active=True, user__community=F("team__community"))

    def current(self) -> Self:
        return self.here().filter(admitted_at__isnull=False)

    def asking(self) -> Self:
        return self.here().filter(admitted_at=None)

    def showing(self) -> Self:
        """Who agreed to be named before the community."""
        return self.current().exclude(name_as="")


class TeamMember(models.Model):
    """One stay in a team. ``name_as`` empty: only the leader and the community read the name."""

    class Ending(models.TextChoices):
        LEFT = "left", _("退出")
        DECLINED = "declined", _("未加入")
        REMOVED = "removed", _("请出")

    team = models.ForeignKey(Team, models.PROTECT, related_name="members", verbose_name=_("队伍"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="team_memberships", verbose_name=_("队员")
    )
    words = models.CharField(_("想说的话"), max_length=100, blank=True)
    asked_at = models.DateTimeField(_("申请时间"))
    admitted_at = models.DateTimeField(_("加入时间"), null=True)
    admitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name_as = models.CharField(_("名字怎么写"), max_length=10, choices=NameAs.choices, blank=True)
    nickname = models.CharField(_("昵称"), max_length=20, blank=True)
    ended_at = models.DateTimeField(_("离队时间"), null=True)
    ending = models.CharField(_("怎样离队"), max_length=10, choices=Ending.choices, blank=True)

    objects: ClassVar = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("队员")
        verbose_name_plural = _("队员")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], condition=Q(ended_at=None), name="team_member_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="team_member_ended_somehow",
            ),
            models.CheckConstraint(
                condition=Q(admitted_at=None, admitted_by=None) | Q(admitted_at__isnull=False, admitted_by__isnull=False),
                name="team_member_admitted_by",
            ),
            models.CheckConstraint(
                condition=~Q(name_as="nickname") | ~Q(nickname=""), name="team_member_by_nickname_has_one"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.team} {self.user}"

    @classmethod
    def join(
        cls, team: Team, *, by: "User", words: str = "", name_as: str = "", nickname: str = "",
        now: datetime | None = None,
    ) -> "TeamMember":  # fmt: skip
        """Join, or ask to; asked twice, also at once, the first stands. Raises NotYours, NotNow, ValidationError."""
        now = now or timezone.now()
        if by.community_id != team.community_id:
            raise NotYours(_("这是别的社区的队伍。"))
        if team.ended_at is not None:
            raise NotNow(_("这支队伍已经解散。"))
        _check_naming(name_as, nickname)
        made = cls(team=team, user=by, asked_at=now, words=words.strip(), name_as=name_as, nickname=nickname.strip())
        if team.admission == Team.Admission.OPEN or team.is_led_by(by):
            made.admitted_at, made.admitted_by = now, by
        try:
            with transaction.atomic():
                made.save()
                if made.admitted_at is None:
                    queue(ASKED, made.keepers(), now=now, params={"team": team.name})
        except IntegrityError:
            return cls.objects.open().get(team=team, user=by)
        return made

    def admit(self, *, by: "User", now: datetime | None = None) -> None:
        now = now or timezone.now()
        with transaction.atomic():
            self._hold(by)
            if self.admitted_at is None:
                self.admitted_at, self.admitted_by = now, by
                self.save(update_fields=["admitted_at", "admitted_by"])
                queue(ADMITTED, [self.user], now=now, params={"team": self.team.name})

    def dismiss(self, *, by: "User", note: str, now: datetime | None = None) -> None:
        """The leader declines who asks, or takes out who is in; with a reason that the person reads."""
        now = now or timezone.now()
        check_words(note, "note")
        with transaction.atomic():
            self._hold(by)
            asked = self.admitted_at is None
            self._end(self.Ending.DECLINED if asked else self.Ending.REMOVED, now)
            kind = DECLINED if asked else REMOVED
            queue(kind, [self.user], now=now, params={"team": self.team.name, "note": note.strip()})

    def leave(self, *, by: "User", now: datetime | None = None) -> None:
        """At any time and without a reason. A leader who leaves leads no longer."""
        now = now or timezone.now()
        if by.pk != self.user_id:
            raise NotYours(_("只有本人能退出。"))
        with transaction.atomic():
            if self.ended_at is None:
                self._end(self.Ending.LEFT, now)
            step_down(self.team, by=by, now=now)

    def name(self, *, by: "User", name_as: str, nickname: str = "") -> None:
        """One's own word on how to be named, changed as often as one likes."""
        if by.pk != self.user_id:
            raise NotYours(_("只有本人能决定。"))
        _check_naming(name_as, nickname)
        self.name_as, self.nickname = name_as, nickname.strip()
        self.save(update_fields=["name_as", "nickname"])

    def keepers(self) -> "list[User]":
        """Who is told that somebody asks: the leader, else the community."""
        leader = self.team.leader
        if leader is not None and leader.is_active:
            return [leader]
        return nearest_holders(Perm.RUN_VOLUNTEERS, community_id=self.team.community_id, grid_id=None)

    @property
    def shown_name(self) -> str:
        return named(self.user, self.name_as, self.nickname) if self.name_as else ""

    def _hold(self, by: "User") -> None:
        self.refresh_from_db(from_queryset=TeamMember.objects.select_for_update(of=("self",)))
        if not self.team.is_led_by(by) or by.pk == self.user_id:
            raise NotYours(_("只有队长和社区能决定。"))
        if self.ended_at is not None:
            raise NotNow(_("对方已经不在申请或队伍里了。"))

    def _end(self, ending: str, now: datetime) -> None:
        self.ended_at, self.ending = now, ending
        self.save(update_fields=["ended_at", "ending"])


def step_down(team: Team, *, by: "User", now: datetime | None = None) -> None:
    """The leader leads no longer; the community is told, and looks after what is under way."""
    if team.leader_id != by.pk:
        return
    now = now or timezone.now()
    Team.objects.filter(pk=team.pk, leader=by).update(leader=None)
    team.leader = None
    keepers = nearest_holders(Perm.RUN_VOLUNTEERS, community_id=team.community_id, grid_id=None)
    queue(LEADERLESS, [user for user in keepers if user != by], now=now, params={"team": team.name})


def _check_naming(name_as: str, nickname: str) -> None:
    if name_as not in ("", *NameAs.values) or (name_as == NameAs.NICKNAME and not nickname.strip()):
        raise ValidationError({"nickname": _("请写一个昵称。")})


def is_member(user: "User", team: Team) -> bool:
    return team.members.current().filter(user=user).exists() or organises(user, team.community_id)
