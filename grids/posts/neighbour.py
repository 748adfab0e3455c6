"""认岗: what a neighbour sees — posts to take on, one's own posts with their duties and licences, and the reserve."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.models import Post
from community.access.shells import shell_for
from community.access.views import signed_in
from community.core.reach import reach
from community.core.workflow import MoveError
from grids.posts.forms import ReserveForm
from grids.posts.models import Licence, Reservist, Seat
from grids.posts.views import FILLERS

if TYPE_CHECKING:
    from community.directory.models import User

SIZE = 50


@signed_in
@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """Posts that wait for somebody, and one's own."""
    user, today = cast("User", request.user), timezone.localdate()
    posts = Post.objects.filter(user=user).exclude(role__family="").standing(today)
    context = {
        "shell": shell_for(user),
        "offered": Seat.objects.offered_to(user).select_related("role", "grid", "community").order_by("-pk")[:SIZE],
        "claims": Seat.objects.unfilled()
        .filter(handler=user)
        .select_related("role", "grid", "community")
        .order_by("-pk")[:SIZE],
        "posts": posts.select_related("role", "grid", "community").order_by("pk"),
        "licences": Licence.objects.filter(post__user=user).standing(today).select_related("post__role"),
        "fills": any(reach(user, perm) for perm in FILLERS),
        "entry": Reservist.objects.current().filter(user=user).prefetch_related("hopes").first(),
    }
    return render(request, "grids/posts/openings.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def join_reserve(request: HttpRequest) -> HttpResponse:
    """Enter the reserve, or change what one has said."""
    user = cast("User", request.user)
    entry = Reservist.objects.current().filter(user=user).prefetch_related("hopes").first()
    initial = {"skills": entry.skills, "hopes": entry.hopes.all()} if entry else {}
    form = ReserveForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            form.join(user)
        except MoveError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("已记下。有合适的岗位会告诉您，随时可以退出。"))
            return redirect("grids:openings")
    context = {"shell": shell_for(user), "form": form, "entry": entry}
    return render(request, "grids/posts/join.html", context, status=422 if form.is_bound and form.errors else 200)


@signed_in
@require_POST
def leave_reserve(request: HttpRequest) -> HttpResponse:
    """Leave the reserve."""
    user = cast("User", request.user)
    for entry in Reservist.objects.current().filter(user=user):
        entry.leave(by=user)
    messages.success(request, _("您已退出储备库。"))
    return redirect("grids:openings")
