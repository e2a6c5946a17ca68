"""What can be done with the ticked pupils; stands in the place of the filters."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import identify, row
from ui.widgets.button import Button
from ui.widgets.text import Text


class BulkBar(QWidget):
    """How many are ticked, and verbs: ``move_asked``, ``transfer_asked``, ``export_asked``,
    ``cleared``.
    """

    move_asked = Signal()
    transfer_asked = Signal()
    export_asked = Signal()
    cleared = Signal()

    def __init__(
        self, words: Words, *, may_export: bool, may_transfer: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        identify(self, "students.bulk", words.tr("What to do with the chosen pupils"))
        self._words = words
        line = row(self, 8)
        self._count = Text("", 13, SEMIBOLD)
        line.addWidget(self._count)
        self.move_button = Button(words.tr("Move to class…"), name="students.bulk.move")
        self.move_button.clicked.connect(self.move_asked)
        line.addWidget(self.move_button)
        self.transfer_button = Button(words.tr("Transfer…"), name="students.bulk.transfer")
        self.transfer_button.clicked.connect(self.transfer_asked)
        line.addWidget(self.transfer_button)
        self.transfer_button.setVisible(may_transfer)
        if may_export:
            export = Button(words.tr("Export"), icon="upload", name="students.bulk.export")
            export.clicked.connect(self.export_asked)
            line.addWidget(export)
        clear = Button(words.tr("Clear selection"), "link", name="students.bulk.clear")
        clear.clicked.connect(self.cleared)
        line.addWidget(clear)
        line.addStretch(1)

    def set_count(self, count: int) -> None:
        """Say how many are ticked."""
        self._count.setText(self._words.ntr("{n} pupil chosen", "{n} pupils chosen", count))
