"""Write records to a CSV or XLSX file, or an empty file with the columns explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import COLUMNS, Kind
from emis_desktop.exchange.oneroster import write_oneroster
from emis_desktop.exchange.writing import Cell, write_table
from emis_desktop.models import Enrolment, Institution, Site
from emis_desktop.queries import exports, people_exports, student_exports
from emis_desktop.queries.oneroster import oneroster_tables
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
    if kind is Kind.TERM_RESULTS:
        return write_table(path, TERM_RESULT_COLUMNS, _term_results(db, actor, terms))
    if kind is Kind.ONEROSTER:
        return _oneroster(db, actor, chosen, path)
    with db.read() as session:
        heading, rows = _rows(session, actor, kind, _Span(chosen, terms, day, one_term=bool(term)))
        return write_table(path, heading, rows)


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


def _oneroster(db: Database, actor: Actor, year: YearInfo, path: Path) -> int:
    """A school year for other programs; returns how many people are in it."""
    with db.read() as session:
        tables = oneroster_tables(session, actor, year.id)
        site = session.scalars(select(Site)).one()
    counts = write_oneroster(path, tables, "EMIS Desktop", site.code)
    return counts["users"]


@dataclass(frozen=True, slots=True)
class _Span:
    """What of time is written: a year with its terms, or ``one_term`` of it; ``today`` decides who is on
    roll.
    """

    year: YearInfo
    terms: Sequence[TermInfo]
    today: date
    one_term: bool

    def has(self, number: object) -> bool:
        """Whether rows of the term with that number are written."""
        return not self.one_term or number in {each.number for each in self.terms}


def _rows(
    session: Session, actor: Actor, kind: Kind, span: _Span
) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    """Columns and rows of a kind."""
    match kind:
        case Kind.STUDENTS:
            ended = span.terms and (span.one_term or span.year.ends_on < span.today)
            return student_exports.STUDENT_COLUMNS, (
                student_exports.term_rows(session, actor, span.terms[-1])
                if ended
                else student_exports.roll_rows(session, actor, span.year)
            )
        case Kind.GUARDIANS:
            guardians = people_exports.guardian_rows(session, actor, span.year.id, PERSON_NUMBER)
            return people_exports.GUARDIAN_COLUMNS, guardians
        case Kind.STAFF:
            return people_exports.STAFF_COLUMNS, people_exports.staff_rows(session, actor, STAFF_NUMBER)
        case Kind.ATTENDANCE:
            return _attendance(session, actor, span)
        case _:
            place = exports.MARK_COLUMNS.index("term")
            marks = exports.mark_rows(session, actor, span.year.id, MarkCodes())
            return exports.MARK_COLUMNS, (row for row in marks if span.has(row[place]))


def _attendance(
    session: Session, actor: Actor, span: _Span
) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    """Columns and rows of registers, of totals, or, where there are both, of both."""
    place = exports.ATTENDANCE_COLUMNS.index("term")
    totals = [row for row in exports.attendance_rows(session, actor, span.year.id) if span.has(row[place])]
    first, last = span.year.starts_on, span.year.ends_on
    if span.one_term:
        first, last = span.terms[0].starts_on, span.terms[-1].ends_on
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
