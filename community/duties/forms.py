"""The form of a plan: a few plain questions from which the rule is written."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from dateutil.rrule import MONTHLY, WEEKLY
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.access.models import Role
from community.directory.models import User
from community.duties import changing, offering
from community.duties.festivals import FIRST_YEAR, LAST_YEAR, Festival
from community.duties.models import Plan
from community.duties.people import communities_led, grids_led, workers_of
from community.duties.recurrence import is_recurrence, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
DAILY, WORKDAYS, WEEKS, MONTHS, CUSTOM = "daily", "workdays", "weekly", "monthly", "custom"
HOW = [
    (DAILY, _("每天")),
    (WORKDAYS, _("每个工作日")),
    (WEEKS, _("每周的某几天")),
    (MONTHS, _("每月的某几日")),
    (Plan.Rhythm.FESTIVALS, _("逢传统节日")),
    (Plan.Rhythm.RANDOM, _("每周几次，时间不定")),
    (CUSTOM, _("自己写规则（RFC 5545）")),
]
WEEKDAYS = list(zip(CODES, (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")), strict=True))
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
LONGEST_ROTA = 31


class PlanForm(forms.ModelForm):
    """Makes or changes a plan of a place that the person leads."""

    place = forms.ChoiceField(label=_("在哪里"))
    kind = forms.ChoiceField(label=_("做什么"))
    how = forms.ChoiceField(label=_("多久一次"), choices=HOW, initial=DAILY)
    weekdays = forms.MultipleChoiceField(
        label=_("周几"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    month_days = forms.CharField(
        label=_("几日"), required=False, max_length=100, help_text=_("比如：1，15。-1 表示最后一天。")
    )
    festivals = forms.MultipleChoiceField(
        label=_("节日"), choices=Festival.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    rule = forms.CharField(label=_("重复规则"), required=False, max_length=200, help_text="FREQ=WEEKLY;BYDAY=MO,TH")
    rota = forms.ModelMultipleChoiceField(
        label=_("轮流的人"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("按名单次序轮流。"),
    )  # fmt: skip
    team = forms.ModelMultipleChoiceField(
        label=_("一起去的人"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("由网格长组织；开始那一刻他们才收到通知。"),
    )  # fmt: skip

    class Meta:
        model = Plan
        fields = [
            "lead", "times_a_week", "lasts", "title", "instructions", "opens", "closes", "overnight", "starts_on",
            "ends_on", "assigned", "assignee", "role", "proof", "grace", "catch_up", "catch_up_days", "alarm", "secret",
        ]  # fmt: skip
        widgets = {
            "instructions": forms.Textarea(attrs={"rows": 3}),
            "opens": CLOCK, "closes": CLOCK, "starts_on": DAY, "ends_on": DAY,
        }  # fmt: skip

    field_order = (
        "kind", "title", "place", "instructions", "how", "weekdays", "month_days", "festivals", "lead", "times_a_week",
        "lasts", "rule", "opens", "closes", "overnight", "starts_on", "ends_on", "assigned", "assignee", "role", "rota",
        "proof", "grace", "catch_up", "catch_up_days", "alarm", "secret", "team",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.communities, self.grids = list(communities_led(user)), list(grids_led(user))
        people = workers_of({row.pk for row in self.communities} | {row.community_id for row in self.grids})
        self._choices("kind", offering.kinds())
        self._choices("place", self._places())
        for name in ("assignee", "rota", "team"):
            cast("forms.ModelChoiceField[User]", self.fields[name]).queryset = people
        cast("forms.ModelChoiceField[Role]", self.fields["role"]).queryset = Role.objects.filter(
            scope_kind__in=("grid", "community")
        )
        for name in ("lead", "lasts", "grace", "catch_up_days"):
            self.fields[name].required = False
        if self.instance.pk:
            self.initial.update(self._asked())
        else:
            self.initial["starts_on"] = timezone.localdate()

    def _choices(self, name: str, choices: "Sequence[Any]") -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def _places(self) -> list[tuple[str, str]]:
        whole = [(f"community:{row.pk}", gettext("%(name)s（全社区）") % {"name": row}) for row in self.communities]
        return whole + [(f"grid:{row.pk}", str(row)) for row in self.grids]

    def _asked(self) -> dict[str, Any]:
        """The answers that an existing plan would have been made from."""
        plan = self.instance
        found: dict[str, Any] = {
            "place": f"grid:{plan.grid_id}" if plan.grid_id else f"community:{plan.community_id}",
            "kind": plan.kind, "rule": plan.recurrence, "festivals": plan.festivals,
            "team" if plan.secret else "rota": [member.user_id for member in plan.members.all()],
        }  # fmt: skip
        return found | (_how(plan) if plan.rhythm == Plan.Rhythm.RULE else {"how": plan.rhythm})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, field in (("lead", 0), ("grace", 0), ("catch_up_days", 0), ("lasts", 120)):
            if cleaned.get(name) is None and name not in self.errors:
                cleaned[name] = field
        self._clean_rhythm(cleaned)
        self._clean_people(cleaned)
        if cleaned.get("catch_up") == Plan.CatchUp.SKIP:
            cleaned["catch_up_days"] = 0
        elif not cleaned.get("catch_up_days"):
            self.add_error("catch_up_days", gettext("请写明几天内补做。"))
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and not FIRST_YEAR <= starts.year <= LAST_YEAR:
            self.add_error("starts_on", gettext("开始日期不对，请核对年份。"))
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("结束日期不能早于开始日期。"))
        return cleaned

    def _clean_rhythm(self, cleaned: dict[str, Any]) -> None:
        how = cleaned.get("how")
        needed = {WEEKS: "weekdays", MONTHS: "month_days", Plan.Rhythm.FESTIVALS: "festivals", CUSTOM: "rule",
                  Plan.Rhythm.RANDOM: "times_a_week"}  # fmt: skip
        name = needed.get(how or "")
        if name and not cleaned.get(name):
            if name not in self.errors:
                self.add_error(name, gettext("请填写这一项。"))
            return
        try:
            self.recurrence = self._rule(how, cleaned)
            is_recurrence(self.recurrence)
        except ValidationError as error:
            self.add_error(name or "how", error)

    def _rule(self, how: str | None, cleaned: dict[str, Any]) -> str:
        if how == WEEKS:
            return f"FREQ=WEEKLY;BYDAY={','.join(code for code in CODES if code in cleaned['weekdays'])}"
        if how == MONTHS:
            return f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, _month_days(cleaned['month_days'])))}"
        return cleaned["rule"].strip() if how == CUSTOM else "FREQ=DAILY"

    def _clean_people(self, cleaned: dict[str, Any]) -> None:
        assigned = cleaned.get("assigned")
        if assigned == Plan.Assigned.POST and not cleaned.get("role"):
            self.add_error("role", gettext("请选择岗位。"))
        if assigned == Plan.Assigned.ROTA and not cleaned.get("rota"):
            self.add_error("rota", gettext("请至少选两位轮流的人。"))
        if len(cleaned.get("rota") or ()) > LONGEST_ROTA:
            self.add_error("rota", gettext("最多 31 人轮流。"))

    def _post_clean(self) -> None:
        """Write the answers into the plan before it is validated as a whole."""
        data = self.cleaned_data
        kind, _colon, pk = data.get("place", "").partition(":")
        plan = self.instance
        if pk:
            grid = next((row for row in self.grids if kind == "grid" and str(row.pk) == pk), None)
            plan.grid, plan.community_id = grid, grid.community_id if grid else int(pk)
        plan.kind = data.get("kind") or plan.kind
        plan.recurrence = getattr(self, "recurrence", plan.recurrence)
        plan.festivals = data.get("festivals") or []
        how = data.get("how")
        plan.working_days_only = how == WORKDAYS
        plan.rhythm = how if how in (Plan.Rhythm.FESTIVALS, Plan.Rhythm.RANDOM) else Plan.Rhythm.RULE
        super()._post_clean()  # type: ignore[misc]

    @property
    def members(self) -> list[User]:
        """The rota in its order; of a secret plan, the team."""
        return list(self.cleaned_data.get("team" if self.cleaned_data.get("secret") else "rota") or ())

    def keep(self) -> Plan:
        """Raises MoveError, ValidationError."""
        return changing.save(self.instance, by=self.user, members=self.members)


def _how(plan: Plan) -> dict[str, Any]:
    rule: Any = parse(plan.recurrence, plan.starts_on)
    if plan.recurrence == "FREQ=DAILY":
        return {"how": WORKDAYS if plan.working_days_only else DAILY}
    codes = plan.recurrence.partition("BYDAY=")[2].split(",")
    if rule._freq == WEEKLY and plan.recurrence == f"FREQ=WEEKLY;BYDAY={','.join(codes)}" and set(codes) <= set(CODES):
        return {"how": WEEKS, "weekdays": codes}
    days = plan.recurrence.partition("BYMONTHDAY=")[2]
    if rule._freq == MONTHLY and plan.recurrence == f"FREQ=MONTHLY;BYMONTHDAY={days}":
        return {"how": MONTHS, "month_days": days}
    return {"how": CUSTOM}


def _month_days(text: str) -> list[int]:
    """Raises ValidationError."""
    try:
        days = sorted({int(part) for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()})
    except ValueError:
        days = []
    if not days or any(day == 0 or not -1 <= day <= 31 for day in days):
        raise ValidationError(gettext("请写 1 到 31 之间的日子，用逗号隔开。"))
    return days


class PauseForm(forms.Form):
    """From when to when a plan rests, and why."""

    begins_on = forms.DateField(label=_("从"), widget=DAY)
    ends_on = forms.DateField(label=_("到"), widget=DAY, required=False, help_text=_("不填表示到恢复为止。"))
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("begins_on", timezone.localdate())


def preview_span(today: date) -> tuple[date, date]:
    """The ten days that a preview shows."""
    return today, date.fromordinal(today.toordinal() + 9)
