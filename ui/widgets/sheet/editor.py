"""The one editor of a sheet, moved to the cell that is being typed in."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme.fonts import font
from ui.widgets.base import identify
from ui.widgets.paint import alignment
from ui.widgets.sheet.keys_first import KeysFirst


class CellEditor(KeysFirst, QLineEdit):
    """A line that begins by a key (``typing``: arrows save and move) or by F2 (arrows move the cursor)."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        identify(self, name)
        self.setFrame(False)
        self.setFont(font())
        self.typing = False
        self._begun_with = ""
        self.hide()

    def begin(self, rect: QRect, text: str, typed: str | None, spoken: str, *, words: bool) -> None:
        """Open over ``rect`` on ``text``, or with ``typed`` in its place; ``words`` start at the start."""
        self.typing = typed is not None
        self._begun_with = text
        self.setAccessibleName(spoken)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setAlignment(alignment("start" if words else "end", rtl) | Qt.AlignmentFlag.AlignVCenter)
        self.setText(text if typed is None else typed)
        self.setModified(False)
        self.setGeometry(rect)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.end(False)

    def changed(self) -> bool:
        """Whether the text is another than at the beginning."""
        return self.text() != self._begun_with

    def touched(self) -> str | None:
        """What somebody typed, as it stands; None when nobody has typed."""
        return self.text() if self.typing or self.isModified() else None
