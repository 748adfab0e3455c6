"""Ninety days of neighbourly life, lived through the same verbs that the pages call."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from community.core.models import Case
from community.core.perms import Perm
from community.core.reach import reach
from community.demonstration import phrases
from community.demonstration.agenda import Agenda
from community.demonstration.caring import visit_after
from community.demonstration.people import Cast, Place
from community.demonstration.photos import SCENES, photo
from community.demonstration.register import PaperWish, paper_wishes
from community.duties.models import Plan
from community.duties.planning import plan_ahead
from grids.models import Category, CheckPoint, Incident, Patrol, Tick
from wishes.models import Wish

if TYPE_CHECKING:
    from community.directory.models import Building, User

DAYS = 90


TICKED_LATELY = timedelta(days=3)


class History:
    """Who does what, how soon, and how often they forget; ``random`` is seeded, so every demonstration is alike."""

    def __init__(self, cast: Cast, agenda: Agenda, random: Random) -> None:
        self.cast, self.agenda, self.random = cast, agenda, random
        self.categories = {(row.code, row.variant): row for row in Category.objects.all()}
        self.buildings: dict[int, list[Building]] = {}

    def live(self, start: datetime, end: datetime, progress: Callable[[int, int], None]) -> None:
        """Every day from ``start`` to ``end``: plans, patrols, reports and wishes."""
        self._make_plans(start)
        self._schedule_wishes(start, end)
        day, number, days = start, 0, (end - start).days + 1
        while day < end:
            plan_ahead(as_of=day, days=1)
            self._morning(day)
            day = min(day + timedelta(days=1), end)
            self.agenda.run_until(day)
            number += 1
            progress(number, days)
        plan_ahead(as_of=end)

    def _make_plans(self, start: datetime) -> None:
        for place in self.cast.places:
            for grid in place.grids:
                Plan.objects.create(
                    kind=Patrol.matter_kind,
                    community=place.community,
                    grid=grid,
                    assignee=place.workers.get(grid.pk),
                    title=f"{grid.name}每日巡查",
                    opens=time(7, 0),
                    closes=time(21, 0),
                    starts_on=timezone.localtime(start).date(),
                )
                CheckPoint.objects.bulk_create(
                    CheckPoint(grid=grid, name=name, order=order) for order, name in enumerate(phrases.CHECK_POINTS, 1)
                )
                self.buildings[grid.pk] = list(grid.buildings.select_related("estate", "grid").order_by("pk"))

    def _schedule_wishes(self, start: datetime, end: datetime) -> None:
        """The paper register's wishes, spread over the days; the smaller community has a quarter as many."""
        papers = paper_wishes()
        for place, some in zip(self.cast.places, (papers, papers[::4]), strict=True):
            for paper in some:
                moment = start + (end - start) * self.random.random()
                self.agenda.at(moment, partial(self._wish, place, paper))

    def _morning(self, day: datetime) -> None:
        today = timezone.localtime(day).date()
        for place in self.cast.places:
            for patrol in Patrol.objects.filter(community=place.community, day=today).select_related(
                "assignee", "grid"
            ):
                if (worker := patrol.assignee) and self.random.random() < 0.95:
                    out = patrol.opens_at + timedelta(minutes=self.random.randrange(30, 240))
                    self.agenda.at(out, partial(self._patrol, place, patrol, worker))
            visit_after(self.agenda, self.random, place, day)
            for _ in range(self.random.choice((0, 0, 1, 1, 2))):
                moment = day + timedelta(hours=self.random.uniform(7.5, 21))
                self.agenda.at(moment, partial(self._resident_reports, place))

    # Patrols

    def _patrol(self, place: Place, patrol: Patrol, worker: "User", now: datetime) -> None:
        patrol.start(by=worker, now=now)
        for _ in range(self.random.choice((0, 0, 0, 0, 1, 1))):
            moment = now + timedelta(minutes=self.random.randrange(5, 80))
            self.agenda.at(moment, partial(self._finding, place, patrol, worker))
        if self.agenda.end - now < TICKED_LATELY:
            self._tick(patrol, worker, now)
        home = now + timedelta(minutes=self.random.randrange(85, 150))
        if self.random.random() < 0.97:
            note = self.random.choice(phrases.PATROLLED)
            self.agenda.at(home, lambda at: patrol.finish(by=worker, now=at, note=note))

    def _tick(self, patrol: Patrol, worker: "User", now: datetime) -> None:
        """The route as it is walked; only of late, because nobody looks up a tick of last month."""
        for nth, point in enumerate(CheckPoint.objects.filter(grid=patrol.grid_id).order_by("order")[:3]):
            at = now + timedelta(minutes=10 + 20 * nth)
            self.agenda.at(at, partial(_ticked, patrol, worker, point))

    def _finding(self, place: Place, patrol: Patrol, worker: "User", now: datetime) -> None:
        code, variant, words = self.random.choice(phrases.FINDINGS)
        facts = self._facts(place, code, variant, words, self.random.choice(self.buildings[patrol.grid_id or 0]))
        if self.random.random() < 0.45:
            note = self.random.choice(phrases.FIXED)
            Incident.fix_on_spot(by=worker, now=now, note=note, patrol=patrol, **facts)
            return
        incident = Incident.report(by=worker, now=now, patrol=patrol, **facts)
        self._follow_incident(place, incident)

    # Incidents

    def _facts(self, place: Place, code: str, variant: str, words: str, building: "Building") -> dict[str, Any]:
        category = self.categories.get((code, variant)) or self.categories["06036", ""]
        shot = photo(self.random.randrange(SCENES))
        return {
            "community": place.community, "category": category, "building": building,
            "place": self.random.choice(["楼前", "楼后", "1单元门口", "东侧路边", "楼道二层"]),
            "description": words, "photos": [shot],
        }  # fmt: skip

    def _resident_reports(self, place: Place, now: datetime) -> None:
        resident = self.random.choice(place.residents)
        home = resident.person and resident.person.dwelling
        if not home:
            return
        code, variant, words = self.random.choice(phrases.FINDINGS)
        facts = self._facts(place, code, variant, words, home.building)
        incident = Incident.report(by=resident, now=now, **facts)
        self._follow_incident(place, incident)
        if self.random.random() < 0.4:
            neighbour = self.random.choice([user for user in place.residents if user != resident] or [resident])
            words = self.random.choice(phrases.SECONDED)
            self.agenda.after(0.2, lambda at: incident.second(by=neighbour, now=at, note=words))

    def _follow_incident(self, place: Place, incident: Incident) -> None:
        worker = place.workers.get(incident.grid_id or 0)
        if worker is None:
            return
        # One in twelve is overlooked until the ladder reaches somebody.
        delay = self.random.uniform(0.05, 0.8) if self.random.random() > 0.08 else self.random.uniform(3, 30)
        self.agenda.after(delay, lambda now: self._respond(place, incident, worker, now))

    def _respond(self, place: Place, incident: Incident, worker: "User", now: datetime) -> None:
        if self.random.random() < 0.1 and incident.level == Incident.Level.GRID:
            incident.dispatch(by=worker, now=now, level=Incident.Level.COMMUNITY, note=phrases.DISPATCHED)
            self.agenda.after(self.random.uniform(0.3, 3), lambda at: self._respond(place, incident, place.staff, at))
            return
        incident.respond(by=worker, now=now)
        if incident.category.size == Category.Size.BIG:
            self._tell_and_wait(place, incident, worker, now)
        hours = self.random.expovariate(1 / 4.0) + 0.3
        self.agenda.after(hours, lambda at: self._resolve(place, incident, worker, at))

    def _tell_and_wait(self, place: Place, incident: Incident, worker: "User", now: datetime) -> None:
        """A big matter: its reporter hears within the day; some wait for a part, some need longer."""
        self.agenda.after(
            self.random.uniform(1, 20), lambda at: incident.progress(by=worker, now=at, note=phrases.FED_BACK)
        )
        chance, until = self.random.random(), now + timedelta(days=3)
        if chance < 0.15:
            incident.pause(by=worker, now=now, note=phrases.PAUSED, until=until)
            self.agenda.after(self.random.uniform(5, 60), lambda at: incident.resume(by=worker, now=at))
        elif chance < 0.25:
            incident.ask_extension(by=worker, now=now, until=now + timedelta(days=25), note=phrases.LONGER)
            self.agenda.after(1, lambda at: incident.grant_extension(by=place.secretary, now=at))

    def _resolve(self, place: Place, incident: Incident, worker: "User", now: datetime) -> None:
        shots = [photo(self.random.randrange(SCENES))]
        incident.resolve(by=worker, now=now, note=self.random.choice(phrases.RESOLVED), photos=shots)
        self.agenda.after(self.random.uniform(0.5, 9), lambda at: self._verify(place, incident, worker, at))

    def _verify(self, place: Place, incident: Incident, worker: "User", now: datetime) -> None:
        leader = place.leaders.get(incident.grid_id or 0, place.secretary)
        checker = leader if worker != leader and self.random.random() < 0.6 else place.secretary
        if self.random.random() < 0.06:
            incident.reject(by=checker, now=now, note=phrases.REJECTED)
            self.agenda.after(self.random.uniform(1, 20), lambda at: self._resolve(place, incident, worker, at))
            return
        if incident.raised_by_id == incident.handler_id:
            incident.conclude(by=checker, now=now)
            return
        incident.verify(by=checker, now=now)
        self.agenda.after(24 * 7.5, lambda at: self._ask_after(place, incident, at))
        raiser = incident.raised_by
        if raiser is not None and self.random.random() < 0.65:
            self.agenda.after(self.random.uniform(1, 90), lambda at: self._rate(place, incident, raiser, worker, at))

    def _ask_after(self, place: Place, incident: Incident, now: datetime) -> None:
        """Whoever was drawn and stayed silent is asked; for all others this comes too late."""
        incident.follow_up(by=place.secretary, now=now, note=phrases.ASKED_AFTER, rating=self._stars())

    def _rate(self, place: Place, incident: Incident, raiser: "User", worker: "User", now: datetime) -> None:
        if self.random.random() < 0.05:
            incident.reopen(by=raiser, now=now, note=phrases.REOPENED)
            self.agenda.after(self.random.uniform(1, 12), lambda at: self._resolve(place, incident, worker, at))
            return
        incident.rate(by=raiser, now=now, rating=self._stars(), note=self.random.choice(phrases.THANKS))

    def _stars(self) -> int:
        return self.random.choices((5, 4, 3, 2), (60, 28, 9, 3))[0]

    # Wishes

    def _wish(self, place: Place, paper: PaperWish, now: datetime) -> None:
        resident = self.random.choice(place.residents)
        home = resident.person and resident.person.dwelling
        wish = Wish.submit(
            by=resident, community=place.community, now=now, title=paper.title, description=paper.text,
            group=paper.group, urgency=paper.urgency, channel=paper.channel, dwelling=home or None,
            for_name=paper.for_name, consent=bool(paper.for_name), contact_phone=resident.phone or "",
        )  # fmt: skip
        urgent = wish.urgency == Case.Urgency.URGENT
        vet = self.random.uniform(0.1, 0.8) if urgent else self.random.uniform(0.5, 20)
        self.agenda.after(vet, lambda at: self._vet(place, wish, at), awake=not urgent)

    def _vet(self, place: Place, wish: Wish, now: datetime) -> None:
        if self.random.random() < 0.03:
            wish.decline(by=place.staff, now=now, note=phrases.DECLINED)
            return
        wish.publish(by=place.staff, now=now, board_text=wish.description)
        self._await_claim(place, wish)

    def _await_claim(self, place: Place, wish: Wish) -> None:
        days = 0.08 if wish.urgency == Case.Urgency.URGENT else self.random.expovariate(1 / 3.0)
        self.agenda.after(24 * days + 0.5, lambda at: self._claim(place, wish, at))

    def _claim(self, place: Place, wish: Wish, now: datetime) -> None:
        claimer = self.random.choice([user for user in place.claimers if user.pk != wish.raised_by_id])
        unit = claimer.partner_unit if reach(claimer, Perm.CLAIM_WISHES).partner_units else None
        wish.claim(by=claimer, now=now, partner_unit=unit)
        self.agenda.after(self.random.uniform(4, 60), lambda at: self._progress(place, wish, claimer, at))

    def _progress(self, place: Place, wish: Wish, claimer: "User", now: datetime) -> None:
        if self.random.random() < 0.05:
            wish.give_back(by=claimer, now=now, note=phrases.GIVEN_BACK)
            self._await_claim(place, wish)
            return
        wish.progress(by=claimer, now=now, note=self.random.choice(phrases.VISITED))
        self.agenda.after(self.random.uniform(6, 150), lambda at: self._fulfil(place, wish, claimer, at))

    def _fulfil(self, place: Place, wish: Wish, claimer: "User", now: datetime) -> None:
        shots = [photo(self.random.randrange(SCENES))] if self.random.random() < 0.7 else []
        wish.fulfil(by=claimer, now=now, note=self.random.choice(phrases.GRANTED), photos=shots)
        if self.random.random() < 0.9:
            self.agenda.after(self.random.uniform(1, 70), lambda at: self._confirm(wish, at))

    def _confirm(self, wish: Wish, now: datetime) -> None:
        wish.confirm(by=wish.raised_by, now=now, rating=self._stars(), note=self.random.choice(phrases.THANKS))


def _ticked(patrol: Patrol, worker: "User", point: CheckPoint, now: datetime) -> None:
    patrol.tick(by=worker, now=now, point=point, how=Tick.How.CODE)
