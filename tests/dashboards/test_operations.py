"""What an operator sees and may retry; and the health check."""

from datetime import timedelta

import pytest
import redis
from celery import signals
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.core.models import Case
from community.core.workflow import NotNow, NotYours
from community.dashboards import heartbeats, valkey
from community.dashboards.heartbeats import BEAT, heard, sign
from community.dashboards.operations import checks
from community.dashboards.refresh import refresh
from community.notices.kinds import SMS, NoticeKind, register
from community.notices.models import Delivery
from community.notices.outbox import queue, send_due
from community.timers.models import Deadline
from community.timers.sweep import ATTEMPTS, sweep
from tests.dashboards.conftest import NOW
from tests.dashboards.walks import Walk

pytestmark = pytest.mark.django_db
WORKER = "celery@here"


@pytest.fixture(autouse=True)
def _silence_before_each_test(monkeypatch):
    valkey.client().delete(heartbeats.KEY, valkey.QUEUE)
    monkeypatch.setattr(heartbeats, "_last", {})


@pytest.fixture
def failed(clock, here, grid, resident, monkeypatch) -> Deadline:
    """The due rung of a wish's vetting clock, after the sweep gave it up."""

    def broken(*args: object) -> None:
        raise RuntimeError("the rung is broken")

    case = Walk(1, [resident], NOW).raise_wish(here, grid)
    row = Deadline.objects.get(case=case, clock="vet", rung="due")
    with monkeypatch.context() as patch:
        patch.setattr(Case, "climb", broken)
        for nth in range(ATTEMPTS):
            sweep(row.due_at + timedelta(hours=nth))
    row.refresh_from_db()
    assert row.failed_at is not None
    clock.move_to(row.failed_at)
    return row


def states() -> dict[str, str]:
    return {check.label: check.tone for check in checks(timezone.now())}


def test_the_page_shows_what_failed_and_retry_brings_it_back(client: Client, failed, secretary):
    client.force_login(secretary)
    page = client.get(reverse("dashboards:operations")).content.decode()
    assert "the rung is broken" in page
    assert failed.case.number in page
    client.post(reverse("dashboards:retry_deadline", args=[failed.pk]))
    failed.refresh_from_db()
    assert (failed.failed_at, failed.attempts) == (None, 0)
    assert sweep(timezone.now()).failed == 0
    failed.refresh_from_db()
    assert failed.fired_at == timezone.now()


def test_a_rung_is_retried_once_and_only_by_an_operator_of_the_place(failed, secretary, other_secretary, worker):
    for user in (other_secretary, worker):
        with pytest.raises(NotYours):
            failed.retry(by=user, now=timezone.now())
    failed.retry(by=secretary, now=timezone.now())
    with pytest.raises(NotNow):
        failed.retry(by=secretary, now=timezone.now())


def test_a_rung_whose_case_has_moved_on_is_laid_to_rest(failed, secretary):
    failed.case.concrete.decline(by=secretary, note="不在范围内", now=timezone.now())
    failed.retry(by=secretary, now=timezone.now())
    assert failed.stop_reason == "moved_on"
    assert not Deadline.objects.running().filter(case=failed.case).exists()


def test_another_communitys_operator_neither_sees_nor_retries_it(client: Client, failed, other_secretary):
    client.force_login(other_secretary)
    assert failed.case.number not in client.get(reverse("dashboards:operations")).content.decode()
    assert client.post(reverse("dashboards:retry_deadline", args=[failed.pk])).status_code == 404


def test_the_page_is_for_operators_only(client: Client, resident, worker, volunteer, officer):
    for user in (resident, worker, volunteer, officer):
        client.force_login(user)
        assert client.get(reverse("dashboards:operations")).status_code == 403
        assert client.post(reverse("dashboards:retry_deadline", args=[1])).status_code == 403


def test_a_deadline_that_the_sweep_has_not_met_is_shown_as_late(clock, client: Client, here, grid, resident, secretary):
    case = Walk(1, [resident], NOW).raise_wish(here, grid)
    clock.move_to(Deadline.objects.filter(case=case).latest("due_at").due_at + timedelta(minutes=2))
    client.force_login(secretary)
    page = client.get(reverse("dashboards:operations")).content.decode()
    assert case.number in page
    assert "该触发的都已触发" not in page


def test_a_delivery_that_failed_can_be_sent_again(clock, client: Client, here, resident, secretary, settings):
    resident.phone = "13800000001"
    resident.save()
    kind = NoticeKind("test.text", "您的心愿有进展", channels=(SMS,))
    register("", kind)
    queue(kind, [resident], now=NOW, params={})
    settings.SMS_SENDER = "no.such.Sender"
    for _ in range(6):
        clock.shift(timedelta(hours=1))
        send_due()
    delivery = Delivery.objects.get()
    assert delivery.failed_at is not None
    client.force_login(secretary)
    page = client.get(reverse("dashboards:operations")).content.decode()
    assert "您的心愿有进展" in page
    assert "13800000001" not in page, "nobody needs the number here"
    client.post(reverse("dashboards:retry_delivery", args=[delivery.pk]))
    settings.SMS_SENDER = "community.notices.channels.ConsoleSms"
    assert send_due() == 1
    with pytest.raises(NotNow):
        delivery.retry(now=timezone.now())


def test_deliveries_of_other_communities_stay_out_of_reach(clock, client: Client, here, resident, other_secretary):
    resident.phone = "13800000001"
    resident.save()
    kind = NoticeKind("test.text", "您的心愿有进展", channels=(SMS,))
    register("", kind)
    queue(kind, [resident], now=NOW, params={})
    Delivery.objects.update(failed_at=NOW)
    client.force_login(other_secretary)
    assert "您的心愿有进展" not in client.get(reverse("dashboards:operations")).content.decode()
    assert client.post(reverse("dashboards:retry_delivery", args=[Delivery.objects.get().pk])).status_code == 404


def test_programs_are_well_late_or_missing_in_words(clock, here):
    assert states()["定时程序"] == states()["工作程序"] == "overdue"
    sign(BEAT)
    sign(WORKER)
    refresh()
    assert states() == {
        "定时程序": "ontime",
        f"工作程序 {WORKER}": "ontime",
        "任务队列": "ontime",
        "统计": "ontime",
        "工作日历": "soon",
    }
    clock.shift(timedelta(minutes=3))
    late = {check.label: check for check in checks(timezone.now())}
    assert late["定时程序"].tone == late[f"工作程序 {WORKER}"].tone == late["统计"].tone == "overdue"
    assert "上次动静在3 分前，迟了" in late["定时程序"].words


def test_a_long_queue_is_remarked(clock, db):
    valkey.client().rpush(valkey.QUEUE, *["job"] * 201)
    queued = {check.label: check for check in checks(timezone.now())}["任务队列"]
    assert (queued.tone, queued.words) == ("soon", "201 个任务在排队")


def test_an_unreachable_valkey_is_said_and_hides_nothing_else(clock, client: Client, secretary, monkeypatch):
    _unplug_valkey(monkeypatch)
    client.force_login(secretary)
    page = client.get(reverse("dashboards:operations"))
    assert page.status_code == 200
    assert "连不上 Valkey" in page.content.decode()
    sign("anybody")  # raises nothing


def _unplug_valkey(monkeypatch) -> None:
    nowhere = redis.Redis(unix_socket_path="/nonexistent/socket")
    for module in (valkey, heartbeats):
        monkeypatch.setattr(module, "client", lambda: nowhere)


def test_workers_and_beat_sign_through_celerys_own_signals(clock):
    class Heart:
        class eventer:  # noqa: N801
            hostname = WORKER

    signals.heartbeat_sent.send(sender=Heart)
    signals.beat_init.send(sender=None)
    assert [sign.name for sign in heard(timezone.now())] == [BEAT, WORKER]
    clock.shift(timedelta(days=2))
    assert heard(timezone.now()) == []


def test_health_is_told_to_anybody_and_says_nothing_more(client: Client, db, monkeypatch):
    answer = client.get(reverse("dashboards:healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok")
    _unplug_valkey_for_health(monkeypatch)
    answer = client.get(reverse("dashboards:healthz"))
    assert (answer.status_code, answer.content) == (503, b"unavailable")


def _unplug_valkey_for_health(monkeypatch) -> None:
    nowhere = redis.Redis(unix_socket_path="/nonexistent/socket")
    monkeypatch.setattr("community.dashboards.views.operations.client", lambda: nowhere)


def test_health_fails_without_the_database(client: Client, db, monkeypatch):
    class Down:
        def cursor(self) -> None:
            raise OperationalError("the database is down")

    monkeypatch.setattr("community.dashboards.views.operations.connection", Down())
    assert client.get(reverse("dashboards:healthz")).status_code == 503


def test_an_administrator_sees_every_community(client: Client, failed, admin_user):
    client.force_login(admin_user)
    assert failed.case.number in client.get(reverse("dashboards:operations")).content.decode()
