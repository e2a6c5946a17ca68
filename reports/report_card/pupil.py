"""Who the card is about: name, number, five facts and the photo."""

from typing import TypeAlias

from emis_desktop.rules.card import CardPupil
from reports.canvas import Pen
from reports.report_card.design import HAIR, INK, PART
from reports.report_card.desk import NO_PICTURE, Desk
from reports.report_card.pictures import picture
from resources.words import N_

HEIGHT = 26.0
LONG_NAME = 6.2
"""How much a name of two lines adds."""

_PHOTO = (19.0, 20.0)
_PHOTO_GAP = 6.0
_NUMBER_GAP = 4.6
_FACT_GAP = 5.0
_FACT_LINE = 3.9
_PLACES = (0.0, 0.21, 0.43, 0.645, 0.835)
"""Where the five facts start, as shares of the measure, when each has room there."""


Facts: TypeAlias = list[tuple[str, str]]
"""Captions and values."""


def height(desk: Desk, pupil: CardPupil) -> float:
    """The height of the block in millimetres."""
    return block_height(desk, pupil.name, with_photo=bool(pupil.photo))


def block_height(desk: Desk, name: str, *, with_photo: bool) -> float:
    """The height of the block of anybody of that name."""
    lines = desk.look.pupil.wrap(name, _measure(desk, with_photo), 2)[0]
    return HEIGHT + (LONG_NAME if len(lines) > 1 else 0.0)


def _measure(desk: Desk, with_photo: bool) -> float:
    return desk.design.measure - (_PHOTO[0] + _PHOTO_GAP if with_photo else 0.0)


def draw_pupil(desk: Desk, pen: Pen, pupil: CardPupil, top: float) -> float:
    """Paint the block from ``top``; returns where it ends."""
    return draw_person(desk, pen, (pupil.name, pupil.number, pupil.photo), _facts(desk, pupil), top)


def draw_person(
    desk: Desk, pen: Pen, who: tuple[str, str | None, bytes | None], facts: Facts, top: float
) -> float:
    """Paint name, number and photo of anybody over some facts; returns where the block ends."""
    design, style = desk.design, desk.look
    name, number, photo = who
    measure = _measure(desk, bool(photo))
    lines = desk.wrap(name, style.pupil, measure, 2, N_("The name of the pupil"))
    pen.lines(design.left, top + 7.5, lines, style.pupil, LONG_NAME)
    _photo(desk, pen, photo, top)
    if len(lines) > 1:
        top += LONG_NAME
    if number:
        said = desk.words.tr("Pupil number {number}", number=number)
        start = style.pupil.width(lines[-1]) + _NUMBER_GAP
        if start + style.number.width(said) <= measure:
            pen.text(design.left + start, top + 7.5, said, style.number)
        else:
            facts = [(desk.words.tr("Pupil number"), number), *facts]
    if facts:
        _draw_facts(desk, pen, facts, measure, top)
    pen.rules([(design.left, design.right, top + HEIGHT)], PART, INK)
    return top + HEIGHT


def _facts(desk: Desk, pupil: CardPupil) -> Facts:
    """(caption, value) pairs of what is known."""
    words = desk.words
    facts = [(words.tr("Class"), pupil.class_name)]
    if pupil.class_teacher:
        facts.append((words.tr("Class teacher"), pupil.class_teacher))
    if pupil.birth_date is not None:
        facts.append((words.tr("Date of birth"), desk.date(pupil.birth_date)))
    if pupil.age is not None:
        caption = words.tr("Age")
        if pupil.age_on is not None:
            caption = words.tr("Age on {date}", date=desk.date(pupil.age_on, "day_month"))
        facts.append((caption, words.ntr("{n} year", "{n} years", pupil.age)))
    if pupil.on_roll is not None:
        facts.append((words.tr("Number on roll"), desk.count(pupil.on_roll)))
    return facts


def _draw_facts(desk: Desk, pen: Pen, facts: Facts, measure: float, top: float) -> None:
    left, style = desk.design.left, desk.look
    widths = [max(style.caption.width(caption), style.fact.width(value)) for caption, value in facts]
    starts, rooms = _columns(widths, measure)
    for (caption, value), start, room in zip(facts, starts, rooms, strict=True):
        pen.text(left + start, top + 14.4, style.caption.fit(caption, room)[0], style.caption)
        lines = desk.wrap(value, style.fact, room, 2, caption)
        pen.lines(left + start, top + 19.2, lines, style.fact, _FACT_LINE)


def _columns(widths: list[float], measure: float) -> tuple[list[float], list[float]]:
    """Where the columns start and how wide each may be: in fixed places if they fit, else side by side."""
    count = len(widths)
    if count <= len(_PLACES):
        starts = [place * measure for place in _PLACES[:count]]
        rooms = [end - start for start, end in zip(starts, [*starts[1:], measure + _FACT_GAP], strict=True)]
        if all(width + _FACT_GAP <= room for width, room in zip(widths, rooms, strict=True)):
            return starts, [room - _FACT_GAP for room in rooms]
    gaps = _FACT_GAP * (count - 1)
    rooms = _shrunk(widths, measure - gaps)
    spare = (measure - gaps - sum(rooms)) / max(1, count - 1)
    starts, place = [], 0.0
    for room in rooms:
        starts.append(place)
        place += room + _FACT_GAP + spare
    return starts, rooms


def _shrunk(widths: list[float], whole: float) -> list[float]:
    """``widths`` with the widest cut back until they fit into ``whole``."""
    rooms = list(widths)
    limit = max(rooms)
    while sum(rooms) > whole and limit > 1:
        limit -= 0.5
        rooms = [min(width, limit) for width in widths]
    return rooms


def _photo(desk: Desk, pen: Pen, photo: bytes | None, top: float) -> None:
    if not photo:
        return
    width, height = _PHOTO
    x, y = desk.design.right - width, top + 3.0
    content = picture(photo)
    if content is None:
        desk.warn(NO_PICTURE, what=N_("The photo"))
        return
    pen.image(content, x, y, width, height)
    pen.frame(x, y, width, height, PART, HAIR)
