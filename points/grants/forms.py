"""Forms of grants: proposing one, and saying why not."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.models import Case
from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import Community
from points.grants.models import Grant
from points.grants.people import Group
from points.models.rule import MOST

MOVE_FORMS: dict[str, type[MoveForm]] = {"refuse": ReasonForm}


class ProposeForm(OpeningForm):
    """For whom, how much each, and why; another person decides."""

    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none())
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
    note = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        help_text=_("写给复核的同事看，例如依据哪次会议、哪份制度。"), error_messages={"required": _("请写明理由。")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, self.user, Perm.MANAGE_POINTS)

    def raise_case(self) -> Case:
        return Grant.propose(by=self.user, **self.cleaned_data)
