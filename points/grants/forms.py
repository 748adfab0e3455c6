"""Forms of grants."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from points.grants.models import Grant
from points.grants.people import Group
from points.models.rule import MOST
from points.proposing.forms import ProposalForm


class ProposeForm(ProposalForm):
    """For whom, how much each, and why; another person decides."""

    reason_hint = _("写给复核的同事看，例如依据哪次会议、哪份制度。")

    group = forms.ChoiceField(
        label=_("发给谁"),
        choices=Group.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择发给谁。")},
    )
    amount = forms.IntegerField(
        label=_("每人多少分"), min_value=1, max_value=MOST,
        error_messages={
            "required": _("请填多少分。"), "invalid": _("请填整数。"), "min_value": _("每人 1 至 1000 分。"),
            "max_value": _("每人 1 至 1000 分。"),
        },
    )  # fmt: skip
    words = forms.CharField(
        label=_("事由"), max_length=60, help_text=_("会显示在每个人的积分明细里，例如“党员年度基础分”。"),
        error_messages={"required": _("请写事由。")},
    )  # fmt: skip

    def raise_case(self) -> Case:
        return Grant.propose(by=self.user, **self.cleaned_data)
