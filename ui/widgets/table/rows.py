"""A table of rows of one height: how it looks under mouse and keyboard."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class RowsView(QTableView):
    """A ``QTableView`` without grid and edit triggers, whole rows selected, scrolled by the pixel.

    It knows the row under the mouse and whether the current row has the frame of the keyboard.
    ``marks_current`` puts a bar of the accent at the start of the current row, for lists with a preview
    beside them; ``pill_column`` is the room in pixels that pills take before their notes, so that the notes
    stand in a column.
    """

    def __init__(self, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row_height = row_height
        self.hovered_row = -1
        self.pill_column = 0
        self.marks_current = False
        self.dimmed = False
        self._by_keys = False
        self._set_up()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setMinimumSectionSize(self.row_height)
        rows.setDefaultSectionSize(self.row_height)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def set_dimmed(self, dimmed: bool) -> None:
        """Show the rows pale while newer ones are being read (from 300 ms on), rather than nothing."""
        if dimmed != self.dimmed:
            self.dimmed = dimmed
            self.viewport().update()

    def is_current(self, row: int) -> bool:
        """Whether a row is the current one."""
        return row == self.currentIndex().row()

    def shows_focus(self, row: int) -> bool:
        """Whether the frame of the keyboard stands around a row."""
        return self._by_keys and self.is_current(row) and self.hasFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keyboard is in use now."""
        self._set_keys(True)
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: it would walk through every row; a list has its search box."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make a row current when the keyboard comes in."""
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self._set_keys(True)
            model = self.model()
            if self.currentIndex().row() < 0 and model.rowCount():
                self.setCurrentIndex(model.index(0, 0))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The mouse has no frame."""
        self._set_keys(False)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the row under the mouse."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the mouse."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            old, self.hovered_row = self.hovered_row, row
            for changed in (old, row):
                if changed >= 0:
                    top = self.rowViewportPosition(changed)
                    self.viewport().update(0, top, self.viewport().width(), self.row_height)

    def _set_keys(self, by_keys: bool) -> None:
        if by_keys != self._by_keys:
            self._by_keys = by_keys
            self.viewport().update()
