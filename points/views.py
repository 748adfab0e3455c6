"""Pages of points: a person's own statement, and the staff's list of postings. Nobody is ranked anywhere."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access.shells import shell_for
from community.access.views import needs, signed_in
from community.cases.titles import titles_of
from community.core.models import Case
from community.core.paging import newest_first
from community.core.perms import Perm
from community.core.reach import reach
from points import amounts
from points.forms import LedgerFilter
from points.lots import lots_of
from points.models import Account, Audit, Line, PointRule, Posting
from points.proving.forms import DayForm
from points.redemption.solvency import solvency_seen_by

if TYPE_CHECKING:
    from community.directory.models import User


LOTS_SHOWN = 3


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My points: what I have, and where each came from."""
    user = cast("User", request.user)
    accounts = list(Account.objects.filter(owner=user).select_related("community").order_by("-asset", "pk"))
    available = [account for account in accounts if account.kind == Account.Kind.AVAILABLE]
    chosen = _chosen(available, request.GET.get("account", ""))
    lines = Line.objects.visible_to(user).filter(account=chosen).select_related("posting__case", "account")
    page = newest_first(lines, request.GET)
    asked = DayForm(request.GET if "on" in request.GET else None)
    context = {
        "shell": shell_for(user),
        "account": chosen,
        "asked": asked,
        "then": _balance_on(chosen, asked),
        "tabs": _tabs(available, chosen) if len(available) > 1 else [],
        "held": _held_beside(chosen, accounts),
        "lots": lots_of(chosen, timezone.localdate()) if chosen else [],
        "lots_shown": LOTS_SHOWN,
        "page": page,
        "lines": list(zip(page.rows, _told(user, [line.posting for line in page.rows]), strict=True)),
        "rules": PointRule.objects.in_force(user.community_id, timezone.localdate()),
    }
    return render(request, "points/mine.html", context)


def _balance_on(account: Account | None, asked: DayForm) -> dict[str, Any] | None:
    """What the account held at the end of the day asked for."""
    day = asked.cleaned_data["on"] if asked.is_valid() else None
    if account is None or day is None:
        return None
    midnight = timezone.make_aware(datetime.combine(day, time.max))
    return {"day": day, "amount": amounts.standing(account.asset, account.balance_at(midnight))}


def _chosen(accounts: list[Account], pk: str) -> Account | None:
    """The account asked for among one's own; the first (points) without or with a wrong question."""
    return next((account for account in accounts if str(account.pk) == pk), accounts[0] if accounts else None)


def _tabs(accounts: list[Account], chosen: Account | None) -> list[dict[str, object]]:
    """One tab per account; named with the community only where there are several."""
    several = len({account.community_id for account in accounts}) > 1
    return [
        {
            "label": f"{account.get_asset_display()} · {account.community}" if several else account.get_asset_display(),
            "href": f"?account={account.pk}",
            "active": account == chosen,
        }
        for account in accounts
    ]


def _held_beside(chosen: Account | None, accounts: list[Account]) -> Account | None:
    """What is reserved of the same asset in the same community, if anything."""
    name = chosen and chosen.purse.of_kind(Account.Kind.HELD)
    return next((account for account in accounts if account.purse == name and account.balance), None)


@needs(Perm.SEE_POINTS)
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Every posting of the communities in one's charge, newest first; names are masked."""
    user = cast("User", request.user)
    chosen = LedgerFilter(request.GET or None)
    lines = Line.objects.select_related("account__owner", "account__project").order_by("pk")
    postings = Posting.objects.visible_to(user).select_related("case", "by", "community")
    page = newest_first(chosen.narrow(postings).prefetch_related(Prefetch("lines", lines)), request.GET)
    template = "points/_ledger.html" if request.htmx else "points/ledger.html"  # type: ignore[attr-defined]
    audit = Audit.objects.filter(community__in=reach(user, Perm.SEE_POINTS).communities).order_by("-pk").first()
    context = {"filter": chosen, "page": page, "linked": _seen_cases(user, page.rows), "audit": audit}
    if not request.htmx:  # type: ignore[attr-defined]
        context["solvency"] = solvency_seen_by(user)
    return render(request, template, context)


def _told(user: "User", postings: list[Posting]) -> list[str]:
    """What each posting was for: the case's title where the person may open it, else its number."""
    seen = _seen_cases(user, postings)
    titles = titles_of(posting.case for posting in postings if posting.case is not None and posting.case_id in seen)
    return [titles.get(posting.case_id or 0, posting.case.number if posting.case else "") for posting in postings]


def _seen_cases(user: "User", postings: Iterable[Posting]) -> set[int]:
    """Which of the postings' cases the person may open; the others are named without a link."""
    wanted = {posting.case_id for posting in postings if posting.case_id is not None}
    return set(Case.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
