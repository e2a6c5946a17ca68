"""What the headings of a file mean, where they are called otherwise."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from emis_desktop.exchange.columns import COLUMNS, Headings, Kind
from resources.words import Words
from ui.students.import_words import column_words
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, identify
from ui.widgets.fields import ChoiceField
from ui.widgets.scroll import ScrollColumn
from ui.widgets.text import Text

NOT_READ = ""


class ColumnTable(QWidget):
    """A line for each heading with a choice of columns; above it what is still missing."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        identify(self, "import.columns", words.tr("Columns of the file"))
        box = column(self, 8)
        self._says = Text("", 13, 500, "warn", wrap=True)
        box.addWidget(self._says)
        scroll = ScrollColumn(6, name="import.columns.scroll")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        scroll.body.addLayout(self._grid)
        scroll.body.addStretch(1)
        box.addWidget(scroll, 1)
        self._choices: dict[str, ChoiceField] = {}

    def show_headings(self, kind: Kind, headings: Headings) -> None:
        """Show the headings of a file and what they are taken for."""
        tr = self._words.tr
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._choices = {}
        self._say(headings)
        self._grid.addWidget(Text(tr("Heading in the file"), 12, SEMIBOLD, "secondary"), 0, 0)
        self._grid.addWidget(Text(tr("What it is here"), 12, SEMIBOLD, "secondary"), 0, 1)
        columns = [(NOT_READ, tr("Not read"))]
        columns += [(one.name, column_words(self._words, one.name)) for one in COLUMNS[kind]]
        meanings = {one.name: tr(one.meaning) for one in COLUMNS[kind]}
        for place, (heading, meaning) in enumerate(headings.meanings, 1):
            self._grid.addWidget(Text(heading, 13, elide=True), place, 0)
            choice = ChoiceField(heading, columns, self._words, name=f"import.column.{place}")
            choice.set_value(meaning)
            for row in range(choice.combo.count()):
                said = meanings.get(str(choice.combo.itemData(row)), "")
                choice.combo.setItemData(row, said, Qt.ItemDataRole.ToolTipRole)
            self._grid.addWidget(choice.combo, place, 1)
            choice.hide()
            choice.setParent(self)
            self._choices[heading] = choice

    def _say(self, headings: Headings) -> None:
        words = self._words

        def listed(names: tuple[str, ...]) -> str:
            return words.listing([column_words(words, name) for name in names])

        if headings.missing:
            said = words.tr(
                "No heading was found for {columns}. Say below which one it is.",
                columns=listed(headings.missing),
            )
        elif headings.twice:
            said = words.tr(
                "Two headings are taken for {columns}. Choose “Not read” for one.",
                columns=listed(headings.twice),
            )
        elif headings.remembered:
            said = words.tr("Headings are read as they were last time. Change what is taken wrongly.")
        else:
            said = words.tr("Every needed column was found. Change what is taken wrongly.")
        self._says.set_tone("warn" if headings.missing or headings.twice else "secondary")
        self._says.setText(said)

    def mapping(self) -> dict[str, str]:
        """Column by heading, "" for one that is not read."""
        return {heading: choice.value() for heading, choice in self._choices.items()}

    def choice(self, heading: str) -> ChoiceField:
        """The choice of one heading."""
        return self._choices[heading]
