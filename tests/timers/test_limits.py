from fractions import Fraction
from typing import Any, cast

import pytest
from django.db import models
from django.test.utils import isolate_apps

from community.timers.limits import Limit, Unit, amount_field, stored_limit, unit_field


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (Limit.minutes(30), "30 分钟"),
        (Limit.minutes(0), "0 分钟"),
        (Limit.hours(2), "2 小时"),
        (Limit.minutes(90), "1 小时 30 分钟"),
        (Limit.hours(48), "48 小时"),
        (Limit.working_hours(4), "4 个工作时"),
        (Limit.working_hours(Fraction(9, 2)), "4 个工作时 30 分钟"),
        (Limit.working_hours(Fraction(1, 2)), "30 分钟工作时间"),
        (Limit.working_days(5), "5 个工作日"),
        (Limit.working_days(10), "10 个工作日"),
        (Limit.working_days(5) * Fraction(3, 4), "3.75 个工作日"),
        (Limit.days(7), "7 天"),
    ],
)
def test_a_limit_reads_as_people_say_it(limit, text):
    assert str(limit) == text


def test_limits_of_one_unit_compare():
    assert Limit.minutes(60) == Limit.hours(1)
    assert Limit.working_hours(2) < Limit.working_hours(4) <= Limit.working_hours(4)
    assert max(Limit.days(3), Limit.days(7)) == Limit.days(7)


def test_limits_of_different_units_do_not_compare():
    assert Limit.hours(4) != Limit.working_hours(4)
    with pytest.raises(TypeError):
        _ = Limit.hours(4) < Limit.working_hours(4)
    with pytest.raises(TypeError):
        _ = Limit.working_days(1) <= Limit.days(1)


def test_three_quarters_of_a_limit_is_exact():
    assert Limit.working_hours(4) * Fraction(3, 4) == Limit.working_hours(3)
    assert Fraction(1, 2) * Limit.days(7) == Limit.days(Fraction(7, 2))
    assert isinstance((Limit.days(8) * Fraction(1, 2)).amount, int)


def test_a_limit_refuses_floats_and_negative_amounts():
    with pytest.raises(ValueError, match="not negative"):
        Limit.days(-1)
    with pytest.raises(ValueError, match="whole number or a Fraction"):
        Limit.hours(cast(Any, 0.5))
    with pytest.raises(TypeError):
        _ = Limit.hours(4) * cast(Any, 0.75)
    with pytest.raises(ValueError, match="fortnight"):
        Limit(1, cast(Any, "fortnight"))


@pytest.fixture
def category_class():
    with isolate_apps("community.timers"):

        class Category(models.Model):
            handling_amount = amount_field("办理时限", null=True)
            handling_unit = unit_field("办理时限单位", default=Unit.WORK_MINUTES)
            handling = stored_limit("handling")

            class Meta:
                app_label = "timers"

        yield Category


def test_a_stored_limit_is_two_columns_and_one_property(category_class):
    category = category_class(handling=Limit.working_days(5))
    assert (category.handling_amount, category.handling_unit) == (5, "work_days")
    category.handling_amount, category.handling_unit = 240, "work_minutes"
    assert category.handling == Limit.working_hours(4)


def test_a_stored_limit_may_be_absent(category_class):
    category = category_class(handling=Limit.days(7))
    category.handling = None
    assert category.handling is None
    assert category.handling_amount is None


def test_a_part_of_a_minute_is_not_stored(category_class):
    with pytest.raises(ValueError, match="Only whole"):
        category_class(handling=Limit.working_days(5) * Fraction(3, 4))
