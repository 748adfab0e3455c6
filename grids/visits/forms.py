"""Forms of visits: what was found at a door, a household's tier, and a door-knock round."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.directory.models import Building, Dwelling, Grid, Person, User
from community.directory.phones import normal_phone
from grids.forms import ALL, ListFilter
from grids.models.category import Category
from grids.visits.found import Care, Found, Outcome, Problem, Wished
from grids.visits.reach import may_visit_at, places_visited
from grids.visits.tiers import HouseholdTier, Tier

if TYPE_CHECKING:
    from grids.visits.visit import Visit

WORDS = {"rows": 3}
# When to come again: how many days on, and the hours.
AGAIN = {
    "tonight": (0, time(18), time(21)),
    "morning": (1, time(8, 30), time(12)),
    "evening": (1, time(18), time(21)),
    "weekend": (None, time(9), time(18)),
}
AGAIN_WORDS = [
    ("tonight", _("今天晚上")),
    ("morning", _("明天上午")),
    ("evening", _("明天晚上")),
    ("weekend", _("这个周末")),
]


def again_at(choice: str, now: datetime) -> tuple[datetime, datetime]:
    """From when to when somebody comes again; a time that is over today moves to the next day."""
    days, begins, ends = AGAIN[choice]
    local = timezone.localtime(now)
    if days is None:
        days = (5 - local.weekday()) % 7
    day = local.date() + timedelta(days=days)
    opens, closes = datetime.combine(day, begins, local.tzinfo), datetime.combine(day, ends, local.tzinfo)
    if closes - timedelta(minutes=30) <= now:
        opens, closes = opens + timedelta(days=1), closes + timedelta(days=1)
    return max(opens, now), closes


class DoorForm(forms.Form):
    """At the door: one entry, from which the directory, wishes, incidents and tiers are kept.

    People who only stand in for a day (a volunteer's weekly visit) are asked for the plain words alone.
    """

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(choices=Outcome.choices, widget=forms.HiddenInput)
    again = forms.ChoiceField(label=_("什么时候再来？"), choices=AGAIN_WORDS, required=False, widget=forms.RadioSelect)
    present = forms.ModelMultipleChoiceField(
        label=_("谁在家？"), queryset=Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=_("还有谁"), required=False, max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("比如：女儿、护工")}),
    )  # fmt: skip
    note = forms.CharField(label=_("走访情况"), required=False, max_length=2000, widget=forms.Textarea(attrs=WORDS))
    solved = forms.TypedChoiceField(
        label=_("问题解决了吗？"), required=False, empty_value=None, coerce=lambda value: value == "yes",
        choices=[("yes", _("解决了")), ("no", _("还没有"))], widget=forms.RadioSelect,
    )  # fmt: skip
    residents = forms.IntegerField(label=_("常住几人"), required=False, min_value=0, max_value=50)
    usage = forms.ChoiceField(label=_("使用状况"), required=False, choices=[("", "—"), *Dwelling.Usage.choices])
    wish = forms.CharField(
        label=_("居民的心愿"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    wish_consent = forms.BooleanField(label=_("已征得本人同意代为许愿"), required=False)
    problem_category = forms.ModelChoiceField(
        label=_("哪类问题"), queryset=Category.objects.none(), required=False, empty_label=_("没有发现问题")
    )
    problem = forms.CharField(
        label=_("问题是什么"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    care_tier = forms.ChoiceField(label=_("以后多久走访"), required=False, choices=[("", _("不变")), *Tier.choices])
    care_reason = forms.ChoiceField(
        label=_("原因"), required=False, choices=[("", "—"), *HouseholdTier.Reason.choices],
        help_text=_("原因和具体情况默认隐藏，查看要说明理由并留痕。"),
    )  # fmt: skip
    care_facts = forms.CharField(label=_("具体情况"), required=False, max_length=500)
    private_note = forms.CharField(
        label=_("敏感情况"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("健康、收入、家庭矛盾等写在这里，默认隐藏。"),
    )  # fmt: skip

    STAFF_ONLY = (
        "residents", "usage", "problem_category", "problem", "care_tier", "care_reason", "care_facts", "private_note",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, dwelling: Dwelling, visit: "Visit | None" = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.dwelling, self.visit = user, dwelling, visit
        self.people = list(dwelling.people.order_by("pk")[:12])
        cast(Any, self.fields["present"]).queryset = dwelling.people.order_by("pk")
        grid = dwelling.building.grid
        self.is_staff = may_visit_at(user, grid.community_id, grid.pk)
        if self.is_staff:
            cast(Any, self.fields["problem_category"]).queryset = Category.objects.active()
            self.initial.setdefault("residents", dwelling.residents)
            self.initial.setdefault("usage", dwelling.usage)
            for person in self.people:
                self.fields[f"phone_{person.pk}"] = forms.CharField(
                    label=_("%(name)s的新号码") % {"name": person.name}, required=False, max_length=20,
                    widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
                )  # fmt: skip
        else:
            for name in self.STAFF_ONLY:
                del self.fields[name]
        if visit is None or not visit.is_follow_up:
            del self.fields["solved"]

    @property
    def phone_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("phone_")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        met = data.get("outcome") == Outcome.MET
        if data.get("outcome") == Outcome.NOBODY and self.visit is not None and not data.get("again"):
            self.add_error("again", _("请选一个再来的时间。"))
        if met and data.get("wish", "").strip() and not data.get("wish_consent"):
            self.add_error("wish_consent", _("代别人许愿，需要先征得本人同意。"))
        if met and data.get("problem_category") and not data.get("problem", "").strip():
            self.add_error("problem", _("请写明问题是什么。"))
        if met and data.get("problem", "").strip() and not data.get("problem_category"):
            self.add_error("problem_category", _("请选一类问题。"))
        if met and data.get("care_tier") and not data.get("care_reason"):
            self.add_error("care_reason", _("请选择原因。"))
        if met and "solved" in self.fields and data.get("solved") is None:
            self.add_error("solved", _("请问一问问题解决了没有。"))
        self._clean_phones(data)
        return data

    def _clean_phones(self, data: dict[str, Any]) -> None:
        self.phones: dict[int, str] = {}
        for name in [name for name in self.fields if name.startswith("phone_")]:
            if not (typed := data.get(name, "").strip()):
                continue
            try:
                self.phones[int(name.removeprefix("phone_"))] = normal_phone(typed)
            except ValidationError:
                self.add_error(name, _("电话号码好像不对，请检查一下。"))

    @property
    def result(self) -> str:
        return str(self.cleaned_data["outcome"])

    @property
    def found(self) -> Found:
        """What the verbs take. What was typed beside “nobody home” is kept as words alone."""
        data = self.cleaned_data
        present = tuple(data.get("present") or ())
        plain = {
            "note": data.get("note", "").strip(), "private_note": data.get("private_note", "").strip(),
            "request_key": data.get("request_key"),
        }  # fmt: skip
        if self.result != Outcome.MET:
            return Found(**plain)
        wish, category, tier = data.get("wish", "").strip(), data.get("problem_category"), data.get("care_tier")
        speaker = present[0] if present else (self.people[0] if self.people else None)
        return Found(
            **plain, present=present, others=data.get("others", "").strip(), phones=self.phones,
            residents=data.get("residents"), usage=data.get("usage", ""), solved=data.get("solved"),
            wished=Wished(wish, speaker, True) if wish else None,
            problem=Problem(category, data["problem"].strip()) if category else None,
            care=Care(tier, data["care_reason"], data.get("care_facts", "")) if tier else None,
        )  # fmt: skip


class TierForm(forms.Form):
    """Put a household into a tier."""

    tier = forms.ChoiceField(label=_("走访类别"), choices=Tier.choices, widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("原因"), choices=HouseholdTier.Reason.choices,
        help_text=_("原因和具体情况默认隐藏，查看要说明理由并留痕。"),
    )  # fmt: skip
    facts = forms.CharField(label=_("具体情况"), required=False, max_length=500, widget=forms.Textarea(attrs=WORDS))


class RoundForm(forms.Form):
    """Announce a door-knock round over buildings of one grid."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("行动名称"), max_length=80, widget=forms.TextInput(attrs={"placeholder": _("比如：入冬安全敲门行动")})
    )
    purpose = forms.CharField(
        label=_("走访内容"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    buildings = forms.ModelMultipleChoiceField(
        label=_("走哪些楼？"), queryset=Building.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一栋楼。")},
    )  # fmt: skip
    last_day = forms.DateField(label=_("哪天之前走完"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Building]", self.fields["buildings"])
        field.queryset = Building.objects.filter(grid=grid).select_related("estate").order_by("estate", "pk")


class VisitFilter(ListFilter):
    state = forms.ChoiceField(
        label=_("状态"), required=False,
        choices=[ALL, ("open", _("待走访")), ("done", _("已完成")), ("missed", _("未完成")), ("called_off", _("已取消"))],
    )  # fmt: skip
    why = forms.ChoiceField(
        label=_("为什么去"), required=False,
        choices=[ALL, ("plan", _("按计划")), ("urgent", _("紧急")), ("follow_up", _("回访"))],
    )  # fmt: skip
    field_order = ("state", "why", "grid", "days")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        cast(Any, self.fields["grid"]).queryset = Grid.objects.filter(places_visited(user, "community", "pk"))
