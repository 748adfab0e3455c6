"""Forms of handovers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.directory.asking import account_named
from points.handover.models import Handover
from points.proposing.forms import ProposalForm


class ProposeForm(ProposalForm):
    """Whose account, to whom, and why; another person decides."""

    reason_hint = _("写明依据，例如本人申请、家人关系证明。")

    why = forms.ChoiceField(
        label=_("办什么"), choices=Handover.Why.choices, widget=forms.RadioSelect,
        error_messages={"required": _("请选择办什么。")},
    )  # fmt: skip
    owner = forms.CharField(
        label=_("原账户"), max_length=60, help_text=_("手机号或账号名；已停用的账号也可以。"),
        error_messages={"required": _("请写明是谁的账户。")},
    )  # fmt: skip
    heir = forms.CharField(
        label=_("由谁承接"), max_length=60, required=False, help_text=_("手机号或账号名；清零时不填。")
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        for name in ("owner", "heir"):
            chosen[name] = account_named(self, name, chosen.get("community"), chosen.get(name, ""), ended=True)
        return chosen

    def raise_case(self) -> Case:
        chosen = self.cleaned_data
        return Handover.propose(
            by=self.user, community=chosen["community"], why=chosen["why"], owner=chosen["owner"], heir=chosen["heir"],
            note=chosen["note"], request_key=chosen["request_key"],
        )  # fmt: skip
