"""调解协议书 as a sheet of A4, laid out as official papers are: wide margins, large type, page numbers between dashes."""

from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from fpdf.enums import Align, XPos, YPos

from community.core.paper import Sheet
from grids.mediation.parts import Party
from grids.mediation.typesetting import lines_of

if TYPE_CHECKING:
    from datetime import date

    from grids.mediation.models import Mediation

# Millimetres and points of 公文格式: margins 37/35/28/26, title 二号, text 三号.
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
TITLE, TEXT, SMALL = 22, 16, 12
LINE = 10
INDENT = "　　"


class Paper(Sheet):
    """A4 with the margins and page numbers of official papers."""

    def __init__(self) -> None:
        super().__init__()
        self.set_margins(LEFT, TOP, RIGHT)
        self.c_margin = 0  # words reach exactly from margin to margin
        self.set_auto_page_break(True, BOTTOM)

    def footer(self) -> None:
        self.set_y(-28)
        self.set_font("hub", "", 14)
        self.cell(0, LINE, f"— {self.page_no()} —", align=Align.C)

    def words(self, text: str, *, bold: bool = False, size: int = TEXT, align: Align = Align.J) -> None:
        self.set_font("hub", "B" if bold else "", size)
        height = LINE * size / TEXT
        lines = lines_of(text, self.epw, self.get_string_width)
        for nth, line in enumerate(lines, start=1):
            full = align == Align.J and nth < len(lines)
            self.set_char_spacing((self.epw - self.get_string_width(line)) * self.k / len(line) if full else 0)
            self.cell(
                0, height, line, align=Align.L if align == Align.J else align, new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )
            self.set_char_spacing(0)

    def height_of(self, text: str) -> float:
        self.set_font("hub", "", TEXT)
        return LINE * len(lines_of(text, self.epw, self.get_string_width))


@translation.override("zh-hans")
def agreement_pdf(mediation: "Mediation") -> bytes:
    """The agreement, complete: it is the parties' own paper, and in Chinese whoever prints it."""
    paper = Paper()
    paper.set_title(mediation.number)
    paper.add_page()
    paper.words(_("人民调解协议书"), bold=True, size=TITLE, align=Align.C)
    paper.words(_("编号：%(number)s") % {"number": mediation.number}, size=SMALL, align=Align.C)
    paper.ln(6)
    for party in mediation.parties.all():
        paper.words(_party_line(party), align=Align.L)
        if party.phone:
            paper.words(INDENT + "　" + _("电话：%(phone)s") % {"phone": party.phone}, align=Align.L)
    paper.ln(3)
    _part(paper, _("一、纠纷主要事实和争议事项"), mediation.account)
    _part(paper, _("二、经调解，双方自愿达成如下协议"), "\n".join(_numbered(mediation.terms)))
    _part(paper, _("三、履行期限"), _performance(mediation.perform_by))
    last = _("本协议自双方签字后生效，一式三份，双方各执一份，调解组织留存一份。")
    # The signatures go with the last part: alone on a sheet they would sign nothing.
    if paper.will_page_break(LINE + paper.height_of(INDENT + last) + _height_of_signatures(mediation)):
        paper.add_page()
    _part(paper, _("四、其他"), last)
    _signatures(paper, mediation)
    return bytes(paper.output())


def _party_line(party: Party) -> str:
    return f"{party.get_side_display()}：" + "，".join(fact for fact in (party.name, party.address) if fact)


def _part(paper: Paper, title: str, text: str) -> None:
    if paper.will_page_break(2 * LINE):  # a heading is never the last line of a page
        paper.add_page()
    paper.words(title, bold=True, align=Align.L)
    for line in text.splitlines():
        if line.strip():
            paper.words(INDENT + line.strip())


def _numbered(terms: str) -> list[str]:
    """Each line of the terms as an article of its own; a single one needs no number."""
    lines = [line.strip() for line in terms.splitlines() if line.strip()]
    return lines if len(lines) < 2 else [f"（{nth}）{line}" for nth, line in enumerate(lines, start=1)]


def _performance(perform_by: "date | None") -> str:
    if perform_by is None:
        return _("双方签字后立即履行。")
    return _("于%(day)s前履行完毕。") % {"day": _written(perform_by)}


def _written(day: "date") -> str:
    """2026年3月2日, in figures, as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _signing(mediation: "Mediation") -> list[Party]:
    return [party for party in mediation.parties.all() if party.side != Party.Side.OTHER]


def _height_of_signatures(mediation: "Mediation") -> float:
    return LINE + (LINE + 4) * len(_signing(mediation)) + LINE + 6 + 2 * LINE


def _signatures(paper: Paper, mediation: "Mediation") -> None:
    paper.ln(LINE)
    for party in _signing(mediation):
        paper.words(_("%(side)s（签字）：________________") % {"side": party.get_side_display()}, align=Align.L)
        paper.ln(4)
    paper.words(
        _("调解员（签字）：________________　　%(name)s") % {"name": mediation.handler or ""}, align=Align.L
    )  # fmt: skip
    paper.ln(6)
    agreed = mediation.agreed_on or timezone.localdate()
    paper.words(_("%(community)s人民调解委员会（盖章）") % {"community": mediation.community}, align=Align.R)
    paper.words(_written(agreed), align=Align.R)
