"""A record that was merged: what both still hold is decided, or the two are parted again."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.pairs import Merged
from resources.words import Words
from ui.students.duplicates.lines import Line, cells, columns, double_lines
from ui.students.saying import when_words
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView

ROW = 34
MOST_ROWS = 8
WIDTH = 680


class PartDialog(Dialog):
    """``answered``: "part", "settle" (then :attr:`rows`), "open" or ""."""

    def __init__(self, words: Words, one: Merged, parent: QWidget) -> None:
        tr = words.tr
        when = (
            tr("Merged {when} by {name}.", when=when_words(words, one.at), name=one.by)
            if one.at is not None
            else tr("It was merged before this laptop had the records.")
        )
        said = tr("Parted, both are as before; what was typed since stays where it was written.")
        super().__init__(
            tr("{double} is a double of {kept}", double=one.name, kept=one.kept_name),
            f"{when} {said}",
            name="duplicates.part",
            parent=parent,
        )
        lines = double_lines(words, one.doubles, one.stays, decides=True)
        self.model: RowsModel[Line] = RowsModel(columns(words), cells, lines)
        if lines:
            self.setMaximumWidth(WIDTH + 200)
            self.setMinimumWidth(WIDTH)
            table = TableView(self.model, tr("Held twice"), row_height=ROW, name="duplicates.part.table")
            self.model.setParent(table)
            rows = min(len(lines), MOST_ROWS)
            table.setMinimumSize(WIDTH - 60, table.head.height() + ROW * rows + 4)
            table.check_toggled.connect(self.toggle)
            self.body.addWidget(table)
            self.add_verb("settle", tr("Keep it so"), "primary")
        else:
            self.model.setParent(self)
        self.add_verb("part", tr("Part them"))
        self.add_verb("open", tr("Open the record"))
        self.add_verb("", tr("Back"), safe=True)
        FocusRing(self)

    def toggle(self, number: int) -> None:
        """Take a line over, or not."""
        line = self.model.row(number)
        if line.taken is not None:
            self.model.set_row(number, replace(line, taken=not line.taken))

    @property
    def rows(self) -> frozenset[tuple[str, UUID]]:
        """The rows of the double that are to count."""
        lines = [self.model.row(number) for number in range(self.model.count())]
        return frozenset(line.double for line in lines if line.double is not None and line.taken)
