"""Volunteer teams: founded by the community, joined and left as one likes, named only as agreed."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from community.core.workflow import NotNow, NotYours
from community.directory.models import VolunteerTeam
from community.notices.models import Notice
from points.models import Team, TeamKind, TeamMember
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY
from tests.volunteer_specimens import a_team


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def heard(user: Any) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("code", flat=True))


def test_the_hub_knows_the_teams_of_the_articles(db: None) -> None:
    assert [str(kind) for kind in TeamKind.objects.all()] == ["先锋团", "突击队", "风车队", "文艺队", "志愿服务队"]


def test_a_team_of_the_register_comes_to_life_once(hood: Hood) -> None:
    listed = VolunteerTeam.objects.create(community=hood.community, name="退役军人突击队")
    team = a_team(hood, name=" 退役军人突击队 ")
    assert (team.pk, VolunteerTeam.objects.count()) == (listed.pk, 1)
    with pytest.raises(ValidationError, match="已经有叫这个名字的队伍"):
        a_team(hood, name="退役军人突击队")


def test_only_the_community_founds_a_team(town: Town) -> None:
    for user in (town.ours.volunteer, town.theirs.staff):
        with pytest.raises(NotYours):
            a_team(town.ours, by=user)
    with pytest.raises(ValidationError, match="不是本社区"):
        a_team(town.ours, leader=town.theirs.volunteer)


def test_insurance_says_by_whom(hood: Hood) -> None:
    with pytest.raises(ValidationError, match="保险是谁投的"):
        a_team(hood, insurance="", insured_until=date(2026, 12, 31))
    team = a_team(hood)
    assert team.insured_on(date(2026, 12, 31))
    assert not team.insured_on(date(2027, 1, 1))


def test_an_open_team_is_joined_at_once_and_asked_twice_joined_once(hood: Hood) -> None:
    team = a_team(hood)
    first = TeamMember.join(team, by=hood.resident)
    again = TeamMember.join(team, by=hood.resident)
    assert first.pk == again.pk
    assert team.members.current().filter(user=hood.resident).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(team=team, user=hood.resident, asked_at=MONDAY)


def test_where_the_leader_decides_who_asks_waits(hood: Hood) -> None:
    team = a_team(hood, admission="approval")
    asked = TeamMember.join(team, by=hood.resident, words="会修水管")
    assert asked.admitted_at is None
    assert heard(hood.volunteer) == ["team.leads", "team.asked", "team.asked"]
    with pytest.raises(NotYours):
        asked.admit(by=hood.resident)
    asked.admit(by=hood.volunteer)
    assert heard(hood.resident) == ["team.admitted"]
    other = team.members.get(user=hood.neighbour)
    with pytest.raises(ValidationError):
        other.dismiss(by=hood.volunteer, note=" ")
    other.dismiss(by=hood.volunteer, note="人手够了")
    assert heard(hood.neighbour) == ["team.declined"]
    with pytest.raises(NotNow):
        other.admit(by=hood.volunteer)


def test_one_leaves_at_any_time_and_may_come_back(hood: Hood) -> None:
    team = a_team(hood)
    own = team.members.get(user=hood.neighbour)
    with pytest.raises(NotYours):
        own.leave(by=hood.volunteer)
    own.leave(by=hood.neighbour)
    own.leave(by=hood.neighbour)
    assert not team.members.current().exists()
    TeamMember.join(team, by=hood.neighbour)
    assert TeamMember.objects.count() == 2


def test_a_leader_who_leaves_leads_no_longer_and_the_community_hears_of_it(hood: Hood) -> None:
    team = a_team(hood)
    assert signed_in(hood.volunteer).post(f"/points/teams/{team.pk}/leave/").status_code == 302
    team.refresh_from_db()
    assert team.leader is None
    assert "team.leaderless" in heard(hood.secretary)
    assert not team.is_led_by(hood.volunteer)


def test_names_are_shown_only_as_agreed_and_phones_never(town: Town) -> None:
    hood = town.ours
    team = a_team(hood)
    TeamMember.join(team, by=hood.party_member)
    page = signed_in(hood.resident).get(f"/points/teams/{team.pk}/").content.decode()
    assert str(hood.party_member) not in page
    assert str(hood.neighbour) not in page
    assert team.members.get(user=hood.neighbour).shown_name in page
    assert str(hood.volunteer) not in page  # the leader's name is for the team
    led = signed_in(hood.volunteer).get(f"/points/teams/{team.pk}/").content.decode()
    assert str(hood.party_member) in led
    assert str(hood.party_member.phone) not in led
    assert signed_in(town.theirs.resident).get(f"/points/teams/{team.pk}/").status_code == 404
    own = team.members.get(user=hood.neighbour)
    own.name(by=hood.neighbour, name_as="")
    assert not team.members.showing().exists()
    with pytest.raises(ValidationError):
        own.name(by=hood.neighbour, name_as="nickname", nickname=" ")


@pytest.mark.parametrize("left", [{"is_active": False}, {"community": None}])
def test_who_has_moved_or_died_is_no_longer_in_it(hood: Hood, left: dict[str, Any]) -> None:
    team = a_team(hood)
    for fact, value in left.items():
        setattr(hood.neighbour, fact, value)
    hood.neighbour.save()
    assert not team.members.current().exists()


def test_the_leader_changes_the_words_the_community_the_leader(hood: Hood) -> None:
    team = a_team(hood)
    team.amend(by=hood.volunteer, purpose="每周六清楼道")
    with pytest.raises(NotYours):
        team.amend(by=hood.volunteer, leader=hood.neighbour)
    with pytest.raises(NotYours):
        team.amend(by=hood.neighbour, purpose="x")
    team.amend(by=hood.staff, leader=hood.neighbour)
    assert heard(hood.neighbour) == ["team.leads"]


def test_a_dissolved_team_tells_its_people_and_takes_nobody(hood: Hood) -> None:
    team = a_team(hood)
    for reason in ("", "散" * 201):
        with pytest.raises(ValidationError):
            team.end(by=hood.staff, reason=reason)
    with pytest.raises(ValidationError, match="200 字以内"):
        team.members.get(user=hood.neighbour).dismiss(by=hood.volunteer, note="散" * 201)
    team.end(by=hood.staff, reason="并入先锋团")
    assert heard(hood.neighbour) == ["team.ended"]
    with pytest.raises(NotNow):
        TeamMember.join(team, by=hood.resident)
    with pytest.raises(NotNow):
        team.end(by=hood.staff, reason="再来")
    assert not Team.objects.visible_to(hood.resident).exists()


def test_the_pages_from_founding_to_leaving(hood: Hood) -> None:
    desk = signed_in(hood.staff)
    facts = {
        "community": hood.community.pk, "name": "红色风车", "kind": TeamKind.objects.get(code="windmill").pk,
        "purpose": "助老扶弱", "admission": "approval", "leader": hood.volunteer.phone,
    }  # fmt: skip
    assert desk.post("/points/teams/new/", facts | {"leader": "没有这个人"}).status_code == 422
    assert desk.post("/points/teams/new/", facts).status_code == 302
    team = Team.objects.get()
    mine = signed_in(hood.resident)
    assert "红色风车" in mine.get("/points/teams/").content.decode()
    address = f"/points/teams/{team.pk}/"
    assert mine.post(f"{address}join/", {"name_as": "nickname"}).status_code == 422
    assert mine.post(f"{address}join/", {"words": "周末有空"}).status_code == 302
    assert "等队长同意" in mine.get(address).content.decode()
    led = signed_in(hood.volunteer)
    assert "周末有空" in led.get(address).content.decode()
    asked = team.members.get()
    assert mine.post(f"/points/teams/members/{asked.pk}/", {"admit": "yes"}, follow=True).status_code == 200
    assert not team.members.current().exists()
    led.post(f"/points/teams/members/{asked.pk}/", {"admit": "yes"})
    assert team.members.current().exists()
    mine.post(f"{address}name/", {"name_as": "full"})
    assert str(hood.resident) in signed_in(hood.neighbour).get(address).content.decode()
    assert led.get(f"{address}edit/").status_code == 200
    assert led.post(f"{address}edit/", facts | {"purpose": ""}).status_code == 422
    assert led.post(f"{address}edit/", facts | {"purpose": "常来常往"}).status_code == 302
    mine.post(f"{address}leave/")
    assert not team.members.open().exists()
    desk.post(f"{address}end/", {"reason": "换队名"})
    assert mine.get(address).status_code == 404
    assert desk.get(address).status_code == 200
