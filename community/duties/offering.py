"""Which kinds of duty a leader may plan by hand; apps above add theirs from ``apps.py``."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_kinds: "dict[str, _StrPromise]" = {"duty": _("任务")}


def offer(kind: str, label: "_StrPromise") -> None:
    _kinds[kind] = label


def kinds() -> "list[tuple[str, _StrPromise]]":
    return list(_kinds.items())
