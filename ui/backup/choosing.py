"""Choosing a backup: those on the drives that are in, or a file; what it says of itself is shown at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.settings import Home, load_settings
from resources.words import Words
from ui.backup.copies import Copy, copies_in, copy_filters, read_copy, size_words, when_words
from ui.backup.drives import LastPlace, drives, last_place
from ui.tasks import Task, TaskControl, Tasks
from ui.theme.fonts import MEDIUM
from ui.widgets.base import announce, column, identify, row
from ui.widgets.button import Button
from ui.widgets.choices import PersonRow
from ui.widgets.fields import Sign
from ui.widgets.system_windows import choose_file
from ui.widgets.text import Text

LOOK_MS = 4_000
"""A stick that is put in shows after at most this time."""
MOST = 4


class CopyChooser(QWidget):
    """Rows of backups, the newest first; ``chosen(Copy or None)``."""

    chosen = Signal(object)

    def __init__(
        self, words: Words, tasks: Tasks, *, name: str, home: Home, parent: QWidget | None = None
    ) -> None:
        """``home``: where the last copy went is looked up in its settings."""
        super().__init__(parent)
        self._home = home
        self._last: LastPlace | None = None
        identify(self, name)
        self._words, self._tasks, self._name = words, tasks, name
        self._found: tuple[Copy, ...] = ()
        self._extra: tuple[Copy, ...] = ()
        self._looking: Task | None = None
        box = column(self, 6)
        self._rows = column(None, 2)
        box.addLayout(self._rows)
        self._none = Text("", 12, tone="secondary", wrap=True)
        box.addWidget(self._none)
        line = row(None, 8)
        self._file = Button(words.tr("Choose a file"), icon="folder-open", name=f"{name}.file")
        self._file.clicked.connect(self._ask_file)
        line.addWidget(self._file)
        self._sign = Sign("circle-alert", "bad")
        self._said = Text("", 12, MEDIUM, "bad", wrap=True)
        line.addWidget(self._sign)
        line.addWidget(self._said, 1)
        box.addLayout(line)
        self._sign.hide()
        self._buttons: dict[Path, PersonRow] = {}
        self._again = QTimer(self, interval=LOOK_MS)
        self._again.timeout.connect(self.look)
        self._fill()

    def focus_first(self) -> None:
        """The first copy, or the button for a file."""
        first = next(iter(self._buttons.values()), self._file)
        first.setFocus()

    def look(self) -> None:
        """Look at the drives that are in now, away from the screen's thread."""
        self._again.start()
        if self._looking is None and self.isVisible():
            self._looking = self._tasks.run(self._look)
            self._looking.succeeded.connect(self._take)
            self._looking.ended.connect(self._looked)

    def current(self) -> Copy | None:
        """The backup that is chosen."""
        for copy in (*self._extra, *self._found):
            button = self._buttons.get(copy.path)
            if button is not None and button.isChecked():
                return copy
        return None

    def take_file(self, path: Path) -> None:
        """Read, add and choose a file; one that is no backup is told."""

        def read(_control: TaskControl) -> Copy:
            return read_copy(path)

        task = self._tasks.run(read)
        task.succeeded.connect(self._take_one)
        task.refused.connect(self._not_taken)

    def _take_one(self, copy: Copy) -> None:
        self.tell("")
        self._extra = (copy, *(other for other in self._extra if other.path != copy.path))
        self._fill(choose=copy.path)
        self.chosen.emit(copy)

    def _not_taken(self, refusal: EmisError) -> None:
        self.tell(refusal.text(self._words))

    def _looked(self) -> None:
        self._looking = None

    def _look(self, _control: TaskControl) -> tuple[tuple[Copy, ...], LastPlace | None]:
        settings = load_settings(self._home.settings).settings
        last = last_place(settings.last_copy_place or settings.last_backup_place)
        places = [drive.root for drive in drives()]
        if last is not None and last.there:
            places.append(last.folder)
        found = {copy.path: copy for place in places for copy in copies_in(place)}
        return tuple(sorted(found.values(), key=lambda copy: copy.made_at, reverse=True)), last

    def _take(self, seen: tuple[tuple[Copy, ...], LastPlace | None]) -> None:
        found, last = seen
        if (found, last) == (self._found, self._last):
            return
        before = self.current()
        self._found, self._last = found, last
        self._fill(choose=before.path if before is not None else None)
        if self.current() != before:
            self.chosen.emit(self.current())

    def _fill(self, choose: Path | None = None) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons = {}
        shown = {copy.path: copy for copy in (*self._extra, *self._found)}
        for copy in list(shown.values())[:MOST]:
            detail = f"{size_words(self._words, copy.size)} · {copy.path.name}"
            made = when_words(self._words, copy.made_at)
            line = PersonRow(copy.school, detail, made, name=f"{self._name}.copy")
            line.setToolTip(str(copy.path))
            line.clicked.connect(lambda _checked=False, one=copy: self.chosen.emit(one))
            line.setChecked(copy.path == choose)
            self._buttons[copy.path] = line
            self._rows.addWidget(line)
        self._none.setText("" if shown else self._nothing())
        self._none.setVisible(not shown)
        self._make_room()

    def _make_room(self) -> None:
        """Lay out at once: a row that comes in a low window would lie over the button until later."""
        if self.isVisible():
            for line in self._buttons.values():
                line.show()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def _nothing(self) -> str:
        if self._last is not None and not self._last.there:
            return self._words.tr(
                "The last copy went to {place}, which cannot be reached now. Put the USB stick in, or choose "
                "a file.",
                place=str(self._last.folder),
            )
        return self._words.tr("No copy found. Put the USB stick in, or choose a file.")

    def tell(self, text: str) -> None:
        """Say what is wrong, beside the button for a file; "" takes it away."""
        self._said.setText(text)
        self._sign.setVisible(bool(text))
        if text:
            announce(self._said, text)

    def _ask_file(self) -> None:
        choose_file(self, self._words.tr("Choose a copy"), self.take_file, copy_filters(self._words))
