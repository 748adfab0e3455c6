"""One emergency for a street: declared once, acted upon by each community, summed up, ordered, and over by itself."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.models import UserObjectPermission

from community.access.models import Role
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.directory.models import Community, User
from community.notices.models import Notice
from grids.emergency.muster import Wanted
from grids.models import Emergency, StreetEmergency, StreetOrder, StreetPart
from tests.grids.emergency.test_emergency import MINUTE, signed_in, volunteer, without_tokens
from tests.neighbourhood import Town, account, build_hood
from tests.specimens import MONDAY, a_street_emergency

pytestmark = pytest.mark.django_db
KEY = "7d3a1f5e-5f1c-4f0e-9a43-2f1d2f7f3b12"


def emergency_in(whole: StreetEmergency, community: Community) -> Emergency:
    return Emergency.objects.get(street_part__whole=whole, community=community)


class TestDeclaring:
    def test_every_community_gets_its_own_in_the_hands_of_its_secretary(self, town: Town) -> None:
        whole = a_street_emergency(town, wanted=Wanted(["worker"]))
        assert [part.emergency.handler for part in whole.parts.all()] == [town.ours.secretary, town.theirs.secretary]
        ours = emergency_in(whole, town.ours.community)
        assert ours.raised_by == town.officer
        assert ours.calls.filter(user=town.ours.worker).exists()
        assert not ours.calls.filter(user__community=town.theirs.community).exists()
        told = Notice.objects.filter(code="emergency.street_declared").values_list("recipient", flat=True)
        assert set(told) == {town.ours.secretary.pk, town.theirs.secretary.pk}

    def test_where_nobody_holds_a_post_the_officer_commands(self, town: Town) -> None:
        empty = build_hood(town.street, "370105004014", "毕家洼南区")
        for user in empty.people.values():
            UserObjectPermission.objects.filter(user=user).delete()
        whole = StreetEmergency.declare(
            by=town.officer, communities=[empty.community], sort="flood", message="转移", now=MONDAY
        )
        assert emergency_in(whole, empty.community).handler == town.officer

    def test_all_or_nothing(self, town: Town) -> None:
        bare = Community.objects.create(street=town.street, code="370105004099", name="空社区")
        with pytest.raises(ValidationError, match="空社区还没有楼栋"):
            a_street_emergency(town, communities=[town.ours.community, bare])
        assert not Emergency.objects.exists()
        assert not StreetEmergency.objects.exists()

    def test_only_who_leads_that_street(self, town: Town) -> None:
        for by in (town.ours.secretary, account(town.far.community, "street_officer", town.far.community.street)):
            with pytest.raises(NotYours):
                a_street_emergency(town, by=by)
        with pytest.raises(ValidationError, match="同一街道"):
            a_street_emergency(town, communities=[town.ours.community, town.far.community])

    def test_no_community_is_in_it_twice(self, town: Town) -> None:
        whole = a_street_emergency(town)
        other = a_street_emergency(town)
        part = other.parts.get(community=town.ours.community)
        with pytest.raises(IntegrityError, match="street_part_once_at_a_time"), transaction.atomic():
            StreetPart.objects.filter(pk=part.pk).update(whole=whole)

    def test_a_double_click_declares_one(self, town: Town) -> None:
        client = signed_in(town.officer)
        data: dict[str, Any] = {
            "communities": [town.ours.community.pk, town.theirs.community.pk], "sort": "storm", "message": "关好门窗",
            "groups": ["worker"], "request_key": KEY,
        }  # fmt: skip
        answers = [client.post(reverse("emergency:street_declare"), data) for _ in range(2)]
        assert answers[0]["Location"] == answers[1]["Location"]
        assert Emergency.objects.count() == 2
        assert Notice.objects.filter(code="emergency.called", recipient=town.ours.worker).count() == 1

    def test_the_form_offers_the_streets_own_communities_and_says_what_is_missing(self, town: Town) -> None:
        client, address = signed_in(town.officer), reverse("emergency:street_declare")
        page = client.get(address).content.decode()
        assert "毕家洼东区" in page
        assert "南村" not in page
        answer = client.post(address, {"sort": "storm", "message": "x", "communities": [town.far.community.pk]})
        assert answer.status_code == 422
        assert not Emergency.objects.exists()


class TestOrders:
    def test_an_order_stands_in_every_log_at_once(self, town: Town) -> None:
        whole = a_street_emergency(town)
        whole.order("立即转移地下室人员", by=town.officer, now=MONDAY)
        for hood in (town.ours, town.theirs):
            line = emergency_in(whole, hood.community).timeline.get(verb="street_order")
            assert (line.note, line.actor) == ("立即转移地下室人员", town.officer)
            assert Notice.objects.filter(code="emergency.street_order", recipient=hood.secretary).count() == 1

    def test_a_community_that_is_over_gets_none(self, town: Town) -> None:
        whole = a_street_emergency(town)
        emergency_in(whole, town.ours.community).stand_down(by=town.ours.secretary, now=MONDAY, note="平安")
        whole.order("继续值守", by=town.officer, now=MONDAY)
        assert not emergency_in(whole, town.ours.community).timeline.filter(verb="street_order").exists()
        assert emergency_in(whole, town.theirs.community).timeline.filter(verb="street_order").exists()

    def test_sent_twice_it_is_one(self, town: Town) -> None:
        whole, client = a_street_emergency(town), signed_in(town.officer)
        for _ in range(2):
            client.post(reverse("emergency:street_order", args=[whole.pk]), {"note": "继续值守", "request_key": KEY})
        assert StreetOrder.objects.get().request_key == UUID(KEY)
        assert emergency_in(whole, town.ours.community).timeline.filter(verb="street_order").count() == 1

    def test_an_empty_one_is_said_beside_the_field(self, town: Town) -> None:
        whole, client = a_street_emergency(town), signed_in(town.officer)
        answer = client.post(reverse("emergency:street_order", args=[whole.pk]), {"note": " "})
        assert answer.status_code == 422
        assert "请写明指令" in answer.content.decode()

    def test_a_community_gives_no_orders_in_the_streets_name(self, town: Town) -> None:
        whole = a_street_emergency(town)
        with pytest.raises(NotYours):
            emergency_in(whole, town.ours.community).street_order(by=town.ours.secretary, now=MONDAY, note="听我的")


class TestTheEnd:
    def test_it_ends_with_its_last_part(self, town: Town) -> None:
        whole = a_street_emergency(town)
        for nth, hood in enumerate((town.ours, town.theirs), 1):
            whole.refresh_from_db()
            assert whole.is_open
            at = MONDAY + nth * MINUTE
            emergency_in(whole, hood.community).stand_down(by=hood.secretary, now=at, note="平安")
        whole.refresh_from_db()
        assert whole.closed_at == MONDAY + 2 * MINUTE
        assert Notice.objects.filter(code="emergency.street_ended", recipient=town.officer).count() == 1
        with pytest.raises(NotNow):
            whole.order("继续值守", by=town.officer, now=MONDAY)
        page = signed_in(town.officer).get(reverse("emergency:street_board", args=[whole.pk])).content.decode()
        assert "已全部解除" in page
        assert "every 10s" not in page

    def test_an_emergency_of_one_community_knows_nothing_of_it(self, town: Town) -> None:
        whole = a_street_emergency(town, communities=[town.theirs.community])
        alone = Emergency.declare(
            by=town.ours.secretary, community=town.ours.community, sort="gas", message="x",
            buildings=[town.ours.building], now=MONDAY,
        )  # fmt: skip
        alone.stand_down(by=town.ours.secretary, now=MONDAY, note="平安")
        whole.refresh_from_db()
        assert whole.is_open


@pytest.mark.django_db(transaction=True)
def test_two_that_end_at_the_same_moment_end_the_whole(town: Town) -> None:
    whole = a_street_emergency(town)

    def end(hood: Any) -> None:
        try:
            emergency_in(whole, hood.community).stand_down(by=hood.secretary, now=MONDAY, note="平安")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(end, (town.ours, town.theirs)))
    whole.refresh_from_db()
    assert whole.closed_at == MONDAY


class TestBoard:
    def test_it_sums_up_people_doors_and_logs(self, town: Town) -> None:
        volunteer(town.ours, "小周", user=town.ours.volunteer)
        volunteer(town.theirs, "老李", user=town.theirs.volunteer)
        whole = a_street_emergency(town, wanted=Wanted(["volunteer"]))
        ours, theirs = (emergency_in(whole, hood.community) for hood in (town.ours, town.theirs))
        ours.calls.get().arrive(by=town.ours.volunteer, now=MONDAY)
        theirs.doors.get().mark("help", by=town.theirs.worker, now=MONDAY, note="老人独居")
        answer = signed_in(town.officer).get(reverse("emergency:street_board", args=[whole.pk]))
        assert answer.context["people"] == {"called": 2, "coming": 1, "unanswered": 1, "arrived": 1, "on_site": 1}
        assert answer.context["doors"] == {"unreached": 1, "help": 1, "total": 2}
        assert "老人独居" in answer.content.decode()

    def test_the_part_that_refreshes_equals_the_page(self, town: Town) -> None:
        whole, client = a_street_emergency(town), signed_in(town.officer)
        with time_machine.travel(MONDAY + MINUTE, tick=False):
            page = client.get(reverse("emergency:street_board", args=[whole.pk])).content.decode()
            part = client.get(reverse("emergency:street_now", args=[whole.pk])).content.decode()
        assert without_tokens(part).strip() in without_tokens(page)

    def test_it_costs_the_same_for_few_and_many_communities(self, town: Town) -> None:
        more = [build_hood(town.street, f"3701050040{n}", f"第{n}社区").community for n in range(20, 25)]
        small = a_street_emergency(town, communities=[town.ours.community])
        large = a_street_emergency(town, communities=[town.ours.community, town.theirs.community, *more])
        for whole in (small, large):
            whole.order("值守", by=town.officer, now=MONDAY)
        client = signed_in(town.officer)
        costs = [cost(client, reverse("emergency:street_board", args=[whole.pk])) for whole in (small, small, large)]
        assert costs[1] == costs[2]
        assert costs[1] <= 16

    def test_another_streets_board_is_not_there(self, town: Town) -> None:
        whole = a_street_emergency(town)
        far = account(town.far.community, "street_officer", town.far.community.street)
        assert signed_in(far).get(reverse("emergency:street_board", args=[whole.pk])).status_code == 404


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_officers_of_a_hub_that_runs_already_may_command_too(town: Town) -> None:
    """The migration tells the role, which is planted but once, and whoever holds it today."""
    Role.objects.filter(code="street_officer").update(perms=[Perm.SEE_CASES, Perm.LEAD_STREET])
    UserObjectPermission.objects.filter(permission__codename=Perm.COMMAND_EMERGENCY, user=town.officer).delete()
    step = import_module("community.access.migrations.0010_street_commands")
    with connection.cursor() as cursor:
        for statement in (step.ROLE, step.GRANTS, step.ROLE, step.GRANTS):
            cursor.execute(statement)
    officer = User.objects.get(pk=town.officer.pk)
    assert reach(officer, Perm.COMMAND_EMERGENCY).covers(town.theirs.community.pk)
    assert Role.objects.get(code="street_officer").perms.count(Perm.COMMAND_EMERGENCY) == 1
    assert officer.posts.filter(begins_on__lte=timezone.localdate()).exists()
