"""Parts that stand on a page by the dozen, drawn in code: a template takes ten times as long over each.

Every function escapes what it is given and returns HTML that is safe; ``community.core.templatetags.look`` hands them to
templates.
"""

import html
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from django.forms import BoundField, CheckboxInput
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from community.core import icons, options, phrases

if TYPE_CHECKING:
    from community.core.navigation import Link

    class Listed(Protocol):
        """What can stand in a list: ``line`` are the options of ``case_row``."""

        @property
        def line(self) -> dict[str, Any]: ...


SOON_MINUTES = 120
STATES = {
    "ontime": ("circle-check", _("按时")),
    "soon": ("clock-hour-4", _("即将到期")),
    "overdue": ("alert-triangle", _("已超时")),
    "paused": ("player-pause", _("暂停计时")),
    "done": ("circle-check-filled", _("已办结")),
    "waiting": ("circle-dashed", _("等待中")),
    "info": ("info-circle", _("办理中")),
}
"""The icon and the word of each state; the colour is the style sheet's."""

ICON_SIZES = ["", "s", "l", "xl"]


def esc(text: object) -> str:
    """Django's ``conditional_escape`` without its detour for lazy texts, which ``str`` resolves as well."""
    return text if isinstance(text, SafeString) else html.escape(str(text))


@cache
def icon(name: str, size: str = "") -> SafeString:
    """One icon of the sprite; a page draws a hundred, and few different ones. Raises UnknownIcon, BadOption."""
    options.check_choice("icon", "size", size, ICON_SIZES)
    extra = f" icon-{size}" if size else ""
    return _safe(
        f'<svg class="icon{extra}" aria-hidden="true" focusable="false">'
        f'<use href="{esc(icons.address(name))}"></use></svg>'
    )


def clock_state(due: datetime | None, soon: float = SOON_MINUTES) -> str:
    """“ontime”, “soon” (less than ``soon`` minutes left) or “overdue”; "info" without a deadline."""
    if not due:
        return "info"
    left = due - timezone.now()
    if left < timedelta(0):
        return "overdue"
    return "soon" if left < timedelta(minutes=soon) else "ontime"


def state(kind: str, label: object = "", class_name: str = "", passed_on: str = "") -> SafeString:
    """A state as icon + word + colour. Raises BadOption for a kind that is none."""
    options.check_choice("state", "kind", kind, list(STATES))
    picture, word = STATES[kind]
    names = _joined("ml-state", f"ml-state-{kind}", class_name)
    return _safe(f'<span class="{names}"{passed_on}>{icon(picture)}<span>{esc(label or word)}</span></span>')


def case_row(
    href: str,
    title: object,
    *,
    number: object = "",
    kind: str = "info",
    label: object = "",
    due: datetime | None = None,
    meta: object = "",
    icon_name: str = "",
    actions: object = "",
    class_name: str = "",
    passed_on: str = "",
) -> SafeString:
    """One matter in a list, a ``<li>``; options as ``<c-case-row>`` states them. Raises BadOption."""
    picture = f'<span class="ml-case-icon">{icon(icon_name)}</span>' if icon_name else ""
    below = f'<div class="ml-case-actions">{esc(actions)}</div>' if actions else ""
    names = _joined("ml-case-row", f"ml-case-row-{kind}", class_name)
    facts = (
        f'<span class="ml-num">{esc(number)}</span>' if number else "",
        f"<span>{esc(meta)}</span>" if meta else "",
        f'<span class="ml-case-due">{esc(phrases.remaining(due))}</span>' if due else "",
    )
    return _safe(
        f'<li class="{names}"{passed_on}><a class="ml-case-link" href="{esc(href)}">{picture}<span class="ml-case-main">'
        f'<span class="ml-case-title">{esc(title)}</span><span class="ml-case-meta">{"".join(facts)}</span></span>'
        f"{state(kind, label)}</a>{below}</li>"
    )


def case_rows(matters: "Iterable[Listed]") -> SafeString:
    """The lines of a list."""
    return _safe("".join(case_row(**matter.line) for matter in matters))


def menu(links: "Iterable[Link]") -> SafeString:
    """The entries of a menu, each a ``<li>``; a badge fetches its number after the page has loaded."""
    return _safe("".join(_entry(link) for link in links))


def _entry(link: "Link") -> str:
    here = ' aria-current="page"' if link.active else ""
    badge = (
        f'<span class="ml-badge" hx-get="{esc(link.badge)}" hx-trigger="load, every 60s"></span>' if link.badge else ""
    )
    return f'<li><a href="{esc(link.url)}"{here}>{icon(link.icon)}<span>{esc(link.label)}</span>{badge}</a></li>'


def attributes(attrs: Mapping[str, Any]) -> str:
    """The attributes of a control as Django's own ``attrs.html`` writes them, with a space before each."""
    pairs = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{esc(str(value))}"' for name, value in pairs)


def select(widget: Mapping[str, Any]) -> SafeString:
    """A ``<select>`` from the context of Django's widget: a community has a hundred buildings to choose from."""
    inside = []
    for group, members, _index in widget["optgroups"]:
        drawn = "".join(_option(member) for member in members)
        inside.append(f'<optgroup label="{esc(group)}">{drawn}</optgroup>' if group else drawn)
    return _safe(f'<select name="{esc(widget["name"])}"{attributes(widget["attrs"])}>{"".join(inside)}</select>')


def _option(member: Mapping[str, Any]) -> str:
    return f'<option value="{esc(str(member["value"]))}"{attributes(member["attrs"])}>{esc(member["label"])}</option>'


def field(bound: BoundField) -> SafeString:
    """One field of any form: label, help, control, and the errors beside it."""
    tick, group = isinstance(bound.field.widget, CheckboxInput), bound.use_fieldset
    kind = "checkbox" if tick else "choices" if group else "text"
    optional = "" if bound.field.required or tick else f'<span class="ml-optional">{esc(_("选填"))}</span>'
    names = _joined("ml-field", f"ml-field-{kind}", "ml-field-choice" if tick and not group else "")
    label = _label(bound, optional) if bound.label else ""
    told = f' id="{bound.auto_id}_helptext"' if bound.auto_id else ""
    # Help texts are the hub's own and may hold markup, as Django has it.
    help_text = f'<div class="helptext"{told}>{bound.help_text}</div>' if bound.help_text else ""
    parts = (str(bound), label, help_text) if tick else (label, help_text, str(bound))
    inside = f"{''.join(parts)}{bound.errors}"
    if group:
        described = f' aria-describedby="{esc(bound.aria_describedby)}"' if bound.aria_describedby else ""
        return _safe(f'<fieldset class="{names}"{described}>{inside}</fieldset>')
    return _safe(f'<div class="{names}">{inside}</div>')


def _label(bound: BoundField, optional: str) -> str:
    if bound.use_fieldset:
        return f"<legend>{esc(bound.label)}{optional}</legend>"
    return f'<label for="{esc(bound.id_for_label)}">{esc(bound.label)}{optional}</label>'


def entry(widget: Mapping[str, Any]) -> SafeString:
    """An ``<input>`` from the context of Django's widget."""
    value = "" if widget["value"] is None else f' value="{esc(str(widget["value"]))}"'
    return _safe(f'<input type="{widget["type"]}" name="{esc(widget["name"])}"{value}{attributes(widget["attrs"])}>')


def _joined(*names: str) -> str:
    return " ".join(name for name in names if name)


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 - each part was escaped where it was put in
