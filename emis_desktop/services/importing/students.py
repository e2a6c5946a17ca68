"""Students from a file: each row is a pupil to admit, to bring up to date, or to leave as is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record, Records
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.rights import Actor
from emis_desktop.services.importing.history import EndingWords
from emis_desktop.services.importing.outcome import CREATED, UNCHANGED, UPDATED, Faults, Outcome
from emis_desktop.services.importing.people import Known, holders_of, namesakes, read_known
from emis_desktop.services.importing.places import read_places
from emis_desktop.services.importing.student_changes import Made, StudentChanges
from emis_desktop.services.importing.student_rows import StudentRows
from emis_desktop.services.importing.values import guardian_texts
from emis_desktop.services.relations import phone_number
from emis_desktop.services.structure import create_class

_NOBODY = UUID(int=0)
_NAMES = ("given_names", "family_name", "sex")


class StudentImport:
    """One file of students inside one act: ``decide`` checks all rows, ``write`` writes the sound ones."""

    def __init__(
        self, session: Session, actor: Actor, today: date, profile: CountryProfile | None = None
    ) -> None:
        """Reads the structure of the store once; ``profile`` says which subjects a class it makes has."""
        self._session = session
        self._profile = profile
        self._places = read_places(session, actor, today)
        self._rows = StudentRows(self._places, today)
        self._changes = StudentChanges(session, today)
        self._endings = EndingWords(profile)
        self._made: dict[str, Made] = {}

    def decide(self, records: Records, step: Callable[[int, int], None]) -> Outcome:
        """What each row does; nothing is written yet. ``step(done, total)`` may raise to stop."""
        outcome = Outcome()
        numbers = {self._rows.number(record)[1] for record in records.rows if record.get("number")}
        holders = holders_of(self._session, numbers)
        alike = namesakes(self._session, [school.id for school in self._places.schools.values()])
        matches = {record.line: self._rows.match(record, holders, alike) for record in records.rows}
        known = read_known(self._session, {found for found in matches.values() if found})
        for done, record in enumerate(records.rows, 1):
            with outcome.row(record) as faults:
                self._row(record, known.get(matches[record.line] or _NOBODY), outcome, faults)
            if done % 200 == 0:
                step(done, len(records.rows))
        return outcome

    def write(self) -> None:
        """Write what :meth:`decide` found sound."""
        for class_id, new in self._rows.classes.items():
            create_class(self._session, new, self._profile, class_id)
        self._session.flush()
        self._changes.write()

    def _row(self, record: Record, known: Known | None, outcome: Outcome, faults: Faults) -> None:
        if record.get("number") and not any(record.get(name) for name in _NAMES):
            record = _named(record, known)
        faults.read(partial(self._rows.refuse_twice, record))
        if known is None:
            faults.read(partial(self._rows.check_number, record))
        guardians = guardian_texts(record, faults)
        if known is not None:
            faults.read(partial(self._rows.refuse_other, record, known.person))
        phone = faults.read(partial(phone_number, record.get("phone")))
        ending = self._endings.read(record, faults, self._rows.last_day)
        new = self._rows.student(record, faults)
        closed = self._rows.closed(record, new, ending)
        number = self._rows.number(record)[1] if record.get("number") else ""
        if known is None and number in self._made:
            self._changes.enrol_made(self._made[number], new, closed)
            did = CREATED
        elif known is None:
            made = self._changes.admit(record, new, guardians, phone, closed)
            if number:
                self._made[number] = made
            did = CREATED
        elif closed is not None:
            did = self._changes.past(record, known, new, closed)
        else:
            did = UPDATED if self._changes.update(record, known, new, guardians, phone) else UNCHANGED
        outcome.count(did)
        self._rows.take(new)


def _named(record: Record, known: Known | None) -> Record:
    """A row that says by the number alone whom it means, with the names of the record."""
    if known is None:
        raise Refused("No pupil has the number {number}. Bring in the pupils first.", field="number",
                      number=record.get("number"))  # fmt: skip
    names = {name: getattr(known.person, name) or "" for name in _NAMES}
    return Record(record.line, {**record.values, **names})
