"""A hold as a matter with a clock: where it has a last moment, it lapses by itself."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from django.utils.translation import gettext_noop as _

from points.models.posting import Posting

if TYPE_CHECKING:
    from community.directory.models import User


class Hold(Posting):
    """The same row as its posting. The sweep of the deadlines calls ``lapse``, once (``points.holding``)."""

    matter_kind: ClassVar[str] = "hold"
    paused_at: ClassVar[datetime | None] = None
    due_at: datetime | None = None

    class Meta:
        proxy = True

    @property
    def concrete(self) -> "Hold":
        return self

    @property
    def opens_at(self) -> datetime:
        return self.at

    @property
    def status(self) -> str:
        return "answered" if self.is_answered else "held"

    def lapse(self, *, by: "User | None", now: datetime) -> None:
        """Give it back, unless it was collected or given back this very moment."""
        from points import ledger

        posting = cast("Posting", self)
        try:
            ledger.release(
                posting, key=f"lapse:{self.pk}", source=ledger.Source(_("预留到期退回"), self.case), now=now, by=by
            )
        except ledger.AlreadyAnswered:
            return
