"""The head of a sheet's columns: name, maximum and share, a lock where nothing can be changed."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from ui.marks.book import SheetBook
from ui.marks.columns import BookColumn, Kind
from ui.theme.icons import pixmap
from ui.widgets.sheet.head import PinnedHead
from ui.widgets.table.cells import Column

_ALIGN = {Kind.GRADE: "center", Kind.EFFORT: "center", Kind.COMMENT: "start"}
_LOCK = 12


class SheetHead(PinnedHead[SheetBook]):
    """Two lines over each column; in a small window the second line is shorter."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[BookColumn, ...] = ()
        self._compact = False

    def set_book(self, book: SheetBook | None) -> None:
        """Show the columns of a sheet."""
        self._shown = book.columns if book is not None else ()
        self._dress()

    def set_compact(self, compact: bool) -> None:
        """Leave the shares away."""
        self._compact = compact
        self._dress()

    def _dress(self) -> None:
        self.set_columns(
            tuple(
                Column(
                    str(place),
                    column.title,
                    align=_ALIGN.get(column.kind, "end"),
                    second=column.second_short if self._compact else column.second,
                )
                for place, column in enumerate(self._shown)
            )
        )
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one head, with a lock at the start of its lower line where its items are locked."""
        super().paintSection(painter, rect, section)
        if 0 <= section < len(self._shown) and self._shown[section].locked:
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            x = rect.right() - _LOCK - 3 if rtl else rect.left() + 4
            picture = pixmap("lock", "text3", _LOCK, self.devicePixelRatioF())
            painter.drawPixmap(x, rect.top() + 9, picture)
