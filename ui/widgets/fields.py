"""Form fields: label above, 32 pixels of field, help or fault under it; each is saved when it is left."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from emis_desktop.errors import EmisError
from resources.words import Words
from ui.theme.fonts import SEMIBOLD, font
from ui.theme.icons import pixmap
from ui.widgets.base import announce, column, identify, restyle, row
from ui.widgets.chips import Segmented
from ui.widgets.text import Text

DATE_WIDTH = 150
PHONE_WIDTH = 160
NUMBER_WIDTH = 180


class Sign(QWidget):
    """A small icon beside words; drawn at each paint, so that it follows the theme."""

    def __init__(self, icon: str, ink: str, size: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._ink, self._size = icon, ink, size
        self.setFixedSize(size, size + 2)

    def set_sign(self, icon: str, ink: str) -> None:
        """Show another icon."""
        self._icon, self._ink = icon, ink
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon."""
        picture = pixmap(self._icon, self._ink, self._size, self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 1, picture)


class Field(QWidget):
    """Label, editor and one line of help or fault under it.

    ``optional`` adds that word to the label; ``width`` is the editor's greatest width, for short answers. A
    fault is set when the field is left, never at each key; it says what to do, and what was typed stays.
    ``end`` is room for a link at the end of the label. ``faulted(words)`` comes when a fault appears, says
    something else or ("") goes.
    """

    faulted = Signal(str)

    def __init__(
        self,
        label: str,
        editor: QWidget,
        words: Words,
        *,
        help_text: str = "",
        optional: bool = False,
        width: int = 0,
        name: str = "",
    ) -> None:
        super().__init__()
        self.words, self.editor = words, editor
        self._label, self._help, self._fault = label, help_text, ""
        identify(self, f"{name}.field" if name else "")
        identify(editor, name, label)
        self.setFocusProxy(editor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(120)
        self._sign = Sign("circle-alert", "bad")
        self._message = Text("", 12, tone="secondary", wrap=True)
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        box = column(self, 4)
        box.addLayout(self._head(optional))
        box.addLayout(self._middle(width))
        foot = row(None, 4)
        foot.addWidget(self._sign)
        foot.addWidget(self._message, 1)
        box.addLayout(foot)
        self.foot: QVBoxLayout = column(None)
        box.addLayout(self.foot)
        box.addStretch(1)
        self._show()

    def _head(self, optional: bool) -> QHBoxLayout:
        line = row(None, 8)
        self._caption = Text(self._label, 12, SEMIBOLD, elide=True)
        self._caption.setBuddy(self.editor)
        line.addWidget(self._caption)
        if optional:
            line.addWidget(Text(self.words.tr("optional"), 12, tone="quiet"))
        line.addStretch(1)
        self.end: QHBoxLayout = row(None)
        line.addLayout(self.end)
        return line

    def _middle(self, width: int) -> QHBoxLayout:
        line = row(None)
        line.addWidget(self.editor, 1)
        if width:
            self.editor.setMaximumWidth(width)
            line.addStretch(0)
        return line

    def set_label(self, label: str) -> None:
        """Ask for something else: "Password of User 02"."""
        self._label = label
        self._caption.setText(label)
        self.editor.setAccessibleName(label)

    @property
    def label(self) -> str:
        """The words above the field, for a summary of faults."""
        return self._label

    @property
    def fault(self) -> str:
        """The fault that is shown, "" when all is well."""
        return self._fault

    def set_help(self, text: str) -> None:
        """Show ``text`` under the field while there is no fault."""
        self._help = text
        self.editor.setAccessibleDescription(self._fault or text)
        self._show()

    def set_fault(self, text: str) -> None:
        """Show a fault: red border, icon and words; "" takes it away."""
        changed = text != self._fault
        self._fault = text
        restyle(self.editor, wrong=bool(text))
        self.editor.setAccessibleDescription(text or self._help)
        self._show()
        if text:
            announce(self.editor, f"{self._label}: {text}")
        if changed:
            self.faulted.emit(text)

    def set_refusal(self, refusal: EmisError) -> None:
        """Show what a rule or a service refused, in the language of the screen."""
        self.set_fault(refusal.text(self.words))

    def _show(self) -> None:
        self._sign.setVisible(bool(self._fault))
        self._message.set_tone("bad" if self._fault else "secondary")
        self._message.setFont(font(12, 500 if self._fault else 400))
        self._message.setText(self._fault or self._help)
        self._message.setVisible(bool(self._fault or self._help))


class TextField(Field):
    """One line of text.

    ``edited(text)`` at each key (for a search for duplicates), ``committed(text)`` when it is left changed
    or Enter is pressed; then the page saves and shows a refusal with ``set_refusal``.
    """

    edited = Signal(str)
    committed = Signal(str)

    def __init__(
        self,
        label: str,
        words: Words,
        *,
        help_text: str = "",
        optional: bool = False,
        width: int = 0,
        name: str = "",
    ) -> None:
        self.line = QLineEdit()
        super().__init__(
            label, self.line, words, help_text=help_text, optional=optional, width=width, name=name
        )
        self.line.setFont(font())
        self._saved = ""
        self.line.textEdited.connect(self.edited)
        self.line.editingFinished.connect(self._left)

    def text(self) -> str:
        """What is typed."""
        return self.line.text()

    def pending(self) -> bool:
        """Whether what is typed is not what is stored: being typed, or refused."""
        return bool(self.fault) or self.line.text() != self._saved

    def commit(self) -> None:
        """Count as left, as with Tab: for a dialog whose verb is pressed while the field has the focus."""
        self._left()

    def give_up(self) -> None:
        """Let what is typed count for nothing, until a stored value is shown."""
        self._saved = self.line.text()
        self.set_fault("")

    def set_read_only(self, read_only: bool) -> None:
        """Only show the text; it can still be copied."""
        self.line.setReadOnly(read_only)
        restyle(self.line)

    def set_text(self, text: str) -> None:
        """Show a stored value; takes a fault away."""
        self.line.setText(text)
        if not self.line.hasFocus():
            self.line.setCursorPosition(0)  # the beginning of a long text shows
        self._saved = text
        if self.fault:
            self.set_fault("")

    def _left(self) -> None:
        if self.line.text() != self._saved:
            self._saved = self.line.text()
            self.leave(self._saved)

    def leave(self, text: str) -> None:
        """What happens when the field is left changed; subclasses read the text first."""
        self.set_fault("")
        self.committed.emit(text)


class PhoneField(TextField):
    """A telephone number, 160 wide."""

    def __init__(
        self, label: str, words: Words, *, help_text: str = "", optional: bool = False, name: str = ""
    ) -> None:
        super().__init__(label, words, help_text=help_text, optional=optional, width=PHONE_WIDTH, name=name)


class DateField(TextField):
    """A date typed in any usual way and echoed in long form.

    ``read`` turns the text into a date and raises an :class:`EmisError` that says what to type.
    ``dated(date | None)`` comes when the field is left with a date or, where it is optional, empty; a fault
    stays until then.
    """

    dated = Signal(object)

    def __init__(
        self,
        label: str,
        words: Words,
        read: Callable[[str], date],
        *,
        optional: bool = False,
        help_text: str = "",
        name: str = "",
    ) -> None:
        super().__init__(label, words, help_text=help_text, optional=optional, width=DATE_WIDTH, name=name)
        self._read, self._optional = read, optional
        self._first_help = help_text
        self._value: date | None = None

    def value(self) -> date | None:
        """The date last read."""
        return self._value

    def set_value(self, value: date | None) -> None:
        """Show a stored date."""
        self._value = value
        self.set_text(self.words.date(value, "medium") if value else "")
        self.set_help(self._first_help)

    def leave(self, text: str) -> None:
        """Read the text; echo the date or show why not."""
        if not text.strip() and self._optional:
            self._accept(None)
            return
        try:
            self._accept(self._read(text))
        except EmisError as refusal:
            self.set_refusal(refusal)

    def _accept(self, value: date | None) -> None:
        self._value = value
        self.set_fault("")
        self.set_help(self.words.date(value, "long") if value else self._first_help)
        self.committed.emit(self.text())
        self.dated.emit(value)


class Combo(QComboBox):
    """A combo box that the wheel does not change while the page is being scrolled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(font())
        self.setItemDelegate(QStyledItemDelegate(self))  # the combo's own takes no rule of the sheet

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()


class ChoiceField(Field):
    """One of a list in a combo box, for five choices and more; ``chosen(key)``."""

    chosen = Signal(str)

    def __init__(
        self,
        label: str,
        choices: list[tuple[str, str]],
        words: Words,
        *,
        help_text: str = "",
        optional: bool = False,
        width: int = 0,
        name: str = "",
    ) -> None:
        self.combo = Combo()
        super().__init__(
            label, self.combo, words, help_text=help_text, optional=optional, width=width, name=name
        )
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.set_choices(choices)
        self.combo.activated.connect(lambda: self.chosen.emit(self.value()))

    def set_choices(self, choices: list[tuple[str, str]]) -> None:
        """Offer (key, words) pairs; none is chosen."""
        self.combo.clear()
        for key, text in choices:
            self.combo.addItem(text, key)
        self.combo.setCurrentIndex(-1)

    def value(self) -> str:
        """The key that is chosen, "" while none is."""
        return str(self.combo.currentData() or "")

    def set_value(self, key: str) -> None:
        """Choose ``key`` without a signal."""
        self.combo.setCurrentIndex(self.combo.findData(key))


class SegmentField(Field):
    """Two to four choices side by side; ``chosen(key)``."""

    chosen = Signal(str)

    def __init__(
        self,
        label: str,
        choices: list[tuple[str, str]],
        words: Words,
        *,
        help_text: str = "",
        optional: bool = False,
        name: str = "",
    ) -> None:
        self.segments = Segmented(choices, label, name=name)
        super().__init__(label, self.segments, words, help_text=help_text, optional=optional, name=name)
        self.segments.chosen.connect(self.chosen)
        if choices:
            self.setFocusProxy(self.segments.button(choices[0][0]))

    def _middle(self, width: int) -> QHBoxLayout:
        line = row(None)
        line.addWidget(self.editor)
        line.addStretch(1)
        return line

    def value(self) -> str:
        """The key that is chosen, "" while none is."""
        return self.segments.value()

    def set_value(self, key: str) -> None:
        """Choose ``key`` without a signal."""
        self.segments.set_value(key)
