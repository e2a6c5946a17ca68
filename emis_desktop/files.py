"""Writing files so that a name always stands for a whole file: the old one or the new one, never a part.

What is written goes to a temporary file in the same folder, is flushed to the disk, takes the name in one
step, and the folder is flushed too. Whatever stops the work leaves the old file and no temporary one. Faults
of the disk come out as :class:`~emis_desktop.errors.CannotSave`.
"""

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from emis_desktop.errors import CannotSave

PRIVATE = 0o600
"""Mode of a file that only its owner reads."""

_PART = ".part"
_RENAME_TRIES = 40
_RENAME_WAIT = 0.05
"""Seconds between two tries: a virus scanner on Windows holds a new file for up to about a second."""
_WINDOWS_IN_USE = frozenset({5, 32, 33})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO})
_STALE = 3_600
"""Seconds after which a temporary file belongs to nobody."""
_COMFORT = 50_000_000
"""Bytes left free beside what is to be written, so that a laptop with a full disk still starts."""


@contextmanager
def new_file(target: Path, *, mode: int = PRIVATE) -> Iterator[Path]:
    """Give a fresh, empty file to write: at the end it becomes ``target``, on any exception it goes.

    The block closes what it opened. Raises :class:`CannotSave`, also where a folder or device is so named.
    """
    if not target.name or (target.exists() and not target.is_file()):
        raise CannotSave("{place} is not a file. Choose a folder and a name for the file.", place=str(target))
    with saving_in(target.parent):
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_PART}")
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        try:
            yield part
            flush(part)
            replace(part, target)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


def write(target: Path, content: bytes | bytearray, *, mode: int = PRIVATE) -> None:
    """Put ``content`` into ``target``, all of it or nothing. Raises :class:`CannotSave`."""
    with new_file(target, mode=mode) as part, part.open("wb") as handle:
        handle.write(content)


def replace(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target`` in one step; waits for a Windows program that holds it."""
    tries = 0
    while not _renamed(source, target, last=tries == _RENAME_TRIES):
        tries += 1
        time.sleep(_RENAME_WAIT)
    flush_folder(target.parent)


def _renamed(source: Path, target: Path, *, last: bool) -> bool:
    try:
        source.replace(target)
    except PermissionError as fault:
        if last or getattr(fault, "winerror", None) not in _WINDOWS_IN_USE:
            raise
        return False
    return True


def flush(path: Path) -> None:
    """Wait until the content of ``path`` is on the disk."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def flush_folder(folder: Path) -> None:
    """Wait until the names in ``folder`` are on the disk; Windows does so by itself and cannot be asked."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_leftovers(folder: Path, name: str = "*") -> int:
    """Remove what a killed program left half written in ``folder``; returns how many files and folders.

    ``name`` is a pattern for what they were to be called, where others keep files too.
    What was touched within the last hour stays: another program may be at work on it.
    """
    leftovers = [path for path in folder.glob(f".{name}{_PART}*") if _is_stale(path)]
    for path in leftovers:
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return len(leftovers)


def is_part(path: Path) -> bool:
    """Whether the name is that of a temporary file of this program."""
    return path.name.startswith(".") and path.name.endswith(_PART)


def _is_stale(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - _STALE
    except OSError:
        return False


def check_space(folder: Path, needed: int) -> None:
    """Raise :class:`CannotSave` unless ``needed`` bytes and some comfort are free where ``folder`` is."""
    with saving_in(folder):
        free = shutil.disk_usage(folder).free
    if free < needed + _COMFORT:
        megabytes = -(-(needed + _COMFORT - free) // 1_000_000)
        raise CannotSave(
            "There is too little room in {place}. Free {megabytes} MB there, or choose another place.",
            place=str(folder),
            megabytes=megabytes,
        )


@contextmanager
def saving_in(folder: Path) -> Iterator[None]:
    """Turn a fault of the disk that holds ``folder`` into :class:`CannotSave`: a sentence to act on."""
    try:
        yield
    except OSError as fault:
        raise _said(fault, str(folder)) from fault


def _said(fault: OSError, place: str) -> CannotSave:
    if fault.errno in _FULL:
        return CannotSave(
            "Cannot save in {place}: the disk is full. Free some room, then do it again.", place=place
        )
    if fault.errno == errno.EFBIG:
        return CannotSave(
            "Cannot save in {place}: that disk takes no file so large. Use one formatted as exFAT.",
            place=place,
        )
    if fault.errno in _FORBIDDEN:
        return CannotSave(
            "Cannot save in {place}: it may not be written to. Choose another place.", place=place
        )
    if fault.errno in _GONE:
        return CannotSave(
            "Cannot save in {place}: there is no such place. Check the name, or put the disk back in.",
            place=place,
        )
    return CannotSave(
        "Cannot save in {place}: the disk gave a fault. Try again or use another disk.", place=place
    )
