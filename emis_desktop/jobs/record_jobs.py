"""Files of records as the screens ask for them: looked at, tried, brought in, written.

Reading and writing tables takes a tenth of a second to load. The first job loads it, on its own thread;
signing in and opening a page do not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.conflicts import ConflictQueries
from emis_desktop.queries.imports import ImportQueries, PastImport
from emis_desktop.rules.rights import Actor
from emis_desktop.services.imports import ImportService
from resources.words import Words

if TYPE_CHECKING:
    from emis_desktop.exchange.columns import Headings, Kind
    from emis_desktop.jobs.import_proposals import FormReport
    from emis_desktop.jobs.import_records import ImportReport, Source

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all); raise :class:`emis_desktop.errors.Cancelled` in it to stop."""


class RecordJobs:
    """Long work on files. Every method may be called from any thread."""

    def __init__(self, db: Database, actor: Actor, profile: CountryProfile | None = None) -> None:
        """``actor`` decides what is open; ``profile`` says which subjects a class has that a file makes."""
        self._db = db
        self._actor = actor
        self._profile = profile

    def look(self, source: Source) -> Headings:
        """How the headings of a file are understood: as ``source`` says, else as somebody said before of such
        headings, else as guessed; raises :class:`emis_desktop.errors.BadFile`.
        """
        from emis_desktop.exchange.columns import headings_of  # noqa: PLC0415
        from emis_desktop.jobs.import_records import open_source  # noqa: PLC0415
        from emis_desktop.services.importing.mappings import remembered  # noqa: PLC0415

        table, said, known = open_source(source), source.headings, False
        if said is None:
            with self._db.read() as session:
                said = remembered(session, source.kind, table)
            known = bool(said)
        return replace(headings_of(table, source.kind, said), remembered=known)

    def try_out(self, source: Source, progress: Progress) -> ImportReport:
        """What bringing in the file would do; nothing is written."""
        return self._import(source, progress, dry_run=True)

    def bring_in(self, source: Source, progress: Progress) -> ImportReport:
        """Bring in every sound row in one act; stopped, nothing is written. What cannot be brought in was
        shown before.
        """
        return self._import(source, progress, dry_run=False)

    def bring_in_form(self, path: Path, progress: Progress) -> FormReport:
        """Let the answers of a form wait for the office; see
        :func:`~emis_desktop.jobs.import_proposals.import_proposals`.
        """
        from emis_desktop.jobs.import_proposals import import_proposals  # noqa: PLC0415

        return import_proposals(self._db, self._actor, path, progress)

    def _import(self, source: Source, progress: Progress, *, dry_run: bool) -> ImportReport:
        from emis_desktop.jobs.import_records import import_records  # noqa: PLC0415

        return import_records(
            self._db,
            self._actor,
            source,
            dry_run=dry_run,
            sound_only=True,
            progress=progress,
            profile=self._profile,
        )

    def save_refused(self, report: ImportReport, path: Path, words: Words) -> None:
        """Write the rows that were refused as they stand in the file, each with its reasons behind: mended,
        the new file can be brought in by itself.
        """
        from emis_desktop.jobs.failed_rows import write_failed  # noqa: PLC0415

        write_failed(report, path, words)

    def past_imports(self) -> tuple[PastImport, ...]:
        """The files that were brought in on this laptop, newest first."""
        return ImportQueries(self._db, self._actor).past()

    def objection(self, number: int) -> Refused | None:
        """Why an import cannot be reversed; None where it can."""
        return ImportService(self._db, self._actor).objection(number)

    def reverse_import(self, number: int) -> None:
        """Reverse one as one act."""
        ImportService(self._db, self._actor).reverse(number)

    def template(self, kind: Kind, path: Path, words: Words) -> None:
        """Write an empty file of a kind to fill in."""
        from emis_desktop.jobs.export_records import write_template  # noqa: PLC0415

        write_template(kind, path, words)

    def export(self, kind: Kind, path: Path) -> int:
        """Write what the store has of a kind in the year of today; returns how many rows."""
        from emis_desktop.jobs.export_records import export_records  # noqa: PLC0415

        return export_records(self._db, self._actor, kind, path)

    def export_pupils(self, student_ids: frozenset[UUID], path: Path, check: Callable[[], None]) -> int:
        """Write the records of these pupils; returns how many. ``check`` raises ``Cancelled`` to stop."""
        from emis_desktop.jobs.export_records import export_pupils  # noqa: PLC0415

        return export_pupils(self._db, self._actor, student_ids, path, check)

    def save_not_taken(self, path: Path, words: Words) -> int:
        """Write what the ministry's server did not take; returns how many values."""
        from emis_desktop.jobs.not_taken import write_not_taken  # noqa: PLC0415

        return write_not_taken(ConflictQueries(self._db, self._actor).refused(), path, words)
