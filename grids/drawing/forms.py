"""Forms of a redraw; the drawing board, the moves' own pages and the API validate with the same ones."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cases.forms import MoveForm, OpeningForm
from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import Building, Community, Grid
from grids.drawing.board import key_of, next_code, targets_of
from grids.drawing.models import NewGrid, Redraw, refuse_past

DATE = forms.DateInput(attrs={"type": "date"})


def effective_field() -> forms.DateField:
    return forms.DateField(
        label=_("生效日期"), widget=DATE, help_text=_("当天零点起按新网格办事；之前发生的事仍归原网格。")
    )


class GridChoice(forms.ChoiceField):
    """Cleans to a grid, or to one that only the draft has."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            error_messages={"required": _("请选网格。"), "invalid_choice": _("请选本社区的网格。")}, **options
        )
        self.grids: dict[str, Grid | NewGrid] = {}

    def offer(self, redraw: Redraw) -> None:
        self.grids = {key_of(grid): grid for grid in targets_of(redraw)}
        self.choices = [("", _("请选择")), *((key, str(grid)) for key, grid in self.grids.items())]

    def clean(self, value: Any) -> Any:
        return self.grids[super().clean(value)]


class DraftForm(MoveForm):
    """What the moves of a draft share: buildings of the community and the grids on the board."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        redraw = cast(Redraw, self.case)
        del self.fields["note"]
        for field in self.fields.values():
            if isinstance(field, GridChoice):
                field.offer(redraw)
        if "buildings" in self.fields:
            rows = Building.objects.filter(estate__community=redraw.community_id).select_related("estate")
            cast(Any, self.fields["buildings"]).queryset = rows.order_by("estate", "pk")


def buildings_field() -> Any:
    chosen = forms.ModelMultipleChoiceField(
        label=_("楼栋"), queryset=Building.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    elsewhere = _("请选本社区的楼栋。")
    chosen.error_messages |= {
        "required": _("请先选要划动的楼栋。"), "invalid_choice": elsewhere, "invalid_pk_value": elsewhere,
    }  # fmt: skip
    return chosen


class ShiftForm(DraftForm):
    buildings = buildings_field()
    target = GridChoice(label=_("划到"))


class SplitForm(DraftForm):
    buildings = buildings_field()
    name = forms.CharField(label=_("新网格名称"), max_length=60)
    code = forms.CharField(
        label=_("网格编码"), max_length=15, validators=[RegexValidator(r"^\d{15}$", _("编码是 15 位数字。"))]
    )
    kind = forms.ChoiceField(label=_("网格类型"), choices=Grid.Kind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].initial = next_code(cast(Redraw, self.case))
        self.fields["name"].error_messages["required"] = _("请给新网格起个名字。")


class MergeForm(DraftForm):
    source = GridChoice(label=_("把哪个网格"))
    target = GridChoice(label=_("并入"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("source") and cleaned.get("source") == cleaned.get("target"):
            self.add_error("target", _("请选另一个网格。"))
        return cleaned


class RescheduleForm(DraftForm):
    effective_on = effective_field()


class ConfirmForm(MoveForm):
    """The decision; what holds from today on takes effect at once, the rest at its midnight."""

    def make(self, verb: str) -> None:
        super().make(verb)
        redraw = cast(Redraw, self.case)
        if redraw.effective_on <= timezone.localdate():
            redraw.take_effect(by=None)


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "shift": ShiftForm,
    "split": SplitForm,
    "merge": MergeForm,
    "reschedule": RescheduleForm,
    "confirm": ConfirmForm,
}


class DrawForm(OpeningForm):
    """Begin a redraw of one's community."""

    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none(), empty_label=None)
    effective_on = effective_field()
    field_order = ("community", "effective_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, self.user, Perm.IMPORT_DIRECTORY)

    def clean_effective_on(self) -> Any:
        try:
            refuse_past(self.cleaned_data["effective_on"], timezone.now())
        except ValidationError as error:
            raise ValidationError(error.messages) from None
        return self.cleaned_data["effective_on"]

    def raise_case(self) -> Redraw:
        data = self.cleaned_data
        return Redraw.draw(
            by=self.user, community=data["community"], effective_on=data["effective_on"],
            request_key=data["request_key"],
        )  # fmt: skip
