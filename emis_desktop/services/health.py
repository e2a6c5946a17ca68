"""What a school must know of a pupil's health: sealed with a key of its own, and every reading is logged."""

from __future__ import annotations

from unicodedata import normalize
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.journal import Reading
from emis_desktop.keyring import SealedBox, row_context
from emis_desktop.models import HealthNote
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.enrolments import student
from emis_desktop.services.relations import TOO_LONG
from emis_desktop.services.rows import revive

LONGEST = 2000
TABLE = HealthNote.__tablename__


class HealthService:
    """Reads and writes health notes for one actor who holds the class key."""

    def __init__(self, db: Database, actor: Actor, box: SealedBox) -> None:
        """``box`` opens what the actor's key ring opens, and nothing else."""
        self._db = db
        self._actor = actor
        self._box = box

    def read(self, student_id: UUID) -> str:
        """The pupil's health note, "" when there is none. The reading is an act of its own in the journal."""
        require(self._actor, Right.VIEW_STUDENTS)
        require_read(self._actor, SensitivityClass.HEALTH)
        row_id = natural_id(TABLE, student_id)
        with self._db.write(self._actor, "read_health", about=Reading(TABLE, row_id)) as session:
            student(session, self._actor, student_id)
            return self._text(session, row_id)

    def write(self, student_id: UUID, text: str) -> None:
        """Replace the pupil's health note; empty text takes it away."""
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.HEALTH)
        said = normalize("NFC", text.strip())
        if len(said) > LONGEST:
            raise Refused(TOO_LONG, field="health", longest=LONGEST)
        with self._db.write(self._actor, "write_health") as session:
            student(session, self._actor, student_id)
            self._store(session, student_id, said)

    def _store(self, session: Session, student_id: UUID, said: str) -> None:
        row_id = natural_id(TABLE, student_id)
        if said == self._text(session, row_id):
            return
        row = revive(session, HealthNote, row_id)
        row.person_id = student_id
        row.sealed = self._box.seal(SensitivityClass.HEALTH, _context(row_id), said) if said else None

    def _text(self, session: Session, row_id: UUID) -> str:
        row = session.get(HealthNote, row_id)
        if row is None or row.deleted_at is not None or row.sealed is None:
            return ""
        return self._box.open(SensitivityClass.HEALTH, _context(row_id), row.sealed)


def _context(row_id: UUID) -> str:
    """Binds a sealed text to its place, so that it cannot be moved to another pupil."""
    return row_context(TABLE, "sealed", row_id)
