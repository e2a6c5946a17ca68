"""The end of a school's year before it is done: for each pupil the advice, what people decided, and where the
pupil goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import (
    AcademicPeriod,
    ClassPupil,
    Enrolment,
    Institution,
    Person,
    SchoolClass,
)
from emis_desktop.one_person import together
from emis_desktop.queries.gradebook import gradebook
from emis_desktop.queries.results import PupilLine, heads_of, results_of
from emis_desktop.queries.roster import numbers_of
from emis_desktop.queries.schemes import schemes_for
from emis_desktop.queries.school import terms_of
from emis_desktop.queries.school_values import TermInfo
from emis_desktop.queries.year_advice import Sitting, YearView, advise_pupils
from emis_desktop.queries.year_paths import Paths, paths_of
from emis_desktop.rules.names import listed_name, sort_key
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.rules.year_end import Advice, Advised, place_in
from emis_desktop.sentence import Sentence, say

HOSTED = "hosted"
ASKED = "asked"


class Way(StrEnum):
    """Where a pupil goes from this year.

    ``place``: into a class of the next year. ``enrol``: into the next year, without a class yet. ``finish``:
    the grade that follows is not taught here, so the pupil leaves with the year. ``decide``: only the outcome
    is written, since the next year is not open yet. ``wait``: undecided, nothing is written. ``done``: gone
    on already.
    """

    PLACE = "place"
    ENROL = "enrol"
    FINISH = "finish"
    DECIDE = "decide"
    WAIT = "wait"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class YearPupil:
    """A pupil in the year that ends.

    ``stored`` is the outcome that stands already, by a run or by people, who said why in ``outcome_reason``;
    ``outcome`` what will be (or is) written: the stored one, else the advice; None while it is undecided.
    """

    enrolment_id: UUID
    student_id: UUID
    name: str
    number: str
    grade_id: UUID
    grade: str
    class_id: UUID | None
    class_name: str
    advised: Advised
    average: Decimal | None
    passed: int
    subjects: int
    attendance: Decimal | None
    stored: Advice | None
    outcome: Advice | None
    outcome_reason: str
    way: Way
    to_grade_id: UUID | None = None
    to_grade: str = ""
    to_class_id: UUID | None = None
    to_class: str = ""
    note: Sentence | None = None

    @property
    def by_hand(self) -> bool:
        """Whether people decided."""
        return self.stored is not None and bool(self.outcome_reason)


@dataclass(frozen=True, slots=True)
class YearEnd:
    """A school's year before its end; ``next_id`` None: the next year is not open yet. ``pupils`` by class
    and name.
    """

    institution_id: UUID
    school: str
    year_id: UUID
    year: str
    ends_on: date
    next_id: UUID | None
    next_year: str
    next_starts_on: date | None
    pupils: tuple[YearPupil, ...]

    @property
    def to_do(self) -> tuple[YearPupil, ...]:
        """The pupils for whom a run writes something."""
        return tuple(one for one in self.pupils if one.way not in {Way.WAIT, Way.DONE} and _changes(one))

    def count(self) -> Mapping[str, int]:
        """How many pupils have each outcome (``undecided`` among them)."""
        return Counter((one.outcome or Advice.UNDECIDED).value for one in self.pupils)

    def ways(self) -> Mapping[Way, int]:
        """How many pupils go each way."""
        return Counter(one.way for one in self.pupils)


def _changes(one: YearPupil) -> bool:
    return one.way is not Way.DECIDE or one.stored is None


class YearEndQueries:
    """Questions about the end of a year, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Every answer is limited to what ``actor`` may do."""
        self._db = db
        self._actor = actor

    def preview(self, institution_id: UUID, year_id: UUID, language: str = "en") -> YearEnd:
        """What a run would do now; nothing is written. Raises :class:`Refused` for a school or year that is
        not there.
        """
        require(self._actor, Right.EDIT_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            return year_end(session, institution_id, year_id, language)


def year_end(session: Session, institution_id: UUID, year_id: UUID, language: str) -> YearEnd:
    """The year of a school as it would end now."""
    school, year = session.get(Institution, institution_id), session.get(AcademicPeriod, year_id)
    if school is None or year is None or school.deleted_at is not None or year.deleted_at is not None:
        raise Refused("That school or year is no longer there. Choose another.")
    following = _next_year(session, year)
    rows = _rows(session, institution_id, year_id)
    views = _views(session, institution_id, year_id, rows, language)
    numbers = numbers_of(session, [row.Person.id for row in rows])
    onward = _onward(session, [row.Enrolment.id for row in rows])
    taught = {row.Enrolment.grade_id for row in rows}
    paths = paths_of(session, institution_id, year, following, taught)
    pupils = []
    for row in rows:
        one = _pupil(row, views[row.Person.id], numbers.get(row.Person.id, ""), paths)
        pupils.append(_sent(one, row.Enrolment, paths, row.Enrolment.id in onward))
    return YearEnd(
        institution_id,
        school.name,
        year_id,
        year.label,
        year.ends_on,
        following.id if following is not None else None,
        following.label if following is not None else "",
        following.starts_on if following is not None else None,
        tuple(pupils),
    )


def _next_year(session: Session, year: AcademicPeriod) -> AcademicPeriod | None:
    return session.scalars(
        select(AcademicPeriod)
        .where(AcademicPeriod.starts_on > year.ends_on, AcademicPeriod.deleted_at.is_(None))
        .order_by(AcademicPeriod.starts_on)
        .limit(1)
    ).first()


def _rows(session: Session, institution_id: UUID, year_id: UUID) -> list[Row[Enrolment, Person, UUID, str]]:
    """The enrolments of the year that are open or have an outcome, each with the last stay, by class and
    name; of two records of one pupil the main one's.
    """
    later = aliased(ClassPupil)
    newest = (
        select(later.id)
        .where(later.enrolment_id == Enrolment.id, later.deleted_at.is_(None))
        .order_by(later.ends_on.is_not(None), later.ends_on.desc(), later.starts_on.desc(), later.id.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Enrolment, Person, SchoolClass.id.label("class_id"), SchoolClass.name.label("class_name"))
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(ClassPupil, ClassPupil.id == newest)
        .outerjoin(SchoolClass, SchoolClass.id == ClassPupil.class_id)
        .where(
            Enrolment.institution_id == institution_id,
            Enrolment.period_id == year_id,
            Enrolment.standing != HOSTED,
            Enrolment.deleted_at.is_(None),
            Enrolment.ends_on.is_(None) | Enrolment.outcome.is_not(None),
            Person.deleted_at.is_(None),
        )
    ).all()
    whole = together(session, [row.Person.id for row in rows])
    there = {row.Person.id for row in rows if row.Enrolment.ends_on is None}
    there &= set(whole.main.values())
    once = [row for row in rows if whole.main.get(row.Person.id) not in there]
    return sorted(
        once if whole.group else rows,
        key=lambda row: (
            row.class_name or "",
            sort_key(row.Person.family_name, row.Person.given_names),
            row.Enrolment.id,
        ),
    )


def _views(
    session: Session,
    institution_id: UUID,
    year_id: UUID,
    rows: Sequence[Row[Enrolment, Person, UUID, str]],
    language: str,
) -> dict[UUID, YearView]:
    grade_ids = {row.Enrolment.grade_id for row in rows}
    sitting = [Sitting(row.Person.id, row.Enrolment.grade_id, row.Enrolment.repeater) for row in rows]
    by_term = [
        (term, dict(_lines(session, institution_id, term, last, language)))
        for term, last in _terms(session, year_id)
    ]
    rules = schemes_for(session, institution_id, grade_ids)
    return advise_pupils(session, institution_id, year_id, by_term, rules, sitting)


def _terms(session: Session, year_id: UUID) -> Iterator[tuple[TermInfo, bool]]:
    terms = terms_of(session, year_id)
    for place, term in enumerate(terms):
        yield term, place == len(terms) - 1


def _lines(
    session: Session, institution_id: UUID, term: TermInfo, last: bool, language: str
) -> Iterator[tuple[UUID, PupilLine]]:
    """The results of every class of the school in a term; a class without a grading scheme has none.

    A subject without tests in a term before the last was not assessed: nobody waits for it any more.
    """
    for head in heads_of(session, institution_id, term.year_id):
        try:
            book = gradebook(session, head, term, language)
        except Refused:
            continue
        if not last:
            book = replace(book, awaited=dict.fromkeys(book.plans, ()))
        for line in results_of(book).pupils:
            yield line.student_id, line


def _onward(session: Session, enrolment_ids: Collection[UUID]) -> set[UUID]:
    """Those enrolments that another one continues."""
    found = session.scalars(
        select(Enrolment.previous_id).where(
            Enrolment.previous_id.in_(enrolment_ids),
            Enrolment.deleted_at.is_(None),
            Enrolment.standing != HOSTED,
        )
    )
    return {one for one in found if one is not None}


def _pupil(row: Row[Enrolment, Person, UUID, str], view: YearView, number: str, paths: Paths) -> YearPupil:
    enrolment, person = row.Enrolment, row.Person
    stored = Advice(enrolment.outcome) if enrolment.outcome in set(Advice) else None
    advised = view.advised
    if enrolment.approval == ASKED:
        advised = Advised(Advice.UNDECIDED, (say(N_("the admission waits for approval")),))
    outcome = stored or (None if advised.advice is Advice.UNDECIDED else advised.advice)
    return YearPupil(
        enrolment_id=enrolment.id,
        student_id=person.id,
        name=listed_name(person.given_names, person.family_name),
        number=number,
        grade_id=enrolment.grade_id,
        grade=paths.names.get(enrolment.grade_id, ""),
        class_id=row.class_id,
        class_name=row.class_name or "",
        advised=advised,
        average=view.average,
        passed=view.passed,
        subjects=view.subjects,
        attendance=view.attendance,
        stored=stored,
        outcome=outcome,
        outcome_reason=enrolment.outcome_reason or "",
        way=Way.WAIT,
    )


def _sent(one: YearPupil, enrolment: Enrolment, paths: Paths, onward: bool) -> YearPupil:
    """The pupil with the way that the outcome leads."""
    if onward or enrolment.ends_on is not None:
        return replace(one, way=Way.DONE)
    if one.outcome is None:
        return one
    to = one.grade_id if one.outcome is Advice.REPEATED else paths.above.get(one.grade_id)
    if to is None or _leaves(one, to, paths):
        note = None if to is None else say(N_("{grade} is not taught here"), grade=paths.names[to])
        return replace(one, way=Way.FINISH, note=note)
    named = replace(one, to_grade_id=to, to_grade=paths.names[to])
    if not paths.open:
        return replace(named, way=Way.DECIDE)
    found = place_in(paths.classes, to, one.class_name, one.grade)
    if found is None:
        has = to in paths.taught_next
        why = (
            say(N_("every class of {grade} is full"), grade=paths.names[to])
            if has
            else say(N_("no class of {grade} is open yet"), grade=paths.names[to])
        )
        return replace(named, way=Way.ENROL, note=why)
    found.taken += 1
    return replace(named, way=Way.PLACE, to_class_id=found.id, to_class=found.name)


def _leaves(one: YearPupil, to: UUID, paths: Paths) -> bool:
    """Whether the pupil has finished here: no class has the grade, next year or now; a repeater never has."""
    if one.outcome is Advice.REPEATED:
        return False
    return to not in paths.taught_next and to not in paths.taught_now
