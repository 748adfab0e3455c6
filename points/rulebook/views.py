"""Pages of rules: what holds, what is being changed, and one rule of a draft."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.workflow import MoveError
from community.directory.asking import communities_where
from points.models import PointRule, RuleSet
from points.rulebook.forms import BeginForm, RuleForm, shown

if TYPE_CHECKING:
    from community.directory.models import User

managing = needs(Perm.MANAGE_POINTS)


@managing
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force in each of one's communities, those that follow, and the sets that brought them."""
    user, today = cast("User", request.user), timezone.localdate()
    places = communities_where(user, Perm.MANAGE_POINTS)
    shown_places = [
        {
            "community": place,
            "rules": PointRule.objects.in_force(place.pk, today),
            "coming": PointRule.objects.filter(community=place, begins_on__gt=today).order_by("begins_on", "code"),
        }
        for place in places[:10]
    ]
    sets = newest_first(RuleSet.objects.visible_to(user).select_related("community"), request.GET)
    context = {"shell": shell_for(user), "places": shown_places, "page": sets}
    return render(request, "points/rulebook/rules.html", context)


@managing
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Draft new rules from today's; where a draft is under way, go there."""
    user = cast("User", request.user)
    form = BeginForm(request.POST, user=user)
    if not form.is_valid():
        raise Http404
    community = form.cleaned_data["community"]
    try:
        made = RuleSet.draft(by=user, community=community)
    except MoveError as refusal:
        messages.warning(request, str(refusal.message))
        made = RuleSet.objects.filter(place=community, is_underway=True).get()
    return redirect("cases:page", number=made.number)


@managing
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, number: str) -> HttpResponse:
    """One rule of a draft in a form; ``?code=`` is the one to edit, without it a new one."""
    user = cast("User", request.user)
    rule_set = get_object_or_404(RuleSet.objects.visible_to(user).select_related("community"), number=number)
    draft = rule_set.drafts.filter(code=request.GET.get("code", "")).first()
    initial: dict[str, Any] = shown(draft) if draft else {"gives_to": "handler", "asset": "points"}
    form = RuleForm(request.POST or None, case=rule_set, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            form.make("put")
        except ValidationError as error:
            form.add_error(None, error)
        except MoveError as refusal:
            messages.warning(request, str(refusal.message))
            return redirect("cases:page", number=number)
        else:
            return redirect("cases:page", number=number)
    context = {"shell": shell_for(user), "form": form, "rule_set": rule_set, "draft": draft}
    return render(request, "points/rulebook/rule.html", context, status=422 if form.is_bound else 200)
