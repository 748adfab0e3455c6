"""Every address × every role × own and other community, against the matrix."""

from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest
from django.db import transaction
from django.http import HttpResponseForbidden, HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from community.core.models import Case
from community.core.reach import reach
from community.directory.backends import WithHome
from community.directory.models import User
from community.timers.models import Deadline
from grids.care.lines import Line
from grids.models import Category, HotlineTicket, Incident, Survey
from points.models import Activity
from points.teams.codes import code_of
from tests.architecture import matrix, points_matrix
from tests.architecture.fund_moves import bring, receipt
from tests.architecture.matrix import HOLDERS, PEOPLE, Row, To
from tests.architecture.moves_matrix import MOVES
from tests.architecture.scene import Scene, build_scene
from tests.specimens import MONDAY

MATRIX = "tests/architecture/matrix.py"
ROWS = [*matrix.ROWS, *points_matrix.ROWS]
MOVES_MATRIX = "tests/architecture/moves_matrix.py"
# Pages of packages, with their own rules: see test_foreign_pages.
FOREIGN = ("admin:", "account_", "mfa_", "usersessions_")


def named_views() -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the hub, with its full name."""

    def walk(patterns: Any, namespace: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield f"{namespace}{pattern.name or pattern.pattern}", pattern
            else:
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)

    yield from walk(get_resolver().url_patterns, "")


VIEWS = {name: pattern for name, pattern in named_views() if not name.startswith(FOREIGN)}


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    return build_scene()


@pytest.fixture
def _brief(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Six thousand requests of which only the status is read: spared is what every one of them would do again.

    Refusals are not drawn as pages, an account and its posts are read once (each request gets a copy of its own, and
    what it wrote is taken back), and nobody's seat is looked after.
    """
    for status, bare in ((403, HttpResponseForbidden), (404, HttpResponseNotFound)):
        monkeypatch.setattr(f"community.urls.handler{status}", lambda *_, bare=bare, **__: bare(), raising=False)
    settings.STAFF_IDLE_MINUTES = 0
    known: dict[Any, User | None] = {}
    read = WithHome.get_user

    def remembered(backend: WithHome, user_id: Any) -> User | None:
        if user_id not in known:
            known[user_id] = read(backend, user_id)
            reach(known[user_id], "")
        return copy(known[user_id])

    monkeypatch.setattr(WithHome, "get_user", remembered)


@pytest.fixture
def clients(scene: Scene, _brief: None) -> dict[str, Client]:
    found = {}
    for role, user in scene.people.items():
        found[role] = Client(raise_request_exception=False)
        if user is not None:
            found[role].force_login(user)
    return found


def told(wrong: dict[str, Any]) -> str:
    return "\n".join(f"{what}: {found}" for what, found in wrong.items())


def rule_of(name: str) -> str | tuple[str, ...]:
    callback: Any = VIEWS[name].callback
    return cast("str | tuple[str, ...]", getattr(getattr(callback, "cls", callback), "access_rule", None))


def expected(row: Row, role: str, to: To) -> int:
    rule = rule_of(row.name)
    if rule == "public":
        return to.answer_to(role)
    is_api = row.name.startswith("api:")
    if role == "anonymous":
        return 403 if is_api else 302
    perms = rule if is_api else () if rule == "signed_in" else rule.split(" | ")  # type: ignore[union-attr]
    if perms and not any(role in HOLDERS[perm].split() for perm in perms):
        return 403
    return to.answer_to(role)


def answer(client: Client, method: str, row: Row, scene: Scene) -> int:
    query = row.query.format(building=scene.ours.building.pk, community=scene.ours.community.pk)
    address = reverse(row.name, args=row.args(scene)) + (f"?{query}" if query else "")
    with transaction.atomic():
        response = client.get(address) if method == "GET" else client.post(address, row.data)
        if response.streaming:
            response.getvalue()
        transaction.set_rollback(True)
    return response.status_code


@pytest.mark.parametrize("name", VIEWS)
def test_every_address_says_who_may_call_it(name: str) -> None:
    callback: Any = VIEWS[name].callback
    rule = getattr(callback, "access_rule", getattr(getattr(callback, "cls", None), "access_rule", None))
    assert rule is not None, f"{name}: put public, signed_in or needs(…) of community.access.views on the view"


def test_every_address_has_a_row() -> None:
    missing = sorted(set(VIEWS) - {row.name for row in ROWS})
    assert not missing, f"add a Row for {', '.join(missing)} to ROWS in {MATRIX}: who gets what by GET and by POST?"
    gone = sorted({row.name for row in ROWS} - set(VIEWS))
    assert not gone, f"take the rows of {', '.join(gone)} out of {MATRIX}"


def test_the_matrix_holds(scene: Scene, clients: dict[str, Client]) -> None:
    """One scene for all rows; every request is taken back. What is printed is (found, wanted)."""
    wrong = {}
    for row, method, role in product(ROWS, ("GET", "POST"), PEOPLE):
        wanted = expected(row, role, row.get if method == "GET" else row.post)
        found = answer(clients[role], method, row, scene)
        if found != wanted:
            wrong[f"{method} {row} by {role}"] = (found, wanted)
    assert not wrong, told(wrong)


@pytest.mark.parametrize("name", [name for name in VIEWS if name.startswith("api:")])
def test_the_api_has_no_other_methods(name: str) -> None:
    view = cast(Any, VIEWS[name].callback).cls
    assert not {"put", "patch", "delete"} & set(dir(view))


def test_every_move_has_a_line() -> None:
    moves = {
        f"{name}.{move.verb}" for name, kind in Case.kinds.items() for move in kind.workflow.moves if not move.opens
    }
    assert moves == set(MOVES), f"bring MOVES in {MOVES_MATRIX} up to date"


def test_a_move_is_made_by_those_who_may(scene: Scene, clients: dict[str, Client]) -> None:
    wrong = {}
    for event, movers in MOVES.items():
        kind, _, verb = event.partition(".")
        with transaction.atomic():
            case = ready(getattr(scene, kind), verb, scene)
            for role, user in scene.people.items():
                sees = user is not None and type(case)._default_manager.visible_to(user).filter(pk=case.pk).exists()
                wanted = 200 if role in movers.split() else 403 if sees or user is None else 404
                if (found := moved(clients[role], case, verb, scene)) != wanted:
                    wrong[f"{event} by {role}"] = (found, wanted)
            transaction.set_rollback(True)
    assert not wrong, told(wrong)


def test_a_matters_page_has_one_primary_action_at_most(scene: Scene, clients: dict[str, Client]) -> None:
    """In every state of every kind: where several steps are open, one of them leads (the look's rule)."""
    states = {(name, min(move.sources)): move.verb for name, kind in Case.kinds.items() for move in kind.workflow.moves
              if move.sources}  # fmt: skip
    crowded = {}
    for (kind, state), verb in states.items():
        with transaction.atomic():
            case = ready(getattr(scene, kind), verb, scene)
            for role in ("owner", "worker", "secretary"):
                page = clients[role].get(reverse("cases:page", args=[case.number]))
                found = page.content.decode().count("ml-button-primary")
                if found > 1 or page.status_code not in (200, 404):
                    crowded[f"{kind} {state} of {role}"] = (page.status_code, found)
            transaction.set_rollback(True)
    assert not crowded, told(crowded)


def ready(case: Case, verb: str, scene: Scene) -> Case:
    """The case put where the move begins, without a story and with its clocks at rest."""
    Deadline.objects.of(case).running().update(stopped_at=case.raised_at, stop_reason="scene")
    if isinstance(case, Survey) and verb in ("publish", "adopt"):  # both freeze a version under work
        case.revise(by=scene.ours.secretary, now=case.raised_at)
        case.sheets.all().delete()
    bring(case, verb, scene.ours)
    state = min(case.workflow[verb].sources)
    handler = scene.people["volunteer" if case.kind == "wish" else "worker"]
    begins = {"handler": None} if verb in ("publish", "respond", "claim") else {"handler": handler}
    closed = {"closed_at": timezone.now(), "due_at": None} if state in case.workflow.closed else {}
    Case.objects.filter(pk=case.pk).update(status=state, raised_by=scene.people["owner"], **begins, **closed)
    Case.objects.filter(pk=case.pk).update(**RESTING.get(verb, {}))
    if case.kind == "incident":
        facts = FACTS.get(verb, {})
        checked = {"verified_by": scene.people["leader"]} if "verified_at" in facts else {}
        Incident.objects.filter(pk=case.pk).update(**facts, **checked)
        told_by = {"community_id": case.community_id, "actor": handler, "at": case.raised_at, "target": state}
        case.timeline.create(verb="dispatch", data={"from": 0, "to": 0}, **told_by)
        case.timeline.create(verb="dispute", **told_by)
    if verb in ("confirm", "send_back") and isinstance(case, Activity):
        Activity.objects.filter(pk=case.pk).update(proposed_by=handler, proposed_at=case.raised_at)
    if verb == "cancel" and isinstance(case, Activity):  # before anybody has come
        case.sign_ups.update(signed_in_at=None, signed_in_by=None)
    if verb == "unlink":
        HotlineTicket.objects.filter(pk=case.pk).update(linked_incident=scene.incident)
    return type(case)._default_manager.get(pk=case.pk)


SOON = timezone.now() + timedelta(days=20)
# What the moves of one kind ask for beyond a note.
OF_KIND: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "care": lambda scene: {"ending": "moved", **dict.fromkeys(Line.values, scene.ours.worker.pk)},
    "incident": lambda scene: {
        "helper": cast("Any", scene.people["leader"]).pk, "what": "另一半", "category": Category.objects.get(code="06013").pk,
    },
    "hotline": lambda scene: {
        "handler": scene.ours.worker.pk, "until": "2999-01-04", "outcome": "solved", "satisfaction": "satisfied",
        "incident": scene.incident.number,
    },
    "redemption": lambda scene: {"code": scene.redemption.code},
    "emergency": lambda scene: {"groups": ["worker"]},
    "mediation": lambda scene: {
        "handler": scene.mediator.pk, "side": "other", "name": "王芳", "held_at": "2026-03-02T09:00", "record": "各说各的",
        "terms": "修好水管",
    },
    "appeal": lambda scene: {"amount": 2},
    "volunteering": lambda scene: {
        "code": code_of(scene.volunteering.pk, timezone.now()), "people": [scene.ours.party_member.pk],
        f"hours_{cast('Any', scene.people['neighbour']).pk}": "1", "place": "3号楼前", "needed": 12,
        "starts_at": f"{SOON:%Y-%m-%d}T09:00", "ends_at": f"{SOON:%Y-%m-%d}T11:00",
        "sign_up_until": f"{SOON:%Y-%m-%d}T09:00",
    },
    "ruleset": lambda scene: {
        "code": "wish_granted", "name": "圆梦", "events": ["wish.granted"], "gives_to": "handler", "asset": "points",
        "amount": 8, "effective_on": "2999-01-01",
    },
    "donation": lambda scene: {
        "amount": "200", "day": "2026-03-02", "via": "cash", "project": scene.donation.project_id,
    },
    "spending": lambda scene: {"amount": "100", "day": "2026-03-02", "via": "cash", "photos": receipt()},
    "fair": lambda scene: {"stall": str(scene.fair.stalls.get().pk), "amount": "5"},
    "redraw": lambda scene: {
        "buildings": [scene.ours.building.pk], "target": f"g:{scene.ours.grid.pk}", "name": "新网格",
        "code": f"{scene.ours.community.code}099", "kind": "residential", "source": f"g:{scene.ours.other_grid.pk}",
        "effective_on": "2999-02-01",
    },
}  # fmt: skip


RESTING: dict[str, dict[str, Any]] = {
    "pause": {"due_at": None},
    "resume": {"due_at": None, "paused_at": MONDAY, "paused_until": SOON, "pause_reason": "等配件"},
}
# What a move of an incident presupposes beside the state.
FACTS: dict[str, dict[str, Any]] = {
    "dispute": {"disputable": True},
    "grant_extension": {"asked_until": SOON},
    "refuse_extension": {"asked_until": SOON},
    "rate": {"verified_at": MONDAY},
    "follow_up": {"verified_at": MONDAY},
}


def moved(client: Client, case: Case, verb: str, scene: Scene) -> int:
    details = {"note": "写明理由", "rating": 5, "board_text": "想学用手机", "level": 1, "until": f"{SOON:%Y-%m-%d}"}
    details |= OF_KIND.get(case.kind, lambda scene: {})(scene)
    if verb == "transfer":
        details["handler"] = details["helper"]
    with transaction.atomic():
        response = client.post(reverse("api:case-move", args=[case.number, verb]), details)
        transaction.set_rollback(True)
    return response.status_code


FOREIGN_PAGES = sorted(
    name for name, pattern in named_views() if name.startswith(FOREIGN) and "<" not in str(pattern.pattern)
)
OPEN_TO_VISITORS = {
    "account_login", "account_signup", "account_logout", "account_inactive", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key_done", "account_request_login_code",
    "account_confirm_login_code", "account_email_verification_sent", "account_verify_phone", "mfa_authenticate",
    "admin:login",
}  # fmt: skip


def test_foreign_pages_keep_visitors_out(clients: dict[str, Client]) -> None:
    """Pages of Django and allauth: visitors see only what belongs to signing in, and the administration is for few."""
    wrong = {}
    for name in FOREIGN_PAGES:
        shut = {"anonymous"} if name not in OPEN_TO_VISITORS else set()
        if name.startswith("admin:") and name not in OPEN_TO_VISITORS:
            shut |= {"owner", "worker", "staff", "secretary", "officer"}
        for role in shut:
            if (found := clients[role].get(reverse(name)).status_code) not in (302, 403, 404, 405):
                wrong[f"{name} by {role}"] = found
    assert not wrong, told(wrong)
