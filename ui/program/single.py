"""One program for one data folder: a second start brings the first one's window up and ends."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress

from PySide6.QtCore import QLockFile, QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.settings import Home


class SingleInstance(QObject):
    """The lock on a data folder. ``asked`` comes when another start wants the window to be seen.

    Another data folder may have a program of its own at the same time.
    """

    asked = Signal()

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        """For the program of ``home``; nothing is taken yet."""
        super().__init__(parent)
        self._root = home.root
        with suppress(OSError):  # a place that may only be read: said where something is to be saved
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = str(home.root.resolve())
        self.name = f"emis-desktop-{hashlib.sha256(folder.encode()).hexdigest()[:20]}"
        self._path = home.program_lock
        self._lock = QLockFile(str(self._path))
        self._lock.setStaleLockTime(0)  # a lock holds as long as its holder lives, however long that is

    def take(self) -> bool:
        """Whether this is the only program of the folder; one that cannot be locked counts as such.

        Where nothing can be written, the lock of a program that died is there for ever and says nothing.
        """
        if self._lock.tryLock(0) or self._lock.error() != QLockFile.LockError.LockFailedError:
            return True
        if self._is_left() and self._lock.tryLock(0):
            return True
        return not os.access(self._root, os.W_OK)

    def _is_left(self) -> bool:
        """Whether the file was an empty one that a command (``emis join``, ``emis restore``) held and left;
        it is gone then. Qt takes a file without a holder's name for held, for ever.
        """
        from emis_desktop.file_lock import locked  # noqa: PLC0415  - few starts need it

        path = self._path
        try:
            if path.stat().st_size:
                return False
            with locked(path, 0.0), suppress(OSError):  # Windows lets nobody delete what is open
                path.unlink()
            if sys.platform == "win32":  # pragma: no cover - the other branch is the one this system runs
                path.unlink(missing_ok=True)
        except (OSError, EmisError):
            return False
        return True

    def listen(self) -> None:
        """Hear other starts from now on; after the first paint, since the network library takes a while."""
        from ui.program.calling import Ear  # noqa: PLC0415  - QtNetwork: 15 ms that the first paint saves

        ear = Ear(self.name, self)
        ear.called.connect(self.asked)

    def call(self) -> bool:
        """Ask the program that holds the folder to show its window; False when it does not answer."""
        from ui.program.calling import call  # noqa: PLC0415  - as above

        return call(self.name)

    def release(self) -> None:
        """Let another program have the folder."""
        self._lock.unlock()
