"""A verb is all or nothing: one transaction, one timeline row, and whatever follows from it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from community.core.models import Case, Entry, Serial
from community.core.photos import CleanPhoto
from community.core.verbs import Followers, Step, followers, preparers
from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.models import Deadline
from tests.neighbourhood import Hood
from tests.specimens import MONDAY, a_joining, a_wish
from wishes.models import Claim, Wish

PHOTO = CleanPhoto(full=b"full", thumbnail=b"thumb", width=4, height=3, sha256="0" * 64)


def everything_about(wish: Wish) -> dict[str, Any]:
    """All rows that a step of this wish could have touched."""
    return {
        "case": Wish.objects.filter(pk=wish.pk).values().get(),
        "story": list(Entry.objects.filter(case=wish).values()),
        "clocks": list(Deadline.objects.filter(case=wish).order_by("pk").values()),
        "claims": list(Claim.objects.filter(wish=wish).values()),
        "notices": list(Notice.objects.filter(case=wish).values()),
        "photos": list(wish.attachments.values()),
    }


def published(hood: Hood) -> Wish:
    wish = a_wish(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    return wish


def fail(step: Step) -> None:
    raise RuntimeError("no")


@pytest.mark.parametrize("stage", [preparers, followers])
def test_what_fails_in_a_layer_above_undoes_the_whole_step(
    hood: Hood, stage: Followers, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = published(hood)
    before = everything_about(wish)
    monkeypatch.setattr(stage, "_ranked", [*stage._ranked, (99, fail)])
    with pytest.raises(RuntimeError):
        wish.claim(by=hood.volunteer, now=MONDAY)
    assert everything_about(wish) == before


def test_a_case_whose_opening_fails_was_never_raised(hood: Hood, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followers, "_ranked", [*followers._ranked, (99, fail)])
    with pytest.raises(RuntimeError):
        a_wish(hood, photos=[PHOTO])
    assert not Case.objects.exists()
    assert not Entry.objects.exists()
    assert not Deadline.objects.exists()


def test_a_method_that_finds_something_wrong_leaves_no_trace(hood: Hood) -> None:
    wish = published(hood)
    wish.claim(by=hood.volunteer, now=MONDAY)
    before = everything_about(wish)
    with pytest.raises(ValidationError):
        wish.progress(by=hood.volunteer, now=MONDAY)
    assert everything_about(wish) == before


def test_a_step_writes_one_row_of_the_story(hood: Hood) -> None:
    wish = published(hood)
    last = wish.timeline.last()
    assert last is not None
    assert (last.verb, last.source, last.target, last.actor, last.at) == (
        "publish", "submitted", "published", hood.staff, MONDAY,
    )  # fmt: skip
    assert wish.timeline.count() == 2


def test_a_verb_reads_the_row_afresh(hood: Hood) -> None:
    stale = published(hood)
    Wish.objects.get(pk=stale.pk).decline(by=hood.staff, now=MONDAY, note="重复")
    with pytest.raises(NotNow, match="未受理"):
        stale.claim(by=hood.volunteer, now=MONDAY)


def test_a_stale_copy_overwrites_nothing(hood: Hood) -> None:
    """Only what the verb changed is written, whatever the copy in memory believed."""
    wish = a_wish(hood)
    wish.title = "只在内存里"
    Case.objects.filter(pk=wish.pk).update(title="改过的标题")
    wish.publish(by=hood.staff, now=MONDAY)
    assert Case.objects.get(pk=wish.pk).title == wish.title == "改过的标题"


def test_refusals_say_whether_it_is_the_time_or_the_person(hood: Hood) -> None:
    wish = published(hood)
    with pytest.raises(NotNow):
        wish.confirm(by=hood.resident, now=MONDAY, rating=5)
    with pytest.raises(NotYours):
        wish.withdraw(by=hood.neighbour, now=MONDAY)
    with pytest.raises(NotYours):
        wish.claim(by=None, now=MONDAY)


def test_what_nobody_but_the_clock_may_do_is_refused_to_everybody(hood: Hood) -> None:
    wish = published(hood)
    wish.claim(by=hood.volunteer, now=MONDAY)
    wish.fulfil(by=hood.volunteer, now=MONDAY, note="好了")
    for person in hood.people.values():
        with pytest.raises(NotYours):
            wish.close_unconfirmed(by=person, now=MONDAY)


def test_derived_fields_follow_the_state(hood: Hood) -> None:
    wish = a_wish(hood)
    assert (wish.awaits_perm, wish.awaits_user) == ("vet_wishes", None)
    wish.publish(by=hood.staff, now=MONDAY)
    assert (wish.awaits_perm, wish.awaits_user) == ("", None)
    wish.claim(by=hood.volunteer, now=MONDAY)
    assert (wish.awaits_perm, wish.awaits_user) == ("", hood.volunteer)
    wish.take_back(by=hood.staff, now=MONDAY)
    wish.withdraw(by=hood.resident, now=MONDAY + timedelta(hours=1))
    wish.refresh_from_db()
    assert (wish.awaits_perm, wish.awaits_user, wish.due_at, wish.tier) == ("", None, None, 0)
    assert wish.closed_at == wish.changed_at == MONDAY + timedelta(hours=1)


def test_followers_act_in_the_order_of_their_rank_and_once() -> None:
    told: list[str] = []
    line = Followers()

    def second(step: Step) -> None:
        told.append("second")

    line.register(second, rank=20)
    line.register(lambda step: told.append("first"), rank=10)
    line.register(second, rank=20)
    line(None)  # type: ignore[arg-type]
    assert told == ["first", "second"]


def test_a_request_sent_twice_is_one_case(hood: Hood) -> None:
    from uuid import uuid4

    from django.db import IntegrityError, transaction

    key = uuid4()
    a_wish(hood, request_key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_wish(hood, request_key=key)
    a_wish(hood, by=hood.neighbour, request_key=key)
    assert Wish.objects.count() == 2
    assert Serial.objects.get().last == 2


def test_a_case_knows_its_own_kind(hood: Hood) -> None:
    wish, joining = a_wish(hood), a_joining(hood)
    assert [case.concrete for case in Case.objects.order_by("pk")] == [wish, joining]
    assert wish.concrete is wish
