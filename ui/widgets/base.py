"""What every block needs: style by property, names for tests and screen readers, announcements."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Margins = tuple[int, int, int, int]
NO_MARGINS: Final = (0, 0, 0, 0)


def restyle(widget: QWidget, **properties: object) -> None:
    """Set dynamic ``properties`` on ``widget`` and let the style sheet look at it again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say ``text`` now; nothing happens where none listens."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # noqa: PLC0415 - 3 ms at start

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def identify(widget: QWidget, name: str = "", spoken: str = "") -> None:
    """Give ``widget`` its stable object name and the name a screen reader says, where they are given."""
    if name:
        widget.setObjectName(name)
    if spoken:
        widget.setAccessibleName(spoken)


def with_keys(text: str, shortcut: str) -> str:
    """A tooltip that ends with its keys in the way of this system: "Undo (Ctrl+Z)"."""
    keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({keys})" if keys else text


def column(parent: QWidget | None = None, spacing: int = 0, margins: Margins = NO_MARGINS) -> QVBoxLayout:
    """A vertical layout without the style's own margins."""
    made = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    _dress(made, spacing, margins)
    return made


def row(parent: QWidget | None = None, spacing: int = 0, margins: Margins = NO_MARGINS) -> QHBoxLayout:
    """A horizontal layout without the style's own margins."""
    made = QHBoxLayout(parent) if parent is not None else QHBoxLayout()
    _dress(made, spacing, margins)
    return made


def take_out(widget: QWidget) -> None:
    """Take ``widget`` out of the layout that it stands in; it stays alive.

    Not by Qt's ``removeWidget``, and nothing that stands in a layout is deleted without this: Python may hold
    the item that the layout had for it, Qt would free that, and what is made at its address later would be
    taken for it, which ends the program.
    """
    above = widget.parentWidget()
    for layout in _layouts(above.layout() if above is not None else None):
        index = layout.indexOf(widget)
        if index >= 0:
            layout.takeAt(index)
            return


def discard(widget: QWidget) -> None:
    """Take ``widget`` out of its layout, and delete it when nothing is under way in it any more."""
    take_out(widget)
    widget.hide()
    widget.deleteLater()


def _layouts(layout: QLayout | None) -> Iterator[QLayout]:
    """A layout and those in it."""
    if layout is not None:
        yield layout
        for inner in layout.children():
            if isinstance(inner, QLayout):
                yield from _layouts(inner)


def in_the_middle(*widgets: QWidget, spacing: int = 0) -> QHBoxLayout:
    """Widgets of a fixed width, under each other in the middle of the line.

    An alignment would do it, too, but then the height of wrapped words is worked out for the whole line.
    """
    line = row(None)
    line.addStretch(1)
    both = column(None, spacing)
    for widget in widgets:
        both.addWidget(widget)
    line.addLayout(both)
    line.addStretch(1)
    return line


def _dress(layout: QBoxLayout, spacing: int, margins: Margins) -> None:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)


def styled(widget: QWidget) -> None:
    """Let a subclass of QWidget show the background of its rule in the sheet."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def add_key(widget: QWidget, keys: str, name: str, *, everywhere: bool = False) -> QAction:
    """An action on ``widget`` for the key sequence ``keys``; connect to its ``triggered``.

    It works while the focus is in ``widget`` or its children, or in the whole window when ``everywhere``.
    """
    action = QAction(name, widget)
    action.setShortcut(QKeySequence(keys))
    context = Qt.ShortcutContext
    action.setShortcutContext(context.WindowShortcut if everywhere else context.WidgetWithChildrenShortcut)
    widget.addAction(action)
    return action


def come_back(window: QWidget) -> None:
    """Take the keyboard again when a dialog over ``window`` has closed: its focus is where it was.

    A window manager does this where there is one; without, no window has the keyboard and no key does
    anything until a click.
    """
    if window.isVisible() and QApplication.activeModalWidget() in (None, window):
        window.activateWindow()
