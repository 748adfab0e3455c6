"""Pages of whistles: blowing one on a case, the department's inbox, the street's overview."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.cases.views import find
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import holds
from community.core.workflow import MoveError
from grids.whistle.forms import BlowForm
from grids.whistle.models import Department, WhistleCall
from grids.whistle.promptness import DAYS, promptness
from grids.whistle.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import User


@needs(Perm.DISPATCH_INCIDENTS)
@require_http_methods(["GET", "POST"])
def blow(request: HttpRequest, number: str) -> HttpResponse:
    """Choose departments and say what for."""
    user = cast("User", request.user)
    _kind, case = find(number, user)
    if not holds(Perm.DISPATCH_INCIDENTS)(user, case):
        raise PermissionDenied
    form = BlowForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            form.blow(user)
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
            return redirect("cases:page", number=number)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("哨声已发出，部门报到后会通知您。"))
            return redirect("cases:page", number=number)
    context = {"shell": shell_for(user), "case": case, "form": form}
    return render(request, "grids/whistle/blow.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person's departments are called to, newest first."""
    user = cast("User", request.user)
    departments = list(Department.objects.of(user))
    calls = WhistleCall.objects.listed().filter(department__in=departments)
    context = {"shell": shell_for(user), "departments": departments, "page": newest_first(calls, request.GET)}
    return render(request, "grids/whistle/inbox.html", context)


class CallFilter(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("状态"), required=False,
        choices=[("", gettext_lazy("全部")), ("open", gettext_lazy("未完成")), *Status.choices],
    )  # fmt: skip
    due = forms.ChoiceField(
        label=gettext_lazy("时限"), required=False,
        choices=[("", gettext_lazy("全部")), ("overdue", gettext_lazy("已超时"))],
    )  # fmt: skip
    department = forms.ModelChoiceField(
        label=gettext_lazy("部门"), required=False, queryset=Department.objects.all(), empty_label=gettext_lazy("全部")
    )

    @property
    def active(self) -> int:
        return sum(1 for name in self.fields if self.data.get(name))


@needs(Perm.SEE_DASHBOARD)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every call within reach, and how promptly departments report in."""
    user = cast("User", request.user)
    chosen = CallFilter(request.GET)
    places = sorted(reach(user, Perm.SEE_DASHBOARD).communities)
    calls = WhistleCall.objects.in_reach_of(user).listed()
    page = newest_first(_narrowed(calls, chosen.cleaned_data) if chosen.is_valid() else calls.none(), request.GET)
    template = "grids/whistle/_calls.html" if request.htmx else "grids/whistle/overview.html"  # type: ignore[attr-defined]
    context = {"shell": shell_for(user), "filter": chosen, "page": page}
    if not request.htmx:  # type: ignore[attr-defined]
        context |= {"departments": promptness(places), "days": DAYS}
    return render(request, template, context)


def _narrowed(calls: Any, chosen: dict[str, Any]) -> Any:
    if chosen["state"] == "open":
        calls = calls.open()
    elif chosen["state"]:
        calls = calls.filter(status=chosen["state"])
    if chosen["due"]:
        calls = calls.overdue()
    return calls.filter(department=chosen["department"]) if chosen["department"] else calls
