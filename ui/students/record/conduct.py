"""Incidents that a pupil was part of."""

from __future__ import annotations

from uuid import UUID

from emis_desktop.errors import EmisError
from emis_desktop.queries.incidents import IncidentLine
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.code_words import PARTS
from ui.students.record.scope import Part, RecordScope
from ui.widgets.entries import Entry, EntryCard

OPEN = "open"
SCREEN = "behaviour"


class Conduct(Part):
    """Read when the tab is opened; an incident opens on the screen Behaviour."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.behaviour")
        tr = self.words.tr
        self._open = False
        self._lines: dict[str, IncidentLine] = {}
        self.card = EntryCard(
            tr("Behaviour"),
            tr("Report an incident") if scope.reports else "",
            tr("Nothing is recorded."),
            name="student.incidents",
        )
        self.card.add_asked.connect(self._report)
        self.card.asked.connect(self._lead)
        self.body.addWidget(self.card)
        self.body.addStretch(1)

    def opened(self) -> None:
        """Read the incidents."""
        self._open = True
        self._read()

    def closed(self) -> None:
        """They are read again next time."""
        self._open = False

    def show_record(self, record: StudentRecord) -> None:
        """Something has changed, or another record is open."""
        if self._open:
            self._read()

    def _read(self) -> None:
        record = self.scope.record
        if record is None:
            return
        incidents, student_id = self.scope.context.queries.incidents, record.id
        self.scope.saver.queue.run(
            lambda: (student_id, incidents.of_student(student_id)), self._show, self._refused
        )

    def _refused(self, refusal: EmisError) -> None:
        self.card.say(refusal.text(self.words))

    def _show(self, answer: tuple[UUID, tuple[IncidentLine, ...]]) -> None:
        student_id, lines = answer
        record = self.scope.record
        if record is None or record.id != student_id:
            return
        self._lines = {str(line.id): line for line in lines}
        own = {record.id, *record.doubles}
        self.card.show_entries([self._entry(key, line, own) for key, line in self._lines.items()])

    def _entry(self, key: str, line: IncidentLine, own: set[UUID]) -> Entry:
        tr, say, words = self.words.tr, self.scope.say, self.words
        part = next((one for one in line.people if one.person_id in own), None)
        facts = [words.date(line.happened_on, "medium"), say.code("behaviour_category", line.category)]
        if part is not None:
            facts.append(tr(PARTS.get(part.part, part.part)))
            if part.action:
                facts.append(say.code("behaviour_action", part.action))
        tone = severity_tone(say.severity(line.classification))
        pill = say.code("behaviour_classification", line.classification)
        return Entry(key, line.summary, ", ".join(facts), pill, tone, ((OPEN, tr("Open")),))

    def _report(self) -> None:
        self.scope.lead_asked.emit(SCREEN, {"student_id": self.scope.student_id})

    def _lead(self, key: str, _verb: str) -> None:
        self.scope.lead_asked.emit(SCREEN, {"incident_id": UUID(key)})


def severity_tone(severity: int | None) -> str:
    """The tone of a classification: good, ordinary, grave."""
    if severity is None or severity == 1:
        return "neutral"
    return "ok" if severity == 0 else "warn" if severity == 2 else "bad"
