"""The accounts of a fund. A project owns its money as a member owns points; sources owe what came in from outside."""

from typing import TYPE_CHECKING

from points.models.account import Account, Asset, Kind, Purse

if TYPE_CHECKING:
    from points.fund.project import Project


def budget(project: "Project") -> Purse:
    """What a project may still spend."""
    return Purse(project.community_id, Kind.AVAILABLE, Asset.CENTS, None, project.pk)


def spent(project: "Project") -> Purse:
    return Purse(project.community_id, Kind.SPENT, Asset.CENTS, None, project.pk)


def of_fund(community_id: int, kind: str) -> Purse:
    """An account of the fund as a whole: where donations, fairs and goods come from, and where goods go."""
    return Purse(community_id, kind, Asset.CENTS)


def balance(purse: Purse) -> int:
    account = Account.objects.named([purse]).first()
    return account.balance if account else 0
