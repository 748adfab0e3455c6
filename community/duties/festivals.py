"""Days of Chinese festivals by the lunar calendar and the solar terms, computed by ``borax`` for any year it knows."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from borax.calendars.festivals2 import TermFestival
from borax.calendars.lunardate import LunarDate
from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1901, 2099  # whole solar years for which the lunar tables answer


class NoLunarYear(ValueError):
    """The lunar tables say nothing about this year."""


class Festival(models.TextChoices):
    EVE = "eve", _("除夕")
    SPRING = "spring", _("春节")
    LANTERN = "lantern", _("元宵节")
    QINGMING = "qingming", _("清明节")
    DRAGON_BOAT = "dragon_boat", _("端午节")
    QIXI = "qixi", _("七夕节")
    MID_AUTUMN = "mid_autumn", _("中秋节")
    DOUBLE_NINTH = "double_ninth", _("重阳节")
    WINTER_SOLSTICE = "winter_solstice", _("冬至")
    LABA = "laba", _("腊八节")


LUNAR_DAYS = {
    Festival.SPRING: (1, 1),
    Festival.LANTERN: (1, 15),
    Festival.DRAGON_BOAT: (5, 5),
    Festival.QIXI: (7, 7),
    Festival.MID_AUTUMN: (8, 15),
    Festival.DOUBLE_NINTH: (9, 9),
    Festival.LABA: (12, 8),
}
TERMS = {Festival.QINGMING: "清明", Festival.WINTER_SOLSTICE: "冬至"}


@lru_cache(maxsize=2048)
def days_in(festival: str, year: int) -> tuple[date, ...]:
    """The days of a festival in a solar year: one, but 腊八 may fall twice or not at all. Raises NoLunarYear."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoLunarYear(year)
    if festival == Festival.EVE:
        return tuple(day - timedelta(days=1) for day in days_in(Festival.SPRING, year))
    if term := TERMS.get(Festival(festival)):
        return (TermFestival(name=term).at(year=year),)
    month, day = LUNAR_DAYS[Festival(festival)]
    found = (LunarDate(lunar_year, month, day).to_solar_date() for lunar_year in (year - 1, year))
    return tuple(solar for solar in found if solar.year == year)


def between(festivals: Iterable[str], first: date, last: date, *, lead: int = 0) -> Iterator[date]:
    """The days, ``lead`` days before each festival, from ``first`` to ``last``; years without lunar data have none."""
    ahead = timedelta(days=lead)
    years = range(max(first.year, FIRST_YEAR), min((last + ahead).year, LAST_YEAR) + 1)
    found = {day - ahead for year in years for festival in festivals for day in days_in(festival, year)}
    yield from sorted(day for day in found if first <= day <= last)
