"""Both records side by side: what the one that stays takes over, and whether they are one pupil at all."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.pairs import Both
from emis_desktop.rules.likeness import REASON_WORDS
from resources.words import Words
from ui.students.duplicates.lines import Line, cells, columns, lines_of
from ui.students.saying import Sayer
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

ROW = 34
MOST_ROWS = 12
WIDTH = 820


class BothDialog(Dialog):
    """``answered``: "merge" (then :attr:`take` and :attr:`rows` say what was chosen), "two", or "": back.

    Space or a click in the last column takes a line over from the newer record.
    """

    def __init__(self, words: Words, say: Sayer, both: Both, parent: QWidget) -> None:
        tr = words.tr
        why = words.listing([tr(REASON_WORDS[reason]) for reason in both.reasons])
        said = tr(
            "Nothing is lost: numbers, guardians, marks and enrolments of both are seen at the one that "
            "stays, and the two can be parted again."
        )
        explanation = f"{why[:1].upper()}{why[1:]}. {said}" if why else said
        super().__init__(tr("Are these one pupil?"), explanation, name="duplicates.both", parent=parent)
        self.setMaximumWidth(WIDTH + 200)
        self.setMinimumWidth(WIDTH)
        self.model: RowsModel[Line] = RowsModel(columns(words), cells, lines_of(words, say, both))
        self.table = TableView(self.model, tr("Both records"), row_height=ROW, name="duplicates.both.table")
        self.model.setParent(self.table)
        rows = min(self.model.count(), MOST_ROWS)
        self.table.setMinimumSize(WIDTH - 60, self.table.head.height() + ROW * rows + 4)
        self.table.check_toggled.connect(self.toggle)
        self.body.addWidget(self.table)
        if any(line.taken is not None for line in self.lines()):
            self.body.addWidget(
                Text(
                    tr("Tick what is right in the newer record. Space does it, too."),
                    12,
                    tone="secondary",
                    wrap=True,
                )
            )
        self.add_verb("merge", tr("Make one record"), "primary")
        self.add_verb("two", tr("These are two people"))
        self.add_verb("", tr("Back"), safe=True)
        FocusRing(self)

    def lines(self) -> list[Line]:
        """The lines as they stand."""
        return [self.model.row(number) for number in range(self.model.count())]

    def toggle(self, number: int) -> None:
        """Take a line over, or not."""
        line = self.model.row(number)
        if line.taken is not None:
            self.model.set_row(number, replace(line, taken=not line.taken))

    @property
    def take(self) -> tuple[str, ...]:
        """The fields that the older record takes over."""
        return tuple(line.field for line in self.lines() if line.field and line.taken)

    @property
    def rows(self) -> frozenset[tuple[str, UUID]]:
        """The doubled rows of the newer record that are to count."""
        return frozenset(line.double for line in self.lines() if line.double is not None and line.taken)
