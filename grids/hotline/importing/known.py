"""What the community has already: its tickets by number, its buildings by the words of an address."""

from functools import cached_property

from community.directory.models import Building
from community.imports.base.addresses import building_name
from community.imports.planning import Plan
from community.timers.calendar import WorkingCalendar, calendar_for
from grids.hotline.matching import BuildingKey, building_at
from grids.hotline.models import HotlineTicket


class Known:
    """Each kind is read with one query, when it is first asked for."""

    def __init__(self, plan: Plan) -> None:
        self.community = plan.community
        self._matched: dict[str, Building | None] = {}

    @cached_property
    def tickets(self) -> dict[str, HotlineTicket]:
        return {ticket.ticket_number: ticket for ticket in HotlineTicket.objects.filter(home=self.community)}

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """Asked for once: each asking looks whether somebody has changed it."""
        return calendar_for(self.community.pk)

    @cached_property
    def buildings(self) -> dict[BuildingKey, Building]:
        rows = Building.objects.filter(estate__community=self.community).select_related("estate")
        return {(row.estate.name, building_name(row.name)): row for row in rows}

    @cached_property
    def estates(self) -> list[str]:
        return sorted({estate for estate, _name in self.buildings})

    def building_at(self, address: str) -> Building | None:
        """People call from the same few hundred addresses again and again."""
        if address not in self._matched:
            self._matched[address] = building_at(address, self.buildings, self.estates)
        return self._matched[address]
