"""A leader's plans: the list, one plan with the days ahead, making, changing, pausing, resuming."""

from typing import TYPE_CHECKING, Any, cast

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
from community.duties import changing, offering, wording
from community.duties.forms import PauseForm, PlanForm, preview_span
from community.duties.models import Plan
from community.duties.planning import plan_days
from community.duties.views import refusals

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from community.directory.models import User

LEADERS = (Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)


def _plans(request: HttpRequest) -> "QuerySet[Plan]":
    kinds = [kind for kind, _label in offering.kinds()]
    seen = Plan.objects.visible_to(cast("User", request.user)).filter(kind__in=kinds, desk=None)
    return seen.select_related("community", "grid__community", "assignee", "role").prefetch_related("members__user")


@needs(*LEADERS)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Plans that run or are to come, or with ``?ended=1`` the former ones."""
    today, ended = timezone.localdate(), "ended" in request.GET
    rows = _plans(request).filter(ends_on__lt=today) if ended else _plans(request).exclude(ends_on__lt=today)
    page = newest_first(rows.prefetch_related("pauses"), request.GET)
    tabs = [
        {"label": _("进行中"), "href": "?", "active": not ended},
        {"label": _("已结束"), "href": "?ended=1", "active": ended},
    ]
    lines = [_line(plan, today) for plan in page.rows]
    context = {"shell": _shell(request), "page": page, "lines": lines, "tabs": tabs, "ended": ended}
    return render(request, "duties/plans.html", context)


def _line(plan: Plan, today: Any) -> dict[str, Any]:
    return {
        "plan": plan,
        "when": wording.summary(plan),
        "who": wording.doer(plan),
        "kind": dict(offering.kinds()).get(plan.kind, plan.kind),
        "resting": any(pause.covers(today) for pause in plan.pauses.all()),
    }


@needs(*LEADERS)
@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan in words, with the ten days ahead."""
    found = get_object_or_404(_plans(request), pk=pk)
    today = timezone.localdate()
    first, last = preview_span(today)
    context = _line(found, today) | {
        "shell": _shell(request),
        "lateness": wording.lateness(found),
        "ahead": found.occurrences.filter(day__range=(first, last))
        .select_related("assignee", "turn_of")
        .order_by("day"),
        "pauses": found.pauses.overlapping(today, today.max),
        "past": found.occurrences.filter(day__lt=first).select_related("assignee").order_by("-day")[:10],
    }
    return render(request, "duties/plan.html", context)


@needs(*LEADERS)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    return _edit(request, Plan())


@needs(*LEADERS)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(_plans(request), pk=pk))


def _edit(request: HttpRequest, found: Plan) -> HttpResponse:
    form = PlanForm(request.POST or None, instance=found, user=cast("User", request.user))
    if request.method == "POST" and form.is_valid():
        try:
            kept = form.keep()
        except (ValidationError, MoveError) as error:
            refusals.show(form, error)
        else:
            messages.success(request, _("已保存，往后几天的任务已经排好。"))
            return redirect("duties:plan", pk=kept.pk)
    context = {"shell": _shell(request), "form": form, "plan": found}
    return render(request, "duties/edit.html", context, status=422 if form.is_bound else 200)


@needs(*LEADERS)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the form, as it stands, would mean: in words, and on the next ten days."""
    form = PlanForm(request.POST, user=cast("User", request.user))
    if not form.is_valid():
        return render(request, "duties/_preview.html", {"ready": False})
    found = form.instance
    first, last = preview_span(max(timezone.localdate(), found.starts_on))
    hidden = found.rhythm == Plan.Rhythm.RANDOM
    days = [] if hidden else list(plan_days(found, first, last))
    context = {"ready": True, "when": wording.summary(found), "days": days, "hidden": hidden}
    return render(request, "duties/_preview.html", context)


@needs(*LEADERS)
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_plans(request), pk=pk)
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changing.pause(found, by=cast("User", request.user), **form.cleaned_data)
        except (ValidationError, MoveError) as error:
            refusals.show(form, error)
        else:
            messages.success(request, _("已暂停，这些天排好的任务已取消。"))
            return redirect("duties:plan", pk=pk)
    context = {"shell": _shell(request), "form": form, "plan": found}
    return render(request, "duties/pause.html", context, status=422 if form.is_bound else 200)


@needs(*LEADERS)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_plans(request), pk=pk)
    try:
        changing.resume(found, by=cast("User", request.user))
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("已恢复，往后几天的任务已经排好。"))
    return redirect("duties:plan", pk=pk)


def _shell(request: HttpRequest) -> str:
    return shell_for(cast("User", request.user))
