"""What a form asks while it is filled in, and joining an incident that neighbours have reported already."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import signed_in
from community.core import asked
from community.core.workflow import MoveError
from grids.models import Incident
from grids.suggesting.alike import alike
from grids.suggesting.categories import suggested
from grids.suggesting.forms import SecondForm, TypedForm

if TYPE_CHECKING:
    from community.directory.models import User


@signed_in
@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """Chips: what the words typed so far are probably about."""
    user = cast("User", request.user)
    typed = TypedForm(request.GET, user=user)
    return render(request, "grids/suggesting/_chips.html", {"categories": suggested(typed.text, user.community_id)})


@signed_in
@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """“附近已有相同问题”, as anybody of the community may know of them."""
    user = cast("User", request.user)
    telling = TypedForm(request.GET, user=user).telling()
    found = alike(telling, user, timezone.now()) if telling else []
    return render(request, "grids/suggesting/_alike.html", {"found": found})


@signed_in
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest, number: str) -> HttpResponse:
    """“我也遇到”: one tap from the report form joins the incident with the words and photos typed there."""
    user = cast("User", request.user)
    incident = get_object_or_404(Incident.objects.open_to_join(user).listed(), number=number)
    if user.pk in incident.reporter_ids:
        return redirect("grids:receipt", number=number)
    form = SecondForm(_as_note(request), request.FILES or None, case=incident, user=user)
    if request.method == "POST" and form.is_valid() and _joined(request, form):
        return _onwards(request, number)
    context = {"shell": shell_for(user), "form": form, "incident": incident}
    return render(request, "grids/suggesting/second.html", context, status=422 if form.is_bound else 200)


def _as_note(request: HttpRequest) -> Any:
    """The report form's words under the move's name for them."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    data.setdefault("note", data.get("description", ""))
    return data


def _joined(request: HttpRequest, form: SecondForm) -> bool:
    try:
        with transaction.atomic():
            form.make("second")
    except IntegrityError:
        return True  # the same tap, a moment ago
    except MoveError:
        messages.warning(request, _("这件事刚刚有了变化，不能再加入；还有问题请单独反映。"))
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _onwards(request: HttpRequest, number: str) -> HttpResponse:
    """Back to the patrol that found it, else to the receipt."""
    patrol = asked.number(request.POST.get("patrol"))
    if patrol is not None:
        messages.success(request, _("已并入 %(number)s，不用再报一次。") % {"number": number})
        return redirect("grids:patrol", pk=patrol)
    return redirect("grids:receipt", number=number)
