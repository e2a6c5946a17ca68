"""Backups that lie on a drive or in a folder, as their first bytes describe them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emis_desktop.backup_file import read_header
from emis_desktop.errors import BadFile
from resources.words import N_, Words

ENDING = ".emis"
FOLDER = "EMIS"
"""Copies go into a folder of this name on a stick."""
MOST = 200
"""So many files are looked at in a place; nobody keeps more copies."""
_NOT_IN_NAMES = re.compile(r"[^\w -]+")
_UNITS = (N_("kB"), N_("MB"), N_("GB"), N_("TB"))


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup: its file, when it was made, whose records, how many bytes."""

    path: Path
    made_at: datetime
    school: str
    size: int


def copy_filters(words: Words) -> list[str]:
    """What a window for files offers to show."""
    copies = words.tr("Copies of EMIS Desktop ({pattern})", pattern=f"*{ENDING}")
    return [copies, words.tr("All files (*)")]


def read_copy(path: Path) -> Copy:
    """What a backup says of itself. Raises :class:`BadFile`."""
    header = read_header(path)
    return Copy(path, header.created, header.school, header.content_bytes)


def copies_in(place: Path) -> tuple[Copy, ...]:
    """The backups in a folder and in its folder for copies, newest first; other files are passed over."""
    found = []
    for path in _files(place):
        try:
            found.append(read_copy(path))
        except BadFile:
            continue
    return tuple(sorted(found, key=lambda copy: copy.made_at, reverse=True))


def _files(place: Path) -> Iterator[Path]:
    for folder in (place / FOLDER, place):
        try:
            yield from sorted(folder.glob(f"*{ENDING}"))[:MOST]
        except OSError:  # taken out meanwhile
            continue


def new_name(school: str, now: datetime) -> str:
    """The name of a new backup, fit for every disk: "Windward Demo Primary School 2026-11-05 0852.emis"."""
    whose = " ".join(_NOT_IN_NAMES.sub(" ", school).split())[:80].strip()
    return f"{whose or FOLDER} {now:%Y-%m-%d %H%M}{ENDING}"


def size_words(words: Words, size: int) -> str:
    """A size as people say it: "12 MB"."""
    value, unit = float(size), N_("B")
    for larger in _UNITS:
        if value < 1000:
            break
        value, unit = value / 1000, larger
    shown = words.number(round(value, 1) if value < 10 and unit != "B" else round(value))
    return f"{shown}\u00a0{words.tr(unit)}"


def when_words(words: Words, moment: datetime) -> str:
    """Date and time where the laptop stands."""
    here = moment.astimezone()
    return words.tr("{day}, {time}", day=words.date(here.date(), "medium"), time=f"{here:%H:%M}")
