"""A volunteer team: what for, who leads it, how one joins, and whether its people are insured."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.directory.models import VolunteerTeam
from community.notices.kinds import NoticeKind
from community.notices.outbox import queue

if TYPE_CHECKING:
    from community.directory.models import Community, User

# code, name, icon: what a hub starts with, as the articles name their teams.
STARTING = (
    ("pioneers", gettext_noop("先锋团"), "flag"),
    ("rapid", gettext_noop("突击队"), "bolt"),
    ("windmill", gettext_noop("风车队"), "grain"),
    ("arts", gettext_noop("文艺队"), "microphone"),
    ("other", gettext_noop("志愿服务队"), "heart-handshake"),
)
MOST_WORDS = 200
LEADS = NoticeKind(
    "team.leads", _("请您带“%(team)s”这支队伍"), body=_("您是队长了。不方便的话，在队伍页面退出就行，不用说明理由。")
)
ENDED = NoticeKind("team.ended", _("“%(team)s”解散了"), body="%(reason)s")


class TeamKind(models.Model):
    """What sorts of teams there are; an administrator's to extend."""

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=20)
    icon = models.CharField(_("图标"), max_length=30, default="heart-handshake")

    class Meta:
        verbose_name = _("队伍类别")
        verbose_name_plural = _("队伍类别")
        ordering = ["pk"]

    def __str__(self) -> str:
        return gettext(self.name)


def plant() -> None:
    """The starting kinds, where there are none at all."""
    if not TeamKind.objects.exists():
        TeamKind.objects.bulk_create(TeamKind(code=code, name=name, icon=icon) for code, name, icon in STARTING)


def organises(user: "User | None", community_id: int) -> bool:
    """Who looks after volunteering in a community, whichever team."""
    return user is not None and reach(user, Perm.RUN_VOLUNTEERS).covers(community_id)


class TeamQuerySet(models.QuerySet["Team"]):
    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def visible_to(self, user: "User") -> Self:
        """The teams of one's community; those that are no more, to who looks after volunteering."""
        here = Q(community=user.community_id, ended_at=None)
        return self.filter(here | reach(user, Perm.RUN_VOLUNTEERS).within(grid=None))


class Team(VolunteerTeam):
    """A team of the register that lives in the hub. Without a leader the community looks after it.

    ``insurance`` is what volunteers read before they sign up: who insured them, and until when.
    """

    class Admission(models.TextChoices):
        OPEN = "open", _("谁都可以直接加入")
        APPROVAL = "approval", _("队长同意后加入")

    kind = models.ForeignKey(TeamKind, models.PROTECT, related_name="+", verbose_name=_("类别"))
    purpose = models.TextField(_("做什么"), max_length=500)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_teams",
        verbose_name=_("队长"),
    )
    admission = models.CharField(_("怎样加入"), max_length=10, choices=Admission.choices, default=Admission.OPEN)
    insurance = models.CharField(_("保险说明"), max_length=200, blank=True)
    insured_until = models.DateField(_("保险有效至"), null=True, blank=True)
    founded_at = models.DateTimeField(_("成立时间"))
    founded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("建立"))
    ended_at = models.DateTimeField(_("解散时间"), null=True, blank=True)
    end_reason = models.CharField(_("解散说明"), max_length=200, blank=True)

    objects: ClassVar = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("志愿队伍")
        verbose_name_plural = _("志愿队伍")
        constraints = [
            models.CheckConstraint(
                condition=Q(insured_until=None) | ~Q(insurance=""), name="team_insured_by_somebody",
                violation_error_message=_("写了有效期，请也写明保险是谁投的、保什么。"),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="team_ended_with_reason",
            ),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(leader=None), name="team_ended_has_no_leader"),
        ]  # fmt: skip

    @classmethod
    def found(
        cls, *, by: "User", community: "Community", name: str, leader: "User | None" = None,
        now: datetime | None = None, **facts: Any,
    ) -> "Team":  # fmt: skip
        """Set up a team; one that the register knows by this name is that team. Raises NotYours, ValidationError."""
        now = now or timezone.now()
        if not organises(by, community.pk):
            raise NotYours(_("您不能在这个社区建立队伍。"))
        _check_leader(leader, community.pk)
        with transaction.atomic():
            VolunteerTeam.objects.get_or_create(community=community, name=name.strip())
            known = VolunteerTeam.objects.select_for_update().get(community=community, name=name.strip())
            if cls.objects.filter(pk=known.pk).exists():
                raise ValidationError({"name": _("已经有叫这个名字的队伍。")})
            team = cls(volunteerteam_ptr=known, community=community, name=known.name, leader=leader, **facts)
            team.founded_at, team.founded_by = now, by
            team.validate_constraints(exclude=["community", "name"])
            team.save()
            team.tell_leader(by, now)
        return team

    def amend(self, *, by: "User", now: datetime | None = None, **facts: Any) -> None:
        """The leader or the community changes what the team says of itself; the community also who leads it."""
        with transaction.atomic():
            self._hold()
            if not self.is_led_by(by) or ("leader" in facts and not organises(by, self.community_id)):
                raise NotYours(_("只有队长和社区能修改。"))
            before = self.leader_id
            for fact, value in facts.items():
                setattr(self, fact, value)
            _check_leader(self.leader, self.community_id)
            self.validate_constraints()
            self.save(update_fields=[*facts])
            if self.leader_id != before:
                self.tell_leader(by, now or timezone.now())

    def end(self, *, by: "User", reason: str, now: datetime | None = None) -> None:
        """The community dissolves it; nothing is planned any more, and who was in it is told."""
        now = now or timezone.now()
        with transaction.atomic():
            self._hold()
            if not organises(by, self.community_id):
                raise NotYours(_("只有社区能解散队伍。"))
            check_words(reason, "reason")
            self.ended_at, self.end_reason, self.leader = now, reason.strip(), None
            self.save(update_fields=["ended_at", "end_reason", "leader"])
            members = [row.user for row in self.members.current().select_related("user")]
            queue(ENDED, members, now=now, params={"team": self.name, "reason": self.end_reason})

    def _hold(self) -> None:
        self.refresh_from_db(from_queryset=Team.objects.select_for_update(of=("self",)))
        if self.ended_at is not None:
            raise NotNow(_("这支队伍已经解散。"))

    def tell_leader(self, by: "User", now: datetime) -> None:
        if self.leader is not None and self.leader != by:
            queue(LEADS, [self.leader], now=now, params={"team": self.name})

    def is_led_by(self, user: "User | None") -> bool:
        """Its leader, or who looks after volunteering in the community."""
        return user is not None and (user.pk == self.leader_id or organises(user, self.community_id))

    def insured_on(self, day: date) -> bool:
        return self.insured_until is not None and day <= self.insured_until

    @property
    def is_insured(self) -> bool:
        return self.insured_on(timezone.localdate())


def check_words(words: str, name: str) -> None:
    """A reason that the people concerned read."""
    if not words.strip():
        raise ValidationError({name: _("请写明理由，对方会看到。")})
    if len(words.strip()) > MOST_WORDS:
        raise ValidationError({name: _("理由请写在 200 字以内。")})


def _check_leader(leader: "User | None", community_id: int) -> None:
    if leader is not None and (leader.community_id != community_id or not leader.is_active):
        raise ValidationError({"leader": _("此人不是本社区的在用账号。")})
