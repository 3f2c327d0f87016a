"""A plain printed document: headings, sentences, tables with figures on the right, a rule above totals; A4 pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

PLAIN, BOLD, ELSEWHERE = "Helvetica", "Helvetica-Bold", "STSong-Light"
SIZE, SMALL, LEADING = 8.5, 7.5, 12.0
MARGIN = 42.0
GAP = 6.0
INK, QUIET, RULE = Color(0.07, 0.09, 0.16), Color(0.35, 0.38, 0.45), Color(0.72, 0.76, 0.82)
LETTERS_MAX = 160


class Paper:
    """Written from top to bottom. The same content gives the same bytes."""

    def __init__(self, title: str, foot: str) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(ELSEWHERE))
        self._made = BytesIO()
        self._canvas = Canvas(self._made, pagesize=A4, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Tieout")
        self._width, self._height = A4
        self._foot = foot
        self._page = 0
        self._y = 0.0
        self._turn()
        self._line(title, BOLD, 16)
        self._y -= GAP

    @property
    def _wide(self) -> float:
        return float(self._width) - 2 * MARGIN

    def heading(self, text: str) -> None:
        self._room(4 * LEADING)
        self._y -= 1.5 * GAP
        self._line(text, BOLD, 11)
        self._y -= 2

    def say(self, text: str, *, quiet: bool = False) -> None:
        """A sentence, broken into lines."""
        for line in _broken(text, PLAIN, SIZE, self._wide):
            self._room(LEADING)
            self._line(line, PLAIN, SIZE, QUIET if quiet else INK)

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, right: Sequence[int] = (),
        totals: int = 0,
    ) -> None:  # fmt: skip
        """widths: shares of the page. right: columns of figures. totals: how many of the last rows are sums."""
        shares = [self._wide * share / sum(widths) for share in widths]
        self._heads(heads, shares, right)
        for number, row in enumerate(rows):
            is_sum = number >= len(rows) - totals
            wrapped = [
                _broken(text, BOLD if is_sum else PLAIN, SMALL, width - GAP)
                for text, width in zip(row, shares, strict=True)
            ]
            height = max(len(lines) for lines in wrapped) * (LEADING - 2) + 3
            if self._y - height < MARGIN + 2 * LEADING:
                self._turn()
                self._heads(heads, shares, right)
            if is_sum:
                self._rule(self._y + LEADING - 4)
            self._row(wrapped, shares, right, BOLD if is_sum else PLAIN)
            self._y -= height
        if totals:
            self._rule(self._y + LEADING - 3)
            self._rule(self._y + LEADING - 5)
        self._y -= GAP

    def bytes(self) -> bytes:
        self._end_page()
        self._canvas.save()
        return self._made.getvalue()

    def _heads(self, heads: Sequence[str], shares: Sequence[float], right: Sequence[int]) -> None:
        self._room(3 * LEADING)
        wrapped = [_broken(text, BOLD, SMALL, width - GAP) for text, width in zip(heads, shares, strict=True)]
        self._row(wrapped, shares, right, BOLD, QUIET)
        self._y -= max(len(lines) for lines in wrapped) * (LEADING - 2) + 2
        self._rule(self._y + LEADING - 3)
        self._y -= 2

    def _row(
        self,
        wrapped: Sequence[Sequence[str]],
        shares: Sequence[float],
        right: Sequence[int],
        font: str,
        ink: Color = INK,
    ) -> None:
        left = MARGIN
        for place, (lines, width) in enumerate(zip(wrapped, shares, strict=True)):
            for down, text in enumerate(lines):
                y = self._y - down * (LEADING - 2)
                if place in right:
                    self._text(left + width - GAP - _width(text, font, SMALL), y, text, font, SMALL, ink)
                else:
                    self._text(left, y, text, font, SMALL, ink)
            left += width

    def _line(self, text: str, font: str, size: float, ink: Color = INK) -> None:
        self._text(MARGIN, self._y, text, font, size, ink)
        self._y -= max(LEADING, size + 3)

    def _text(self, x: float, y: float, text: str, font: str, size: float, ink: Color) -> None:
        self._canvas.setFillColor(ink)
        self._canvas.setFont(_font(text, font), size)
        self._canvas.drawString(x, y, _shown(text))

    def _rule(self, y: float) -> None:
        self._canvas.setStrokeColor(RULE)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(MARGIN, y, self._width - MARGIN, y)

    def _room(self, height: float) -> None:
        if self._y - height < MARGIN + LEADING:
            self._turn()

    def _turn(self) -> None:
        if self._page:
            self._end_page()
            self._canvas.showPage()
        self._page += 1
        self._y = self._height - MARGIN - 10

    def _end_page(self) -> None:
        self._text(MARGIN, MARGIN - 12, self._foot, PLAIN, 7, QUIET)
        number = f"Page {self._page}"
        self._text(self._width - MARGIN - _width(number, PLAIN, 7), MARGIN - 12, number, PLAIN, 7, QUIET)


def _font(text: str, wanted: str) -> str:
    """Letters of the West in the wanted face; where others stand, one that has them."""
    try:
        _shown(text).encode("cp1252")
    except UnicodeEncodeError:
        return ELSEWHERE
    return wanted


def _shown(text: str) -> str:
    """Accents that the plain face lacks are let go of, so that a name stays readable; no control characters."""
    kept = "".join(sign if sign.isprintable() else " " for sign in text)
    try:
        kept.encode("cp1252")
    except UnicodeEncodeError:
        return "".join(sign for sign in unicodedata.normalize("NFKD", kept) if not unicodedata.combining(sign))
    return kept


def _width(text: str, font: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(_shown(text), _font(text, font), size))


def _broken(text: str, font: str, size: float, width: float) -> list[str]:
    """Lines that fit; a word that is longer than a line is cut."""
    lines: list[str] = []
    rest = ""
    for word in text[: LETTERS_MAX * 8].split():
        left = word
        while _width(left, font, size) > width and len(left) > 1:
            cut = next(n for n in range(len(left) - 1, 0, -1) if n == 1 or _width(left[:n], font, size) <= width)
            lines += [rest] if rest else []
            rest, left = "", left[cut:]
            lines.append(word[: len(word) - len(left)][-cut:])
        joined = f"{rest} {left}".strip()
        if rest and _width(joined, font, size) > width:
            lines.append(rest)
            joined = left
        rest = joined
    return [*lines, rest] if rest or not lines else lines
