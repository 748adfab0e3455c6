"""Many at the same moment: the last place is given once, hours are posted once."""

from contextlib import suppress

import pytest

from community.core.workflow import MoveError
from community.directory.models import User
from points.models import Account, Activity, Asset, Posting, SignUp
from points.verification import faults
from tests.neighbourhood import Town
from tests.points.test_ledger_at_once import THREADS, at_once
from tests.specimens import MONDAY
from tests.volunteer_specimens import an_activity

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_for_the_last_place(town: Town) -> None:
    hood = town.ours
    activity = an_activity(hood, needed=1)
    people = User.objects.bulk_create(
        User(username=f"helper{n}", name=f"居民{n}", community=hood.community) for n in range(20)
    )

    def sign_up(number: int) -> None:
        for user in people[number::THREADS]:
            Activity.objects.get(pk=activity.pk).sign_up(by=user, now=MONDAY)

    at_once(sign_up)
    activity.refresh_from_db()
    assert activity.taken == 1
    assert (SignUp.objects.placed().count(), SignUp.objects.filter(waiting=True).count()) == (1, 19)
    first = SignUp.objects.placed().get()

    def back_out(number: int) -> bool:
        try:
            return bool(Activity.objects.get(pk=activity.pk).back_out(by=first.user, now=MONDAY))
        except MoveError:
            return False

    assert at_once(back_out).count(True) == 1
    assert SignUp.objects.placed().count() == 1  # one of those who waited


def test_from_eight_phones_for_eight_things_at_one_time(town: Town) -> None:
    hood = town.ours
    same_time = [an_activity(hood, title=f"活动{n}") for n in range(THREADS)]

    def sign_up(number: int) -> None:
        with suppress(MoveError):
            Activity.objects.get(pk=same_time[number].pk).sign_up(by=hood.resident, now=MONDAY)

    at_once(sign_up)
    assert SignUp.objects.placed().filter(user=hood.resident).count() == 1


def test_eight_confirmations_post_once(town: Town) -> None:
    hood = town.ours
    activity = an_activity(hood)
    activity.begin(by=None, now=activity.starts_at)
    activity.tick(by=hood.volunteer, people=[hood.neighbour, hood.resident], now=activity.starts_at)
    activity.end(by=None, now=activity.ends_at)
    hours = {hood.neighbour.pk: 120, hood.resident.pk: 60}
    activity.propose(by=hood.volunteer, hours=hours, now=activity.ends_at)

    def confirm(number: int) -> bool:
        try:
            found = Activity.objects.get(pk=activity.pk)
            return bool(found.confirm(by=[hood.staff, hood.secretary][number % 2], now=activity.ends_at))
        except MoveError:
            return False

    assert at_once(confirm).count(True) == 1
    assert Posting.objects.filter(key__startswith="volunteering:").count() == 2
    assert sum(Account.objects.filter(asset=Asset.HOURS).values_list("balance", flat=True)) == 0
    assert list(faults()) == []
