"""A look at a page as a person would take it: nothing cut off, all named, nothing too small or too large.

``from tests.ui.audit import audit``; give it a page that is shown at its size.
"""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

from ui.widgets.text import Text

COMPACT_PAGE = QSize(1013, 540)
"""Room for a page in a window of 1093 x 614: less the rail, top bar and status bar."""
LEAST_CLICKABLE = 24
_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)


class WindowWatch(QObject):
    """Remembers every widget that is shown as a window of its own.

    A part that is shown before it stands in its page flashes up as a window and takes the focus away.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self._application = application
        self._seen: list[str] = []
        application.installEventFilter(self)

    def stop(self) -> list[str]:
        """Stop watching and give what was shown: class and object name."""
        self._application.removeEventFilter(self)
        return self._seen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a show of a window."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self._seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def audit(page: QWidget, room: QSize = COMPACT_PAGE) -> list[str]:
    """What is wrong with ``page``, one line a fault; an empty list when nothing is.

    ``room`` is what its ``minimumSizeHint`` must fit into.
    """
    faults = list(_too_large(page, room))
    for widget in page.findChildren(QWidget):
        if widget.isVisible():
            faults.extend(_of_label(widget))
            faults.extend(_of_control(widget))
            faults.extend(_of_font(widget))
    return faults


def _name(widget: QWidget) -> str:
    chain = [type(widget).__name__]
    above: QWidget | None = widget
    while above is not None:
        if above.objectName():
            chain.append(above.objectName())
            break
        above = above.parentWidget()
    text = widget.text() if isinstance(widget, (QLabel, QAbstractButton)) else widget.accessibleName()
    return f"{' in '.join(chain)} “{text}”"


def _too_large(page: QWidget, room: QSize) -> Iterator[str]:
    least = page.minimumSizeHint()
    if least.width() > room.width() or least.height() > room.height():
        yield f"the page needs {least.width()} x {least.height()}, it has {room.width()} x {room.height()}"


def _of_label(widget: QWidget) -> Iterator[str]:
    if not isinstance(widget, QLabel) or not widget.text():
        return
    if isinstance(widget, Text) and widget.is_shortened():
        if not widget.toolTip():
            yield f"{_name(widget)} is shortened and has no tooltip"
        return
    if widget.wordWrap():
        if widget.heightForWidth(widget.width()) > widget.height() + 1:
            yield f"{_name(widget)} does not show all its lines"
        return
    needed = max(widget.fontMetrics().horizontalAdvance(line) for line in widget.text().splitlines())
    if needed > widget.contentsRect().width() + 1:
        yield f"{_name(widget)} is cut off: {needed} in {widget.contentsRect().width()}"
    if widget.fontMetrics().height() > widget.height() + 2:
        yield f"{_name(widget)} is cut off in height"


def _of_control(widget: QWidget) -> Iterator[str]:
    if not isinstance(widget, _CONTROLS) or isinstance(widget.parentWidget(), QAbstractItemView):
        return
    spoken = widget.accessibleName()
    if isinstance(widget, QAbstractButton):
        spoken = spoken or widget.text()
        needed = widget.minimumSizeHint().width()
        if widget.text() and not isinstance(widget, QToolButton) and needed > widget.width() + 1:
            yield f"{_name(widget)} is cut off: {needed} in {widget.width()}"
    if not spoken.strip():
        yield f"{_name(widget)} has no accessible name"
    if widget.isEnabled() and not isinstance(widget, QScrollBar):
        small = min(widget.width(), widget.height())
        if small < LEAST_CLICKABLE:
            yield f"{_name(widget)} is {widget.width()} x {widget.height()}, less than 24 x 24"


def _of_font(widget: QWidget) -> Iterator[str]:
    shows = isinstance(widget, (QLabel, QAbstractButton, QLineEdit))
    if shows and 0 < widget.font().pixelSize() < 11:
        yield f"{_name(widget)} is set in {widget.font().pixelSize()} px"
    if shows and widget.font().pixelSize() < 0:
        yield f"{_name(widget)} is set in points, not by the font helper"
