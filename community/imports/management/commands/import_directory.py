"""Import the base workbook of a community, or another kind of workbook, from the command line."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.core.workflow import MoveError
from community.directory.models import Community, User
from community.imports.importing import import_workbook
from community.imports.models import ImportRun
from community.imports.problems import Wrong, sentence
from community.imports.sheets import profiles

SHOWN = 200


class Command(BaseCommand):
    help = (
        "Import a community's workbook (.xlsx, or .csv where one sheet is enough). "
        "Ends with status 1 and a list of errors when it is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--community", required=True, metavar="CODE", help="the community's 12-digit code")
        parser.add_argument(
            "--good-rows", action="store_true", help="import the good rows and leave the wrong ones out"
        )
        parser.add_argument("--kind", default="base", choices=sorted(profile.code for profile in profiles()))
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="import in the name of this account")

    def handle(self, *args: Any, file: Path, community: str, **options: Any) -> None:
        place = Community.objects.filter(code=community).first()
        if place is None:
            raise CommandError(f"there is no community with code {community}")
        if not file.is_file():
            raise CommandError(f"there is no file {file}")
        self.stdout.write(f"{file.name} → {place}")
        try:
            run = import_workbook(
                file,
                place,
                by=self._account(options["username"]),
                good_rows=options["good_rows"],
                profile=options["kind"],
            )
        except Wrong as wrong:
            raise CommandError(sentence(wrong)) from wrong
        except MoveError as refused:
            raise CommandError(str(refused.message)) from refused
        self._report(run)

    def _account(self, username: str | None) -> User | None:
        if username is None:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"there is no active account {username}")
        return user

    def _report(self, run: ImportRun) -> None:
        for sheet in run.summary:
            self.stdout.write(
                "{sheet}: {rows} rows, {new} new, {changed} changed, {unchanged} unchanged, {wrong} wrong".format(
                    **sheet
                )
            )
        findings = run.findings.errors() if run.errors else run.findings.none()
        for finding in findings[:SHOWN]:
            self.stderr.write(f"{finding.place} {finding.value}: {finding.reason}{finding.advice}")
        if run.errors > SHOWN:
            self.stderr.write(f"… and {run.errors - SHOWN} more")
        if run.hints:
            self.stdout.write(f"{run.hints} hints (see the import's page)")
        if run.status != ImportRun.Status.APPLIED:
            raise CommandError(f"nothing was imported: {run.errors} errors")
        self.stdout.write(self.style.SUCCESS(f"imported ({datetime.now():%H:%M:%S})"))
