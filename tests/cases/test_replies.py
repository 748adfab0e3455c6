"""Ready words: offered beside the note, filled in, and kept by the community itself."""

import pytest
from django.test import Client

from community.cases.models import ReplyTemplate
from community.cases.replies.offering import replies_for
from grids.models import Incident
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_wish, an_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def handled(hood: Hood) -> Incident:
    return an_incident(hood, place="2单元门口").respond(by=hood.worker, now=MONDAY)


def test_placeholders_fill_themselves(hood: Hood, handled: Incident) -> None:
    ReplyTemplate.objects.create(
        community=hood.community, verb="resolve", title="清运", text="{地点}的{类别}（{编号}）由{承办人}处理好了。"
    )
    (reply,) = replies_for(handled, hood.worker, "resolve")
    assert reply.text == f"毕家洼西区小区3号楼 2单元门口的暴露垃圾（{handled.number}）由{hood.worker.name}处理好了。"


def test_before_a_community_has_its_own_a_few_common_ones_are_offered(hood: Hood, handled: Incident) -> None:
    assert [reply.title for reply in replies_for(handled, hood.worker, "progress")] == ["已到现场", "已约维修"]
    assert replies_for(handled, hood.worker, "call_in") == []


def test_another_communitys_words_and_those_put_away_are_not_offered(town: Town, handled: Incident) -> None:
    ReplyTemplate.objects.create(community=town.theirs.community, verb="progress", title="他们的", text="他们的话")
    ReplyTemplate.objects.create(
        community=town.ours.community, verb="progress", title="旧的", text="旧话", active=False
    )
    assert "他们的" not in [reply.title for reply in replies_for(handled, town.ours.worker, "progress")]
    assert "旧的" not in [reply.title for reply in replies_for(handled, town.ours.worker, "progress")]


def test_the_form_offers_them(hood: Hood, handled: Incident, client: Client) -> None:
    client.force_login(hood.worker)
    page = client.get(f"/cases/{handled.number}/resolve/").content.decode()
    assert "data-reply=" in page
    assert "毕家洼西区小区3号楼 2单元门口的暴露垃圾已处理完毕" in page


def test_staff_write_and_put_away_their_own(hood: Hood, client: Client) -> None:
    client.force_login(hood.staff)
    sent = {
        "community": hood.community.pk,
        "step": "incident:pause",
        "title": "等物业",
        "text": "物业已下单。",
        "active": "on",
    }
    assert client.post("/cases/replies/new/", sent).status_code == 302
    row = ReplyTemplate.objects.get()
    assert "等物业" in client.get("/cases/replies/").content.decode()
    client.post(f"/cases/replies/{row.pk}/", {**sent, "active": ""})
    row.refresh_from_db()
    assert not row.active


@pytest.mark.parametrize(
    ("change", "says"), [({"text": "{电话号}"}, "没有“电话号”这个占位词"), ({"title": "已有"}, "已有同名的模板")]
)
def test_what_cannot_work_is_said_beside_the_field(
    hood: Hood, client: Client, change: dict[str, str], says: str
) -> None:
    ReplyTemplate.objects.create(community=hood.community, verb="pause", title="已有", text="x")
    client.force_login(hood.staff)
    sent = {
        "community": hood.community.pk,
        "step": "incident:pause",
        "title": "等物业",
        "text": "好",
        "active": "on",
    } | change
    answer = client.post("/cases/replies/new/", sent)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_nobody_writes_for_another_community(town: Town, client: Client) -> None:
    client.force_login(town.ours.staff)
    sent = {
        "community": town.theirs.community.pk,
        "step": "incident:pause",
        "title": "等物业",
        "text": "好",
        "active": "on",
    }
    assert client.post("/cases/replies/new/", sent).status_code == 422
    assert not ReplyTemplate.objects.exists()


def test_wishes_have_words_of_their_own(hood: Hood, client: Client) -> None:
    wish = a_wish(hood)
    wish.publish(by=hood.staff, now=MONDAY, board_text="想换灯泡")
    wish.claim(by=hood.volunteer, now=MONDAY)
    assert [reply.title for reply in replies_for(wish, hood.volunteer, "progress")] == ["已联系", "正在准备"]
    client.force_login(hood.staff)
    sent = {"step": "wish:progress", "title": "周末", "text": "{承办人}{日期}上门。", "active": "on"}
    assert client.post("/cases/replies/new/", sent | {"community": hood.community.pk}).status_code == 302
    (reply,) = replies_for(wish, hood.volunteer, "progress")
    assert reply.text.startswith(str(hood.volunteer))
    assert "微心愿 · 记一笔进展" in client.get("/cases/replies/").content.decode()
    client.force_login(hood.volunteer)
    assert "data-reply=" in client.get(f"/cases/{wish.number}/progress/").content.decode()


def test_the_words_of_a_wish_never_name_the_door(hood: Hood) -> None:
    wish = a_wish(hood)
    ReplyTemplate.objects.create(
        community=hood.community, kind="wish", verb="decline", title="地点", text="{地点}|{类别}"
    )
    (reply,) = replies_for(wish, hood.staff, "decline")
    assert reply.text == f"{hood.building}|{wish.get_group_display()}"


def test_a_step_that_takes_no_ready_words_is_refused(hood: Hood, client: Client) -> None:
    client.force_login(hood.staff)
    sent = {"community": hood.community.pk, "step": "wish:publish", "title": "好", "text": "好", "active": "on"}
    assert client.post("/cases/replies/new/", sent).status_code == 422
    assert not ReplyTemplate.objects.exists()
