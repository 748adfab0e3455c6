"""Columns of a sheet and how their cells are read: full-width digits, dates as text, phones with blanks."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django.utils import timezone
from openpyxl.utils.datetime import from_excel

from community.imports.problems import Wrong

MOBILE = re.compile(r"1[3-9]\d{9}")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]?(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?|分)?(?:\.\d+)?"
)
MONTH = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?|(\d{2}))")
ERROR_VALUES = frozenset(["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"])
# Excel counts days; these serial numbers are the years 1920 to 2099 (a lone “1948” is a year, not a day of 1905).
SERIALS = range(7_306, 73_051)


class Unsaved:
    """Stands for a formula whose result was never saved."""

    def __str__(self) -> str:
        return "=…"


class Covered(str):
    """Stands for a cell hidden under a merged range; the text is the range."""


def plain(value: Any) -> str:
    """A cell as tidy text: half-width (NFKC), one space at most, numbers without ``.0``. Raises Wrong."""
    if value is None:
        return ""
    if isinstance(value, Unsaved):
        raise Wrong("formula")
    if isinstance(value, Covered):
        raise Wrong("merged", range=str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(unicodedata.normalize("NFKC", str(value)).replace("\u200b", "").split())
    if text in ERROR_VALUES:
        raise Wrong("error_value", value=text)
    return text


def shown(value: Any, limit: int = 200) -> str:
    """A cell as the person sees it, for messages."""
    if isinstance(value, Covered) or value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)[:limit]


class Cell:
    """A column of text. ``header`` and ``aliases`` are what it may be called; ``blank`` says what an empty cell does to
    a row that is known already: ``keep`` leaves what is there, ``clear`` removes it."""

    empty: Any = ""

    def __init__(
        self,
        header: str,
        *aliases: str,
        required: bool = False,
        blank: str = "keep",
        limit: int = 60,
        tidy: Callable[[str], str] | None = None,
        personal: bool = False,
        example: str = "",
    ) -> None:
        self.header, self.aliases, self.required, self.blank = header, aliases, required, blank
        self.limit, self.tidy, self.personal, self.example = limit, tidy, personal, example

    def clean(self, value: Any) -> Any:
        """The value for the database. Raises Wrong."""
        if isinstance(value, datetime | date):
            return self.read_date(value)
        text = plain(value)
        if not text:
            if self.required:
                raise Wrong("required")
            return self.empty
        return self.read(text)

    def read_date(self, value: date) -> Any:
        raise Wrong("turned_into_date")

    def read(self, text: str) -> Any:
        text = self.tidy(text) if self.tidy else text
        if len(text) > self.limit:
            raise Wrong("too_long", limit=self.limit, length=len(text))
        return text


class Code(Cell):
    """Exactly ``digits`` digits, as text."""

    def __init__(self, header: str, *aliases: str, digits: int, **options: Any) -> None:
        super().__init__(header, *aliases, **options)
        self.digits = digits

    def read(self, text: str) -> str:
        text = text.replace(" ", "")
        if not re.fullmatch(rf"[0-9]{{{self.digits}}}", text):
            raise Wrong("not_code", digits=self.digits, length=len(text))
        return text


class Phone(Cell):
    """Eleven digits of a mobile, or digits of a landline with its area code."""

    def read(self, text: str) -> str:
        text = re.sub(r"^(\+|00)86", "", re.sub(r"[\s()-]", "", text))
        if MOBILE.fullmatch(text):
            return text
        if re.search(r"\d{7,}[^\d]+\d{7,}", text):
            raise Wrong("two_phones")
        if text.isdecimal() and text.startswith("1"):
            raise Wrong("phone") if len(text) == 11 else Wrong("phone_length", length=len(text))
        try:
            number = phonenumbers.parse(text, "CN")
        except phonenumbers.NumberParseException as error:
            raise Wrong("phone") from error
        if not phonenumbers.is_valid_number(number) or not text.startswith("0"):
            raise Wrong("phone")
        return text


class Whole(Cell):
    """A whole number from ``low`` to ``high``; a unit behind it is let pass (“3户”)."""

    empty = None

    def __init__(self, header: str, *aliases: str, low: int = 0, high: int = 32_767, **options: Any) -> None:
        super().__init__(header, *aliases, **options)
        self.low, self.high = low, high

    def read(self, text: str) -> int:
        found = re.fullmatch(r"(\d{1,9})(?:\.0+)? ?[个户人层年小时]{0,2}", text)
        if not found:
            raise Wrong("not_number")
        number = int(found[1])
        if not self.low <= number <= self.high:
            raise Wrong("out_of_range", low=self.low, high=self.high)
        return number


class Amount(Cell):
    """A positive decimal with two places, below ``high``; “㎡” behind it is let pass."""

    empty = None

    def __init__(self, header: str, *aliases: str, high: int = 100_000, **options: Any) -> None:
        super().__init__(header, *aliases, **options)
        self.high = high

    def read(self, text: str) -> Decimal:
        try:
            amount = Decimal(re.sub(r" ?(m2|平方米|平米|平)$", "", text).replace(",", ""))
        except InvalidOperation as error:
            raise Wrong("not_decimal") from error
        if not amount.is_finite() or not 0 < amount < self.high:
            raise Wrong("out_of_range", low=0, high=self.high)
        return amount.quantize(Decimal("0.01"))


class Flag(Cell):
    """是 / 否; empty is 否."""

    empty = False
    YES, NO = frozenset("是有√yY1✓"), frozenset("否无×nN0xX")

    def __init__(self, header: str, *aliases: str, **options: Any) -> None:
        super().__init__(header, *aliases, **{"blank": "clear", **options})

    def read(self, text: str) -> bool:
        if text not in self.YES | self.NO:
            raise Wrong("not_flag")
        return text in self.YES


class Choice(Cell):
    """One of the words in ``choices``; the value is what the database keeps."""

    def __init__(self, header: str, *aliases: str, choices: Mapping[str, str], shown: int = 5, **options: Any) -> None:
        super().__init__(header, *aliases, **options)
        self.choices, self.shown_choices = choices, "、".join(list(choices)[:shown])

    def read(self, text: str) -> str:
        if text not in self.choices:
            raise Wrong("not_choice", choices=self.shown_choices)
        return self.choices[text]


class Day(Cell):
    """A day not in the future: real dates, Excel's serial numbers, ``2024-9-15``, ``2024年9月15日``, ``20240915``."""

    empty = None
    code = "not_date"

    def clean(self, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool) and value in SERIALS:
            value = from_excel(value)
        return super().clean(value)

    def read_date(self, value: date) -> date:
        day = value.date() if isinstance(value, datetime) else value
        if not date(1900, 1, 1) <= day <= timezone.localdate():
            raise Wrong("date_range")
        return day

    def read(self, text: str) -> date:
        if found := DATE.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
            return self.built(*map(int, found.groups()))
        if text.isdecimal() and int(text) in SERIALS:
            return self.clean(int(text))
        raise Wrong(self.code)

    def built(self, year: int, month: int, day: int) -> date:
        try:
            return self.read_date(date(year, month, day))
        except ValueError as error:
            raise Wrong(self.code) from error


class Moment(Day):
    """A day with a time, not in the future: dates, serial numbers, ``2025-03-09 01:29``, ``2025年3月9日 1:29:00``."""

    code = "not_moment"

    def clean(self, value: Any) -> Any:
        if isinstance(value, float) and SERIALS.start <= value < SERIALS.stop:
            value = from_excel(value)
        return super().clean(value)

    def read_date(self, value: date) -> Any:
        at = value if isinstance(value, datetime) else datetime.combine(value, time.min)
        moment = timezone.make_aware(at.replace(microsecond=0)) if timezone.is_naive(at) else at
        if at.year < 1990 or moment > timezone.now():
            raise Wrong("moment_range")
        return moment

    def read(self, text: str) -> Any:
        if not (found := MOMENT.fullmatch(text)):
            return super().read(text)
        try:
            return self.read_date(datetime(*(int(part or 0) for part in found.groups())))  # type: ignore[arg-type]
        except ValueError as error:
            raise Wrong(self.code) from error


class Month(Day):
    """A month as its first day: ``1948-09``, ``1948年9月``, ``194809``, and everything that is a day."""

    code = "not_month"

    def clean(self, value: Any) -> Any:
        if isinstance(value, float) and re.fullmatch(r"\d{4}\.1", str(value)):
            raise Wrong("month_unclear")
        day = super().clean(value)
        return day.replace(day=1) if day else day

    def read(self, text: str) -> date:
        if found := MONTH.fullmatch(text):
            return self.built(int(found[1]), int(found[2] or found[3]), 1)
        return super().read(text)
