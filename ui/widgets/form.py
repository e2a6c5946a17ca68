"""The grid of a form, and the password field."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from resources.words import Words
from ui.theme.fonts import font
from ui.theme.icons import set_icon
from ui.theme.tokens import Space
from ui.widgets.base import add_key, discard, identify, row, take_out, with_keys
from ui.widgets.card import Card
from ui.widgets.fields import Field, Sign
from ui.widgets.text import Text

WIDE_COLUMNS = 3
COMPACT_COLUMNS = 2
_EYE = 26


@dataclass(frozen=True, slots=True)
class _Place:
    """A field and how many columns it may take."""

    field: QWidget
    span: int


class FormGrid(QWidget):
    """Fields in equal columns, three at 1366 and two when compact, aligned from card to card.

    Add the fields in reading order; ``set_columns`` lays them out again.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: list[_Place] = []
        self._holders: list[QWidget] = []
        self._columns = WIDE_COLUMNS
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.field_across)
        self._grid.setVerticalSpacing(Space.field_down)

    def add(self, field: QWidget, span: int = 1) -> None:
        """Add a field that takes ``span`` columns where there are as many."""
        field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._places.append(_Place(field, span))
        self._lay_out()

    def remove(self, field: QWidget) -> None:
        """Take a field out; it is deleted."""
        self._places = [place for place in self._places if place.field is not field]
        discard(field)
        self._lay_out()

    def set_columns(self, columns: int) -> None:
        """Use ``columns`` columns from now on."""
        if columns != self._columns:
            self._columns = columns
            self._lay_out()

    def _lay_out(self) -> None:
        for place in self._places:
            take_out(place.field)
        line, at = 0, 0
        for place in self._places:
            span = min(place.span, self._columns)
            if at + span > self._columns:
                line, at = line + 1, 0
            self._grid.addWidget(place.field, line, at, 1, span, Qt.AlignmentFlag.AlignTop)
            at += span
        self._hold_columns(line, at)
        for number in range(WIDE_COLUMNS):
            used = number < self._columns
            self._grid.setColumnStretch(number, 1 if used else 0)
            self._grid.setColumnMinimumWidth(number, 120 if used else 0)

    def _hold_columns(self, line: int, at: int) -> None:
        """Fill a single short line: Qt forgets the spacing of columns without a widget in them."""
        for holder in self._holders:
            discard(holder)
        self._holders = []
        if line == 0:
            for number in range(at, self._columns):
                holder = QWidget()
                holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                self._holders.append(holder)
                self._grid.addWidget(holder, 0, number)


class FormCard(Card):
    """A card with a title and a grid of fields: one section of a form. ``head`` has room for a link."""

    def __init__(self, title: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name=name, parent=parent)
        self.head = self.add_head(title)
        self.grid = FormGrid()
        self.body.addWidget(self.grid)

    def add(self, field: QWidget, span: int = 1) -> None:
        """Add a field to the grid."""
        self.grid.add(field, span)

    def remove(self, field: QWidget) -> None:
        """Take a field out of the grid; it is deleted."""
        self.grid.remove(field)

    def fields(self) -> list[Field]:
        """The fields in the order they were added, for a summary of faults."""
        return [place.field for place in self.grid._places if isinstance(place.field, Field)]  # noqa: SLF001

    def set_compact(self, compact: bool) -> None:
        """Two columns when the window is small, else three."""
        self.grid.set_columns(COMPACT_COLUMNS if compact else WIDE_COLUMNS)


class _PasswordLine(QLineEdit):
    """A line with the button of the eye at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setFont(font())
        self.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self.eye = QToolButton(self)
        self.eye.setFixedSize(_EYE, _EYE)
        self.eye.setAutoRaise(True)
        self.eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the eye at the end."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Mirror with the layout direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def _place(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setTextMargins(_EYE if rtl else 0, 0, 0 if rtl else _EYE, 0)
        self.eye.move(3 if rtl else self.width() - _EYE - 3, (self.height() - _EYE) // 2)


class PasswordField(Field):
    """A password with an eye to show it and a word when Caps Lock is on.

    ``entered`` comes with Enter. Read it with ``take``, which also empties the field. F2 presses the eye.
    """

    entered = Signal()

    def __init__(self, label: str, words: Words, *, help_text: str = "", name: str = "") -> None:
        line = _PasswordLine()
        self.line: QLineEdit = line
        self.eye = line.eye
        super().__init__(label, line, words, help_text=help_text, name=name)
        self.eye.clicked.connect(self._toggle)
        self._caps = QWidget()
        caps = row(self._caps, 5)
        caps.addWidget(Sign("circle-alert", "warn"))
        caps.addWidget(Text(words.tr("Caps Lock is on"), 12, 500, "warn"), 1)
        identify(self._caps, f"{name}.caps" if name else "")
        identify(self.eye, f"{name}.eye" if name else "")
        self.foot.addWidget(self._caps)
        self._caps.hide()
        line.installEventFilter(self)
        line.returnPressed.connect(self.entered)
        add_key(line, "F2", words.tr("Show the password")).triggered.connect(self._toggle)
        self._dress_eye()

    def take(self) -> str:
        """The password; the field is empty afterwards."""
        text = self.line.text()
        self.line.clear()
        return text

    def _toggle(self) -> None:
        hidden = self.line.echoMode() == QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)
        self._dress_eye()

    def _dress_eye(self) -> None:
        hidden = self.line.echoMode() == QLineEdit.EchoMode.Password
        said = self.words.tr("Show the password") if hidden else self.words.tr("Hide the password")
        set_icon(self.eye, "eye" if hidden else "eye-off", "text2")
        self.eye.setAccessibleName(said)
        self.eye.setToolTip(with_keys(said, "F2"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice Caps Lock from the letters typed: a capital without Shift, or the reverse."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and hasattr(self, "_caps"):
            text = event.text()
            if event.key() == Qt.Key.Key_CapsLock:
                self._caps.hide()
            elif len(text) == 1 and text.isalpha():
                shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._caps.setVisible(text.isupper() != shifted)
        return super().eventFilter(watched, event)
