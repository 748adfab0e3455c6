"""The partner unit's counter: find a redemption by its code, look at it, hand it over."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.access.masking import mask_name
from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from points.models import Redemption
from points.redemption.forms import CounterForm
from points.redemption.redemption import plain
from points.redemption.workflow import Status

if TYPE_CHECKING:
    from community.directory.models import User


@needs(Perm.HAND_OUT)
@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """Scan or type a code; below, what still waits to be collected."""
    user = cast("User", request.user)
    form = CounterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = find(form.cleaned_data["code"], user)
        if found is not None:
            return redirect("redemption:collect", code=found.code)
        form.add_error("code", _("没有找到这个领取码：请核对，或确认是不是本单位的。"))
    rows = Redemption.objects.at_counter_of(user).filter(Q(status=Status.RESERVED)).select_related("raised_by")
    page = newest_first(rows.prefetch_related("lines__offer"), request.GET)
    context = {"shell": shell_for(user), "form": form, "page": page}
    return render(request, "points/redemption/counter.html", context, status=422 if form.is_bound else 200)


def find(code: str, user: "User") -> Redemption | None:
    rows = Redemption.objects.at_counter_of(user).select_related("raised_by", "window", "partner")
    return rows.filter(code=plain(code)).first()


@needs(Perm.HAND_OUT)
@require_http_methods(["GET", "POST"])
def collect(request: HttpRequest, code: str) -> HttpResponse:
    """What the code stands for; posting hands it over, and posting again changes nothing."""
    user = cast("User", request.user)
    found = find(code, user)
    if found is None:
        messages.warning(request, _("没有找到这个领取码：请核对，或确认是不是本单位的。"))
        return redirect("redemption:counter")
    if request.method == "POST":
        _hand_over(request, found, user)
        return redirect("redemption:collect", code=found.code)
    context = {
        "shell": shell_for(user),
        "redemption": found,
        "lines": list(found.lines.select_related("offer").order_by("pk")),
        "member": mask_name(str(found.raised_by or "")),
        "may": "collect" in [move.verb for move in found.moves_for(user)],
    }
    return render(request, "points/redemption/collect.html", context)


def _hand_over(request: HttpRequest, found: Redemption, user: "User") -> None:
    if found.status == Status.COLLECTED:
        messages.info(request, _("这一单已经领取过了。"))
        return
    try:
        found.collect(by=user, now=timezone.now(), code=found.code)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("已领取，积分已结算。"))
