from typing import Any

from django.core.management.base import BaseCommand, CommandError

from points.models import Account, Line, Posting
from points.verification import faults


class Command(BaseCommand):
    help = "Recompute every posting, running balance and account of the ledger; names each row that does not fit."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for fault in faults():
            found += 1
            self.stderr.write(f"{fault.table} {fault.pk}: {fault.what}")
        if found:
            raise CommandError(f"{found} rows of the ledger do not fit.")
        counts = Posting.objects.count(), Line.objects.count(), Account.objects.count()
        self.stdout.write("The ledger is sound: {} postings, {} lines, {} accounts.".format(*counts))
