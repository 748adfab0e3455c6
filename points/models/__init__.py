from points.models.account import Account, Asset, Purse, issuance, member
from points.models.audit import Audit
from points.models.expiry import ExpiryPolicy
from points.models.hold import Hold
from points.models.posting import Line, Posting
from points.models.rule import PointRule
from points.models.seal import Seal

# isort: split
from points.appeals.models import Appeal
from points.awards.models import Award
from points.challenges.models import Challenge
from points.pledges.models import Pledge
from points.rulebook.models import DraftRule, RuleSet
from points.stars.certificate import Certificate
from points.stars.models import Star, StarPeriod, StarThreshold, VolunteerStar
from points.stories.models import Story

__all__ = [
    "Account",
    "Appeal",
    "Asset",
    "Audit",
    "Award",
    "Certificate",
    "Challenge",
    "DraftRule",
    "ExpiryPolicy",
    "Hold",
    "Line",
    "Pledge",
    "PointRule",
    "Posting",
    "Purse",
    "RuleSet",
    "Seal",
    "Star",
    "StarPeriod",
    "StarThreshold",
    "Story",
    "VolunteerStar",
    "issuance",
    "member",
]
