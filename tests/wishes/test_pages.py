"""The wish's pages: sent twice, asked by the wrong person, and with much on them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from community.access.models import Reveal
from community.demonstration.photos import photo
from community.directory.models import User
from tests.neighbourhood import Hood, Town, build_town
from wishes.models import Wish


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(**changed: Any) -> dict[str, Any]:
    answers = {
        "description": "想要一套书。班里同学都看过了。", "urgency": "normal", "group": "child", "whose": "self",
        "contact_phone": "199 1234 5678", "request_key": str(uuid4()),
    }  # fmt: skip
    return answers | changed


def published(hood: Hood, text: str = "修水龙头") -> Wish:
    wish = Wish.submit(
        by=hood.resident, community=hood.community, title=text, description=text, contact_phone="19912345678"
    )
    return wish.publish(by=hood.staff, board_text=text)


def test_the_receipt_says_the_number_and_the_time(hood: Hood) -> None:
    answer = client_of(hood.resident).post("/wishes/new/", filled(), follow=True)
    wish = Wish.objects.get()
    assert wish.title == "想要一套书"
    assert wish.number in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_request_sent_eight_times_at_once_makes_one_wish() -> None:
    hood, answers = build_town().ours, filled()
    clients = [client_of(hood.resident) for _ in range(8)]

    def send(client: Client) -> str:
        try:
            return client.post("/wishes/new/", answers)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(send, clients))
    assert Wish.objects.count() == 1
    assert len(receipts) == 1


def test_what_was_typed_survives_a_mistake(hood: Hood) -> None:
    page = client_of(hood.resident).post("/wishes/new/", filled(contact_phone="12"))
    assert page.status_code == 422
    assert "电话号码好像不对" in page.content.decode()
    assert "想要一套书" in page.content.decode()
    assert not Wish.objects.exists()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "‮反过来", "🎈" * 50, "长" * 2000])
def test_odd_texts_are_kept_and_shown_as_text(hood: Hood, text: str) -> None:
    client = client_of(hood.resident)
    client.post("/wishes/new/", filled(description=text))
    wish = Wish.objects.get()
    assert wish.description == text
    assert "<script>alert" not in client.get(f"/cases/{wish.number}/").content.decode()


def test_the_board_tells_neither_name_nor_door(hood: Hood) -> None:
    wish = Wish.submit(
        by=hood.resident, community=hood.community, title="低保户想要棉被", description="我是张秀兰，住301",
        dwelling=hood.dwelling, contact_phone="19912345678", group=Wish.Group.LOW_INCOME,
    )  # fmt: skip
    wish.publish(by=hood.staff, board_text="想要一床棉被")
    for viewer in (hood.volunteer, hood.neighbour):
        client = client_of(viewer)
        for path in ("/wishes/", f"/cases/{wish.number}/", "/api/cases/wish/", f"/api/case/{wish.number}/"):
            shown = client.get(path).content.decode()
            for secret in ("张秀兰", "301", "19912345678", "199****5678", "低保"):
                assert secret not in shown, (viewer, path, secret)


def test_another_community_finds_nothing(town: Town) -> None:
    wish = published(town.ours)
    for stranger in (town.theirs.staff, town.theirs.resident, town.theirs.volunteer, town.far.secretary):
        client = client_of(stranger)
        for path in (f"/cases/{wish.number}/", f"/cases/{wish.number}/claim/", f"/api/case/{wish.number}/"):
            assert client.get(path).status_code == 404
        assert "修水龙头" not in client.get("/wishes/").content.decode()


def test_a_look_at_the_phone_asks_why_and_is_written_down(hood: Hood) -> None:
    wish, client = published(hood), client_of(hood.staff)
    assert "19912345678" not in client.get(f"/cases/{wish.number}/").content.decode()
    refused = client.post(f"/cases/{wish.number}/contact/", {"reason": "看"})
    assert "至少四个字" in refused.content.decode()
    assert not Reveal.objects.exists()
    shown = client.post(f"/cases/{wish.number}/contact/", {"reason": "联系居民确认尺寸"})
    assert "19912345678" in shown.content.decode()
    look = Reveal.objects.get()
    assert (look.seen_by, look.account, look.reason) == (hood.staff, hood.resident, "联系居民确认尺寸")


def test_somebody_was_faster_is_said_kindly(hood: Hood) -> None:
    wish = published(hood)
    client = client_of(hood.party_member)
    wish.claim(by=hood.volunteer)
    answer = client.post(f"/cases/{wish.number}/claim/", {"note": ""}, follow=True)
    assert answer.status_code == 404 or "请刷新后再看" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "who"), [("/wishes/", "volunteer"), ("/wishes/desk/", "staff"), ("/wishes/mine/", "resident")]
)
def test_lists_ask_as_much_for_sixty_wishes_as_for_three(
    hood: Hood, path: str, who: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(hood.people[who])
    for _ in range(3):
        published(hood)
    client.get(path)
    with django_assert_max_num_queries(12) as few:
        client.get(path)
    for _ in range(57):
        published(hood)
    with django_assert_max_num_queries(len(few)):
        page = client.get(path)
    assert "older=" in page.content.decode()


def test_raising_a_wish_costs_a_bounded_number_of_queries(
    hood: Hood, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(hood.resident)
    client.post("/wishes/new/", filled())
    with django_assert_max_num_queries(20):
        assert client.post("/wishes/new/", filled()).status_code == 302


def test_the_desk_filters_by_what_the_dashboard_links_to(hood: Hood) -> None:
    published(hood, "修灯")
    Wish.submit(by=hood.resident, community=hood.community, title="买药", description="买药", urgency="urgent")
    Wish.objects.filter(title="买药").update(due_at=timezone.now())
    client = client_of(hood.staff)
    assert "买药" in client.get("/wishes/desk/?due=overdue").content.decode()
    assert "修灯" not in client.get("/wishes/desk/?due=overdue").content.decode()
    assert "修灯" in client.get("/wishes/desk/?state=published").content.decode()
    assert "买药" not in client.get("/wishes/desk/?state=published&grid=999999").content.decode()


def test_moves_over_the_api_follow_the_table(hood: Hood) -> None:
    wish = published(hood)
    claimer, stranger = client_of(hood.volunteer), client_of(hood.neighbour)
    assert stranger.post(f"/api/case/{wish.number}/claim/", {}, "application/json").status_code == 403
    answer = claimer.post(f"/api/case/{wish.number}/claim/", {"note": "我来"}, "application/json")
    assert (answer.status_code, answer.json()["state"]) == (200, "claimed")
    assert claimer.post(f"/api/case/{wish.number}/claim/", {}, "application/json").status_code == 409
    assert "note" in claimer.post(f"/api/case/{wish.number}/fulfil/", {}, "application/json").json()
    assert claimer.post(f"/api/case/{wish.number}/submit/", {}, "application/json").status_code == 404


def status_of(user: User, address: str) -> int:
    """Asks for a photo and closes the file alone; closing the response would close the test's connection."""
    answer: Any = client_of(user).get(address)
    for close in answer._resource_closers:
        close()
    return answer.status_code


def test_photos_of_a_wish_are_for_those_who_take_part(town: Town) -> None:
    hood = town.ours
    wish = Wish.submit(by=hood.resident, community=hood.community, title="修灯", description="修灯", photos=[photo(1)])
    wish.publish(by=hood.staff, board_text="修灯")
    address = wish.attachments.get().url
    for viewer in (hood.resident, hood.staff, hood.worker):
        # The worker's own grid has no part in a wish without an address.
        assert status_of(viewer, address) == (404 if viewer == hood.worker else 200)
    for viewer in (hood.volunteer, hood.neighbour, town.theirs.staff):
        assert status_of(viewer, address) == 404
    wish.claim(by=hood.volunteer)
    assert status_of(hood.volunteer, address) == 200
