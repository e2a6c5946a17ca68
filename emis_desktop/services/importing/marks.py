"""Marks from a file, through the same door as typed ones; a test that is not there yet can be made too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record, Records
from emis_desktop.models import Mark, Subject, Term
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.sheet_values import column_of
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.marks import parse_mark
from emis_desktop.rules.rights import Actor, Right, may
from emis_desktop.services.importing.items import ItemNames, number, part
from emis_desktop.services.importing.outcome import Faults, Outcome, RowError
from emis_desktop.services.importing.places import read_places
from emis_desktop.services.importing.pupils import pupils_by_number
from emis_desktop.services.importing.subjects import SubjectNames
from emis_desktop.services.items import ItemPlace
from emis_desktop.services.mark_checks import Seat, seats_in
from emis_desktop.services.marks import TypedMark, enter_marks

MOST = Decimal(1)
"""Stands for a number that a row does not give."""


@dataclass(frozen=True, slots=True)
class _Where:
    """What a row's mark is for: whose, on which seat, which subject's tests."""

    student_id: UUID
    seat: Seat
    place: ItemPlace


@dataclass(frozen=True, slots=True)
class _Sound:
    record: Record
    mark: TypedMark


class MarkImport:
    """One file of marks inside one act: items it makes are written while deciding, as the marks need them.

    The caller rolls the act back when the file is only tried.
    """

    def __init__(
        self, session: Session, actor: Actor, today: date, profile: CountryProfile | None = None
    ) -> None:
        """Reads the structure of the store once; ``profile`` says what a grade is usually taught."""
        self._session = session
        self._actor = actor
        self._places = read_places(session, actor, today)
        self._seats: dict[UUID, dict[UUID, Seat]] = {}
        self._items = ItemNames(session, profile)
        self._names = SubjectNames(session, self._places, profile)
        self._sound: list[_Sound] = []
        self._pupils: dict[str, UUID] = {}
        self._seen: dict[tuple[UUID, UUID], int] = {}
        self._known: dict[int, _Where] = {}

    def decide(self, records: Records, step: Callable[[int, int], None]) -> Outcome:
        """Which mark each row means; ``step(done, total)`` may raise to stop."""
        outcome = Outcome()
        self._pupils = pupils_by_number(self._session, (record.get("number") for record in records.rows))
        weighed = [record for record in records.rows if _gives_a_weight(record)]
        total = len(records.rows)
        walk = _Walk(step, total, len(weighed) + total)
        self._plan(weighed, walk)
        for record in records.rows:
            with outcome.row(record) as faults:
                self._sound.append(self._mark(record, faults))
            walk.on()
        self._enter(outcome)
        outcome.made.extend(self._items.made())
        return outcome

    def write(self) -> None:
        """Nothing more: entering was part of deciding."""
        self._session.flush()

    def _enter(self, outcome: Outcome) -> None:
        lines = {(each.mark.student_id, each.mark.item_id): each.record for each in self._sound}
        before = _present(self._session, list(lines))
        result = enter_marks(self._session, self._actor, [each.mark for each in self._sound])
        for refused in result.refused:
            record = lines[refused.typed.student_id, refused.typed.item_id]
            outcome.errors.append(RowError(record.line, "mark", record.get("mark"), refused.reason))
        for stored in result.accepted:
            was = before.get(natural_id("mark", stored.student_id, stored.item_id))
            now = (stored.entry.state.value, stored.entry.value) if stored.entry.state != "missing" else None
            if was == now:
                outcome.unchanged += 1
            elif was is None:
                outcome.created += 1
            else:
                outcome.updated += 1
        outcome.errors.sort(key=lambda error: error.row)

    def _plan(self, weighed: Sequence[Record], walk: _Walk) -> None:
        """Which tests the sound rows give a weight, so that no row of theirs or of others comes too early.

        Where those rows belong is not looked up again.
        """
        unheard = Outcome()
        for record in weighed:
            with unheard.row(record) as faults:
                where = self._where(record, faults)
                may_make = partial(self._may_make, where.seat)
                faults.read(partial(self._items.check, record, where.place, may_make=may_make))
                faults.end()
                self._items.plan(record, where.place)
                self._known[record.line] = where
            walk.on()

    def _where(self, record: Record, faults: Faults) -> _Where:
        """Pupil, seat and place of a row whose numbers are checked."""
        _check_numbers(record, faults)
        term = faults.read(partial(self._term, record))
        student_id = faults.read(partial(self._pupil, record))
        if term is None or student_id is None:
            faults.stop()
        seat = faults.read(partial(self._seat, student_id, term.id))
        if seat is None:
            faults.stop()
        subject = faults.read(partial(self._subject, record, seat))
        if subject is None:
            faults.stop()
        place = ItemPlace(seat.institution_id, seat.grade_id, subject.id, term.id)
        return _Where(student_id, seat, place)

    def _mark(self, record: Record, faults: Faults) -> _Sound:
        where = self._known.get(record.line) or self._where(record, faults)
        student_id, seat, place = where.student_id, where.seat, where.place
        faults.read(partial(self._items.check, record, place, may_make=partial(self._may_make, seat)))
        faults.end()
        item_id = self._items.item(record, place)  # first: it may refuse the row, of which nothing stays then
        if not self._names.is_taught(seat.class_id, place.subject_id):
            self._names.add(seat.class_id, place.subject_id)
        first = self._seen.setdefault((student_id, item_id), record.line)
        if first != record.line:
            raise Refused(
                "Row {row} has a mark for the same pupil and test. Take one away.", field="item", row=first
            )
        return _Sound(record, TypedMark(student_id, item_id, record.get("mark")))

    def _term(self, record: Record) -> Term:
        return self._places.term(record.get("term"), self._places.year(record.get("year")))

    def _pupil(self, record: Record) -> UUID:
        student_id = self._pupils.get(record.get("number").strip())
        if student_id is None:
            raise Refused("No pupil has the number {number}. Bring in the pupils first.", field="number",
                          number=record.get("number") or "–")  # fmt: skip
        return student_id

    def _seat(self, student_id: UUID, term_id: UUID) -> Seat:
        if term_id not in self._seats:
            self._seats[term_id] = seats_in(self._session, set(self._pupils.values()), term_id, self._actor)
        seat = self._seats[term_id].get(student_id)
        if seat is None:
            raise Refused(
                "This pupil is on no class’s roll in that term. Check the pupil’s record.", field="term"
            )
        return seat

    def _subject(self, record: Record, seat: Seat) -> Subject:
        """The subject of the pupil's class; one that it is not taught comes with a test that is made."""
        subject = self._names.subject(record.get("subject"), seat)
        taught = self._names.is_taught(seat.class_id, subject.id)
        if not taught and not (record.get("maximum") and self._may_make(seat)):
            raise Refused(
                "That subject is not taught in this pupil’s class. Add it to the class first.",
                field="subject",
            )
        return subject

    def _may_make(self, seat: Seat) -> bool:
        """Whether a row may make a test: not for a mark that the actor may not enter."""
        actor, school = self._actor, seat.institution_id
        edits = actor.class_ids is None and may(
            actor, Right.EDIT_MARKS, class_id=seat.class_id, institution_id=school
        )
        return edits and may(actor, Right.MANAGE_STRUCTURE, institution_id=school)


class _Walk:
    """Tells how far the rows are, of which some are gone through twice, and hears whether to stop."""

    def __init__(self, step: Callable[[int, int], None], rows: int, steps: int) -> None:
        self._step, self._rows, self._steps = step, rows, steps
        self._done = 0

    def on(self) -> None:
        """One row more; every 200 of them are told, in rows of the file."""
        self._done += 1
        if self._done % 200 == 0:
            self._step(self._done * self._rows // self._steps, self._rows)


def _gives_a_weight(record: Record) -> bool:
    """Whether a row may make a test with a weight of its own."""
    return bool(record.get("weight") and record.get("maximum") and record.get("item"))


def _check_numbers(record: Record, faults: Faults) -> None:
    """What can be wrong with the numbers of a row, whatever test it means."""
    maximum = faults.read(partial(number, record, "maximum", MOST))
    faults.read(partial(number, record, "weight", MOST))
    faults.read(partial(part, record))
    if maximum is not None and maximum > 0 and record.get("maximum"):
        faults.read(partial(parse_mark, record.get("mark"), column_of(maximum)))


def _present(session: Session, cells: Sequence[tuple[UUID, UUID]]) -> dict[UUID, tuple[str, Decimal | None]]:
    """The marks that are there for (student, item) before the file is entered."""
    found: dict[UUID, tuple[str, Decimal | None]] = {}
    for piece in pieces(natural_id("mark", student, item) for student, item in cells):
        rows = session.execute(
            select(Mark.id, Mark.state, Mark.value).where(Mark.id.in_(piece), Mark.deleted_at.is_(None))
        )
        found.update((mark_id, (state, value)) for mark_id, state, value in rows)
    return found
