"""The foot: decision, next term, the keys to grades, effort and conduct, the issue, the code to scan."""

from dataclasses import dataclass
from typing import Final

from emis_desktop.rules.bands import BandRange
from emis_desktop.rules.card import CardIssue, CardKey, CardValues
from emis_desktop.rules.promotion import Promotion
from emis_desktop.rules.results import ResultState
from reports.canvas import Align, Pen
from reports.report_card.code import Code
from reports.report_card.columns import DASH
from reports.report_card.design import BLACK, HEAVY, INK
from reports.report_card.desk import Desk
from reports.style import Style
from resources.words import N_

CODE_LEAST: Final = 18.0
_MODULE: Final = 0.34
"""The smallest square of a code that an ordinary telephone and a 150 dpi scan still tell apart, in mm."""

_FIRST: Final = 5.7
_AFTER_BOLD: Final = 4.6
_LINE: Final = 4.05
_END: Final = 3.4
_CODE_TOP: Final = 2.3
_CODE_GAP: Final = 3.0
_DOT: Final = "\u25cf"
_SEPARATOR: Final = "   \u00b7   "
_ITEM_GAP: Final = "    "
_PIECE_GAP: Final = 2.6


@dataclass(frozen=True, slots=True)
class FootLine:
    """A line of the foot: pieces of text with their styles, side by side with a gap."""

    pieces: tuple[tuple[str, Style], ...]
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Foot:
    """The lines and the size of the code in millimetres, 0 without one."""

    lines: tuple[FootLine, ...]
    code: float

    @property
    def height(self) -> float:
        """The height of the block in millimetres."""
        text = _FIRST + sum(_AFTER_BOLD if line.bold else _LINE for line in self.lines[:-1]) + _END
        return max(text, _CODE_TOP + self.code + 1.5)


def code_size(code: Code | None) -> float:
    """How large the code is printed, in millimetres."""
    return 0.0 if code is None else max(CODE_LEAST, code.modules * _MODULE)


def foot(desk: Desk, card: CardValues, code: Code | None) -> Foot:
    """What the foot of ``card`` says."""
    size = code_size(code)
    wide = desk.design.measure - size - _CODE_GAP * 2
    scan = desk.look.scan.width(desk.words.tr("Scan to check")) + _CODE_GAP if size else 0.0
    news = _news(desk, card, wide - scan)
    width = wide if news else wide - scan  # the words beside the code reach down to the first line only
    shown = _Shown(
        dash=any(_has_dash(card)),
        effort=any(subject.effort for subject in card.subjects),
        conduct=bool(card.conduct),
    )
    keys = desk.keep(("keys", width, shown), card.key, lambda: _keys(desk, card.key, width, shown))
    lines = [*news, *keys]
    lines.extend(_issue(desk, card.issue, wide))
    return Foot(tuple(lines), size)


def draw_foot(desk: Desk, pen: Pen, content: Foot, code: Code | None, top: float) -> None:
    """Paint the foot from ``top``."""
    design, style = desk.design, desk.look
    pen.rules([(design.left, design.right, top)], HEAVY, INK)
    y = top + _FIRST
    for line in content.lines:
        x = design.left
        for text, look in line.pieces:
            pen.text(x, y, text, look)
            x += look.width(text) + _PIECE_GAP
        y += _AFTER_BOLD if line.bold else _LINE
    if code is None:
        return
    x = design.right - content.code
    pen.text(x - _CODE_GAP, top + _CODE_TOP + 2.0, desk.words.tr("Scan to check"), style.scan, Align.END)
    scale = content.code / code.modules
    pen.picture(f"{BLACK[0]:g} g\n{code.path}", x, top + _CODE_TOP, content.code, scale)


def _news(desk: Desk, card: CardValues, width: float) -> list[FootLine]:
    """The decision of the year and the day on which school begins again."""
    words, style = desk.words, desk.look
    lines = []
    decision = _decision(desk, card)
    if decision:
        fitted = desk.fit(decision, style.decision, width, N_("The decision about promotion"))
        lines.append(FootLine(((fitted, style.decision),), bold=True))
    if card.next_term is not None:
        day = desk.date(card.next_term, "weekday")
        lines.append(FootLine(((words.tr("Next term begins {day}", day=day), style.next_term),), bold=True))
    return lines


def _decision(desk: Desk, card: CardValues) -> str:
    words = desk.words
    match card.promotion:
        case Promotion.PROMOTED if card.goes_to:
            return words.tr("Promoted to {name}", name=card.goes_to)
        case Promotion.PROMOTED:
            return words.tr("Promoted to the next class")
        case Promotion.REPEATS:
            return words.tr("Repeats {name}", name=card.pupil.class_name)
        case Promotion.UNDECIDED:
            return words.tr("Promotion is decided when all results are in")
    return ""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What stands on the card and so wants a key."""

    dash: bool
    effort: bool
    conduct: bool


def _keys(desk: Desk, key: CardKey, width: float, shown: _Shown) -> list[FootLine]:
    """What grades, effort letters and conduct circles mean; the same for a whole class."""
    return [*_grades(desk, key, width, dash=shown.dash), *_others(desk, key, width, shown)]


def _grades(desk: Desk, key: CardKey, width: float, *, dash: bool) -> list[FootLine]:
    """The key to grades, with the pass mark and, where one stands on the card, the dash."""
    words = desk.words
    items = [band_text(desk, band) for band in key.grades]
    items.append(words.tr("Pass {mark}", mark=desk.bound(key.pass_mark)))
    if dash:
        items.append(words.tr("{dash} does not count", dash=DASH))
    lines = flow_items(items, _ITEM_GAP, desk.look.key, width, words.tr("Key to grades"), desk.look.key_word)
    return [FootLine(pieces) for pieces in lines]


def _has_dash(card: CardValues) -> list[bool]:
    return [
        ResultState.EXEMPT in (subject.state, *(part.state for part in subject.parts))
        for subject in card.subjects
    ]


def band_text(desk: Desk, band: BandRange) -> str:
    """A grade and the marks it stands for: "A 85–100"."""
    words = desk.words
    if band.lower is None:
        return words.tr("{grade} below {mark}", grade=band.letter, mark=desk.bound(band.upper))
    return f"{band.letter} {desk.bound(band.lower)}\u2013{desk.bound(band.upper)}"


def _others(desk: Desk, key: CardKey, width: float, shown: _Shown) -> list[FootLine]:
    """What effort letters and conduct circles mean, on one line when both fit."""
    words, style = desk.words, desk.look.issue
    texts = []
    if key.effort and shown.effort:
        meanings = ", ".join(f"{letter} {meaning}" for letter, meaning in key.effort)
        texts.append(words.tr("Effort {meanings}", meanings=meanings))
    if key.conduct and shown.conduct:
        meanings = ", ".join(f"{_DOT * level} {meaning}" for level, meaning in key.conduct)
        texts.append(words.tr("Conduct {meanings}", meanings=meanings))
    return [FootLine(pieces) for pieces in flow_items(texts, _SEPARATOR, style, width)]


def _issue(desk: Desk, issue: CardIssue | None, width: float) -> list[FootLine]:
    """Which paper this is and which one it replaces."""
    if issue is None:
        said = desk.words.tr("Preview. This is not an issued report card.")
        return [FootLine(((said, desk.look.replaces),))]
    return issue_lines(desk, issue, width)


def issue_lines(desk: Desk, issue: CardIssue, width: float) -> list[FootLine]:
    """Number, day and check code of any issued paper, and which one it replaces."""
    words, style = desk.words, desk.look
    lines = []
    if issue.replaces is not None:
        text = words.tr(
            "Issue {issue} replaces issue {old} of {date}.",
            issue=issue.issue,
            old=issue.replaces.issue,
            date=desk.date(issue.replaces.issued_on),
        )
        lines.append(FootLine(((text, style.replaces),)))
    items = [
        words.tr("Issue {issue}", issue=issue.issue),
        issue.number,
        words.tr("issued {date}", date=desk.date(issue.issued_on)),
        words.tr("check code {code}", code=issue.check_code),
    ]
    lines.extend(FootLine(pieces) for pieces in flow_items(items, _SEPARATOR, style.issue, width))
    return lines


def flow_items(
    items: list[str], gap: str, style: Style, width: float, lead: str = "", lead_style: Style | None = None
) -> list[tuple[tuple[str, Style], ...]]:
    """``items`` with ``gap`` between them, on as many lines as it takes; the first starts with ``lead``.

    An item that is wider than a line is broken between its words.
    """
    head = ((lead, lead_style),) if lead_style is not None else ()
    indent = sum(look.width(text) + _PIECE_GAP for text, look in head)
    lines: list[str] = []
    for item in items:
        joined = f"{lines[-1]}{gap}{item}" if lines else item
        room = width - (indent if len(lines) < 2 else 0.0)
        if style.width(joined) <= room and lines:
            lines[-1] = joined
        elif style.width(item) <= width - (0.0 if lines else indent):
            lines.append(item)
        else:
            lines.extend(style.wrap(item, width - (0.0 if lines else indent), 4)[0])
    return [
        ((*head, (line, style)) if number == 0 else ((line, style),)) for number, line in enumerate(lines)
    ]
