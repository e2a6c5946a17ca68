"""A new recovery code, shown once: its groups, a sheet on paper or as PDF, and the word that it is kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from emis_desktop.errors import EmisError
from resources.words import Words
from ui.program.opening import recovery_sheet, save_recovery_sheet
from ui.tasks import TaskControl, Tasks
from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD, font
from ui.widgets.base import announce, column, identify, row
from ui.widgets.button import Button
from ui.widgets.system_windows import PDF, choose_target, documents
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_GROUPS_IN_A_ROW = 4
_BOX = QSize(112, 40)
_GAP = 10


class _Groups(QWidget):
    """The groups in boxes, read aloud letter by letter."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._groups = code.split("-")
        rows = -(-len(self._groups) // _GROUPS_IN_A_ROW)
        width = _GROUPS_IN_A_ROW * (_BOX.width() + _GAP) - _GAP
        self.setFixedSize(width, rows * (_BOX.height() + _GAP) - _GAP)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(" ".join(group) for group in self._groups))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the boxes, from left to right in every language, as the code is typed."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(16, SEMIBOLD))
        for place, group in enumerate(self._groups):
            x = (place % _GROUPS_IN_A_ROW) * (_BOX.width() + _GAP)
            y = (place // _GROUPS_IN_A_ROW) * (_BOX.height() + _GAP)
            box = QRectF(x + 0.5, y + 0.5, _BOX.width() - 1, _BOX.height() - 1)
            painter.setPen(QPen(colour("line_strong"), 1))
            painter.setBrush(colour("surface"))
            painter.drawRoundedRect(box, 6, 6)
            painter.setPen(colour("text"))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), "\u2009".join(group))


class RecoveryCodeBox(QWidget):
    """Shows ``code`` of the school or ministry ``name``. ``kept(bool)`` when somebody says it is kept."""

    kept = Signal(bool)

    def __init__(
        self, words: Words, name: str, code: str, tasks: Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        identify(self, "recovery.code", words.tr("Recovery code"))
        self._words, self._name, self._code, self._tasks = words, name, code, tasks
        box = column(self, 10)
        box.addWidget(_Groups(code))
        line = row(None, 8)
        self._print = Button(words.tr("Print"), icon="printer", name="recovery.print")
        self._print.clicked.connect(self.ask_to_print)
        line.addWidget(self._print)
        self._save = Button(words.tr("Save as PDF"), icon="file-down", name="recovery.save")
        self._save.clicked.connect(self._ask_where)
        line.addWidget(self._save)
        self._said = Text("", 12, tone="secondary", elide=True)
        line.addWidget(self._said, 1)
        box.addLayout(line)
        self._check = QCheckBox(words.tr("The code is printed or written down, and locked away"))
        self._check.setObjectName("recovery.kept")
        self._check.setFont(font())
        self._check.toggled.connect(self.kept)
        box.addWidget(self._check)

    def ask_to_print(self) -> None:
        """Open the system's print window; without a printer that is told beside the button."""

        def has_printer(_control: TaskControl) -> bool:
            from ui.report_cards.printing import has_printer as ask  # noqa: PLC0415  - paper, seldom wanted

            return ask()

        self._tasks.run(has_printer).succeeded.connect(self._printers_found)

    def _printers_found(self, found: bool) -> None:
        words = self._words
        if not found:
            self._tell(
                words.tr("No printer is set up on this laptop. Save the PDF, or write the code down."), "bad"
            )
            return
        from ui.report_cards.printing import ask_printer  # noqa: PLC0415

        ask_printer(self, words, words.tr("Recovery code"), self.print_on)

    def print_on(self, printer: QPrinter) -> None:
        """Print the sheet; what came of it is told beside the button."""
        today = datetime.now().astimezone().date()
        name, code, language = self._name, self._code, self._words.language

        def job(control: TaskControl) -> int:
            from ui.report_cards.printing import print_pdf  # noqa: PLC0415

            return print_pdf(printer, recovery_sheet(name, code, today, language), control.progress)

        task = self._tasks.run(job, self._words.tr("The pages are still being printed"))
        task.succeeded.connect(self._printed)
        task.refused.connect(self._refused)

    def _printed(self, _pages: int) -> None:
        self._tell(self._words.tr("Sent to the printer"), "secondary")

    def save_to(self, path: Path) -> None:
        """Write the sheet; what came of it is told beside the button."""
        today = datetime.now().astimezone().date()
        name, code, language = self._name, self._code, self._words.language

        def job(_control: TaskControl) -> Path:
            save_recovery_sheet(path, name, code, today, language)
            return path

        task = self._tasks.run(job, self._words.tr("The file is still being saved"), stops=False)
        task.succeeded.connect(self._saved)
        task.refused.connect(self._refused)

    def _saved(self, path: Path) -> None:
        self._tell(self._words.tr("Saved: {file}", file=str(path)), "secondary")

    def _ask_where(self) -> None:
        proposed = documents() / (self._words.tr("Recovery code") + ".pdf")
        choose_target(self, self._words.tr("Save the recovery sheet"), proposed, self.save_to, PDF)

    def _refused(self, refusal: EmisError) -> None:
        self._tell(refusal.text(self._words), "bad")

    def _tell(self, text: str, tone: str) -> None:
        self._said.set_tone(tone)
        self._said.setText(text)
        announce(self._said, text)
