"""Forms of challenges."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.models import Case
from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import Community
from points.challenges.models import MOST_REWARD, Challenge
from points.showing import NameAs

DAY = {"required": _("请选择日期。"), "invalid": _("请选择日期。")}


class WordsForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("说明")
        self.fields["note"].error_messages["required"] = _("请写一句说明。")


class TakeForm(MoveForm):
    name_as = forms.ChoiceField(
        label=_("榜上怎么写您的名字"), required=False, choices=[("", _("不写名字")), *NameAs.choices],
        widget=forms.RadioSelect,
    )  # fmt: skip
    nickname = forms.CharField(label=_("昵称"), max_length=20, required=False)
    field_order = ("name_as", "nickname", "note")


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "take": TakeForm, "progress": WordsForm, "hand_in": WordsForm, "send_back": WordsForm, "withdraw": ReasonForm,
}  # fmt: skip


class PutUpForm(OpeningForm):
    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none())
    title = forms.CharField(label=_("榜题"), max_length=60, error_messages={"required": _("请写榜题。")})
    description = forms.CharField(
        label=_("要办成什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "data-count": ""}),
        error_messages={"required": _("请写明要办成什么。")},
    )  # fmt: skip
    reward = forms.IntegerField(
        label=_("完成后记多少分"), min_value=1, max_value=MOST_REWARD,
        error_messages={"required": _("请填多少分。"), "invalid": _("请填整数。")},
    )  # fmt: skip
    until = forms.DateField(label=_("揭榜截止"), widget=forms.DateInput(attrs={"type": "date"}), error_messages=DAY)
    finish_by = forms.DateField(label=_("完成期限"), widget=forms.DateInput(attrs={"type": "date"}), error_messages=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, self.user, Perm.MANAGE_POINTS)

    def raise_case(self) -> Case:
        return Challenge.put_up(by=self.user, **self.cleaned_data)
