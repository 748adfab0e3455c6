"""Signing in: by phone or user name with a password, by a code; wrong tries, lock-out, and no telling who is here."""

import re
import time

import pytest
import time_machine
from django.test import Client

from community.directory.models import User
from tests.directory.conftest import PASSWORD, Outgoing

LOGIN, ASK_CODE, GIVE_CODE = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"


def try_password(client: Client, login: str, password: str = PASSWORD) -> str:
    """The page after trying, "" when it let us in."""
    page = client.post(LOGIN, {"login": login, "password": password})
    return page.content.decode() if page.status_code == 200 else ""


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("spelling", ["13800138000", "+86 138 0013 8000", "１３８００１３８０００"])
def test_by_phone_however_it_is_typed(client: Client, resident: User, spelling: str) -> None:
    try_password(client, spelling)
    assert signed_in(client)


def test_by_user_name(client: Client, resident: User) -> None:
    try_password(client, resident.username)
    assert signed_in(client)


@pytest.mark.parametrize("login", ["13800138000", "resident1", "13911112222", "nobody"])
def test_a_wrong_password_and_an_unknown_name_sound_the_same(client: Client, resident: User, login: str) -> None:
    page = try_password(client, login, "wrong-password")
    assert "账号或密码不正确" in page
    assert not signed_in(client)


def test_an_unproved_number_opens_nothing(client: Client, resident: User) -> None:
    User.objects.filter(pk=resident.pk).update(phone_verified=False)
    assert try_password(client, "13800138000")
    assert not signed_in(client)


def test_five_wrong_passwords_lock_the_account_however_the_phone_is_spelt(client: Client, resident: User) -> None:
    for spelling in ("13800138000", "138 0013 8000", "+8613800138000", "１３８００１３８０００", "138-0013-8000"):
        assert "不正确" in try_password(client, spelling, "wrong-password")
    page = try_password(client, "13800138000", PASSWORD)
    assert "尝试次数过多" in page
    assert not signed_in(client)


def test_an_unknown_number_is_locked_just_the_same(client: Client, resident: User) -> None:
    for _attempt in range(5):
        try_password(client, "13911112222", "wrong-password")
    assert "尝试次数过多" in try_password(client, "13911112222", "wrong-password")


def test_the_lock_is_on_one_account_alone(client: Client, resident: User) -> None:
    for _attempt in range(6):
        try_password(client, "13911112222", "wrong-password")
    try_password(client, "13800138000")
    assert signed_in(client)


def test_by_a_code(client: Client, resident: User, sms: Outgoing) -> None:
    client.post(ASK_CODE, {"phone": "+86 138 0013 8000"})
    assert sms.texts[0][0] == "13800138000"
    assert re.fullmatch(r"\d{6}", sms.code)
    client.post(GIVE_CODE, {"code": sms.code})
    assert signed_in(client)


def test_three_wrong_codes_end_the_attempt(client: Client, resident: User, sms: Outgoing) -> None:
    client.post(ASK_CODE, {"phone": "13800138000"})
    right = sms.code
    wrong = "000000" if right != "000000" else "111111"
    assert "验证码不正确" in client.post(GIVE_CODE, {"code": wrong}).content.decode()
    client.post(GIVE_CODE, {"code": wrong})
    assert client.post(GIVE_CODE, {"code": wrong}).headers["Location"].startswith(ASK_CODE)
    client.post(GIVE_CODE, {"code": right})
    assert not signed_in(client)


def test_a_code_is_old_after_five_minutes(client: Client, resident: User, sms: Outgoing) -> None:
    client.post(ASK_CODE, {"phone": "13800138000"})
    with time_machine.travel(time.time() + 301, tick=False):
        client.post(GIVE_CODE, {"code": sms.code})
    assert not signed_in(client)


def test_codes_are_not_sent_without_end(client: Client, resident: User, sms: Outgoing) -> None:
    for _request in range(6):
        client.post(ASK_CODE, {"phone": "138 0013 8000"})
        client.cookies.clear()
    assert len(sms.texts) == 3


def test_asking_for_a_code_does_not_tell_who_is_here(client: Client, resident: User, sms: Outgoing) -> None:
    known = client.post(ASK_CODE, {"phone": "13800138000"})
    known_page = Client().post(ASK_CODE, {"phone": "13800138000"}, follow=True)
    unknown = Client().post(ASK_CODE, {"phone": "13911112222"})
    unknown_page = Client().post(ASK_CODE, {"phone": "13911112222"}, follow=True)
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])

    def bare(page: str) -> str:
        page = re.sub(r'"[A-Za-z0-9]{32,64}"', "", page)  # tokens against forgery
        return page.replace("13911112222", "13800138000")

    assert bare(known_page.content.decode()) == bare(unknown_page.content.decode())
    # Only the number's owner learns the difference.
    assert "还没有账号" in sms.texts[-1][1]


def test_a_provider_that_fails_is_explained(client: Client, resident: User, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def send(self, phone: str, text: str) -> None:
            raise OSError("the provider does not answer")

    monkeypatch.setattr("community.notices.accounts.sms_sender", Broken)
    page = client.post(ASK_CODE, {"phone": "13800138000"}, follow=True)
    assert "短信没有发出" in page.content.decode()


def test_the_demonstration_shows_its_code(client: Client, resident: User, sms: Outgoing, settings: object) -> None:
    settings.SMS_SHOW_CODES = True  # type: ignore[attr-defined]
    page = client.post(ASK_CODE, {"phone": "13800138000"}, follow=True)
    assert f"演示环境：验证码 {sms.code}" in page.content.decode()


def test_accounts_made_by_the_office_need_no_phone(client: Client, resident: User, sms: Outgoing) -> None:
    User.objects.filter(pk=resident.pk).update(phone=None, phone_verified=False)
    try_password(client, resident.username)
    assert signed_in(client)
    assert not sms.texts


def test_an_inactive_account_stays_out(client: Client, resident: User, sms: Outgoing) -> None:
    User.objects.filter(pk=resident.pk).update(is_active=False)
    try_password(client, "13800138000")
    client.post(ASK_CODE, {"phone": "13800138000"})
    client.post(GIVE_CODE, {"code": sms.code})
    assert not signed_in(client)


def test_the_administration_is_entered_by_the_same_door(client: Client, resident: User) -> None:
    page = client.get("/admin/login/", follow=True)
    assert page.redirect_chain[-1][0].startswith(LOGIN)
