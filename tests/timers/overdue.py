"""Many real wishes at once whose clocks have run out, written in bulk."""

from datetime import datetime, timedelta

from django.db import connection

from community.core.models import Case
from community.timers.models import Deadline
from tests.neighbourhood import Hood
from wishes.models import Claim, Wish

CHILD_ROWS = """
    INSERT INTO wishes_wish (case_ptr_id, description, "group", for_name, consent, contact_phone, board_text)
    SELECT id, '', 'neighbour', '', FALSE, '', '' FROM core_case WHERE id = ANY(%s)
"""
WAITING = (("due", True), ("street", False))


def unvetted(hood: Hood, count: int, now: datetime) -> list[int]:
    """Wishes that nobody vetted: two rungs due each. Returns their ids."""
    cases = _written(hood, count, now, status=Wish.Status.SUBMITTED, awaits_perm="vet_wishes")
    Deadline.objects.bulk_create(_rung(case, "vet", rung, is_due, now) for case in cases for rung, is_due in WAITING)
    return [case.pk for case in cases]


def unconfirmed(hood: Hood, count: int, now: datetime) -> list[int]:
    """Wishes fulfilled by a volunteer and never confirmed: one rung due each, which closes them."""
    volunteer = hood.volunteer
    cases = _written(
        hood, count, now, status=Wish.Status.FULFILLED, handler=volunteer, awaits_user=hood.resident
    )  # fmt: skip
    Claim.objects.bulk_create(Claim(wish_id=case.pk, claimer=volunteer, claimed_at=case.raised_at) for case in cases)
    Deadline.objects.bulk_create(_rung(case, "confirm", "due", True, now) for case in cases)
    return [case.pk for case in cases]


def _written(hood: Hood, count: int, now: datetime, **facts: object) -> list[Case]:
    begun, known = now - timedelta(days=30), Case.objects.count()
    cases = Case.objects.bulk_create(
        Case(
            community=hood.community, grid=hood.grid, building=hood.building, kind="wish", number=f"XY-{known + n}",
            title=f"心愿{known + n}", raised_by=hood.resident, raised_at=begun, changed_at=begun, due_at=now, **facts,
        )
        for n in range(count)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CHILD_ROWS, [[case.pk for case in cases]])
    return cases


def _rung(case: Case, clock: str, rung: str, is_due: bool, now: datetime) -> Deadline:
    return Deadline(
        case=case, community_id=case.community_id, kind="wish", clock=clock, rung=rung, is_due=is_due,
        started_at=case.raised_at, due_at=now, try_at=now,
    )  # fmt: skip
