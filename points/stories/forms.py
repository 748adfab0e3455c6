"""Forms of stories: writing one down, and agreeing to be told of."""

from typing import Any
from uuid import uuid4, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.directory.asking import account_named, ask_community
from community.directory.models import Community, User
from points.showing import NameAs


class StoryForm(forms.Form):
    request_key = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none())
    about = forms.CharField(label=_("讲谁"), max_length=60, help_text=_("对方的手机号或账号名；本人同意后才公开。"),
                            error_messages={"required": _("请写明讲谁。")})  # fmt: skip
    title = forms.CharField(label=_("标题"), max_length=40, error_messages={"required": _("请写标题。")})
    words = forms.CharField(
        label=_("故事"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6, "data-count": ""}),
        help_text=_("不写别人的姓名、住址和病情。"), error_messages={"required": _("请写下故事。")},
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, user, Perm.MANAGE_POINTS)

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        chosen["about"] = account_named(self, "about", chosen.get("community"), chosen.get("about", ""))
        if key := chosen.get("request_key"):
            # Who goes back and writes another story sends another request.
            chosen["request_key"] = uuid5(key, f"{chosen.get('title')}\n{chosen.get('words')}")
        return chosen


class AgreeForm(forms.Form):
    name_as = forms.ChoiceField(
        label=_("名字怎么写"), choices=NameAs.choices, widget=forms.RadioSelect, initial=NameAs.FAMILY
    )  # fmt: skip
    nickname = forms.CharField(label=_("昵称"), max_length=20, required=False)
