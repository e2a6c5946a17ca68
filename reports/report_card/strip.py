"""The strip of figures under the pupil: average, position, class average, subjects passed, days present."""

from dataclasses import dataclass

from emis_desktop.rules.card import CardSummary, CardValues
from emis_desktop.rules.results import ResultState
from reports.canvas import Pen
from reports.report_card.design import INK, PART
from reports.report_card.desk import Desk
from reports.style import Style

HEIGHT = 16.0
NOTICE_HEIGHT = 5.2
NONE = "\u2013"
_UNIT_GAP = 1.5


@dataclass(frozen=True, slots=True)
class _Figure:
    """A caption, the figure and the small words behind it."""

    caption: str
    value: str
    unit: str


def height(card: CardValues) -> float:
    """The height of the strip in millimetres; a provisional card has a line across it."""
    return HEIGHT + (NOTICE_HEIGHT if card.provisional else 0.0)


def draw_strip(desk: Desk, pen: Pen, card: CardValues, top: float) -> float:
    """Paint the strip from ``top``; returns where it ends."""
    design, style = desk.design, desk.look
    figures = _figures(desk, card.summary)
    width = design.measure / len(figures)
    for number, figure in enumerate(figures):
        x = design.left + number * width
        pen.text(x, top + 4.7, style.caption.fit(figure.caption, width - 2)[0], style.caption)
        look: Style = style.figure if number else style.average
        pen.text(x, top + 12.6, figure.value, look)
        if figure.unit:
            pen.text(x + look.width(figure.value) + _UNIT_GAP, top + 12.6, figure.unit, style.unit)
    end = top + HEIGHT
    if card.provisional:
        _notice(desk, pen, card.summary, end)
        end += NOTICE_HEIGHT
    pen.rules([(design.left, design.right, end)], PART, INK)
    return end


def _figures(desk: Desk, summary: CardSummary) -> list[_Figure]:
    words = desk.words
    so_far = summary.state is ResultState.PROVISIONAL
    caption = words.tr("Term average so far") if so_far else words.tr("Term average")
    average = NONE if summary.average is None else desk.figure(summary.average)
    figures = [_Figure(caption, average, "" if summary.average is None else "%")]
    if summary.position is not None:
        of = words.tr("of {count}", count=summary.position.of)
        figures.append(_Figure(words.tr("Position in class"), summary.position.text, of))
    if summary.class_average is not None:
        figures.append(_Figure(words.tr("Class average"), desk.figure(summary.class_average), "%"))
    of = words.tr("of {count}", count=summary.subjects)
    figures.append(_Figure(words.tr("Subjects passed"), str(summary.passed), of))
    if summary.days_present is not None and summary.days_possible is not None:
        of = words.tr("of {count}", count=summary.days_possible)
        figures.append(_Figure(_days_caption(desk, summary), str(summary.days_present), of))
    return figures


def _days_caption(desk: Desk, summary: CardSummary) -> str:
    share = summary.days_percent
    if share is None:
        return desk.words.tr("Days present")
    return desk.words.tr("Days present, {percent}", percent=desk.words.percent(share, 1))


def _notice(desk: Desk, pen: Pen, summary: CardSummary, top: float) -> None:
    """The line across the strip of a card whose marks are not all in."""
    words, style, left = desk.words, desk.look, desk.design.left
    lead = words.tr("Provisional.")
    if summary.average is None:
        rest = words.tr("Marks are still to come, so there is no average yet.")
    elif summary.coverage < 100:
        covered = words.percent(summary.coverage)
        rest = words.tr(
            "Marks are still to come: the average covers {percent} of the subjects.", percent=covered
        )
    else:
        rest = words.tr("Marks are still to come; what is marked “so far” can change.")
    pen.text(left, top + 2.0, lead, style.notice_word)
    start = style.notice_word.width(lead) + 1.5
    pen.text(left + start, top + 2.0, style.notice.fit(rest, desk.design.measure - start)[0], style.notice)
