"""What all proposals are and do."""

from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from points.apart import manages
from points.proposing.workflow import TONES, WAITING

if TYPE_CHECKING:
    from community.directory.models import User


class ProposalQuerySet(CaseQuerySet[Any]):
    """Confidential: who was given what, who left and who died is read by those alone who keep the ledger there."""

    def visible_to(self, user: "User") -> Self:
        return self.in_reach_of(user)

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.MANAGE_POINTS) -> Self:
        return self.filter(reach(user, Perm.MANAGE_POINTS).within(grid=None))


class Proposal(Case):
    """A case that is nothing until another person agrees."""

    confidential = True
    raised_at_work = True

    class Meta:
        abstract = True

    @property
    def tone(self) -> str:
        return TONES.get(self.status, "done")

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone}

    def is_known_to(self, user: "User") -> bool:
        return manages(user, self.community_id)

    def carry_out(self, step: Step) -> None:
        """What agreeing does, in the transaction of the verb. Raises MoveError where it cannot be done now."""
        raise NotImplementedError

    @verb
    def approve(self, step: Step) -> None:
        """The other of two people agrees: it is done now."""
        self.handler, self.resolved_at = step.by, step.now
        self.carry_out(step)

    @verb
    def refuse(self, step: Step) -> None:
        if not step.note.strip():
            raise ValidationError({"note": _("请写明为什么不同意。")})
        self.handler = step.by

    @verb
    def withdraw(self, step: Step) -> None:
        """Whoever proposed it takes it back."""


class SingleProposal(Proposal):
    """Of which one at a time may wait: ``is_underway`` says so to the kind's unique constraint."""

    is_underway = models.BooleanField(default=True, editable=False)

    class Meta:
        abstract = True

    def on_step(self, step: Step) -> None:
        super().on_step(step)
        self.is_underway = self.status == WAITING
