"""How a kind of workbook is declared: a profile has sheets, a sheet has cells and says where a row belongs."""

import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.db import models

from community.imports.cells import Cell

if TYPE_CHECKING:
    from community.imports.models import Footprint, ImportRun
    from community.imports.planning import Plan


def plain_name(text: Any) -> str:
    """A sheet's name or a header without blanks, marks, and what stands in brackets: “建筑面积（㎡）*” → 建筑面积."""
    text = unicodedata.normalize("NFKC", str(text or ""))
    return re.sub(r"\(.*?\)|[\s*:：_]", "", text).lower()


class Row:
    """One row of a sheet, cleaned. Cells whose column is not in the workbook are not in ``values``."""

    __slots__ = ("number", "sheet", "values")

    def __init__(self, sheet: "Sheet", number: int, values: dict[str, Any]) -> None:
        self.sheet, self.number, self.values = sheet, number, values

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name, self.sheet.cells[name].empty)

    def given(self, *names: str) -> dict[str, Any]:
        """What the row really says: columns that are there and not blank, or whose blank means “none”."""
        return {
            name: self.values[name]
            for name in names
            if name in self.values
            and (self.sheet.cells[name].blank == "clear" or self.values[name] != self.sheet.cells[name].empty)
        }


class Sheet:
    """One kind of sheet. A subclass names its cells and places rows; it holds nothing between two workbooks."""

    name: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    cells: ClassVar[dict[str, Cell]]
    note: ClassVar[Any] = ""

    def identity(self, row: Row) -> Hashable:
        """What two rows of one sheet may not have in common; None: nothing."""
        return None

    def place(self, row: Row, plan: "Plan") -> models.Model:
        """Put the row's objects into the plan and return the main one. Resolve everything first: raises Wrong."""
        raise NotImplementedError

    def finish(self, plan: "Plan") -> None:
        """After the last row: hints about the sheet as a whole."""


class Keeper(Protocol):
    """How objects of one model are written and taken back where rows cannot simply be inserted and deleted."""

    def insert(self, plan: "Plan", instances: list[Any]) -> None: ...

    def overwrite(self, plan: "Plan", instances: list[Any], columns: set[str]) -> None: ...

    def take_back(self, run: "ImportRun", made: "dict[int, Footprint]", changed: "dict[int, Footprint]") -> list[str]:
        """Undo; returns why not, as sentences, and has then changed nothing that a rollback does not undo."""
        ...


class Profile:
    """A kind of workbook. ``models`` are written in this order; ``known`` loads what the community has already.

    ``keepers`` write the models that have a way of their own. ``after`` is where its rows are found, once imported.
    """

    def __init__(
        self,
        code: str,
        label: Any,
        sheets: list[Sheet],
        *,
        models: list[type[models.Model]],
        known: "Callable[[Plan], Any]",
        keepers: Mapping[type[models.Model], Keeper] | None = None,
        lead: Any = "",
        after: str = "",
    ) -> None:
        self.code, self.label, self.sheets, self.models, self.known = code, label, sheets, models, known
        self.keepers, self.lead, self.after = keepers or {}, lead, after

    @property
    def takes_text(self) -> bool:
        """A text has no sheets, so it can only be what needs just one."""
        return len(self.sheets) == 1

    def sheet_called(self, title: str, *, alone: bool = False) -> Sheet | None:
        """The sheet of this name; where one is all there is on both sides, its name does not matter."""
        if alone and len(self.sheets) == 1:
            return self.sheets[0]
        plain = plain_name(title)
        return next(
            (sheet for sheet in self.sheets if plain in map(plain_name, (sheet.name, *sheet.aliases))),
            None,
        )


_profiles: dict[str, Profile] = {}


def register(profile: Profile) -> None:
    """Make a kind of workbook importable; called from ``apps.py``."""
    _profiles[profile.code] = profile


def profile_of(code: str) -> Profile:
    return _profiles[code]


def profiles() -> list[Profile]:
    return list(_profiles.values())
