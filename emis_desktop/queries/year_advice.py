"""What the rules advise at the end of a year for pupils of a school: results, attendance, repeats and the
demands of scheme and policies, read at once. Cards and the end-of-year run ask here, so that they agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import EducationGrade, Enrolment
from emis_desktop.one_person import together
from emis_desktop.queries.attended import attendance_rates
from emis_desktop.queries.plain import pieces, remembered
from emis_desktop.queries.policies import Policies, policies_of
from emis_desktop.queries.results import PupilLine
from emis_desktop.queries.school_values import TermInfo
from emis_desktop.rules import policies
from emis_desktop.rules.averages import (
    TermShare,
    YearResult,
    subject_share,
    term_share,
    year_average,
    year_mark,
)
from emis_desktop.rules.results import ResultState
from emis_desktop.rules.scheme import PromotionRule, SchemeRules
from emis_desktop.rules.year_end import Advised, Demands, PupilYear, SubjectYear, advise_year, stage

ByTerm = Sequence[tuple[TermInfo, Mapping[UUID, PupilLine]]]
"""The lines of pupils in each term of a year, in order; who is in none of a term's was not there then."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A pupil in a grade of a school, for the year that ends; ``repeater`` as the enrolment says."""

    student_id: UUID
    grade_id: UUID
    repeater: bool = False


@dataclass(frozen=True, slots=True)
class YearView:
    """A pupil's advice and the figures of the year that are shown beside it."""

    advised: Advised
    average: Decimal | None
    passed: int
    subjects: int
    attendance: Decimal | None


def policies_in_look(session: Session, institution_id: UUID) -> Policies:
    """The policies of a school, read once a look."""
    return remembered(session, ("policies", institution_id), lambda: policies_of(session, institution_id))


def demands_of(found: Policies, rules: SchemeRules | None, grade: str, codes: Mapping[UUID, str]) -> Demands:
    """What a grade asks for: each policy that is set, else the same demand of the grading scheme.

    ``codes``: the codes of subjects by id.
    """
    scheme = rules.promotion if rules is not None else PromotionRule()
    min_passed = found.whole(policies.MIN_PASSED, grade)
    average = policies.percent(found.value(policies.MIN_AVERAGE, grade))
    must_pass = frozenset(found.words(policies.MUST_PASS, grade))
    return Demands(
        min_passed=scheme.min_passed if min_passed is None else min_passed,
        min_average=scheme.min_average if average is None else average,
        min_attendance=policies.percent(found.value(policies.MIN_ATTENDANCE, grade)),
        must_pass=must_pass or frozenset(codes[key] for key in scheme.must_pass if key in codes),
        most_repeats=found.whole(policies.MOST_REPEATS, grade),
    )


def advise_pupils(
    session: Session,
    institution_id: UUID,
    year_id: UUID,
    by_term: ByTerm,
    rules: Mapping[UUID, SchemeRules],
    pupils: Sequence[Sitting],
) -> dict[UUID, YearView]:
    """The advice for each pupil, by student; a pupil without a scheme has no results."""
    grades = _grades(session)
    codes = _codes(by_term)
    asked = policies_in_look(session, institution_id)
    demands = {
        grade_id: demands_of(asked, rules.get(grade_id), grades[grade_id].code, codes)
        for grade_id in {pupil.grade_id for pupil in pupils}
    }
    rates = _rates(session, institution_id, year_id, demands, pupils)
    repeats = _repeats(session, year_id, demands, pupils)
    last = _last_of_stage(grades)
    found = {}
    for pupil in pupils:
        key, grade_id = pupil.student_id, pupil.grade_id
        lines = [(term, of.get(key)) for term, of in by_term]
        scheme = rules.get(grade_id)
        marks, average = ({}, None) if scheme is None else year_of(lines, scheme)
        year = PupilYear(
            subjects=_listed(lines, marks),
            average=None if average is None else average.mark,
            pending=average is not None and average.pending,
            attendance=rates.get(key),
            repeats=max(repeats.get(key, 0), int(pupil.repeater)),
            last=grade_id in last,
        )
        advised = advise_year(demands[grade_id], year)
        counted = sum(mark.passed is not None or mark.pending for mark in marks.values())
        found[key] = YearView(advised, year.average, year.passed, counted, year.attendance)
    return found


def asks_for(session: Session, institution_id: UUID, rules: SchemeRules, grade_id: UUID) -> bool:
    """Whether anything is asked for in a grade: a card names no decision where there is no rule."""
    grade = _grades(session)[grade_id]
    demands = demands_of(policies_in_look(session, institution_id), rules, grade.code, {})
    asked = Demands(most_repeats=demands.most_repeats)
    return demands != asked or bool(rules.promotion.must_pass)


def year_of(
    by_term: Sequence[tuple[TermInfo, PupilLine | None]], rules: SchemeRules
) -> tuple[dict[UUID, YearResult], YearResult]:
    """A pupil's year from the terms: the mark of each subject that counts, and the average.

    None for a term before the pupil was admitted: it leaves the sum.
    """
    shares: list[TermShare] = []
    subjects: dict[UUID, list[TermShare]] = {}
    for term, line in by_term:
        if line is None:
            shares.append(TermShare(term.name, term.weight, ResultState.EXEMPT))
            continue
        shares.append(term_share(term.name, term.weight, line.term))
        for result in (one for one in line.subjects if one.plan.counts):
            subjects.setdefault(result.plan.key, []).append(subject_share(term.name, term.weight, result))
    marks = {key: year_mark(found, rules) for key, found in subjects.items()}
    return marks, year_average(shares, rules)


def _listed(
    lines: Sequence[tuple[TermInfo, PupilLine | None]], marks: Mapping[UUID, YearResult]
) -> tuple[SubjectYear, ...]:
    plans = {
        result.plan.key: result.plan for _term, line in lines if line is not None for result in line.subjects
    }
    return tuple(
        SubjectYear(plans[key].code, plans[key].name, mark.passed, mark.pending)
        for key, mark in marks.items()
    )


def _codes(by_term: ByTerm) -> dict[UUID, str]:
    return {
        result.plan.key: result.plan.code
        for _term, lines in by_term
        for line in lines.values()
        for result in line.subjects
    }


def _grades(session: Session) -> dict[UUID, EducationGrade]:
    def ask() -> dict[UUID, EducationGrade]:
        rows = session.scalars(
            select(EducationGrade)
            .where(EducationGrade.deleted_at.is_(None))
            .order_by(EducationGrade.position, EducationGrade.code)
        )
        return {row.id: row for row in rows}

    return remembered(session, ("grades of the country",), ask)


def _last_of_stage(grades: Mapping[UUID, EducationGrade]) -> set[UUID]:
    rows = list(grades.values())
    after = [*rows[1:], None]
    return {
        row.id
        for row, following in zip(rows, after, strict=True)
        if following is None or stage(following.level) != stage(row.level)
    }


def _rates(
    session: Session,
    institution_id: UUID,
    year_id: UUID,
    demands: Mapping[UUID, Demands],
    pupils: Sequence[Sitting],
) -> dict[UUID, Decimal | None]:
    if all(one.min_attendance is None for one in demands.values()):
        return {}
    return attendance_rates(session, institution_id, year_id, [pupil.student_id for pupil in pupils])


def _repeats(
    session: Session, year_id: UUID, demands: Mapping[UUID, Demands], pupils: Sequence[Sitting]
) -> dict[UUID, int]:
    """How many years before this one each pupil sat in the same grade, at any school."""
    wanted = {
        pupil.student_id: pupil.grade_id
        for pupil in pupils
        if demands[pupil.grade_id].most_repeats is not None
    }
    whole = together(session, list(wanted))
    years: dict[tuple[UUID, UUID], set[UUID]] = {}
    for piece in pieces(whole.all_of(list(wanted))):
        rows = session.execute(
            select(Enrolment.person_id, Enrolment.grade_id, Enrolment.period_id).where(
                Enrolment.person_id.in_(piece),
                Enrolment.period_id != year_id,
                Enrolment.deleted_at.is_(None),
                Enrolment.standing != "hosted",
            )
        )
        for person, grade_id, period_id in rows:
            years.setdefault((person, grade_id), set()).add(period_id)
    return {
        student_id: len(set[UUID]().union(*(years.get((one, grade_id), ()) for one in whole.of(student_id))))
        for student_id, grade_id in wanted.items()
    }
