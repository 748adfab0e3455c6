"""The form of every proposal: where, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import Community

MOVE_FORMS: dict[str, type[MoveForm]] = {"refuse": ReasonForm}


class ProposalForm(OpeningForm):
    """``reason_hint`` helps with the reason, which is asked for last."""

    reason_hint: Any = ""

    community = forms.ModelChoiceField(
        label=_("社区"), queryset=Community.objects.none(), error_messages={"required": _("请选择社区。")}
    )  # fmt: skip
    note = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        error_messages={"required": _("请写明理由。")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, self.user, Perm.MANAGE_POINTS)
        self.fields["note"].help_text = self.reason_hint
        self.order_fields([*(name for name in self.fields if name != "note"), "note"])
