"""Forms of awards: proposing one, and narrowing their list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.directory.asking import account_named
from points.awards.models import Award
from points.models.rule import MOST
from points.proposing.forms import ProposalForm


class ProposeForm(ProposalForm):
    """Who, how much, and why; another person decides."""

    reason_hint = _("写给复核的同事看；对方记账后也能看到。")

    member = forms.CharField(
        label=_("给谁"), max_length=60, help_text=_("对方的手机号或账号名。"),
        error_messages={"required": _("请写明给谁。")},
    )  # fmt: skip
    what = forms.ChoiceField(
        label=_("加分还是扣分"), choices=[("1", _("加分")), ("-1", _("扣分"))], widget=forms.RadioSelect, initial="1"
    )  # fmt: skip
    amount = forms.IntegerField(
        label=_("多少分"), min_value=1, max_value=MOST,
        error_messages={"required": _("请填多少分。"), "invalid": _("请填整数。")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("事由"), max_length=60, help_text=_("会显示在对方的积分明细里，例如“讲微党课”。"),
        error_messages={"required": _("请写事由。")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        chosen["member"] = account_named(self, "member", chosen.get("community"), chosen.get("member", ""))
        return chosen

    def raise_case(self) -> Case:
        chosen = self.cleaned_data
        return Award.propose(
            by=self.user, community=chosen["community"], member=chosen["member"],
            amount=int(chosen["what"]) * chosen["amount"], words=chosen["words"], note=chosen["note"],
            request_key=chosen["request_key"],
        )  # fmt: skip


class AwardFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *Award.Status.choices]
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("为何复核"), required=False, choices=[("", _("全部")), *Award.Reason.choices]
    )  # fmt: skip

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))

    def narrow(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        rows = rows.filter(status=chosen["state"]) if chosen["state"] else rows
        return rows.filter(reason=chosen["reason"]) if chosen["reason"] else rows
