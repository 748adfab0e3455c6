"""Pages of posts for those who fill them: the overview, the list of seats, offering one, and the reserve."""

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.masking import mask_phone
from community.access.models import Post
from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import MoveError
from community.directory.models import Community
from grids.posts.forms import PutUpForm, RequiredForm, SeatFilter
from grids.posts.models import Licence, Reservist, Seat
from grids.posts.overview import overview_of

if TYPE_CHECKING:
    from community.directory.models import User

FILLERS = (Perm.MANAGE_POSTS, Perm.LEAD_COMMUNITY, Perm.LEAD_GRID)
LOOKERS = (*FILLERS, Perm.SEE_DASHBOARD)


def communities_of(user: "User") -> "QuerySet[Community]":
    """Communities whose posts the person looks after, or sees from above."""
    wide: frozenset[int] = frozenset().union(*(reach(user, perm).communities for perm in LOOKERS))
    led = reach(user, Perm.LEAD_GRID).grids
    return (Community.objects.filter(pk__in=wide) | Community.objects.filter(grids__in=led)).distinct()


def _chosen(request: HttpRequest) -> Community:
    """The community of the query, or the first. Raises Http404."""
    mine = communities_of(cast("User", request.user))
    wanted = request.GET.get("community", "")
    found = mine.filter(pk=wanted) if wanted.isdecimal() and len(wanted) < 10 else mine if not wanted else mine.none()
    if (community := found.first()) is None:
        raise Http404
    return community


@needs(*LOOKERS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How the grids are staffed; every gap links to its seat."""
    user, community = cast("User", request.user), _chosen(request)
    context = {
        "shell": shell_for(user),
        "community": community,
        "communities": list(communities_of(user)),
        "overview": overview_of(community, timezone.localdate()),
        "manages": reach(user, Perm.MANAGE_POSTS).covers(community.pk),
        "fills": any(reach(user, perm) for perm in FILLERS),
    }
    return render(request, "grids/posts/overview.html", context)


@needs(Perm.MANAGE_POSTS)
@require_http_methods(["GET", "POST"])
def required(request: HttpRequest) -> HttpResponse:
    """How many of a post there ought to be: ``?role=…&grid=…``."""
    user = cast("User", request.user)
    community = _chosen(request)
    if not reach(user, Perm.MANAGE_POSTS).covers(community.pk):
        raise Http404
    initial = {name: request.GET.get(name) for name in ("role", "grid", "required")}
    form = RequiredForm(request.POST or None, community=community, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("应配人数已改，缺额会在几分钟内提醒。"))
        return redirect(f"{request.path_info.removesuffix('required/')}?community={community.pk}")
    context = {"shell": shell_for(user), "form": form, "community": community, "named": _named(form)}
    return render(request, "grids/posts/required.html", context, status=422 if form.is_bound else 200)


def _named(form: RequiredForm) -> str:
    """“第1网格 · 网格员”, as far as the address says it."""
    found = []
    for name in ("grid", "role"):
        value = str(form[name].value() or "")
        queryset = cast(Any, form.fields[name]).queryset
        found += [str(row) for row in queryset.filter(pk=value if value.isdecimal() and len(value) < 10 else 0)]
    return " · ".join(found)


@needs(*LOOKERS)
@require_safe
def seats(request: HttpRequest) -> HttpResponse:
    """Every seat of one's places, newest first."""
    user = cast("User", request.user)
    chosen = SeatFilter(request.GET, user=user)
    rows = Seat.objects.in_reach_of(user).of_kind().select_related("role", "grid", "community", "handler")
    rows = _narrowed(rows, chosen.cleaned_data) if chosen.is_valid() else rows.none()
    page = newest_first(rows, request.GET)
    template = "grids/posts/_seats.html" if request.htmx else "grids/posts/seats.html"  # type: ignore[attr-defined]
    return render(request, template, {"shell": shell_for(user), "page": page, "filter": chosen})


def _narrowed(rows: Any, chosen: dict[str, Any]) -> Any:
    rows = rows.filter(**{name: chosen[name] for name in ("role", "grid", "community") if chosen.get(name)})
    if chosen.get("state") == "open":
        rows = rows.open()
    elif chosen.get("state"):
        rows = rows.filter(status=chosen["state"])
    return rows.in_last(chosen["days"]) if chosen.get("days") else rows


@needs(*FILLERS)
@require_http_methods(["GET", "POST"])
def put_up(request: HttpRequest) -> HttpResponse:
    """Offer a post."""
    user = cast("User", request.user)
    initial = {"request_key": uuid4(), "role": request.GET.get("role"), "place": request.GET.get("place")}
    form = PutUpForm(request.POST or None, user=user, initial=initial)
    if seat := form.raised():
        messages.success(request, _("已发布，储备库里合适的人会收到消息。"))
        return redirect("cases:page", number=seat.number)
    context = {"shell": shell_for(user), "form": form}
    return render(request, "grids/posts/put_up.html", context, status=422 if form.is_bound else 200)


@needs(*FILLERS)
@require_safe
def reserve(request: HttpRequest) -> HttpResponse:
    """The reserve pool of one's communities."""
    user = cast("User", request.user)
    rows = Reservist.objects.visible_to(user).current().select_related("user", "community").prefetch_related("hopes")
    if skill := request.GET.get("skill", "").strip()[:40]:
        rows = rows.filter(skills__icontains=skill)
    page = newest_first(rows, request.GET)
    shown = [(row, mask_phone(row.user.phone or "")) for row in page.rows]
    context = {"shell": shell_for(user), "page": page, "rows": shown, "skill": skill}
    return render(request, "grids/posts/reserve.html", context)


@needs(*FILLERS)
@require_POST
def hand_licence(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a licence to whoever holds a post that has none yet."""
    user = cast("User", request.user)
    mine = communities_of(user)
    posts = Post.objects.filter(grid__community__in=mine) | Post.objects.filter(community__in=mine)
    post = get_object_or_404(posts.select_related("role", "grid", "user").distinct(), pk=pk)
    try:
        licence = Licence.issue(post, by=user)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
        return redirect("grids:posts")
    return redirect("grids:licence", pk=licence.pk)
