"""Matters of the fund brought to where a move begins: money has really moved by then, and others have signed for it."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from community.core.models import Case
from tests.moments import MONDAY
from tests.neighbourhood import Hood, account
from tests.points.fund.books import RECEIPT


def bring(case: Case, verb: str, hood: Hood) -> None:
    """Nothing for other kinds."""
    if (case.kind, verb) in STEPS:
        STEPS[case.kind, verb](case, hood)
        case.refresh_from_db()


def received(case: Any, hood: Hood) -> None:
    case.receive(by=_clerk(hood), now=MONDAY, amount=case.amount, day=MONDAY.date(), via="cash")


def signed(case: Any, hood: Hood) -> None:
    case.count(by=hood.staff, now=MONDAY)
    case.sign(by=_clerk(hood), now=MONDAY)


def reviewed(case: Any, hood: Hood) -> None:
    case.review(by=_clerk(hood), now=MONDAY)


def approved(case: Any, hood: Hood) -> None:
    reviewed(case, hood)
    case.approve(by=_clerk(hood), now=MONDAY)


def paid(case: Any, hood: Hood) -> None:
    approved(case, hood)
    case.pay(by=_clerk(hood), now=MONDAY, amount=case.amount, day=MONDAY.date(), via="cash", photos=[RECEIPT])


def _clerk(hood: Hood) -> Any:
    """Nobody whom the matrix asks."""
    return account(hood.community, "community_staff", hood.community)


def receipt() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    return SimpleUploadedFile("receipt.jpg", out.getvalue(), "image/jpeg")


STEPS = {
    ("donation", "reverse"): received, ("fair", "reverse"): signed, ("spending", "approve"): reviewed,
    ("spending", "pay"): approved, ("spending", "close"): paid, ("spending", "reverse"): paid,
}  # fmt: skip
