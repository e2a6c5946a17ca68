"""What one school has in a year, as rows of the next: classes, groups, options, tests, its own calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    AssessmentItem,
    ClassGrade,
    ClassSubject,
    EducationGrade,
    Institution,
    OptionBlock,
    OptionSubject,
    PupilGroup,
    SchoolClass,
    Setting,
    Synced,
)
from emis_desktop.queries.assessed import Sheet, not_assessed, setting_name
from emis_desktop.rules.ids import natural_id
from emis_desktop.services.new_year.dates import terms_of
from emis_desktop.services.new_year.days import calendar_rows
from emis_desktop.services.new_year.plan import ClassLine, NewYear, Order, Row, SchoolPlan, Standing
from emis_desktop.services.new_year.reading import (
    grades_in_force,
    left_by,
    links_of,
    missing_rows,
    names_of,
)


class SchoolCopy:
    """Builds the plan of one school inside a transaction that is open for reading or writing."""

    def __init__(self, session: Session, order: Order, year: NewYear, school: Institution) -> None:
        """``year`` is the new one."""
        self._session, self._order, self._year = session, order, year
        self.plan = SchoolPlan(school.id, school.name)
        self._grades = grades_in_force(session, year)
        self._left = left_by(session, school.id, year.starts_on)
        self._made: dict[UUID, UUID] = {}
        self._taught: set[tuple[UUID, UUID]] = set()

    def build(self) -> SchoolPlan:
        """The plan, with only those rows that are not there."""
        self._classes()
        self._groups()
        self._blocks()
        if self._order.tests:
            self._tests()
        if self._order.calendar:
            self.plan.rows += calendar_rows(self._session, self._year, self.plan.institution_id)
        self.plan.rows = missing_rows(self._session, self.plan.rows, again=self.plan.again)
        return self.plan

    # -- Classes ------------------------------------------------------------------------------------

    def _classes(self) -> None:
        session, year, plan = self._session, self._year, self.plan
        there = {row.id: row for row in self._of_year(SchoolClass, year.id)}
        live = {row.id for row in there.values() if row.deleted_at is None}
        names = {row.name.casefold() for row in there.values() if row.id in live}
        plan.again = not live
        old = [row for row in self._of_year(SchoolClass, year.before_id) if row.deleted_at is None]
        grades = links_of(session, ClassGrade, ClassGrade.class_id, [row.id for row in old])
        subjects = links_of(session, ClassSubject, ClassSubject.class_id, [row.id for row in old])
        teachers = names_of(session, [row.teacher_id for row in old])
        for row in sorted(old, key=lambda one: (self._order_of(grades.get(one.id, [])), one.name)):
            new_id = natural_id("school_class", row.id, year.id)
            standing = Standing.NEW
            kept = self._kept(grades.get(row.id, []))
            if new_id in live or row.name.casefold() in names:
                standing = Standing.THERE
            elif not kept:
                standing = Standing.NO_GRADE
            elif new_id in there and not plan.again:
                standing = Standing.TAKEN_AWAY
            if standing is Standing.NEW or new_id in live:
                self._teaches(kept, subjects.get(row.id, []))
            if standing is Standing.NEW:
                self._class(row, new_id, kept, subjects.get(row.id, []))
            all_grades = [link.grade_id for link in grades.get(row.id, [])]
            plan.classes.append(
                ClassLine(
                    name=row.name,
                    grades=tuple(self._grades[one].name for one in kept),
                    subjects=len(subjects.get(row.id, [])),
                    standing=standing,
                    teacher=teachers.get(self._teacher(row.teacher_id) or row.id, ""),
                    dropped=self._dropped(all_grades),
                )
            )

    def _class(
        self, row: SchoolClass, new_id: UUID, grades: list[UUID], subjects: list[ClassSubject]
    ) -> None:
        self._made[row.id] = new_id
        self._row(
            SchoolClass,
            new_id,
            institution_id=row.institution_id,
            period_id=self._year.id,
            name=row.name,
            teacher_id=self._teacher(row.teacher_id),
            capacity=row.capacity,
            shift=row.shift,
        )
        for grade_id in grades:
            link = natural_id("class_grade", new_id, grade_id)
            self._row(ClassGrade, link, class_id=new_id, grade_id=grade_id)
        for subject in subjects:
            self._row(
                ClassSubject,
                natural_id("class_subject", new_id, subject.subject_id),
                class_id=new_id,
                subject_id=subject.subject_id,
                teacher_id=self._teacher(subject.teacher_id),
                position=subject.position,
            )

    def _teaches(self, grades: list[UUID], subjects: list[ClassSubject]) -> None:
        for subject in subjects:
            self._taught.update((grade_id, subject.subject_id) for grade_id in grades)

    def _dropped(self, grades: list[UUID]) -> tuple[str, ...]:
        gone = [grade_id for grade_id in grades if grade_id not in self._grades]
        rows = self._session.scalars(select(EducationGrade.name).where(EducationGrade.id.in_(gone)))
        return tuple(rows) if gone else ()

    def _kept(self, links: list[ClassGrade]) -> list[UUID]:
        """The grades of a class that are in force in the new year, in the country's order."""
        kept = [link.grade_id for link in links if link.grade_id in self._grades]
        return sorted(kept, key=lambda grade_id: self._grades[grade_id].position)

    def _order_of(self, links: list[ClassGrade]) -> int:
        found = [self._grades[link.grade_id].position for link in links if link.grade_id in self._grades]
        return min(found, default=10_000)

    def _teacher(self, person_id: UUID | None) -> UUID | None:
        if not self._order.teachers or person_id in self._left:
            return None
        return person_id

    # -- Groups and options -------------------------------------------------------------------------

    def _groups(self) -> None:
        names = {
            row.name.casefold() for row in self._of_year(PupilGroup, self._year.id) if row.deleted_at is None
        }
        for row in self._of_year(PupilGroup, self._year.before_id):
            if row.deleted_at is not None or row.name.casefold() in names:
                continue
            self._row(
                PupilGroup,
                natural_id("pupil_group", row.id, self._year.id),
                institution_id=row.institution_id,
                period_id=self._year.id,
                name=row.name,
                subject_id=row.subject_id,
                teacher_id=self._teacher(row.teacher_id),
            )

    def _blocks(self) -> None:
        blocks = [
            row
            for row in self._of_year(OptionBlock, self._year.before_id)
            if row.deleted_at is None and row.grade_id in self._grades
        ]
        there = {
            (row.grade_id, row.name.casefold())
            for row in self._of_year(OptionBlock, self._year.id)
            if row.deleted_at is None
        }
        subjects = links_of(self._session, OptionSubject, OptionSubject.block_id, [row.id for row in blocks])
        for row in blocks:
            if (row.grade_id, row.name.casefold()) in there:
                continue
            new_id = natural_id("option_block", row.id, self._year.id)
            self._row(
                OptionBlock,
                new_id,
                institution_id=row.institution_id,
                period_id=self._year.id,
                grade_id=row.grade_id,
                name=row.name,
                position=row.position,
                choose_min=row.choose_min,
                choose_max=row.choose_max,
            )
            for subject in subjects.get(row.id, []):
                link = natural_id("option_subject", new_id, subject.subject_id)
                values = {"block_id": new_id, "subject_id": subject.subject_id, "places": subject.places}
                self._row(OptionSubject, link, **values)

    # -- Tests --------------------------------------------------------------------------------------

    def _tests(self) -> None:
        """Those of what the copied classes are taught, and which of their sheets have none to come."""
        new = {term.number: term for term in self._year.terms}
        for old in terms_of(self._session, self._year.before_id):
            term = new.get(old.number)
            if term is None:
                continue
            planned = {(row.grade_id, row.subject_id) for row in self._items(term.id)}
            for row in self._items(old.id):
                if (row.grade_id, row.subject_id) in self._taught - planned:
                    due = row.due_on
                    self._item(
                        row, term.id, None if due is None or term.frame is None else term.frame.moved(due)
                    )
            self._not_assessed(old.id, term.id)

    def _item(self, row: AssessmentItem, term_id: UUID, due_on: date | None) -> None:
        place = (row.institution_id, row.grade_id, row.subject_id, term_id)
        self._row(
            AssessmentItem,
            natural_id("assessment_item", *place, row.code),
            institution_id=row.institution_id,
            grade_id=row.grade_id,
            subject_id=row.subject_id,
            term_id=term_id,
            code=row.code,
            name=row.name,
            part=row.part,
            maximum=row.maximum,
            weight=row.weight,
            due_on=due_on,
            position=row.position,
            state="open",
        )

    def _items(self, term_id: UUID) -> Iterable[AssessmentItem]:
        return self._session.scalars(
            select(AssessmentItem).where(
                AssessmentItem.institution_id == self.plan.institution_id,
                AssessmentItem.term_id == term_id,
                AssessmentItem.deleted_at.is_(None),
            )
        ).all()

    def _not_assessed(self, old_term: UUID, term_id: UUID) -> None:
        links = links_of(self._session, ClassSubject, ClassSubject.class_id, list(self._made))
        sheets = [
            Sheet(class_id, link.subject_id, old_term) for class_id, found in links.items() for link in found
        ]
        for sheet in not_assessed(self._session, self.plan.institution_id, sheets):
            name = setting_name(Sheet(self._made[sheet.class_id], sheet.subject_id, term_id))
            setting = natural_id("setting", self.plan.institution_id, name)
            self._row(Setting, setting, institution_id=self.plan.institution_id, name=name, value="true")

    # -- Rows ---------------------------------------------------------------------------------------

    def _of_year(self, model: Any, year_id: UUID) -> list[Any]:  # noqa: ANN401 - three tables of a year
        return list(
            self._session.scalars(
                select(model)
                .where(model.institution_id == self.plan.institution_id, model.period_id == year_id)
                .order_by(model.name, model.id)
            )
        )

    def _row(self, model: type[Synced], row_id: UUID, **values: object) -> None:
        self.plan.rows.append(Row(model, row_id, values))
