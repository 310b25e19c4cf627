"""Receipts and letters as PDF: one embedded font that has every character of people's names.

About a third of a second each, so it may be done in a request; the doors count how often.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import segno
from django.conf import settings
from fpdf import FPDF
from noto_cjk_sans_otc import FONT_PATH

from objections import receipts, situations
from objections.models import Case, Letter
from registry.clock import SHANGHAI

_FONT = "cjk"
_SIMPLIFIED = 2  # which face of the collection has the forms used on the mainland
_INK, _QUIET = (29, 37, 48), (85, 96, 110)


class Sheet(FPDF):
    """An A4 page in the plain manner of an office."""

    def __init__(self, title: str, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.set_title(title)
        self.set_lang("zh-CN")
        self.set_margin(22)
        self.set_auto_page_break(True, margin=22)
        self.add_font(_FONT, fname=settings.PDF_FONT or str(FONT_PATH), collection_font_number=_SIMPLIFIED)
        self.add_page()
        self.set_font(_FONT, size=18)
        self.multi_cell(0, 10, title, align="C", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-16)
        self.set_font(_FONT, size=8)
        self.set_text_color(*_QUIET)
        self.cell(0, 5, f"{self.foot}　第{self.page_no()}页", align="C")
        self.set_text_color(*_INK)

    def row(self, label: str, value: str) -> None:
        """A label and what belongs to it, below each other's heads."""
        self.set_font(_FONT, size=10.5)
        top = self.get_y()
        self.set_text_color(*_QUIET)
        self.multi_cell(36, 7, label, new_x="RIGHT", new_y="TOP")
        self.set_text_color(*_INK)
        self.set_xy(self.l_margin + 38, top)
        self.multi_cell(0, 7, value, new_x="LMARGIN", new_y="NEXT")

    def paragraph(self, text: str, *, size: float = 11, quiet: bool = False) -> None:
        self.set_font(_FONT, size=size)
        self.set_text_color(*(_QUIET if quiet else _INK))
        self.multi_cell(0, size * 0.65, text, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(*_INK)
        self.ln(2)

    def square(self, text: str) -> None:
        """A QR code of an address, at the right margin."""
        out = io.BytesIO()
        segno.make(text, error="m").save(out, kind="png", scale=6, border=2)
        self.image(out, x=self.w - self.r_margin - 34, w=34)


def receipt(case: Case, *, code: str, verify_url: str, about: Iterable[tuple[str, str]]) -> bytes:
    """The receipt of a filing; `code` is printed where the reader has shown that they know it."""
    sheet = Sheet(f"{case.get_procedure_display()}提交回执", f"{settings.SITE['name']} {case.number}")
    moment = case.filed_at.astimezone(SHANGHAI)
    sheet.row("编号", case.number)
    if code:
        sheet.row("查询码", f"{code}\n请妥善保管：凭编号和查询码可以查看进度、补充材料、撤回，遗失不能补发")
    sheet.row("提交时间", f"{moment:%Y年%m月%d日 %H:%M:%S}")
    for label, value in about:
        sheet.row(label, value)
    for number, evidence in enumerate(case.evidence.order_by("pk"), start=1):
        line = f"{evidence.name}（{evidence.get_purpose_display()}）\nSHA-256 {evidence.sha256}"
        sheet.row(f"材料{number}", line)
    limit = next(iter(situations.running(case, situations.history(case))), None)
    if limit is not None and limit.reckoning is not None:
        sheet.row("下一步", f"{limit.rule.actor}{limit.rule.get_step_display()}：{limit.reckoning.message}")
    sheet.row("内容摘要", f"SHA-256 {case.filing_sha256}")
    sheet.row("防伪码", f"{receipts.seal(case)}（在 {verify_url} 核验）")
    sheet.row("数字签名", receipts.signature(case))
    sheet.square(f"{verify_url}?number={case.number}&seal={receipts.seal(case)}")
    sheet.paragraph("本回执证明上述内容已经提交，不表示已经受理，也不证明所述内容属实。", size=9, quiet=True)
    return bytes(sheet.output())


def letter(written: Letter) -> bytes:
    """A letter as it was issued."""
    case = written.case
    sheet = Sheet(written.title, f"{settings.SITE['name']} {case.number}")
    sheet.paragraph(f"编号：{case.number}-{written.number}", size=10, quiet=True)
    for part in written.text.splitlines():
        sheet.paragraph(part)
    if written.remedies:
        sheet.paragraph(written.remedies)
    issued = written.issued_at.astimezone(SHANGHAI)
    by = written.issued_by.organisation or settings.SITE["name"]
    sheet.ln(6)
    sheet.set_font(_FONT, size=11)
    sheet.multi_cell(0, 8, f"{by}\n{issued:%Y年%m月%d日}", align="R", new_x="LMARGIN", new_y="NEXT")
    return bytes(sheet.output())
