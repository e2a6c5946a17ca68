"""The columns of the table: two remarks, a column a trait of conduct, four counts of days."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from emis_desktop.queries.remark_table import RemarkTable
from resources.words import Words
from ui.theme.fonts import SEMIBOLD, metrics
from ui.widgets.table.cells import Column

TEACHER, PRINCIPAL = "class_teacher", "principal"
DAYS: Final = ("possible", "absent", "excused", "late")
TRAIT: Final = "trait "
"""Begins the key of a trait's column."""

_LEAST, _MOST, _AIR = 48, 104, 17


class Kind(StrEnum):
    """What a column takes: words, a level by its digit, or a count."""

    WORDS = "words"
    LEVEL = "level"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class RemarkColumn:
    """A column; ``spoken`` is its whole name, ``editable`` whether this person may write there."""

    key: str
    kind: Kind
    column: Column
    spoken: str
    editable: bool

    @property
    def trait(self) -> str:
        """The code of a trait's column."""
        return self.key.removeprefix(TRAIT)


def columns_of(table: RemarkTable, words: Words) -> tuple[RemarkColumn, ...]:
    """The columns of ``table`` in the order of the card."""
    tr = words.tr
    remarks = (
        (TEACHER, tr("Class teacher’s remark"), 192, 3, table.may_edit),
        (PRINCIPAL, tr("Principal’s remark"), 156, 2, table.may_sign),
    )
    counts = (
        ("possible", tr("School days")),
        ("absent", tr("Days absent")),
        ("excused", tr("Days excused")),
        ("late", tr("Times late")),
    )
    found = [
        RemarkColumn(key, Kind.WORDS, _wide(key, title, width, share), title, editable)
        for key, title, width, share, editable in remarks
    ]
    found += [
        _narrow(TRAIT + code, Kind.LEVEL, name, "center", table.may_edit)
        for code, name in table.traits.items()
    ]
    found += [_narrow(key, Kind.COUNT, name, "end", table.may_edit) for key, name in counts]
    return tuple(found)


def _wide(key: str, title: str, width: int, share: int) -> Column:
    """A title too long for one line of its column goes on on a second."""
    fits = metrics(12, SEMIBOLD).horizontalAdvance(title) <= width - _AIR
    first, second = (title, "") if fits else two_lines(title)
    return Column(key, first, width, second=second, stretch=share)


def _narrow(key: str, kind: Kind, name: str, align: str, editable: bool) -> RemarkColumn:
    first, second = two_lines(name)
    width = max(metrics(12, SEMIBOLD).horizontalAdvance(first), metrics(11).horizontalAdvance(second)) + _AIR
    column = Column(key, first, min(_MOST, max(_LEAST, width)), align, second=second)
    return RemarkColumn(key, kind, column, name, editable)


def two_lines(name: str) -> tuple[str, str]:
    """``name`` broken at the space that leaves both halves about as long; one word has no second line."""
    words = name.split(" ")
    if len(words) == 1:
        return name, ""
    breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(breaks, key=lambda halves: max(len(halves[0]), len(halves[1])))
