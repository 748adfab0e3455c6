"""Leave: one's own and, for a leader, that of the people of the place."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from community.duties import leaving
from community.duties.leave_forms import LeaveForm
from community.duties.models import Leave
from community.duties.models.occurrence import leads
from community.duties.views import refusals

if TYPE_CHECKING:
    from community.directory.models import User


@needs(Perm.SEE_CASES)
@require_safe
def leaves(request: HttpRequest) -> HttpResponse:
    user, today = cast("User", request.user), timezone.localdate()
    page = newest_first(Leave.objects.visible_to(user).select_related("user", "substitute", "grid"), request.GET)
    for row in page.rows:
        row.running = row.cancelled_at is None and row.ends_on >= today
        row.endable = row.running and (row.user_id == user.pk or leads(user, row))
    return render(request, "duties/leaves.html", {"shell": shell_for(user), "page": page, "today": today})


@needs(Perm.SEE_CASES)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    form = LeaveForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            form.keep()
        except (ValidationError, MoveError) as error:
            refusals.show(form, error)
        else:
            messages.success(request, _("已登记，这些天的任务已交给代班人。"))
            return redirect("duties:leaves")
    return render(request, "duties/ask.html", {"shell": shell_for(user), "form": form},
                  status=422 if form.is_bound else 200)  # fmt: skip


@needs(Perm.SEE_CASES)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast("User", request.user)
    found = get_object_or_404(Leave.objects.visible_to(user), pk=pk)
    try:
        leaving.end(found, by=user)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("已销假，往后的任务回到本人。"))
    return redirect("duties:leaves")
