import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from points import receipts
from points.models import Account
from points.verification import Walk, audit


class Command(BaseCommand):
    help = "Recompute postings, seals, running balances and accounts of the ledger; names each row that does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new", action="store_true", help="only what came since the last verification without faults"
        )
        parser.add_argument(
            "--receipt", metavar="CODE", help="only the posting of one receipt, and its way into the chain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["receipt"]:
            return self._receipt(options["receipt"])
        found, walk = (
            0,
            Walk(incremental=options["new"], tell=self._bar if sys.stderr.isatty() else lambda done, of: None),
        )
        for fault in audit(walk, timezone.now()):
            found += 1
            self.stderr.write(f"{fault.table} {fault.pk}: {fault.what}")
        if found:
            raise CommandError(f"{found} rows of the ledger do not fit.")
        accounts = Account.objects.count()
        self.stdout.write(f"The ledger is sound: {walk.postings} postings, {walk.lines} lines, {accounts} accounts.")

    def _receipt(self, code: str) -> None:
        proof = receipts.proof_of(code)
        if proof is None:
            raise CommandError("There is no such receipt.")
        for name, right in proof.steps():
            self.stdout.write(f"{'yes' if right else 'NO '}  {name}")
        if not proof.sound:
            raise CommandError(f"posting {proof.posting_id} is not what was sealed.")

    def _bar(self, done: int, total: int) -> None:
        share = done / total if total else 1
        self.stderr.write(f"\r[{'#' * int(share * 40):<40}] {share:4.0%}", ending="" if share < 1 else "\n")
        self.stderr.flush()
