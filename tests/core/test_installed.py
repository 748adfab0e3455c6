"""The hub as an app: what the browser is told, and that everything it is to keep is there."""

import json
import re
from os.path import normpath
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from community.core import installed

WORKER = re.compile(r"run\((\{.*?\}), \[", re.DOTALL)


def facts(client: Client) -> dict[str, object]:
    found = WORKER.search(client.get("/sw.js").content.decode())
    assert found
    return json.loads(found[1])


@pytest.mark.django_db
class TestServiceWorker:
    def test_it_covers_every_page_and_is_asked_for_afresh(self, client: Client) -> None:
        response = client.get("/sw.js")
        assert response["Content-Type"].startswith("text/javascript")
        assert response["Cache-Control"] == "no-cache"
        policy = response["Content-Security-Policy"]
        assert "worker-src 'self'" in policy
        assert "manifest-src 'self'" in policy
        assert "unsafe" not in policy

    def test_it_holds_nothing_of_anybody(self, client: Client, django_user_model: type) -> None:
        before = client.get("/sw.js").content
        client.force_login(django_user_model.objects.create(username="w", name="王网格员"))  # type: ignore[attr-defined]
        assert client.get("/sw.js").content == before

    def test_every_file_to_keep_is_there(self, client: Client) -> None:
        """One missing file would keep the whole app from being installed."""
        assets = facts(client)["assets"]
        assert isinstance(assets, list)
        missing = [address for address in assets if finders.find(address.removeprefix("/static/")) is None]
        assert not missing
        assert client.get("/offline/").status_code == 200

    def test_every_module_that_the_patrol_loads_is_kept(self) -> None:
        kept = set(installed.names())
        for path in (installed.SOURCES / "js" / "patrol").glob("*.js"):
            for imported in re.findall(r'from "([^"]+)"', path.read_text(encoding="utf-8")):
                found = normpath(path.parent / imported)
                assert found.removeprefix(f"{installed.SOURCES}/") in kept, f"{path.name} loads {imported}"

    def test_a_changed_file_makes_a_new_version(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        before = installed.version.__wrapped__()
        changed = tmp_path / "main.js"
        changed.write_text("// changed")
        real = finders.find
        monkeypatch.setattr(finders, "find", lambda name: str(changed) if name == "js/main.js" else real(name))
        assert installed.version.__wrapped__() != before


@pytest.mark.django_db
def test_the_manifest_makes_the_hub_installable(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    found = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (found["start_url"], found["scope"], found["display"]) == ("/", "/", "standalone")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in found["icons"]}
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in found["icons"])
    assert found["shortcuts"] == [{"name": "巡查", "url": "/grids/walk/"}]
