"""The values of report cards: what is printed, for a preview and for an issue alike.

One transaction reads a whole class; every figure comes from the rules; what is hidden or left out stays out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.models import AcademicPeriod, Institution, Person
from emis_desktop.queries.card_parts import CardParts, card_parts
from emis_desktop.queries.card_year import Progress, YearFigures, decisions, ends_year, progress_of
from emis_desktop.queries.gradebook import Gradebook
from emis_desktop.queries.plain import remembered
from emis_desktop.queries.results import ClassResults, GroupFigures, PupilLine, results_of
from emis_desktop.queries.roster import Pupil
from emis_desktop.queries.settings import CardWords, card_words
from emis_desktop.rules.card import (
    CardAttendance,
    CardKey,
    CardPart,
    CardPupil,
    CardRemark,
    CardSchool,
    CardSubject,
    CardSummary,
    CardTerm,
    CardTrait,
    CardValues,
)
from emis_desktop.rules.columns import term_coverage
from emis_desktop.rules.dates import age_on
from emis_desktop.rules.names import display_name
from emis_desktop.rules.readiness import is_printed
from emis_desktop.rules.results import SubjectResult
from emis_desktop.rules.scheme import SchemeRules
from emis_desktop.rules.student_number import number_text


@dataclass(frozen=True, slots=True)
class Head:
    """What all cards of a class have in common."""

    school: CardSchool
    term: CardTerm
    age_day: date | None
    principal: str | None
    class_teacher: str | None
    words: CardWords
    language: str


@dataclass(frozen=True, slots=True)
class Material:
    """What the cards of a class are made from, by student or by grade."""

    book: Gradebook
    groups: Mapping[UUID, GroupFigures]
    keys: Mapping[UUID, CardKey]
    parts: CardParts
    progress: Progress
    year: YearFigures


def cards_of(
    session: Session, book: Gradebook, language: str, students: Collection[UUID] | None = None
) -> tuple[ClassResults, list[CardValues]]:
    """The class's results and the cards of ``students`` (None: of all) in register order."""
    results = results_of(book)
    head = _head(session, book, language)
    chosen = [pupil for pupil in book.pupils if students is None or pupil.student_id in students]
    ids = [pupil.student_id for pupil in chosen]
    parts = card_parts(
        session,
        book.head.institution_id,
        book.term.id,
        ids,
        [pupil.enrolment_id for pupil in chosen],
        book.term.year_id if ends_year(session, book.term) else None,
    )
    material = Material(
        book=book,
        groups={group.grade_id: group for group in results.groups},
        keys={grade_id: _key(rules, head.words) for grade_id, rules in book.rules.items()},
        parts=parts,
        progress=progress_of(session, book, results, ids),
        year=decisions(session, book, chosen, parts.outcomes),
    )
    lines = {line.student_id: line for line in results.pupils}
    return results, [_card(head, material, pupil, lines[pupil.student_id]) for pupil in chosen]


def _card(head: Head, material: Material, pupil: Pupil, line: PupilLine) -> CardValues:
    parts = material.parts
    student = pupil.student_id
    group = material.groups[pupil.grade_id]
    attendance = parts.attendance.get(student)
    teacher, principal = parts.remarks.get(student, (None, None))
    promotion, goes_to = material.year.get(student, (None, None))
    return CardValues(
        school=head.school,
        term=head.term,
        pupil=_pupil(head, material.book, pupil, parts),
        summary=_summary(line, group, attendance),
        subjects=tuple(
            _subject(result, group, parts, student, head.words)
            for result in line.subjects
            if is_printed(result)
        ),
        key=material.keys[pupil.grade_id],
        language=head.language,
        provisional=bool(line.gaps),
        progress=material.progress.get(student, ()),
        attendance=attendance,
        conduct=_conduct(parts, student, head.words),
        class_teacher=CardRemark(teacher, head.class_teacher),
        principal=CardRemark(principal, head.principal),
        next_term=material.book.term.next_begins_on,
        promotion=promotion,
        goes_to=goes_to,
    )


def _subject(
    result: SubjectResult, group: GroupFigures, parts: CardParts, student: UUID, words: CardWords
) -> CardSubject:
    figures = group.subjects[result.plan.key]
    comment, effort = parts.comments.get((student, result.plan.key), (None, None))
    return CardSubject(
        name=result.plan.name,
        parts=tuple(
            CardPart(words.parts.get(part.part, part.part), part.out_of, part.value, part.state)
            for part in result.parts
        ),
        mark=result.mark,
        state=result.state,
        coverage=result.coverage_percent,
        letter=result.band.letter if result.band is not None else None,
        passed=result.passed,
        class_average=figures.average if figures.shown else None,
        class_highest=figures.highest if figures.shown else None,
        effort=effort,
        comment=comment,
    )


def _summary(line: PupilLine, group: GroupFigures, attendance: CardAttendance | None) -> CardSummary:
    of_term = attendance if attendance is not None and not attendance.whole_year else CardAttendance()
    return CardSummary(
        average=line.term.average,
        state=line.term.state,
        coverage=term_coverage(line.subjects, len(line.awaited)),
        position=line.position,
        class_average=group.term.average if group.term.shown else None,
        passed=line.term.passed,
        subjects=line.term.subjects,
        days_present=of_term.present,
        days_possible=of_term.possible,
    )


def _pupil(head: Head, book: Gradebook, pupil: Pupil, parts: CardParts) -> CardPupil:
    day, born = head.age_day, pupil.birth_date
    age = age_on(born, day) if day is not None and born is not None and born <= day else None
    return CardPupil(
        name=pupil.name,
        number=_printed_number(parts.numbers.get(pupil.student_id)),
        class_name=book.head.name,
        birth_date=pupil.birth_date,
        age=age,
        age_on=day if age is not None else None,
        class_teacher=head.class_teacher,
        on_roll=len(book.pupils),  # who left in the term is ranked and averaged with the others
        photo=parts.photos.get(pupil.student_id),
    )


def _conduct(parts: CardParts, student: UUID, words: CardWords) -> tuple[CardTrait, ...]:
    """The traits in print order; none at all while nobody of the class is rated."""
    if not parts.conduct:
        return ()
    rated = parts.conduct.get(student, {})
    highest = max(words.levels, default=0)
    return tuple(CardTrait(name, rated.get(trait), highest) for trait, name in words.traits.items())


def _key(rules: SchemeRules, words: CardWords) -> CardKey:
    return CardKey(
        grades=rules.bands.ranges(rules.mark_places),
        pass_mark=rules.pass_mark,
        effort=tuple(words.effort.items()),
        conduct=tuple(words.levels.items()),
    )


def _head(session: Session, book: Gradebook, language: str) -> Head:
    head = remembered(
        session,
        ("head", book.head.institution_id, book.term.id, language),
        lambda: _school_head(session, book, language),
    )
    return replace(head, class_teacher=_teacher(session, book.head.teacher_id))


def _teacher(session: Session, person_id: UUID | None) -> str | None:
    person = None if person_id is None else session.get(Person, person_id)
    return None if person is None else display_name(person.given_names, person.family_name)


def _school_head(session: Session, book: Gradebook, language: str) -> Head:
    """What all cards of the school have in common."""
    school = session.get_one(Institution, book.head.institution_id)
    year = session.get_one(AcademicPeriod, book.head.period_id)
    words = card_words(session, school.id, language)
    return Head(
        school=CardSchool(school.name, school.motto, school.address, school.phone, school.code, school.crest),
        term=CardTerm(
            words.terms.get(book.term.number, book.term.name),
            year.label,
            book.term.starts_on,
            book.term.ends_on,
        ),
        age_day=words.age_day(year.starts_on),
        principal=school.principal_name,
        class_teacher=None,
        words=words,
        language=language,
    )


def _printed_number(number: str | None) -> str | None:
    """A number as it stands on paper: "0000 0001-7"."""
    return None if number is None else number_text(number)
