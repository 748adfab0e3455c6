"""Recognising a person: the same community and name, and the same phone or the same dwelling."""

from typing import Any

from community.directory.models import Dwelling, Person
from community.imports.base.addresses import Home
from community.imports.planning import Plan


class People:
    """The people of the community by (name, phone) and (name, dwelling); one query."""

    def __init__(self, plan: Plan, dwellings: dict[Home, Dwelling]) -> None:
        self.plan = plan
        self.by_phone: dict[tuple[str, str], Person] = {}
        self.by_home: dict[tuple[str, int], Person] = {}
        self.by_pk: dict[int, Person] = {}
        homes = {dwelling.pk: dwelling for dwelling in dwellings.values() if dwelling.pk}
        for person in Person.objects.filter(community=plan.community):
            self.by_pk[person.pk] = person
            self._remember(person, homes.get(person.dwelling_id) if person.dwelling_id else None)

    def find(self, name: str, *, phone: str = "", home: Dwelling | None = None) -> Person | None:
        """The phone says more than the dwelling: people move, and relatives of one name do live together."""
        found = self.by_phone.get((name, phone)) if phone else None
        return found or (self.by_home.get((name, id(home))) if home else None)

    def put(self, person: Person | None, name: str, *, home: Dwelling | None = None, **facts: Any) -> Person:
        """Make or update; an empty fact never erases one that is known."""
        values = {key: value for key, value in facts.items() if value}
        if person is None or (home is not None and person.dwelling_id is None and not self._has_home(person)):
            values["dwelling"] = home
        if person is None:
            values |= {"community": self.plan.community, "name": name}
        person = self.plan.put(Person, person, **values)
        self._remember(person, home)
        return person

    def move(self, person: Person, home: Dwelling) -> None:
        self.plan.put(Person, person, dwelling=home)
        self._remember(person, home)

    def _has_home(self, person: Person) -> bool:
        return person._state.fields_cache.get("dwelling") is not None

    def _remember(self, person: Person, home: Dwelling | None) -> None:
        if person.phone:
            self.by_phone.setdefault((person.name, person.phone), person)
        if home is not None:
            self.by_home.setdefault((person.name, id(home)), person)
