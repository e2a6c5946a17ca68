"""How wide the columns of a sheet are."""

from typing import Final

from ui.marks.book import SheetBook
from ui.marks.columns import BookColumn, Kind
from ui.theme.fonts import SEMIBOLD, metrics

LEAST_ITEM: Final = 62
MOST_ITEM: Final = 104
_TITLE_MOST: Final = 118
_LEAST: Final = {Kind.TERM: 72, Kind.GRADE: 52, Kind.EFFORT: 60, Kind.COMMENT: 280}
_LEAST_COMPACT: Final = {Kind.TERM: 61, Kind.GRADE: 48, Kind.EFFORT: 56, Kind.COMMENT: 240}
_AROUND: Final = 17
_LOCK: Final = 14
_STRETCHED: Final = (Kind.ITEM, Kind.TERM)


def fitted(book: SheetBook, room: int, *, compact: bool) -> list[int]:
    """The widths in pixels: as much as the heads need, and what is left of ``room`` shared out."""
    widths = [_needed(column, compact=compact) for column in book.columns]
    spare = room - sum(widths)
    if spare <= 0:
        return widths
    comments = [place for place, column in enumerate(book.columns) if column.kind is Kind.COMMENT]
    if comments:
        widths[comments[0]] += spare
        return widths
    return _shared(widths, [column.kind in _STRETCHED for column in book.columns], spare)


def _shared(widths: list[int], grows: list[bool], spare: int) -> list[int]:
    """Bring the narrow columns up to one width, as far as ``spare`` reaches and :data:`MOST_ITEM` allows."""
    growing = [place for place, grow in enumerate(grows) if grow]
    while spare > 0 and growing:
        narrowest = min(widths[place] for place in growing)
        if narrowest >= MOST_ITEM:
            break
        low = [place for place in growing if widths[place] == narrowest]
        following = min((widths[place] for place in growing if widths[place] > narrowest), default=MOST_ITEM)
        step = max(1, min(following - narrowest, spare // len(low)))
        for place in low[: spare // step]:
            widths[place] += step
            spare -= step
    return widths


def _needed(column: BookColumn, *, compact: bool) -> int:
    least = (_LEAST_COMPACT if compact else _LEAST).get(column.kind, LEAST_ITEM)
    second = column.second_short if compact else column.second
    title = min(metrics(12, SEMIBOLD).horizontalAdvance(column.title), _TITLE_MOST)
    lower = metrics(11).horizontalAdvance(second) if second.strip() else 0
    lock = _LOCK if column.locked else 0
    return max(least, max(title + lock, lower) + _AROUND)
