"""入户申请: somebody without a printed code asks to join a household; the grid worker who knows the door decides."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.perms import Perm
from community.core.rules import anyone, both, holds, is_raiser
from community.core.verbs import Step, verb
from community.core.workflow import Move, NotNow, Waits, Workflow, sources
from community.directory.models import Dwelling, Membership

if TYPE_CHECKING:
    from community.directory.models import User


class Status(models.TextChoices):
    REQUESTED = "requested", _("待审核")
    APPROVED = "approved", _("已入户")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


def is_not_raiser(user: "User | None", matter: Any) -> bool:
    return user is not None and matter.raised_by_id != user.pk


# Nobody admits themselves, whatever post they hold.
admits = both(holds(Perm.ADMIT_HOUSEHOLDS), is_not_raiser)

WORKFLOW = Workflow(
    moves=(
        Move("request", _("申请入户"), anyone, target=Status.REQUESTED, done=_("提交了入户申请"), icon="home"),
        Move(
            "approve", _("核实通过"), admits, sources(Status.REQUESTED), Status.APPROVED,
            done=_("核实通过，已入户"), tone="primary", icon="check",
        ),
        Move(
            "refuse", _("不予通过"), admits, sources(Status.REQUESTED), Status.REFUSED,
            done=_("未通过"), tone="danger", icon="x",
        ),
        Move(
            "withdraw", _("撤回申请"), is_raiser, sources(Status.REQUESTED), Status.WITHDRAWN,
            done=_("撤回了申请"), tone="quiet", icon="arrow-back-up",
        ),
    ),
    closed=sources(Status.APPROVED, Status.REFUSED, Status.WITHDRAWN),
    waits={Status.REQUESTED: Waits(perm=Perm.ADMIT_HOUSEHOLDS)},
)  # fmt: skip


class JoinRequest(Case):
    """A request to join ``dwelling``; ``pending_of`` is its raiser while it is open, so that there is one at a time."""

    Status = Status
    matter_kind = "joining"
    number_prefix = "RH"
    workflow = WORKFLOW

    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+", verbose_name=_("房屋"))
    pending_of = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="pending_join_request"
    )

    class Meta:
        verbose_name = _("入户申请")
        verbose_name_plural = _("入户申请")

    @classmethod
    def request(
        cls,
        *,
        by: "User",
        dwelling: Dwelling,
        note: str = "",
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "JoinRequest":
        """Ask to join. Raises NotNow when another request of the same person is still open."""
        building = dwelling.building
        asked = cls(
            community_id=building.estate.community_id,
            grid_id=building.grid_id,
            building=building,
            dwelling=dwelling,
            raised_by=by,
            request_key=request_key,
        )
        try:
            with transaction.atomic():
                return asked.opened("request", by=by, now=now, note=note)
        except IntegrityError as error:
            if cls.objects.filter(pending_of=by).exists():
                raise NotNow(_("您已有一份入户申请在审核中，请等待结果或先撤回。")) from error
            raise

    titled_by = ("building__estate",)

    def titled(self) -> str:
        return gettext("%(building)s入户申请") % {"building": self.building}

    def on_step(self, step: Step) -> None:
        super().on_step(step)
        self.pending_of_id = self.raised_by_id if self.is_open else None

    @verb
    def approve(self, step: Step) -> None:
        """Admit the person to the household; a clerk's look at the door or the register comes before."""
        self.responded_at = self.resolved_at = step.now
        asker = cast("User", self.raised_by)
        Membership.begin(user=asker, dwelling=self.dwelling, how=Membership.How.REQUEST, by=step.by, now=step.now)

    @verb
    def refuse(self, step: Step) -> None:
        """Say no, and why."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明理由。")})
        self.responded_at = step.now

    @verb
    def withdraw(self, step: Step) -> None:
        """The person no longer asks."""
