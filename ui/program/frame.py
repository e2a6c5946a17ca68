"""The one window of the program, with one screen in it at a time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QWidget

from ui.program.ground import Ground
from ui.widgets.base import column, come_back, discard, identify

LEAST = QSize(960, 540)
USUAL = QSize(1366, 768)


class Frame(QWidget):
    """Shows sign-in, first run or the main window. ``closing`` asks whoever is in charge: they ``accept``."""

    closing = Signal(QCloseEvent)

    def __init__(self) -> None:
        super().__init__()
        identify(self, "program")
        self._box = column(self)
        self._screen: QWidget | None = None
        self.setMinimumSize(LEAST)
        self.resize(USUAL)

    @property
    def screen_widget(self) -> QWidget | None:
        """What is shown."""
        return self._screen

    def show_screen(self, screen: QWidget) -> None:
        """Show ``screen`` in place of the one before, which goes for good."""
        before = self._screen
        self._screen = screen
        self._box.addWidget(screen)
        screen.show()
        if before is not None:
            discard(before)
        self.setLayoutDirection(screen.layoutDirection())
        if isinstance(screen, Ground):
            screen.focus_first()
        else:
            screen.setFocus()  # keys go somewhere from the first moment on

    def open_window(self) -> None:
        """Show the window, as large as the screen where the screen is small."""
        room = QGuiApplication.primaryScreen().availableSize()
        if room.width() <= USUAL.width() or room.height() <= USUAL.height():
            self.showMaximized()
        else:
            self.show()
        self.activateWindow()  # where no window manager does it

    def bring_up(self) -> None:
        """Come before the other windows: the program was started again."""
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()

    def event(self, event: QEvent) -> bool:
        """A dialog over the window has closed: go on by keyboard where one was."""
        done = super().event(event)
        if event.type() == QEvent.Type.WindowUnblocked:
            QTimer.singleShot(0, self, lambda: come_back(self))
        return done

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first: the open page may not want to let go, and the records are to be locked."""
        self.closing.emit(event)
