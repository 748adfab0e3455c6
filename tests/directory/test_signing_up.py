"""Signing up: a proved phone makes an account; nobody takes a neighbour's number or learns who has one."""

from typing import Any

import pytest
from django.test import Client

from community.directory.models import Community, User
from tests.directory.conftest import PASSWORD, Outgoing
from tests.neighbourhood import Hood

SIGN_UP, PROVE = "/accounts/signup/", "/accounts/phone/verify/"


def answers(home: Community, **other: Any) -> dict[str, Any]:
    return {
        "phone": "139 1111 2222", "name": "王桂芬", "community": home.pk, "password1": PASSWORD, **other
    }  # fmt: skip


def test_a_resident_signs_up_with_a_proved_phone(client: Client, hood: Hood, sms: Outgoing) -> None:
    client.post(SIGN_UP, answers(hood.community))
    assert "_auth_user_id" not in client.session
    client.post(PROVE, {"code": sms.code})
    user = User.objects.get(phone="13911112222")
    assert (user.name, user.community, user.phone_verified) == ("王桂芬", hood.community, True)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "139" not in user.username


def test_the_code_may_be_typed_in_full_width(client: Client, hood: Hood, sms: Outgoing) -> None:
    client.post(SIGN_UP, answers(hood.community))
    client.post(PROVE, {"code": sms.code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("phone", "0531-8888", "11 位"),
        ("name", " ", "必填"),
        ("community", "999999", "有效"),
        ("password1", "12345678901", "至少两种"),
        ("password1", "abcdefghijkl", "至少两种"),
        ("password1", "a1b2c3", "10"),
        ("password1", "13911112222a", "手机号"),
    ],
)
def test_what_is_wrong_is_said(client: Client, hood: Hood, sms: Outgoing, field: str, value: str, says: str) -> None:
    page = client.post(SIGN_UP, answers(hood.community, **{field: value}))
    assert says in page.content.decode()
    assert not User.objects.filter(name="王桂芬").exists()
    assert not sms.texts


def test_a_taken_number_looks_like_a_free_one(client: Client, hood: Hood, resident: User, sms: Outgoing) -> None:
    taken = client.post(SIGN_UP, answers(hood.community, phone="13800138000"))
    free = Client().post(SIGN_UP, answers(hood.community))
    assert (taken.status_code, taken.headers["Location"]) == (free.status_code, free.headers["Location"])
    assert "已有账号" in sms.texts[0][1]
    assert User.objects.filter(name="王桂芬").count() == 1


def test_nobody_lies_in_wait_under_a_neighbours_number(client: Client, hood: Hood, sms: Outgoing) -> None:
    client.post(SIGN_UP, answers(hood.community, name="坏人", password1="attackers-own-1"))
    attacker_code = sms.code

    owner = Client()
    owner.post(SIGN_UP, answers(hood.community))
    owner.post(PROVE, {"code": sms.code})
    user = User.objects.get(phone="13911112222")
    assert (user.name, user.phone_verified) == ("王桂芬", True)
    assert not user.check_password("attackers-own-1")

    client.post(PROVE, {"code": attacker_code})
    assert "_auth_user_id" not in client.session


def test_starting_to_sign_up_takes_nothing_from_an_account_made_by_the_office(
    client: Client, hood: Hood, sms: Outgoing
) -> None:
    User.objects.filter(pk=hood.worker.pk).update(phone="13911112222", phone_verified=False)
    client.post(SIGN_UP, answers(hood.community))
    hood.worker.refresh_from_db()
    assert hood.worker.phone == "13911112222"


def test_the_second_of_two_who_prove_the_same_number_is_told(client: Client, hood: Hood, sms: Outgoing) -> None:
    client.post(SIGN_UP, answers(hood.community, name="先到"))
    first = sms.code
    late = Client()
    late.post(SIGN_UP, answers(hood.community, name="后到"))
    second = sms.code
    client.post(PROVE, {"code": first})
    page = late.post(PROVE, {"code": second})
    assert "已被其他账号使用" in page.content.decode()
    assert User.objects.get(phone="13911112222").name == "先到"
