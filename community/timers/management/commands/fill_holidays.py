from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from community.timers.holidays import NoHolidayDataError, fill


class Command(BaseCommand):
    help = "Fills the national holidays and make-up working days of a year; existing rows stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)

    def handle(self, *args: Any, year: int, **options: Any) -> None:
        try:
            added = fill(year)
        except NoHolidayDataError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(year)s 年：新增 %(added)s 天。") % {"year": year, "added": added})
