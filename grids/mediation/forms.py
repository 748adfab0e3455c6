"""Forms of mediation: opening a file, the details of its moves, and what is asked before confidential facts show."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.holders import holders
from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import Community, User
from grids.mediation.models import Mediation, Party
from grids.mediation.workflow import Status

SIDES = (Party.Side.FIRST, Party.Side.SECOND)


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AcceptForm(OpeningForm):
    """A new file with its two sides."""

    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none())
    matter = forms.ChoiceField(label=_("纠纷类型"), choices=Mediation.Matter.choices)
    first_name = forms.CharField(label=_("甲方姓名"), max_length=40)
    first_phone = forms.CharField(label=_("甲方电话"), max_length=20, required=False)
    first_address = forms.CharField(label=_("甲方住址"), max_length=120, required=False)
    second_name = forms.CharField(label=_("乙方姓名"), max_length=40)
    second_phone = forms.CharField(label=_("乙方电话"), max_length=20, required=False)
    second_address = forms.CharField(label=_("乙方住址"), max_length=120, required=False)
    account = forms.CharField(
        label=_("纠纷概要"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5, "data-count": ""})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, self.user, Perm.MEDIATE, Perm.LEAD_MEDIATION)
        for name in ("first_phone", "second_phone"):
            self.fields[name].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def raise_case(self) -> Mediation:
        data = self.cleaned_data
        parties = [
            Party(side=side, **{fact: data[f"{side.value}_{fact}"] for fact in ("name", "phone", "address")})
            for side in SIDES
        ]
        return Mediation.accept(
            by=self.user, community=data["community"], matter=data["matter"], account=data["account"], parties=parties,
            request_key=data["request_key"],
        )  # fmt: skip


class AssignForm(MoveForm):
    handler = forms.ModelChoiceField(label=_("调解员"), queryset=User.objects.none(), empty_label=_("请选择"))
    field_order = ("handler", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = holders(Perm.MEDIATE, community_id=self.case.community_id, widest=False)
        cast("forms.ModelChoiceField[User]", self.fields["handler"]).queryset = people.order_by("pk")


class PartyForm(MoveForm):
    side = forms.ChoiceField(label=_("身份"), choices=Party.Side.choices)
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    address = forms.CharField(label=_("住址"), max_length=120, required=False)
    field_order = ("side", "name", "phone", "address", "note")


class RecordForm(MoveForm):
    held_at = forms.DateTimeField(label=_("调解时间"), widget=DateTimeInput())
    place = forms.CharField(label=_("地点"), max_length=80, required=False)
    present = forms.CharField(label=_("在场人员"), max_length=200, required=False)
    record = forms.CharField(
        label=_("记录"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5, "data-count": ""})
    )
    sensitive = forms.CharField(
        label=_("敏感记录"),
        max_length=4000,
        required=False,
        help_text=_("健康、收入、家庭隐私等写在这里，查看需说明理由并留痕。"),
        widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
    )
    field_order = ("held_at", "place", "present", "record", "sensitive")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        self.fields["held_at"].initial = timezone.localtime().replace(second=0, microsecond=0)


class AgreeForm(MoveForm):
    terms = forms.CharField(
        label=_("协议内容"), max_length=8000, help_text=_("一行一条，打印时自动编号。"),
        widget=forms.Textarea(attrs={"rows": 7, "data-count": ""}),
    )  # fmt: skip
    perform_by = forms.DateField(label=_("履行期限"), required=False, widget=day_input())
    field_order = ("terms", "perform_by", "note")


class WordsForm(ReasonForm):
    """A move whose note tells how things stand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("情况")
        self.fields["note"].error_messages["required"] = _("请写明情况。")


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "assign": AssignForm,
    "add_party": PartyForm,
    "record": RecordForm,
    "agree": AgreeForm,
    "fail": WordsForm,
    "visit": WordsForm,
    "reopen": WordsForm,
    "withdraw": ReasonForm,
}


class FileFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), ("open", _("未结案")), *Status.choices]
    )
    matter = forms.ChoiceField(
        label=_("纠纷类型"), required=False, choices=[("", _("全部")), *Mediation.Matter.choices]
    )

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))


class PaperForm(forms.Form):
    """For what the agreement is printed; written down with the download."""

    PURPOSES = (
        ("sign", _("交当事人签字")),
        ("archive", _("归入调解卷宗")),
        ("court", _("申请司法确认")),
        ("party", _("当事人要求补发")),
    )
    purpose = forms.ChoiceField(label=_("用途"), choices=PURPOSES, widget=forms.RadioSelect)
