"""Putting other records in the place of those on this laptop, so that a crash leaves the old ones or the new
ones.

What is to come is laid ready in the folder ``.restore/new``. From the moment the file ``.restore/ready``
exists the exchange counts and is carried out, at once or by the next start (:func:`finish`): first every file
of now goes into ``replaced/<when>`` (:mod:`~emis_desktop.kept_aside` says how long it stays there), then
every new file takes its place. Each step may be repeated.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from emis_desktop import files, kept_aside
from emis_desktop.errors import Refused
from emis_desktop.file_lock import locked
from emis_desktop.settings import Home

_PATIENCE = 1.0
"""Seconds to wait for a restore, or for whoever is at work, before it is told."""


class Exchange:
    """The places of one exchange in a data folder."""

    def __init__(self, home: Home) -> None:
        """For ``home``; nothing is touched yet."""
        self._home = home
        self._folder = home.root / ".restore"
        self._ready = self._folder / "ready"
        self._placing = self._folder / "placing"
        self.new = self._folder / "new"

    def clear(self) -> None:
        """Forget what an earlier try left, unless it counts already; then end that first."""
        self.finish()
        shutil.rmtree(self._folder, ignore_errors=True)
        with files.saving_in(self._folder):
            self._folder.mkdir(mode=0o700, parents=True)

    def drop(self) -> None:
        """Take away what was laid ready and will not be exchanged; only where no restore is at work."""
        if self._folder.exists() and not self.counts():
            shutil.rmtree(self._folder, ignore_errors=True)

    def carry_out(self, now: datetime | None = None) -> Path:
        """Exchange what is laid ready; returns the folder that the former files are kept in."""
        when = (now or datetime.now(UTC)).strftime(kept_aside.NAME)
        files.flush_folder(self.new)
        files.write(self._ready, when.encode())
        self.finish()
        return self._home.root / "replaced" / when

    def counts(self) -> bool:
        """Whether an exchange is under way that must be carried out whatever happens."""
        return self._ready.exists() or self._placing.exists()

    def finish(self) -> None:
        """End an exchange that counts; does nothing when there is none."""
        if not self.counts():
            return
        with files.saving_in(self._home.root):
            if self._ready.exists():
                self._put_aside(self._home.root / "replaced" / self._when())
                files.replace(self._ready, self._placing)
            self._put_in_place()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _when(self) -> str:
        """The name of the folder for the former files; whatever the file says, it is one folder deep."""
        said = self._ready.read_text("ascii", "replace")
        return "".join(sign for sign in said if sign in "0123456789T") or "0"

    def _put_aside(self, aside: Path) -> None:
        for path in list(_records(self._home)):
            _move(path, aside / path.relative_to(self._home.root))
        kept_aside.tidy(aside.parent, self.new)

    def _put_in_place(self) -> None:
        for path in sorted(self.new.rglob("*")):
            if path.is_file():
                _move(path, self._home.root / path.relative_to(self.new))
        self._placing.unlink()
        files.flush_folder(self._folder)


def finish(home: Home) -> None:
    """End a restore that was cut short; call it before anything in the data folder is looked at."""
    exchange = Exchange(home)
    if exchange.counts():
        with locked(_lock(home)):
            exchange.finish()


@contextmanager
def in_use(home: Home) -> Iterator[None]:
    """Keep a restore out for the block; raises :class:`Refused` while one is under way.

    Whoever reads or writes records or keys is inside: what they hold open would be carried off with it.
    """
    while True:
        finish(home)
        with locked(_lock(home), _PATIENCE, shared=True):
            # A restore may have begun after that look, and have died while its lock was waited for.
            if not Exchange(home).counts():
                Exchange(home).drop()
                yield
                return


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Keep everybody else out for the block; raises :class:`Refused` while anybody is :func:`in_use`.

    A restore that was cut short is ended first.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(_lock(home), _PATIENCE))
        except Refused:
            raise Refused("EMIS Desktop is at work on this laptop. Close it, then do this again.") from None
        Exchange(home).finish()
        yield


def _lock(home: Home) -> Path:
    return home.root / "restore.lock"


def _records(home: Home) -> Iterator[Path]:
    """The files that a backup stands for: key ring and stores with what lies beside them.

    What the sign-in window shows goes too: it names the school whose records leave.
    """
    yield from home.root.glob("keyring.json*")
    yield from home.root.glob("sign-in.json")
    yield from home.root.glob(home.front.name)
    yield from (path for path in home.stores.glob("*") if path.is_file())


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.replace(source, target)
    files.flush_folder(source.parent)
