"""Forms behind the moves by which an incident passes from hand to hand and is worked on."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from community.access.holders import holders, unit_holders
from community.cases.forms import DayForm, MoveForm, ReasonForm
from community.core.perms import Perm
from community.core.widgets import StarsField
from community.directory.models import Grid, PartnerUnit, User
from grids.handling.rules import dispatches
from grids.models import Category, Incident
from grids.models.incident_workflow import Level


def colleagues(incident: Incident) -> QuerySet[User]:
    """Who handles incidents there or, where a unit has it, for the unit; all but those who have it already."""
    here = holders(Perm.HANDLE_INCIDENTS, community_id=incident.community_id, grid_id=incident.grid_id)
    if incident.unit_id:
        theirs = unit_holders(Perm.HANDLE_FOR_UNIT, incident.unit_id)
        here = User.objects.filter(Q(pk__in=here.values("pk")) | Q(pk__in=theirs.values("pk")))
    return here.exclude(pk=incident.handler_id or 0).order_by("pk")


class DispatchForm(ReasonForm):
    """To a level, a named person or a partner unit; an incident without a grid may be given to one."""

    level = forms.TypedChoiceField(label=_("派到"), coerce=int, choices=Level.choices)
    grid = forms.ModelChoiceField(label=_("所属网格"), queryset=Grid.objects.none(), required=False)
    unit = forms.ModelChoiceField(
        label=_("或派给单位"),
        queryset=PartnerUnit.objects.none(),
        required=False,
        empty_label=_("（不派给单位）"),
        help_text=_("选了单位，由该单位联络员签收。"),
    )
    handler = forms.ModelChoiceField(
        label=_("指定承办人"), queryset=User.objects.none(), required=False, empty_label=_("（由该层级安排）")
    )
    field_order = ("level", "grid", "unit", "handler", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incident = cast(Incident, self.case)
        desk = dispatches(self.user, incident)
        self._offer_levels(incident, desk)
        cast("forms.ModelChoiceField[User]", self.fields["handler"]).queryset = holders(
            Perm.HANDLE_INCIDENTS, community_id=incident.community_id, grid_id=incident.grid_id
        ).order_by("pk")
        if incident.grid_id is None:
            grids = cast("forms.ModelChoiceField[Grid]", self.fields["grid"])
            grids.queryset = Grid.objects.filter(community=incident.community_id)
        else:
            del self.fields["grid"]
        if desk:
            units = cast("forms.ModelChoiceField[PartnerUnit]", self.fields["unit"])
            units.queryset = PartnerUnit.objects.filter(community=incident.community_id).order_by("pk")
        else:
            del self.fields["unit"]

    def _offer_levels(self, incident: Incident, desk: bool) -> None:
        levels = cast(forms.ChoiceField, self.fields["level"])
        lowest = incident.first_level if desk else incident.level
        if incident.grid_id is None:
            lowest = Level.GRID
        levels.choices = [choice for choice in Level.choices if choice[0] >= lowest]
        levels.initial = min(incident.level + 1, Level.STREET)


class TransferForm(ReasonForm):
    handler = forms.ModelChoiceField(
        label=_("转给谁"),
        queryset=User.objects.none(),
        empty_label=_("（请选择）"),
        error_messages={"required": _("请选择一位同事。")},
    )
    field_order = ("handler", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[User]", self.fields["handler"])
        people.queryset = colleagues(cast(Incident, self.case))


class CallInForm(MoveForm):
    helper = forms.ModelChoiceField(
        label=_("请谁协办"),
        queryset=User.objects.none(),
        empty_label=_("（请选择）"),
        error_messages={"required": _("请选择一位同事。")},
    )
    field_order = ("helper", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incident = cast(Incident, self.case)
        people = cast("forms.ModelChoiceField[User]", self.fields["helper"])
        people.queryset = colleagues(incident).exclude(pk__in=incident.helper_ids)
        self.fields["note"].label = _("请他做什么")


class SplitForm(MoveForm):
    what = forms.CharField(
        label=_("分出去的是什么？"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明分出去的是什么。")},
    )
    category = forms.ModelChoiceField(
        label=_("类别"), queryset=Category.objects.active(), required=False, empty_label=_("（与原事件相同）")
    )
    field_order = ("what", "category", "note")


class RecategoriseForm(MoveForm):
    category = forms.ModelChoiceField(
        label=_("改为哪一类？"),
        queryset=Category.objects.active(),
        error_messages={"required": _("请选一类问题。"), "invalid_choice": _("请选一类问题。")},
    )
    field_order = ("category", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        incident = cast(Incident, self.case)
        kinds = cast("forms.ModelChoiceField[Category]", self.fields["category"])
        kinds.queryset = Category.objects.active().exclude(pk=incident.category_id)
        self.fields["category"].help_text = _("时限从开始计时的时刻按新类别重新计算，新旧类别都留在经过里。")


class AskExtensionForm(DayForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].label = _("延期到哪一天")
        self.fields["note"].help_text = _("批准后，反映人会看到新的日期。")


class FollowUpForm(ReasonForm):
    rating = StarsField(label=_("反映人满意吗？"), required=False)
    field_order = ("note", "rating")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("回访情况")
        self.fields["note"].error_messages["required"] = _("请写明怎样回访的，反映人怎么说。")
