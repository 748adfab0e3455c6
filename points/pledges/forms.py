"""The form of one's own card."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from points.showing import NameAs


class PledgeForm(forms.Form):
    words = forms.CharField(
        label=_("我的承诺"), max_length=200, help_text=_("一两句就好，例如“每月陪独居老人一次”。"),
        widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}), error_messages={"required": _("请写一句承诺。")},
    )  # fmt: skip
    name_as = forms.ChoiceField(
        label=_("名字怎么写"), choices=NameAs.choices, widget=forms.RadioSelect, initial=NameAs.FAMILY
    )  # fmt: skip
    nickname = forms.CharField(label=_("昵称"), max_length=20, required=False)
    as_party_member = forms.BooleanField(label=_("亮出党员身份"), required=False)
    with_star = forms.BooleanField(label=_("亮出我的星级"), required=False)

    def __init__(self, *args: Any, party_member: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not party_member:
            del self.fields["as_party_member"]

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        if chosen.get("name_as") == NameAs.NICKNAME and not (chosen.get("nickname") or "").strip():
            self.add_error("nickname", _("请写一个昵称。"))
        return chosen
