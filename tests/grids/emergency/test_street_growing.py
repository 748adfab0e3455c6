"""A street's emergency under way: communities that join it, and parts that are over before the rest."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from community.core.workflow import NotNow, NotYours
from community.directory.models import Community
from community.notices.models import Notice
from community.timers.models import Deadline
from grids.emergency.muster import Wanted
from grids.models import Emergency, StreetEmergency
from tests.grids.emergency.test_emergency import MINUTE, signed_in
from tests.neighbourhood import Hood, Town, account
from tests.specimens import MONDAY, a_street_emergency

pytestmark = pytest.mark.django_db


def begun(town: Town) -> StreetEmergency:
    """The street acts in our community alone, and has given two orders."""
    whole = a_street_emergency(town, communities=[town.ours.community])
    whole.order("立即转移地下室人员", by=town.officer, now=MONDAY + MINUTE)
    whole.order("每半小时报一次", by=town.officer, now=MONDAY + 2 * MINUTE)
    return whole


def joined(town: Town, whole: StreetEmergency, **more: Any) -> Emergency:
    facts: dict[str, Any] = {"by": town.officer, "wanted": Wanted(["worker"]), "now": MONDAY + 5 * MINUTE}
    whole.extend([town.theirs.community], **(facts | more))
    return part_of(whole, town.theirs)


def part_of(whole: StreetEmergency, hood: Hood) -> Emergency:
    return Emergency.objects.get(street_part__whole=whole, community=hood.community)


class TestJoining:
    def test_it_is_begun_there_as_it_was_at_the_start(self, town: Town) -> None:
        made = joined(town, begun(town))
        opened = made.timeline.get(verb="declare")
        assert (opened.actor, opened.at, opened.note) == (
            town.officer,
            MONDAY + 5 * MINUTE,
            "大风蓝色预警，请逐户提醒。",
        )
        assert made.handler == town.theirs.secretary
        assert made.calls.filter(user=town.theirs.worker).exists()
        assert made.doors.count() == 1
        assert Deadline.objects.running().filter(case=made, clock="muster").exists()
        told = {notice.code for notice in Notice.objects.filter(recipient=town.theirs.secretary)}
        assert told == {"emergency.street_declared", "emergency.street_order"}

    def test_the_orders_given_so_far_stand_in_its_log_as_one_line(self, town: Town) -> None:
        made = joined(town, begun(town))
        line = made.timeline.get(verb="street_order")
        assert line.note == "03-02 09:31 立即转移地下室人员\n03-02 09:32 每半小时报一次"
        assert Notice.objects.filter(code="emergency.street_order", recipient=town.theirs.secretary).count() == 1

    def test_those_in_it_already_notice_nothing(self, town: Town) -> None:
        whole = begun(town)
        before = part_of(whole, town.ours).timeline.count()
        assert whole.extend([town.ours.community, town.theirs.community], by=town.officer, now=MONDAY) == 1
        assert part_of(whole, town.ours).timeline.count() == before
        assert whole.parts.count() == 2

    def test_later_orders_reach_it_and_the_whole_waits_for_its_end(self, town: Town) -> None:
        whole = begun(town)
        made = joined(town, whole)
        whole.order("加固广告牌", by=town.officer, now=MONDAY + 6 * MINUTE)
        assert made.timeline.filter(verb="street_order", note="加固广告牌").exists()
        part_of(whole, town.ours).stand_down(by=town.ours.secretary, now=MONDAY + 7 * MINUTE, note="平安")
        whole.refresh_from_db()
        assert whole.is_open

    def test_only_who_leads_that_street_and_only_its_communities(self, town: Town) -> None:
        whole = begun(town)
        for by in (town.ours.secretary, account(town.far.community, "street_officer", town.far.community.street)):
            with pytest.raises(NotYours):
                whole.extend([town.theirs.community], by=by)
        with pytest.raises(ValidationError, match="本街道"):
            whole.extend([town.far.community], by=town.officer)

    def test_where_danger_is_back_it_begins_anew_beside_what_ended(self, town: Town) -> None:
        """The flood comes back: a part of its own, with everybody called again; the earlier one stays as it ended."""
        whole = begun(town)
        first = joined(town, whole)
        first.stand_down(by=town.officer, now=MONDAY + 6 * MINUTE, note="水退了")
        for count in (1, 0):
            later = MONDAY + 9 * MINUTE
            assert whole.extend([town.theirs.community], by=town.officer, wanted=Wanted(["worker"]), now=later) == count
        ended, second = Emergency.objects.filter(street_part__whole=whole, community=town.theirs.community).order_by(
            "pk"
        )
        assert not ended.is_open
        assert (ended.street_part.rejoined_at, second.street_part.rejoined_at) == (later, None)
        assert (second.is_open, second.doors.count()) == (True, 1)
        assert second.calls.filter(user=town.theirs.worker).exists()
        assert "立即转移地下室人员" in second.timeline.get(verb="street_order").note
        whole.order("再查一遍地下室", by=town.officer, now=MONDAY + 10 * MINUTE)
        assert not ended.timeline.filter(note="再查一遍地下室").exists()
        assert second.timeline.filter(note="再查一遍地下室").exists()
        part_of(whole, town.ours).stand_down(by=town.officer, now=MONDAY + 11 * MINUTE, note="平安")
        whole.refresh_from_db()
        assert whole.is_open
        second.stand_down(by=town.officer, now=MONDAY + 12 * MINUTE, note="平安")
        whole.refresh_from_db()
        assert not whole.is_open

    def test_one_without_buildings_is_refused_and_nothing_half_done(self, town: Town) -> None:
        bare = Community.objects.create(street=town.street, code="370105004099", name="空社区")
        whole = begun(town)
        with pytest.raises(ValidationError, match="空社区还没有楼栋"):
            whole.extend([town.theirs.community, bare], by=town.officer)
        assert whole.parts.count() == 1

    def test_when_it_is_over_nobody_joins(self, town: Town) -> None:
        whole = begun(town)
        part_of(whole, town.ours).stand_down(by=town.ours.secretary, now=MONDAY, note="平安")
        with pytest.raises(NotNow):
            whole.extend([town.theirs.community], by=town.officer)
        page = signed_in(town.officer).get(reverse("emergency:street_board", args=[whole.pk])).content.decode()
        assert reverse("emergency:street_extend", args=[whole.pk]) not in page


class TestPages:
    def test_a_double_click_adds_once_and_both_answers_are_good(self, town: Town) -> None:
        whole, client = begun(town), signed_in(town.officer)
        address, board = (reverse(f"emergency:street_{name}", args=[whole.pk]) for name in ("extend", "board"))
        assert address in client.get(board).content.decode()
        offered = client.get(address).context["form"].fields["communities"].choices
        assert offered == [(town.theirs.community.pk, "毕家洼东区")]
        for _ in range(2):
            answer = client.post(address, {"communities": [town.theirs.community.pk], "groups": ["worker"]})
            assert answer["Location"] == board
        assert whole.parts.count() == 2
        assert address not in client.get(board).content.decode()  # nobody is left to join

    def test_one_that_ended_is_offered_again_and_counted_once(self, town: Town) -> None:
        whole, client = begun(town), signed_in(town.officer)
        first = joined(town, whole)
        first.stand_down(by=town.officer, now=MONDAY + 6 * MINUTE, note="水退了")
        address, board = (reverse(f"emergency:street_{name}", args=[whole.pk]) for name in ("extend", "board"))
        again = f"{address}?community={town.theirs.community.pk}"
        assert again in client.get(board).content.decode()
        offered = client.get(again).context["form"]["communities"]
        assert [(str(row.data["value"]), row.data["label"], row.data["selected"]) for row in offered] == [
            (str(town.theirs.community.pk), "毕家洼东区（已解除，再次加入）", True)
        ]
        for _ in range(2):
            client.post(address, {"communities": [town.theirs.community.pk], "groups": ["worker"]})
        assert whole.parts.count() == 3
        answer = client.get(board)
        assert again not in answer.content.decode()
        assert (answer.context["communities"], answer.context["still"]) == (2, 2)
        assert [(part["turn"], part["last"]) for part in answer.context["parts"]] == [(1, True), (1, False), (2, True)]
        last = [part for part in answer.context["parts"] if part["last"]]
        assert answer.context["doors"]["total"] == 2
        assert answer.context["people"]["called"] == sum(part["people"]["called"] for part in last)
        assert first.calls.exists()  # who are not counted with them
        assert client.get(f"{address}?community=x").status_code == 200

    def test_an_empty_choice_is_said_beside_the_field(self, town: Town) -> None:
        address = reverse("emergency:street_extend", args=[begun(town).pk])
        answer = signed_in(town.officer).post(address, {"skills": ""})
        assert answer.status_code == 422
        assert "请选择社区" in answer.content.decode()


class TestEndingAPartEarly:
    def test_the_officer_ends_one_and_its_commander_hears_of_it(self, town: Town) -> None:
        whole, client = a_street_emergency(town), signed_in(town.officer)
        made = part_of(whole, town.theirs)
        address = reverse("cases:act", args=[made.number, "stand_down"])
        assert address in client.get(reverse("emergency:street_board", args=[whole.pk])).content.decode()
        client.post(address, {"note": "东区已无风险"})
        made.refresh_from_db()
        whole.refresh_from_db()
        assert (made.is_open, whole.is_open) == (False, True)
        assert made.timeline.get(verb="stand_down").actor == town.officer
        assert Notice.objects.filter(code="emergency.ended", recipient=town.theirs.secretary).count() == 1
        assert not Deadline.objects.running().filter(case=made).exists()


@pytest.mark.django_db(transaction=True)
def test_an_order_given_while_a_community_joins_reaches_it(town: Town) -> None:
    whole = begun(town)

    def run(act: Any) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (
            lambda: StreetEmergency.objects.get().extend([town.theirs.community], by=town.officer, now=MONDAY),
            lambda: StreetEmergency.objects.get().order("关闭地下通道", by=town.officer, now=MONDAY),
        )))  # fmt: skip
    notes = part_of(whole, town.theirs).timeline.filter(verb="street_order").values_list("note", flat=True)
    assert sum("关闭地下通道" in note for note in notes) == 1
