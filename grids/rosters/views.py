"""Rosters: who is on duty now, a desk's week, one shift with its hand-over and swaps."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.core.perms import Perm
from community.core.workflow import MoveError
from community.duties.models import Desk, Occurrence
from community.duties.models.occurrence import leads
from community.duties.people import leads_somewhere
from community.duties.views import refusals
from grids.rosters.forms import DeskForm, FillForm, OfferForm, WordsForm
from grids.rosters.models import Watch, taken

if TYPE_CHECKING:
    from community.directory.models import User

DAYS = 7
# What a button of a shift's page may do; everything else of the table is the clock's or a leader's own form.
ACTIONS = ("take_over", "hand_over", "remark", "withdraw_offer", "take")
TONES = {"started": "ontime", "done": "done", "missed": "overdue", "called_off": "paused"}


def _user(request: HttpRequest) -> "User":
    return cast("User", request.user)


@signed_in
@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """Who is on duty at this hour: to residents the published desks of their community, to staff all of theirs."""
    user, moment = _user(request), timezone.now()
    own = Desk.objects.filter(community=user.community_id or 0, published=True)
    desks = list((own | Desk.objects.visible_to(user)).distinct().select_related("community", "grid"))
    watches = Watch.objects.standing(moment).filter(desk__in=desks).select_related("assignee")
    on_duty = {watch.desk_id: watch for watch in watches}
    lines = [{"desk": desk, "watch": on_duty.get(desk.pk)} for desk in desks]
    return render(request, "grids/rosters/now.html", {"shell": shell_for(user), "lines": lines, "moment": moment})


@needs(Perm.SEE_CASES)
@require_safe
def rosters(request: HttpRequest) -> HttpResponse:
    """The desks of the places one works in, with the gaps of the coming days."""
    user, moment = _user(request), timezone.now()
    desks = list(Desk.objects.visible_to(user).select_related("community", "grid"))
    gaps: dict[Any, int] = {}
    for watch in Watch.objects.unfilled().filter(desk__in=desks, opens_at__gt=moment, desk__isnull=False):
        gaps[watch.desk_id] = gaps.get(watch.desk_id, 0) + 1
    on_duty = {
        watch.desk_id: watch
        for watch in Watch.objects.standing(moment).filter(desk__in=desks).select_related("assignee")
    }
    lines = [{"desk": desk, "watch": on_duty.get(desk.pk), "gaps": gaps.get(desk.pk, 0)} for desk in desks]
    context = {"shell": shell_for(user), "lines": lines, "leads": leads_somewhere(user)}
    return render(request, "grids/rosters/rosters.html", context)


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    form = DeskForm(request.POST or None, user=_user(request))
    if request.method == "POST" and form.is_valid():
        try:
            desk = form.keep()
        except (ValidationError, MoveError) as error:
            refusals.show(form, error)
        else:
            messages.success(request, _("值班表已排好一周，往后每天自动续排。"))
            return redirect("rosters:roster", pk=desk.pk)
    context = {"shell": shell_for(_user(request)), "form": form}
    return render(request, "grids/rosters/make.html", context, status=422 if form.is_bound else 200)


@needs(Perm.SEE_CASES)
@require_safe
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """A desk's week: a row a day, its shifts side by side. ``?from=2026-03-02`` turns the page."""
    user = _user(request)
    desk = get_object_or_404(Desk.objects.visible_to(user).select_related("community", "grid"), pk=pk)
    first = _day(request.GET.get("from", "")) or timezone.localdate()
    span = (first, first + timedelta(days=DAYS - 1))
    rows = Watch.objects.filter(kind=Watch.matter_kind, desk=desk, day__range=span)
    rows = rows.exclude(status=Occurrence.Status.CALLED_OFF).select_related("assignee", "turn_of", "plan")
    days: dict[date, list[Watch]] = {first + timedelta(days=n): [] for n in range(DAYS)}
    for watch in rows.order_by("opens_at"):
        days[watch.day].append(watch)
    offered = set(rows.filter(swaps__closed_at=None, swaps__isnull=False).values_list("pk", flat=True))
    context = {
        "shell": shell_for(user), "desk": desk, "days": list(days.items()), "offered": offered,
        "earlier": first - timedelta(days=DAYS), "later": first + timedelta(days=DAYS),
    }  # fmt: skip
    return render(request, "grids/rosters/roster.html", context)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1 < day.year < 9999 else None


def _find(request: HttpRequest, pk: int) -> Watch:
    rows = Watch.objects.visible_to(_user(request))
    return get_object_or_404(rows.select_related("plan", "desk", "grid", "community", "assignee", "turn_of"), pk=pk)


@signed_in
@require_safe
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift: who, what the last one left, the moves open to the reader."""
    return _page(request, _find(request, pk))


def _page(request: HttpRequest, found: Watch, **forms: Any) -> HttpResponse:
    user = _user(request)
    moves = {move.verb: move for move in found.moves_for(user)}
    offer = found.open_offer
    if found.assignee_id and (offer is None or offer.to_id not in (None, user.pk)):
        moves.pop("take", None)
    if not found.has_come(timezone.now()):  # what cannot be done yet is not offered
        moves.pop("take_over", None)
        if not leads(user, found):
            moves.pop("remark", None)
    context = {
        "shell": shell_for(user), "watch": found, "offer": offer, "tone": TONES.get(found.status, "waiting"),
        "buttons": [moves[verb] for verb in ("take_over", "take") if verb in moves],
        "words": [(moves[verb], WordsForm(prefix=verb)) for verb in ("hand_over", "remark") if verb in moves],
        "moves": moves,
        "offer_form": OfferForm(watch=found) if "offer" in moves and offer is None else None,
        "fill_form": FillForm(watch=found) if "reassign" in moves else None,
        "before": _left_before(found),
        "story": [(row, found.workflow[row.verb]) for row in _story(found)],
    } | forms  # fmt: skip
    return render(request, "grids/rosters/watch.html", context)


def _left_before(found: Watch) -> list[Any]:
    """What the shift before left in words."""
    earlier = Watch.objects.filter(kind=Watch.matter_kind, desk=found.desk_id, opens_at__lt=found.opens_at)
    last = earlier.exclude(status=Occurrence.Status.CALLED_OFF).order_by("-opens_at").first()
    return [row for row in last.timeline.select_related("actor") if row.note and not row.internal] if last else []


def _story(found: Watch) -> list[Any]:
    return [row for row in found.timeline.select_related("actor") if not row.verb.startswith("clock.")]


@signed_in
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A move of a shift by its button; the words of a hand-over come along."""
    found = _find(request, pk)
    if verb not in ACTIONS:
        raise Http404
    form = WordsForm(request.POST, prefix=verb if verb in ("hand_over", "remark") else None)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    if verb == "remark" and not note:
        messages.warning(request, _("请写下要交接的话。"))
        return redirect("rosters:watch", pk=pk)
    try:
        if verb == "take":
            taken(found, by=_user(request))
        else:
            getattr(found, verb)(by=request.user, note=note)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    return redirect("rosters:watch", pk=pk)


@signed_in
@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a colleague, or all, to swap."""
    found = _find(request, pk)
    form = OfferForm(request.POST, watch=found)
    if not form.is_valid():
        messages.warning(request, _("请从名单中选一位同事。"))
        return redirect("rosters:watch", pk=pk)
    try:
        found.offer(by=request.user, **form.cleaned_data)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("已发出，有人接下会告诉您。"))
    return redirect("rosters:watch", pk=pk)


@needs(Perm.LEAD_GRID, Perm.LEAD_COMMUNITY)
@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """A leader gives the shift to somebody."""
    found = _find(request, pk)
    form = FillForm(request.POST, watch=found)
    if not form.is_valid():
        messages.warning(request, _("请从名单中选一位。"))
        return redirect("rosters:watch", pk=pk)
    try:
        with transaction.atomic():
            found.reassign(by=request.user, to=form.cleaned_data["to"])
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    except IntegrityError:
        messages.warning(request, _("此人在这段时间已有别的班次。"))
    return redirect("rosters:watch", pk=pk)
