"""任务: a duty without a page of its own app: sweeping a stairway, checking extinguishers, visiting before a festival."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import the_clock
from community.core.verbs import Step, verb
from community.core.workflow import Move, Workflow, sources
from community.duties.models.occurrence import Occurrence, OccurrenceQuerySet
from community.duties.models.plan import Plan

if TYPE_CHECKING:
    from community.core.photos import CleanPhoto
    from community.directory.models import User

Status = Occurrence.Status
RUNNING = sources(Status.PLANNED, Status.STARTED)


def is_doer(user: "User | None", duty: "Duty") -> bool:
    """Whose duty it is; where it is nobody's in particular, anyone who works in the place."""
    if user is None:
        return False
    if duty.assignee_id is None:
        return reach(user, Perm.SEE_CASES).covers(duty.community_id, duty.grid_id)
    return duty.assignee_id == user.pk


WORKFLOW = Workflow(
    moves=(
        Move("start", _("开始"), is_doer, sources(Status.PLANNED), Status.STARTED, done=_("开始了"),
             icon="player-play"),
        Move("finish", _("完成"), is_doer, RUNNING, Status.DONE, done=_("完成了"), tone="primary", icon="check"),
        Move("miss", _("到期未完成"), the_clock, RUNNING, Status.MISSED, done=_("到期未完成"), icon="clock"),
    ),
    closed=sources(Status.DONE, Status.MISSED),
)  # fmt: skip


class DutyQuerySet(OccurrenceQuerySet["Duty"]):
    def visible_to(self, user: "User") -> Self:
        """One's own and those of the places one sees; what is secret, to the leaders alone."""
        seen = Q(assignee=user) | Q(turn_of=user) | reach(user, Perm.SEE_CASES).within()
        return self.filter(seen, kind=Duty.matter_kind).not_secret_to(user)


class Duty(Occurrence):
    """One occurrence of an ordinary plan; all its facts stand on the spine and in the plan."""

    matter_kind = "duty"
    workflow = WORKFLOW

    objects: ClassVar = DutyQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("任务")
        verbose_name_plural = _("任务")

    @verb
    def start(self, step: Step) -> None:
        """Whoever begins has it."""
        self.assignee = step.by

    @verb
    def finish(self, step: Step, *, photos: "Sequence[CleanPhoto]" = ()) -> None:
        """Done, with the proof that the plan asks for. Raises ValidationError where that is missing."""
        proof = self.plan.proof if self.plan else Plan.Proof.NONE
        if proof == Plan.Proof.NOTE and not step.note.strip():
            raise ValidationError({"note": gettext("请写一句完成情况。")})
        if proof == Plan.Proof.PHOTO and not photos:
            raise ValidationError({"photos": gettext("请附一张完成后的照片。")})
        self.assignee = self.assignee or step.by
        self.keep(photos)

    @verb
    def miss(self, step: Step) -> None:
        """The last moment passed before it was done."""
