"""Cells of the dashboards' tables, in code: a page has hundreds, and a template for each was half of its time."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.core.drawing import icon
from community.core.phrases import duration

register = template.Library()

SIGNS = {"overdue": "alert-triangle", "soon": "clock-hour-4"}
CELL = '<td class="ml-number" data-label="{}">{}</td>'


@register.simple_tag
def count_cell(cell: dict[str, Any]) -> SafeString:
    """A number that leads to its rows; its tone is also said by weight and a sign, not colour alone."""
    tone = cell.get("tone", "")
    sign = icon(SIGNS[tone], "s") if tone in SIGNS else ""
    look = format_html(' class="ml-tone-{}"', tone) if tone else ""
    return format_html(
        CELL, cell["label"], format_html('<a href="{}"{}>{}{}</a>', cell["href"], look, sign, cell["value"])
    )


@register.simple_tag
def time_cells(times: dict[str, Any], label: str, share_label: str) -> SafeString:
    """Mean time against its limit, and the share that was in time; “–” where nothing was counted."""
    mean = "–" if times["mean"] is None else duration(times["mean"])
    limit = format_html(' <small class="ml-quiet">/ {}</small>', times["limit"]) if times["limit"] else ""
    share = "–" if times["share"] is None else f"{times['share']}%"
    return format_html(CELL + CELL, label, format_html("{}{}", mean, limit), share_label, share)
