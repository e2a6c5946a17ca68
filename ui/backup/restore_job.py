"""Putting a backup in the place of the records, off the screen's thread, with progress and cancel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emis_desktop import backup
from emis_desktop.backup import Restored
from emis_desktop.rules.rights import Actor
from emis_desktop.settings import Home
from resources.words import Words
from ui.tasks import Task, TaskControl, Tasks

MEGABYTE = 1_000_000


def restore(tasks: Tasks, home: Home, path: Path, asked_by: Actor | None = None) -> Task:
    """Start it; succeeds with a :class:`Restored`. Nobody may be signed in; ``asked_by`` was until now."""

    def job(control: TaskControl) -> Restored:
        progress = in_megabytes(control)
        return backup.restore(
            path, home, asked_by=asked_by, progress=progress, cancelled=control.is_cancelled
        )

    return tasks.run(job)


def in_megabytes(control: TaskControl) -> Callable[[int, int], None]:
    """Takes progress in bytes and reports it in MB: a signal counts to two thousand million only."""
    return lambda done, total: control.progress(done // MEGABYTE, max(1, total // MEGABYTE))


def restored_words(words: Words, done: Restored) -> str:
    """What was done, where the former records are, and what to do next."""
    here = done.made_at.astimezone()
    day = words.date(here.date(), "long")
    back = words.tr("The records of {day}, {time} are back.", day=day, time=f"{here:%H:%M}")
    sign_in = words.tr("Sign in with the password of that day.")
    if done.kept_aside is None:
        return f"{back} {sign_in}"
    kept = words.tr("What was here before is kept in {folder}.", folder=str(done.kept_aside))
    return f"{back} {sign_in} {kept}"
