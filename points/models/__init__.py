from points.models.account import Account, Asset, Purse, issuance, member
from points.models.posting import Line, Posting
from points.models.rule import PointRule

__all__ = ["Account", "Asset", "Line", "PointRule", "Posting", "Purse", "issuance", "member"]
