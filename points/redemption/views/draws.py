"""A draw's page: everybody of the community can take part and check it."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.access.shells import shell_for
from community.access.views import signed_in
from community.core.workflow import MoveError
from points.models import PrizeDraw
from points.redemption.draw import entered
from points.redemption.views.shop import available

if TYPE_CHECKING:
    from community.directory.models import User

# Shown as it stands; tests run it as it stands, with Python alone.
RECOMPUTE = """\
from hashlib import sha256
sha = lambda text: sha256(text.encode()).hexdigest()
seed = "{seed}"
numbers = [{numbers}]
print(sha(seed) == "{commitment}")
value = sha(seed + ":" + ",".join(str(n) for n in sorted(numbers)))
print(sorted(numbers, key=lambda n: sha(value + ":" + str(n)))[:{places}])
"""


@signed_in
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """Before: the hash of the seed, and a way to enter. After: seed, numbers, winners and how to recompute them."""
    user = cast("User", request.user)
    rows = PrizeDraw.objects.visible_to(user).select_related("offer__window", "offer__partner")
    found = get_object_or_404(rows, number=number)
    refusal = ""
    if request.method == "POST":
        try:
            entry = found.enter(by=user, now=timezone.now())
        except MoveError as error:
            refusal = str(error.message)
        else:
            messages.success(request, _("报名成功，您的号码是 %(number)s。") % {"number": entry.number})
            return redirect("redemption:draw", number=number)
    numbers = list(found.entries.standing().order_by("number").values_list("number", flat=True))
    won = found.winning_numbers()
    context = {
        "shell": shell_for(user), "draw": found, "offer": found.offer, "refusal": refusal, "won": won,
        "entry": entered([found], user).get(found.pk), "count": len(numbers), "points": available(user),
        "numbers": ",".join(map(str, numbers)), "recompute": recompute(found, numbers, len(won)),
        "open": found.is_open and timezone.now() < found.draws_at,
        "for_me": found.offer.is_for(user, timezone.now()),
    }  # fmt: skip
    return render(request, "points/redemption/draw.html", context, status=422 if refusal else 200)


@signed_in
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take one's entry back before it is drawn."""
    user = cast("User", request.user)
    found = get_object_or_404(PrizeDraw.objects.visible_to(user), number=number)
    try:
        found.withdraw(by=user, now=timezone.now())
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
    else:
        messages.success(request, _("已退出抽签，预留的积分退回了。"))
    return redirect("redemption:draw", number=number)


def recompute(found: PrizeDraw, numbers: list[int], places: int) -> str:
    if not found.seed:
        return ""
    listed = ", ".join(map(str, numbers))
    return RECOMPUTE.format(seed=found.seed, numbers=listed, commitment=found.commitment, places=places)
