"""Forms of teams: founding and amending one, joining, and how to be named."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.directory.asking import account_named, ask_community
from community.directory.models import Community, User
from points.showing import NameAs
from points.teams.team import Team, TeamKind


class TeamForm(forms.Form):
    """What a team says of itself; the leader may change this much."""

    kind = forms.ModelChoiceField(label=_("类别"), queryset=TeamKind.objects.all(), empty_label=None)
    purpose = forms.CharField(
        label=_("做什么"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        error_messages={"required": _("请写明这支队伍做什么。")},
    )  # fmt: skip
    admission = forms.ChoiceField(
        label=_("怎样加入"), choices=Team.Admission.choices, widget=forms.RadioSelect, initial=Team.Admission.OPEN
    )  # fmt: skip
    insurance = forms.CharField(
        label=_("保险说明"), max_length=200, required=False,
        help_text=_("谁投的保、保什么、出了事找谁；队员报名前会看到。没有就留空。"),
    )  # fmt: skip
    insured_until = forms.DateField(
        label=_("保险有效至"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请选择日期。")},
    )  # fmt: skip

    @classmethod
    def of(cls, team: Team) -> dict[str, Any]:
        return {name: getattr(team, name) for name in cls.base_fields if name != "leader"}


class LedTeamForm(TeamForm):
    """The community also says who leads it."""

    leader = forms.CharField(
        label=_("队长"), max_length=60, required=False,
        help_text=_("对方的手机号或账号名，先问过本人；可以留空，由社区照看。"),
    )  # fmt: skip

    def __init__(self, *args: Any, community: Community | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here = community

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        place = chosen.get("community") or self.here
        chosen["leader"] = account_named(self, "leader", place, chosen.get("leader", ""))
        return chosen


class FoundForm(LedTeamForm):
    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none())
    name = forms.CharField(
        label=_("队伍名称"), max_length=60, help_text=_("和底册里已有的队伍同名，就启用那一支。"),
        error_messages={"required": _("请写队伍名称。")},
    )  # fmt: skip
    field_order = ("community", "name", "kind")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, user, Perm.RUN_VOLUNTEERS)


class NamingForm(forms.Form):
    name_as = forms.ChoiceField(
        label=_("在队伍页面怎么写您的名字"), required=False, choices=[("", _("不写名字")), *NameAs.choices],
        widget=forms.RadioSelect, help_text=_("只有队长和社区能看到您的全名；电话谁也看不到。随时可以改。"),
    )  # fmt: skip
    nickname = forms.CharField(label=_("昵称"), max_length=20, required=False)


class JoinForm(NamingForm):
    words = forms.CharField(
        label=_("想说的话"), max_length=100, required=False, help_text=_("比如您的特长、什么时候有空。")
    )
    field_order = ("words", "name_as", "nickname")
