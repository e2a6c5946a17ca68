"""Bring a file of students, marks or attendance totals into the store, or only try what it would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.exchange.columns import Kind, Records, records
from emis_desktop.exchange.reading import read_table
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.importing.attendance import AttendanceImport
from emis_desktop.services.importing.made import MadeItem
from emis_desktop.services.importing.marks import MarkImport
from emis_desktop.services.importing.outcome import Outcome, RowError
from emis_desktop.services.importing.students import StudentImport
from emis_desktop.services.moments import local_today

MANY = 2_000
"""From so many rows on the planner's figures are refreshed afterwards."""

Progress = Callable[[int, int], None]
"""Called with (rows read, rows in all); what it raises, such as ``Cancelled``, stops and undoes the work."""


class _Importer(Protocol):
    def decide(self, records: Records, step: Progress) -> Outcome: ...

    def write(self) -> None: ...


_IMPORTERS: Mapping[Kind, Callable[[Session, Actor, date, CountryProfile | None], _Importer]] = (
    MappingProxyType(
        {Kind.STUDENTS: StudentImport, Kind.MARKS: MarkImport, Kind.ATTENDANCE: AttendanceImport}
    )
)
_VERBS = MappingProxyType(
    {
        Kind.STUDENTS: "import_students",
        Kind.MARKS: "import_marks",
        Kind.ATTENDANCE: "import_attendance",
    }
)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file did, or with ``dry_run`` would do. ``unknown`` headings were not read; ``made`` are the
    tests that come to be. ``content`` stands for the rows that were read: other rows give another.
    """

    file: str
    dry_run: bool
    rows: int
    created: int
    updated: int
    unchanged: int
    errors: tuple[RowError, ...]
    unknown: tuple[str, ...]
    made: tuple[MadeItem, ...] = ()
    content: str = ""

    @property
    def left_out(self) -> int:
        """How many rows are not brought in; one may have several errors."""
        return len({error.row for error in self.errors})


@dataclass(frozen=True, slots=True)
class Source:
    """A file to bring in: what it holds, which sheet, and columns for headings that are called otherwise.

    ``tried`` is the ``content`` of the report of its try: a file that holds something else by then is refused
    with :class:`FileChanged`.
    """

    kind: Kind
    path: Path
    sheet: str | None = None
    headings: Mapping[str, str] | None = None
    tried: str = ""


class FileChanged(Refused):
    """A file does not hold any more what was tried and shown; nothing was written."""


class _OnlyTriedError(Exception):
    """Ends the act of a dry run, so that nothing of it stays."""


def import_records(
    db: Database,
    actor: Actor,
    source: Source,
    *,
    dry_run: bool,
    progress: Progress = lambda _done, _total: None,
    today: date | None = None,
    profile: CountryProfile | None = None,
) -> ImportReport:
    """Read ``source`` and write every sound row in one act; rows that are refused are listed, with reasons.

    ``profile`` says which subjects a class has that the file makes; without one it has none.

    Raises :class:`~emis_desktop.errors.BadFile` for the file as a whole, and what ``progress`` raises; then,
    as after a dry run, nothing was written.
    """
    require(actor, Right.IMPORT_RECORDS)
    make = _IMPORTERS.get(source.kind)
    if make is None:
        raise Refused("Files of the kind {kind} cannot be brought in yet.", kind=source.kind.value)
    found = records(read_table(source.path, source.sheet), source.kind, source.headings)
    content = _content(found)
    if source.tried not in {"", content}:
        raise FileChanged(
            N_("{file} has changed since it was tried. Nothing was written; look at it again."),
            file=source.path.name,
        )
    outcome = Outcome()
    try:
        with db.write(actor, _VERBS[source.kind]) as session:
            importer = make(session, actor, today or local_today(), profile)
            outcome = importer.decide(found, progress)
            progress(outcome.rows, outcome.rows)  # the last chance to stop a short file too
            if dry_run:
                raise _OnlyTriedError
            importer.write()
    except _OnlyTriedError:
        pass
    if not dry_run and outcome.rows >= MANY:
        db.analyze()
    return ImportReport(
        file=source.path.name,
        dry_run=dry_run,
        rows=outcome.rows,
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        errors=tuple(outcome.errors),
        unknown=found.unknown,
        made=tuple(outcome.made),
        content=content,
    )


def _content(found: Records) -> str:
    """A digest of all that is read of a file: where each row stands, and what is in its columns."""
    digest = blake2b(digest_size=16)
    for row in found.rows:
        digest.update(repr((row.line, sorted(row.values.items()))).encode())
    return digest.hexdigest()
