"""Objects that refer to each other are let go of in the thread of the screen, and nowhere else."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

BEAT_MS = 1_000


class Housekeeper(QObject):
    """Takes Python's cyclic collector over while it lives.

    Python looks for such objects in whichever thread happens to make the next one. A window that was closed
    is often among them, and a window that is destroyed in a thread behind the screen ends the program.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(tidy)
        self._timer.start()

    def stop(self) -> None:
        """Let Python do it again."""
        self._timer.stop()
        gc.enable()


def keep_what_is_here() -> None:
    """Look no more at what is there now: the program itself, two thirds of all objects, stays to the end.

    To be called while nobody is signed in. A whole collection holds the screen a third as long after it.
    """
    gc.freeze()


def tidy() -> None:
    """Collect what Python would have collected by now, by its own measure of young, middle and old."""
    measures = zip(gc.get_count(), gc.get_threshold(), strict=True)
    young, middle, old = (count > limit for count, limit in measures)
    if young:
        gc.collect(2 if middle and old else 1 if middle else 0)
