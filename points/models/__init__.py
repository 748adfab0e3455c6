from points.models.account import Account, Asset, Purse, issuance, member
from points.models.audit import Audit
from points.models.expiry import ExpiryPolicy
from points.models.hold import Hold
from points.models.posting import Line, Posting
from points.models.rule import PointRule
from points.models.seal import Seal

__all__ = [
    "Account",
    "Asset",
    "Audit",
    "ExpiryPolicy",
    "Hold",
    "Line",
    "PointRule",
    "Posting",
    "Purse",
    "Seal",
    "issuance",
    "member",
]
