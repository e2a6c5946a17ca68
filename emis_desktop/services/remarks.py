"""What teachers write and rate beside the marks: comments, effort, remarks, conduct, attendance totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import AttendanceTotal, ConductRating, SubjectRemark, Term, TermRemark
from emis_desktop.queries.reach import require_subject, teaching_of
from emis_desktop.queries.settings import CardWords, card_words
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Actor, Right, offers, require
from emis_desktop.services.closing import require_open
from emis_desktop.services.mark_checks import Seat, seats_in
from emis_desktop.services.rows import delete, revive

LONGEST_COMMENT = 300
LONGEST_REMARK = 600


Remark = TypeVar("Remark", SubjectRemark, TermRemark, ConductRating, AttendanceTotal)


class _Shape(NamedTuple):
    """Natural key and other fields of a kind of row."""

    key: tuple[str, ...]
    fields: tuple[str, ...]


_SHAPES: Final[Mapping[type[object], _Shape]] = MappingProxyType(
    {
        SubjectRemark: _Shape(("student_id", "subject_id", "term_id"), ("comment", "effort")),
        TermRemark: _Shape(("student_id", "institution_id", "term_id"), ("class_teacher", "principal")),
        ConductRating: _Shape(("student_id", "term_id", "trait"), ("level",)),
        AttendanceTotal: _Shape(
            ("student_id", "institution_id", "period_id", "term_id"),
            ("possible", "absent", "excused", "late"),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class AttendanceFigures:
    """Days of a term: possible, absent in all, of these excused; ``late`` counts occasions. None: not
    known.
    """

    possible: int | None = None
    absent: int | None = None
    excused: int | None = None
    late: int | None = None


@dataclass(frozen=True, slots=True)
class TypedRemark:
    """What somebody typed beside a pupil's marks of a subject; empty text removes it."""

    student_id: UUID
    field: Literal["comment", "effort"]
    text: str


@dataclass(frozen=True, slots=True)
class RefusedRemark:
    """What was not stored and why."""

    typed: TypedRemark
    reason: Refused


class RemarkService:
    """Writes remarks and ratings; every method is one act.

    A teacher writes on the own subjects, and on the term of the own class as its class teacher.
    """

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` writes."""
        self._db = db
        self._actor = actor

    def set_comment(self, student_id: UUID, subject_id: UUID, term_id: UUID, comment: str) -> None:
        """The subject teacher's comment; empty text removes it."""
        self._one(TypedRemark(student_id, "comment", comment), subject_id, term_id)

    def set_effort(self, student_id: UUID, subject_id: UUID, term_id: UUID, effort: str) -> None:
        """The effort letter of a subject; empty text removes it."""
        self._one(TypedRemark(student_id, "effort", effort), subject_id, term_id)

    def set_for_subject(
        self, subject_id: UUID, term_id: UUID, remarks: Sequence[TypedRemark]
    ) -> tuple[RefusedRemark, ...]:
        """Comments and effort letters of a subject in one act; what is refused is told, the rest stored."""
        verb = "set_effort" if all(remark.field == "effort" for remark in remarks) else "set_comment"
        if not offers(self._actor, Right.EDIT_MARKS):
            require(self._actor, Right.EDIT_MARKS)
        refused = []
        with self._db.write(self._actor, verb) as session:
            require_open(session, term_id)
            seats = seats_in(session, {remark.student_id for remark in remarks}, term_id, self._actor)
            words = {seat: self._words_at(session, seat, subject_id) for seat in set(seats.values())}
            for remark in remarks:
                try:
                    seat = seats.get(remark.student_id)
                    value = _checked(remark, _not_on_roll() if seat is None else words[seat])
                except Refused as reason:
                    refused.append(RefusedRemark(remark, reason))
                else:
                    key = (remark.student_id, subject_id, term_id)
                    _put(session, SubjectRemark, key, {remark.field: value})
                    session.flush()  # a letter and a comment of one pupil are the same row
        return tuple(refused)

    def set_class_teacher_remark(self, student_id: UUID, term_id: UUID, text: str) -> None:
        """The class teacher's remark on the term; empty text removes it."""
        remark = _text(text, LONGEST_REMARK)
        with self._term("set_remark", student_id, term_id) as (session, seat, _words):
            _put(session, TermRemark, (student_id, seat.institution_id, term_id), {"class_teacher": remark})

    def set_principal_remark(self, student_id: UUID, term_id: UUID, text: str) -> None:
        """The principal's remark on the term, typed by the principal or the office; empty text removes it."""
        if self._actor.class_ids is not None:
            raise Refused("The principal’s remark is written by the principal or the office.")
        remark = _text(text, LONGEST_REMARK)
        with self._term("set_remark", student_id, term_id) as (session, seat, _words):
            _put(session, TermRemark, (student_id, seat.institution_id, term_id), {"principal": remark})

    def rate_conduct(self, student_id: UUID, term_id: UUID, trait: str, level: int | None) -> None:
        """The level of one trait of conduct; None removes it."""
        with self._term("rate_conduct", student_id, term_id) as (session, _seat, words):
            if trait not in words.traits or (level is not None and level not in words.levels):
                raise Refused("Choose a level from the list.", field=trait)
            _put(session, ConductRating, (student_id, term_id, trait), {"level": level})

    def set_attendance(self, student_id: UUID, term_id: UUID, figures: AttendanceFigures) -> None:
        """Attendance totals of a term."""
        check_days(figures)
        with self._term("set_attendance", student_id, term_id) as (session, seat, _words):
            period_id = session.get_one(Term, term_id).period_id
            key = (student_id, seat.institution_id, period_id, term_id)
            put_attendance(session, key, figures)

    def _one(self, remark: TypedRemark, subject_id: UUID, term_id: UUID) -> None:
        refused = self.set_for_subject(subject_id, term_id, [remark])
        if refused:
            raise refused[0].reason

    def _words_at(self, session: Session, seat: Seat, subject_id: UUID) -> CardWords | Refused:
        """The words that may be used there, or why the actor may not write there."""
        try:
            require(self._actor, Right.EDIT_MARKS, class_id=seat.class_id, institution_id=seat.institution_id)
            require_subject(session, self._actor, Right.EDIT_MARKS, seat.class_id, subject_id)
        except Refused as reason:
            return reason
        return card_words(session, seat.institution_id, "en")

    @contextmanager
    def _term(self, verb: str, student_id: UUID, term_id: UUID) -> Iterator[tuple[Session, Seat, CardWords]]:
        with self._open(verb, student_id, term_id) as (session, seat):
            teaching = teaching_of(session, self._actor)
            if teaching is not None and seat.class_id not in teaching.leads:
                raise Refused("This is written by the class teacher or the office.")
            yield session, seat, card_words(session, seat.institution_id, "en")

    @contextmanager
    def _open(self, verb: str, student_id: UUID, term_id: UUID) -> Iterator[tuple[Session, Seat]]:
        if not offers(self._actor, Right.EDIT_MARKS):
            require(self._actor, Right.EDIT_MARKS)
        with self._db.write(self._actor, verb) as session:
            require_open(session, term_id)
            seat = seats_in(session, [student_id], term_id, self._actor).get(student_id)
            if seat is None:
                raise _not_on_roll()
            require(self._actor, Right.EDIT_MARKS, class_id=seat.class_id, institution_id=seat.institution_id)
            yield session, seat


def _not_on_roll() -> Refused:
    return Refused("This pupil is on no class’s roll in that term. Check the pupil’s record.")


def _checked(remark: TypedRemark, words: CardWords | Refused) -> str | None:
    """What is kept of a remark; raises :class:`Refused`."""
    if isinstance(words, Refused):
        raise words
    if remark.field == "comment":
        return _text(remark.text, LONGEST_COMMENT)
    typed = remark.text.strip().casefold()
    letters = {letter.casefold(): letter for letter in words.effort}
    if typed and typed not in letters:
        raise Refused("Effort is one of {letters}.", field="effort", letters=", ".join(words.effort))
    return letters.get(typed)


def _text(typed: str, longest: int) -> str | None:
    """The text as kept: single spaces, None when empty; raises :class:`Refused` when it is too long."""
    text = " ".join(typed.split())
    if len(text) > longest:
        raise Refused("This is longer than {longest} characters. Shorten it.", field="text", longest=longest)
    return text or None


def check_days(figures: AttendanceFigures) -> None:
    """Raise :class:`Refused` for days that contradict each other."""
    counts = (figures.possible, figures.absent, figures.excused, figures.late)
    if any(count is not None and not 0 <= count <= 366 for count in counts):
        raise Refused("Days are whole numbers from 0 to 366.", field="attendance")
    if figures.possible is not None and (figures.absent or 0) > figures.possible:
        raise Refused("More days absent than school days. Correct one of the two.", field="absent")
    if figures.absent is not None and (figures.excused or 0) > figures.absent:
        raise Refused("More days excused than days absent. Correct one of the two.", field="excused")


def put_attendance(
    session: Session, key: tuple[UUID, UUID, UUID, UUID | None], figures: AttendanceFigures
) -> None:
    """Write totals of (student, school, year, term or None for the year) inside an open act."""
    _put(session, AttendanceTotal, key, asdict(figures))


def _put(
    session: Session, model: type[Remark], key: tuple[UUID | str | None, ...], values: Mapping[str, object]
) -> None:
    """Set ``values`` of the row with this natural key; a row whose every field is empty goes, or never
    comes.
    """
    shape = _SHAPES[model]
    row_id = natural_id(model.__tablename__, *key)
    row: Remark | None = session.get(model, row_id)
    if row is None or row.deleted_at is not None:
        if all(value is None for value in values.values()):
            return
        row = revive(session, model, row_id)
        for name, part in zip(shape.key, key, strict=True):
            setattr(row, name, part)
        for name in shape.fields:
            setattr(row, name, None)
    held = {name: values.get(name, getattr(row, name)) for name in shape.fields}
    if all(value is None for value in held.values()):
        delete(session, row)
        return
    for name, value in held.items():
        setattr(row, name, value)
