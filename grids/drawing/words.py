"""How a redraw is titled, and how its refusals name the buildings and grids they are about."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from community.core.phrases import day as in_words
from community.directory.models import Building, Grid

MOST_NAMED = 5


def title_of(effective_on: date) -> str:
    return _("重新划分网格，%(day)s起") % {"day": in_words(effective_on)}


def named(things: Iterable[object]) -> str:
    """“3号楼、4号楼等 12 个”, so that a refusal stays readable."""
    names = [str(thing) for thing in things]
    shown = _("、").join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else _("%(names)s等 %(count)d 个") % {"names": shown, "count": len(names)}


def moved_twice(buildings: Iterable[Building], on: date) -> str:
    words = _("%(buildings)s在%(day)s已经定了一次划动，同一栋楼一天只能划动一次。请换一个生效日期。")
    return words % {"buildings": named(buildings), "day": in_words(on)}


def moved_meanwhile(buildings: Iterable[Building]) -> str:
    words = _("%(buildings)s在您划分期间已换了网格。请退回再改，重新选这些楼。")
    return words % {"buildings": named(buildings)}


def grid_is_closed(grids: Iterable[Grid]) -> str:
    return _("%(grids)s到生效那天已经撤销，请把楼划到别的网格。") % {"grids": named(grids)}


def wrong_code(prefix: str) -> str:
    return _("网格编码是 15 位数字，前 12 位是本社区编码 %(prefix)s。") % {"prefix": prefix}
