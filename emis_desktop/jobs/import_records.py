"""Bring a file of records into the store, all of it or nothing, or only try what it would do."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b, sha256
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.exchange.columns import Kind, Records, records
from emis_desktop.exchange.openemis import translated
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.table import Table
from emis_desktop.journal import OpenAct
from emis_desktop.models import ImportRun
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.importing.attendance import AttendanceImport
from emis_desktop.services.importing.guardians import GuardianImport
from emis_desktop.services.importing.made import MadeItem
from emis_desktop.services.importing.mappings import remember, remembered
from emis_desktop.services.importing.marks import MarkImport
from emis_desktop.services.importing.outcome import Outcome, RowError
from emis_desktop.services.importing.staff import StaffImport
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
        {
            Kind.STUDENTS: StudentImport,
            Kind.GUARDIANS: GuardianImport,
            Kind.STAFF: StaffImport,
            Kind.MARKS: MarkImport,
            Kind.ATTENDANCE: AttendanceImport,
        }
    )
)
_VERBS = MappingProxyType(
    {
        Kind.STUDENTS: "import_students",
        Kind.GUARDIANS: "import_guardians",
        Kind.STAFF: "import_staff",
        Kind.MARKS: "import_marks",
        Kind.ATTENDANCE: "import_attendance",
    }
)


_RIGHTS: Mapping[Kind, Right] = MappingProxyType(
    {
        Kind.STUDENTS: Right.EDIT_STUDENTS,
        Kind.GUARDIANS: Right.EDIT_STUDENTS,
        Kind.STAFF: Right.MANAGE_STRUCTURE,
    }
)
"""What writing rows of a kind needs besides the right to bring in files; the others ask for each row."""
_CONTACTS = frozenset({"address", "phone", "guardian_phone", "mother_phone", "father_phone"})


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A row that was not brought in: its line in the file and its cells as they stand there."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file did, or with ``dry_run`` would do. ``unknown`` headings were not read; ``made`` are the
    tests that come to be. ``content`` stands for the rows that were read: other rows give another.

    ``written``: the store holds it now. A file with errors is not, unless that was asked for; then nothing is
    created or updated. ``failed`` are the rows with errors under their ``heading``. ``remembered``: the
    headings were read as somebody said before.
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
    written: bool = False
    heading: tuple[str, ...] = ()
    failed: tuple[FailedRow, ...] = ()
    remembered: bool = False

    @property
    def left_out(self) -> int:
        """How many rows are not brought in; one may have several errors."""
        return len({error.row for error in self.errors})


@dataclass(frozen=True, slots=True)
class Source:
    """A file to bring in: what it holds, which sheet, and columns for headings that are called otherwise.

    ``headings`` None: as they were read the last time, if such headings came before, else as guessed.
    ``fixed``: what a column says in every row in which the file says nothing. ``tried`` is the ``content`` of
    the report of its try: a file that holds something else by then is refused with :class:`FileChanged`.
    """

    kind: Kind
    path: Path
    sheet: str | None = None
    headings: Mapping[str, str] | None = None
    tried: str = ""
    fixed: Mapping[str, str] | None = None


class FileChanged(Refused):
    """A file does not hold any more what was tried and shown; nothing was written."""


class _OnlyTriedError(Exception):
    """Ends the act of a dry run, so that nothing of it stays."""


def open_source(source: Source) -> Table:
    """The table of a file, one of OpenEMIS with our headings; raises :class:`BadFile`."""
    return translated(read_table(source.path, source.sheet), source.kind)


def import_records(
    db: Database,
    actor: Actor,
    source: Source,
    *,
    dry_run: bool,
    sound_only: bool = False,
    progress: Progress = lambda _done, _total: None,
    today: date | None = None,
    profile: CountryProfile | None = None,
) -> ImportReport:
    """Read ``source`` and write it in one act: all rows, or nothing when one of them cannot be.

    With ``sound_only`` the others are written although some cannot be. Rows that are refused are listed, with
    reasons. ``profile`` says which subjects a class has that the file makes; without one it has none.

    Raises :class:`~emis_desktop.errors.BadFile` for the file as a whole, and what ``progress`` raises; then,
    as after a dry run, nothing was written.
    """
    require(actor, Right.IMPORT_RECORDS)
    make = _IMPORTERS.get(source.kind)
    if make is None:
        raise Refused("Files of the kind {kind} cannot be brought in yet.", kind=source.kind.value)
    if source.kind in _RIGHTS:
        require(actor, _RIGHTS[source.kind])
    table = open_source(source)
    known = _remembered(db, source, table)
    found = records(table, source.kind, source.headings if known is None else known, source.fixed)
    _require_reading(actor, found)
    content = _content(found)
    if source.tried not in {"", content}:
        raise FileChanged(
            N_("{file} has changed since it was tried. Nothing was written; look at it again."),
            file=source.path.name,
        )
    outcome, written = Outcome(), False
    try:
        with _uncollected(), db.write(actor, _VERBS[source.kind]) as session:
            importer = make(session, actor, today or local_today(), profile)
            outcome = importer.decide(found, progress)
            progress(outcome.rows, outcome.rows)  # the last chance to stop a short file too
            if dry_run or (outcome.errors and not sound_only):
                raise _OnlyTriedError
            importer.write()
            _note(session, source, found, outcome)
            written = True
    except _OnlyTriedError:
        pass
    if written and outcome.rows >= MANY:
        db.analyze()
    return _report(source, found, outcome, content, dry_run=dry_run, written=written, known=bool(known))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of circular garbage: it walks through all rows again and again, and finds
    nothing. 10,000 pupils that are there already take a third of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _remembered(db: Database, source: Source, table: Table) -> dict[str, str] | None:
    """What such headings were said to mean before; None where somebody says it now, or never did."""
    if source.headings is not None:
        return None
    with db.read() as session:
        return remembered(session, source.kind, table) or None


def _require_reading(actor: Actor, found: Records) -> None:
    """What a file says of phones and addresses is for whoever reads these, as that of posts is."""
    if found.kind is Kind.STAFF:
        require_read(actor, SensitivityClass.STAFF)
    if found.kind in {Kind.GUARDIANS, Kind.STAFF} or found.columns & _CONTACTS:
        require_read(actor, SensitivityClass.CONTACT)


def _note(session: Session, source: Source, found: Records, outcome: Outcome) -> None:
    """Keep, on this laptop, that the file came, and what was said of its headings."""
    if source.headings:
        remember(session, source.kind, found.heading, source.headings)
    if not outcome.created and not outcome.updated:
        return
    act: OpenAct = session.info["act"]
    with source.path.open("rb") as stream:
        digest = sha256()
        while piece := stream.read(1 << 20):
            digest.update(piece)
    session.add(
        ImportRun(
            at=int(act.moment.timestamp() * 1000),
            kind=source.kind.value,
            file_name=source.path.name[:200],
            sha256=digest.digest(),
            first_act=act.seq,
            last_act=act.seq,
            rows=outcome.rows,
            created=outcome.created,
            updated=outcome.updated,
            unchanged=outcome.unchanged,
        )
    )


def _report(
    source: Source,
    found: Records,
    outcome: Outcome,
    content: str,
    *,
    dry_run: bool,
    written: bool,
    known: bool,
) -> ImportReport:
    wrong = {error.row for error in outcome.errors}
    counts = dry_run or written
    return ImportReport(
        file=source.path.name,
        dry_run=dry_run,
        rows=outcome.rows,
        created=outcome.created if counts else 0,
        updated=outcome.updated if counts else 0,
        unchanged=outcome.unchanged,
        errors=tuple(outcome.errors),
        unknown=found.unknown,
        made=tuple(outcome.made) if counts else (),
        content=content,
        written=written,
        heading=found.heading.cells,
        failed=tuple(FailedRow(line.number, line.cells) for line in found.lines if line.number in wrong),
        remembered=known,
    )


def _content(found: Records) -> str:
    """A digest of all that is read of a file: where each row stands, and what is in its columns."""
    digest = blake2b(digest_size=16)
    for row in found.rows:
        digest.update(repr((row.line, sorted(row.values.items()))).encode())
    return digest.hexdigest()
