"""The certificate as a sheet of A4 across, with the code that proves it."""

from typing import TYPE_CHECKING

import segno
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from fpdf.enums import Align, XPos, YPos

from community.core.paper import Sheet
from points import amounts
from points.models.account import Asset

if TYPE_CHECKING:
    from points.stars.certificate import Certificate

RED = (176, 38, 32)
CODE = 34  # millimetres


@translation.override("zh-hans")
def certificate_pdf(certificate: "Certificate", link: str) -> bytes:
    """In Chinese whoever prints it."""
    sheet = Sheet("landscape")
    sheet.set_title(certificate.number)
    sheet.set_auto_page_break(False)
    sheet.add_page()
    _frame(sheet)
    sheet.set_text_color(*RED)
    _line(sheet, 34, _("志愿服务证书"), 36, bold=True)
    sheet.set_text_color(30, 30, 30)
    _line(sheet, 62, certificate.name, 26, bold=True)
    served = amounts.size(Asset.HOURS, certificate.minutes)
    community = {"community": certificate.community, "hours": served}
    _line(sheet, 82, _("在%(community)s累计参加志愿服务 %(hours)s，特此证明。") % community, 17)
    if certificate.stars:
        _line(sheet, 96, _("被评为%(stars)s星志愿者") % {"stars": "一二三四五"[certificate.stars - 1]}, 20, bold=True)
    _line(sheet, 114, _("时长由活动组织者记录，由社区证明；志愿服务不收取报酬。"), 12)
    _foot(sheet, certificate, link)
    return bytes(sheet.output())


def _frame(sheet: Sheet) -> None:
    sheet.set_draw_color(*RED)
    for inset, width in ((10, 1.2), (13, 0.3)):
        sheet.set_line_width(width)
        sheet.rect(inset, inset, sheet.w - 2 * inset, sheet.h - 2 * inset)


def _line(sheet: Sheet, top: float, text: str, size: int, *, bold: bool = False) -> None:
    sheet.set_xy(20, top)
    sheet.set_font("hub", "B" if bold else "", size)
    sheet.multi_cell(sheet.w - 40, size * 0.5, text, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _foot(sheet: Sheet, certificate: "Certificate", link: str) -> None:
    """The code at the left, who proves it and when at the right."""
    draw_code(sheet, link, 28, 142)
    sheet.set_font("hub", "", 11)
    day = timezone.localtime(certificate.issued_at)
    words = [
        _("编号：%(number)s") % {"number": certificate.number},
        _("查验码：%(key)s") % {"key": certificate.key},
        _("扫码或在门户输入查验码可核对。"),
    ]
    for nth, text in enumerate(words):
        sheet.set_xy(66, 150 + nth * 8)
        sheet.cell(110, 8, text)
    sheet.set_font("hub", "", 15)
    for nth, text in enumerate((str(certificate.community), f"{day.year}年{day.month}月{day.day}日")):
        sheet.set_xy(180, 152 + nth * 11)
        sheet.cell(90, 10, text, align=Align.R)


def draw_code(sheet: Sheet, text: str, left: float, top: float) -> None:
    """The QR code in squares of ink: it stays sharp on any printer."""
    rows = list(segno.make(text, error="m").matrix)
    side = CODE / len(rows)
    sheet.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                sheet.rect(left + x * side, top + y * side, side, side, style="F")
