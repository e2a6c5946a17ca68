"""Rows of registers from a file: a pupil, a day, a session and what stands there.

What the store holds already is left alone and asked nothing; everything else passes the checks of a register
that is marked by hand, read once for the whole file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import EmisError, Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.models import AcademicPeriod, SchoolClass
from emis_desktop.one_person import Together, together
from emis_desktop.profiles import CountryProfile
from emis_desktop.profiles.absence import absence_reasons
from emis_desktop.queries.calendar import YearCalendar, calendar_of
from emis_desktop.queries.class_members import Member, members_of
from emis_desktop.queries.plain import pieces, places, rows
from emis_desktop.queries.register_cells import DAYS, TABLE, row_id
from emis_desktop.queries.register_days import barrier_of, refusal
from emis_desktop.rules.dates import from_serial, parse_date
from emis_desktop.rules.names import fold
from emis_desktop.rules.numbers import parse_whole
from emis_desktop.rules.registers import MOST_SESSIONS, column_of, month_of, typed_entry
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.importing.outcome import Outcome, in_column
from emis_desktop.services.importing.places import Places
from emis_desktop.services.importing.pupils import pupils_by_number
from emis_desktop.services.register_rows import CellValue, write_cells

EARLIEST = date(1950, 1, 1)
_HELD: Final = f"SELECT id, {', '.join(DAYS)} FROM {TABLE} WHERE id IN ({{ids}}) AND deleted_at IS NULL"  # noqa: S608 - constants
_WORDS: Final = {
    **dict.fromkeys(("present", "presente", "here", "1"), "P"),
    **dict.fromkeys(("late", "retard", "en retard", "tarde", "tardanza", "atraso"), "L"),
    **dict.fromkeys(("absent", "absente", "ausente", "falta", "absent unexcused", "unexcused", "0"), "A"),
    **dict.fromkeys(("excused", "absent excused", "excuse", "justifie", "justificado", "justificada"), "E"),
}
"""What files say in words, folded."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that can be read: where it is marked and what shall stand there; None: not marked."""

    record: Record
    student_id: UUID
    institution_id: UUID
    on: date
    session: int
    subject_id: UUID | None
    value: str | None
    member: Member

    @property
    def row_id(self) -> UUID:
        """The row of the store that has the cell."""
        month = month_of(self.on)
        return row_id(self.student_id, self.institution_id, month, self.session, self.subject_id)


class RegisterRows:
    """The register rows of one file inside one act: ``decide`` checks all, ``write`` the sound ones."""

    def __init__(
        self, session: Session, actor: Actor, today: date, profile: CountryProfile | None, places: Places
    ) -> None:
        """``profile`` has the reasons of absence, ``places`` the structure."""
        self._session = session
        self._actor = actor
        self._today = today
        self._places = places
        self._reasons = absence_reasons(profile)
        self._pupils: dict[str, UUID] = {}
        self._whole: Together = together(session, [])
        self._stays: dict[UUID, list[tuple[UUID, Member]]] = {}
        self._days: dict[str, date | EmisError] = {}
        self._codes: dict[str, str | EmisError | None] = {}
        self._barriers: dict[tuple[UUID, date, int], Refused | None] = {}
        self._calendars: dict[tuple[UUID, UUID], YearCalendar] = {}
        self._seen: dict[tuple[UUID, str], int] = {}
        self._cells: list[CellValue] = []

    def decide(self, records: Sequence[Record], outcome: Outcome, step: Callable[[int], None]) -> None:
        """What each row does, added to ``outcome``; nothing is written yet."""
        self._read(records)
        sound: list[_Row] = []
        for done, record in enumerate(records, 1):
            with outcome.row(record):
                sound.append(self._row(record))
            if done % 200 == 0:
                step(done)
        ids = {id(row): row.row_id for row in sound}
        held = self._held(set(ids.values()))
        for row in sound:
            self._settle(row, ids[id(row)], held, outcome)

    def write(self) -> None:
        """Write what :meth:`decide` found sound, where it differs from what is there."""
        write_cells(self._session, self._cells)

    # -- What is there ------------------------------------------------------------------------------

    def _read(self, records: Sequence[Record]) -> None:
        self._pupils = pupils_by_number(self._session, {record.get("number") for record in records})
        self._whole = together(self._session, list(self._pupils.values()))
        days = [day for text in {record.get("date") for record in records} if (day := self._try_day(text))]
        if not days:
            return
        first, last = min(days), max(days)
        for school_id, class_ids in self._classes(first, last).items():
            for member in members_of(self._session, school_id, class_ids, first, last):
                main = self._whole.main_of(member.student_id)
                self._stays.setdefault(main, []).append((school_id, member))

    def _try_day(self, text: str) -> date | None:
        """The day of a text, kept for all rows that say it."""
        try:
            found: date | EmisError = parse_date(from_serial(text), EARLIEST, self._today)
        except EmisError as refused:
            found = refused
        self._days[text] = found
        return found if isinstance(found, date) else None

    def _classes(self, first: date, last: date) -> dict[UUID, list[UUID]]:
        """The classes of each school that the actor reaches, in the years of those days."""
        question = (
            select(SchoolClass.institution_id, SchoolClass.id)
            .join(AcademicPeriod, AcademicPeriod.id == SchoolClass.period_id)
            .where(
                SchoolClass.deleted_at.is_(None),
                AcademicPeriod.starts_on <= last,
                AcademicPeriod.ends_on >= first,
            )
        )
        if self._actor.institution_id is not None:
            question = question.where(SchoolClass.institution_id == self._actor.institution_id)
        found: dict[UUID, list[UUID]] = {}
        for school_id, class_id in self._session.execute(question):
            found.setdefault(school_id, []).append(class_id)
        return found

    def _held(self, row_ids: set[UUID]) -> dict[UUID, tuple[str | None, ...]]:
        found: dict[UUID, tuple[str | None, ...]] = {}
        for piece in pieces(one.bytes for one in row_ids):
            for key, *cells in rows(self._session, _HELD.format(ids=places(piece)), piece):
                found[UUID(bytes=key)] = tuple(cells)
        return found

    # -- A row --------------------------------------------------------------------------------------

    def _row(self, record: Record) -> _Row:
        person = self._pupils.get(record.get("number").strip())
        if person is None:
            raise Refused("No pupil has the number {number}. Bring in the pupils first.", field="number",
                          number=record.get("number") or "–")  # fmt: skip
        day = self._days[record.get("date")]
        if not isinstance(day, date):
            with in_column("date"):
                raise day
        stays = self._stays.get(self._whole.main_of(person), ())
        place = next((one for one in stays if one[1].sits_on(day)), None)
        if place is None:
            raise Refused("This pupil was in no class here on {day}.", field="number", day=day)
        school_id, member = place
        number = self._session_number(record, school_id, day)
        subject_id = self._subject(record) if record.get("subject") else None
        value = self._code(record)
        return _Row(record, member.student_id, school_id, day, number, subject_id, value, member)

    def _session_number(self, record: Record, school_id: UUID, day: date) -> int:
        text = record.get("session")
        if not text:
            return 1
        if text.isdecimal():
            with in_column("session"):
                return parse_whole(text, 1, MOST_SESSIONS)
        names = [fold(name) for name in self._calendar(school_id, day).names]
        if fold(text) not in names:
            raise Refused(
                "There is no session called {name}. The sessions are: {names}.",
                field="session",
                name=text,
                names=", ".join(self._calendar(school_id, day).names),
            )
        return names.index(fold(text)) + 1

    def _calendar(self, school_id: UUID, day: date) -> YearCalendar:
        year = self._places.year_on(day)
        key = school_id, year.id
        if key not in self._calendars:
            self._calendars[key] = calendar_of(self._session, school_id, year.id)
        return self._calendars[key]

    def _subject(self, record: Record) -> UUID:
        named = self._places.subjects.get(fold(record.get("subject")), [])
        coded = [one for one in named if fold(one.code) == fold(record.get("subject"))] or named
        if len(coded) != 1:
            raise Refused(
                "There is no subject called {name}. Check its code or name.",
                field="subject",
                name=record.get("subject"),
            )
        return coded[0].id

    def _code(self, record: Record) -> str | None:
        """What shall stand in the cell; read once for all rows that say it."""
        text = record.get("code")
        if text not in self._codes:
            try:
                entry = typed_entry(_WORDS.get(fold(text), text), self._reasons)
                self._codes[text] = None if entry is None else str(entry)
            except Refused as refused:
                self._codes[text] = refused
        found = self._codes[text]
        if isinstance(found, EmisError):
            with in_column("code"):
                raise found
        return found

    def _settle(
        self, row: _Row, key: UUID, held: dict[UUID, tuple[str | None, ...]], outcome: Outcome
    ) -> None:
        """Count a row by what it changes; what it may not change is an error of it."""
        column = column_of(row.on)
        there = held[key][row.on.day - 1] if key in held else None
        first = self._seen.setdefault((key, column), row.record.line)
        try:
            if first != row.record.line:
                raise Refused(
                    "Row {row} is the same session of the same pupil. Take one away.", field="date", row=first
                )
            if there == row.value:
                outcome.unchanged += 1
                return
            self._require(row)
        except Refused as refused:
            outcome.refuse(row.record, refused)
            return
        if there is None:
            outcome.created += 1
        else:
            outcome.updated += 1
        self._cells.append(
            CellValue(
                row_id=key,
                student_id=row.student_id,
                institution_id=row.institution_id,
                month=month_of(row.on),
                session=row.session,
                subject_id=row.subject_id,
                column=column,
                value=row.value,
            )
        )

    def _require(self, row: _Row) -> None:
        """The checks of a register that is marked by hand."""
        require(
            self._actor,
            Right.EDIT_ATTENDANCE,
            class_id=row.member.class_id,
            institution_id=row.institution_id,
        )
        key = row.institution_id, row.on, row.session
        if key not in self._barriers:
            calendar = self._calendar(row.institution_id, row.on)
            found = barrier_of(calendar, row.on, row.session, self._today)
            self._barriers[key] = None if found is None else refusal(found)
        barrier = self._barriers[key]
        if barrier is not None:
            barrier.field = "date"
            raise barrier
        away = row.member.away_on(row.on)
        if away is not None and away.at:
            raise Refused(
                "{pupil} is a guest at {school} on {day} and is marked there.",
                field="number",
                pupil=row.member.name,
                school=away.at,
                day=row.on,
            )


def is_register_row(record: Record) -> bool:
    """Whether a row of a file of attendance is about one session; else it has totals."""
    return any(record.get(column) for column in ("date", "session", "code"))
