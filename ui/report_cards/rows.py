"""A pupil's card as a row of the list: state as dot and word, why, the average."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt

from emis_desktop.queries.report_cards import CardList, CardRow
from emis_desktop.rules.readiness import CardState
from resources.words import N_, Words
from ui.theme.fonts import MEDIUM, SEMIBOLD, metrics
from ui.widgets.paint import pill_width
from ui.widgets.table.cells import MISSING, PADDING, Cell, Column
from ui.widgets.table.model import RowsModel

ALL, READY, INCOMPLETE, ISSUED, CHANGED = "all", "ready", "incomplete", "issued", "changed"
FILTERS: Final[Mapping[str, tuple[CardState, ...]]] = MappingProxyType(
    {
        ALL: tuple(CardState),
        READY: (CardState.READY,),
        INCOMPLETE: (CardState.INCOMPLETE,),
        ISSUED: (CardState.ISSUED,),
        CHANGED: (CardState.CHANGED,),
    }
)
"""Which states each tab shows: each state that a row tells has its own, so that the counts add up."""

_LOOKS: Final[Mapping[CardState, tuple[str, str]]] = MappingProxyType(
    {
        CardState.READY: (N_("Ready"), "accent"),
        CardState.INCOMPLETE: (N_("Incomplete"), "warn"),
        CardState.ISSUED: (N_("Issued"), "ok"),
        CardState.CHANGED: (N_("Changed"), "warn"),
    }
)


def state_word(state: CardState, words: Words) -> str:
    """The word of a state."""
    return words.tr(_LOOKS[state][0])


def state_tone(state: CardState) -> str:
    """The tone of a state's pill."""
    return _LOOKS[state][1]


def widest_pill(rows: Sequence[CardRow], words: Words) -> int:
    """How wide the widest pill of ``rows`` is, so that what is said after the pills stands in a column."""
    states = {row.state for row in rows} or {CardState.READY}
    return max(pill_width(state_word(state, words)) for state in states)


def state_note(row: CardRow, words: Words) -> str:
    """What is said after the pill: what the card lacks, which issue it is, what is empty on it."""
    reasons = [sentence.text(words) for sentence in row.reasons]
    if row.issued is None:
        return "; ".join([*reasons, *(sentence.text(words) for sentence in row.notes)])
    values = {"issue": row.issued.issue, "day": words.date(row.issued.issued_on, "day_month")}
    if row.state is CardState.ISSUED:
        return "; ".join([words.tr("issue {issue}, {day}", **values), *reasons])
    return "; ".join([*reasons, words.tr("since issue {issue}, {day}", **values)])


def average_text(row: CardRow, words: Words) -> str:
    """The average as printed, a dash while there is none."""
    return MISSING if row.average is None else words.number(row.average)


def cells_of(row: CardRow, words: Words) -> tuple[Cell, Cell, Cell]:
    """The three cells of a row."""
    state = Cell(state_word(row.state, words), pill=state_tone(row.state), note=state_note(row, words))
    average = average_text(row, words)
    return (
        Cell(row.name, weight=MEDIUM),
        state,
        Cell(average, "text" if row.average is not None else "text3", weight=SEMIBOLD),
    )


_NAME_LEAST, _NOTE_LEAST = 150, 98


def columns_for(rows: Sequence[CardRow], words: Words, room: int) -> tuple[Column, ...]:
    """The columns for ``rows`` in ``room`` pixels.

    What is said of an issued card shows in full; names do where the reasons leave it.
    """
    tr = words.tr
    state = widest_pill(rows, words) + 2 * PADDING
    if any(state_note(row, words) for row in rows):
        issued = (state_note(row, words) for row in rows if row.state is CardState.ISSUED)
        state += PADDING + max(map(metrics(12).horizontalAdvance, issued), default=_NOTE_LEAST) + 2
    average = metrics(12, SEMIBOLD).horizontalAdvance(tr("Average")) + 2 * PADDING + 2
    longest = max((metrics(13, MEDIUM).horizontalAdvance(row.name) for row in rows), default=0)
    name = max(_NAME_LEAST, min(longest + 2 * PADDING + 2, room - state - average))
    return (
        Column("pupil", tr("Pupil"), name),
        Column("state", tr("State"), min(state, room - name - average), stretch=1),
        Column("average", tr("Average"), average, "end"),
    )


class CardModel(RowsModel[CardRow]):
    """The rows of the list; what a cell has no room for is in its tooltip."""

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        """Empty until ``set_rows``."""
        super().__init__(columns_for((), words, 400), lambda row: cells_of(row, words), parent=parent)

    def row_words(self, row: int) -> str:
        """The pupil's name before each cell but the first."""
        return self.row(row).name

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """As the base, with tooltips."""
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            cell = self.cell(index.row(), self.columns[index.column()])
            return cell.note or cell.text
        return super().data(index, role)


def shown_rows(cards: CardList, key: str) -> list[CardRow]:
    """The rows of a tab."""
    return [row for row in cards.rows if row.state in FILTERS[key]]
