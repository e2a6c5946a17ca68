"""Files half made in somebody's folder, remembered in the data folder so that a killed program's are cleared.

Each piece of work has a mark of its own: 16 random signs that are in the name of every file it has not ended
and in no other. Its note says in which folder they lie; while the work goes on it holds the note's lock.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from emis_desktop import files
from emis_desktop.disks import on_network
from emis_desktop.errors import EmisError
from emis_desktop.file_lock import locked

_NOTE = ".json"


@dataclass(frozen=True, slots=True)
class _Note:
    """Where the files of one piece of work lie, the mark in their names, and whether that is on a network."""

    folder: str
    mark: str
    network: bool = False


@contextmanager
def at_work_in(notes: Path, folder: Path) -> Iterator[str]:
    """The mark for files that are being made in ``folder``; the note of it is kept in ``notes``.

    What still carries the mark at the end of the block goes; after a kill :func:`clear` removes it. Raises
    :class:`~emis_desktop.errors.CannotSave`.
    """
    mark = secrets.token_hex(8)
    note = notes / f"{mark}{_NOTE}"
    with files.saving_in(notes):
        notes.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = note.with_suffix(".lock")
    try:
        with locked(lock):
            files.write(note, msgspec.json.encode(_Note(str(folder.absolute()), mark, on_network(folder))))
            was_there = folder.exists()
            try:
                yield mark
            finally:
                with suppress(OSError):  # a stick was pulled out: the note stays until it is back
                    if was_there or folder.exists() or not folder.parent.exists():
                        _remove_marked(folder, mark)
                    note.unlink()
    finally:
        with suppress(OSError):
            lock.unlink(missing_ok=True)


def clear(notes: Path, work: Path | None = None) -> int:
    """Remove what killed programs left, as far as its folder is there; returns how many files.

    A folder on a network waits until there is to be ``work`` in it: a dead share hangs whoever looks at it.
    """
    return sum(_clear(note, work) for note in sorted(notes.glob(f"*{_NOTE}")))


def _clear(note: Path, work: Path | None) -> int:
    lock = note.with_suffix(".lock")
    try:
        found = msgspec.json.decode(note.read_bytes(), type=_Note)
        if found.network and (work is None or found.folder != str(work.absolute())):
            return 0
        with locked(lock, 0.0):
            gone = _remove_marked(Path(found.folder), found.mark)
            note.unlink()
    except (EmisError, OSError, ValueError, RecursionError):  # at work, or on a stick that is not here
        return 0
    with suppress(OSError):
        lock.unlink()
    return gone


def _remove_marked(folder: Path, mark: str) -> int:
    """Remove the hidden, unfinished files of ``folder`` that carry ``mark``; nothing else is ours."""
    ours = [path for path in folder.iterdir() if mark in path.name and files.is_part(path)]
    for path in ours:
        path.unlink()
    return len(ours)
