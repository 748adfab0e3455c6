"""One click from calls to an incident: it is raised, and every call of the cluster is linked to it."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.cases.forms import OpeningForm
from community.core.models import Case
from grids.hotline.matching import CATEGORY_CODES
from grids.models import Category, Incident

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.hotline.models import HotlineTicket

MOST = 200


class RaiseForm(OpeningForm):
    """What sort of incident it is, and what the worker should know."""

    category = forms.ModelChoiceField(label=gettext_lazy("事件类别"), queryset=Category.objects.none())
    place = forms.CharField(label=gettext_lazy("具体位置"), max_length=120, required=False)
    description = forms.CharField(
        label=gettext_lazy("情况说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, user: "User", tickets: "list[HotlineTicket]", **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.tickets = tickets
        first = tickets[0]
        categories = cast("forms.ModelChoiceField[Category]", self.fields["category"])
        categories.queryset = Category.objects.active()
        categories.initial = categories.queryset.filter(code=CATEGORY_CODES.get(first.category, "")).first()
        self.fields["place"].initial = "" if self.building else first.address
        self.fields["description"].initial = _words(tickets)

    @property
    def building(self) -> Any:
        """The building they all name; None when they name several of one estate."""
        places = {ticket.building_id for ticket in self.tickets}
        return self.tickets[0].building if len(places) == 1 else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.building and not cleaned.get("place", "").strip():
            self.add_error("place", _("请写明在哪里。"))
        return cleaned

    def raise_case(self) -> Incident:
        """The incident and all links, or nothing."""
        data, first = self.cleaned_data, self.tickets[0]
        with transaction.atomic():
            incident = Incident.report(
                by=self.user, community=first.community, category=data["category"], building=self.building,
                place=data["place"], description=data["description"], channel=Case.Channel.PHONE,
                request_key=data["request_key"],
            )  # fmt: skip
            for ticket in self.tickets:
                if any(move.verb == "link" for move in ticket.moves_for(self.user)):
                    ticket.link(by=self.user, incident=incident)
        return incident


def _words(tickets: "list[HotlineTicket]") -> str:
    """How many called, and what the last of them said; no caller is named."""
    last = tickets[-1]
    words = _("12345 来电 %(count)d 件：%(content)s") % {"count": len(tickets), "content": last.content}
    return words[:2000]
