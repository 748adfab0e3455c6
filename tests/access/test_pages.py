"""One's own account, the sheets of household codes, and the secretary's page of posts."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.access.models import Post, Reveal, Role
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Building, Dwelling, HouseholdCode, Membership, User
from tests.directory.conftest import PASSWORD
from tests.neighbourhood import Hood, Town, account


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def page_of(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    page = client.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def join(hood: Hood) -> Membership:
    return Membership.begin(user=hood.resident, dwelling=hood.dwelling, how="code")


# My account


def test_mine_shows_my_home_my_masked_phone_and_who_looked(client: Client, hood: Hood) -> None:
    join(hood)
    User.objects.filter(pk=hood.resident.pk).update(phone="13812345678")
    Reveal.record(
        by=hood.worker, fact="phone", reason="约上门时间", community_id=hood.community.pk, account=hood.resident
    )
    page = page_of(client, hood.resident, "/me/")
    assert str(hood.dwelling) in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "约上门时间" in page
    assert "约上门时间" in page_of(client, hood.resident, "/me/looks/")


def test_looks_at_others_are_not_mine_to_read(client: Client, hood: Hood) -> None:
    Reveal.record(
        by=hood.worker, fact="phone", reason="约上门时间", community_id=hood.community.pk, account=hood.resident
    )
    assert "约上门时间" not in page_of(client, hood.worker, "/me/")
    assert "约上门时间" not in page_of(client, hood.neighbour, "/me/looks/")


@pytest.mark.parametrize("role", ["resident", "neighbour", "volunteer", "partner", "worker", "staff", "secretary"])
def test_everybody_has_the_page_in_their_own_shell(client: Client, hood: Hood, role: str) -> None:
    assert "退出登录" in page_of(client, hood.people[role], "/me/")
    assert "还没有人看过" in page_of(client, hood.people[role], "/me/looks/")


def test_the_worker_finds_the_codes_there_and_the_resident_does_not(client: Client, hood: Hood) -> None:
    assert "/codes/" in page_of(client, hood.worker, "/me/")
    assert "/codes/" not in page_of(client, hood.resident, "/me/")


def test_leaving_my_household(client: Client, hood: Hood) -> None:
    join(hood)
    client.force_login(hood.resident)
    client.post("/me/household/leave/")
    assert not Membership.objects.current().exists()
    assert client.post("/me/household/leave/").status_code == 404
    assert client.get("/me/household/leave/").status_code == 405


def test_a_forgotten_password_is_replaced_after_a_code(
    client: Client, hood: Hood, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, texts = hood.neighbour, list[str]()
    User.objects.filter(pk=user.pk).update(phone="13800138000", phone_verified=True)
    monkeypatch.setattr("community.notices.channels.ConsoleSms.send", lambda self, phone, text: texts.append(text))
    assert client.get("/accounts/password/reset/").headers["Location"] == "/accounts/login/code/"
    client.post("/accounts/login/code/", {"phone": "13800138000"})
    code = re.search(r"\d{6}", texts[0])
    assert code is not None
    client.post("/accounts/login/code/confirm/", {"code": code.group()})
    assert client.get("/me/password/").status_code == 200
    assert client.post("/me/password/", {"new_password1": "12345678", "new_password2": "12345678"}).status_code == 200
    client.post("/me/password/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert client.get("/me/").status_code == 200  # still signed in


def test_without_a_fresh_code_the_old_password_is_asked_for(client: Client, hood: Hood) -> None:
    client.force_login(hood.neighbour)
    assert client.get("/me/password/").headers["Location"] == "/accounts/password/change/"
    client.post("/me/password/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    hood.neighbour.refresh_from_db()
    assert not hood.neighbour.check_password(PASSWORD)


# Household codes


@pytest.mark.parametrize("address", ["/codes/", "/posts/", "/posts/new/"])
@pytest.mark.parametrize("role", ["resident", "volunteer", "party_member", "partner"])
def test_staff_pages_are_closed_to_residents(client: Client, hood: Hood, role: str, address: str) -> None:
    client.force_login(hood.people[role])
    assert client.get(address).status_code == 403


def test_the_worker_prints_the_codes_of_a_building_and_they_work(client: Client, hood: Hood) -> None:
    Dwelling.objects.create(building=hood.building, unit="2单元", room="101")
    client.force_login(hood.worker)
    assert str(hood.building) in client.get("/codes/").content.decode()
    sheet = client.post(f"/codes/{hood.building.pk}/", {"unit": "", "uses": 6})
    page = sheet.content.decode()
    codes = re.findall(r"<strong[^>]*>([0-9A-Z]{4}-[0-9A-Z]{4})</strong>", page)
    assert len(codes) == 2
    assert page.count("<svg") >= 2
    assert "no-store" in sheet.headers["Cache-Control"]
    assert HouseholdCode.redeem(codes[0], by=hood.neighbour).dwelling == hood.dwelling


def test_doors_that_joined_may_be_left_out(client: Client, hood: Hood) -> None:
    join(hood)
    client.force_login(hood.worker)
    page = client.post(f"/codes/{hood.building.pk}/", {"unit": "", "only_new": "on", "uses": 6}, follow=True)
    assert "都已有人加入" in page.content.decode()
    assert not HouseholdCode.objects.exists()


def test_one_unit_alone(client: Client, hood: Hood) -> None:
    Dwelling.objects.create(building=hood.building, unit="2单元", room="101")
    client.force_login(hood.worker)
    client.post(f"/codes/{hood.building.pk}/", {"unit": "2单元", "uses": 3})
    assert [(code.dwelling.unit, code.uses) for code in HouseholdCode.objects.all()] == [("2单元", 3)]


def test_nobody_prints_codes_of_a_building_out_of_reach(client: Client, town: Town) -> None:
    for person in (town.ours.other_worker, town.theirs.worker, town.theirs.secretary):
        client.force_login(person)
        assert client.get(f"/codes/{town.ours.building.pk}/").status_code == 404
        assert client.post(f"/codes/{town.ours.building.pk}/", {"unit": "", "uses": 6}).status_code == 404
    assert not HouseholdCode.objects.exists()


def test_the_list_of_buildings_costs_the_same_at_any_length(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    client.get("/codes/")

    def spent() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/codes/")
        return len(queries)

    few = spent()
    for number in range(20):
        building = Building.objects.create(estate=hood.building.estate, grid=hood.grid, name=f"{number + 20}号楼")
        Dwelling.objects.create(building=building, unit="1单元", room="101")
    assert spent() == few


# Posts


def form_for(hood: Hood, **other: object) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "person": hood.neighbour.username,
        "role": Role.objects.get(code="grid_worker").pk,
        "place": f"grid:{hood.other_grid.pk}",
        "begins_on": today.isoformat(),
        "ends_on": (today + timedelta(days=365)).isoformat(),
    } | other


def test_the_secretary_appoints_and_ends(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    client.post("/posts/new/", form_for(hood))
    post = Post.objects.get(user=hood.neighbour)
    assert post.appointed_by == hood.secretary
    assert reach(User.objects.get(pk=hood.neighbour.pk), Perm.PATROL)
    assert str(hood.neighbour) in client.get("/posts/").content.decode()

    client.post(f"/posts/{post.pk}/end/", {"on": timezone.localdate().isoformat()})
    post.refresh_from_db()
    assert post.ended_by == hood.secretary
    assert not reach(User.objects.get(pk=hood.neighbour.pk), Perm.PATROL)
    assert str(hood.neighbour) in client.get("/posts/?ended=1").content.decode()
    assert "已经结束" in client.post(
        f"/posts/{post.pk}/end/", {"on": timezone.localdate().isoformat()}, follow=True
    ).content.decode()  # fmt: skip


def test_a_person_is_found_by_phone_and_full_name(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    User.objects.filter(pk=hood.neighbour.pk).update(name="王桂芬", phone="13911112222")
    for number, typed in enumerate(("王桂芬", "+86 139 1111 2222")):
        place = f"grid:{(hood.grid, hood.other_grid)[number].pk}"
        assert client.post("/posts/new/", form_for(hood, person=typed, place=place)).status_code == 302


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"person": "没有此人"}, "没有找到"),
        ({"person": ""}, "必填"),
        ({"ends_on": "2020-01-01"}, "不能早于"),
        ({"begins_on": "2026-02-30"}, "日期"),
        ({"place": "grid:999999"}, "有效"),
        ({"place": "street:1"}, "有效"),
    ],
)
def test_what_is_wrong_with_an_appointment_is_said(
    client: Client, hood: Hood, change: dict[str, object], says: str
) -> None:
    client.force_login(hood.secretary)
    page = client.post("/posts/new/", form_for(hood, **change))
    assert page.status_code == 422
    assert says in page.content.decode()


def test_an_overlapping_term_is_explained(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    client.post("/posts/new/", form_for(hood))
    page = client.post("/posts/new/", form_for(hood))
    assert "任期不能重叠" in page.content.decode()


def test_a_role_needs_its_own_kind_of_place(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    page = client.post("/posts/new/", form_for(hood, place=f"community:{hood.community.pk}"))
    assert "的范围请选一个网格" in page.content.decode()


def test_two_of_one_name_are_told_apart_by_phone(client: Client, hood: Hood) -> None:
    User.objects.filter(pk__in=[hood.neighbour.pk, hood.volunteer.pk]).update(name="李娜")
    client.force_login(hood.secretary)
    assert "同名" in client.post("/posts/new/", form_for(hood, person="李娜")).content.decode()


def test_other_communities_people_places_and_posts_do_not_exist(client: Client, town: Town) -> None:
    hood = town.ours
    client.force_login(hood.secretary)
    theirs = form_for(hood, person=town.theirs.neighbour.username)
    assert "没有找到" in client.post("/posts/new/", theirs).content.decode()
    there = form_for(hood, place=f"grid:{town.theirs.grid.pk}")
    assert client.post("/posts/new/", there).status_code == 422
    post = Post.objects.get(user=town.theirs.worker)
    assert client.get(f"/posts/{post.pk}/end/").status_code == 404
    assert client.post(f"/posts/{post.pk}/end/", {"on": "2026-01-01"}).status_code == 404
    assert str(town.theirs.worker) not in client.get("/posts/").content.decode()


def test_no_secretary_appoints_street_officers(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    officer = Role.objects.get(code="street_officer")
    page = client.post("/posts/new/", form_for(hood, role=officer.pk, place=f"community:{hood.community.pk}"))
    assert page.status_code == 422


def test_the_list_of_posts_costs_the_same_at_any_length(client: Client, hood: Hood) -> None:
    client.force_login(hood.secretary)
    client.get("/posts/")

    def spent() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/posts/")
        return len(queries)

    few = spent()
    for _number in range(15):
        account(hood.community, "volunteer", hood.community)
    assert spent() == few
