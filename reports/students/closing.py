"""The end of a signed paper: signature, day, the place of the stamp, the keys, the number and the code."""

from dataclasses import dataclass
from typing import Final

from emis_desktop.rules.card import CardIssue
from emis_desktop.rules.papers import GradeKey
from reports.canvas import Pen
from reports.report_card.code import Code, qr_code
from reports.report_card.design import INK, PART
from reports.report_card.foot import (
    Foot,
    FootLine,
    band_text,
    code_size,
    draw_foot,
    flow_items,
    issue_lines,
)
from reports.students.desk import PaperDesk
from resources.words import N_

NOT_ISSUED: Final = N_("Preview. This is not an issued paper.")
_SIGNATURE: Final = 30.0
_STAMP: Final = 13.0
_GAP: Final = "    "


@dataclass(frozen=True, slots=True)
class Closing:
    """What stands under a signed paper; ``height`` in millimetres."""

    signer: str | None
    foot: Foot
    code: Code | None

    @property
    def height(self) -> float:
        """Signature and foot together."""
        return _SIGNATURE + self.foot.height


def closing(
    desk: PaperDesk, signer: str | None, issue: CardIssue | None, keys: tuple[GradeKey, ...] = ()
) -> Closing:
    """What the end of a paper says."""
    code = qr_code(issue.qr) if issue is not None else None
    size = code_size(code)
    width = desk.design.measure - (size + desk.look.scan.width(desk.words.tr("Scan to check")) + 9.0)
    lines = [line for key in keys for line in _key(desk, key, width, several=len(keys) > 1)]
    if issue is None:
        lines.append(FootLine(((desk.words.tr(NOT_ISSUED), desk.look.replaces),)))
    else:
        lines.extend(issue_lines(desk, issue, width))
    return Closing(signer, Foot(tuple(lines), size), code)


def draw_closing(desk: PaperDesk, pen: Pen, content: Closing) -> None:
    """Paint it above the line with the page number."""
    top = desk.end - content.height
    _draw_signature(desk, pen, content.signer, top)
    draw_foot(desk, pen, content.foot, content.code, top + _SIGNATURE)


def _key(desk: PaperDesk, key: GradeKey, width: float, *, several: bool) -> list[FootLine]:
    words, look = desk.words, desk.look
    items = [band_text(desk, band) for band in key.grades]
    items.append(words.tr("Pass {mark}", mark=desk.bound(key.pass_mark)))
    lead = words.tr("Key to grades")
    if several:
        lead = words.tr("Key to grades, {scale}", scale=key.name)
    return [FootLine(pieces) for pieces in flow_items(items, _GAP, look.key, width, lead, look.key_word)]


def _draw_signature(desk: PaperDesk, pen: Pen, signer: str | None, top: float) -> None:
    words, look, design = desk.words, desk.look, desk.design
    y = top + 18.0
    name = words.tr("{name}, principal", name=signer) if signer else words.tr("Principal")
    places = ((0.0, 0.42, name), (0.47, 0.22, words.tr("Date")))
    for start, width, caption in places:
        x, room = design.left + start * design.measure, width * design.measure
        pen.rules([(x, x + room, y)], PART, INK)
        pen.text(x, y + 4.2, look.caption.fit(caption, room)[0], look.caption)
    _draw_stamp(desk, pen, top)


def _draw_stamp(desk: PaperDesk, pen: Pen, top: float) -> None:
    """A dotted ring where the school's stamp goes."""
    look, design = desk.look, desk.design
    x = design.right - 2 * _STAMP - 8.0
    ring = "0.6036 0.6036 0.6036 RG 0.12 w [0.4 0.5] 0 d 13 0 m "
    for a, b, c, d, e, f in (
        (20.18, 0, 26, 5.82, 26, 13),
        (26, 20.18, 20.18, 26, 13, 26),
        (5.82, 26, 0, 20.18, 0, 13),
        (0, 5.82, 5.82, 0, 13, 0),
    ):
        ring += f"{a} {b} {c} {d} {e} {f} c "
    pen.picture(f"q {ring}S Q", x, top, 2 * _STAMP, 1.0)
    text = desk.words.tr("School stamp")
    start = x + _STAMP - look.caption.width(text) / 2
    pen.text(start, top + _STAMP + 0.8, text, look.caption)
