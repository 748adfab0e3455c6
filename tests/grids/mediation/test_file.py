"""A dispute from 受理 to 结案: who sees it, what stays hidden, what is printed, and whether the agreement holds."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.access.models import Reveal
from community.core.models import Case
from community.core.workflow import NotNow, NotYours
from community.dashboards.inbox import waiting_for
from community.directory.models import User
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.models import AgreementCheck, Mediation, Party
from tests.neighbourhood import Hood, Town, account
from tests.specimens import MONDAY, a_mediation, mediator

pytestmark = pytest.mark.django_db
S = Mediation.Status


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def closed(hood: Hood) -> Mediation:
    """A file that closed on Monday with an agreement."""
    file, by = a_mediation(hood), mediator(hood)
    file.take(by=by, now=MONDAY)
    file.agree(by=by, now=MONDAY, terms="修好水管\n赔偿粉刷费 800 元", perform_by=(MONDAY + timedelta(days=10)).date())
    file.visit(by=by, now=MONDAY, note="双方满意")
    file.close(by=by, now=MONDAY)
    return file


class TestConfidence:
    def test_only_mediation_posts_see_a_file(self, town: Town) -> None:
        ours, file = town.ours, a_mediation(town.ours)
        seers = [mediator(ours), ours.secretary]
        others = [ours.resident, ours.worker, ours.leader, ours.staff, town.officer, town.theirs.secretary]
        assert all(Mediation.objects.visible_to(user).filter(pk=file.pk).exists() for user in seers)
        assert not any(Mediation.objects.visible_to(user).exists() for user in others)

    def test_a_file_in_hand_is_shut_to_other_mediators(self, hood: Hood) -> None:
        file, first = a_mediation(hood), mediator(hood)
        other = account(hood.community, "mediator", hood.community)
        assert Mediation.objects.visible_to(other).exists()
        file.take(by=first, now=MONDAY)
        assert not Mediation.objects.visible_to(other).exists()

    def test_it_is_on_no_general_list(self, town: Town) -> None:
        file = a_mediation(town.ours)
        for user in (town.ours.staff, town.ours.secretary, town.officer, town.ours.leader):
            assert file.pk not in Case.objects.visible_to(user).values_list("pk", flat=True)
            assert file.pk not in Case.objects.listed_for(user).values_list("pk", flat=True)
            assert file.pk not in Case.objects.in_reach_of(user).values_list("pk", flat=True)

    def test_a_missed_clock_tells_mediation_alone(self, town: Town) -> None:
        hood, file = town.ours, a_mediation(town.ours)
        file.take(by=mediator(hood), now=MONDAY)
        late = MONDAY + timedelta(days=90)
        sweep(late)
        told = set(Notice.objects.filter(case=file, code="clock.missed").values_list("recipient", flat=True))
        assert told == {mediator(hood).pk, hood.secretary.pk}
        assert not [line for line in waiting_for(hood.leader, late) if line.number == file.number]
        assert not [line for line in waiting_for(town.officer, late) if line.number == file.number]
        assert [line.number for line in waiting_for(mediator(hood), late)] == [file.number]

    def test_a_mediator_whose_post_ended_sees_it_no_more_and_the_leader_names_another(self, hood: Hood) -> None:
        file, first = a_mediation(hood), mediator(hood)
        file.take(by=first, now=MONDAY)
        first.posts.get().end(by=None)
        first = User.objects.get(pk=first.pk)
        assert not Mediation.objects.visible_to(first).exists()
        with pytest.raises(NotYours):
            file.record(by=first, now=MONDAY, held_at=MONDAY, record="…")
        second = account(hood.community, "mediator", hood.community)
        file.assign(by=hood.secretary, now=MONDAY, handler=second)
        assert file.awaits_user == second

    def test_phones_and_sensitive_notes_show_with_a_reason_that_is_written_down(self, hood: Hood) -> None:
        file, by = a_mediation(hood), mediator(hood)
        file.take(by=by, now=MONDAY)
        file.record(by=by, now=MONDAY, held_at=MONDAY, record="各说各的", sensitive="一方正在服药")
        client = signed_in(by)
        page = client.get(reverse("cases:page", args=[file.number])).content.decode()
        assert "一方正在服药" not in page
        assert "19912345678" not in page
        assert "199****5678" in page
        address = reverse("mediation:sensitive", args=[file.number])
        assert "一方正在服药" not in client.post(address, {"reason": "看"}).content.decode()
        assert not Reveal.objects.exists()
        shown = client.post(address, {"reason": "约时间再次调解"}).content.decode()
        assert "一方正在服药" in shown
        assert "19912345678" in shown
        look = Reveal.objects.get()
        assert (look.seen_by, look.fact, look.case_id, look.reason) == (by, "record", file.pk, "约时间再次调解")


class TestStory:
    def test_both_sides_are_needed(self, hood: Hood) -> None:
        with pytest.raises(ValidationError, match="双方"):
            a_mediation(hood, parties=[Party(side="first", name="张秀兰")])
        assert not Mediation.objects.exists()

    def test_from_acceptance_to_closing(self, hood: Hood) -> None:
        file = closed(hood)
        assert file.status == S.CLOSED
        assert file.closed_at == MONDAY
        assert [row.verb for row in file.timeline.all()] == ["accept", "take", "agree", "visit", "close"]
        assert not Deadline.objects.of(file).running().exists()

    def test_without_agreement_nothing_is_checked_afterwards(self, hood: Hood) -> None:
        file, by = a_mediation(hood), mediator(hood)
        file.take(by=by, now=MONDAY)
        file.fail(by=by, now=MONDAY, note="建议向法院起诉")
        file.visit(by=by, now=MONDAY, note="已起诉")
        file.close(by=by, now=MONDAY)
        assert not AgreementCheck.objects.exists()

    def test_a_meeting_cannot_lie_in_the_future(self, hood: Hood) -> None:
        file, by = a_mediation(hood), mediator(hood)
        file.take(by=by, now=MONDAY)
        with pytest.raises(ValidationError, match="不能晚于现在"):
            file.record(by=by, now=MONDAY, held_at=MONDAY + timedelta(days=1), record="…")

    def test_the_same_request_sent_twice_opens_one_file(self, hood: Hood) -> None:
        client = signed_in(hood.secretary)
        data = {
            "community": hood.community.pk, "matter": "noise", "account": "夜里弹琴", "first_name": "张秀兰",
            "second_name": "李建国", "request_key": "7d3a1f5e-5f1c-4f0e-9a43-2f1d2f7f3b11",
        }  # fmt: skip
        answers = [client.post(reverse("mediation:accept"), data) for _ in range(2)]
        assert Mediation.objects.count() == 1
        assert answers[0]["Location"] == answers[1]["Location"]
        assert Party.objects.count() == 2


class TestPaper:
    def test_the_agreement_is_a_sheet_with_chinese_text_and_every_download_is_written(self, hood: Hood) -> None:
        file, client = closed(hood), signed_in(mediator(hood))
        address = reverse("mediation:agreement", args=[file.number])
        assert client.post(address, {}).status_code == 422
        answer = client.post(address, {"purpose": "sign"})
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert b"/MediaBox [0 0 595.28 841.89]" in answer.content
        assert b"ToUnicode" in answer.content
        client.post(address, {"purpose": "archive"})
        looks = Reveal.objects.filter(case=file, fact="agreement").order_by("pk")
        assert [(look.seen_by, look.reason) for look in looks] == [
            (mediator(hood), "交当事人签字"), (mediator(hood), "归入调解卷宗"),
        ]  # fmt: skip

    def test_before_there_is_an_agreement_there_is_no_paper(self, hood: Hood) -> None:
        file = a_mediation(hood)
        answer = signed_in(hood.secretary).post(reverse("mediation:agreement", args=[file.number]), {"purpose": "sign"})
        assert answer.status_code == 302
        assert not Reveal.objects.exists()

    def test_long_terms_run_over_several_pages(self, hood: Hood) -> None:
        from grids.mediation.paper import agreement_pdf

        file, by = a_mediation(hood), mediator(hood)
        file.take(by=by, now=MONDAY)
        file.agree(by=by, now=MONDAY, terms="\n".join(f"第 {n} 项：每月一日前清扫楼道 😀<b>" for n in range(60)))
        assert agreement_pdf(file).count(b"/Type /Page\n") > 1
        assert BytesIO(agreement_pdf(file)).read(4) == b"%PDF"


class TestHolding:
    def test_two_checks_stand_after_closing_each_with_its_reminder(self, hood: Hood) -> None:
        file = closed(hood)
        days = [(check.day - MONDAY.date()).days for check in file.checks]
        assert days == [30, 90]
        first = file.checks[0]
        sweep(first.opens_at)
        notice = Notice.objects.get(occurrence=first)
        assert (notice.recipient, notice.code) == (mediator(hood), "clock.remind")
        assert not Notice.objects.filter(occurrence=file.checks[1]).exists()
        [line] = waiting_for(mediator(hood), first.opens_at)
        assert line.title == "调解协议履约回访"

    def test_an_unanswered_check_is_told_to_the_leader_and_stays(self, hood: Hood) -> None:
        check = closed(hood).checks[0]
        sweep(check.closes_at + timedelta(days=8))
        told = set(Notice.objects.filter(occurrence=check, code="clock.missed").values_list("recipient", flat=True))
        assert told == {mediator(hood).pk, hood.secretary.pk}
        check.refresh_from_db()
        assert check.ended_at is None

    def test_both_are_confirmed(self, hood: Hood) -> None:
        file = closed(hood)
        for check in file.checks:
            with time_machine.travel(check.opens_at + timedelta(hours=1), tick=False):
                file.confirm(by=mediator(hood))
        assert [check.found for check in file.checks] == ["holds", "holds"]
        assert not Deadline.objects.running().exists()
        with time_machine.travel(MONDAY + timedelta(days=200), tick=False), pytest.raises((NotNow, NotYours)):
            file.confirm(by=mediator(hood))

    def test_a_broken_agreement_opens_the_file_again(self, hood: Hood) -> None:
        file = closed(hood)
        then: datetime = file.checks[0].opens_at + timedelta(hours=2)
        with time_machine.travel(then, tick=False):
            file.reopen(by=mediator(hood), note="没有赔偿")
        assert file.status == S.MEDIATING
        assert file.closed_at is None
        assert file.agreed_on is None
        assert [check.found for check in file.checks] == ["broken", ""]
        assert [check.status for check in file.checks] == ["done", "called_off"]
        assert not Deadline.objects.running().filter(kind="agreement_check").exists()
        assert file.timeline.latest("pk").data["terms"].startswith("修好水管")


def test_the_list_costs_the_same_however_long(hood: Hood) -> None:
    client = signed_in(hood.secretary)
    client.get(reverse("mediation:files"))  # what is remembered for a while is asked for now
    counts = []
    for _ in range(2):
        for _ in range(4):
            a_mediation(hood)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("mediation:files")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
