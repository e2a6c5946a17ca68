"""The letter to a guardian about an incident: joined from records, drawn, written whole or not at all."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID

from emis_desktop import files
from emis_desktop.database import Database
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.incident_letter import incident_letter
from emis_desktop.queries.incidents import IncidentQueries
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.rights import Actor, Right, require
from resources.words import Words


class IncidentLetterJobs:
    """Draws letters for one actor. Every method may be called from any thread."""

    def __init__(self, db: Database, actor: Actor, profile: CountryProfile) -> None:
        """``profile`` has the words of the country's lists."""
        self._db = db
        self._actor = actor
        self._profile = profile

    def draw(self, incident_id: UUID, student_id: UUID, language: str, today: date) -> bytes:
        """The PDF about one pupil's part; raises :class:`Refused` for who may not see incident or pupil."""
        from reports.letters import write_letter  # noqa: PLC0415 - the drawing of paper takes half a second

        require(self._actor, Right.EDIT_BEHAVIOUR)
        IncidentQueries(self._db, self._actor).record(incident_id)
        record = StudentQueries(self._db, self._actor).record(student_id)

        def say(name: str, code: str) -> str:
            found = self._profile.code_lists[name].find(code) if name in self._profile.code_lists else None
            return code if found is None else found.name.text(language)

        with self._db.read() as session:
            letter = incident_letter(session, incident_id, record, say, language, today)
        stream = BytesIO()
        write_letter(letter, stream, Words.load(language))
        return stream.getvalue()

    def save(self, incident_id: UUID, student_id: UUID, language: str, today: date, target: Path) -> None:
        """Write it to a file; raises :class:`emis_desktop.errors.CannotSave` too, and then there is none."""
        files.write(target, self.draw(incident_id, student_id, language, today))
