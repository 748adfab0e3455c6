"""Forms of “五个一”: one click to begin it, and the details of its moves."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.models import Post
from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.directory.models import PartnerUnit, Person, User
from community.directory.phones import PhoneField
from grids.care.lines import Line
from grids.care.models import CarePlan

HELPERS = ("grid_worker", "grid_leader", "community_staff", "secretary", "volunteer", "party_member")


def helpers_of(person: Person) -> "dict[str, list[User]]":
    """Who may take a line on, by role: the people of the elder's grid and community. One query."""
    dwelling = cast(Any, person.dwelling)
    here = Post.objects.filter(role__code__in=HELPERS).on(timezone.localdate())
    posts = here.filter(grid=dwelling.building.grid_id) | here.filter(community=person.community_id)
    found: dict[str, list[User]] = {}
    for post in posts.filter(user__is_active=True).select_related("user", "role").order_by("pk"):
        found.setdefault(post.role.code, []).append(post.user)
    return found


class PeopleFields(forms.Form):
    """Who does which line, and who lives next door."""

    call = forms.ModelChoiceField(label=_("一天一电话"), queryset=User.objects.none())
    visit = forms.ModelChoiceField(label=_("一周一走访"), queryset=User.objects.none())
    housework = forms.ModelChoiceField(label=_("一月一家政"), queryset=User.objects.none())
    housework_unit = forms.ModelChoiceField(
        label=_("家政由共建单位承担"),
        queryset=PartnerUnit.objects.none(),
        required=False,
        empty_label=_("不由单位承担"),
    )
    activity = forms.ModelChoiceField(label=_("一季一活动"), queryset=User.objects.none())
    festival = forms.ModelChoiceField(label=_("一节一慰问"), queryset=User.objects.none())
    neighbour = forms.ModelChoiceField(
        label=_("热心邻居"), queryset=User.objects.none(), required=False, empty_label=_("还没有"),
        help_text=_("电话没打通时，先请邻居敲门看看。"),
    )  # fmt: skip

    def offer(self, person: Person, ids: "Iterable[int | None]", neighbour: int | None = None) -> None:
        """Among whom to choose: ``ids`` for the lines, the people of the house for the neighbour."""
        for name in Line.values:
            self._people(name).queryset = User.objects.filter(pk__in=[pk for pk in ids if pk]).order_by("pk")
        building = cast(Any, person.dwelling).building_id
        near = Q(person__dwelling__building=building, is_active=True) & ~Q(person=person)
        self._people("neighbour").queryset = User.objects.filter(near | Q(pk=neighbour)).order_by("pk")
        units = cast("forms.ModelChoiceField[PartnerUnit]", self.fields["housework_unit"])
        units.queryset = PartnerUnit.objects.filter(community=person.community_id).order_by("pk")

    def _people(self, name: str) -> "forms.ModelChoiceField[User]":
        return cast("forms.ModelChoiceField[User]", self.fields[name])

    def chosen(self) -> dict[str, Any]:
        """``people`` and ``units`` as the verbs take them; the unit's liaison does what the unit has taken on."""
        data = self.cleaned_data
        people, units = {line: data[line] for line in Line.values}, {}
        if unit := data["housework_unit"]:
            units = {Line.HOUSEWORK.value: unit}
            people[Line.HOUSEWORK.value] = unit.users.filter(is_active=True).order_by("pk").first() or data["housework"]
        return {"people": people, "units": units, "neighbour": data["neighbour"]}


class BeginForm(PeopleFields, OpeningForm):
    """Everybody is proposed already: with the elder's word it is one click. Volunteers are asked, never ordered."""

    consent = forms.BooleanField(label=_("老人本人同意"), error_messages={"required": _("请先征得老人本人同意。")})
    family_name = forms.CharField(label=_("家属"), max_length=40, required=False)
    family_phone = PhoneField(label=_("家属电话"), required=False)
    family_consent = forms.BooleanField(label=_("家属本人同意留电话"), required=False)

    def __init__(self, *args: Any, user: User, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.person = person
        helpers = helpers_of(person)
        everybody = [one for people in helpers.values() for one in people]
        self.offer(person, [one.pk for one in everybody])
        self._propose(helpers, everybody)

    def _propose(self, helpers: dict[str, list[User]], everybody: list[User]) -> None:
        """The worker calls and visits, a volunteer helps at home, the office sees to activities and festivals."""

        def first(*codes: str) -> User | None:
            return next((helpers[code][0] for code in codes if helpers.get(code)), next(iter(everybody), None))

        proposed = {
            "call": first("grid_worker", "grid_leader"), "visit": first("grid_worker", "grid_leader"),
            "housework": first("volunteer", "party_member"), "activity": first("community_staff", "secretary"),
            "festival": first("grid_leader", "secretary"),
        }  # fmt: skip
        for name, person in proposed.items():
            self.initial.setdefault(name, person.pk if person else None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("family_phone") and not data.get("family_consent"):
            self.add_error("family_consent", _("留家属电话，需要家属本人同意。"))
        return data

    def raise_case(self) -> CarePlan:
        names = ("consent", "family_name", "family_phone", "family_consent", "request_key")
        facts = {name: self.cleaned_data[name] for name in names}
        return CarePlan.begin(by=self.user, person=self.person, **self.chosen(), **facts)


class PeopleForm(PeopleFields, ReasonForm):
    """Other people for the lines; whoever has one may keep it, though the post it came with is over."""

    field_order = (*Line.values[:3], "housework_unit", *Line.values[3:], "neighbour", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        care = cast("CarePlan", self.case)
        lines = {row.line: row for row in care.lines.select_related("plan")}
        known = {line: row.plan.assignee_id for line, row in lines.items()}
        helpers = [one.pk for people in helpers_of(care.person).values() for one in people]
        self.offer(care.person, [*helpers, *known.values()], care.neighbour_id)
        unit = lines[Line.HOUSEWORK].partner_unit_id
        self.initial.update(known | {"housework_unit": unit, "neighbour": care.neighbour_id})

    def make(self, verb: str) -> None:
        getattr(self.case, verb)(by=self.user, note=self.cleaned_data["note"], **self.chosen())


class RestForm(ReasonForm):
    back_on = forms.DateField(
        label=_("哪天恢复"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不知道可以不填，回来后再点“恢复”。"),
    )  # fmt: skip
    field_order = ("note", "back_on")


class EndForm(MoveForm):
    ending = forms.ChoiceField(label=_("结束原因"), choices=CarePlan.Ending.choices, widget=forms.RadioSelect)
    field_order = ("ending", "note")


MOVE_FORMS: dict[str, type[MoveForm]] = {"reassign": PeopleForm, "rest": RestForm, "end": EndForm}
