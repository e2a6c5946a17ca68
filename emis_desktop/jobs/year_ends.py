"""The end of a year for one school or for every school of a country, school after school, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.queries.school_values import SchoolInfo
from emis_desktop.rules.rights import Actor
from emis_desktop.services.year_end import YearBack, YearEndService, YearRun

Progress = Callable[[int, int, str], None]
"""Schools done, of how many, and which one is at work."""


@dataclass(frozen=True, slots=True)
class SchoolEnded:
    """What became of a school: its run or its way back, else why nothing was done there."""

    school: SchoolInfo
    run: YearRun | None = None
    back: YearBack | None = None
    refusal: Refused | None = None


def end_years(
    db: Database,
    actor: Actor,
    schools: Sequence[SchoolInfo],
    year_id: UUID,
    *,
    language: str = "en",
    undo: bool = False,
    progress: Progress = lambda _done, _total, _name: None,
) -> list[SchoolEnded]:
    """End a year for ``schools``, or take that back; what one school refuses stops no other.

    ``progress`` may raise :class:`~emis_desktop.errors.Cancelled`: the schools that are done stay done.
    """
    service, found = YearEndService(db, actor), list[SchoolEnded]()
    for number, school in enumerate(schools):
        progress(number, len(schools), school.name)
        try:
            if undo:
                found.append(SchoolEnded(school, back=service.undo(school.id, year_id)))
            else:
                found.append(SchoolEnded(school, run=service.run(school.id, year_id, language)))
        except Refused as refusal:
            found.append(SchoolEnded(school, refusal=refusal))
    progress(len(schools), len(schools), "")
    return found
