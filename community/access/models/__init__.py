from community.access.models.post import Post, Role
from community.access.models.reveal import Reveal

__all__ = ["Post", "Reveal", "Role"]
