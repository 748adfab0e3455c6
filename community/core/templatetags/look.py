"""Tags and filters of the look: icons, checked component options, and dates in the page's language."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import segno
from django import template
from django.contrib.messages.storage.base import Message
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from community.core import drawing, options, phrases, sparkline

register = template.Library()

icon = register.simple_tag(drawing.icon, name="icon")
menu = register.simple_tag(drawing.menu, name="menu")
state = register.simple_tag(drawing.state, name="state")
case_rows = register.simple_tag(drawing.case_rows, name="case_rows")
case_row = register.simple_tag(drawing.case_row, name="case_row")


@register.simple_tag(takes_context=True)
def check(context: template.Context, *needed: str, **choices: str) -> str:
    """First line of a component: ``{% check "label" kind="primary quiet" %}``. Raises BadOption."""
    component = context["cotton_data"]["stack"][-1]["key"]
    for option, allowed in choices.items():
        options.check_choice(component, option, context.get(option), allowed.split(" "))
    for option in needed:
        options.check_needed(component, option, context.get(option))
    options.check_passed_on(component, context["attrs"].attrs_dict())
    return ""


@register.simple_tag(takes_context=True)
def passed_on(context: template.Context) -> SafeString:
    """The attributes that are no option of the component, for its outer element, escaped."""
    pairs = context["attrs"].attrs_dict().items()
    return format_html_join(
        "", " {}", ((name if value is True else format_html('{}="{}"', name, value),) for name, value in pairs)
    )


@register.filter
def moment(at: datetime | None) -> str:
    """“11月21日（周五）14:30”, or "" for None."""
    return phrases.moment(at) if at else ""


@register.filter
def day(at: date | None) -> str:
    """“11月21日（周五）”, or "" for None."""
    return phrases.day(at) if at else ""


@register.filter
def duration(length: timedelta | float | None) -> str:
    """“2 小时 15 分” from minutes or a timedelta, or "" for None."""
    return "" if length is None or length == "" else phrases.duration(length)


@register.filter
def remaining(due: datetime | None) -> str:
    """“还剩 2 小时 15 分” or “已超时 35 分”."""
    return phrases.remaining(due) if due else ""


@register.filter
def ago(at: datetime | None) -> str:
    """“35 分前”."""
    return phrases.ago(at) if at else ""


@register.filter
def clock_state(due: datetime | None, soon: Any = drawing.SOON_MINUTES) -> str:
    """“ontime”, “soon” (less than ``soon`` minutes left) or “overdue”; "info" without a deadline."""
    return drawing.clock_state(due, float(soon or drawing.SOON_MINUTES))


@register.filter
def initial(name: str) -> str:
    """The letter or character that stands for a person in an avatar."""
    return str(name).strip()[:1].upper()


@register.filter
def count_to(total: Any) -> range:
    """``1 … total``, for loops in templates."""
    return range(1, int(total) + 1)


@register.filter
def at(values: Sequence[Any], index: int) -> Any:
    """``values[index]``, or "" beyond the end: a series may be shorter than its labels."""
    return values[index] if index < len(values) else ""


@register.filter
def rises(change: Any) -> str:
    """“up”, “down” or “level” of a change such as 3, -2.5 or "+12%"."""
    number = float(str(change).rstrip("%"))
    return "up" if number > 0 else "down" if number < 0 else "level"


@register.filter
def unsigned(change: Any) -> str:
    """The change without its sign; the arrow says the direction."""
    return str(change).lstrip("+-−")


@register.filter
def toast_kind(message: Message) -> str:
    """The toast that suits a message of django.contrib.messages."""
    return {"success": "success", "warning": "warning", "error": "danger"}.get(message.level_tag, "info")


@register.simple_tag
def spark(values: Sequence[float]) -> SafeString:
    """A line of the last values; the figure beside it says the number."""
    points, last = sparkline.points(values)
    return format_html(
        '<svg class="ml-spark" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{}"></polyline><line x1="{}" y1="{}" x2="{}" y2="{}"></line></svg>',
        sparkline.WIDTH,
        sparkline.HEIGHT,
        points,
        *last,
        *last,
    )


@register.simple_tag
def qr_code(text: str) -> SafeString:
    """An inline SVG without styles of its own; a phone's camera reads it from paper too."""
    drawn = segno.make(text, error="m").svg_inline(border=2, omitsize=True, svgclass="ml-qr-code", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 (segno draws paths only)
