"""补岗: one place of one post that is empty, about to be, or open to whoever takes it on."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.access.grants import Scope
from community.access.models import Post, Role
from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from community.directory.models import Community, Grid
from grids.posts.licence import Licence
from grids.posts.reserve import Reservist
from grids.posts.workflow import TONES, WORKFLOW, Status, perm_of

if TYPE_CHECKING:
    from community.directory.models import User

__all__ = ["Licence", "Reservist", "Seat"]


class SeatQuerySet(CaseQuerySet["Seat"]):
    def of_kind(self) -> Self:
        return self.filter(kind=Seat.matter_kind)

    def visible_to(self, user: "User") -> Self:
        """What staff see, one's own, and what is offered where one lives."""
        offered = Q(status=Status.OFFERED, community=user.community_id) if user.community_id else Q(pk__in=())
        return self.filter(Q(pk__in=super().visible_to(user).values("pk")) | offered)

    def offered_to(self, user: "User") -> Self:
        return self.of_kind().filter(status=Status.OFFERED, community=user.community_id or 0)

    def unfilled(self) -> Self:
        return self.of_kind().open()


class Seat(Case):
    """A seat of ``role`` in the case's grid, or in its community. ``former`` is the post whose term runs out, ``post``
    the one with which the seat was filled. Vacancies and terms about to end raise themselves (see ``watch``)."""

    Status = Status
    matter_kind = "seat"
    number_prefix = "GW"
    workflow = WORKFLOW
    raised_at_work = True
    former_handler: "User | None" = None

    role = models.ForeignKey(Role, models.PROTECT, related_name="+", verbose_name=_("岗位"))
    former = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name=_("届满的任期"))
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", verbose_name=_("任职"))
    from_day = models.DateField(_("到岗日期"))

    objects: ClassVar = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("补岗")
        verbose_name_plural = _("补岗")
        indexes = [models.Index(fields=["role", "-case_ptr"], name="seat_by_role")]

    titled_by = ("role", "grid", "community")

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    def titled(self) -> str:
        """Where, and as what."""
        return f"{self.scope} · {self.role}"

    @property
    def scope(self) -> Scope:
        return self.grid or self.community

    # What the clock of a term about to end runs between.
    @property
    def opens_at(self) -> datetime:
        return self.raised_at

    @property
    def closes_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.from_day, time.min))

    @classmethod
    def _of(cls, role: Role, community: Community, grid: Grid | None, from_day: date) -> "Seat":
        seat = cls(role=role, community=community, grid=grid, from_day=from_day)
        return seat

    @classmethod
    def find_vacant(
        cls, *, by: None = None, role: Role, community: Community, grid: Grid | None, now: datetime | None = None
    ) -> "Seat":
        """The watch found fewer people than there ought to be."""
        now = now or timezone.now()
        return cls._of(role, community, grid, timezone.localdate(now)).opened("find_vacant", by=by, now=now)

    @classmethod
    def find_expiring(cls, post: Post, *, by: None = None, now: datetime | None = None) -> "Seat":
        """The watch found a term that soon ends."""
        community = post.grid.community if post.grid else post.community
        if community is None or post.ends_on is None:
            raise ValueError("only terms with an end, in a grid or a community, can be about to end")
        seat = cls._of(post.role, community, post.grid, post.ends_on + timedelta(days=1))
        seat.former = post
        return seat.opened("find_expiring", by=by, now=now)

    @classmethod
    def put_up(
        cls, *, by: "User", role: Role, community: Community, grid: Grid | None, from_day: date | None = None,
        now: datetime | None = None, note: str = "", request_key: UUID | None = None,
    ) -> "Seat":  # fmt: skip
        """Offer a post that nobody has to have, such as a steward's. Raises NotYours, ValidationError."""
        now = now or timezone.now()
        today = timezone.localdate(now)
        if (role.scope_kind == Role.ScopeKind.GRID) != (grid is not None) or not role.family:
            raise ValidationError({"grid": gettext("“%(role)s”的范围选得不对，请重选。") % {"role": role}})
        if from_day is not None and from_day < today:
            raise ValidationError({"from_day": _("到岗日期不能早于今天。")})
        seat = cls._of(role, community, grid, from_day or today)
        seat.raised_by, seat.request_key = by, request_key
        return seat.opened("put_up", by=by, now=now, note=note)

    @verb
    def offer(self, step: Step) -> None:
        """Open to whoever takes it on."""
        self.responded_at = self.responded_at or step.now

    @verb
    def claim(self, step: Step) -> None:
        """Take it on (认岗); nobody holds the same post in the same place twice."""
        held = Post.objects.at(self.scope).filter(user=step.by, role=self.role).standing(self.from_day)
        if held.exclude(pk=self.former_id or 0).exists():
            raise NotNow(_("您已在这里担任这个岗位，不用再认。"))
        self.handler = step.by

    @verb
    def give_up(self, step: Step) -> None:
        self.handler = None

    @verb
    def approve(self, step: Step) -> None:
        """The claimer gets the post (领责), and the licence where one is needed."""
        if self.handler is None:
            raise NotNow(_("还没有人认这个岗。"))
        self._appoint(self.handler, step)

    @verb
    def refuse(self, step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写明理由，认岗的人会看到。")})
        self.former_handler, self.handler = self.handler, None

    @verb
    def renew(self, step: Step) -> None:
        """The same person goes on for another term."""
        if self.former is None:
            raise NotNow(_("没有可以续的任期。"))
        self._appoint(self.former.user, step)

    def _appoint(self, user: "User", step: Step) -> None:
        begins = max(self.from_day, timezone.localdate(step.now))
        ends = begins + relativedelta(months=self.role.term_months) - timedelta(days=1)
        self.post = Post.begin(
            user=user, role=self.role, scope=self.scope, by=None, decided_by=step.by, begins_on=begins, ends_on=ends
        )
        if self.role.licensed:
            Licence.issue(self.post, by=step.by, now=step.now)
        self.responded_at = self.responded_at or step.now
        self.resolved_at = step.now
        step.data |= {"until": ends.isoformat()}

    @verb
    def filled_elsewhere(self, step: Step) -> None:
        """The watch counts enough people again."""
        self.resolved_at = step.now

    @verb
    def withdraw(self, step: Step) -> None:
        """No longer to be filled; a vacancy that goes on is found again only when somebody else leaves."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明理由。")})

    def update_waiting(self) -> None:
        self.awaits_user_id = None
        open_ones = (Status.VACANT, Status.EXPIRING, Status.CLAIMED)
        self.awaits_perm = perm_of(self) if self.status in open_ones else ""
