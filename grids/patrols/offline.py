"""The patrol goes on without network: which addresses lead to it meanwhile."""

from django.utils.translation import gettext_lazy as _

from community.core import installed


def register_all() -> None:
    installed.register(
        installed.Page(
            "grids:walk",
            _("巡查"),
            instead_of=(r"^/$", r"^/grids/today/$", r"^/grids/patrols/\d+/$", r"^/grids/point/\w+/$"),
            background="js/patrol/background.js",
        )
    )
