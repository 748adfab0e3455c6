"""Switches, menus and the sign-in pages: what stands around every page."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils.translation import gettext_lazy as _

from community.core import navigation
from community.directory.models import User


@pytest.fixture
def resident(db: None) -> User:
    return User.objects.create_user("resident", password="long enough 1", phone="13900001111", phone_verified=True)


@pytest.fixture
def menus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", [])


def links(shell: str, path: str, user: Any) -> list[tuple[str, bool]]:
    request = RequestFactory().get(path)
    request.user = user
    return [(str(link.label), link.active) for link in getattr(navigation.Navigation(request), shell)]


def test_a_signed_out_visitor_may_ask_for_large_type(client: Client, db: None) -> None:
    answer = client.post("/preferences/", {"elder": "26", "next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"
    assert 'data-elder="26"' in client.get("/accounts/login/").content.decode()
    client.post("/preferences/", {"elder": "off"})
    assert "data-elder=" not in client.get("/accounts/login/").content.decode()


def test_the_choice_follows_the_account_to_a_new_device(client: Client, resident: User) -> None:
    client.force_login(resident)
    client.post("/preferences/", {"elder": "22"})
    client.post("/preferences/", {"language": "en"})
    resident.refresh_from_db()
    assert (resident.elder_mode, resident.language) == (True, "en")
    elsewhere = Client(headers={"accept-language": "zh-CN"})
    elsewhere.force_login(resident)
    page = elsewhere.get("/accounts/logout/").content.decode()
    assert 'lang="en"' in page
    assert 'data-elder="22"' in page


def test_one_device_may_switch_it_off_for_itself(client: Client, resident: User) -> None:
    User.objects.filter(pk=resident.pk).update(elder_mode=True)
    client.force_login(resident)
    client.cookies["elder"] = "off"
    assert "data-elder=" not in client.get("/accounts/logout/").content.decode()


@pytest.mark.parametrize("choice", [{"elder": "99"}, {"language": "fr"}, {}])
def test_choices_that_do_not_exist_are_refused(client: Client, db: None, choice: dict[str, str]) -> None:
    assert client.post("/preferences/", choice).status_code == 400


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_switches_never_lead_to_another_site(client: Client, db: None, page: str) -> None:
    assert client.post("/preferences/", {"elder": "22", "next": page})["Location"] == "/"


def test_a_page_that_does_not_exist_is_not_in_the_menu(menus: None, resident: User) -> None:
    navigation.register("resident", _("议事"), icon="messages", url_name="nowhere", order=1)
    navigation.register("resident", _("退出登录"), icon="logout", url_name="account_logout", order=2)
    assert links("resident", "/", resident) == [("退出登录", False)]


def test_the_longest_address_is_the_active_one(menus: None, resident: User) -> None:
    navigation.register("resident", "account", icon="user", url_name="account_login", order=1)
    navigation.register("resident", "code", icon="user", url_name="account_request_login_code", order=2)
    assert links("resident", "/accounts/login/code/", resident) == [("account", False), ("code", True)]


def test_the_bar_holds_five_and_only_what_one_may_see(menus: None, resident: User) -> None:
    names = ["account_login", "account_logout", "account_signup", "offline", "gallery", "preferences"]
    for order, name in enumerate(names):
        navigation.register("resident", name, icon="user", url_name=name, order=order, allowed=lambda user: True)
    navigation.register("resident", "no", icon="user", url_name="mfa_index", order=-1, allowed=lambda user: False)
    assert [label for label, _active in links("resident", "/", resident)] == names[:5]


def test_office_menus_stand_in_sections(menus: None, resident: User) -> None:
    navigation.register("office", "a", icon="user", url_name="offline", order=1, section="事项")
    navigation.register("office", "b", icon="user", url_name="gallery", order=2, section="设置")
    navigation.register("office", "c", icon="user", url_name="mfa_index", order=3, section="事项")
    request = RequestFactory().get("/")
    request.user = resident
    menu = navigation.Navigation(request).office
    assert [(name, [link.label for link in group]) for name, group in menu] == [("事项", ["a", "c"]), ("设置", ["b"])]


def test_an_unknown_shell_is_refused() -> None:
    with pytest.raises(ValueError, match="no shell"):
        navigation.register("kitchen", "x", icon="user", url_name="home", order=1)


@pytest.mark.parametrize("path", ["login/", "login/code/", "signup/", "inactive/", "password/reset/done/"])
def test_pages_before_signing_in_are_in_our_look(client: Client, db: None, path: str) -> None:
    page = client.get(f"/accounts/{path}").content.decode()
    assert "ml-shell-plain" in page
    assert "<h1>" in page
    assert "长辈版" in page


@pytest.mark.parametrize(
    "path", ["logout/", "password/change/", "email/", "phone/change/", "2fa/", "2fa/totp/activate/"]
)
def test_pages_of_the_account_are_in_our_look(client: Client, resident: User, path: str) -> None:
    client.post("/accounts/login/", {"login": "resident", "password": "long enough 1"})
    client.post("/accounts/reauthenticate/", {"password": "long enough 1"})
    page = client.get(f"/accounts/{path}").content.decode()
    assert "ml-shell-plain" in page
    assert "<h1>" in page
    assert "style=" not in page


def test_every_page_tells_where_to_complain(client: Client, db: None) -> None:
    assert "建议与投诉" in client.get("/accounts/login/").content.decode()
