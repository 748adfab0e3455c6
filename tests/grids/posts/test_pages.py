"""Pages of posts: the overview, claiming as a neighbour, licences that strangers verify, and one's own grid."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.access.models import Establishment, Post, Role
from community.core.workflow import NotNow, NotYours
from community.directory.models import Grid, Membership, User
from community.notices.models import Notice
from grids.posts.models import Licence, Reservist, Seat
from grids.posts.watch import watch_posts
from tests.neighbourhood import Hood, Town
from tests.specimens import MONDAY, a_seat

TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def _on_monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def role(code: str) -> Role:
    return Role.objects.get(code=code)


@pytest.fixture
def licence(hood: Hood) -> Licence:
    post = Post.begin(user=hood.neighbour, role=role("lane_steward"), scope=hood.grid, by=None, begins_on=TODAY)
    return Licence.issue(post, by=None)


class TestClaiming:
    def test_offered_by_the_leader_claimed_by_a_neighbour(self, client: Client, hood: Hood) -> None:
        signed_in(client, hood.leader)
        facts = {"role": role("lane_steward").pk, "place": f"g:{hood.grid.pk}", "from_day": "2026-03-02"}
        answer = client.post("/grids/posts/offer/", facts)
        seat = Seat.objects.get()
        assert answer["Location"] == f"/cases/{seat.number}/"

        signed_in(client, hood.neighbour)
        assert "小巷管家" in text(client.get("/grids/openings/"))
        client.post(f"/cases/{seat.number}/claim/", {"note": "我来"})
        assert "待审批" in text(client.get("/grids/openings/"))

        signed_in(client, hood.leader).post(f"/cases/{seat.number}/approve/", {"note": ""})
        page = text(signed_in(client, hood.neighbour).get("/grids/openings/"))
        assert "我的上岗证" in page

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"role": "lane_steward", "place": "c"}, "请选一个网格"),
            ({"role": "steward_care", "place": "g"}, "这个岗位在全社区"),
            ({"role": "lane_steward", "place": "g", "from_day": "2026-03-01"}, "不能早于今天"),
            ({"role": "lane_steward", "place": "g:999"}, "选择一个有效的选项"),
        ],
    )
    def test_what_is_wrong_is_said_beside_it(
        self, client: Client, hood: Hood, given: dict[str, str], words: str
    ) -> None:
        places = {"c": f"c:{hood.community.pk}", "g": f"g:{hood.grid.pk}"}
        facts = {"from_day": "2026-03-02"} | given
        facts |= {"role": str(role(given["role"]).pk), "place": places.get(given["place"], given["place"])}
        answer = signed_in(client, hood.secretary).post("/grids/posts/offer/", facts)
        assert answer.status_code == 422
        assert words in text(answer)
        assert not Seat.objects.exists()

    def test_a_leader_is_not_offered_posts_that_bring_powers(self, client: Client, hood: Hood) -> None:
        form = signed_in(client, hood.leader).get("/grids/posts/offer/").context["form"]
        assert not form.fields["role"].queryset.filter(staff=True).exists()
        assert [value for value, _label in form.fields["place"].choices[1:]] == [f"g:{hood.grid.pk}"]

    def test_the_reserve_is_entered_and_left(self, client: Client, hood: Hood) -> None:
        signed_in(client, hood.neighbour)
        client.post("/grids/openings/reserve/", {"skills": "理发、陪诊", "hopes": [role("lane_steward").pk]})
        assert "您在储备库里" in text(client.get("/grids/openings/"))
        page = text(signed_in(client, hood.leader).get("/grids/posts/reserve/?skill=理发"))
        assert str(hood.neighbour) in page
        assert str(hood.neighbour.phone) not in page  # masked
        assert str(hood.neighbour) not in text(client.get("/grids/posts/reserve/?skill=电工"))
        signed_in(client, hood.neighbour).post("/grids/openings/reserve/leave/")
        assert not Reservist.objects.current().exists()

    def test_the_reserve_of_another_community_is_not_seen(self, client: Client, town: Town) -> None:
        Reservist.join(by=town.theirs.neighbour, skills="理发")
        for person in (town.ours.secretary, town.ours.leader):
            assert not signed_in(client, person).get("/grids/posts/reserve/").context["rows"]


class TestTheOverview:
    def test_gaps_are_seen_and_lead_to_their_seats(self, client: Client, hood: Hood) -> None:
        Role.objects.exclude(code__in=["grid_leader", "grid_worker"]).update(per_grid=0)
        overview = signed_in(client, hood.secretary).get("/grids/posts/").context["overview"]
        assert (overview.missing, overview.coverage) == (1, 75)  # the second grid has no leader

    def test_the_secretary_changes_the_number_required(self, client: Client, hood: Hood) -> None:
        signed_in(client, hood.secretary)
        facts = {"role": role("grid_volunteer").pk, "grid": hood.grid.pk, "required": 5}
        address = f"/grids/posts/required/?community={hood.community.pk}"
        assert client.post(address, facts).status_code == 302
        assert Establishment.objects.get().required == 5
        assert client.post(address, facts | {"required": -1}).status_code == 422
        assert client.post(address, facts | {"grid": ""}).status_code == 422

    def test_another_communitys_numbers_are_out_of_reach(self, client: Client, town: Town) -> None:
        signed_in(client, town.ours.secretary)
        for address in ("/grids/posts/", "/grids/posts/required/"):
            assert client.get(f"{address}?community={town.theirs.community.pk}").status_code == 404
        facts = {"role": role("grid_volunteer").pk, "grid": town.theirs.grid.pk, "required": 5}
        assert client.post(f"/grids/posts/required/?community={town.ours.community.pk}", facts).status_code == 422

    def test_queries_do_not_grow_with_grids_and_seats(self, client: Client, hood: Hood) -> None:
        signed_in(client, hood.secretary)
        seat = a_seat(hood)
        addresses = ["/grids/posts/", "/grids/posts/seats/?state=open", f"/cases/{seat.number}/"]
        few = [queries(client, address) for address in addresses]
        for n in range(5, 15):
            grid = Grid.objects.create(
                community=hood.community, code=f"{hood.community.code}{n:03d}", name=f"第{n}网格"
            )
            a_seat(hood, grid=grid)
        assert [queries(client, address) for address in addresses] == few


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


class TestLicences:
    def test_a_stranger_verifies_and_learns_no_more(self, client: Client, hood: Hood, licence: Licence) -> None:
        page = text(client.get(f"/licence/{licence.key}/"))
        assert "此人现在确实担任这个岗位" in page
        assert "小巷管家" in page
        assert "第1网格" in page
        assert str(hood.neighbour) not in page
        assert str(hood.neighbour.phone) not in page
        licence.show_name(True, by=hood.neighbour)
        assert str(hood.neighbour) in text(client.get(f"/licence/{licence.key.lower()}/"))

    def test_withdrawn_it_says_so_and_not_why(self, client: Client, hood: Hood, licence: Licence) -> None:
        signed_in(client, hood.leader)
        assert client.post(f"/grids/licences/{licence.pk}/withdraw/", {"reason": ""}).status_code == 422
        client.post(f"/grids/licences/{licence.pk}/withdraw/", {"reason": "长期不到岗"})
        client.logout()
        page = text(client.get(f"/licence/{licence.key}/"))
        assert "已经收回" in page
        assert "长期不到岗" not in page

    def test_an_expired_one_is_not_valid(self, client: Client, licence: Licence) -> None:
        with time_machine.travel(MONDAY + timedelta(days=366 * 3), tick=False):
            assert "已过有效期" in text(client.get(f"/licence/{licence.key}/"))

    @pytest.mark.parametrize("key", ["NOSUCHKEY123", "中文", "x" * 300])
    def test_a_code_that_is_none(self, client: Client, db: None, key: str) -> None:
        answer = client.get(f"/licence/{key}/")
        assert (answer.status_code, "没有这张证" in text(answer)) == (404, True)

    def test_the_sheet_prints_the_standing_ones(self, client: Client, town: Town, licence: Licence) -> None:
        hood = town.ours
        cards = signed_in(client, hood.leader).get("/grids/licences/").context["cards"]
        assert [card["licence"] for card in cards] == [licence]
        assert cards[0]["link"].endswith(f"/licence/{licence.key}/")
        assert not client.get(f"/grids/licences/?role={role('steward_care').pk}").context["cards"]
        assert not signed_in(client, town.theirs.secretary).get("/grids/licences/").context["cards"]
        licence.withdraw(by=hood.leader, reason="遗失")
        assert not signed_in(client, hood.leader).get("/grids/licences/").context["cards"]


class TestALicenceThatFallsShort:
    @pytest.fixture
    def short(self, hood: Hood, licence: Licence) -> Licence:
        """The post goes on for years; the licence ends in three weeks."""
        Licence.objects.filter(pk=licence.pk).update(expires_on=TODAY + timedelta(days=21))
        licence.refresh_from_db()
        return licence

    def test_holder_and_leader_hear_of_it_once(self, hood: Hood, short: Licence) -> None:
        for day in range(3):
            watch_posts(MONDAY + timedelta(days=day))
        told = Notice.objects.filter(code="licence.short")
        assert sorted(row.recipient_id for row in told) == sorted([hood.neighbour.pk, hood.leader.pk])

    @pytest.mark.parametrize(
        ("ends_in", "expires_in", "alarm"),
        [(21, 21, False), (None, 30, True), (None, 31, False), (400, 21, True), (None, -5, True), (-1, -5, False)],
    )
    def test_only_while_the_post_goes_on(
        self, licence: Licence, ends_in: int | None, expires_in: int, alarm: bool
    ) -> None:
        begun = TODAY - timedelta(days=30)
        ends_on = None if ends_in is None else TODAY + timedelta(days=ends_in)
        Post.objects.filter(pk=licence.post_id).update(begins_on=begun, ends_on=ends_on)
        Licence.objects.filter(pk=licence.pk).update(issued_on=begun, expires_on=TODAY + timedelta(days=expires_in))
        watch_posts(MONDAY)
        assert Notice.objects.filter(code="licence.short").exists() is alarm
        fresh = Licence.objects.select_related("post").get(pk=licence.pk)
        assert fresh.falls_short_on(TODAY) is alarm

    def test_a_new_card_is_handed_out_and_the_old_one_says_so(self, client: Client, hood: Hood, short: Licence) -> None:
        signed_in(client, hood.leader)
        assert client.get("/grids/posts/").context["overview"].short == 1
        assert [card["licence"] for card in client.get("/grids/licences/?short=1").context["cards"]] == [short]
        assert "换发新证" in text(client.get(f"/grids/licences/{short.pk}/"))
        client.post(f"/grids/licences/{short.pk}/renew/")
        client.post(f"/grids/licences/{short.pk}/renew/")
        new = Licence.objects.exclude(pk=short.pk).get()
        assert new.expires_on > TODAY + timedelta(days=365)
        assert "已经收回" in text(client.get(f"/licence/{short.key}/"))
        assert "确实担任" in text(client.get(f"/licence/{new.key}/"))
        assert client.get("/grids/posts/").context["overview"].short == 0

    def test_one_that_lasts_is_not_renewed(self, hood: Hood, licence: Licence) -> None:
        with pytest.raises(NotNow):
            licence.renew(by=hood.leader)
        Licence.objects.filter(pk=licence.pk).update(expires_on=TODAY)
        with pytest.raises(NotYours):
            licence.renew(by=hood.neighbour)
        assert Licence.objects.get().withdrawn_at is None


class TestMyGrid:
    def test_the_levels_and_the_phones_that_are_published(self, client: Client, hood: Hood) -> None:
        Grid.objects.filter(pk=hood.grid.pk).update(supervision_phone="053112345")
        Membership.begin(user=hood.resident, dwelling=hood.dwelling, how=Membership.How.CODE)
        Post.begin(user=hood.neighbour, role=role("micro_worker"), scope=hood.grid, by=None, begins_on=TODAY)
        page = signed_in(client, hood.resident).get("/grids/my-grid/")
        names = [level.role.code for level in page.context["levels"]]
        five = ["grid_cadre", "grid_leader", "deputy_leader", "grid_worker", "parttime_worker", "micro_worker"]
        assert names == five
        shown = text(page)
        assert shown.count("对本网格负总责") == 1
        assert "第 2 级 · 网格长 · 对本网格负总责" in shown, "the first who is there"
        assert "本网格没有设" in shown, "a deputy leader is nobody's due"
        assert f'href="tel:{hood.worker.phone}"' in shown
        assert 'href="tel:053112345"' in shown
        assert str(hood.neighbour) in shown
        assert str(hood.neighbour.phone) not in shown  # a helping neighbour's phone is their own
        assert "暂缺，正在补上" in shown  # nobody is the cadre yet

    def test_without_a_household_it_says_what_to_do(self, client: Client, hood: Hood) -> None:
        assert "加入我家" in text(signed_in(client, hood.neighbour).get("/grids/my-grid/"))


def test_a_term_past_is_not_in_the_levels(client: Client, hood: Hood) -> None:
    Membership.begin(user=hood.resident, dwelling=hood.dwelling, how=Membership.How.CODE)
    hood.worker.posts.update(ends_on=date(2026, 3, 1))
    page = signed_in(client, hood.resident).get("/grids/my-grid/")
    assert str(hood.worker) not in text(page)
