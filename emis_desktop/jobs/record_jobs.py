"""Files of records as the screens ask for them: looked at, tried, brought in, written.

Reading and writing tables takes a tenth of a second to load. The first job loads it, on its own thread;
signing in and opening a page do not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.conflicts import ConflictQueries
from emis_desktop.rules.rights import Actor
from resources.words import Words

if TYPE_CHECKING:
    from emis_desktop.exchange.columns import Headings, Kind
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
        """How the headings of a file are understood; raises :class:`emis_desktop.errors.BadFile`."""
        from emis_desktop.exchange.columns import headings_of  # noqa: PLC0415
        from emis_desktop.exchange.reading import read_table  # noqa: PLC0415

        return headings_of(read_table(source.path, source.sheet), source.kind, source.headings)

    def try_out(self, source: Source, progress: Progress) -> ImportReport:
        """What bringing in the file would do; nothing is written."""
        return self._import(source, progress, dry_run=True)

    def bring_in(self, source: Source, progress: Progress) -> ImportReport:
        """Bring in every sound row in one act; stopped, nothing is written."""
        return self._import(source, progress, dry_run=False)

    def _import(self, source: Source, progress: Progress, *, dry_run: bool) -> ImportReport:
        from emis_desktop.jobs.import_records import import_records  # noqa: PLC0415

        return import_records(
            self._db, self._actor, source, dry_run=dry_run, progress=progress, profile=self._profile
        )

    def save_refused(self, report: ImportReport, path: Path, words: Words) -> None:
        """Write the rows that were refused to a table: row, column, what stands there, what to do."""
        from emis_desktop.exchange.writing import write_table  # noqa: PLC0415

        heading = [words.tr("Row"), words.tr("Column"), words.tr("What stands there"), words.tr("What to do")]
        rows = [(one.row, one.column, one.value, one.reason.text(words)) for one in report.errors]
        write_table(path, heading, rows)

    def template(self, kind: Kind, path: Path, words: Words) -> None:
        """Write an empty file of a kind to fill in."""
        from emis_desktop.jobs.export_records import write_template  # noqa: PLC0415

        write_template(kind, path, words)

    def export_pupils(self, student_ids: frozenset[UUID], path: Path, check: Callable[[], None]) -> int:
        """Write the records of these pupils; returns how many. ``check`` raises ``Cancelled`` to stop."""
        from emis_desktop.jobs.export_records import export_pupils  # noqa: PLC0415

        return export_pupils(self._db, self._actor, student_ids, path, check)

    def save_not_taken(self, path: Path, words: Words) -> int:
        """Write what the ministry's server did not take; returns how many values."""
        from emis_desktop.jobs.not_taken import write_not_taken  # noqa: PLC0415

        return write_not_taken(ConflictQueries(self._db, self._actor).refused(), path, words)
