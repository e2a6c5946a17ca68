"""Objects that refer to each other are let go of in the thread of the screen, and nowhere else."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

BEAT_MS = 1_000
SHARE = 4
QUIET_S = 3.0
MOST_BEATS = 120
"""Beats that a whole collection waits for quiet at most, so that memory does not grow on a slow line."""


def _always() -> float:
    return QUIET_S


class Housekeeper(QObject):
    """Takes Python's cyclic collector over while it lives.

    Python looks for such objects in whichever thread happens to make the next one. A window that was closed
    is often among them, and a window that is destroyed in a thread behind the screen ends the program.
    """

    def __init__(self, parent: QObject | None = None, *, quiet_for: Callable[[], float] = _always) -> None:
        """``quiet_for``: for how many seconds nothing that makes very many objects has been under way."""
        super().__init__(parent)
        gc.disable()
        self._quiet_for = quiet_for
        self._grown = self._held = self._waited = 0
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self.tidy)
        self._timer.start()

    def tidy(self) -> None:
        """Collect what Python would have collected by now, by its own measure of young, middle and old.

        As there, a whole collection waits until what has grown old since the last one is a quarter of what
        was old then: it looks at every object and holds the screen meanwhile. So it waits for quiet, too:
        while records arrive it would look at all of these as well.
        """
        measures = zip(gc.get_count(), gc.get_threshold(), strict=True)
        young, middle, old = (count > limit for count, limit in measures)
        if not young:
            return
        if middle:
            self._grown += len(gc.get_objects(0)) + len(gc.get_objects(1))
        if middle and old and self._grown > self._held // SHARE and self._is_quiet():
            gc.collect()
            self._grown, self._held, self._waited = 0, len(gc.get_objects(2)), 0
        else:
            gc.collect(1 if middle else 0)

    def _is_quiet(self) -> bool:
        self._waited += 1
        return self._waited > MOST_BEATS or self._quiet_for() >= QUIET_S

    def stop(self) -> None:
        """Let Python do it again."""
        self._timer.stop()
        gc.enable()


def keep_what_is_here() -> None:
    """Look no more at what is there now: the program itself, two thirds of all objects, stays to the end.

    To be called while nobody is signed in. A whole collection holds the screen a third as long after it.
    """
    gc.freeze()
