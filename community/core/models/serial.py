"""Serial numbers: short enough to be read out on the telephone, without gaps that a crash could tear."""

from datetime import datetime

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Serial(models.Model):
    """The last number given out per prefix, community and local day."""

    prefix = models.CharField(max_length=4)
    community = models.ForeignKey("directory.Community", models.CASCADE, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("流水号")
        verbose_name_plural = _("流水号")
        constraints = [models.UniqueConstraint(fields=["prefix", "community", "day"], name="serial_once")]


def next_number(prefix: str, community_id: int, now: datetime) -> str:
    """The next number, such as ``XY261121-12-0007`` (prefix, day, community, count of the day).

    One statement; the row lock it takes makes numbers of one community and day strictly rising until commit.
    """
    return next_numbers(prefix, community_id, now, 1)[0]


def next_numbers(prefix: str, community_id: int, now: datetime, count: int) -> list[str]:
    """The next ``count`` numbers, for those who open many cases at once."""
    day = timezone.localtime(now).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_serial (prefix, community_id, day, last) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (prefix, community_id, day) DO UPDATE SET last = core_serial.last + %s RETURNING last",
            [prefix, community_id, day, count, count],
        )
        (last,) = cursor.fetchone()
    return [f"{prefix}{day:%y%m%d}-{community_id}-{number:04d}" for number in range(last - count + 1, last + 1)]
