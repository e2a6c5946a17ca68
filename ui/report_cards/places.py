"""Where files go: the system's own windows for choosing, and the first proposal."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget


def documents() -> Path:
    """The folder of the person's documents."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def ask_file(parent: QWidget, title: str, proposed: Path, chosen: Callable[[Path], object]) -> QFileDialog:
    """Ask where to save a PDF; ``chosen`` is called with its path, with the ending added where it is missing.

    The window asks before it lets a file be replaced. It does not block.
    """
    window = QFileDialog(parent, title, str(_nearest(proposed.parent)), "PDF (*.pdf)")
    window.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    window.setDefaultSuffix("pdf")
    window.selectFile(proposed.name)
    return _open(window, chosen)


def ask_folder(parent: QWidget, title: str, proposed: Path, chosen: Callable[[Path], object]) -> QFileDialog:
    """Ask for a folder that is there; ``chosen`` is called with it. It does not block."""
    window = QFileDialog(parent, title, str(_nearest(proposed)))
    window.setFileMode(QFileDialog.FileMode.Directory)
    window.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(window, chosen)


def _open(window: QFileDialog, chosen: Callable[[Path], object]) -> QFileDialog:
    window.setObjectName("report_cards.where")
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    window.fileSelected.connect(lambda path: chosen(Path(path)))
    window.open()
    return window


def _nearest(folder: Path) -> Path:
    """``folder``, or the nearest one above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.is_dir()), documents())


def open_folder(folder: Path) -> bool:
    """Show a folder in the system's file manager; False when there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
