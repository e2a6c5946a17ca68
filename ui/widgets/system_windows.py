"""The system's windows for files and folders: never destroyed under their own questions.

Qt's own file window asks ("Replace it?") and shows menus in event loops of its own, with those questions on
the stack. Whoever destroys the window meanwhile, because the laptop locks, ends the program; so a window that
is no longer wanted is hidden, and destroyed when nothing of it runs any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QDir,
    QEvent,
    QObject,
    QStandardPaths,
    QThread,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QWidget

from ui.widgets.dialog import Dialog

LOOK_MS = 200
PDF = ("PDF (*.pdf)",)
Taken = Callable[[Path], object]


def documents() -> Path:
    """The folder of the person's documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def open_folder(folder: Path) -> bool:
    """Show a folder in the system's file manager; False when there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def choose_file(owner: QWidget, title: str, taken: Taken, filters: Sequence[str] = ()) -> QFileDialog:
    """Ask for a file that is there; ``taken`` is called with it unless ``owner`` has gone. It does not block.

    ``filters`` as "Picture (*.png *.jpg)", in the person's words.
    """
    window = _window(owner, title, filters)
    window.setFileMode(QFileDialog.FileMode.ExistingFile)
    window.setOption(QFileDialog.Option.ReadOnly)  # a person who chooses does not mean to rename or delete
    return _ask(window, owner, taken)


def choose_target(
    owner: QWidget, title: str, proposed: Path, taken: Taken, filters: Sequence[str] = ()
) -> QFileDialog:
    """Ask where to save; the window asks before a file is replaced, and adds the ending of ``proposed``.

    A ``proposed`` without a folder stands where the person was last.
    """
    window = _window(owner, title, filters)
    window.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    window.setDefaultSuffix(proposed.suffix.removeprefix("."))
    if proposed.parent != Path():
        window.setDirectory(str(_nearest(proposed.parent)))
    window.selectFile(proposed.name)
    window.filterSelected.connect(partial(_follow, window))
    return _ask(window, owner, taken)


def choose_folder(owner: QWidget, title: str, taken: Taken, start: Path | None = None) -> QFileDialog:
    """Ask for a folder that is there, beginning at ``start`` or the nearest above it."""
    window = _window(owner, title, ())
    window.setFileMode(QFileDialog.FileMode.Directory)
    window.setOption(QFileDialog.Option.ShowDirsOnly)
    if start is not None:
        window.setDirectory(str(_nearest(start)))
    return _ask(window, owner, taken)


def close_windows(frame: QWidget) -> None:
    """Close every window over ``frame``, ours and the system's, whatever they are in the middle of."""
    for window in frame.findChildren(QDialog):
        if not isinstance(window, Dialog) and not _is_asked(window):
            let_go(window)
    for window in frame.findChildren(Dialog):
        window.close()
        window.deleteLater()


def let_go(window: QDialog, _result: int = 0) -> None:
    """Hide a window of the system's, give no answer any more, and destroy it when nothing of it runs."""
    window.blockSignals(True)
    for menu in window.findChildren(QMenu):
        menu.close()
    for question in window.findChildren(QDialog):
        question.reject()
    window.hide()
    window.setParent(None)
    _LetGo(window)


def _is_asked(window: QDialog) -> bool:
    """Whether it is a question of a system's window, which goes with that one."""
    above = window.parentWidget()
    return isinstance(above, QDialog) and not isinstance(above, Dialog)


def _window(owner: QWidget, title: str, filters: Sequence[str]) -> QFileDialog:
    window = QFileDialog(owner.window(), title)
    if window.directory() == QDir.current():  # nobody has chosen anything yet
        window.setDirectory(str(documents()))
    if filters:
        window.setNameFilters(list(filters))
    return window


def _ask(window: QFileDialog, owner: QWidget, taken: Taken) -> QFileDialog:
    window.setObjectName("files")
    answer = _Answer(owner, taken)
    window.fileSelected.connect(answer.take)
    window.destroyed.connect(answer.deleteLater)
    window.finished.connect(partial(let_go, window))
    _Guard(window, owner.window())
    window.open()
    return window


def _follow(window: QFileDialog, chosen: str) -> None:
    """Another kind of file has another ending; a name that has none gets it when it is taken."""
    window.setDefaultSuffix(_ending(chosen).removeprefix("."))
    endings = {_ending(each) for each in window.nameFilters()}
    for path in map(Path, window.selectedFiles()[:1]):
        if path.suffix.lower() in endings:
            window.selectFile(path.with_suffix(_ending(chosen)).name)


def _ending(kind: str) -> str:
    """The ending in "Excel workbook (*.xlsx)", with its dot."""
    return kind.rpartition("*")[2].rstrip(")")


def _nearest(folder: Path) -> Path:
    """``folder``, or the nearest one above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.is_dir()), documents())


class _Answer(QObject):
    """Takes the answer to whoever asked, and goes with them."""

    def __init__(self, owner: QWidget, taken: Taken) -> None:
        super().__init__(owner)
        self._taken = taken

    def take(self, path: str) -> None:
        """What was chosen."""
        self._taken(Path(path))


class _Guard(QObject):
    """Takes a window out of the one it stands over before that is destroyed."""

    def __init__(self, window: QFileDialog, below: QWidget) -> None:
        super().__init__(below)
        self._window: QFileDialog | None = window
        self._below = below
        window.destroyed.connect(self._gone)
        below.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the end of the window below."""
        ends = watched is self._below and event.type() == QEvent.Type.DeferredDelete
        window = self._window
        if ends and window is not None and window.parentWidget() is self._below:
            let_go(window)
        return False

    def _gone(self) -> None:
        self._window = None
        self.deleteLater()


class _LetGo(QObject):
    """Keeps a window until no event loop runs inside another."""

    def __init__(self, window: QDialog) -> None:
        super().__init__(QCoreApplication.instance())
        self._window = window
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        if QThread.currentThread().loopLevel() <= 1:
            self._timer.stop()
            self._window.deleteLater()
            self.deleteLater()
