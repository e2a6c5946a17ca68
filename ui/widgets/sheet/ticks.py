"""Which cells have just been stored: each shows a tick for two seconds."""

from collections.abc import Iterable
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal

from ui.widgets.sheet.area import Cell

TICK_MS = 2000


class Ticks(QObject):
    """The cells with a tick; ``changed`` when there are other ones."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._until: dict[Cell, float] = {}
        self._clock = QTimer(self, interval=TICK_MS // 8)
        self._clock.timeout.connect(self._look)

    def cells(self) -> frozenset[Cell]:
        """The cells with a tick."""
        return frozenset(self._until)

    def add(self, cells: Iterable[Cell]) -> None:
        """These cells are stored now."""
        self._until.update(dict.fromkeys(cells, monotonic() + TICK_MS / 1000))
        self._clock.start()
        self.changed.emit()

    def clear(self) -> None:
        """Another table shows."""
        self._until.clear()

    def _look(self) -> None:
        now = monotonic()
        left = {cell: until for cell, until in self._until.items() if until > now}
        if len(left) < len(self._until):
            self._until = left
            self.changed.emit()
        if not left:
            self._clock.stop()
