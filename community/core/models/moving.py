"""What cases and duties share: a status that only verbs change."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from community.core.verbs import Step
from community.core.workflow import Move, Workflow

if TYPE_CHECKING:
    from community.core.models.entry import Entry
    from community.directory.models import User


class Moving(models.Model):
    """A matter with a status and the transition table that governs it."""

    matter_kind: ClassVar[str]
    workflow: ClassVar[Workflow]
    paused_at: datetime | None = None  # cases alone can pause
    status = models.CharField(max_length=20)

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def get_status_display(self) -> str: ...

    def lock(self) -> None:
        """Take the row lock and read the row afresh; the caller must be in a transaction.

        The spine's row comes before the kind's own, as in the sweep; the other way round the two would deadlock.
        """
        model = self._meta.concrete_model or type(self)
        spine = [link.name for link in model._meta.parents.values() if link is not None]
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update(of=[*spine, "self"]))

    def moves_for(self, user: "User | None") -> list[Move]:
        return self.workflow.open_to(user, self)

    def on_step(self, step: Step) -> None:
        """Keep derived fields in step with the new status; called before the row is written."""

    def tell(self, step: Step) -> "Entry":
        """Write the timeline row of a step."""
        raise NotImplementedError

    def climb(self, rung: str, tier: int, now: datetime, data: dict[str, Any]) -> None:
        """A missed clock carries the matter up to ``tier``; the caller holds the row lock."""
