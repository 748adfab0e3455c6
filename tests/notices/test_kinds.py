"""Every kind of notice that any app declares can be queued, worded and addressed."""

import re

import pytest
from django.utils.translation import override

from community.access.holders import addressed
from community.access.models import Role
from community.core.models import Case, Moving
from community.core.perms import Perm
from community.core.verbs import Step
from community.duties.models import Occurrence
from community.notices import kinds
from community.notices.kinds import NoticeKind
from community.notices.models import Delivery, Notice
from community.notices.outbox import queue
from community.timers.sweep import sweep
from tests.neighbourhood import Hood
from tests.specimens import MONDAY, a_wish, specimen
from wishes.models import Wish

MATTERS: dict[str, type[Moving]] = {**Case.kinds, **Occurrence.kinds}
DECLARED = [(event, kind) for event, found in kinds._by_event.items() if event for kind in found]
LEFT_OPEN = re.compile(r"%\(\w+\)")


each_declared = pytest.mark.parametrize(
    ("event", "kind"), DECLARED, ids=[f"{event}-{kind.code}" for event, kind in DECLARED]
)


@each_declared
def test_every_event_is_a_move_of_some_table(event: str, kind: NoticeKind) -> None:
    matter, _, verb = event.partition(".")
    assert matter in MATTERS
    assert MATTERS[matter].workflow[verb].verb == verb


@each_declared
def test_every_kind_can_be_worded_in_both_languages(hood: Hood, event: str, kind: NoticeKind) -> None:
    matter_kind, _, verb = event.partition(".")
    matter = specimen(matter_kind, hood)
    step = Step(matter, matter.workflow[verb], hood.staff, MONDAY, source=matter.status, note="一句话")
    (notice,) = queue(kind, [hood.resident], now=MONDAY, matter=matter, params=kind.params(step))
    notice.refresh_from_db()
    for language in ("zh-hans", "en"):
        with override(language):
            assert notice.title.strip()
            assert not LEFT_OPEN.search(notice.title + notice.body)


@each_declared
def test_every_kind_is_addressed_to_somebody_who_can_exist(hood: Hood, event: str, kind: NoticeKind) -> None:
    matter = specimen(event.partition(".")[0], hood)
    assert kind.to
    for address in kind.to:
        if address in Perm.values:
            held = Role.objects.filter(perms__contains=[address])
            assert addressed(matter, [address]) or held.exists(), f"no role holds {address}"
        else:
            assert address == "awaits" or hasattr(matter, address), f"a {event} has no {address}"


def test_codes_are_given_once() -> None:
    told = {id(kind): kind.code for _event, kind in DECLARED}  # one kind may answer to several events
    assert len(told) == len(set(told.values()))
    assert all(set(kind.channels) <= set(Delivery.Channel.values) for kind in kinds.all_kinds())


def test_whoever_makes_a_step_is_not_told_of_it(hood: Hood) -> None:
    wish = a_wish(hood, by=hood.staff)
    wish.publish(by=hood.staff, now=MONDAY)
    assert not Notice.objects.filter(recipient=hood.staff).exists()
    assert Notice.objects.filter(recipient=hood.secretary, code="wish.to_vet").count() == 1


def test_nobody_is_told_twice_of_one_step(hood: Hood) -> None:
    wish = a_wish(hood)
    wish.publish(by=hood.staff, now=MONDAY)
    wish.claim(by=hood.volunteer, now=MONDAY)
    wish.give_back(by=hood.volunteer, now=MONDAY, note="临时有事")
    told = Notice.objects.filter(code="wish.given_back").values_list("recipient", flat=True)
    assert len(told) == len(set(told)) == 3


def test_a_vacant_post_lets_the_notice_fall_to_the_next_level(hood: Hood) -> None:
    for user in (hood.worker, hood.leader):
        for post in user.posts.all():
            post.end(by=None)
    a_wish(hood, urgency=Case.Urgency.URGENT)
    told = set(Notice.objects.filter(code="wish.urgent").values_list("recipient__username", flat=True))
    assert told == set()  # a patroller of the next grid is no substitute, and staff hear of it by wish.to_vet
    assert Notice.objects.filter(code="wish.to_vet").exists()


def test_a_clock_is_named_in_the_readers_language(hood: Hood, monkeypatch: pytest.MonkeyPatch) -> None:
    a_wish(hood)
    with override("en"):
        sweep(Wish.objects.get().due_at)
    notice = Notice.objects.filter(recipient=hood.secretary, code="clock.missed").get()
    assert notice.params["clock"] == "vet"
    with override("zh-hans"):
        assert "心愿审核已到期" in notice.body
    Notice.objects.filter(pk=notice.pk).update(params=notice.params | {"kind": "gone"})
    notice.refresh_from_db()
    assert "vet" in notice.body
