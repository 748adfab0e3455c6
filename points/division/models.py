"""A community is divided: the people of the new one take what they have along, in one go and by two people."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.verbs import Step
from community.core.workflow import NotNow, NotYours
from community.directory.models import User
from points import closing
from points.apart import manages
from points.division.moving import belonging_to, left_behind, targets_of
from points.division.workflow import WORKFLOW, Status
from points.models.account import Kind
from points.models.posting import Line
from points.proposing.models import ProposalQuerySet, SingleProposal

if TYPE_CHECKING:
    from community.directory.models import Community
    from points.models.account import AccountQuerySet


class Division(SingleProposal):
    """From the case's community to ``target``. ``is_underway`` says that it waits: one at a time between two.

    People are not listed here: the directory says who belongs to the target, and postings say what was moved.
    """

    Status = Status
    matter_kind = "division"
    number_prefix = "HZ"
    workflow = WORKFLOW

    place = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", editable=False)
    target = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("划到哪个社区"))

    objects: ClassVar = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("社区调整划转")
        verbose_name_plural = _("社区调整划转")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "target"], condition=Q(is_underway=True), name="division_one_at_a_time",
                violation_error_message=_("往这个社区的划转已有一件在办。"),
            ),
            models.CheckConstraint(condition=~Q(place=F("target")), name="division_to_another"),
        ]  # fmt: skip

    @classmethod
    def propose(
        cls, *, by: "User", community: "Community", target: "Community", note: str, now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "Division":  # fmt: skip
        """The first of two people, with a reason. Raises NotYours, ValidationError, NotNow while another is under way."""
        _check(by, community, target, note)
        made = cls(
            community=community, place=community, target=target, raised_by=by, request_key=request_key,
            channel=Case.Channel.DESK,
        )  # fmt: skip
        return made.opened("propose", by=by, now=now, note=note)

    titled_by = ("target",)

    def titled(self) -> str:
        return gettext("社区调整：划到%(target)s") % {"target": self.target}

    def concerns(self, user: "User") -> bool:
        return belonging_to(self.target_id).filter(pk=user.pk).exists()

    def standing(self) -> "AccountQuerySet":
        """What would move now."""
        return left_behind(self.community_id, self.target_id)

    def moved(self) -> "models.QuerySet[Line]":
        """What was moved, as it left."""
        own = {"account__community": self.community_id, "account__kind": Kind.AVAILABLE}
        return Line.objects.filter(posting__case=self.pk, **own)

    @property
    def movers(self) -> list["User"]:
        """Who is told."""
        return list(User.objects.filter(pk__in=self.moved().values("account__owner")).order_by("pk"))

    def carry_out(self, step: Step) -> None:
        """Everybody's balance goes over now, and their accounts with it."""
        people = belonging_to(self.target_id)
        if not self.standing().exists():
            raise NotNow(_("没有可划的余额：先在名册里把住户归到新社区。"))
        step.data["moved"] = closing.divide(
            people, self.community, self.target, key=f"division:{self.number}", by=step.by, now=step.now, case=self
        )
        User.objects.filter(pk__in=people.values("pk"), community=self.community_id).update(community=self.target_id)


def _check(by: "User", community: "Community", target: "Community", note: str) -> None:
    if not manages(by, community.pk):
        raise NotYours(_("您不能在这个社区办理划转。"))
    if not targets_of(community).filter(pk=target.pk).exists():
        raise ValidationError({"target": _("只能划到同一街道的另一个社区。")})
    if not note.strip():
        raise ValidationError({"note": _("请写明理由。")})
    if not left_behind(community.pk, target.pk).exists():
        raise ValidationError({"target": _("没有可划的余额：先在名册里把住户归到新社区。")})
    if Division.objects.filter(place=community, target=target, is_underway=True).exists():
        raise NotNow(_("往这个社区的划转已有一件在办。"))
