"""The same exchange through a file on a USB stick: written here, read at the Ministry, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import BundleDone
from ui.backup.drives import drives
from ui.context import UiContext
from ui.sync_page import words as said
from ui.sync_page.doors import Bundles
from ui.tasks import Task, TaskControl
from ui.widgets.base import identify
from ui.widgets.button import Button
from ui.widgets.progress import ProgressStrip
from ui.widgets.system_windows import choose_file, choose_target, documents, open_folder

ENDING = ".emissync"


class Usb(QObject):
    """Two buttons and a strip that tells how far it is and how it ended; ``done`` after reading a file."""

    done = Signal()

    def __init__(self, context: UiContext, bundles: Bundles | None, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._bundles = context, bundles
        self.words = context.words
        tr = self.words.tr
        self.save = Button(tr("Save to USB"), icon="usb-stick", name="sync.usb.save")
        self.save.setToolTip(tr("What waits goes to the Ministry on a stick, without a line"))
        self.save.clicked.connect(self._ask_target)
        self.read = Button(tr("Read from USB"), name="sync.usb.read")
        self.read.setToolTip(tr("Takes in what the Ministry saved for this laptop"))
        self.read.clicked.connect(self._ask_file)
        self.strip = ProgressStrip(self.words, name="sync.usb.progress")
        self.strip.setProperty("alone", "true")
        self.strip.cancelled.connect(self._cancel)
        identify(self.strip, "sync.usb.progress", tr("USB file"))
        self._running: Task | None = None
        self._target: Path | None = None

    def is_busy(self) -> bool:
        """Whether a file is being written or read."""
        return self._running is not None

    # -- Asking ---------------------------------------------------------------------------------------

    def _ask_target(self) -> None:
        found = drives()
        folder = found[0].root if found else documents()
        name = f"EMIS sync {datetime.now().astimezone():%Y-%m-%d %H%M}{ENDING}"
        title = self.words.tr("Save for the Ministry")
        choose_target(self.save, title, folder / name, self.save_to, self._filters())

    def _ask_file(self) -> None:
        choose_file(
            self.read, self.words.tr("Choose a file of the Ministry"), self.read_from, self._filters()
        )

    def _filters(self) -> tuple[str, ...]:
        what = self.words.tr("Sync file")
        return f"{what} (*{ENDING} *{ENDING}.answer)", self.words.tr("All files (*)")

    # -- Doing ----------------------------------------------------------------------------------------

    def save_to(self, path: Path) -> None:
        """Write a file."""
        tr, bundles = self.words.tr, self._bundles
        if bundles is None:
            return
        called = tr("The file for the Ministry is still being written")

        def job(control: TaskControl) -> BundleDone:
            return bundles.save(path, control)

        self._target = path
        self._begin(job, called, tr("Saving to USB"), tr("Cancel leaves no file behind."))

    def read_from(self, path: Path) -> None:
        """Take in a file."""
        tr, bundles = self.words.tr, self._bundles
        if bundles is None:
            return
        called = tr("The file of the Ministry is still being read")

        def job(control: TaskControl) -> BundleDone:
            return bundles.read(path, control)

        leaves = tr("Cancel keeps what has been taken in; the file can be read again.")
        self._target = None
        self._begin(job, called, tr("Reading from USB"), leaves)

    def _begin(self, job: Callable[[TaskControl], BundleDone], called: str, title: str, leaves: str) -> None:
        if self._running is not None:
            return
        task = self._context.tasks.run(job, called)
        self._running = task
        task.succeeded.connect(self._succeeded)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._cancelled)
        task.progressed.connect(self.strip.advance)
        self.strip.start(title, leaves)
        self._set_busy(busy=True)

    def _set_busy(self, *, busy: bool) -> None:
        for button in (self.save, self.read):
            button.setEnabled(not busy)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _end(self) -> None:
        self._running = None
        self._set_busy(busy=False)

    def _cancelled(self) -> None:
        self._end()
        self.strip.close_strip()

    def _succeeded(self, done: BundleDone) -> None:
        if self._target is not None:
            self._saved(self._target, done)
        else:
            self._read(done)

    def _saved(self, path: Path, made: BundleDone) -> None:
        self._end()
        tr, ntr = self.words.tr, self.words.ntr
        folder = Button(tr("Open folder"), name="sync.usb.folder")
        folder.clicked.connect(lambda: open_folder(path.parent))
        self.strip.finish(
            ntr(
                "{n} change saved to {file}, {size}",
                "{n} changes saved to {file}, {size}",
                made.changes,
                file=path.name,
                size=said.size_words(self.words, made.bytes),
            ),
            tr("They count as sent once the Ministry’s answer is read from USB or there is a line again."),
            (folder, self._close_button()),
        )

    def _read(self, made: BundleDone) -> None:
        self._end()
        ntr = self.words.ntr
        again = ntr("{n} was here already.", "{n} were here already.", made.again) if made.again else ""
        self.strip.finish(
            ntr("{n} change taken in", "{n} changes taken in", made.changes), again, (self._close_button(),)
        )
        self.done.emit()

    def _close_button(self) -> Button:
        close = Button(self.words.tr("Close"), name="sync.usb.close")
        close.clicked.connect(self.strip.close_strip)
        return close

    def _refused(self, refusal: EmisError) -> None:
        self._end()
        title = self.words.tr("Nothing was taken in or written")
        self.strip.finish(title, refusal.text(self.words), (self._close_button(),), failed=True)
