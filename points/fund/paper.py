"""捐赠收据: half a sheet of A4 with the code that proves it."""

from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from fpdf.enums import Align, XPos, YPos

from community.core.paper import Sheet
from points.stars.paper import RED, draw_code

if TYPE_CHECKING:
    from points.fund.donation import Donation


@translation.override("zh-hans")
def receipt_pdf(donation: "Donation", link: str) -> bytes:
    """In Chinese whoever prints it. The paper bears the donor's own name: it is theirs."""
    sheet = Sheet()
    sheet.set_title(donation.number)
    sheet.set_auto_page_break(False)
    sheet.add_page()
    sheet.set_draw_color(*RED)
    sheet.set_line_width(0.8)
    sheet.rect(12, 12, sheet.w - 24, 132)
    sheet.set_text_color(*RED)
    _line(sheet, 22, _("公益基金捐赠收据"), 24, bold=True)
    sheet.set_text_color(30, 30, 30)
    name = donation.donor_name or _("爱心人士")
    _line(sheet, 42, _("感谢 %(name)s") % {"name": name}, 18, bold=True)
    _line(sheet, 56, _("向%(community)s公益基金捐赠") % {"community": donation.community}, 13)
    _line(sheet, 66, _what(donation), 20, bold=True)
    _line(sheet, 80, _("用于：%(project)s") % {"project": donation.project}, 13)
    if donation.match:
        from points.fund.money import shown

        _line(sheet, 89, _("公益基金另配捐 %(amount)s") % {"amount": shown(donation.match)}, 12)
    _foot(sheet, donation, link)
    return bytes(sheet.output())


def _what(donation: "Donation") -> str:
    if donation.sort == donation.Sort.GOODS:
        return _("%(goods)s（估值 %(size)s）") % {"goods": donation.what, "size": donation.size}
    return donation.size


def _line(sheet: Sheet, top: float, text: str, size: int, *, bold: bool = False) -> None:
    sheet.set_xy(18, top)
    sheet.set_font("hub", "B" if bold else "", size)
    sheet.multi_cell(sheet.w - 36, size * 0.5, text, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _foot(sheet: Sheet, donation: "Donation", link: str) -> None:
    draw_code(sheet, link, 22, 104)
    sheet.set_font("hub", "", 10)
    words = [
        _("收据编号：%(number)s") % {"number": donation.number},
        _("查验码：%(key)s") % {"key": donation.key},
        _("扫码可核对这张收据和公开账目。"),
    ]
    for nth, text in enumerate(words):
        sheet.set_xy(60, 110 + nth * 7)
        sheet.cell(80, 7, text)
    day = donation.day or timezone.localdate(donation.raised_at)
    sheet.set_font("hub", "", 12)
    for nth, text in enumerate((str(donation.community), f"{day.year}年{day.month}月{day.day}日")):
        sheet.set_xy(136, 118 + nth * 8)
        sheet.cell(52, 8, text, align=Align.R)
