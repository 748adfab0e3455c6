"""Forms of redemption: the desk's windows and offers, the counter's code."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, ReasonForm
from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import PartnerUnit, User
from points.redemption import eligibility
from points.redemption.draw import PrizeDraw
from points.redemption.offer import MOST_POINTS, MOST_STOCK, TERMS, Offer
from points.redemption.window import Window


class Moment(forms.DateTimeField):
    """A day and a time, as browsers send them, in years that anybody means: a slip of the keys gives 0206 or 20260."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)

    def clean(self, value: Any) -> datetime | None:
        found: datetime | None = super().clean(value)
        if found is not None and not 2000 <= found.year <= 2100:
            raise ValidationError(_("请核对年份。"))
        return found


MOMENT = {"required": _("请选择日期和时间。"), "invalid": _("请选择日期和时间。")}
ENTERED = _("已有人报名抽签，不能再改；要改请先取消抽签。")
WHOLE = {"required": _("请填整数。"), "invalid": _("请填整数。")}


class CodeForm(MoveForm):
    """Handing out: the member's code, as shown or read out."""

    code = forms.CharField(
        label=_("领取码"),
        max_length=20,
        error_messages={"required": _("请输入居民出示的领取码。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order = ("code", "note")


MOVE_FORMS: dict[str, type[MoveForm]] = {"collect": CodeForm, "decline": ReasonForm}
DRAW_FORMS: dict[str, type[MoveForm]] = {"call_off": ReasonForm}


class CounterForm(forms.Form):
    """The code with which a redemption is found."""

    code = forms.CharField(
        label=_("领取码"),
        max_length=300,
        error_messages={"required": _("请输入居民出示的领取码。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "data-code": ""}),
    )

    def clean_code(self) -> str:
        """The address that a camera read counts as its last part."""
        typed = str(self.cleaned_data["code"]).strip().rstrip("/")
        return typed.rpartition("/")[2]


class QuantityForm(forms.Form):
    quantity = forms.IntegerField(
        label=_("数量"),
        min_value=0,
        max_value=99,
        error_messages={"invalid": _("请填整数。"), "required": _("请填数量。")},
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": 99}),
    )


class PlannedForm(forms.ModelForm):
    """A window's name and moments, to the minute."""

    opens_at = Moment(label=_("开始时间"), error_messages=MOMENT)
    closes_at = Moment(label=_("截止时间"), error_messages=MOMENT)
    collect_until = Moment(label=_("最迟领取时间"), error_messages=MOMENT)

    class Meta:
        model = Window
        fields = ["name", "opens_at", "closes_at", "collect_until"]
        error_messages = {"name": {"required": _("请写名称。")}}
        help_texts = {"name": _("例如“2027 年上半年兑换期”。")}

    def _get_validation_exclusions(self) -> set[str]:
        """What windows allow only once holds among those that were not cancelled."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"cancelled_at"}


class WindowForm(PlannedForm):
    class Meta(PlannedForm.Meta):
        fields = ["community", *PlannedForm.Meta.fields]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, user, Perm.RUN_REDEMPTION)


class EditWindowForm(PlannedForm):
    """What of a window may still change at that moment; ``planning`` has the last word."""

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = {"open": ["opens_at"], "collecting": ["opens_at", "closes_at"]}
        for name in gone.get(self.instance.state(now), []):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Nobody has typed the seconds: a moment left as it was shown stays as it is."""
        cleaned = super().clean() or {}
        for name, value in cleaned.items():
            was = self.initial.get(name)
            if isinstance(was, datetime) and value == was.replace(second=0, microsecond=0):
                cleaned[name] = was
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """The community is not asked, yet what it allows only once is checked."""
        return super()._get_validation_exclusions() - {"community"}


class CancelForm(forms.Form):
    note = forms.CharField(
        label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        error_messages={"required": _("请写明理由。")},
    )  # fmt: skip


# As the database has them; said here so that the words stand beside their field.
BOUNDS = {"price": (0, MOST_POINTS), "stock": (1, MOST_STOCK), "per_person": (1, 9999), "per_household": (1, 9999)}


class OfferForm(forms.ModelForm):
    """What is offered; a scarce thing is drawn for at a moment of its own."""

    for_whom = forms.MultipleChoiceField(
        label=_("面向"),
        required=False,
        choices=eligibility.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("满足其中一项即可；都不选就是本社区所有居民。"),
    )
    draws_at = Moment(label=_("抽签时间"), required=False, help_text=_("只有勾选“抽签”时填写。"))

    class Meta:
        model = Offer
        fields = [
            "partner", "name", "sort", "words", "where", "price", "stock", "per_person", "per_household", "for_whom",
            "by_draw", "withdrawn",
        ]  # fmt: skip
        widgets = {"words": forms.Textarea(attrs={"rows": 3, "data-count": ""})}
        error_messages = {
            "partner": {"required": _("请选择共建单位。")},
            "name": {"required": _("请写名称。")},
            "where": {"required": _("请写明到哪里领。")},
            "price": WHOLE,
            "stock": WHOLE,
            "per_person": WHOLE,
            "per_household": WHOLE,
        }

    field_order = (
        "partner", "name", "sort", "words", "where", "price", "stock", "per_person", "per_household", "for_whom",
        "by_draw", "draws_at", "withdrawn",
    )  # fmt: skip

    def __init__(self, *args: Any, window: Window, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.window = window
        for name, (least, most) in BOUNDS.items():
            least = 0 if self.instance.pk and name == "stock" else least  # what has gone is the bound then
            self.fields[name].validators += [
                MinValueValidator(least, _("至少填 %(limit_value)s。")), MaxValueValidator(most, _("最多填 %(limit_value)s。"))
            ]  # fmt: skip
        units = cast("forms.ModelChoiceField[PartnerUnit]", self.fields["partner"])
        units.queryset = PartnerUnit.objects.filter(community=window.community_id)
        if self.instance.pk is None:
            del self.fields["withdrawn"]
        else:
            self._keep_what_was_promised()

    def _keep_what_was_promised(self) -> None:
        for name in ("partner", "by_draw", "draws_at"):
            del self.fields[name]
        draw: PrizeDraw | None = getattr(self.instance, "draw", None)
        if draw is not None and draw.status != draw.Status.DRAWN:
            del self.fields["withdrawn"]
        if self.instance.is_entered:
            for name in TERMS:
                self.fields[name].help_text = ENTERED
                self.fields[name].widget.attrs["readonly"] = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("by_draw") and not cleaned.get("draws_at"):
            self.add_error("draws_at", _("请填写抽签时间。"))
        if cleaned.get("price") == 0 and not cleaned.get("by_draw", self.instance.by_draw):
            self.add_error("price", _("只有抽签的兑换品可以不要积分。"))
        return cleaned

    def _post_clean(self) -> None:
        """New stock before the model's own checks, so that what has gone is never less than nothing."""
        stock = self.cleaned_data.get("stock")
        if stock is not None:
            known = self.instance.pk is not None
            taken = self.initial_taken() if known else 0
            self.instance.left = max(0, stock - taken)
            if stock < taken:
                self.add_error("stock", _("已经兑换了 %(taken)s 份，数量不能更少。") % {"taken": taken})
        super()._post_clean()  # type: ignore[misc]

    def initial_taken(self) -> int:
        offer = Offer.objects.get(pk=self.instance.pk)
        return offer.stock - offer.left

    def keep(self, *, by: User, now: datetime) -> Offer:
        """Save it, with its draw. Raises ValidationError, NotYours."""
        with transaction.atomic():
            known = self.instance.pk is not None
            if known:
                self._recount()
            offer: Offer = self.save()
            if offer.by_draw and not known:
                PrizeDraw.announce(offer, self.cleaned_data["draws_at"], by=by, now=now)
        return offer

    def _recount(self) -> None:
        """What is left, by the locked row: somebody may have redeemed while the form stood open."""
        now = Offer.objects.locked([self.instance.pk])[self.instance.pk]
        taken = now.stock - now.left
        if self.instance.stock < taken:
            raise ValidationError({"stock": _("已经兑换了 %(taken)s 份，数量不能更少。") % {"taken": taken}})
        if now.is_entered:
            self._stand_by_the_draw(now)
        self.instance.left, self.instance.collected = self.instance.stock - taken, now.collected

    def _stand_by_the_draw(self, now: Offer) -> None:
        """Somebody may have entered while the form stood open."""
        if changed := [name for name in TERMS if getattr(self.instance, name) != getattr(now, name)]:
            raise ValidationError(dict.fromkeys(changed, ENTERED))
        if self.instance.stock < now.stock:
            raise ValidationError({"stock": _("已有人报名抽签，数量只能增加。")})
