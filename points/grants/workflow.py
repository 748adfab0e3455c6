"""Through which states a grant goes: whoever proposes it does not approve it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.rules import both
from community.core.workflow import Move
from points.proposing import workflow
from points.proposing.workflow import decided_by_another, is_another, manages


class Status(models.TextChoices):
    WAITING = workflow.WAITING, _("待复核")
    POSTED = "posted", _("已记账")
    REFUSED = workflow.REFUSED, _("未通过")
    WITHDRAWN = workflow.WITHDRAWN, _("已撤回")


decides = both(manages, is_another)
WORKFLOW = decided_by_another(
    Move("propose", _("提出批量发放"), manages, target=Status.WAITING, done=_("提出了批量发放"), icon="coin"),
    decides=decides,
    agreed=Status.POSTED,
    agree=(_("同意发放"), _("同意，已记账")),
    refused=_("不同意，未记账"),
)
