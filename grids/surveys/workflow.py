"""States and moves of a survey (入户调查)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import both, holds
from community.core.workflow import Move, Waits, Workflow, sources


class Status(models.TextChoices):
    DRAFT = "draft", _("设计中")
    COLLECTING = "collecting", _("入户中")
    CLOSED = "closed", _("已结束")


S = Status
runs, exports = holds(Perm.RUN_SURVEYS), holds(Perm.EXPORT_SURVEYS)


def has_draft(user: Any, survey: Any) -> bool:
    return survey.forms.filter(published_at=None).exists()


def has_no_draft(user: Any, survey: Any) -> bool:
    return not has_draft(user, survey)


WORKFLOW = Workflow(
    moves=(
        Move("draft", _("新建调查"), runs, target=S.DRAFT, done=_("新建了调查"), icon="clipboard-list"),
        Move(
            "publish", _("发布并分派入户"), runs, sources(S.DRAFT), S.COLLECTING,
            done=_("发布了调查表并分派入户"), tone="primary", icon="send",
        ),
        Move("revise", _("修订调查表"), both(runs, has_no_draft), sources(S.COLLECTING),
             done=_("开始修订调查表"), icon="edit"),
        Move("adopt", _("启用新版调查表"), both(runs, has_draft), sources(S.COLLECTING),
             done=_("启用了新版调查表"), tone="primary", icon="check"),
        Move("close", _("结束调查"), runs, sources(S.COLLECTING), S.CLOSED, done=_("结束了调查"), icon="archive"),
    ),
    closed=sources(S.CLOSED),
    waits={S.DRAFT: Waits(user="handler"), S.COLLECTING: Waits(user="handler")},
)  # fmt: skip
