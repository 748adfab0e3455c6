from community.access.models.establishment import Establishment
from community.access.models.post import Post, Role
from community.access.models.reveal import Reveal

__all__ = ["Establishment", "Post", "Reveal", "Role"]
