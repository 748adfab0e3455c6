"""What is sent, when, how often it is tried, and in whose language."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils.functional import lazy
from django.utils.translation import get_language

from community.notices import channels, kinds
from community.notices.kinds import EMAIL, SMS, NoticeKind
from community.notices.models import Delivery, Notice
from community.notices.outbox import ATTEMPTS, queue, send_due
from community.notices.quiet import after_quiet_hours
from tests.moments import SHANGHAI
from tests.neighbourhood import Hood, build_town
from tests.notices.conftest import PING, Phones
from tests.specimens import MONDAY, a_wish

Ping = Callable[..., Delivery]


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "rings"),
    [
        (at(7), at(7)),
        (at(12), at(12)),
        (at(21, 59), at(21, 59)),
        (at(22), at(7, day=3)),
        (at(23, 59), at(7, day=3)),
        (at(0), at(7)),
        (at(6, 59), at(7)),
    ],
)
def test_quiet_hours_end_in_the_morning(now: datetime, rings: datetime) -> None:
    assert after_quiet_hours(now) == rings


def test_quiet_hours_may_lie_within_one_day(settings: object) -> None:
    settings.QUIET_HOURS = ("12:00", "14:00")  # type: ignore[attr-defined]
    assert after_quiet_hours(at(13)) == at(14)
    assert after_quiet_hours(at(15)) == at(15)
    assert after_quiet_hours(at(3)) == at(3)


def test_what_is_urgent_rings_at_night(hood: Hood, ping: Ping) -> None:
    assert ping(hood.resident, now=at(23)).not_before == at(7, day=3)
    assert ping(hood.resident, now=at(23), urgent=True).not_before == at(23)


def test_a_text_message_goes_out_once(hood: Hood, ping: Ping, phones: Phones) -> None:
    delivery = ping(hood.resident)
    assert send_due(MONDAY) == 1
    assert send_due(MONDAY + timedelta(days=1)) == 0
    delivery.refresh_from_db()
    assert (delivery.sent_at, delivery.attempts, delivery.error) == (MONDAY, 1, "")
    assert phones.sent == [(hood.resident.phone, "【睦邻】您好 编号 XY1")]


def test_nothing_goes_out_before_its_time(hood: Hood, ping: Ping, phones: Phones) -> None:
    ping(hood.resident, now=at(23))
    assert send_due(at(6, 59, day=3)) == 0
    assert send_due(at(7, day=3)) == 1


def test_a_failed_delivery_is_tried_later_and_later_then_given_up(hood: Hood, ping: Ping, phones: Phones) -> None:
    delivery = ping(hood.resident)
    phones.errors = [ConnectionError("line is down")] * 10
    tried = []
    for minute in range(120):
        before = len(phones.errors)
        send_due(MONDAY + timedelta(minutes=minute))
        if len(phones.errors) < before:
            tried.append(minute)
    assert tried == [0, 2, 6, 14, 30]
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.sent_at, delivery.failed_at) == (ATTEMPTS, None, MONDAY + timedelta(minutes=30))
    assert delivery.error == "ConnectionError: line is down"
    assert list(Delivery.objects.failed()) == [delivery]
    assert not Delivery.objects.unsent().exists()


def test_one_that_fails_does_not_hold_up_the_others(hood: Hood, ping: Ping, phones: Phones) -> None:
    first, second = ping(hood.resident), ping(hood.neighbour)
    phones.errors = [ConnectionError()]
    assert send_due(MONDAY) == 1
    assert phones.sent == [(hood.neighbour.phone, "【睦邻】您好 编号 XY1")]
    assert send_due(MONDAY + timedelta(minutes=2)) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.attempts, second.attempts) == (2, 1)
    assert first.error == ""


def test_a_notice_of_a_kind_that_is_gone_stops_nobody_elses(hood: Hood, ping: Ping, phones: Phones) -> None:
    gone = ping(hood.resident)
    Notice.objects.filter(pk=gone.notice_id).update(code="no.such")
    ping(hood.neighbour)
    assert send_due(MONDAY) == 1
    gone.refresh_from_db()
    assert gone.error == "KeyError: 'no.such'"


def test_a_sender_sends_at_most_what_it_is_asked_to(hood: Hood, ping: Ping, phones: Phones) -> None:
    for user in (hood.resident, hood.neighbour, hood.volunteer):
        ping(user)
    assert send_due(MONDAY, most=2) == 2
    assert Delivery.objects.unsent().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_once(phones: Phones, ping: Ping) -> None:
    hood = build_town().ours
    ping(hood.resident)
    ping(hood.neighbour)
    sending, go_on = Event(), Event()
    send = phones.send

    def slowly(phone: str, text: str) -> None:
        sending.set()
        assert go_on.wait(30)
        send(phone, text)

    def sender() -> int:
        try:
            return send_due(MONDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        phones.send = slowly  # type: ignore[method-assign]
        slow = pool.submit(sender)
        assert sending.wait(30)
        phones.send = send  # type: ignore[method-assign]
        assert send_due(MONDAY) == 1
        go_on.set()
        assert slow.result(30) == 1
    assert {phone for phone, _ in phones.sent} == {hood.resident.phone, hood.neighbour.phone}
    assert len(phones.sent) == 2


def test_the_recipients_language_is_spoken(hood: Hood, phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = lazy(lambda: f"[{get_language()}]", str)()
    kind = NoticeKind("test.tongue", spoken, channels=(SMS,))
    monkeypatch.setitem(kinds._kinds, kind.code, kind)
    hood.neighbour.language = "en"
    hood.neighbour.save()
    queue(kind, [hood.resident, hood.neighbour], now=MONDAY, params={})
    send_due(MONDAY)
    assert [text for _, text in phones.sent] == ["【睦邻】[zh-hans]", "【睦邻】[en]"]


def test_e_mail_is_sent_where_there_is_an_address(hood: Hood, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = NoticeKind("test.letter", "您好", body="编号 %(number)s", channels=(EMAIL,))
    monkeypatch.setitem(kinds._kinds, kind.code, kind)
    hood.staff.email = "staff@example.org"
    queue(kind, [hood.staff, hood.resident], now=MONDAY, params={"number": "XY1"})
    assert send_due(MONDAY) == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.subject, letter.body) == (["staff@example.org"], "您好", "编号 XY1")


def test_without_a_phone_the_notice_stays_in_the_hub(hood: Hood) -> None:
    hood.resident.phone = None
    (notice,) = queue(PING, [hood.resident], now=MONDAY, params={"number": "XY1"})
    assert not notice.deliveries.exists()
    assert notice.title == "您好"


def test_the_console_sender_masks_numbers(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    caplog.set_level("INFO", "community.notices.channels")
    channels.ConsoleSms().send("13812345678", "您好")
    assert "138****5678" in caplog.text
    assert "13812345678" not in caplog.text


def test_only_the_recipient_reads_a_notice(hood: Hood, ping: Ping) -> None:
    notice = ping(hood.resident).notice
    notice.read(by=hood.staff, now=MONDAY)
    assert notice.read_at is None
    assert list(Notice.objects.visible_to(hood.staff)) == []
    notice.read(by=hood.resident, now=MONDAY)
    notice.read(by=hood.resident, now=MONDAY + timedelta(hours=1))
    assert notice.read_at == MONDAY


def test_a_refused_step_tells_nobody(hood: Hood) -> None:
    wish = a_wish(hood)
    before = Notice.objects.count()
    with transaction.atomic():
        wish.publish(by=hood.staff, now=MONDAY)
        transaction.set_rollback(True)
    assert Notice.objects.count() == before


@pytest.mark.parametrize("change", [{"sent_at": MONDAY, "failed_at": MONDAY}])
def test_a_delivery_is_sent_or_failed_never_both(hood: Hood, ping: Ping, change: dict[str, datetime]) -> None:
    delivery = ping(hood.resident)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**change)
