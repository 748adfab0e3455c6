"""One click from calls to an incident: it is raised, every call of the cluster is linked to it, and departments may be
called to it in the same step (吹哨)."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.cases.forms import OpeningForm
from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from grids.hotline.matching import CATEGORY_CODES
from grids.models import Category, Incident
from grids.whistle.models import Department, Whistle

if TYPE_CHECKING:
    from community.directory.models import User
    from grids.hotline.models import HotlineTicket

MOST = 200


class RaiseForm(OpeningForm):
    """What sort of incident it is, what the worker should know, and which departments are called, if any."""

    category = forms.ModelChoiceField(label=gettext_lazy("事件类别"), queryset=Category.objects.none())
    place = forms.CharField(label=gettext_lazy("具体位置"), max_length=120, required=False)
    description = forms.CharField(
        label=gettext_lazy("情况说明"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    departments = forms.ModelMultipleChoiceField(
        label=gettext_lazy("同时吹哨，请这些部门到场"), queryset=Department.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, error_messages={"required": gettext_lazy("请至少选一个部门。")},
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("需要部门做什么"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, user: "User", tickets: "list[HotlineTicket]", whistle: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.tickets = tickets
        first = tickets[0]
        self._offer_whistle(first, whistle)
        categories = cast("forms.ModelChoiceField[Category]", self.fields["category"])
        categories.queryset = Category.objects.active()
        categories.initial = categories.queryset.filter(code=CATEGORY_CODES.get(first.category, "")).first()
        self.fields["place"].initial = "" if self.building else first.address
        self.fields["description"].initial = _words(tickets)

    def _offer_whistle(self, first: "HotlineTicket", whistle: bool) -> None:
        """To those who may blow one; ``whistle``: it is what they came for."""
        here = Department.objects.for_community(first.community)
        if not reach(self.user, Perm.DISPATCH_INCIDENTS).covers(first.community_id) or not here.exists():
            del self.fields["departments"], self.fields["reason"]
            return
        departments = cast("forms.ModelMultipleChoiceField[Department]", self.fields["departments"])
        departments.queryset = here
        departments.required = self.fields["reason"].required = whistle

    @property
    def building(self) -> Any:
        """The building they all name; None when they name several of one estate."""
        places = {ticket.building_id for ticket in self.tickets}
        return self.tickets[0].building if len(places) == 1 else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.building and not cleaned.get("place", "").strip():
            self.add_error("place", _("请写明在哪里。"))
        if cleaned.get("departments") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("请写明需要部门做什么。"))
        return cleaned

    def raise_case(self) -> Incident:
        """The incident, all links and the whistle, or nothing."""
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
            if called := list(data.get("departments") or ()):
                Whistle.blow(incident, called, by=self.user, reason=data["reason"])
        return incident


def _words(tickets: "list[HotlineTicket]") -> str:
    """How many called, and what the last of them said; no caller is named."""
    last = tickets[-1]
    words = _("12345 来电 %(count)d 件：%(content)s") % {"count": len(tickets), "content": last.content}
    return words[:2000]
