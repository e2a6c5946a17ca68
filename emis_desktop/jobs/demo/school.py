"""Filling the demonstration school: classes, pupils, last year's results, this term's marks and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop import demo_content as content
from emis_desktop.demo_people import DemoClass, DemoPupil, DemoRoll
from emis_desktop.exchange.columns import Kind, Record, Records
from emis_desktop.jobs.demo.last_year import Alumnus, LastYear, fill_last_year
from emis_desktop.jobs.demo.plan import PlannedClass, item_id, write_classes, write_items
from emis_desktop.laptop import OpenLaptop
from emis_desktop.models import (
    AttendanceTotal,
    ConductRating,
    Person,
    StaffPosition,
    SubjectRemark,
    Term,
    TermRemark,
)
from emis_desktop.profiles import CountryProfile, SchoolYear, school_days
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.marks import MarkCodes, MarkState, mark_text
from emis_desktop.services.admission import Row, write_rows
from emis_desktop.services.importing.pupils import pupils_by_number
from emis_desktop.services.importing.students import StudentImport
from emis_desktop.services.items import ItemPlace
from emis_desktop.services.marks import TypedMark, enter_marks

Progress = Callable[[int, int], None]
UNFINISHED_EVERY = 9
"""Each ninth sheet of the term has marks that are still to be entered, so that there is something to do."""
FINISHED = 2
"""The last classes are complete: their report cards are the ones that the walk issues."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Who teaches, by name, for the users of the laptop."""

    teachers: dict[str, UUID]
    pupils: int


@dataclass(slots=True)
class _School:
    session: Session
    laptop: OpenLaptop
    profile: CountryProfile
    roll: DemoRoll
    year: SchoolYear
    seed: int
    language: str
    today: date
    teachers: dict[str, UUID]
    classes: dict[str, UUID]
    pupils: dict[str, UUID]
    school_id: UUID

    @property
    def year_id(self) -> UUID:
        return natural_id("academic_period", self.year.code)

    def members(self, school_class: DemoClass) -> list[DemoPupil]:
        return [pupil for pupil in self.roll.pupils if pupil.class_name == school_class.name]

    def grade_id(self, code: str) -> UUID:
        return natural_id("education_grade", code)

    def subject_ids(self, grade: str) -> dict[str, UUID]:
        return {each.code: natural_id("subject", each.code) for each in self.profile.subjects_of(grade)}


def fill_school(
    laptop: OpenLaptop,
    roll: DemoRoll,
    year: SchoolYear,
    seed: int,
    language: str,
    today: date,
    school_id: UUID | None = None,
) -> Filled:
    """Write the whole roll and its term in one act of whoever is signed in; ``school_id``: of which school,
    on a laptop that is not a school's own.
    """
    school_id = school_id or laptop.site.institution_id
    if school_id is None:
        raise LookupError("the laptop of a ministry has no school of its own")
    with laptop.db.write(laptop.actor, "fill_demo") as session:
        school = _School(
            session, laptop, laptop.profile, roll, year, seed, language, today, {}, {}, {}, school_id
        )
        _staff(school)
        _classes(school)
        _pupils(school)
        fill_last_year(
            session,
            LastYear(
                laptop.actor,
                laptop.profile,
                school.school_id,
                year.start_year - 1,
                seed,
                tuple(_going_on(school)),
            ),
        )
        _term(school)
    laptop.db.analyze()
    return Filled(school.teachers, len(roll.pupils))


def _staff(school: _School) -> None:
    names = sorted(
        {each.teacher for each in school.roll.classes}
        | {
            teacher
            for each in school.roll.classes
            for teacher in content.subject_teachers(school.profile, each.grade, each.teacher).values()
        }
    )
    people: list[Row] = []
    posts: list[Row] = []
    for name in names:
        given, _, family = name.partition(" ")
        person_id = new_id()
        school.teachers[name] = person_id
        people.append({"id": person_id, "given_names": given, "family_name": family, "synthetic": True})
        posts.append(
            {
                "id": new_id(),
                "person_id": person_id,
                "institution_id": school.school_id,
                "role": "TEACH",
                "starts_on": school.year.starts_on,
            }
        )
    write_rows(school.session, Person, people)
    write_rows(school.session, StaffPosition, posts)


def _classes(school: _School) -> None:
    planned = []
    for each in school.roll.classes:
        taught = content.subject_teachers(school.profile, each.grade, each.teacher)
        planned.append(
            PlannedClass(
                each.name,
                school.grade_id(each.grade),
                {
                    subject_id: school.teachers[taught[code]]
                    for code, subject_id in school.subject_ids(each.grade).items()
                },
                school.teachers[each.teacher],
            )
        )
    school.classes.update(write_classes(school.session, school.school_id, school.year_id, planned))


def _pupils(school: _School) -> None:
    """Through the same door as a file: twice, since a row holds one guardian."""
    for guardian in (0, 1):
        rows = tuple(_records(school, guardian))
        importer = StudentImport(school.session, school.laptop.actor, school.today)
        importer.decide(Records(Kind.STUDENTS, frozenset(), (), rows), lambda _done, _total: None)
        importer.write()
    numbers = [pupil.number for pupil in school.roll.pupils]
    school.pupils.update(pupils_by_number(school.session, numbers))


def _records(school: _School, place: int) -> Iterator[Record]:
    for line, pupil in enumerate(school.roll.pupils, 2):
        if place >= len(pupil.guardians):
            continue
        guardian = pupil.guardians[place]
        yield Record(
            line,
            {
                "institution": school.roll.school.code,
                "number": pupil.number,
                "given_names": pupil.person.given_names,
                "family_name": pupil.person.family_name,
                "sex": pupil.person.sex,
                "birth_date": pupil.person.birth_date.isoformat(),
                "address": school.roll.school.address,
                "grade": pupil.grade,
                "class": pupil.class_name,
                "repeater": "yes" if pupil.repeater else "no",
                "guardian_given_names": guardian.person.given_names,
                "guardian_family_name": guardian.person.family_name,
                "guardian_relation": guardian.relation,
                "guardian_phone": guardian.phone,
                "synthetic": "yes",
            },
        )


def _going_on(school: _School) -> Iterator[Alumnus]:
    """The pupils who were at this school last year, a grade lower."""
    grades = [grade.code for grade in school.profile.grades]
    primary = [grade.code for grade in school.profile.grades if grade.level == "primary"]
    for pupil in school.roll.pupils:
        if pupil.grade != primary[0] and not pupil.repeater:
            before = grades[grades.index(pupil.grade) - 1]
            yield Alumnus(school.pupils[pupil.number], before, pupil.class_name)


def _term(school: _School) -> None:
    """The term of today: its items, marks and words. Earlier terms of the year are complete."""
    begun = [term for term in school.year.terms if term.starts_on <= school.today] or [school.year.terms[0]]
    for term in begun:
        term_id = natural_id("term", school.year_id, term.number)
        _items(school, term_id)
        for number, each in enumerate(school.roll.classes):
            _class_term(school, each, number, term_id, term.number, last=term is begun[-1])
        _attendance(school, term_id, term.starts_on, min(term.ends_on, school.today))


def _items(school: _School, term_id: UUID) -> None:
    grades = sorted({each.grade for each in school.roll.classes})
    places = [
        (ItemPlace(school.school_id, school.grade_id(grade), subject_id, term_id), templates)
        for grade in grades
        for templates in (school.profile.scheme_of(grade).items,)
        for subject_id in school.subject_ids(grade).values()
    ]
    due_on = school.session.get_one(Term, term_id).marks_due_on
    write_items(school.session, places, school.language, due_on)


def _class_term(
    school: _School, each: DemoClass, number: int, term_id: UUID, term: int, *, last: bool
) -> None:
    members = school.members(each)
    items = school.profile.scheme_of(each.grade).items
    able = content.abilities(len(members), f"{school.seed}/{each.name}")
    totals: list[list[float]] = [[] for _ in members]
    typed: list[TypedMark] = []
    remarks: list[Row] = []
    for place, (code, subject_id) in enumerate(school.subject_ids(each.grade).items()):
        seed = f"{school.seed}/{term}/{each.name}/{code}"
        unfinished = (number * 5 + place) % UNFINISHED_EVERY == 0
        open_sheet = last and unfinished and number < len(school.roll.classes) - FINISHED
        rows = content.term_marks(able, items, seed, still_to_enter=0.4 if open_sheet else 0.0)
        at = ItemPlace(school.school_id, school.grade_id(each.grade), subject_id, term_id)
        ids = [item_id(at, item.code) for item in items]
        for seat, (pupil, row) in enumerate(zip(members, rows, strict=True)):
            student_id = school.pupils[pupil.number]
            typed += [
                TypedMark(student_id, item_id, mark_text(entry, MarkCodes()))
                for item_id, entry in zip(ids, row, strict=True)
                if entry.state is not MarkState.MISSING
            ]
            percent = content.percent_of(row, items)
            if percent is not None:
                totals[seat].append(percent)
                remarks.append(_subject_remark(school, student_id, subject_id, term_id, code, percent))
    enter_marks(school.session, school.laptop.actor, typed)
    write_rows(school.session, SubjectRemark, remarks)
    _term_words(school, members, totals, term_id)


def _subject_remark(
    school: _School, student_id: UUID, subject_id: UUID, term_id: UUID, code: str, percent: float
) -> Row:
    words = content.words_for(code, percent, f"{school.seed}/{student_id}/{code}")
    return {
        "id": natural_id("subject_remark", student_id, subject_id, term_id),
        "student_id": student_id,
        "subject_id": subject_id,
        "term_id": term_id,
        "comment": words.comment.text(school.language),
        "effort": words.effort,
    }


def _term_words(
    school: _School, members: Sequence[DemoPupil], totals: Sequence[Sequence[float]], term_id: UUID
) -> None:
    remarks: list[Row] = []
    conduct: list[Row] = []
    traits = [trait.code for trait in school.profile.report_card.conduct_traits]
    for pupil, percents in zip(members, totals, strict=True):
        student_id = school.pupils[pupil.number]
        average = sum(percents) / len(percents) if percents else 50.0
        teacher, principal = content.remarks_for(average, f"{school.seed}/{pupil.number}")
        remarks.append(
            {
                "id": natural_id("term_remark", student_id, school.school_id, term_id),
                "student_id": student_id,
                "institution_id": school.school_id,
                "term_id": term_id,
                "class_teacher": teacher.text(school.language).replace("{name}", pupil.person.given_names),
                "principal": principal.text(school.language).replace("{name}", pupil.person.given_names),
            }
        )
        levels = content.conduct_for(average, traits, f"{school.seed}/{pupil.number}")
        conduct += [
            {
                "id": natural_id("conduct_rating", student_id, term_id, trait),
                "student_id": student_id,
                "term_id": term_id,
                "trait": trait,
                "level": level,
            }
            for trait, level in levels.items()
        ]
    write_rows(school.session, TermRemark, remarks)
    write_rows(school.session, ConductRating, conduct)


def _attendance(school: _School, term_id: UUID, first: date, last: date) -> None:
    possible = len(school_days(school.profile, first, last)) if last >= first else 0
    rows: list[dict[str, Any]] = []
    for pupil in school.roll.pupils:
        student_id = school.pupils[pupil.number]
        days = content.attendance_for(possible, f"{school.seed}/{pupil.number}/{first}")
        rows.append(
            {
                "id": natural_id("attendance_total", student_id, school.school_id, school.year_id, term_id),
                "student_id": student_id,
                "institution_id": school.school_id,
                "period_id": school.year_id,
                "term_id": term_id,
                "possible": days.possible,
                "absent": days.absent,
                "excused": days.excused,
                "late": days.late,
            }
        )
    write_rows(school.session, AttendanceTotal, rows)
