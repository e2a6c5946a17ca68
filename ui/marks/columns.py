"""The columns of a sheet: its items, the computed ones, and on demand effort and comment."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from emis_desktop.queries.mark_sheet import MarkSheet, SheetColumn
from resources.words import Words
from ui.marks.faces import maximum_words, share_words


class Kind(IntEnum):
    """What a column holds."""

    ITEM = 0
    TERM = 1
    GRADE = 2
    EFFORT = 3
    COMMENT = 4


COMPUTED: Final = frozenset({Kind.TERM, Kind.GRADE})
"""Columns that nobody types into."""


@dataclass(frozen=True, slots=True)
class BookColumn:
    """A column. ``item`` counts the item columns from 0, -1 for any other.

    ``second`` is the lower line of the head, ``second_short`` the same for a small window; ``tip`` says all
    of it. ``locked``: no item of the column takes a change.
    """

    kind: Kind
    item: int
    title: str
    second: str
    second_short: str
    tip: str
    locked: bool = False

    @property
    def computed(self) -> bool:
        """Whether nobody types here."""
        return self.kind in COMPUTED


def book_columns(sheet: MarkSheet, words: Words, *, notes: bool) -> tuple[BookColumn, ...]:
    """The columns of ``sheet``, with effort and comment when ``notes``."""
    columns = [_item_column(column, place, words) for place, column in enumerate(sheet.columns)]
    columns.append(
        BookColumn(Kind.TERM, -1, words.ptr("mark", "Term"), "/100", "/100", words.tr("Term mark"))
    )
    grade = words.ptr("mark", "Grade")
    columns.append(BookColumn(Kind.GRADE, -1, grade, " ", " ", grade))
    if notes:
        effort, comment = words.tr("Effort"), words.tr("Comment")
        columns.append(BookColumn(Kind.EFFORT, -1, effort, " ", " ", effort))
        columns.append(BookColumn(Kind.COMMENT, -1, comment, " ", " ", comment))
    return tuple(columns)


def _item_column(column: SheetColumn, place: int, words: Words) -> BookColumn:
    item = column.item
    locked = all(one.locked for one in column.items.values())
    if column.uniform:
        short = maximum_words(words, item)
        second = f"{short}, {share_words(words, item)}"
    else:
        short = second = words.tr("by grade")
    parts = [column.name, second]
    if item.due_on is not None:
        parts.append(words.tr("due {day}", day=words.date(item.due_on, "medium")))
    if locked:
        parts.append(words.tr("locked"))
    return BookColumn(Kind.ITEM, place, column.name, second, short, ", ".join(parts), locked)
