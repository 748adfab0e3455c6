"""What every page's frame needs: menus, 长辈版 and the community's name."""

from typing import Any

from django.http import HttpRequest

from community.core.navigation import Navigation
from community.core.preferences import ELDER_SIZES, elder_size


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor; it asks nothing of the database: an account is read with its community."""
    size = elder_size(request)
    return {
        "navigation": Navigation(request),
        "elder": size,
        "elder_next": ELDER_SIZES[(ELDER_SIZES.index(size) + 1) % len(ELDER_SIZES)] if size else ELDER_SIZES[0],
        "community_name": _community_name(request),
    }


def _community_name(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    community = getattr(user, "community", None)
    return community.name if community else ""
