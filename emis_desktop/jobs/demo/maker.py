"""Which program made a demonstration: one that another made is not opened but made anew.

Nobody's work is in it, so nothing is gained by bringing it to today's shape, and a store that a program under
development made may be of a shape that no released one ever had.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import sync
from emis_desktop.migrations import CURRENT

FORMAT: Final = 2
"""Goes up when what lies in a demonstration's folder changes otherwise than by the tables."""
_SERVER: Final = Path("server", "migrations", "versions")


@cache
def maker() -> str:
    """The mark of this program: the tables of its stores and of its server, and :data:`FORMAT`."""
    whole = hashlib.sha256(f"{FORMAT} {CURRENT.version}".encode())
    for path in _statements():
        whole.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:16]


def _statements() -> Iterator[Path]:
    """The files with the statements; the server's are not there where it is not installed."""
    for folder in (*CURRENT.folders, Path(sync.__file__).parent / _SERVER):
        yield from sorted(folder.glob("*.sql"))
