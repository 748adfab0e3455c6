"""Pledge cards, challenges and stories: shown by one's own choice alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.directory.models import Branch, Membership, PartyMember
from community.notices.models import Notice
from community.timers.sweep import sweep
from points.models import Challenge, Pledge, Story
from tests.neighbourhood import Hood, Town
from tests.points.purses import balance, purse_of
from tests.specimens import MONDAY, a_challenge


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_card(hood: Hood, **more: Any) -> Pledge:
    facts: dict[str, Any] = {
        "by": hood.resident,
        "community": hood.community,
        "words": "每月陪老人一次",
        "name_as": "family",
    }
    return Pledge.write(**(facts | more))


def test_a_card_is_ones_own_until_one_shows_it_and_again_when_taken_back(town: Town) -> None:
    hood = town.ours
    card = a_card(hood)
    address = f"/pledge/{card.key}/"
    neighbour, stranger = signed_in(hood.neighbour), Client()
    assert stranger.get(address).status_code == 404
    assert "每月陪老人一次" not in neighbour.get("/points/pledges/").content.decode()
    card.show(by=hood.resident)
    assert "每月陪老人一次" in stranger.get(address).content.decode()
    assert "每月陪老人一次" in neighbour.get("/points/pledges/").content.decode()
    assert "每月陪老人一次" not in signed_in(town.theirs.neighbour).get("/points/pledges/").content.decode()
    card.take_back(by=hood.resident)
    assert stranger.get(address).status_code == 404


def test_nobody_shows_anothers_card(hood: Hood) -> None:
    card = a_card(hood)
    for act in (card.show, card.take_back):
        with pytest.raises(NotNow):
            act(by=hood.secretary)


@pytest.mark.parametrize("left", [{"is_active": False}, {"community": None}])
def test_the_card_of_who_left_or_died_is_no_longer_shown(hood: Hood, left: dict[str, Any]) -> None:
    card = a_card(hood)
    card.show(by=hood.resident)
    for name, value in left.items():
        setattr(hood.resident, name, value)
    hood.resident.save()
    assert Client().get(f"/pledge/{card.key}/").status_code == 404


def test_a_card_names_as_its_owner_wants(hood: Hood) -> None:
    hood.resident.name = "欧阳春"
    hood.resident.save()
    assert a_card(hood).shown_name == "欧阳*"
    assert a_card(hood, name_as="full").shown_name == "欧阳春"
    assert a_card(hood, name_as="nickname", nickname="热心大姐").shown_name == "热心大姐"
    with pytest.raises(ValidationError):
        a_card(hood, name_as="nickname", nickname=" ")
    assert Pledge.objects.count() == 1


def test_only_a_member_of_the_party_says_so(hood: Hood) -> None:
    with pytest.raises(ValidationError, match="党员登记"):
        a_card(hood, as_party_member=True)
    branch = Branch.objects.create(community=hood.community, name="第一支部")
    PartyMember.objects.create(person=hood.resident.person, branch=branch)  # type: ignore[misc]
    assert a_card(hood, as_party_member=True).as_party_member


def test_the_pages_of_a_card(hood: Hood) -> None:
    client = signed_in(hood.resident)
    assert client.post("/points/pledges/mine/", {"words": "", "name_as": "family"}).status_code == 422
    assert client.post("/points/pledges/mine/", {"words": "好", "name_as": "nickname"}).status_code == 422
    client.post("/points/pledges/mine/", {"words": "多走一户", "name_as": "family"})
    client.post("/points/pledges/show/", {"show": "yes"})
    client.post("/points/pledges/show/", {"show": "yes"})
    assert Pledge.objects.get().shown_since
    assert "已公开" in client.get("/points/pledges/mine/").content.decode()
    client.post("/points/pledges/show/", {"show": "no"})
    assert Pledge.objects.get().shown_since is None


def test_a_challenge_from_board_to_reward(hood: Hood) -> None:
    challenge = a_challenge(hood)
    with pytest.raises(NotYours):
        challenge.take(by=hood.staff, now=MONDAY)
    challenge.take(by=hood.neighbour, now=MONDAY, name_as="nickname", nickname="老张")
    with pytest.raises(NotNow):
        challenge.take(by=hood.resident, now=MONDAY)
    challenge.hand_in(by=hood.neighbour, now=MONDAY, note="地锁拆了三个")
    with pytest.raises(NotYours):
        challenge.accept(by=hood.staff, now=MONDAY)  # who put it up
    challenge.send_back(by=hood.secretary, now=MONDAY, note="还有一个")
    challenge.hand_in(by=hood.neighbour, now=MONDAY, note="都拆了")
    challenge.accept(by=hood.secretary, now=MONDAY)
    assert balance(purse_of(hood.neighbour)) == 20
    board = signed_in(hood.resident).get("/points/challenges/").content.decode()
    assert "老张" in board
    assert str(hood.neighbour) not in board


def test_a_household_does_not_accept_its_own_challenge(hood: Hood) -> None:
    challenge = a_challenge(hood).take(by=hood.resident, now=MONDAY)
    challenge.hand_in(by=hood.resident, now=MONDAY, note="好了")
    Membership.begin(user=hood.secretary, dwelling=hood.dwelling, how="request", now=MONDAY)
    with pytest.raises(NotYours):
        challenge.accept(by=hood.secretary, now=MONDAY)


def test_nobody_is_named_who_did_not_agree(hood: Hood) -> None:
    challenge = a_challenge(hood).take(by=hood.neighbour, now=MONDAY)
    assert challenge.shown_name == ""
    with pytest.raises(ValidationError):
        a_challenge(hood).take(by=hood.neighbour, now=MONDAY, name_as="nickname")


def test_an_untaken_challenge_lapses(hood: Hood) -> None:
    challenge = a_challenge(hood)
    sweep(MONDAY + timedelta(days=12))
    challenge.refresh_from_db()
    assert challenge.status == Challenge.Status.LAPSED


@pytest.mark.parametrize("wrong", [{"reward": 0}, {"reward": 201}, {"until": date(2026, 3, 2)},
                                   {"finish_by": date(2026, 3, 3)}])  # fmt: skip
def test_a_senseless_challenge_is_refused(hood: Hood, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_challenge(hood, **wrong)


def test_the_form_puts_up_one(hood: Hood) -> None:
    client = signed_in(hood.staff)
    form = {
        "community": hood.community.pk, "title": "拆地锁", "description": "把 5 个地锁拆掉", "reward": "20",
        "until": "2999-01-01", "finish_by": "2999-02-01", "request_key": "7e9f1bd2-68c2-4f33-b0f7-6f0a4e0c1d12",
    }  # fmt: skip
    for wrong in ({"reward": "1.5"}, {"reward": "-3"}, {"until": "2020-01-01"}, {"finish_by": "2998-01-01"}):
        assert client.post("/points/challenges/new/", form | wrong).status_code == 422
    empty = client.post("/points/challenges/new/", {}).content.decode()
    assert "该字段是必填项" not in empty
    client.post("/points/challenges/new/", form)
    client.post("/points/challenges/new/", form)
    assert Challenge.objects.count() == 1


def a_story(hood: Hood) -> Story:
    return Story.write(
        by=hood.staff, community=hood.community, about=hood.volunteer, title="修了一冬天的灯", words="……"
    )


def test_a_story_waits_for_the_word_of_whom_it_is_about(hood: Hood) -> None:
    story = a_story(hood)
    neighbour = signed_in(hood.neighbour)
    assert neighbour.get(f"/points/stories/{story.pk}/").status_code == 404
    with pytest.raises(NotYours):
        story.agree(by=hood.staff, name_as="full")
    own = signed_in(hood.volunteer)
    assert "社区想讲讲您的故事" in own.get("/points/stories/").content.decode()
    own.post(f"/points/stories/{story.pk}/", {"name_as": "nickname", "nickname": "灯师傅"})
    assert "灯师傅" in neighbour.get("/points/stories/").content.decode()
    own.post(f"/points/stories/{story.pk}/end/")
    assert "修了一冬天的灯" not in neighbour.get("/points/stories/").content.decode()
    story.refresh_from_db()
    with pytest.raises(NotNow):
        story.agree(by=hood.volunteer, name_as="full")


def test_a_story_is_written_about_a_member_of_the_community(town: Town) -> None:
    client = signed_in(town.ours.staff)
    form = {"community": town.ours.community.pk, "about": town.theirs.volunteer.phone, "title": "好", "words": "好"}
    assert client.post("/points/stories/new/", form).status_code == 422
    client.post("/points/stories/new/", form | {"about": town.ours.volunteer.phone})
    assert Story.objects.get().about == town.ours.volunteer


def test_a_story_sent_twice_is_one_story_and_one_notice(hood: Hood) -> None:
    client = signed_in(hood.staff)
    key = client.get("/points/stories/new/").context["form"]["request_key"].value()
    form = {
        "community": hood.community.pk,
        "about": hood.volunteer.phone,
        "title": "好",
        "words": "好",
        "request_key": key,
    }
    for _tap in range(2):
        assert client.post("/points/stories/new/", form).status_code == 302
    assert (Story.objects.count(), Notice.objects.filter(code="story.asked").count()) == (1, 1)
    client.post("/points/stories/new/", form | {"words": "更好"})
    assert Story.objects.count() == 2


def test_a_move_that_leaves_the_state_is_made_once_for_each_request(hood: Hood) -> None:
    """On the page and over the API; who goes back and writes something else is heard again."""
    challenge = a_challenge(hood)
    challenge.take(by=hood.resident, now=MONDAY)
    client, page = signed_in(hood.resident), f"/cases/{challenge.number}/progress/"
    key = client.get(page).context["form"]["request_key"].value()
    told = {"note": "修好了一半", "request_key": str(key)}
    for _tap in range(2):
        assert client.post(page, told).status_code == 302
    address = f"/api/case/{challenge.number}/progress/"
    assert client.post(address, told, content_type="application/json").status_code == 200
    notes = challenge.timeline.filter(verb="progress").values_list("note", flat=True)
    assert list(notes) == ["修好了一半"]
    client.post(page, told | {"note": "都修好了"})
    client.post(page, told | {"request_key": ""})
    assert list(notes.all()) == ["修好了一半", "都修好了", "修好了一半"]


def test_whoever_is_named_on_the_board_takes_their_name_off(hood: Hood) -> None:
    """Also long after it was done; and nobody is named who moved away."""
    challenge = a_challenge(hood).take(by=hood.neighbour, now=MONDAY, name_as="nickname", nickname="老张")
    challenge.hand_in(by=hood.neighbour, now=MONDAY, note="好了")
    challenge.accept(by=hood.secretary, now=MONDAY)
    board = signed_in(hood.resident)
    assert "老张" in board.get("/points/challenges/").content.decode()
    with pytest.raises(NotYours):
        challenge.unname(by=hood.secretary, now=MONDAY)
    own, page = signed_in(hood.neighbour), f"/cases/{challenge.number}/"
    assert "榜上不再写我的名字" in own.get(page).content.decode()
    own.post(f"{page}unname/", {"note": ""})
    challenge.refresh_from_db()
    assert (challenge.status, challenge.name_as, challenge.nickname) == ("done", "", "")
    assert "老张" not in board.get("/points/challenges/").content.decode()
    assert "榜上不再写我的名字" not in own.get(page).content.decode()


@pytest.mark.parametrize("left", [{"is_active": False}, {"community": None}])
def test_the_board_names_nobody_who_left(hood: Hood, left: dict[str, Any]) -> None:
    a_challenge(hood).take(by=hood.neighbour, now=MONDAY, name_as="nickname", nickname="老张")
    type(hood.neighbour).objects.filter(pk=hood.neighbour.pk).update(**left)
    assert "老张" not in signed_in(hood.resident).get("/points/challenges/").content.decode()
