"""The whole way of a workbook in one call, for commands and for the demonstration."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from community.imports.models import ImportRun

if TYPE_CHECKING:
    from community.directory.models import Community, User


def import_workbook(
    path: str | Path,
    community: "Community",
    *,
    by: "User | None" = None,
    now: datetime | None = None,
    good_rows: bool = True,
    profile: str = "base",
) -> ImportRun:
    """Receive, check and apply. The run ends APPLIED, REFUSED, or CHECKED (errors, and not ``good_rows``).

    Raises Unreadable, NotNow, NotYours. Accounts and posts of grid workers are made only for a ``by`` who may appoint.
    """
    path = Path(path)
    with path.open("rb") as file:
        run = ImportRun.receive(file, name=path.name, community=community, by=by, now=now, profile=profile)
    run.examine(now=now)
    mode = ImportRun.Mode.GOOD_ROWS if good_rows else ImportRun.Mode.ALL_OR_NOTHING
    if run.status == ImportRun.Status.CHECKED and (good_rows or not run.errors):
        run.order(mode=mode, by=by, now=now).apply(now=now)
    return run
