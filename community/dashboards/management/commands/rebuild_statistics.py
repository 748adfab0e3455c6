from typing import Any

from django.core.management.base import BaseCommand

from community.dashboards.models import Cell
from community.dashboards.refresh import rebuild


class Command(BaseCommand):
    help = "Count every statistics cell anew from cases, timeline, duties and postings."

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild()
        self.stdout.write(f"{Cell.objects.count()} cells")
