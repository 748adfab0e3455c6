"""The forms behind items that a phone sends, and the one that names a check-point."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.directory.models import Building, User
from grids.finding import FindingForm
from grids.models import CheckPoint, Incident, Patrol


def asked_once(ask: Callable[[Any], Any], known: dict[tuple[Any, ...], Any], *about: Any) -> Callable[[Any], Any]:
    """What the findings of a batch choose is mostly the same few rows: each is asked for once."""

    def answer(value: Any) -> Any:
        key = (*about, value)
        if key not in known:
            known[key] = ask(value)
        return known[key]

    return answer


class SentFindingForm(FindingForm):
    """A finding that arrives from a phone: the form of the page, with every building of the community, because the
    worker saw what they saw also beyond the grid's border. ``apart`` reports it without the patrol."""

    urgent = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, user: User, patrol: Patrol, moment: datetime, now: datetime, apart: bool,
        chosen: dict[tuple[Any, ...], Any], **more: Any,
    ) -> None:  # fmt: skip
        self.moment, self.now, self.apart = moment, now, apart
        super().__init__(*args, user=user, patrol=patrol, **more)
        buildings = Building.objects.filter(estate__community=patrol.community_id)
        cast(Any, self.fields["building"]).queryset = buildings.select_related("estate", "grid")
        for name in ("category", "building"):
            field = cast(Any, self.fields[name])
            field.to_python = asked_once(field.to_python, chosen, name, patrol.community_id)

    def raise_case(self) -> Incident:
        """What was put right at once happened when it was seen; what is reported is promised from now on."""
        patrol, data = self.patrol, self.cleaned_data
        facts = self.facts | {"urgent": data["urgent"], "community": patrol.community}
        facts |= {"grid": patrol.grid, "patrol": None if self.apart else patrol, "by": self.user}
        if data["outcome"] == self.FIXED:
            return Incident.fix_on_spot(now=self.moment, **facts)
        return Incident.report(now=self.now, found_at=self.moment, **facts)

    @cached_property
    def warnings(self) -> list[str]:
        """What the worker should know though the finding was taken."""
        building = self.cleaned_data.get("building")
        if building and self.patrol.grid_id and building.grid_id != self.patrol.grid_id:
            return [
                _("%(building)s不在%(grid)s里，已报给%(other)s。")
                % {"building": building, "grid": self.patrol.grid, "other": building.grid}
            ]
        return []


class CheckPointForm(forms.ModelForm):
    """A new check-point at the end of the route."""

    class Meta:
        model = CheckPoint
        fields = ("name",)
        error_messages = {"name": {"required": gettext_lazy("请写明检查点在哪里。")}}
        widgets = {"name": forms.TextInput(attrs={"placeholder": gettext_lazy("比如：3号楼充电棚")})}

    def __init__(self, *args: Any, grid: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.grid = grid

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if CheckPoint.objects.filter(grid=self.instance.grid, name=name).exists():
            raise forms.ValidationError(_("这个网格已有同名的检查点。"))
        return name

    def save(self, commit: bool = True) -> Any:
        """It comes last on the route."""
        self.instance.order = CheckPoint.objects.filter(grid=self.instance.grid).count() + 1
        return super().save(commit)
