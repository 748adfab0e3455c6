"""An account that goes over to somebody else, or ends."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.verbs import Step
from community.core.workflow import NotNow, NotYours
from points import closing
from points.apart import manages, stands_apart
from points.handover.workflow import WORKFLOW, Status
from points.models.account import OWNED_KINDS, Account, Asset
from points.proposing.models import ProposalQuerySet, SingleProposal

if TYPE_CHECKING:
    from community.directory.models import Community, User


class Handover(SingleProposal):
    """``owner``'s account goes to ``heir`` (merging, inheriting), or what can be redeemed lapses (leaving).

    ``place`` repeats the community and ``is_underway`` says that it waits: one at a time for each owner.
    """

    class Why(models.TextChoices):
        MERGE = "merge", _("同一人有两个账号，合并")
        INHERIT = "inherit", _("成员离世或离开，由家人承接")
        LEAVE = "leave", _("成员离开，积分清零")

    Status = Status
    matter_kind = "handover"
    number_prefix = "BG"
    workflow = WORKFLOW

    why = models.CharField(_("办什么"), max_length=8, choices=Why.choices)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("原账户"))
    heir = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承接人")
    )

    objects: ClassVar = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("账户变更")
        verbose_name_plural = _("账户变更")
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_underway=True), name="handover_one_at_a_time",
                violation_error_message=_("这个账户已有一件变更在办。"),
            ),
            models.CheckConstraint(
                condition=Q(why="leave", heir=None) | (~Q(why="leave") & Q(heir__isnull=False) & ~Q(heir=F("owner"))),
                name="handover_to_another",
            ),
        ]  # fmt: skip

    @classmethod
    def propose(
        cls,
        *,
        by: "User",
        community: "Community",
        why: str,
        owner: "User",
        note: str,
        heir: "User | None" = None,
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "Handover":
        """The first of two people, with a reason. Raises NotYours, ValidationError, NotNow while another is under way."""
        _check(by, community, why, owner, heir, note)
        made = cls(
            community=community, why=why, owner=owner, heir=heir, raised_by=by,
            request_key=request_key, channel=Case.Channel.DESK,
        )  # fmt: skip
        return made.opened("propose", by=by, now=now, note=note)

    def titled(self) -> str:
        return str(self.get_why_display())

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"title": f"{self.owner} · {self.get_why_display()}"}

    def balances(self) -> dict[str, int]:
        """What stands in the owner's accounts here and now, held or not, by asset."""
        rows = Account.objects.filter(community=self.community_id, owner=self.owner, kind__in=OWNED_KINDS).values(
            "asset"
        )
        return dict(rows.annotate(all=models.Sum("balance")).exclude(all=0).values_list("asset", "all"))

    def carry_out(self, step: Step) -> None:
        """Everything moves now, by postings."""
        if self.heir is None and self.balances().get(Asset.CENTS):
            raise NotNow(_("账户里还有资金，须有人承接，不能清零。"))
        if self.heir is not None and not self.heir.is_active:
            raise NotNow(_("承接人的账号已经停用。"))
        if self.why == self.Why.MERGE and self.heir is not None:
            made = closing.merge(self.owner, self.heir, community=self.community, by=step.by, now=step.now)
        else:
            made = closing.close(self.owner, community=self.community, by=step.by, now=step.now, heir=self.heir)
        step.data["postings"] = [posting.pk for posting in made]


def _check(by: "User", community: "Community", why: str, owner: "User", heir: "User | None", note: str) -> None:
    if not manages(by, community.pk):
        raise NotYours(_("您不能在这个社区办理账户变更。"))
    for name, person in (("owner", owner), ("heir", heir)):
        if person is not None and person.community_id != community.pk:
            raise ValidationError({name: _("此人不是本社区的账号。")})
        if person is not None and not stands_apart(by, person):
            raise NotYours(_("不能办理自己或家人的账户，请另一位同事提出。"))
    if why != Handover.Why.LEAVE and (heir is None or heir.pk == owner.pk):
        raise ValidationError({"heir": _("请写明由谁承接，不能是同一个账号。")})
    if heir is not None and closing.has_gone(heir, community):
        raise ValidationError({"heir": _("承接人的账户已经由别人承接，请写现在用的账户。")})
    if why == Handover.Why.LEAVE and heir is not None:
        raise ValidationError({"heir": _("清零不需要承接人；要转给家人，请选“由家人承接”。")})
    if not note.strip():
        raise ValidationError({"note": _("请写明理由。")})
    if Handover.objects.filter(owner=owner, is_underway=True).exists():
        raise NotNow(_("这个账户已有一件变更在办。"))
