"""The columns of the subject table: which there are, how wide, and what their heads say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Final

from emis_desktop.rules.card import CardPart, CardSubject
from emis_desktop.rules.results import ResultState
from reports.canvas import Align
from reports.report_card.design import Look, look
from reports.report_card.desk import Desk
from resources.words import N_, Words

DASH: Final = "\u2013"
SO_FAR: Final = N_("so far")
GAP: Final = 2.8
_SUBJECT: Final = (34.0, 38.0, 54.0)
_COMMENT_LEAST: Final = 40.0
_HEAD_MOST: Final = 17.0
_LETTER: Final = 6.0


class Kind(Enum):
    """What a column shows."""

    SUBJECT = 1
    PART = 2
    MARK = 3
    LETTER = 4
    AVERAGE = 5
    HIGHEST = 6
    EFFORT = 7
    COMMENT = 8


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``place`` is its start, middle or end, as ``align`` says, in millimetres from the margin.

    ``head``: the bold lines above it; ``small``: the grey line under them. ``name``: the part it shows;
    ``out_of`` tells that the maximum stands in the cells because it differs from subject to subject.
    """

    kind: Kind
    align: Align
    width: float
    head: tuple[str, ...]
    small: str = ""
    name: str = ""
    out_of: bool = False
    place: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides about the columns; cards with equal shapes have equal tables.

    ``parts``: name, what it is out of or None when that differs, the widest figure and the words in cells.
    """

    measure: float
    accent: str
    parts: tuple[tuple[str, str | None, str, frozenset[str]], ...]
    mark: str
    mark_words: frozenset[str]
    average: str
    highest: str
    letters: tuple[str, ...]
    efforts: tuple[str, ...]
    comments: bool


class _Seen:
    """The cells of one column: figures, what they are out of, and words."""

    __slots__ = ("maxima", "places", "words")

    def __init__(self) -> None:
        self.places = -1
        self.maxima: set[Decimal] = set()
        self.words: set[str] = set()

    def figure(self, value: Decimal | None) -> None:
        """Take in a figure, if there is one."""
        if value is not None:
            text = str(value)
            point = text.find(".")
            self.places = max(self.places, len(text) - point - 1 if point >= 0 else 0)

    @property
    def widest(self) -> str:
        """The widest text that figures with as many decimals can have; empty when there is none."""
        return "" if self.places < 0 else "100." + "0" * self.places if self.places else "100"


def shape(desk: Desk, subjects: Sequence[CardSubject], *, pending: bool) -> Shape:
    """The shape of the table of ``subjects``; ``pending``: marks may still come."""
    parts: dict[str, _Seen] = {}
    mark, average, highest = _Seen(), _Seen(), _Seen()
    letters, efforts = set(), set()
    for subject in subjects:
        for part in subject.parts:
            seen = parts.get(part.name) or parts.setdefault(part.name, _Seen())
            seen.maxima.add(part.out_of)
            seen.figure(part.value)
            if (word := part_word(subject, part, pending=pending)) is not None:
                seen.words.add(word)
        if (word := mark_word(subject, pending=pending)) is not None:
            mark.words.add(word)
        mark.figure(subject.mark)
        average.figure(subject.class_average)
        highest.figure(subject.class_highest)
        letters.add(subject.letter or "")
        efforts.add(subject.effort or "")
    return Shape(
        measure=desk.design.measure,
        accent=desk.design.accent,
        parts=tuple(_part(desk, name, seen) for name, seen in parts.items()),
        mark=mark.widest,
        mark_words=frozenset(mark.words),
        average=average.widest,
        highest=highest.widest,
        letters=tuple(sorted(letters)),
        efforts=tuple(sorted(efforts)),
        comments=any(subject.comment for subject in subjects),
    )


def _part(desk: Desk, name: str, seen: _Seen) -> tuple[str, str | None, str, frozenset[str]]:
    words = frozenset(seen.words)
    if len(seen.maxima) > 1:
        return name, None, f"{seen.widest}/{desk.bound(max(seen.maxima))}", words
    return name, desk.bound(next(iter(seen.maxima))), seen.widest, words


def part_word(subject: CardSubject, part: CardPart, *, pending: bool) -> str | None:
    """The word that stands for a part without a figure, None when it has one; a text of the catalogue."""
    if part.value is not None and part.state is not ResultState.ABSENT:
        return None
    return _word(part.state if part.state is not ResultState.NO_MARKS else subject.state, pending)


def mark_word(subject: CardSubject, *, pending: bool) -> str | None:
    """The word that stands for, or under, the mark of ``subject``; None when the mark stands alone."""
    if subject.mark is None:
        return _word(subject.state, pending)
    return SO_FAR if subject.state is ResultState.PROVISIONAL else None


def _word(state: ResultState, pending: bool) -> str:
    if state is ResultState.ABSENT:
        return N_("absent")
    if state in (ResultState.PROVISIONAL, ResultState.NO_MARKS) and pending:
        return N_("to come")
    return DASH


@lru_cache(maxsize=256)
def columns(form: Shape, words: Words) -> tuple[Column, ...]:
    """The columns of a table of this ``form``, placed from the margin to the end of the line.

    Numbers take what they need, the subject's name and the comment share the rest.
    """
    style = look(form.accent)
    middle = [*_parts(form, words, style), *_figures(form, words, style)]
    subject = Column(Kind.SUBJECT, Align.START, _SUBJECT[1], (words.tr("Subject"),))
    taken = sum(column.width + GAP for column in middle)
    comment = form.measure - subject.width - taken - GAP
    if form.comments and comment < _COMMENT_LEAST:
        subject = replace(subject, width=max(_SUBJECT[0], subject.width - (_COMMENT_LEAST - comment)))
    gap = GAP
    if not form.comments:
        subject = replace(subject, width=_SUBJECT[2])
        gap = max(GAP, (form.measure - subject.width - taken) / max(1, len(middle)) + GAP)
    placed = [subject]
    edge = subject.width
    for column in middle:
        start = edge + gap
        edge = start + column.width
        share = {Align.START: start, Align.MIDDLE: (start + edge) / 2, Align.END: edge}
        placed.append(replace(column, place=share[column.align]))
    if form.comments:
        start = edge + GAP + 0.8
        width = form.measure - start
        head = tuple(style.head.wrap(words.tr("Teacher’s comment"), width, 2)[0])
        placed.append(Column(Kind.COMMENT, Align.START, width, head, place=start))
    return tuple(placed)


def _parts(form: Shape, words: Words, style: Look) -> list[Column]:
    """A column for each part of the mark."""
    found = []
    for name, maximum, widest, shown in form.parts:
        head = tuple(style.head.wrap(name, _HEAD_MOST, 2)[0])
        small = "" if maximum is None else f"/ {maximum}"
        width = max(_head_width(style, head, small), style.part.width(widest))
        width = max(width, _words_width(style, shown, words))
        found.append(Column(Kind.PART, Align.END, width, head, small, name, maximum is None))
    return found


def _figures(form: Shape, words: Words, style: Look) -> list[Column]:
    """The columns between the parts and the comment."""
    found = []
    wanted = (
        (Kind.MARK, Align.END, words.tr("Term|/ 100"), style.mark, (form.mark or "100",)),
        (Kind.LETTER, Align.MIDDLE, words.ptr("mark", "Grade"), style.letter, form.letters),
        (Kind.AVERAGE, Align.END, words.tr("Class|average"), style.class_figure, (form.average,)),
        (Kind.HIGHEST, Align.END, words.tr("Class|highest"), style.class_figure, (form.highest,)),
        (Kind.EFFORT, Align.MIDDLE, words.tr("Effort"), style.part, form.efforts),
    )
    for kind, align, title, cell, texts in wanted:
        if any(texts):
            bold, _, small = title.partition("|")
            width = max(_head_width(style, (bold,), small), *(cell.width(text) for text in texts))
            if kind is Kind.MARK:
                width = max(width, _words_width(style, form.mark_words, words))
            if align is Align.MIDDLE:
                width = max(width, _LETTER)
            found.append(Column(kind, align, width, (bold,), small))
    return found


def _words_width(style: Look, shown: frozenset[str], words: Words) -> float:
    return max((style.part_word.width(words.tr(word)) for word in shown), default=0.0)


def _head_width(style: Look, head: tuple[str, ...], small: str) -> float:
    return max(style.head_small.width(small), *(style.head.width(line) for line in head))
