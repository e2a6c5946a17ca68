"""Notices that nobody is at the laptop."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

_SIGNS_OF_LIFE = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class IdleWatch(QObject):
    """Emits ``idle`` after a time without key or mouse in any window of the program.

    It listens to the top-level windows only, which see each key and mouse event once.
    """

    idle = Signal()

    def __init__(self, minutes: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wait = round(minutes * 60_000)
        self._timer = QTimer(self, singleShot=True, interval=self._wait)
        self._timer.timeout.connect(self.idle)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._watch)
        self._watch()
        self._timer.start()

    def set_minutes(self, minutes: float) -> None:
        """Wait so long from now on; 0 never tells."""
        self._timer.stop()
        self._wait = round(minutes * 60_000)
        if self._wait > 0:
            self._timer.start(self._wait)

    def look_again(self, milliseconds: int) -> None:
        """Tell again after that time, unless there is a sign of life: then after the usual one."""
        self._timer.start(milliseconds)

    def stop(self) -> None:
        """Do not tell any more, until ``set_minutes``; for the time the laptop is locked."""
        self._timer.stop()

    def _watch(self) -> None:
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Start the clock again at each sign of life."""
        timer: QTimer | None = getattr(self, "_timer", None)
        if timer is not None and event.type() in _SIGNS_OF_LIFE and timer.isActive():
            timer.start(self._wait)
        return False
