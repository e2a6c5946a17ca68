"""Issuing report cards: values are frozen, numbered and kept; a later issue replaces an earlier one.

Issuing has two steps, so that no write waits for a drawing: :meth:`ReportCardService.preparing` reads,
computes and numbers the cards, :meth:`ReportCardService.commit` issues them in one act, if nothing has
changed in between.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, CannotSave, Refused
from emis_desktop.models import CaptureContext, Change, ReportCard, Site
from emis_desktop.queries.card_content import body, body_of, check_code, fingerprint, freeze, sealed
from emis_desktop.queries.card_values import cards_of
from emis_desktop.queries.gradebook import Gradebook, subject_names
from emis_desktop.queries.report_cards import IssuedCard, cards_in_force, incomplete, open_book
from emis_desktop.rules.card import CardIssue, CardReplaced, CardValues
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, offers, require
from emis_desktop.sentence import Sentence, say

_INSERT = (
    "INSERT INTO report_card (id, student_id, enrolment_id, term_id, number, issue, replaces_id, issued_on, "
    "issued_by, language, check_code, fingerprint, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class IssueOrder:
    """What to issue: the cards of classes in a term, of ``students`` only when given.

    ``language``: of the cards; ``said_in``: of whoever is told why one is left out, None for the same.
    ``provisional``: also cards with marks missing, which say so. ``again``: also cards that have not changed.
    """

    class_ids: tuple[UUID, ...]
    term_id: UUID
    today: date
    language: str = "en"
    students: frozenset[UUID] | None = None
    provisional: bool = False
    again: bool = False
    said_in: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pupil whose card was not issued and why."""

    student_id: UUID
    name: str
    reasons: tuple[Sentence, ...]


class IssuedNotSaved(CannotSave):
    """The cards in ``issued`` are issued, but not all of their files could be saved: save them again."""

    def __init__(self, issued: Sequence[IssuedCard], message: str, /, **values: object) -> None:
        """As :class:`CannotSave`, with the cards."""
        super().__init__(message, **values)
        self.issued = tuple(issued)


@dataclass(frozen=True, slots=True)
class FrozenCard:
    """A card as it will be kept: everything of its row, small enough to hold thousands."""

    id: UUID
    student_id: UUID
    enrolment_id: UUID
    term_id: UUID
    name: str
    number: str
    issue: int
    replaces_id: UUID | None
    issued_on: date
    language: str
    fingerprint: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A card with its number, ready to be drawn; not issued yet."""

    frozen: FrozenCard
    values: CardValues


@dataclass(frozen=True, slots=True)
class Stamp:
    """The state of the store that cards were prepared from: newest change, downloads, last card number."""

    change: int
    received: int
    card_number: int


class ReportCardService:
    """Issues report cards."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` issues. ``stamp`` is that of the last preparation."""
        self._db = db
        self._actor = actor
        self._stamp: Stamp | None = None

    def preparing(self, order: IssueOrder) -> Generator[Prepared | Skipped]:
        """The cards of ``order`` one by one, in register order, and who is left out, from one consistent
        look.

        Close the iterator before :meth:`commit`.
        """
        with self._db.read() as session:
            self._stamp = _stamp(session)
            site_code = session.scalars(select(Site.code)).one()
            number = self._stamp.card_number
            for class_id in order.class_ids:
                book = open_book(
                    session, self._actor, class_id, order.term_id, order.language, Right.ISSUE_CARDS
                )
                for found in _prepared(session, book, order, f"{site_code}-{_term_code(book)}", number):
                    number += isinstance(found, Prepared)
                    yield found

    def commit(self, cards: Sequence[FrozenCard]) -> tuple[IssuedCard, ...]:
        """Issue what was prepared last, as one act; raises :class:`Refused` when the records have changed
        since.
        """
        if not offers(self._actor, Right.ISSUE_CARDS):
            require(self._actor, Right.ISSUE_CARDS)
        with self._db.write(self._actor, "issue_cards") as session:
            if _stamp(session) != self._stamp:
                raise Refused(
                    "Records were changed while the cards were being made. Nothing was issued; do it again."
                )
            rows = [_row(card, self._actor.name) for card in cards]
            session.connection().exec_driver_sql(_INSERT, rows)
            session.execute(update(Site).values(card_number=Site.card_number + len(cards)))
        return tuple(_issued(card, self._actor.name) for card in cards)


def _prepared(
    session: Session, book: Gradebook, order: IssueOrder, prefix: str, number: int
) -> Iterator[Prepared | Skipped]:
    """The cards of one class; ``number`` is the last one given out."""
    results, cards = cards_of(session, book, order.language, order.students)
    by_student = {line.student_id: line for line in results.pupils}
    pupils = [pupil for pupil in book.pupils if order.students is None or pupil.student_id in order.students]
    ids = [pupil.student_id for pupil in pupils]
    earlier = cards_in_force(session, ids, order.term_id, book.head.institution_id)
    names = subject_names(session, book.head.id, order.said_in or order.language)
    for pupil, values in zip(pupils, cards, strict=True):
        student = pupil.student_id
        reasons = _objections(values, incomplete(by_student[student], names), earlier, student, order)
        if reasons:
            yield Skipped(student, values.pupil.name, reasons)
            continue
        number += 1
        yield _numbered(
            values, student, pupil.enrolment_id, earlier.get(student), order, f"{prefix}-{number:06}"
        )


def _objections(
    values: CardValues,
    missing: tuple[Sentence, ...],
    earlier: Mapping[UUID, ReportCard],
    student: UUID,
    order: IssueOrder,
) -> tuple[Sentence, ...]:
    if not values.subjects or (missing and not order.provisional):
        return missing
    card = earlier.get(student)
    if (
        card is None
        or order.again
        or card.language != order.language
        or body_of(card.content) != body(values)
    ):
        return ()
    return (say(N_("Issued on {day}, nothing has changed since"), day=card.issued_on),)


def _numbered(
    values: CardValues,
    student: UUID,
    enrolment: UUID,
    earlier: ReportCard | None,
    order: IssueOrder,
    number: str,
) -> Prepared:
    issue = CardIssue(
        issue=earlier.issue + 1 if earlier is not None else 1,
        number=number,
        issued_on=order.today,
        check_code="",
        qr=b"",
        replaces=CardReplaced(earlier.issue, earlier.issued_on) if earlier is not None else None,
    )
    numbered = replace(values, issue=issue)
    content = freeze(numbered)
    mark = fingerprint(content)
    frozen = FrozenCard(
        id=new_id(),
        student_id=student,
        enrolment_id=enrolment,
        term_id=order.term_id,
        name=values.pupil.name,
        number=number,
        issue=issue.issue,
        replaces_id=earlier.id if earlier is not None else None,
        issued_on=order.today,
        language=order.language,
        fingerprint=mark,
        content=content,
    )
    return Prepared(frozen, sealed(numbered, mark))


def _term_code(book: Gradebook) -> str:
    """The part of a card's number that names the term: ``26T1``."""
    return f"{book.term.starts_on:%y}T{book.term.number}"


def _stamp(session: Session) -> Stamp:
    change = session.scalar(select(func.max(Change.seq))) or 0
    received = session.scalars(select(CaptureContext.received)).one()
    return Stamp(change, received, session.scalars(select(Site.card_number)).one())


def _row(card: FrozenCard, issued_by: str) -> tuple[object, ...]:
    """The values of :data:`_INSERT`, as SQLite keeps them."""
    return (
        card.id.bytes,
        card.student_id.bytes,
        card.enrolment_id.bytes,
        card.term_id.bytes,
        card.number,
        card.issue,
        None if card.replaces_id is None else card.replaces_id.bytes,
        card.issued_on.isoformat(),
        issued_by,
        card.language,
        check_code(card.fingerprint),
        card.fingerprint,
        card.content,
    )


def _issued(card: FrozenCard, issued_by: str) -> IssuedCard:
    return IssuedCard(
        id=card.id,
        student_id=card.student_id,
        name=card.name,
        number=card.number,
        issue=card.issue,
        issued_on=card.issued_on,
        issued_by=issued_by,
        language=card.language,
        check_code=check_code(card.fingerprint),
        superseded=False,
    )
