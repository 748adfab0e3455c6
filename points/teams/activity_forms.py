"""Forms of activities: announcing one or several, and the details of every move."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm, ReasonForm, last_days
from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import User
from community.duties import recurrence
from points.redemption.forms import Moment
from points.teams.activity import MOST_NEEDED, Activity
from points.teams.correction import Correction
from points.teams.signup import SignUp
from points.teams.team import Team
from points.teams.workflow import Status, organises

if TYPE_CHECKING:
    from collections.abc import Iterable

RHYTHMS = [
    ("", _("只这一次")), ("FREQ=WEEKLY", _("每周")), ("FREQ=WEEKLY;INTERVAL=2", _("每两周")), ("FREQ=MONTHLY", _("每月同一天")),
]  # fmt: skip
MOST_TIMES = 12
WHOLE = {"invalid": _("请填整数。"), "required": _("请填人数。")}
MOMENT = {"invalid": _("请选择日期和时间。"), "required": _("请选择日期和时间。")}


def led_by(user: User) -> Any:
    """The teams for which one may announce something."""
    standing = Team.objects.standing()
    own = standing.filter(leader=user) | standing.filter(reach(user, Perm.RUN_VOLUNTEERS).within(grid=None))
    return own.order_by("name")


class PlanForm(forms.Form):
    place = forms.CharField(label=_("地点"), max_length=100, error_messages={"required": _("请写明在哪里集合。")})
    starts_at = Moment(label=_("开始时间"), error_messages=MOMENT)
    ends_at = Moment(label=_("结束时间"), error_messages=MOMENT)
    sign_up_until = Moment(
        label=_("报名截止"), required=False, help_text=_("留空就是开始的时候。"), error_messages=MOMENT
    )  # fmt: skip
    needed = forms.IntegerField(
        label=_("需要几个人"), min_value=1, max_value=MOST_NEEDED, initial=10, error_messages=WHOLE
    )  # fmt: skip


class AnnounceForm(PlanForm, OpeningForm):
    team = forms.ModelChoiceField(label=_("队伍"), queryset=Team.objects.none(), empty_label=None)
    title = forms.CharField(label=_("活动名称"), max_length=60, error_messages={"required": _("请写活动名称。")})
    words = forms.CharField(
        label=_("做些什么"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""})
    )  # fmt: skip
    skills = forms.CharField(
        label=_("最好会"), max_length=100, required=False, help_text=_("例如理发、量血压；不会也能来就留空。")
    )
    insured = forms.BooleanField(label=_("保险已落实"), required=False, help_text=_("没有落实就不勾，报名的人会看到。"))
    rhythm = forms.ChoiceField(label=_("重复"), required=False, choices=RHYTHMS)
    times = forms.IntegerField(
        label=_("一共几次"), required=False, min_value=1, max_value=MOST_TIMES, initial=1, error_messages=WHOLE,
        help_text=_("每次都可以单独报名、单独取消。"),
    )  # fmt: skip
    field_order = ("team", "title", "words", "place", "starts_at", "ends_at", "sign_up_until", "needed", "skills")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Team]", self.fields["team"]).queryset = led_by(self.user)

    def raise_case(self) -> Case:
        """The first carries the request's key; all of them or none."""
        chosen = dict(self.cleaned_data)
        rhythm, times = chosen.pop("rhythm"), chosen.pop("times") or 1
        starts = cast(datetime, chosen["starts_at"])
        with transaction.atomic():
            made = [
                Activity.announce(by=self.user, **_moved(chosen, day - timezone.localdate(starts)))
                for day in _days(timezone.localdate(starts), rhythm, times)
            ]
        return made[0]


def _days(first: date, rhythm: str, times: int) -> "Iterable[date]":
    """The days of a rule of RFC 5545, as plans of duties have them."""
    if not rhythm or times < 2:
        return [first]
    return recurrence.days_between(f"{rhythm};COUNT={times}", first, first, first + timedelta(days=31 * 2 * times))


def _moved(chosen: dict[str, Any], later: timedelta) -> dict[str, Any]:
    moved = {name: chosen[name] + later if chosen[name] else None for name in ("starts_at", "ends_at", "sign_up_until")}
    return chosen | moved | ({"request_key": None} if later else {})


class PlainForm(MoveForm):
    """A move that needs no words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]


class CodeForm(PlainForm):
    code = forms.CharField(
        label=_("现场的签到码"), max_length=300, help_text=_("扫现场的二维码，或输入码下面的字。"),
        error_messages={"required": _("请扫码，或输入现场的签到码。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "data-code": ""}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """The address that a camera read counts as its last part."""
        return str(self.cleaned_data["code"]).strip().rstrip("/").rpartition("/")[2]


class TickForm(PlainForm):
    """Who has signed up and not signed in, and the people of the team who came without."""

    people = forms.ModelMultipleChoiceField(
        label=_("到场的人"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少勾一个人。")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activity = cast(Activity, self.case)
        there = SignUp.objects.present().filter(activity=activity).values("user")
        crew = activity.team.members.current().values("user")
        signed_up = SignUp.objects.standing().filter(activity=activity).values("user")
        people = User.objects.filter(is_active=True, pk__in=signed_up.union(crew)).exclude(pk__in=there)
        cast("forms.ModelMultipleChoiceField[User]", self.fields["people"]).queryset = people.order_by("pk")


class ChangeForm(PlanForm, PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PlanForm.base_fields:
            self.fields[name].initial = getattr(self.case, name)
        self.fields["sign_up_until"].required = True


def hours_field(label: Any, minutes: int, most: int) -> forms.DecimalField:
    """Hours in quarters: “1.5”."""
    return forms.DecimalField(
        label=label, min_value=0, max_value=Decimal(most) / 60, max_digits=5, decimal_places=2, step_size=Decimal("0.25"),
        initial=Decimal(minutes) / 60, widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.25"}),
        error_messages={
            "required": _("请填小时数，没来填 0。"), "invalid": _("请填小时数，例如 1.5。"),
            "step_size": _("时长以一刻钟计，例如 1.5 小时。"), "max_decimal_places": _("时长以一刻钟计，例如 1.5 小时。"),
            "max_value": _("不能超过活动的 %(limit_value)s 小时。"), "min_value": _("时长不能少于 0。"),
        },
    )  # fmt: skip


class ProposeForm(MoveForm):
    """One field a person who was there, filled from when they came and went."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        activity = cast(Activity, self.case)
        self.rows = list(activity.sign_ups.present().select_related("user"))
        for row in self.rows:
            known = row.proposed if row.proposed is not None else row.served(activity.starts_at, activity.ends_at)
            label = f"{row.user}" if not row.objection else f"{row.user}（{row.objection}）"
            self.fields[f"hours_{row.user_id}"] = hours_field(label, known, activity.length)
        self.order_fields([*(f"hours_{row.user_id}" for row in self.rows), "note"])

    def make(self, verb: str) -> None:
        hours = {row.user_id: int(self.cleaned_data[f"hours_{row.user_id}"] * 60) for row in self.rows}
        cast(Any, self.case).propose(by=self.user, note=self.cleaned_data["note"], hours=hours)


class ObjectForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = cast(forms.CharField, self.fields["note"])
        note.label, note.help_text = _("哪里不对"), _("例如“我八点就到了，该是 2 小时”。组织者会看到。")
        note.widget.attrs["maxlength"] = 200


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "sign_up": PlainForm, "back_out": PlainForm, "sign_in": CodeForm, "tick": TickForm, "sign_out": PlainForm,
    "change": ChangeForm, "begin": PlainForm, "end": PlainForm, "propose": ProposeForm, "object": ObjectForm,
    "send_back": ReasonForm, "take_over": PlainForm, "cancel": ReasonForm,
}  # fmt: skip


class AskForm(OpeningForm):
    """What is right, and why; somebody else decides."""

    made_up = forms.BooleanField(
        label=_("这是虚报"), required=False, help_text=_("核实后时长改正，另提出扣 10 分，由另一位同事复核。")
    )  # fmt: skip
    note = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        error_messages={"required": _("请写明理由。")},
    )  # fmt: skip
    field_order = ("hours", "made_up", "note")

    def __init__(self, *args: Any, sign_up: SignUp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sign_up = sign_up
        self.fields["hours"] = hours_field(_("应该是几小时"), sign_up.minutes or 0, sign_up.activity.length)
        if not organises(self.user, sign_up.activity):
            del self.fields["made_up"]
        self.order_fields(self.field_order)

    def raise_case(self) -> Case:
        chosen = self.cleaned_data
        try:
            return Correction.ask(
                by=self.user, sign_up=self.sign_up, minutes=int(chosen["hours"] * 60), note=chosen["note"],
                made_up=chosen.get("made_up", False), request_key=chosen["request_key"],
            )  # fmt: skip
        except ValidationError as wrong:
            if hasattr(wrong, "error_dict") and "minutes" in wrong.error_dict:
                raise ValidationError({"hours": wrong.messages}) from wrong
            raise


class ActivityFilter(forms.Form):
    """The desk's list; the dashboard's figure links here by the same names."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *Status.choices])
    days = forms.TypedChoiceField(label=_("时间"), required=False, coerce=int, empty_value=None, choices=last_days)
    community = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)

    @property
    def active(self) -> int:
        return sum(1 for name in ("state", "days") if self.data.get(name))

    def narrow(self, rows: Any) -> Any:
        """Recorded ones by when they were proved, the others by when they were announced."""
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        rows = rows.filter(status=chosen["state"]) if chosen["state"] else rows
        rows = rows.filter(community=chosen["community"]) if chosen["community"] else rows
        moment = "resolved_at" if chosen["state"] == Status.RECORDED else "raised_at"
        return rows.in_last(chosen["days"], moment) if chosen["days"] else rows
