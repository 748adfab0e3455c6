"""The demonstration is lived through the product's verbs, so what it leaves must hold everywhere."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F, OuterRef, Subquery
from django.test import Client

from community.access.models import Post
from community.core.models import Case, Entry
from community.demonstration.management.commands.load_demo import ACCOUNTS
from community.demonstration.people import PASSWORD
from community.directory.models import Community, Dwelling, PartyMember, User
from community.notices.models import Notice
from community.timers.models import Deadline
from points.models import (
    Account,
    Activity,
    Appeal,
    Award,
    Challenge,
    Correction,
    Division,
    Grant,
    Handover,
    Line,
    Pledge,
    RuleSet,
    SignUp,
    Star,
    Story,
    VolunteerStar,
)
from wishes.models import Claim, Wish


@pytest.fixture
def loaded(db: None, settings: Any, tmp_path: Path) -> str:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    said = StringIO()
    call_command("load_demo", days=2, stdout=said)
    return said.getvalue()


def test_two_days_leave_everything_in_order(loaded: str, tmp_path: Path) -> None:
    # The workbook is there: 5,042 dwellings and 450 members, beside the smaller community's.
    west, east = Community.objects.order_by("code")
    assert Dwelling.objects.filter(building__estate__community=west).count() == 5042
    assert PartyMember.objects.filter(person__community=west).count() == 450
    assert Dwelling.objects.filter(building__estate__community=east).count() == 288
    assert Post.objects.filter(grid__community=west, role__code="grid_worker").count() == 10

    # Every state was reached by a verb: the last row of the story is the state.
    told = Entry.objects.filter(case=OuterRef("pk")).order_by("-id").values("target")[:1]
    assert not Case.objects.annotate(told=Subquery(told)).exclude(told=F("status")).exists()
    assert Case.objects.filter(kind="wish").count() > 80
    assert not Deadline.objects.running().filter(case__closed_at__isnull=False).exists()

    # Ten points for every granted claim, given or held for a look, and nothing out of nothing.
    granted = Claim.objects.filter(wish__status=Wish.Status.GRANTED, ending=Claim.Ending.FULFILLED).count()
    thanked = Line.objects.filter(posting__key__startswith="wish_granted:", amount__gt=0)
    held = Award.objects.open().filter(code="wish_granted").count()
    assert [line.amount for line in thanked] == [10] * (granted - held)
    assert sum(Account.objects.values_list("balance", flat=True)) == 0

    # The red account shows each of its parts.
    assert Award.objects.open().exists()
    assert Appeal.objects.open().exists()
    assert RuleSet.objects.get().rehearsal is not None
    assert Star.objects.exists()
    assert VolunteerStar.objects.exists()
    assert Pledge.objects.showing().count() >= 4
    assert set(Challenge.objects.values_list("status", flat=True)) == {"open", "taken", "done"}
    assert Story.objects.showing().count() == 2

    # Points of last year: one lot has lapsed, the next is announced.
    lapsed = Line.objects.filter(posting__key__startswith="expiry:", account__owner__isnull=False)
    assert {line.amount for line in lapsed} == {-18}
    assert Notice.objects.filter(code="points.expiring").exists()

    assert Grant.objects.open().exists()

    # Accounts that change hands, one by one and with a community.
    assert set(Handover.objects.values_list("status", flat=True)) == {"done", "waiting"}
    assert Division.objects.get().standing().count() == 3

    # Volunteers: every state of an activity, hours that were proved, and points as the rule says.
    assert set(Activity.objects.values_list("status", flat=True)) == {
        "recruiting", "running", "proposed", "recorded", "cancelled",
    }  # fmt: skip
    assert SignUp.objects.recorded().count() >= 12
    assert Correction.objects.open().exists()

    # Everybody who is printed can sign in and finds a page.
    printed = (tmp_path / "accounts.txt").read_text(encoding="utf-8")
    for username, _what in ACCOUNTS:
        client = Client()
        assert PASSWORD in printed
        assert f"\n{username} " in printed
        assert User.objects.get(username=username).check_password(PASSWORD)
        client.force_login(User.objects.get(username=username))
        assert client.get("/", follow=True).status_code == 200

    # A second start changes nothing.
    before = (Case.objects.count(), User.objects.count(), Entry.objects.count())
    call_command("load_demo", stdout=StringIO())
    assert before == (Case.objects.count(), User.objects.count(), Entry.objects.count())
