from wishes.models.claim import Claim
from wishes.models.wish import Wish

__all__ = ["Claim", "Wish"]
