"""What the clients ask for: ``python -m tests.load.scripts`` prints one JSON object, workload → prepared requests."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

import django

Request = dict[str, Any]
CSRF = "a" * 32
VARIED = 60  # requests prepared per workload, asked for in turn
DEEP = 0.9  # a deep page lies this far down its list


class Script:
    """Prepares requests as the people of the largest community."""

    def __init__(self) -> None:
        from community.core.models import Case
        from community.directory.models import Community, User

        self.cases, self.users = Case.objects, User.objects
        self.home = Community.objects.order_by("pk").first()
        self.cookies: dict[str, str] = {}

    def who(self, prefix: str, count: int) -> list[str]:
        """Session cookies of accounts of the community whose user names begin so."""
        found = self.users.filter(community=self.home, username__startswith=prefix).order_by("pk")[:count]
        return [self._cookie(user) for user in found]

    def _cookie(self, user: Any) -> str:
        from importlib import import_module

        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.core.cache import cache

        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY], store["seat"] = user.get_session_auth_hash(), f"bench{user.pk}"
        cache.set(f"seat:bench{user.pk}", 1, timeout=60 * 60 * 24)
        store.save()
        return f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"

    def gets(self, cookies: list[str], paths: list[str]) -> list[Request]:
        return [get(path, cookie) for path, cookie in islice(zip(cycle(paths), cycle(cookies), strict=False), VARIED)]

    def posts(self, cookies: list[str], path: str, body: Callable[[int], dict[str, Any]], wanted: int) -> list[Request]:
        return [post(path, cookie, body(n), wanted) for n, cookie in zip(range(VARIED), cycle(cookies), strict=False)]

    def deep(self, path: str, **narrowed: Any) -> str:
        """The address of a page far down a list of the community."""
        rows = self.cases.filter(community=self.home, **narrowed).order_by("-pk").values_list("pk", flat=True)
        found = list(rows[int(rows.count() * DEEP) :][:1])
        return f"{path}?older={found[0]}" if found else path

    def view(self) -> str:
        """A map that shows all of the community."""
        from grids.mapping.ground import first_view

        box = first_view(self.users.filter(community=self.home, username__startswith="s").order_by("pk")[0])
        return urlencode(asdict(box)) if box else ""

    def numbers(self, **narrowed: Any) -> list[str]:
        """Case pages spread over the whole history."""
        rows = list(self.cases.filter(community=self.home, **narrowed).order_by("pk").values_list("number", flat=True))
        return [f"/cases/{number}/" for number in rows[:: max(1, len(rows) // VARIED)]]


def get(path: str, cookie: str) -> Request:
    return {"method": "GET", "path": path, "cookie": cookie, "body": "", "type": "", "wanted": 200}


def post(path: str, cookie: str, body: dict[str, Any], wanted: int) -> Request:
    if path.startswith("/api/"):
        text, kind = json.dumps(body), "application/json"
    else:
        text, kind = urlencode(body | {"csrfmiddlewaretoken": CSRF}), "application/x-www-form-urlencoded"
    return {"method": "POST", "path": path, "cookie": cookie, "body": text, "type": kind, "wanted": wanted}


def workloads() -> Iterator[tuple[str, list[Request]]]:
    from community.directory.models import Building
    from grids.models import Category

    script = Script()
    residents, staff, workers = script.who("r", 40), script.who("s", 2), script.who("w", 8)
    secretary = script.who("k", 1)
    building = Building.objects.filter(estate__community=script.home).order_by("pk").first()
    category = Category.objects.active().order_by("pk").first()
    assert building is not None
    assert category is not None

    def wish(n: int) -> dict[str, Any]:
        return {
            "description": f"想请邻居帮忙换灯泡，第 {n} 次。", "urgency": "normal", "group": "neighbour", "whose": "self",
            "building": building.pk, "contact_phone": "13800000000",
        }  # fmt: skip

    def incident(n: int) -> dict[str, Any]:
        return {
            "category": category.pk, "building": building.pk, "place": f"{n}单元门口", "description": "堆放杂物。",
        }  # fmt: skip

    nobody = [""]
    yield "insert, bare view", script.posts(nobody, "/bare/insert/", lambda n: {"text": "一件小事"}, 201)
    yield "insert, our middleware", script.posts(residents, "/dressed/insert/", lambda n: {"text": "一件小事"}, 201)
    yield "create wish, page", script.posts(residents, "/wishes/new/", wish, 302)
    yield "create wish, API", script.posts(residents, "/api/cases/wish/", wish, 201)
    yield "create incident, page", script.posts(residents, "/grids/report/", incident, 302)
    yield "create incident, API", script.posts(residents, "/api/cases/incident/", incident, 201)
    yield "wish board, first", script.gets(residents, ["/wishes/"])
    yield "wish board, deep", script.gets(residents, [script.deep("/wishes/", kind="wish", status="published")])
    yield "wishes desk, first", script.gets(staff, ["/wishes/desk/"])
    yield "wishes desk, deep", script.gets(staff, [script.deep("/wishes/desk/", kind="wish")])
    yield "incidents, first", script.gets(staff, ["/grids/incidents/"])
    yield "incidents, deep", script.gets(staff, [script.deep("/grids/incidents/", kind="incident")])
    yield "incidents, overdue", script.gets(staff, ["/grids/incidents/?due=overdue"])
    yield "incident map, open", script.gets(staff, [f"/grids/incidents/map/points/?{script.view()}"])
    yield "incident map, 90 days", script.gets(staff, [f"/grids/incidents/map/points/?{script.view()}&state=&days=90"])
    yield "incident map, heat", script.gets(staff, [f"/grids/incidents/map/points/?{script.view()}&state=&heat=1"])
    told = {"category": category.pk, "building": building.pk, "description": "单元门口堆放杂物，老人出不来"}
    yield "suggest, alike", script.gets(residents, [f"/grids/report/alike/?{urlencode(told)}"])
    yield "suggest, category", script.gets(residents, [f"/grids/report/categories/?{urlencode(told)}"])
    yield "case page", script.gets(staff, script.numbers())
    yield "inbox, worker", script.gets(workers, ["/inbox/"])
    yield "inbox, staff", script.gets(staff, ["/inbox/"])
    yield "dashboard, community", script.gets(secretary, ["/dashboard/"])
    yield "front page, resident", script.gets(residents, ["/"])


if __name__ == "__main__":
    django.setup()
    json.dump(dict(workloads()), sys.stdout)
