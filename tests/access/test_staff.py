"""Staff accounts: a second factor where it is required, and out when the seat stays empty."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from community.access.models import Post
from community.directory.models import User
from tests.neighbourhood import Hood

SET_UP, SOMEWHERE = "/accounts/2fa/totp/activate/", "/accounts/password/change/"
STAFF = ["worker", "leader", "staff", "secretary"]
OTHERS = ["resident", "volunteer", "party_member", "partner"]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def strict(settings: Any) -> None:
    settings.STAFF_TOTP_REQUIRED = True


def visit(client: Client, address: str = SOMEWHERE, **headers: str) -> str:
    """Where we are led, "" where we may stay."""
    page = client.get(address, headers=headers)
    return page.headers.get("Location", page.headers.get("HX-Redirect", ""))


def bound(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("role", STAFF)
def test_a_staff_post_leads_to_the_set_up_first(client: Client, hood: Hood, role: str) -> None:
    client.force_login(hood.people[role])
    assert visit(client) == SET_UP
    assert visit(client, "/nowhere-at-all/") in (SET_UP, "")
    assert not visit(client, SET_UP).startswith(SET_UP)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_is_asked(client: Client, hood: Hood, role: str) -> None:
    client.force_login(hood.people[role])
    assert visit(client) != SET_UP


@pytest.mark.usefixtures("strict")
def test_with_the_app_bound_the_way_is_free_and_without_it_closed_again(client: Client, hood: Hood) -> None:
    client.force_login(hood.worker)
    bound(hood.worker)
    assert visit(client) != SET_UP
    Authenticator.objects.filter(user=hood.worker).delete()
    assert visit(client) == SET_UP


@pytest.mark.usefixtures("strict")
def test_recovery_codes_alone_are_no_second_factor(client: Client, hood: Hood) -> None:
    Authenticator.objects.create(user=hood.worker, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(hood.worker)
    assert visit(client) == SET_UP


@pytest.mark.usefixtures("strict")
def test_the_end_of_the_post_ends_the_demand(client: Client, hood: Hood) -> None:
    Post.objects.get(user=hood.worker).end(by=hood.secretary)
    client.force_login(hood.worker)
    assert visit(client) != SET_UP


@pytest.mark.usefixtures("strict")
def test_a_part_of_a_page_moves_the_whole_page(client: Client, hood: Hood) -> None:
    client.force_login(hood.worker)
    page = client.get(SOMEWHERE, headers={"HX-Request": "true"})
    assert (page.status_code, page.headers["HX-Redirect"]) == (200, SET_UP)


@pytest.mark.usefixtures("strict")
def test_signing_out_stays_possible(client: Client, hood: Hood) -> None:
    client.force_login(hood.worker)
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_by_default_the_demonstration_asks_nobody(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    assert visit(client) != SET_UP


def test_a_bound_app_is_asked_for_at_every_sign_in(client: Client, hood: Hood) -> None:
    hood.worker.set_password("harvest-moon-42")
    hood.worker.save()
    bound(hood.worker)
    page = client.post("/accounts/login/", {"login": hood.worker.username, "password": "harvest-moon-42"})
    assert page.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


def empty_seat() -> None:
    """Half an hour without a click, as the cache lives it."""
    cache.delete_many([key.decode().split(":", 2)[2] for key in _keys("seat:")])


def _keys(start: str) -> list[bytes]:
    return cache._cache.get_client().keys(f"*{start}*")  # type: ignore[attr-defined]


def test_a_staff_account_is_signed_out_when_idle(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    assert visit(client) == ""
    empty_seat()
    assert visit(client).startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_a_resident_stays_signed_in(client: Client, hood: Hood) -> None:
    client.force_login(hood.resident)
    empty_seat()
    visit(client)
    assert "_auth_user_id" in client.session


def test_a_click_keeps_the_seat_for_another_half_hour_and_a_refreshing_page_does_not(
    client: Client, hood: Hood
) -> None:
    client.force_login(hood.secretary)
    (seat,) = _keys("seat:")
    raw = cache._cache.get_client()  # type: ignore[attr-defined]
    raw.expire(seat, 60)
    visit(client, "/gallery/", **{"HX-Request": "true"})
    assert raw.ttl(seat) <= 60
    visit(client)
    assert raw.ttl(seat) > 29 * 60


def test_a_new_password_keeps_the_seat(client: Client, hood: Hood) -> None:
    hood.secretary.set_password("harvest-moon-42")
    hood.secretary.save()
    client.force_login(hood.secretary)
    client.post(
        SOMEWHERE, {"oldpassword": "harvest-moon-42", "password1": "winter-tide-77", "password2": "winter-tide-77"}
    )
    hood.secretary.refresh_from_db()
    assert hood.secretary.check_password("winter-tide-77")
    assert visit(client) == ""


def test_the_limit_may_be_switched_off(client: Client, hood: Hood, settings: Any) -> None:
    settings.STAFF_IDLE_MINUTES = 0
    client.force_login(hood.secretary)
    empty_seat()
    assert visit(client) == ""
