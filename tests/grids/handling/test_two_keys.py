"""Two keys: another has checked it, and its reporter has said so, or kept silent and may be asked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from community.core.models import Case
from community.core.workflow import NotNow, NotYours
from community.notices.models import Notice
from community.timers.models import Deadline
from community.timers.sweep import sweep
from grids.handling.closing import Word
from grids.models import Category, FollowUpShare, Incident
from tests.grids.conftest import MONDAY, Report
from tests.neighbourhood import Hood, build_town
from tests.specimens import an_incident

S = Incident.Status
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def checked(incident: Incident, hood: Hood) -> Incident:
    incident.respond(by=hood.worker, now=MONDAY)
    incident.resolve(by=hood.worker, now=MONDAY, note="已清运")
    return incident.verify(by=hood.leader, now=MONDAY)


@pytest.fixture
def drawn(hood: Hood, report: Report) -> Incident:
    """Checked, in a community that asks every silent reporter, and silent for seven days."""
    FollowUpShare.objects.create(community=hood.community, percent=100)
    incident = checked(report(), hood)
    sweep(MONDAY + 7 * DAY)
    incident.refresh_from_db()
    return incident


def test_silence_that_is_drawn_is_asked_about_before_it_closes(hood: Hood, drawn: Incident) -> None:
    assert (drawn.status, drawn.awaits_perm, drawn.closed_at) == (S.FOLLOW_UP, "verify_incidents", None)
    assert Notice.objects.filter(code="incident.to_call_on").exists()
    with pytest.raises(NotYours):
        drawn.follow_up(by=hood.worker, now=MONDAY + 8 * DAY, note="问过了")
    with pytest.raises(ValidationError, match="怎样回访"):
        drawn.follow_up(by=hood.leader, now=MONDAY + 8 * DAY)
    drawn.follow_up(by=hood.leader, now=MONDAY + 8 * DAY, note="电话问过张阿姨，已经清干净", rating=4)
    assert (drawn.status, drawn.word, drawn.rating) == (S.CLOSED, Word.VISITED, 4)


def test_what_the_visit_finds_unsolved_is_worked_on_again(hood: Hood, drawn: Incident) -> None:
    drawn.not_solved(by=hood.leader, now=MONDAY + 8 * DAY, note="角落里还有")
    assert (drawn.status, drawn.awaits_user, drawn.tier) == (S.HANDLING, hood.worker, Case.Tier.LEADER)
    assert (drawn.verified_by, drawn.word) == (None, Word.NONE)


def test_the_reporter_may_still_speak_when_somebody_is_about_to_ask(hood: Hood, drawn: Incident) -> None:
    drawn.rate(by=hood.resident, now=MONDAY + 8 * DAY, rating=5)
    assert (drawn.status, drawn.word) == (S.CLOSED, Word.RATED)


def test_a_share_of_none_closes_in_silence(hood: Hood, report: Report) -> None:
    FollowUpShare.objects.create(community=hood.community, percent=0)
    incident = checked(report(), hood)
    sweep(MONDAY + 7 * DAY)
    incident.refresh_from_db()
    assert (incident.status, incident.word) == (S.CLOSED, Word.SILENT)


def test_the_database_wants_both_keys(hood: Hood, report: Report) -> None:
    incident = report()
    for word in (Word.RATED, Word.SILENT, Word.VISITED, Word.OWN):
        with pytest.raises(IntegrityError, match="incident_two_keys"), transaction.atomic():
            Incident.objects.filter(pk=incident.pk).update(word=word)


def test_each_time_it_comes_back_it_goes_one_desk_further_up(hood: Hood, report: Report) -> None:
    incident = checked(report(), hood)
    for tier in (Case.Tier.LEADER, Case.Tier.COMMUNITY, Case.Tier.STREET, Case.Tier.STREET):
        incident.reopen(by=hood.resident, now=MONDAY + HOUR, note="还在")
        assert incident.tier == tier
        incident.resolve(by=hood.worker, now=MONDAY + HOUR, note="又清了")
        incident.verify(by=hood.leader, now=MONDAY + HOUR)
    assert incident.reopened == 4
    told = Notice.objects.filter(code="incident.reopened_community").values_list("recipient", flat=True)
    assert set(told) == {hood.staff.pk, hood.secretary.pk}


@pytest.mark.django_db(transaction=True)
def test_two_people_close_at_once_and_one_hears_that_the_other_was_faster() -> None:
    hood = build_town().ours
    incident = an_incident(hood, by=hood.worker, category=Category.objects.get(code="06010", variant=""))
    incident.respond(by=hood.worker, now=MONDAY)
    incident.resolve(by=hood.worker, now=MONDAY, note="已清运")
    start = Barrier(2)

    def close(person: object) -> str:
        mine = Incident.objects.get(pk=incident.pk)
        start.wait(30)
        try:
            mine.conclude(by=person, now=MONDAY)
        except NotNow as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(close, (hood.leader, hood.staff)))
    assert answers[0] == "closed"
    assert answers[1] == "现在不能“核查通过并结案”：状态已是“已结案”，请刷新后再看。"
    assert incident.timeline.filter(verb="conclude").count() == 1
    assert not Deadline.objects.of(incident).running().exists()
