"""Forms of the fund: giving, entering, spending, fairs, projects and rules."""

from datetime import date
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.models import Case
from community.core.widgets import PhotosField
from community.directory.models import Community, User
from points.fund.donation import Donation
from points.fund.fair import Fair
from points.fund.fund import Fund
from points.fund.matching import Income
from points.fund.money import MoneyField
from points.fund.months import Month
from points.fund.project import MOST, Project
from points.fund.spending import Spending
from points.fund.voucher import Via
from points.showing import NameAs

DAY = {"required": _("请选择日期。"), "invalid": _("请选择日期。")}
FIRST_YEAR = 2000
NO_NAME = ("", _("不写名字"))


def day_field(label: Any) -> forms.DateField:
    """Browsers fill such a field only from the plain form of a date."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages=DAY)


def check_day(day: date, community_id: int) -> date:
    """A day that can still be entered; a slip of the keys gives the year 0206."""
    if day.year < FIRST_YEAR:
        raise forms.ValidationError(_("请核对年份。"))
    if day > timezone.localdate():
        raise forms.ValidationError(_("日期不能在今天以后。"))
    if Month.objects.is_closed(community_id, day):
        raise forms.ValidationError(_("这个月已经结账，请选还没有结账的月份里的一天。"))
    return day


class OfCommunity(OpeningForm):
    """Raised in one community, which the page names; a request sent twice raises one case, whatever has changed since."""

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        if "project" in self.fields:
            chosen = cast("forms.ModelChoiceField[Project]", self.fields["project"])
            chosen.queryset = Project.objects.filter(community=community).to_give_to()

    def clean_day(self) -> date:
        return check_day(self.cleaned_data["day"], self.community.pk)

    def raise_once(self) -> tuple[Case, bool]:
        known = self.already_raised()
        return (known, False) if known else super().raise_once()


def project_field(label: Any) -> "forms.ModelChoiceField[Project]":
    return forms.ModelChoiceField(
        label=label, queryset=Project.objects.none(), empty_label=None,
        error_messages={"required": _("请选择项目。"), "invalid_choice": _("这个项目已经结束，请另选一个。")},
    )  # fmt: skip


def name_as_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("公示时怎么写名字"), required=False, choices=[NO_NAME, *NameAs.choices], widget=forms.RadioSelect,
        help_text=_("不选就写“爱心人士”。"),
    )  # fmt: skip


class Named(forms.Form):
    """Agreement to be named, and how."""

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        if chosen.get("name_as") == NameAs.NICKNAME and not chosen.get("nickname", "").strip():
            self.add_error("nickname", _("请写一个昵称。"))
        return chosen


class PledgeForm(Named, OfCommunity):
    project = project_field(_("捐给"))
    amount = MoneyField(label=_("捐多少元"))
    name_as = name_as_field()
    nickname = forms.CharField(label=_("昵称"), max_length=20, required=False)

    def raise_case(self) -> Case:
        return Donation.pledge(by=self.user, **self.cleaned_data)


class CashForm(Named, OfCommunity):
    """At the desk: money that has come."""

    source = forms.ChoiceField(
        label=_("谁捐的"), choices=Donation.From.choices, widget=forms.RadioSelect, initial="person"
    )
    donor_name = forms.CharField(label=_("捐赠人或单位名称"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("捐赠人的手机号"), max_length=20, required=False,
        help_text=_("填了本社区账号的手机号，捐赠人能在自己的页面看到收据。"),
    )  # fmt: skip
    name_as = name_as_field()
    nickname = forms.CharField(label=_("昵称"), max_length=20, required=False)
    project = project_field(_("捐给"))
    amount = MoneyField(label=_("金额（元）"))
    via = forms.ChoiceField(label=_("方式"), choices=Via.choices)
    reference = forms.CharField(label=_("流水号或备注"), max_length=60, required=False)
    day = day_field(_("到账日期"))

    def clean(self) -> dict[str, Any]:
        chosen = super().clean()
        chosen["donor"] = None
        if chosen.get("source") == Donation.From.ANONYMOUS:
            return chosen | {"donor_name": "", "name_as": "", "nickname": ""}
        if not chosen.get("donor_name", "").strip():
            self.add_error("donor_name", _("请写捐赠人或单位；不愿留名请选“匿名”。"))
        if phone := chosen.get("phone", "").strip():
            chosen["donor"] = User.objects.filter(phone=phone, community=self.community, is_active=True).first()
            if chosen["donor"] is None:
                self.add_error("phone", _("本社区没有这个手机号的账号；不填也可以。"))
            elif chosen["donor"].pk == self.user.pk:
                self.add_error("phone", _("自己的捐款请另一位同事登记。"))
        return chosen

    def raise_case(self) -> Case:
        facts = {name: value for name, value in self.cleaned_data.items() if name != "phone"}
        return Donation.enter(by=self.user, community=self.community, sort=self.sort, **facts)

    sort = Donation.Sort.CASH


class GoodsForm(CashForm):
    """At the desk: goods, counted and valued."""

    sort = Donation.Sort.GOODS
    amount = None  # type: ignore[assignment]
    via = None  # type: ignore[assignment]
    reference = None  # type: ignore[assignment]
    goods = forms.CharField(label=_("物品"), max_length=40, error_messages={"required": _("请写物品。")})
    quantity = forms.IntegerField(
        label=_("数量"), min_value=1, max_value=100_000,
        error_messages={"required": _("请填数量。"), "invalid": _("请填整数。")},
    )  # fmt: skip
    unit = forms.CharField(label=_("计量单位"), max_length=8, help_text=_("例如 件、袋、箱。"))
    unit_value = MoneyField(label=_("每件估值（元）"), help_text=_("按发票或市价估一个数；物资和钱分开记。"))
    field_order = (
        "source", "donor_name", "phone", "name_as", "nickname", "goods", "quantity", "unit", "unit_value", "project", "day",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        chosen = super().clean()
        if (chosen.get("quantity") or 0) * (chosen.get("unit_value") or 0) > MOST:
            self.add_error("unit_value", _("总价超过一千万元，请核对。"))
        return chosen


class OfProjects(MoveForm):
    """A move with a day, and the projects of its case's community."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "project" in self.fields:
            chosen = cast("forms.ModelChoiceField[Project]", self.fields["project"])
            chosen.queryset = Project.objects.filter(community=self.case.community_id).to_give_to()
            chosen.initial = cast(Any, self.case).project_id
        if "day" in self.fields:
            self.fields["day"].initial = timezone.localdate()

    def clean_day(self) -> date:
        return check_day(self.cleaned_data["day"], self.case.community_id)


class ReceiveForm(OfProjects):
    amount = MoneyField(label=_("实际到账（元）"))
    project = project_field(_("捐给"))
    day = day_field(_("到账日期"))
    via = forms.ChoiceField(label=_("方式"), choices=Via.choices)
    reference = forms.CharField(label=_("流水号或备注"), max_length=60, required=False)
    field_order = ("amount", "project", "day", "via", "reference", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = cast(Donation, self.case).amount


class HandOutForm(OfProjects):
    quantity = forms.IntegerField(
        label=_("发放数量"), min_value=1,
        error_messages={"required": _("请填数量。"), "invalid": _("请填整数。")},
    )  # fmt: skip
    project = project_field(_("用在哪个项目"))
    whom = forms.CharField(
        label=_("发给"), max_length=60, help_text=_("写地方或人群，例如“3号楼高龄老人”；账目公开，不写人名。"),
        error_messages={"required": _("请写明发给哪里或哪些人。")},
    )  # fmt: skip
    day = day_field(_("发放日期"))
    field_order = ("quantity", "project", "whom", "day", "note")

    def clean_quantity(self) -> int:
        left, wanted = cast(Donation, self.case).left or 0, int(self.cleaned_data["quantity"])
        if wanted > left:
            raise forms.ValidationError(_("只剩 %(left)s，请填不超过它的数量。") % {"left": left})
        return wanted


class RequestForm(OfCommunity):
    project = project_field(_("用哪个项目的钱"))
    title = forms.CharField(
        label=_("用途"), max_length=60, help_text=_("账目公开，居民会看到这句话；不写人名。"),
        error_messages={"required": _("请写用途。")},
    )  # fmt: skip
    amount = MoneyField(label=_("金额（元）"))
    payee = forms.CharField(
        label=_("付给谁"), max_length=60, help_text=_("只有管账和审批的人看得到。"),
        error_messages={"required": _("请写付给谁。")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        error_messages={"required": _("请写明为什么需要这笔支出。")},
    )  # fmt: skip

    def raise_case(self) -> Case:
        return Spending.request(by=self.user, **self.cleaned_data)


class PayForm(OfProjects):
    amount = MoneyField(label=_("实付金额（元）"))
    day = day_field(_("付款日期"))
    via = forms.ChoiceField(label=_("方式"), choices=Via.choices)
    reference = forms.CharField(label=_("流水号或备注"), max_length=60, required=False)
    photos = PhotosField(
        most=6, label=_("发票或收据的照片"), required=True, error_messages={"required": _("请附上票据的照片。")}
    )  # fmt: skip
    field_order = ("amount", "day", "via", "reference", "photos", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = cast(Spending, self.case).amount


class FairForm(OfCommunity):
    sort = forms.ChoiceField(label=_("类别"), choices=Fair.Sort.choices, widget=forms.RadioSelect, initial="flea")
    title = forms.CharField(
        label=_("名称"),
        max_length=60,
        help_text=_("例如“十月跳蚤市场”。"),
        error_messages={"required": _("请写名称。")},
    )
    place = forms.CharField(label=_("地点"), max_length=60, required=False)
    day = day_field(_("哪一天"))
    project = project_field(_("收入归哪个项目"))
    via = forms.ChoiceField(label=_("收入怎样收"), choices=Via.choices)

    def clean_day(self) -> date:
        """A fair may still lie ahead."""
        day: date = self.cleaned_data["day"]
        return day if day > timezone.localdate() else check_day(day, self.community.pk)

    def raise_case(self) -> Case:
        return Fair.plan(by=self.user, community=self.community, **self.cleaned_data)


class StallForm(MoveForm):
    stall = forms.CharField(label=_("摊位"), max_length=40, error_messages={"required": _("请写摊位名称。")})
    amount = MoneyField(label=_("捐入基金（元）"))
    field_order = ("stall", "amount", "note")


class StrikeForm(MoveForm):
    stall = forms.ChoiceField(label=_("划去哪一个"))
    field_order = ("stall", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = cast(Fair, self.case).stalls.all()
        cast(forms.ChoiceField, self.fields["stall"]).choices = [(str(row.pk), row.name) for row in rows]

    def clean_stall(self) -> int:
        return int(self.cleaned_data["stall"])


DONATION_FORMS: dict[str, type[MoveForm]] = {"receive": ReceiveForm, "hand_out": HandOutForm, "reverse": ReasonForm}
SPENDING_FORMS: dict[str, type[MoveForm]] = {"pay": PayForm, "refuse": ReasonForm, "reverse": ReasonForm}
FAIR_FORMS: dict[str, type[MoveForm]] = {
    "take": StallForm, "strike": StrikeForm, "send_back": ReasonForm, "reverse": ReasonForm,
}  # fmt: skip


class FundForm(forms.ModelForm):
    class Meta:
        model = Fund
        fields = ["words", "pay_to", "published"]
        help_texts = {"words": _("写给居民看：这笔钱为谁设、怎么用、谁来管。")}
        widgets = {
            "words": forms.Textarea(attrs={"rows": 4, "data-count": ""}), "pay_to": forms.Textarea(attrs={"rows": 2})
        }  # fmt: skip


class ProjectForm(forms.Form):
    name = forms.CharField(label=_("项目名称"), max_length=40, error_messages={"required": _("请写项目名称。")})
    words = forms.CharField(
        label=_("做什么、给谁用"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        required=False,
    )
    budget = MoneyField(label=_("预算（元）"), help_text=_("最多用这么多；超过的申请会被拒绝。"))


class RuleForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=40, error_messages={"required": _("请写名称。")})
    project = forms.ModelChoiceField(
        label=_("基金项目"), queryset=Project.objects.none(), required=False, empty_label=_("所有项目")
    )
    income = forms.MultipleChoiceField(
        label=_("配比哪些收入"), choices=Income.choices, widget=forms.CheckboxSelectMultiple, initial=["donation"],
        error_messages={"required": _("请至少选一种收入。")},
    )  # fmt: skip
    percent = forms.IntegerField(
        label=_("配比比例（%）"), min_value=1, max_value=500, initial=100,
        help_text=_("100 就是捐 1 元配 1 元。"), error_messages={"required": _("请填比例。"), "invalid": _("请填整数。")},
    )  # fmt: skip
    per_gift = MoneyField(label=_("每笔最多配（元）"), required=False)
    cap = MoneyField(label=_("一共最多配（元）"))
    begins_on = day_field(_("从"))
    ends_on = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = cast("forms.ModelChoiceField[Project]", self.fields["project"])
        chosen.queryset = Project.objects.filter(community=community, sort=Project.Sort.PROJECT).open()

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        if chosen.get("ends_on") and chosen.get("begins_on") and chosen["ends_on"] < chosen["begins_on"]:
            self.add_error("ends_on", _("结束日期不能早于开始日期。"))
        return chosen


class TransferForm(forms.Form):
    """From the fund at large to a project or into the pool."""

    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    target = forms.ModelChoiceField(label=_("拨给"), queryset=Project.objects.none(), empty_label=None)
    amount = MoneyField(label=_("金额（元）"))

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Project.objects.filter(community=community).open().exclude(sort=Project.Sort.GENERAL)
        cast("forms.ModelChoiceField[Project]", self.fields["target"]).queryset = rows.order_by("-sort", "pk")
