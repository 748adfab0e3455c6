"""Many new cases of one kind at once: two statements a batch instead of several a case. For imports alone; what people
do goes through verbs."""

from collections.abc import Sequence
from typing import Any

from community.core.models import Case

BATCH = 2_000


def insert_many(cases: Sequence[Any]) -> None:
    """Insert unsaved cases that have their numbers already: the spine first, then the kind's own rows.

    Django refuses ``bulk_create`` for models that extend another, because it could not tell the keys of the parents;
    PostgreSQL returns them in order.
    """
    for start in range(0, len(cases), BATCH):
        _insert(cases[start : start + BATCH])


def _insert(cases: Sequence[Any]) -> None:
    model: Any = type(cases[0])
    columns = [field.attname for field in Case._meta.concrete_fields if not field.primary_key]
    spines = Case._base_manager.bulk_create(
        Case(**{column: getattr(case, column) for column in columns}) for case in cases
    )
    for case, spine in zip(cases, spines, strict=True):
        case.pk = case.id = spine.pk
        case._state.adding = False
    model._base_manager._insert(list(cases), fields=model._meta.local_concrete_fields)
