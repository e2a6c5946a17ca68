"""The rows of OneRoster files of one school year: schools, terms, classes, pupils, guardians, staff.

A class is the home room of a course that stands for its grades; sourcedIds are the ids of our rows, so that a
roster written again says the same of the same. Telephone numbers and guardians are only there for who may
read them, and so is staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    AcademicPeriod,
    Area,
    ClassGrade,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Guardianship,
    Institution,
    Person,
    SchoolClass,
    StaffPosition,
    Term,
)
from emis_desktop.queries.phones import first_phones
from emis_desktop.queries.plain import in_pieces, pieces
from emis_desktop.queries.roster import numbers_of
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Actor, SensitivityClass, may_read

Cells = dict[str, str]
_SEXES: Final = {"F": "female", "M": "male"}
_ROLES: Final = {
    "PRIN": "principal",
    "TEACH": "teacher",
    "CLT": "teacher",
    "HOD": "teacher",
    "COUNS": "counselor",
    "VPRIN": "siteAdministrator",
    "CLERK": "siteAdministrator",
}
"""Our posts as OneRoster calls them."""
_RELATIVES: Final = {"MOTHER": "parent", "FATHER": "parent", "GUARD": "guardian"}
_OTHER_ROLE, _OTHER_RELATIVE = "aide", "relative"


def oneroster_tables(session: Session, actor: Actor, year_id: UUID) -> dict[str, list[Cells]]:
    """The rows of each file for a school year, at the schools that the actor sees."""
    roster = _Roster(session, actor, session.get_one(AcademicPeriod, year_id))
    return {
        "academicSessions": list(roster.sessions()),
        "orgs": list(roster.orgs()),
        "courses": list(roster.courses()),
        "classes": list(roster.classes()),
        "enrollments": list(roster.enrollments()),
        "users": list(roster.users()),
        "roles": list(roster.roles()),
        "demographics": list(roster.demographics()),
    }


class _Roster:
    """What is read once for all files."""

    def __init__(self, session: Session, actor: Actor, year: AcademicPeriod) -> None:
        self._year = year
        self._contact = may_read(actor, SensitivityClass.CONTACT)
        self._staff = may_read(actor, SensitivityClass.STAFF)
        own: list[ColumnElement[bool]] = []
        if actor.institution_id is not None:
            own = [Institution.id == actor.institution_id]
        self._schools = {
            one.id: one
            for one in session.scalars(
                select(Institution).where(Institution.deleted_at.is_(None), *own).order_by(Institution.code)
            )
        }
        self._areas = {one.id: one for one in session.scalars(select(Area).where(Area.deleted_at.is_(None)))}
        self._terms = list(
            session.scalars(
                select(Term).where(Term.period_id == year.id, Term.deleted_at.is_(None)).order_by(Term.number)
            )
        )
        grades = session.scalars(select(EducationGrade)).all()
        self._grades = {one.id: one.code for one in grades}
        self._classes = [
            one
            for one in session.scalars(
                select(SchoolClass)
                .where(SchoolClass.period_id == year.id, SchoolClass.deleted_at.is_(None))
                .order_by(SchoolClass.name)
            )
            if one.institution_id in self._schools
        ]
        self._class_grades: dict[UUID, list[str]] = {}
        for link in session.scalars(select(ClassGrade).where(ClassGrade.deleted_at.is_(None))):
            self._class_grades.setdefault(link.class_id, []).append(self._grades[link.grade_id])
        self._read_people(session)

    def _read_people(self, session: Session) -> None:
        found = session.execute(
            select(Enrolment, Person)
            .join(Person, Person.id == Enrolment.person_id)
            .where(
                Enrolment.period_id == self._year.id,
                Enrolment.deleted_at.is_(None),
                Person.deleted_at.is_(None),
            )
            .order_by(Enrolment.starts_on, Enrolment.id)
        )
        self._enrolments = {
            one.id: (one, person) for one, person in found if one.institution_id in self._schools
        }
        self._pupils = {person.id: person for _, person in self._enrolments.values()}
        self._stays: list[ClassPupil] = []
        for piece in pieces(self._enrolments):
            self._stays += session.scalars(
                select(ClassPupil).where(ClassPupil.enrolment_id.in_(piece), ClassPupil.deleted_at.is_(None))
            ).all()
        self._posts = self._read_posts(session) if self._staff else []
        self._links = self._read_links(session) if self._contact else []
        people = {*self._pupils, *(person.id for _, person in self._posts)}
        people |= {person.id for _, person in self._links}
        self._numbers = in_pieces(session, list(people), numbers_of)
        self._phones = in_pieces(session, list(people), first_phones) if self._contact else {}

    def _read_posts(self, session: Session) -> list[tuple[StaffPosition, Person]]:
        """Posts that hold in the year."""
        rows = session.execute(
            select(StaffPosition, Person)
            .join(Person, Person.id == StaffPosition.person_id)
            .where(
                StaffPosition.deleted_at.is_(None),
                Person.deleted_at.is_(None),
                or_(StaffPosition.ends_on.is_(None), StaffPosition.ends_on >= self._year.starts_on),
            )
            .order_by(StaffPosition.id)
        )
        return [(post, person) for post, person in rows if post.institution_id in self._schools]

    def _read_links(self, session: Session) -> list[tuple[Guardianship, Person]]:
        links: list[tuple[Guardianship, Person]] = []
        for piece in pieces(self._pupils):
            rows = session.execute(
                select(Guardianship, Person)
                .join(Person, Person.id == Guardianship.guardian_id)
                .where(
                    Guardianship.student_id.in_(piece),
                    Guardianship.deleted_at.is_(None),
                    Person.deleted_at.is_(None),
                )
                .order_by(Guardianship.priority, Guardianship.id)
            )
            links += [(link, person) for link, person in rows]
        return links

    # -- Files --------------------------------------------------------------------------------------

    def sessions(self) -> Iterator[Cells]:
        """The year and its terms; a year is called by the calendar year in which it ends."""
        year = self._year
        of_year = str(year.ends_on.year)
        yield _row(year.id, title=year.label, type="schoolYear", startDate=year.starts_on.isoformat(),
                   endDate=year.ends_on.isoformat(), schoolYear=of_year)  # fmt: skip
        for term in self._terms:
            yield _row(term.id, title=term.name, type="term", startDate=term.starts_on.isoformat(),
                       endDate=term.ends_on.isoformat(), parentSourcedId=str(year.id),
                       schoolYear=of_year)  # fmt: skip

    def orgs(self) -> Iterator[Cells]:
        """Schools under their districts under the country."""
        wanted: dict[UUID, Area] = {}
        for school in self._schools.values():
            area = self._areas.get(school.area_id) if school.area_id else None
            while area is not None and area.id not in wanted:
                wanted[area.id] = area
                area = self._areas.get(area.parent_id) if area.parent_id else None
        for area in wanted.values():
            kind = "national" if area.parent_id is None else "district"
            yield _row(area.id, name=area.name, type=kind, identifier=area.code,
                       parentSourcedId=_text(area.parent_id))  # fmt: skip
        for school in self._schools.values():
            yield _row(school.id, name=school.name, type="school", identifier=school.code,
                       parentSourcedId=_text(school.area_id))  # fmt: skip

    def courses(self) -> Iterator[Cells]:
        """One for the grades of each class: OneRoster has no class without a course."""
        seen: dict[UUID, Cells] = {}
        for one in self._classes:
            grades = self._grades_of(one)
            course = self._course(one)
            seen.setdefault(
                course,
                _row(course, schoolYearSourcedId=str(self._year.id), title=", ".join(grades) or one.name,
                     courseCode="-".join(grades), grades=",".join(grades),
                     orgSourcedId=str(one.institution_id)),
            )  # fmt: skip
        yield from seen.values()

    def classes(self) -> Iterator[Cells]:
        """Classes as home rooms."""
        terms = ",".join(str(term.id) for term in self._terms) or str(self._year.id)
        for one in self._classes:
            yield _row(one.id, title=one.name, grades=",".join(self._grades_of(one)),
                       courseSourcedId=str(self._course(one)), classCode=one.name, classType="homeroom",
                       schoolSourcedId=str(one.institution_id), termSourcedIds=terms)  # fmt: skip

    def enrollments(self) -> Iterator[Cells]:
        """Pupils in their classes, and class teachers."""
        for stay in self._stays:
            enrolment, person = self._enrolments[stay.enrolment_id]
            begins = stay.starts_on or enrolment.starts_on
            ends = stay.ends_on or enrolment.ends_on
            yield _row(stay.id, classSourcedId=str(stay.class_id), role="student", primary="false",
                       schoolSourcedId=str(enrolment.institution_id), userSourcedId=str(person.id),
                       beginDate=begins.isoformat(), endDate=ends.isoformat() if ends else "")  # fmt: skip
        known = {person.id for _, person in self._posts}
        for one in self._classes:
            if one.teacher_id in known:
                yield _row(natural_id("oneroster", one.id, one.teacher_id), classSourcedId=str(one.id),
                           schoolSourcedId=str(one.institution_id), userSourcedId=str(one.teacher_id),
                           role="teacher", primary="true")  # fmt: skip

    def users(self) -> Iterator[Cells]:
        """Everybody once: pupils, then staff, then guardians."""
        grades = {one.person_id: self._grades[one.grade_id] for one, _ in self._enrolments.values()}
        schools = {one.person_id: one.institution_id for one, _ in self._enrolments.values()}
        agents: dict[UUID, list[str]] = {}
        for link, person in self._links:
            agents.setdefault(link.student_id, []).append(str(person.id))
        seen: set[UUID] = set()
        for person in self._pupils.values():
            seen.add(person.id)
            yield self._user(person, schools.get(person.id), grades=grades.get(person.id, ""),
                             agentSourcedIds=",".join(agents.get(person.id, ())))  # fmt: skip
        others: Iterable[tuple[Person, UUID | None]] = [
            *((person, post.institution_id) for post, person in self._posts),
            *((person, schools.get(link.student_id)) for link, person in self._links),
        ]
        for person, school_id in others:
            if person.id not in seen:
                seen.add(person.id)
                yield self._user(person, school_id)

    def roles(self) -> Iterator[Cells]:
        """What everybody is at which school; the first role of a person is the primary one."""
        primary: set[UUID] = set()
        seen: set[tuple[UUID, str, UUID]] = set()

        def role(person_id: UUID, name: str, school_id: UUID, **more: str) -> Iterator[Cells]:
            if (person_id, name, school_id) in seen:
                return
            seen.add((person_id, name, school_id))
            kind = "secondary" if person_id in primary else "primary"
            primary.add(person_id)
            row_id = natural_id("oneroster", person_id, name, school_id)
            yield _row(row_id, userSourcedId=str(person_id), roleType=kind, role=name,
                       orgSourcedId=str(school_id), **more)  # fmt: skip

        for enrolment, person in self._enrolments.values():
            yield from role(person.id, "student", enrolment.institution_id,
                            beginDate=enrolment.starts_on.isoformat(),
                            endDate=enrolment.ends_on.isoformat() if enrolment.ends_on else "")  # fmt: skip
        for post, person in self._posts:
            days = {
                "beginDate": post.starts_on.isoformat() if post.starts_on else "",
                "endDate": post.ends_on.isoformat() if post.ends_on else "",
            }
            named = _ROLES.get(post.role, _OTHER_ROLE)
            yield from role(person.id, named, post.institution_id, **days)
        schools = {one.person_id: one.institution_id for one, _ in self._enrolments.values()}
        for link, person in self._links:
            yield from role(person.id, _RELATIVES.get(link.relation, _OTHER_RELATIVE),
                            schools[link.student_id])  # fmt: skip

    def demographics(self) -> Iterator[Cells]:
        """Sex and date of birth of pupils."""
        for person in self._pupils.values():
            yield _row(person.id, birthDate=person.birth_date.isoformat() if person.birth_date else "",
                       sex=_SEXES.get(person.sex or "", "unspecified"),
                       cityOfBirth=person.birth_place or "")  # fmt: skip

    # -- Parts --------------------------------------------------------------------------------------

    def _grades_of(self, one: SchoolClass) -> list[str]:
        return sorted(self._class_grades.get(one.id, []))

    def _course(self, one: SchoolClass) -> UUID:
        return natural_id("oneroster", one.institution_id, self._year.id, "-".join(self._grades_of(one)))

    def _user(self, person: Person, school_id: UUID | None, **more: str) -> Cells:
        number = self._numbers.get(person.id) or ""
        phone = self._phones.get(person.id)
        return _row(
            person.id,
            enabledUser="true",
            username=number or str(person.id),
            userIds=f"{{number:{number}}}" if number else "",
            givenName=person.given_names,
            familyName=person.family_name,
            identifier=number,
            phone=phone.value if phone is not None else "",
            preferredGivenName=person.preferred_name or "",
            primaryOrgSourcedId=_text(school_id),
            **more,
        )


def _row(row_id: UUID, **cells: str) -> Cells:
    """A row of bulk files: status and the date of change stay empty there."""
    return {"sourcedId": str(row_id), **cells}


def _text(row_id: UUID | None) -> str:
    return "" if row_id is None else str(row_id)
