"""Faults of SQLite and its cipher in our words, by their number: the machine's, never the program's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlcipher3

from emis_desktop.errors import N_, Cancelled, CannotSave, EmisError, Refused, StoreDamaged

DAMAGED: Final = N_("The records file is damaged. Nothing was changed; restore it from a USB copy.")
FORBIDDEN: Final = N_(
    "Cannot save on this laptop: the data folder cannot be written to. Check its permissions."
)

_FULL = (CannotSave, N_("Cannot save on this laptop: the disk is full. Free 200 MB, then do it again."))
_FORBIDDEN = (CannotSave, FORBIDDEN)
_BUSY = (
    Refused,
    N_("Another program is using the records. Nothing was saved; wait a moment and do it again."),
)
_FAULTS: dict[int, tuple[type[EmisError], str]] = {
    sqlcipher3.SQLITE_FULL: _FULL,
    sqlcipher3.SQLITE_READONLY: _FORBIDDEN,
    sqlcipher3.SQLITE_PERM: _FORBIDDEN,
    sqlcipher3.SQLITE_CANTOPEN: _FORBIDDEN,
    sqlcipher3.SQLITE_BUSY: _BUSY,
    sqlcipher3.SQLITE_LOCKED: _BUSY,
    sqlcipher3.SQLITE_CORRUPT: (StoreDamaged, DAMAGED),
    sqlcipher3.SQLITE_NOTADB: (StoreDamaged, DAMAGED),
    sqlcipher3.SQLITE_INTERRUPT: (Cancelled, N_("Stopped. Nothing was changed.")),
    sqlcipher3.SQLITE_IOERR: (
        CannotSave,
        N_("The disk of this laptop gave a fault. Restart the laptop, then back up to a USB stick."),
    ),
}


@contextmanager
def our_words() -> Iterator[None]:
    """Turn faults of the disk or of the file into typed sentences; every other exception passes unchanged."""
    try:
        yield
    except sqlcipher3.Error as fault:
        ours = in_our_words(fault)
        if ours is None:
            raise
        raise ours from fault


def in_our_words(fault: BaseException | None) -> EmisError | None:
    """The typed error for a fault of SQLite, or ``None`` when the fault is the program's own."""
    code = getattr(fault, "sqlite_errorcode", None)
    kind, message = _FAULTS.get((code or 0) & 0xFF, (None, ""))
    return None if kind is None else kind(message)
