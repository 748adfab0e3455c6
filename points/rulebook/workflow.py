"""Through which states a set of rules goes before it holds: drafted, rehearsed, confirmed by a second person."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import both, holds
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from points.rulebook.models import RuleSet


class Status(models.TextChoices):
    DRAFT = "draft", _("起草中")
    SUBMITTED = "submitted", _("待确认")
    PLANNED = "planned", _("已确定")
    CANCELLED = "cancelled", _("已取消")


TONES = {Status.DRAFT: "info", Status.SUBMITTED: "waiting", Status.PLANNED: "done", Status.CANCELLED: "paused"}
drafts = holds(Perm.MANAGE_POINTS)


def is_another(user: "User | None", rule_set: "RuleSet") -> bool:
    """Neither who began the draft nor who handed it in."""
    return user is not None and user.pk not in (rule_set.raised_by_id, rule_set.submitted_by_id)


def is_to_come(user: "User | None", rule_set: "RuleSet") -> bool:
    return rule_set.effective_on is not None and rule_set.effective_on > timezone.localdate()


DRAFT, UNDECIDED = sources(Status.DRAFT), sources(Status.DRAFT, Status.SUBMITTED)
WORKFLOW = Workflow(
    moves=(
        Move("draft", _("起草新规则"), drafts, target=Status.DRAFT, done=_("照现行规则起草"), icon="writing"),
        Move("rehearse", _("用上一季度试算"), drafts, DRAFT, done=_("用上一季度的记录试算"), tone="primary",
             icon="player-play"),
        Move("put", _("写入一条规则"), drafts, DRAFT, done=_("改了一条规则"), icon="pencil"),
        Move("drop", _("去掉一条规则"), drafts, DRAFT, done=_("去掉了一条规则"), tone="quiet", icon="trash", aside=True),
        Move("submit", _("提请确认"), drafts, DRAFT, Status.SUBMITTED, done=_("提请另一人确认"), icon="send"),
        Move("confirm", _("确认，到日生效"), both(drafts, is_another), sources(Status.SUBMITTED), Status.PLANNED,
             done=_("确认，到日生效"), tone="primary", icon="check"),
        Move("revise", _("再改一改"), drafts, sources(Status.SUBMITTED), Status.DRAFT, done=_("退回修改"), icon="pencil"),
        Move("call_off", _("生效前撤回"), both(drafts, is_to_come), sources(Status.PLANNED), Status.CANCELLED,
             done=_("在生效前撤回"), tone="danger", icon="arrow-back-up", aside=True),
        Move("cancel", _("不改了"), drafts, UNDECIDED, Status.CANCELLED, done=_("取消了"), tone="quiet", icon="x", aside=True),
    ),
    closed=sources(Status.PLANNED, Status.CANCELLED),
    waits={Status.DRAFT: Waits("raised_by"), Status.SUBMITTED: Waits(perm=Perm.MANAGE_POINTS)},
)  # fmt: skip
