"""The holiday table and office hours in the database: filling, overriding, constraints and the built calendars."""

from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from uuid import uuid4

import pytest
from django.contrib.admin import site
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.directory.models import Community, Street
from community.timers.admin import CalendarDayAdmin
from community.timers.calendar import calendar_for
from community.timers.holidays import NoHolidayDataError, fill, missing_years, plant
from community.timers.limits import Limit
from community.timers.models import CalendarDay, OfficeHours

pytestmark = pytest.mark.django_db
MAKE_UP_DAYS_2026 = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]  # domain rules, section 8


@pytest.fixture(autouse=True)
def cache_of_its_own(settings):
    """Tests that run beside this one edit calendars too."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid4().hex}}


@pytest.fixture(autouse=True)
def bare_table(cache_of_its_own):
    """Without the rows that migrating plants."""
    CalendarDay.objects.all().delete()


@pytest.fixture
def street():
    return Street.objects.create(code="370104001", name="五里沟街道")


@pytest.fixture
def community(street):
    return Community.objects.create(street=street, code="370104001001", name="西区社区")


@pytest.fixture
def neighbour(street):
    return Community.objects.create(street=street, code="370104001002", name="东区社区")


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour, minute))


def test_planting_fills_2026_with_its_make_up_days():
    assert plant() == 39
    worked = CalendarDay.objects.national().filter(is_working=True, date__year=2026).values_list("date", flat=True)
    assert list(worked) == [date(2026, *day) for day in MAKE_UP_DAYS_2026]
    assert CalendarDay.objects.get(date="2026-02-17").name == "春节"
    assert CalendarDay.objects.get(date="2026-02-14").name == "春节调休上班"


def test_planting_again_changes_nothing_an_administrator_has_changed():
    plant()
    CalendarDay.objects.filter(date="2026-02-14").delete()
    CalendarDay.objects.filter(date="2026-02-17").update(name="过年")
    assert plant() == 0
    assert not CalendarDay.objects.filter(date="2026-02-14").exists()
    assert CalendarDay.objects.get(date="2026-02-17").name == "过年"


def test_a_communitys_own_days_do_not_count_as_a_filled_year(community):
    CalendarDay.objects.create(community=community, date=date(2026, 3, 2), name="社区搬迁")
    assert plant() == 39


def test_filling_a_year_adds_only_what_is_missing():
    plant()
    CalendarDay.objects.filter(date="2026-02-14").delete()
    CalendarDay.objects.filter(date="2026-02-17").update(name="过年")
    assert fill(2026) == 1
    assert CalendarDay.objects.get(date="2026-02-17").name == "过年"


def test_a_year_the_package_does_not_know_is_refused_clearly():
    with pytest.raises(NoHolidayDataError, match="没有 2999 年的安排"):
        fill(2999)
    with pytest.raises(CommandError, match="没有 2999 年的安排"):
        call_command("fill_holidays", "2999")


@pytest.mark.parametrize("year", ["0", "9999", "12026", "-1"])
def test_a_nonsensical_year_is_refused_too(year):
    with pytest.raises(CommandError, match="没有"):
        call_command("fill_holidays", "--", year)


def test_the_command_reports_what_it_added(capsys):
    call_command("fill_holidays", "2026")
    call_command("fill_holidays", "2026")
    assert capsys.readouterr().out.splitlines() == ["2026 年：新增 39 天。", "2026 年：新增 0 天。"]


def test_years_without_data_are_reported():
    assert missing_years(local(2026, 5, 1)) == [2026]
    plant()
    assert missing_years(local(2026, 10, 31, 23, 59)) == []
    assert missing_years(local(2026, 11, 1)) == [2027]
    assert missing_years(local(2027, 1, 1)) == [2027]


def test_the_year_turns_at_local_midnight():
    plant()
    assert missing_years(datetime(2026, 12, 31, 16, tzinfo=UTC)) == [2027]
    assert missing_years(datetime(2026, 10, 31, 16, tzinfo=UTC)) == [2027]


def test_a_national_day_is_entered_once():
    CalendarDay.objects.create(date=date(2027, 1, 1), name="元旦")
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(date=date(2027, 1, 1), name="元旦")
    with pytest.raises(ValidationError, match="已有安排"):
        CalendarDay(date=date(2027, 1, 1), name="元旦").full_clean()


def test_a_community_may_add_its_own_row_for_the_same_day(community, neighbour):
    plant()
    CalendarDay.objects.create(community=community, date=date(2026, 2, 14), is_working=False, name="社区停电")
    friday_evening, one_hour = local(2026, 2, 13, 20), Limit.working_hours(1)
    assert calendar_for(neighbour.pk).due(friday_evening, one_hour) == local(2026, 2, 14, 10)
    assert calendar_for(community.pk).due(friday_evening, one_hour) == local(2026, 2, 24, 10)
    assert calendar_for(None).due(friday_evening, one_hour) == local(2026, 2, 14, 10)


@pytest.mark.parametrize(
    ("opens", "closes"), [("11:00", "12:30"), ("09:00", "12:00"), ("10:00", "10:30"), ("08:00", "00:00")]
)
def test_spans_of_a_day_may_not_overlap(community, opens, closes):
    OfficeHours.objects.create(community=community, weekday=0, opens=time(9), closes=time(12))
    hours = OfficeHours(
        community=community, weekday=0, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
    )
    with pytest.raises(ValidationError, match="不能重叠"):
        hours.full_clean()
    with pytest.raises(IntegrityError, match="office_hours_apart"), transaction.atomic():
        hours.save()


def test_spans_may_touch_and_other_days_and_communities_are_free(community, neighbour):
    for owner in (community, neighbour):
        for weekday in range(7):
            for opens, closes in [(time(0), time(9)), (time(9), time(12)), (time(18), time(0))]:
                hours = OfficeHours(community=owner, weekday=weekday, opens=opens, closes=closes)
                hours.full_clean()
                hours.save()
    assert OfficeHours.objects.count() == 42


def test_hours_run_forward(community):
    hours = OfficeHours(community=community, weekday=0, opens=time(17), closes=time(9))
    with pytest.raises(ValidationError, match="晚于"):
        hours.full_clean()
    with pytest.raises(IntegrityError, match="office_hours_forward"), transaction.atomic():
        hours.save()


def test_hours_in_the_table_replace_the_default(community):
    for weekday in range(7):
        OfficeHours.objects.create(
            community=community, weekday=weekday, opens=time(0), closes=time(0), on_holidays=True
        )
    plant()
    assert calendar_for(community.pk).due(local(2026, 2, 17, 3), Limit.working_hours(4)) == local(2026, 2, 17, 7)
    assert not calendar_for(None).is_open(local(2026, 2, 17, 3))


def test_no_query_once_built(community, django_assert_num_queries):
    plant()
    with django_assert_num_queries(2):
        calendar_for(community.pk)
    with django_assert_num_queries(0):
        calendar = calendar_for(community.pk)
        calendar.due(local(2026, 11, 20, 16), Limit.working_days(30))
        calendar.worked(local(2024, 1, 1), local(2028, 1, 1))


def test_communities_without_rows_of_their_own_share_one_table(community, neighbour):
    assert calendar_for(community.pk) is calendar_for(neighbour.pk)


def _closed_at_ten(community) -> bool:
    return not calendar_for(community.pk).is_open(local(2026, 11, 18, 10))


def test_every_way_of_editing_is_seen_at_once(community):
    assert not _closed_at_ten(community)
    day = CalendarDay.objects.create(community=community, date=date(2026, 11, 18), name="停电")
    assert _closed_at_ten(community)
    CalendarDay.objects.update(is_working=True)
    assert not _closed_at_ten(community)
    day.is_working = False
    day.save()
    assert _closed_at_ten(community)
    day.delete()
    assert not _closed_at_ten(community)
    CalendarDay.objects.bulk_create([CalendarDay(date=date(2026, 11, 18), name="停电")])
    assert _closed_at_ten(community)
    CalendarDay.objects.all().delete()
    assert not _closed_at_ten(community)


def test_other_processes_see_an_edit_once_it_is_committed(community, django_capture_on_commit_callbacks):
    """Another process is one that built its calendar after the edit but before the commit: its token must go stale."""
    with django_capture_on_commit_callbacks(execute=True):
        CalendarDay.objects.create(date=date(2026, 11, 18), name="停电")
        token = cache.get("timers:calendars")
    assert cache.get("timers:calendars") != token


def test_a_wiped_cache_only_costs_a_second_build(community, django_assert_num_queries):
    calendar_for(community.pk)
    cache.delete("timers:calendars")
    with django_assert_num_queries(2):
        calendar_for(community.pk)


def test_an_administrator_restores_a_year_and_is_told_when_the_next_is_unknown(rf):
    CalendarDay.objects.create(date=date(2026, 2, 17), name="春节")
    request = rf.post("/")
    request._messages = CookieStorage(request)
    model_admin = cast(CalendarDayAdmin, site.get_model_admin(CalendarDay))
    model_admin.fill_years(request, CalendarDay.objects.all())
    texts = [str(message) for message in request._messages]
    assert texts[0] == "2026 年：新增 38 天。"
    assert "没有 2027 年的安排" in texts[1]


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [("11:00", "12:30", "同一天的办公时间不能重叠。"), ("17:00", "16:00", "结束时间应晚于开始时间。")],
)
def test_the_administrators_form_explains_bad_hours(admin_client, community, opens, closes, told):
    OfficeHours.objects.create(community=community, weekday=0, opens=time(9), closes=time(12))
    form = {"community": community.pk, "weekday": 0, "opens": opens, "closes": closes}
    response = admin_client.post("/admin/timers/officehours/add/", form)
    assert response.status_code == 200
    assert told in response.content.decode()
    assert OfficeHours.objects.count() == 1


def test_an_administrator_enters_a_national_day(admin_client):
    form = {"date": "2027-01-01", "name": "元旦"}
    response = admin_client.post("/admin/timers/calendarday/add/", form, follow=True)
    page = response.content.decode()
    assert "节假日与调休" in page
    assert "全国" in page
    assert not calendar_for(None).is_open(local(2027, 1, 1, 10))


def test_the_administrators_list_says_whom_a_day_concerns(community):
    model_admin = cast(CalendarDayAdmin, site.get_model_admin(CalendarDay))
    assert model_admin.scope(CalendarDay(date=date(2027, 1, 1), name="元旦")) == "全国"
    assert model_admin.scope(CalendarDay(community=community, date=date(2027, 1, 1), name="搬迁")) == "西区社区"


def test_a_day_reads_as_date_and_name():
    assert str(CalendarDay(date=date(2027, 1, 1) + timedelta(days=1), name="元旦")) == "2027-01-02 元旦"
