"""Looking at the hidden contact of a case: with a reason, written down first, readable by the person looked at."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.access.models import Reveal
from community.access.shells import shell_for
from community.access.views import needs
from community.cases.views import find
from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("查看理由"),
        min_length=4,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("理由会记录下来，本人可以看到。"),
        error_messages={"required": _("请写明查看理由。"), "min_length": _("请写明查看理由（至少四个字）。")},
    )


@needs(Perm.REVEAL)
@never_cache
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason; record the look; show name, phone and address once."""
    user = cast("User", request.user)
    _kind, case = find(number, user)
    if not reach(user, Perm.REVEAL).covers(case.community_id, case.grid_id):
        raise PermissionDenied
    form = RevealForm(request.POST or None)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        Reveal.record(
            by=user,
            fact=Reveal.Fact.CONTACT,
            reason=form.cleaned_data["reason"],
            community_id=case.community_id,
            account=case.raised_by,
            person=case.raised_by.person if case.raised_by else None,
            case_id=case.pk,
        )
        shown = case.contact()
    context = {"shell": shell_for(user), "case": case, "form": form, "shown": shown}
    return render(request, "cases/reveal.html", context)
