"""What another program writes while somebody is signed in, such as ``emis``, comes to the screens too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from ui.tasks import Tasks

BEAT_MS = 3_000


class Elsewhere(QObject):
    """Calls ``catch_up`` again and again behind the screen, until :meth:`stop`.

    A look that finds nothing new costs the laptop a tenth of a millisecond.
    """

    def __init__(self, catch_up: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catch_up = catch_up
        self._tasks = Tasks(self, threads=1)
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Look now, unless a look is under way; one that fails is told by whatever needs the store next."""
        if not self.busy():
            self._tasks.run(lambda _control: self._catch_up())

    def busy(self) -> bool:
        """Whether a look is under way."""
        return self._tasks.running() > 0

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._tasks.stop_all()
