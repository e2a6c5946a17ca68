"""Former records that restores put aside, one folder a time under ``replaced``: which of them stay.

The newest two that differ always stay, whatever came in their place since. So do those younger than 30 days
while the disk has room. A folder goes as soon as a newer one holds the very same, and a folder with a name
that no restore gave is somebody's own and is left alone.
"""

import filecmp
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from emis_desktop import files
from emis_desktop.errors import CannotSave

KEPT = 2
"""So many different former states stay, however old they are."""
YOUNG = timedelta(days=30)
"""Younger ones stay while the disk has room for as much again as the records that come."""
NAME = "%Y%m%dT%H%M%S%f"
"""A folder's name says when, in UTC."""


def tidy(replaced: Path, coming: Path) -> None:
    """Let go what need not stay in ``replaced``. ``coming`` holds the records that take the place of those
    that were put aside last: a state that is the same as these says nothing new.
    """
    states = sorted((path for path in replaced.glob("*") if _moment(path) is not None), reverse=True)
    seen: list[Path] = []
    different: list[Path] = []
    spare: list[Path] = []
    for state in states:
        if any(same_records(state, newer) for newer in seen):
            shutil.rmtree(state, ignore_errors=True)
            continue
        seen.append(state)
        if same_records(state, coming):
            spare.append(state)
        else:
            (different if len(different) < KEPT else spare).append(state)
    # The newest is named to the person who restores: it stays even when it says nothing new.
    spare = [state for state in spare if state is not states[0]]
    for state in reversed(spare):
        if not (_is_young(state) and _has_room(replaced, coming)):
            shutil.rmtree(state, ignore_errors=True)


def same_records(one: Path, other: Path) -> bool:
    """Whether two folders hold the same key ring and the same stores, byte for byte."""
    names = {path.relative_to(one) for path in _records(one)}
    if names != {path.relative_to(other) for path in _records(other)}:
        return False
    try:
        return all(filecmp.cmp(one / name, other / name, shallow=False) for name in names)
    except OSError:  # what cannot be read cannot be called the same, so it stays
        return False


def _records(folder: Path) -> Iterator[Path]:
    """Key ring, stores and their logs; marks without content and the memory map of a log say nothing."""
    found = [folder / "keyring.json", *folder.glob("stores/*.db"), *folder.glob("stores/*.db-wal")]
    return (path for path in found if path.is_file() and path.stat().st_size)


def _moment(state: Path) -> datetime | None:
    try:
        return datetime.strptime(state.name, NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_young(state: Path) -> bool:
    """Also when its day is to come: a clock that went wrong is no reason to lose records."""
    moment = _moment(state)
    return moment is not None and datetime.now(UTC) - moment < YOUNG


def _has_room(replaced: Path, coming: Path) -> bool:
    try:
        files.check_space(replaced, sum(path.stat().st_size for path in _records(coming)))
    except CannotSave:
        return False
    return True
