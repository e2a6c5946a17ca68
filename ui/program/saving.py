"""The red bar: the laptop cannot store what is typed, or a part of the program did not work."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.laptop import OpenLaptop
from ui.shell.window import MainWindow
from ui.tasks import Tasks


class SavingBar(QObject):
    """Shows in the window what the store says of itself.

    ``told(EmisError or None)``, which may come from any thread: saving does not work, or does again.
    """

    told = Signal(object)

    def __init__(self, laptop: OpenLaptop, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._laptop, self._tasks = laptop, tasks
        self._window: MainWindow | None = None
        self._fault: EmisError | None = None
        self.told.connect(self._tell)
        laptop.db.watch_saving(self.told.emit)

    def set_window(self, window: MainWindow | None) -> None:
        """Where it is said."""
        self._window = window
        if window is not None:
            window.fault_pressed.connect(self._try_again)
            if self._fault is not None:  # a window in another language says it too
                self._tell(self._fault)

    def say(self, text: str) -> None:
        """Say that something nobody foresaw did not work: ``text`` is a message of the catalogue."""
        if self._window is not None:
            words = self._window.words
            self._window.show_fault(words.tr(text), words.tr("Close"))

    def _tell(self, fault: EmisError | None) -> None:
        self._fault = fault
        if self._window is None:
            return
        if fault is None:
            self._window.clear_fault()
        else:
            words = self._window.words
            self._window.show_fault(fault.text(words), words.tr("Try again"))

    def _try_again(self) -> None:
        laptop = self._laptop
        task = self._tasks.run(lambda _control: laptop.try_saving())
        task.succeeded.connect(self._saves_again)
        task.refused.connect(self._tell)

    def _saves_again(self, _nothing: object) -> None:
        window, self._fault = self._window, None
        if window is not None:
            window.clear_fault()
            window.notify(window.words.tr("The laptop saves again. What stands in red can be typed again."))
