"""The years of a pupil for transcript and testimonial: what the one results engine says, term by term.

Nothing is computed here: terms come from ``rules.class_results``, a year from ``card_year.year_of``, days
from the same place as a report card's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.one_person import together
from emis_desktop.queries.card_parts import card_parts
from emis_desktop.queries.card_year import assessed, sat_in
from emis_desktop.queries.gradebook import ClassHead
from emis_desktop.queries.plain import remembered
from emis_desktop.queries.results import ClassResults, PupilLine
from emis_desktop.queries.school import terms_of
from emis_desktop.queries.school_values import TermInfo
from emis_desktop.queries.student_lines import EnrolmentLine
from emis_desktop.queries.year_advice import year_of
from emis_desktop.rules.averages import TermResult, YearResult
from emis_desktop.rules.papers import Figure, GradeKey, TranscriptRow, TranscriptYear
from emis_desktop.rules.readiness import is_printed
from emis_desktop.rules.results import ResultState, SubjectResult
from emis_desktop.rules.scheme import SchemeRules


@dataclass(frozen=True, slots=True)
class YearFound:
    """A year, and the rules that its letters are by; None without results."""

    year: TranscriptYear
    rules: SchemeRules | None


def years_of(
    session: Session, student_id: UUID, enrolments: Sequence[EnrolmentLine], language: str, today: date
) -> list[YearFound]:
    """The years of a pupil, oldest first; ``enrolments`` as a record has them, the newest first."""
    found = [_year(session, student_id, line, language, today) for line in reversed(enrolments)]
    return [one for number, one in enumerate(found) if not _told_again(one, found[number + 1 :])]


def keys_of(years: Sequence[YearFound]) -> tuple[GradeKey, ...]:
    """What the letters mean: a key for each set of grades, named after the grades that use it."""
    found: dict[tuple[object, object], tuple[SchemeRules, list[str]]] = {}
    for one in years:
        if one.rules is not None:
            key = (one.rules.bands.ranges(one.rules.mark_places), one.rules.pass_mark)
            found.setdefault(key, (one.rules, []))[1].append(one.year.grade)
    return tuple(
        GradeKey(_span(grades), rules.bands.ranges(rules.mark_places), rules.pass_mark)
        for rules, grades in found.values()
    )


def _span(grades: Sequence[str]) -> str:
    return grades[0] if grades[0] == grades[-1] else f"{grades[0]} – {grades[-1]}"


def _told_again(one: YearFound, later: Sequence[YearFound]) -> bool:
    """Whether another enrolment in the same year, school and grade (a re-entry) tells the same."""
    year = one.year
    return any(
        (other.year.label, other.year.school, other.year.grade) == (year.label, year.school, year.grade)
        for other in later
    )


def _year(session: Session, student_id: UUID, line: EnrolmentLine, language: str, today: date) -> YearFound:
    terms = terms_of(session, line.period_id)
    by_term = [(term, _line(session, student_id, line.institution_id, term, language)) for term in terms]
    ended = bool(terms) and terms[-1].ends_on < today
    bare = TranscriptYear(
        label=line.period,
        school=line.institution,
        grade=line.grade,
        class_name=line.class_name,
        ending=line.outcome or line.exit,
        repeater=line.repeater,
    )
    rules = next((found.subjects[0].rules for _term, found in by_term if found and found.subjects), None)
    rows = [] if rules is None else _rows(by_term, rules, ended=ended)
    if rules is None or not rows:
        return YearFound(bare, None)
    _marks, average = year_of(by_term, rules)
    present, possible = _days(session, student_id, line, terms)
    year = replace(
        bare,
        terms=tuple(term.number for term in terms),
        rows=tuple(rows),
        averages=tuple(_term_figure(found.term) if found is not None else None for _term, found in by_term),
        average=_year_figure(average, ended=ended),
        days_present=present,
        days_possible=possible,
    )
    return YearFound(year, rules)


def _line(
    session: Session, student_id: UUID, school: UUID, term: TermInfo, language: str
) -> PupilLine | None:
    """The pupil's line in a term at a school; None where the pupil sat in no class that has tests."""
    people = together(session, [student_id]).of(student_id)
    for head in sat_in(session, school, term, [student_id]):
        results = _results(session, head, term, language)
        if results is None:
            continue
        for line in results.pupils:
            if line.student_id in people:
                return line
    return None


def _results(session: Session, head: ClassHead, term: TermInfo, language: str) -> ClassResults | None:
    """The results of a class, made once a look; None while no grading scheme is in use for a grade of it."""

    def ask() -> ClassResults | None:
        try:
            return assessed(session, head, term, language)
        except Refused:
            return None

    return remembered(session, ("assessed", head.id, term.id, language), ask)


def _rows(
    by_term: Sequence[tuple[TermInfo, PupilLine | None]], rules: SchemeRules, *, ended: bool
) -> list[TranscriptRow]:
    """A row a subject of which something is printed in some term, in the order of the class."""
    marks, _average = year_of(by_term, rules)
    names: dict[UUID, str] = {}
    cells: list[Mapping[UUID, SubjectResult]] = []
    for _term, line in by_term:
        subjects = () if line is None else tuple(one for one in line.subjects if is_printed(one))
        cells.append({one.plan.key: one for one in subjects})
        for one in subjects:
            names.setdefault(one.plan.key, one.plan.name)
    return [
        TranscriptRow(
            name,
            tuple(_subject_figure(found.get(key)) for found in cells),
            _year_figure(marks[key], ended=ended) if key in marks else None,
        )
        for key, name in names.items()
    ]


def _subject_figure(result: SubjectResult | None) -> Figure | None:
    if result is None:
        return None
    return Figure(result.mark, result.state, result.band.letter if result.band is not None else None)


def _term_figure(result: TermResult) -> Figure:
    return Figure(result.average, ResultState.PROVISIONAL if result.pending else result.state)


def _year_figure(result: YearResult, *, ended: bool) -> Figure:
    """A figure of the year; while the year goes on it is so far, whatever is entered."""
    if result.mark is not None and (result.pending or not ended):
        return Figure(result.mark, ResultState.PROVISIONAL)
    return Figure(result.mark, result.state, result.band.letter if result.band is not None else None)


def _days(
    session: Session, student_id: UUID, line: EnrolmentLine, terms: Sequence[TermInfo]
) -> tuple[int | None, int | None]:
    """Days present and possible of the year: of all its terms, or the total that is kept of the year."""
    present = possible = 0
    for number, term in enumerate(terms):
        ends = line.period_id if number == len(terms) - 1 else None
        found = card_parts(session, line.institution_id, term.id, [student_id], [], ends).attendance
        days = found.get(student_id)
        if days is not None and days.whole_year:
            return days.present, days.possible
        if days is None or days.present is None or days.possible is None:
            continue
        present += days.present
        possible += days.possible
    return (present, possible) if possible else (None, None)
