"""Forms of rosters: a new desk, who fills a shift, and the words of a hand-over."""

from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.directory.models import User
from community.duties.forms import DAY
from community.duties.models import Desk, Member
from community.duties.people import communities_led, grids_led, workers_of
from grids.rosters import making
from grids.rosters.models import Watch

SETS = [
    ("three", _("早、中、夜三班（8–16–24–8 点）")),
    ("two", _("白、夜两班（8–20–8 点）")),
    ("day", _("每天一班，24 小时")),
    ("office", _("上午、下午两班")),
]


class DeskForm(forms.ModelForm):
    place = forms.ChoiceField(label=_("在哪里"))
    template = forms.ChoiceField(label=_("怎么分班"), choices=SETS)
    people = forms.ModelMultipleChoiceField(
        label=_("谁来轮班"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选轮班的人。")},
    )  # fmt: skip
    starts_on = forms.DateField(label=_("从哪天起"), widget=DAY)

    class Meta:
        model = Desk
        fields = ["name", "phone", "published"]

    field_order = ("name", "place", "phone", "published", "template", "people", "starts_on")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.communities, self.grids = list(communities_led(user)), list(grids_led(user))
        cast(forms.ChoiceField, self.fields["place"]).choices = [
            *((f"community:{row.pk}", gettext("%(name)s（全社区）") % {"name": row}) for row in self.communities),
            *((f"grid:{row.pk}", str(row)) for row in self.grids),
        ]
        led = {row.pk for row in self.communities} | {row.community_id for row in self.grids}
        cast("forms.ModelMultipleChoiceField[User]", self.fields["people"]).queryset = workers_of(led)
        self.initial.setdefault("starts_on", timezone.localdate())

    def clean_starts_on(self) -> Any:
        day = self.cleaned_data["starts_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(gettext("请从今天或以后开始。"))
        return day

    def clean_people(self) -> Any:
        people = self.cleaned_data["people"]
        needed = {"three": 3, "two": 2, "day": 2}.get(self.data.get("template", ""), 1)
        if len(people) < needed:
            raise forms.ValidationError(gettext("这样分班至少要 %(n)s 个人。") % {"n": needed})
        return people

    def _post_clean(self) -> None:
        kind, _colon, pk = self.cleaned_data.get("place", "").partition(":")
        if pk:
            grid = next((row for row in self.grids if kind == "grid" and str(row.pk) == pk), None)
            self.instance.grid, self.instance.community_id = grid, grid.community_id if grid else int(pk)
        super()._post_clean()  # type: ignore[misc]

    def keep(self) -> Desk:
        """Raises MoveError, ValidationError."""
        data = self.cleaned_data
        return making.set_up(
            self.instance, by=self.user, template=data["template"], people=list(data["people"]),
            starts_on=data["starts_on"],
        )  # fmt: skip


class WordsForm(forms.Form):
    """What goes with a move of a shift."""

    note = forms.CharField(
        label=_("交接的话"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "data-count": ""})
    )


class OfferForm(WordsForm):
    to = forms.ModelChoiceField(
        label=_("请谁换"), queryset=User.objects.none(), required=False, empty_label=_("（谁有空都行）")
    )
    field_order = ("to", "note")

    def __init__(self, *args: Any, watch: Watch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = colleagues(watch)
        self.fields["note"].label = _("说明")


class FillForm(forms.Form):
    """A leader gives a shift to somebody."""

    to = forms.ModelChoiceField(label=_("由谁值这一班"), queryset=User.objects.none())

    def __init__(self, *args: Any, watch: Watch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = workers_of([watch.community_id])


def colleagues(watch: Watch) -> Any:
    """Those of the desk's rota, without whose shift it is."""
    rota = Member.objects.filter(plan=watch.plan_id or 0).values("user")
    return User.objects.filter(pk__in=rota, is_active=True).exclude(pk=watch.assignee_id or 0).order_by("name", "pk")
