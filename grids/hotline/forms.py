"""Forms of tickets: the details of their moves, writing one down by hand, and the filters of the lists."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.holders import holders
from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Building, Community, User
from grids.hotline.models import HotlineTicket, end_of
from grids.hotline.workflow import Status
from grids.models.incident import Incident

DATE = forms.DateInput(attrs={"type": "date"})
ALL = ("", _("全部"))


class DispatchForm(MoveForm):
    handler = forms.ModelChoiceField(label=_("承办人"), queryset=User.objects.none())
    field_order = ("handler", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = holders(Perm.HANDLE_INCIDENTS, community_id=self.case.community_id, grid_id=self.case.grid_id)
        cast("forms.ModelChoiceField[User]", self.fields["handler"]).queryset = people.order_by("pk")


class ExtendForm(ReasonForm):
    until = forms.DateField(label=_("延期到"), widget=DATE)
    field_order = ("until", "note")

    def clean_until(self) -> Any:
        return end_of(self.cleaned_data["until"])


class FollowUpForm(MoveForm):
    """The two questions of the follow-up call."""

    outcome = forms.ChoiceField(
        label=_("问题解决了吗？"), choices=HotlineTicket.Outcome.choices, widget=forms.RadioSelect
    )
    satisfaction = forms.ChoiceField(
        label=_("来电人满意吗？"), choices=HotlineTicket.Satisfaction.choices, widget=forms.RadioSelect
    )
    field_order = ("outcome", "satisfaction", "note")


class LinkForm(MoveForm):
    incident = forms.ModelChoiceField(
        label=_("事件"), queryset=Incident.objects.none(), to_field_name="number", widget=forms.TextInput,
        error_messages={"invalid_choice": _("没有这个编号的未结案事件，请核对。")},
        help_text=_("请填事件编号，例如 SJ261121-1-0001。"),
    )  # fmt: skip
    field_order = ("incident", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Incident.objects.visible_to(self.user).open().filter(community=self.case.community_id)
        cast("forms.ModelChoiceField[Incident]", self.fields["incident"]).queryset = rows


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "refuse": ReasonForm,
    "dispatch": DispatchForm,
    "dispute": ReasonForm,
    "progress": ReasonForm,
    "extend": ExtendForm,
    "suspend": ReasonForm,
    "resolve": ReasonForm,
    "send_back": ReasonForm,
    "follow_up": FollowUpForm,
    "link": LinkForm,
}


class ReceiveForm(OpeningForm):
    """A ticket that came by telephone or on paper rather than in an export."""

    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none(), empty_label=None)
    ticket_number = forms.CharField(label=_("工单编号"), max_length=40)
    type = forms.ChoiceField(label=_("诉求类型"), choices=HotlineTicket.Type.choices)
    category = forms.CharField(label=_("诉求类别"), max_length=60)
    content = forms.CharField(label=_("诉求内容"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    building = forms.ModelChoiceField(label=_("楼栋"), queryset=Building.objects.none(), required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    caller_name = forms.CharField(label=_("来电人"), max_length=40, required=False)
    caller_phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    received_at = forms.DateTimeField(
        label=_("来电时间"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        here = reach(user, Perm.DISPATCH_INCIDENTS).communities
        fields: Any = self.fields
        fields["community"].queryset = Community.objects.filter(pk__in=here)
        fields["building"].queryset = Building.objects.filter(estate__community__in=here).select_related("estate")
        if len(here) == 1:
            fields["community"].initial = next(iter(here))
            fields["community"].widget = fields["community"].hidden_widget()

    def clean_received_at(self) -> Any:
        at = self.cleaned_data["received_at"] or timezone.now()
        if at > timezone.now():
            raise forms.ValidationError(_("来电时间不能晚于现在。"))
        return at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        known = HotlineTicket.objects.filter(home=cleaned.get("community"), ticket_number=cleaned.get("ticket_number"))
        if known.exists() and not self.already_raised():
            self.add_error("ticket_number", _("这个工单编号已经登记过。"))
        building, community = cleaned.get("building"), cleaned.get("community")
        if building and community and building.estate.community_id != community.pk:
            self.add_error("building", _("请选择本社区的楼栋。"))
        return cleaned

    def raise_case(self) -> HotlineTicket:
        names = ("community", "ticket_number", "type", "category", "content", "building", "caller_name", "caller_phone")
        facts = {name: self.cleaned_data[name] for name in (*names, "address", "received_at", "request_key")}
        return HotlineTicket.receive(by=self.user, raised_by=self.user, **facts)


class PeriodForm(forms.Form):
    """Calls from one day to another; without an answer this year so far."""

    first = forms.DateField(label=_("从"), required=False, widget=DATE)
    last = forms.DateField(label=_("到"), required=False, widget=DATE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        today = timezone.localdate()
        cleaned["last"] = cleaned.get("last") or today
        cleaned["first"] = cleaned.get("first") or cleaned["last"].replace(month=1, day=1)
        if cleaned["first"] > cleaned["last"]:
            self.add_error("last", _("结束日期应不早于开始日期。"))
        elif cleaned["last"] - cleaned["first"] > timedelta(days=1100):
            self.add_error("first", _("一次最多看三年。"))
        return cleaned

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))


# Names of the sets that the three rates are made of, as in the querysets.
SETS = {
    "to_contact": _("应联系"),
    "contacted_in_time": _("按时联系"),
    "asked": _("有效回访"),
    "solved": _("已解决"),
    "rated": _("有效评价"),
    "content": _("满意和基本满意"),
}


class TicketFilter(PeriodForm):
    """The list's filters; figures link here with the same names."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ALL, ("open", _("未归档")), *Status.choices])
    due = forms.ChoiceField(label=_("时限"), required=False, choices=[ALL, ("overdue", _("已超时"))])
    type = forms.ChoiceField(label=_("诉求类型"), required=False, choices=[ALL, *HotlineTicket.Type.choices])
    category = forms.CharField(label=_("诉求类别"), required=False, max_length=60)
    among = forms.ChoiceField(label=_("统计口径"), required=False, choices=[ALL, *SETS.items()])
    number = forms.CharField(label=_("工单编号"), required=False, max_length=40)
    building = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    estate = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    community = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    unlinked = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ("state", "due", "type", "category", "first", "last", "among", "number")

    def clean(self) -> dict[str, Any]:
        """Without days every ticket is shown, also older ones."""
        whole = not (self.cleaned_data.get("first") or self.cleaned_data.get("last"))
        cleaned = super().clean()
        return cleaned | {"first": None, "last": None} if whole else cleaned
