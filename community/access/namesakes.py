"""Two people of one name in one list are told apart by what they do and where."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils import timezone

from community.access.models import Post

if TYPE_CHECKING:
    from community.directory.models import User


def posts_of(people: "Sequence[User]") -> Mapping[int, str]:
    """“第2网格 网格员” of each who holds a post today; the oldest post speaks."""
    posts = Post.objects.on(timezone.localdate()).filter(user__in=people).order_by("-pk")
    related = posts.select_related("role", "street", "community", "grid", "partner_unit")
    return {post.user_id: f"{post.scope} {post.role}" for post in related}
