"""The files that were brought in on this laptop, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from emis_desktop.database import Database
from emis_desktop.models import Act, ImportRun, User
from emis_desktop.queries.acts import undone_acts
from emis_desktop.rules.rights import Actor, Right, require

MOST = 200


@dataclass(frozen=True, slots=True)
class PastImport:
    """A file that was brought in: its number, when, by whom, what it did; ``reversed``: taken back since.

    ``kind`` is a value of :class:`emis_desktop.exchange.kinds.Kind`, ``act`` the act of the journal.
    """

    number: int
    at: datetime
    kind: str
    file: str
    by: str
    rows: int
    created: int
    updated: int
    unchanged: int
    reversed: bool
    act: int


class ImportQueries:
    """Questions about files that came in, by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Whoever brings files in sees the list."""
        self._db = db
        self._actor = actor

    def past(self, limit: int = MOST) -> tuple[PastImport, ...]:
        """The last files that changed anything, newest first."""
        require(self._actor, Right.IMPORT_RECORDS)
        question = (
            select(ImportRun, User.name)
            .outerjoin(Act, Act.seq == ImportRun.last_act)
            .outerjoin(User, User.id == Act.user_id)
            .order_by(ImportRun.seq.desc())
            .limit(limit)
        )
        with self._db.read() as session:
            rows = list(session.execute(question))
            gone = undone_acts(session, [run.last_act for run, _ in rows])
        return tuple(
            PastImport(
                run.seq,
                datetime.fromtimestamp(run.at / 1000, UTC),
                run.kind,
                run.file_name,
                name or "–",
                run.rows,
                run.created,
                run.updated,
                run.unchanged,
                run.last_act in gone,
                run.last_act,
            )
            for run, name in rows
        )
