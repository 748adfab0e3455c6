"""``manage.py load_demo``: fills an empty hub with the demonstration; a hub that has people is left alone."""

import logging
import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from community.dashboards.refresh import rebuild
from community.demonstration.agenda import Agenda
from community.demonstration.caring import care_for_households
from community.demonstration.changing import change_hands
from community.demonstration.earlier import look_back
from community.demonstration.giving import give
from community.demonstration.grids import staff_grids, stage_grids
from community.demonstration.history import DAYS, History
from community.demonstration.hotline import take_calls
from community.demonstration.people import PASSWORD, found_town
from community.demonstration.recognition import recognise
from community.demonstration.redeeming import open_shop
from community.demonstration.special import stage_special
from community.demonstration.storm import stage_storm
from community.demonstration.today import stage_today
from community.demonstration.volunteering import volunteer
from community.demonstration.whistles import blow_whistles
from community.directory.models import Street
from community.notices.models import Notice

ACCOUNTS = (
    ("resident", "居民：许愿、反映问题、确认评价"),
    ("volunteer", "志愿者：认领心愿，带一支志愿队伍"),
    ("party", "党员：认领心愿"),
    ("partner", "共建单位：以单位名义认领，核销兑换"),
    ("worker", "网格员：手机巡查、办理事件"),
    ("leader", "网格长：督办、核查"),
    ("staff", "社区工作者：审核心愿、派遣、导入底册"),
    ("secretary", "社区书记：驾驶舱"),
    ("mediator", "人民调解员：保密的调解卷宗"),
    ("street", "街道干部：看两个社区"),
    ("east_secretary", "另一个社区的书记"),
    ("department", "街道综合执法队联络员：吹哨后报到"),
    ("admin", "系统管理员"),
)


class Command(BaseCommand):
    help = "Load the demonstration: a street, two communities, ninety days of history."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--days", type=int, default=DAYS, help="how many days of history to live through")

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        if Street.objects.exists():
            self.stdout.write("The demonstration is loaded already.")
        else:
            # Ninety days of text messages would bury the log.
            logging.getLogger("community.notices").setLevel(logging.WARNING)
            with transaction.atomic():
                self._load(days)
            rebuild()
        self._write_accounts()

    def _load(self, days: int) -> None:
        now = timezone.now()
        start = timezone.localtime(now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        random = Random(1921)  # noqa: S311 - the same story each time
        self.stdout.write("Importing the communities' base workbooks …")
        with tempfile.TemporaryDirectory() as folder:
            cast = found_town(start, random, Path(folder))
        staff_grids(cast, start.date())
        self.stdout.write(f"Living through {days} days …")
        agenda = Agenda(start, now, random)
        look_back(cast, agenda, now)
        History(cast, agenda, random).live(start, now, self._progress)
        stage_today(cast, now)
        self.stdout.write("Importing the hotline's tickets …")
        with tempfile.TemporaryDirectory() as folder:
            take_calls(cast.places[0], Path(folder), now)
        blow_whistles(cast, now)
        stage_special(cast, now)
        stage_storm(cast, now)
        stage_grids(cast, now)
        care_for_households(cast.places[0], now)
        care_for_households(cast.places[1], now, tiers=4, elders=2)
        recognise(cast, now)
        open_shop(cast.places[0], now)
        give(cast.places[0], now)
        volunteer(cast.places[0], now)
        change_hands(cast, now)
        Notice.objects.unread().filter(created_at__lt=now - timedelta(days=1)).update(read_at=now)

    def _progress(self, day: int, of: int) -> None:
        if day % 10 == 0 or day >= of:
            self.stdout.write(f"  day {day} of {of}")
            self.stdout.flush()

    def _write_accounts(self) -> None:
        lines = [f"Accounts (password of all: {PASSWORD})", ""]
        lines += [f"{name:<16}{what}" for name, what in ACCOUNTS]
        path = Path(settings.DATA_DIR) / "accounts.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
