"""Write records to a CSV or XLSX file, or an empty file with the columns explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import COLUMNS, Kind
from emis_desktop.exchange.writing import Cell, write_table
from emis_desktop.models import Enrolment, Institution
from emis_desktop.queries import exports, people_exports, student_exports
from emis_desktop.queries.period_names import find_term, find_year, term_words
from emis_desktop.queries.register_exports import REGISTER_COLUMNS, register_rows
from emis_desktop.queries.results import ResultQueries, TermResultRow
from emis_desktop.queries.school import SchoolQueries, TermInfo, YearInfo
from emis_desktop.rules.marks import MarkCodes
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.importing.names import PERSON_NUMBER, STAFF_NUMBER
from emis_desktop.services.moments import local_today
from resources.words import Words

TERM_RESULT_COLUMNS = (
    *("number", "name", "class", "year", "term", "subject", "subject_name"),
    *("mark", "letter", "state", "position", "tied"),
)
_READS: Mapping[Kind, tuple[SensitivityClass, ...]] = MappingProxyType(
    {
        Kind.GUARDIANS: (SensitivityClass.CONTACT,),
        Kind.STAFF: (SensitivityClass.STAFF, SensitivityClass.CONTACT),
    }
)
"""What an actor must read to take a kind away."""


def export_records(
    db: Database,
    actor: Actor,
    kind: Kind,
    path: Path,
    *,
    year: str = "",
    term: int | str = "",
    today: date | None = None,
) -> int:
    """Write the records of a kind for a school year (empty: the one of today); returns how many rows.

    ``term``, its number or name, limits them to one term. Pupils are those who belong to that term; of a year
    that is over, to its last term; of any other year those on roll. What is written of the year of today
    comes back equal when it is brought in again. Raises :class:`Refused` for a year or term that is not there
    and for a year without pupils; then no file is written.
    """
    require(actor, Right.EXPORT_RECORDS)
    for sensitivity in _READS.get(kind, ()):
        require_read(actor, sensitivity)
    day = today or local_today()
    chosen = _year(db, actor, year, day)
    terms = list(SchoolQueries(db, actor).terms(chosen.id))
    if term:
        with db.read() as session:
            terms = [find_term(terms, str(term), chosen, term_words(session))]
    numbers = {each.number for each in terms} if term else None
    if kind is Kind.TERM_RESULTS:
        return write_table(path, TERM_RESULT_COLUMNS, _term_results(db, actor, terms))
    with db.read() as session:
        if kind is Kind.STUDENTS:
            ended = terms and (term or chosen.ends_on < day)
            rows = (
                student_exports.term_rows(session, actor, terms[-1])
                if ended
                else student_exports.roll_rows(session, actor, chosen)
            )
            return write_table(path, student_exports.STUDENT_COLUMNS, rows)
        if kind is Kind.GUARDIANS:
            listed = people_exports.guardian_rows(session, actor, chosen.id, PERSON_NUMBER)
            return write_table(path, people_exports.GUARDIAN_COLUMNS, listed)
        if kind is Kind.STAFF:
            listed = people_exports.staff_rows(session, actor, STAFF_NUMBER)
            return write_table(path, people_exports.STAFF_COLUMNS, listed)
        if kind is Kind.ATTENDANCE:
            return write_table(path, *_attendance(session, actor, chosen, terms if term else None))
        heading, found = exports.MARK_COLUMNS, exports.mark_rows(session, actor, chosen.id, MarkCodes())
        place = heading.index("term")
        return write_table(path, heading, (row for row in found if numbers is None or row[place] in numbers))


def export_pupils(
    db: Database,
    actor: Actor,
    student_ids: frozenset[UUID],
    path: Path,
    check: Callable[[], None] = lambda: None,
) -> int:
    """Write the records of these pupils, as a list on the screen shows them; returns how many rows.

    ``check`` is called for each and raises :class:`~emis_desktop.errors.Cancelled` to stop; then there is no
    file.
    """
    require(actor, Right.EXPORT_RECORDS)
    with db.read() as session:
        rows = student_exports.pupil_rows(session, actor, student_ids)
        return write_table(path, student_exports.STUDENT_COLUMNS, _watched(rows, check))


def _watched(rows: Iterable[Sequence[Cell]], check: Callable[[], None]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        check()
        yield row


def write_template(kind: Kind, path: Path, words: Words) -> None:
    """Write an empty file of a kind: the columns, and (XLSX) a sheet that says what each means."""
    columns = COLUMNS.get(kind)
    if columns is None:
        raise Refused("There is no file to fill in for {kind}: it only leaves.", kind=kind.value)
    notes = [
        words.tr(
            "Needed columns: {columns}.", columns=", ".join(each.name for each in columns if each.needed)
        ),
        *(f"{each.name}: {words.tr(each.meaning)} ({each.example})" for each in columns),
    ]
    write_table(path, [each.name for each in columns], [], notes)


def _year(db: Database, actor: Actor, text: str, day: date) -> YearInfo:
    school = SchoolQueries(db, actor)
    if not text:
        today = school.today(day).year
        if today is None:
            raise Refused("There is no school year on this laptop yet. Set one up first.")
        return today
    years = school.years()
    found = find_year(years, text)
    with db.read() as session:
        held = _years_with_pupils(session, actor)
    if found.id not in held:
        raise Refused(
            "There are no pupils in {name}. Years with pupils are: {years}.",
            field="year",
            name=found.code,
            years=", ".join(sorted(year.code for year in years if year.id in held)) or "–",
        )
    return found


def _years_with_pupils(session: Session, actor: Actor) -> set[UUID]:
    question = select(Enrolment.period_id).where(Enrolment.deleted_at.is_(None)).distinct()
    if actor.institution_id is not None:
        question = question.where(Enrolment.institution_id == actor.institution_id)
    return set(session.scalars(question))


def _attendance(
    session: Session, actor: Actor, year: YearInfo, terms: Sequence[TermInfo] | None
) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    """Columns and rows of registers, of totals, or, where there are both, of both."""
    numbers = None if terms is None else {each.number for each in terms}
    place = exports.ATTENDANCE_COLUMNS.index("term")
    totals = [
        row
        for row in exports.attendance_rows(session, actor, year.id)
        if numbers is None or row[place] in numbers
    ]
    first, last = (year.starts_on, year.ends_on) if not terms else (terms[0].starts_on, terms[-1].ends_on)
    marked = list(register_rows(session, actor, first, last))
    if not marked:
        return exports.ATTENDANCE_COLUMNS, totals
    if not totals:
        return REGISTER_COLUMNS, marked
    more = exports.ATTENDANCE_COLUMNS[1:]
    rows: list[Sequence[Cell]] = [(*row, *[None] * len(more)) for row in marked]
    rows += [(row[0], *[None] * (len(REGISTER_COLUMNS) - 1), *row[1:]) for row in totals]
    return (*REGISTER_COLUMNS, *more), rows


def _term_results(db: Database, actor: Actor, terms: Iterable[TermInfo]) -> list[Sequence[Cell]]:
    results = ResultQueries(db, actor)
    with db.read() as session:
        schools = session.scalars(
            select(Institution.id).where(Institution.deleted_at.is_(None)).order_by(Institution.code)
        ).all()
    chosen = [each for each in schools if actor.institution_id in {None, each}]
    return [
        _cells(row) for each in terms for school in chosen for row in results.term_results(school, each.id)
    ]


def _cells(row: TermResultRow) -> Sequence[Cell]:
    return (
        row.student_number,
        row.student_name,
        row.class_name,
        row.year,
        row.term,
        row.subject_code,
        row.subject,
        row.mark,
        row.letter,
        row.state,
        row.place,
        None if row.place is None else "yes" if row.tied else "no",
    )
