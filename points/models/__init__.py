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
from points.division.models import Division
from points.fund.bank import BankLine, BankShare
from points.fund.closing import MonthClosing
from points.fund.donation import Donation
from points.fund.fair import Fair, Stall
from points.fund.fund import Fund
from points.fund.goods import GoodsIssue
from points.fund.matching import MatchRule
from points.fund.months import Month, MonthBalance
from points.fund.project import Project
from points.fund.spending import Spending
from points.fund.voucher import Voucher
from points.grants.models import Grant
from points.handover.models import Handover
from points.pledges.models import Pledge
from points.redemption.cart import CartLine
from points.redemption.draw import DrawEntry, PrizeDraw
from points.redemption.offer import Offer
from points.redemption.planning import WindowChange
from points.redemption.redemption import Redemption, RedemptionLine
from points.redemption.settlement import Settlement, SettlementLine
from points.redemption.window import Window
from points.rulebook.models import DraftRule, RuleSet
from points.stars.certificate import Certificate
from points.stars.models import Star, StarPeriod, StarThreshold, VolunteerStar
from points.stories.models import Story
from points.teams.activity import Activity
from points.teams.correction import Correction
from points.teams.membership import TeamMember
from points.teams.signup import SignUp
from points.teams.team import Team, TeamKind

__all__ = [
    "Account",
    "Activity",
    "Appeal",
    "Asset",
    "Audit",
    "Award",
    "BankLine",
    "BankShare",
    "CartLine",
    "Certificate",
    "Challenge",
    "Correction",
    "Division",
    "Donation",
    "DraftRule",
    "DrawEntry",
    "ExpiryPolicy",
    "Fair",
    "Fund",
    "GoodsIssue",
    "Grant",
    "Handover",
    "Hold",
    "Line",
    "MatchRule",
    "Month",
    "MonthBalance",
    "MonthClosing",
    "Offer",
    "Pledge",
    "PointRule",
    "Posting",
    "PrizeDraw",
    "Project",
    "Purse",
    "Redemption",
    "RedemptionLine",
    "RuleSet",
    "Seal",
    "Settlement",
    "SettlementLine",
    "SignUp",
    "Spending",
    "Stall",
    "Star",
    "StarPeriod",
    "StarThreshold",
    "Story",
    "Team",
    "TeamKind",
    "TeamMember",
    "VolunteerStar",
    "Voucher",
    "Window",
    "WindowChange",
    "issuance",
    "member",
]
