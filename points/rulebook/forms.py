"""Forms of rule sets: one rule in fields that people understand, the moves, and the day from which a set holds."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm
from community.core.models import Case
from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import Community
from points.models import Asset, PointRule
from points.models.rule import MOST, RuleFields
from points.rulebook import events

STARS = [("", _("不限")), *((str(stars), _("不低于 %(stars)s 星") % {"stars": stars}) for stars in range(1, 6))]
WHOLE = {"invalid": _("请填整数。"), "min_value": _("请填 1 以上的整数。")}

ASKED = ("rating", "photos", "unpaid", "urgency")


def whole(label: Any, help_text: Any = "", required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, required=required, min_value=1, max_value=100_000,
        error_messages=WHOLE | {"required": _("请填数额。")},
    )  # fmt: skip


class RuleForm(MoveForm):
    """One rule of a draft. Conditions become data; a new rule is named by a code of its own."""

    note = None  # type: ignore[assignment]
    code = forms.SlugField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("规则名称"), max_length=60, help_text=_("会显示在居民的积分明细里。"),
        error_messages={"required": _("请写规则名称。")},
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("发生什么事"), widget=forms.CheckboxSelectMultiple, help_text=_("其中任何一个发生就给分；同一事项只给一次。"),
        error_messages={"required": _("请至少选一个。")},
    )  # fmt: skip
    gives_to = forms.ChoiceField(label=_("给谁"), choices=RuleFields.Recipient.choices, widget=forms.RadioSelect)
    asset = forms.ChoiceField(label=_("记什么"), choices=Asset.choices[:2], widget=forms.RadioSelect)
    amount = whole(_("数额"), _("整数；时长按分钟计。"), required=True)
    per_minutes = whole(_("每多少分钟计一次"), _("例如 60：每满一小时给一份；留空表示每次给一份。"))
    rating = forms.ChoiceField(label=_("评价"), choices=STARS, required=False)
    photos = forms.BooleanField(label=_("须附有照片"), required=False)
    unpaid = forms.BooleanField(label=_("只给义务参与的人（不含在岗人员）"), required=False)
    urgency = forms.ChoiceField(
        label=_("紧急程度"), choices=[("", _("不限")), *Case.Urgency.choices], required=False
    )  # fmt: skip
    cap_once = whole(_("一次最多"))
    cap_day = whole(_("每人每天最多"))
    cap_period = whole(_("每人每半年最多"))
    approve_above = whole(_("超过多少要审批"), _("一次给的分超过这个数，先由另一人批准。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(event.code, event.label) for event in events.events()]
        have = {code for code, _label in known}
        drafted = cast(Any, self.case).drafts.values_list("events", flat=True)
        bare = sorted({code for codes in drafted for code in codes} - have)
        field = cast(forms.MultipleChoiceField, self.fields["events"])
        field.choices = [*known, *((code, events.words_of(code)) for code in bare)]

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if amount > MOST:
            raise forms.ValidationError(_("一次最多 %(most)s。") % {"most": MOST})
        return amount

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        rating, photos, unpaid, urgency = (chosen.pop(name, "") for name in ASKED)
        chosen["conditions"] = [
            *([{"fact": "rating", "op": "at_least", "value": int(rating)}] if rating else []),
            *([{"fact": "photos", "op": "is", "value": True}] if photos else []),
            *([{"fact": "unpaid", "op": "is", "value": True}] if unpaid else []),
            *([{"fact": "urgency", "op": "is", "value": urgency}] if urgency else []),
        ]
        chosen["code"] = chosen.get("code") or self._free_code(chosen.get("events", []))
        return chosen

    def _free_code(self, codes: list[str]) -> str:
        """Named after its first event, numbered where that name was ever taken."""
        stem = (codes[0] if codes else "rule").replace(".", "_")[:34]
        taken = set(PointRule.objects.filter(code__startswith=stem).values_list("code", flat=True))
        taken |= set(cast(Any, self.case).drafts.values_list("code", flat=True))
        names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
        return next(name for name in names if name not in taken)


def shown(rule: RuleFields) -> dict[str, Any]:
    """The initial values of the form for one rule."""
    facts = {condition["fact"]: condition["value"] for condition in rule.conditions}
    return rule.sayings | {"code": rule.code, **{name: facts.get(name, "") for name in ASKED}}


class CodeForm(MoveForm):
    note = None  # type: ignore[assignment]
    code = forms.ChoiceField(label=_("哪一条"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drafts = cast(Any, self.case).drafts.all()
        cast(forms.ChoiceField, self.fields["code"]).choices = [(draft.code, str(draft)) for draft in drafts]


class SubmitForm(MoveForm):
    effective_on = forms.DateField(
        label=_("哪天生效"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("最早明天；已发生的事按当天的规则算。"),
        error_messages={"required": _("请选择日期。"), "invalid": _("请选择日期。")},
    )  # fmt: skip
    field_order = ("effective_on", "note")


MOVE_FORMS: dict[str, type[MoveForm]] = {"put": RuleForm, "drop": CodeForm, "submit": SubmitForm}


class BeginForm(forms.Form):
    """In which community; asked only of who has several."""

    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none(), empty_label=None)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, user, Perm.MANAGE_POINTS)
