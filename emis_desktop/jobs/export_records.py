"""Write records to a CSV or XLSX file, or an empty file with the columns explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import COLUMNS, Kind
from emis_desktop.exchange.writing import Cell, write_table
from emis_desktop.models import Institution
from emis_desktop.queries import exports
from emis_desktop.queries.results import ResultQueries, TermResultRow
from emis_desktop.queries.school import SchoolQueries, YearInfo
from emis_desktop.rules.marks import MarkCodes
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.moments import local_today
from resources.words import Words

TERM_RESULT_COLUMNS = (
    *("number", "name", "class", "year", "term", "subject", "subject_name"),
    *("mark", "letter", "state", "position"),
)


def export_records(
    db: Database, actor: Actor, kind: Kind, path: Path, *, year: str = "", term: int = 0
) -> int:
    """Write the records of a kind for a school year (empty: the one of today); returns how many rows.

    ``term`` limits term results to one term. What is written comes back equal when it is brought in again.
    """
    require(actor, Right.EXPORT_RECORDS)
    chosen = _year(db, actor, year)
    if kind is Kind.TERM_RESULTS:
        return write_table(path, TERM_RESULT_COLUMNS, _term_results(db, actor, chosen, term))
    with db.read() as session:
        heading, rows = _rows(session, actor, kind, chosen)
        return write_table(path, heading, rows)


def export_pupils(db: Database, actor: Actor, student_ids: frozenset[UUID], path: Path) -> int:
    """Write the records of these pupils, as a list on the screen shows them; returns how many rows."""
    require(actor, Right.EXPORT_RECORDS)
    year = _year(db, actor, "")
    with db.read() as session:
        rows = exports.student_rows(session, actor, year.id, student_ids)
        return write_table(path, exports.STUDENT_COLUMNS, rows)


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


def _year(db: Database, actor: Actor, text: str) -> YearInfo:
    school = SchoolQueries(db, actor)
    if not text:
        today = school.today(local_today()).year
        if today is None:
            raise Refused("There is no school year on this laptop yet. Set one up first.")
        return today
    for year in school.years():
        if text in {year.code, year.label}:
            return year
    raise Refused("There is no school year {name}. Check it, such as 2026-27.", field="year", name=text)


def _rows(
    session: Session, actor: Actor, kind: Kind, year: YearInfo
) -> tuple[Sequence[str], Iterable[Sequence[Cell]]]:
    if kind is Kind.STUDENTS:
        return exports.STUDENT_COLUMNS, exports.student_rows(session, actor, year.id)
    if kind is Kind.MARKS:
        return exports.MARK_COLUMNS, exports.mark_rows(session, actor, year.id, MarkCodes())
    return exports.ATTENDANCE_COLUMNS, exports.attendance_rows(session, actor, year.id)


def _term_results(db: Database, actor: Actor, year: YearInfo, term: int) -> list[Sequence[Cell]]:
    results = ResultQueries(db, actor)
    with db.read() as session:
        schools = session.scalars(
            select(Institution.id).where(Institution.deleted_at.is_(None)).order_by(Institution.code)
        ).all()
    chosen = [each for each in schools if actor.institution_id in {None, each}]
    terms = [each for each in SchoolQueries(db, actor).terms(year.id) if term in {0, each.number}]
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
        row.position,
    )
