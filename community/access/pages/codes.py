"""Printing the codes of a building's households: an A4 sheet of slips, one a door."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Building, Dwelling, HouseholdCode, Membership
from community.directory.models.household_code import LIFETIME, USES, spelt

if TYPE_CHECKING:
    from community.directory.models import User

JOINED = Exists(Membership.objects.current().filter(dwelling=OuterRef("pk")))


def in_care_of(user: "User") -> "QuerySet[Building]":
    """Buildings whose households the person may admit."""
    return Building.objects.filter(reach(user, Perm.ADMIT_HOUSEHOLDS).within("estate__community", "grid"))


class SheetForm(forms.Form):
    """Which doors of the building, and how many members a code admits."""

    unit = forms.ChoiceField(label=_("单元"), required=False)
    only_new = forms.BooleanField(label=_("只打印还没有人加入的户"), required=False, initial=True)
    uses = forms.IntegerField(label=_("每码可用人数"), min_value=1, max_value=12, initial=USES)

    def __init__(self, *args: Any, building: Building, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.building = building
        units = building.dwellings.order_by("unit").values_list("unit", flat=True).distinct()
        cast(forms.ChoiceField, self.fields["unit"]).choices = [("", _("全部单元")), *[(u, u) for u in units if u]]

    def doors(self) -> "QuerySet[Dwelling]":
        doors = self.building.dwellings.select_related("building__estate")
        if unit := self.cleaned_data["unit"]:
            doors = doors.filter(unit=unit)
        return doors.exclude(JOINED) if self.cleaned_data["only_new"] else doors


@needs(Perm.ADMIT_HOUSEHOLDS)
@require_safe
def buildings(request: HttpRequest) -> HttpResponse:
    """The buildings in one's care with how many doors have joined."""
    user = cast("User", request.user)
    joined = Count("dwellings__memberships__dwelling", filter=Q(dwellings__memberships__until=None), distinct=True)
    rows = in_care_of(user).select_related("estate", "grid").annotate(joined=joined)
    doors = dict(in_care_of(user).annotate(doors=Count("dwellings")).values_list("pk", "doors"))
    return render(
        request, "access/buildings.html", {"shell": shell_for(user), "rows": [(row, doors[row.pk]) for row in rows]}
    )


@needs(Perm.ADMIT_HOUSEHOLDS)
@never_cache
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose and print. The answer to POST is the only time that the codes can be read."""
    user = cast("User", request.user)
    building = get_object_or_404(in_care_of(user).select_related("estate"), pk=pk)
    form = SheetForm(request.POST or None, building=building)
    context: dict[str, Any] = {"shell": shell_for(user), "building": building, "form": form}
    if request.method == "POST" and form.is_valid():
        if made := HouseholdCode.make(form.doors(), by=user, uses=form.cleaned_data["uses"]):
            return render(request, "access/slips.html", context | _slips(request, made))
        messages.info(request, _("所选的户都已有人加入，没有需要打印的码。"))
    return render(request, "access/sheet.html", context)


def _slips(request: HttpRequest, made: list[tuple[Dwelling, str]]) -> dict[str, Any]:
    page = request.build_absolute_uri(reverse("joining:join"))
    slips = [{"door": door, "code": spelt(code), "link": f"{page}?code={spelt(code)}"} for door, code in made]
    return {"slips": slips, "page": page, "until": timezone.now() + LIFETIME}
