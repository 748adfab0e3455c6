"""Forms of the wish: raising one, and the details of its moves."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm, PauseForm, ReasonForm, last_days
from community.core.models import Case
from community.core.widgets import PhotosField, StarsField
from community.directory.models import Building, Community, Dwelling, User
from wishes.models import Wish
from wishes.models.wish import title_of


class SubmitForm(OpeningForm):
    """A wish in three short steps: what, for whom, how to reach you."""

    description = forms.CharField(
        label=_("您有什么心愿？"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": "", "placeholder": _("比如：想有人陪我去医院复查眼睛")}),
        error_messages={"required": _("请说说您的心愿。")},
    )
    urgency = forms.ChoiceField(
        label=_("急不急？"),
        choices=[
            (Case.Urgency.NORMAL, _("一般：几天内就好")),
            (Case.Urgency.URGENT, _("急难：今天就需要，网格员会马上收到")),
            (Case.Urgency.LONG_TERM, _("长期：需要有人常来帮忙")),
        ],
        initial=Case.Urgency.NORMAL,
        widget=forms.RadioSelect,
    )
    photos = PhotosField(label=_("照片"), required=False, most=4)
    group = forms.ChoiceField(label=_("服务群体"), choices=Wish.Group.choices, initial=Wish.Group.NEIGHBOUR)
    whose = forms.ChoiceField(
        label=_("为谁许愿？"),
        choices=[("self", _("为我自己")), ("other", _("代别人许愿"))],
        initial="self",
        widget=forms.RadioSelect,
    )
    for_name = forms.CharField(label=_("对方姓名"), max_length=40, required=False)
    consent = forms.BooleanField(label=_("已征得对方本人同意"), required=False)
    building = forms.ModelChoiceField(
        label=_("哪栋楼？"),
        queryset=Building.objects.none(),
        required=False,
        empty_label=_("（不方便说）"),
        help_text=_("心愿墙上只显示到楼栋，门牌只给认领人看。"),
    )
    contact_phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("只有认领人能看到，圆梦后收回。"),
        error_messages={"required": _("请留一个电话，认领人好联系您。")},
    )

    STEPS = (
        ("description", "urgency", "photos"),
        ("group", "whose", "for_name", "consent"),
        ("building", "contact_phone"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        buildings = cast("forms.ModelChoiceField[Building]", self.fields["building"])
        buildings.queryset = buildings_of(user)
        self.initial.setdefault("contact_phone", user.phone or "")
        if self.dwelling is not None:
            self.initial.setdefault("building", self.dwelling.building_id)

    @property
    def steps(self) -> list[list[forms.BoundField]]:
        """The fields step by step, for the template."""
        return [[self[name] for name in names] for names in self.STEPS]

    @property
    def dwelling(self) -> Dwelling | None:
        """The household of the account, if it has joined one."""
        return self.user.person.dwelling if self.user.person else None

    def clean_contact_phone(self) -> str:
        digits = "".join(ch for ch in self.cleaned_data["contact_phone"] if ch.isdecimal())
        if not 7 <= len(digits) <= 13:
            raise forms.ValidationError(_("电话号码好像不对，请检查一下。"))
        return "".join(str(int(ch)) for ch in digits)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.user.community_id is None:
            raise forms.ValidationError(_("您的账号还没有加入社区，请先在“我的”里加入。"))
        if cleaned.get("whose") == "other":
            if not cleaned.get("for_name"):
                self.add_error("for_name", _("请写对方姓名。"))
            if not cleaned.get("consent"):
                self.add_error("consent", _("代别人许愿，需要先征得本人同意。"))
        return cleaned

    def raise_case(self) -> Wish:
        data = self.cleaned_data
        other, home = data["whose"] == "other", self.dwelling
        at_home = home is not None and data["building"] is not None and data["building"].pk == home.building_id
        return Wish.submit(
            by=self.user,
            community=cast(Community, self.user.community),
            title=title_of(data["description"]),
            description=data["description"],
            group=data["group"],
            urgency=data["urgency"],
            dwelling=home if at_home and not other else None,
            building=data["building"],
            for_name=data["for_name"] if other else "",
            consent=other and data["consent"],
            contact_phone=data["contact_phone"],
            photos=data["photos"],
            request_key=data["request_key"],
        )


def buildings_of(user: User) -> "QuerySet[Building]":
    return Building.objects.filter(estate__community=user.community_id).select_related("estate").order_by("pk")


class PublishForm(MoveForm):
    """The words on the board are checked by a person, because residents write names and addresses into wishes."""

    board_text = forms.CharField(
        label=_("上墙文字"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": ""}),
        help_text=_("请去掉姓名、电话、门牌等个人信息。"),
    )
    field_order = ("board_text", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wish = cast(Wish, self.case)
        self.initial.setdefault("board_text", wish.board_text or wish.description[:300])


class ClaimForm(MoveForm):
    """Claim alone, or for the partner unit that one speaks for."""

    for_unit = forms.BooleanField(label=_("以单位名义认领"), required=False)
    field_order = ("for_unit", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("想对许愿人说的话")
        unit = self.user.partner_unit
        if unit is None or unit.community_id != self.case.community_id:
            del self.fields["for_unit"]
        else:
            self.fields["for_unit"].label = _("以“%(unit)s”名义认领") % {"unit": unit}
            self.fields["for_unit"].initial = True

    def make(self, verb: str) -> None:
        wish = cast(Wish, self.case)
        unit = self.user.partner_unit if self.cleaned_data.get("for_unit") else None
        wish.claim(by=self.user, note=self.cleaned_data["note"], partner_unit=unit)


class ProgressForm(ReasonForm):
    photos = PhotosField(label=_("照片"), required=False, most=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("进展")
        self.fields["note"].error_messages["required"] = _("请写一句进展。")


class FulfilForm(MoveForm):
    photos = PhotosField(label=_("照片"), required=False, most=4)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("note") and not cleaned.get("photos") and "photos" not in self.errors:
            self.add_error("note", _("请写明怎样完成的，或附一张照片。"))
        return cleaned


class ConfirmForm(MoveForm):
    rating = StarsField(label=_("您满意吗？"))
    field_order = ("rating", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("想说的话")


MOVE_FORMS = {
    "publish": PublishForm,
    "decline": ReasonForm,
    "claim": ClaimForm,
    "progress": ProgressForm,
    "fulfil": FulfilForm,
    "pause": PauseForm,
    "give_back": ReasonForm,
    "take_back": ReasonForm,
    "confirm": ConfirmForm,
    "not_yet": ReasonForm,
}


class BoardFilter(forms.Form):
    """Filters of the public board."""

    group = forms.ChoiceField(
        label=_("服务群体"), required=False,
        choices=[("", _("全部")), *[c for c in Wish.Group.choices if c[0] not in Wish.SENSITIVE_GROUPS]],
    )  # fmt: skip
    urgency = forms.ChoiceField(label=_("紧急程度"), required=False, choices=[("", _("全部")), *Case.Urgency.choices])


class DeskFilter(BoardFilter):
    """Filters of the staff's list; the dashboard's figures link here with the same names."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), ("open", _("未办结")), *Wish.Status.choices]
    )
    due = forms.ChoiceField(
        label=_("时限"), required=False, choices=[("", _("全部")), ("overdue", _("已超时")), ("soon", _("即将到期"))]
    )
    days = forms.TypedChoiceField(
        label=_("时间"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=last_days,
    )
    moment = forms.ChoiceField(
        label=_("按哪个时间"),
        required=False,
        choices=[("", _("提出")), ("claimed", _("认领")), ("closed_at", _("办结"))],
    )
    grid = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    gridless = forms.BooleanField(required=False, widget=forms.HiddenInput)
    community = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    field_order = ("state", "due", "group", "urgency", "days", "moment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["group"]).choices = [("", _("全部")), *Wish.Group.choices]

    @property
    def active(self) -> int:
        """How many filters are in use."""
        return sum(1 for name in self.fields if self.data.get(name))
