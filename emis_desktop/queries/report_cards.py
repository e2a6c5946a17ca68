"""Report cards of a class and term: who is ready, who is not and why, what was issued and what changed
since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import Enrolment, Person, ReportCard
from emis_desktop.queries.card_content import body, body_of, thaw
from emis_desktop.queries.card_values import cards_of
from emis_desktop.queries.gradebook import ClassHead, Gradebook, gradebook, subject_names, term_of
from emis_desktop.queries.pictures import pictures_of
from emis_desktop.queries.reach import require_class, teaching_of
from emis_desktop.queries.remark_table import RemarkTable, remark_table
from emis_desktop.queries.results import PupilLine
from emis_desktop.queries.roster import pupils_of
from emis_desktop.queries.school import ClassInfo, classes_of
from emis_desktop.rules.card import CardValues
from emis_desktop.rules.names import display_name
from emis_desktop.rules.readiness import Awaited, CardState, card_state, is_printed
from emis_desktop.rules.results import ResultState
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.sentence import Sentence, say


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """An issued card. ``superseded``: a later issue replaces it."""

    id: UUID
    student_id: UUID
    name: str
    number: str
    issue: int
    issued_on: date
    issued_by: str
    language: str
    check_code: str
    superseded: bool


@dataclass(frozen=True, slots=True)
class CardRow:
    """A pupil in the list. ``reasons`` keep the card from being ready; ``notes`` do not ("remark is
    empty").

    ``average`` is the final term average as printed, None while there is none. ``issued`` is the card in
    force. ``provisional``: it could be issued as it is, saying that marks are missing. ``missing``: the
    subjects in which something is, those with tests first; ``only_tests``: none of these has tests.
    """

    student_id: UUID
    number: int
    name: str
    state: CardState
    reasons: tuple[Sentence, ...]
    notes: tuple[Sentence, ...]
    average: Decimal | None
    issued: IssuedCard | None
    provisional: bool = False
    missing: tuple[UUID, ...] = ()
    only_tests: bool = False


@dataclass(frozen=True, slots=True)
class CardList:
    """All pupils of a class in register order. ``begun``: at least one mark of the term is entered."""

    class_id: UUID
    term_id: UUID
    class_name: str
    rows: tuple[CardRow, ...]
    begun: bool = True

    def count(self, *states: CardState) -> int:
        """How many cards are in one of ``states``."""
        return sum(row.state in states for row in self.rows)


class ReportCardQueries:
    """Questions about report cards: for the office, and for the class teacher of the class."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def classes(self, institution_id: UUID, term_id: UUID) -> tuple[ClassInfo, ...]:
        """The classes whose cards are open to the actor, by grade and name, with their roll in the term."""
        with self._db.read() as session:
            teaching = teaching_of(session, self._actor)
            term = term_of(session, term_id)
            seen = classes_of(session, self._actor, institution_id, term.year_id, term)
            return tuple(one for one in seen if teaching is None or one.id in teaching.leads)

    def remarks(self, class_id: UUID, term_id: UUID, language: str = "en") -> RemarkTable:
        """What is written beside the marks of a class in a term, read in one transaction."""
        with self._db.read() as session:
            book = open_book(session, self._actor, class_id, term_id, language)
            return remark_table(session, self._actor, book, language)

    def card_list(
        self, class_id: UUID, term_id: UUID, language: str = "en", said_in: str | None = None
    ) -> CardList:
        """The list of a class, read in one transaction. ``language`` is that of the cards, ``said_in`` that
        of whoever reads why one is incomplete; None: the same.
        """
        with self._db.read() as session:
            book = open_book(session, self._actor, class_id, term_id, language)
            names = subject_names(session, class_id, said_in or language)
            return card_list(session, book, language, names)

    def card_values(
        self, class_id: UUID, term_id: UUID, language: str = "en", students: Collection[UUID] | None = None
    ) -> list[CardValues]:
        """The values of the cards as they would be issued now, in register order, for a preview."""
        with self._db.read() as session:
            book = open_book(session, self._actor, class_id, term_id, language)
            return cards_of(session, book, language, students)[1]

    def expected(self, class_ids: Collection[UUID], term_id: UUID) -> int:
        """How many pupils these classes have in a term, for a progress bar. Raises :class:`Refused` for a
        class that is not the actor's.
        """
        with self._db.read() as session:
            for class_id in class_ids:
                require_class(session, self._actor, Right.VIEW_MARKS, class_id)
            return len(pupils_of(session, class_ids, term_of(session, term_id)))

    def issues_of(self, student_id: UUID, term_id: UUID) -> tuple[IssuedCard, ...]:
        """Every issue of a pupil's card, newest first."""
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            by_school: dict[UUID, list[ReportCard]] = {}
            for row in _cards(session, [student_id], term_id, None):
                school = _require_card(session, self._actor, row).institution_id
                by_school.setdefault(school, []).append(row)
            found = [card for rows in by_school.values() for card in _issued(session, rows)]
            return tuple(sorted(found, key=lambda card: (card.issued_on, card.issue), reverse=True))

    def issued_values(self, card_ids: Sequence[UUID]) -> list[CardValues]:
        """The frozen values of issued cards, in the order asked, for reprinting."""
        with self._db.read() as session:
            return [_thawed(session, self._actor, card_id) for card_id in card_ids]


def open_book(
    session: Session,
    actor: Actor,
    class_id: UUID,
    term_id: UUID,
    language: str,
    right: Right = Right.VIEW_MARKS,
) -> Gradebook:
    """The gradebook behind the cards of a class, if they are open to ``actor``; raises :class:`Refused`."""
    found = require_class(session, actor, right, class_id)
    teaching = teaching_of(session, actor)
    if teaching is not None and class_id not in teaching.leads:
        raise Refused("Report cards of {name} are open to its class teacher and the office.", name=found.name)
    head = ClassHead(found.id, found.institution_id, found.period_id, found.name, found.teacher_id)
    return gradebook(session, head, term_of(session, term_id), language)


def card_list(
    session: Session, book: Gradebook, language: str, names: Mapping[UUID, str] | None = None
) -> CardList:
    """The list of a gradebook's class, inside a transaction."""
    results, cards = cards_of(session, book, language)
    students = [line.student_id for line in results.pupils]
    found = _cards(session, students, book.term.id, book.head.institution_id)
    issued = {card.student_id: card for card in _issued(session, found) if not card.superseded}
    contents = {row.id: row.content for row in found}
    left = {pupil.student_id: pupil.left_on for pupil in book.pupils}
    now = _bodies(session, book, issued.values(), dict(zip(students, cards, strict=True)))
    rows = []
    for number, (line, values) in enumerate(zip(results.pupils, cards, strict=True), start=1):
        card = issued.get(line.student_id)
        reasons = incomplete(line, names)
        left_on = left.get(line.student_id)
        changed = card is not None and body_of(contents[card.id]) != now[line.student_id]
        rows.append(
            CardRow(
                student_id=line.student_id,
                number=number,
                name=line.name,
                state=card_state(complete=line.complete, issued=card is not None, changed=changed),
                reasons=reasons,
                notes=_notes(values, left_on),
                average=None if line.term.pending else line.term.average,
                issued=card,
                provisional=bool(reasons) and bool(values.subjects),
                missing=line.gaps.subjects,
                only_tests=bool(line.gaps.tests) and not line.gaps.marks,
            )
        )
    begun = any(
        result.state is not ResultState.NO_MARKS for line in results.pupils for result in line.subjects
    )
    return CardList(book.head.id, book.term.id, book.head.name, tuple(rows), begun)


def incomplete(line: PupilLine, names: Mapping[UUID, str] | None = None) -> tuple[Sentence, ...]:
    """Why a card cannot be issued as it is; nothing when it can. ``names``: what subjects are called by whom
    it is told; those of the card without.
    """
    gaps, said, known = line.gaps, [], names or {}
    if not gaps.tests and not any(map(is_printed, line.subjects)):
        return (say(N_("No marks are entered yet")),)
    if gaps.marks:
        said.append(say(N_("No mark: {subjects}"), subjects=_named(gaps.marks, known)))
    if gaps.tests:
        said.append(say(N_("No tests: {subjects}"), subjects=_named(gaps.tests, known)))
    return tuple(said)


def _named(subjects: Iterable[Awaited], names: Mapping[UUID, str]) -> tuple[str, ...]:
    return tuple(names.get(one.key, one.name) for one in subjects)


def _notes(values: CardValues, left_on: date | None) -> tuple[Sentence, ...]:
    notes = [] if left_on is None else [say(N_("Left on {day}"), day=left_on)]
    if values.class_teacher is not None and not values.class_teacher.text:
        notes.append(say(N_("Class teacher’s remark is empty")))
    if values.principal is not None and not values.principal.text:
        notes.append(say(N_("Principal’s remark is empty")))
    return tuple(notes)


def _bodies(
    session: Session, book: Gradebook, issued: Iterable[IssuedCard], cards: Mapping[UUID, CardValues]
) -> dict[UUID, bytes]:
    """What each issued card would say now, in the language it was issued in."""
    bodies: dict[UUID, bytes] = {}
    by_language: dict[str, list[UUID]] = {}
    for card in issued:
        if card.language == cards[card.student_id].language:
            bodies[card.student_id] = body(cards[card.student_id])
        else:
            by_language.setdefault(card.language, []).append(card.student_id)
    for language, students in by_language.items():
        again = gradebook(session, book.head, book.term, language)
        order = [pupil.student_id for pupil in again.pupils if pupil.student_id in students]
        for student, values in zip(order, cards_of(session, again, language, students)[1], strict=True):
            bodies[student] = body(values)
    return bodies


def _cards(
    session: Session, student_ids: Collection[UUID], term_id: UUID, institution_id: UUID | None
) -> list[ReportCard]:
    """Cards that a school (None: any) issued to the students for a term, oldest issue first."""
    question = (
        select(ReportCard)
        .join(Enrolment, Enrolment.id == ReportCard.enrolment_id)
        .where(
            ReportCard.student_id.in_(student_ids),
            ReportCard.term_id == term_id,
            ReportCard.deleted_at.is_(None),
        )
        .order_by(ReportCard.issue, ReportCard.number)
    )
    if institution_id is not None:
        question = question.where(Enrolment.institution_id == institution_id)
    return list(session.scalars(question))


def cards_in_force(
    session: Session, student_ids: Collection[UUID], term_id: UUID, institution_id: UUID
) -> dict[UUID, ReportCard]:
    """The last issue of each student's card for a term at a school."""
    return {row.student_id: row for row in _cards(session, student_ids, term_id, institution_id)}


def _issued(session: Session, rows: Sequence[ReportCard]) -> list[IssuedCard]:
    people = session.execute(
        select(Person.id, Person.given_names, Person.family_name).where(
            Person.id.in_({row.student_id for row in rows})
        )
    )
    names = {person.id: display_name(person.given_names, person.family_name) for person in people}
    last = {row.student_id: row.id for row in rows}
    return [
        issued_card(row, names[row.student_id], superseded=last[row.student_id] != row.id) for row in rows
    ]


def issued_card(row: ReportCard, name: str, *, superseded: bool) -> IssuedCard:
    """An issued card in plain values."""
    return IssuedCard(
        id=row.id,
        student_id=row.student_id,
        name=name,
        number=row.number,
        issue=row.issue,
        issued_on=row.issued_on,
        issued_by=row.issued_by,
        language=row.language,
        check_code=row.check_code,
        superseded=superseded,
    )


def _require_card(session: Session, actor: Actor, row: ReportCard) -> Enrolment:
    """The enrolment a card belongs to, if the card is open to ``actor``."""
    enrolment = session.get_one(Enrolment, row.enrolment_id)
    require(actor, Right.VIEW_STUDENTS, institution_id=enrolment.institution_id)
    if actor.class_ids is not None:
        raise Refused("Issued report cards are kept by the office. Ask there for a copy.")
    return enrolment


def _thawed(session: Session, actor: Actor, card_id: UUID) -> CardValues:
    row = session.get(ReportCard, card_id)
    if row is None:
        raise Refused("That report card is not on this laptop.")
    enrolment = _require_card(session, actor, row)
    return thaw(row.content, pictures_of(session, enrolment.institution_id, row.student_id))
