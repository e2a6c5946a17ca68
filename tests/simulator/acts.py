"""What people do on their laptops: small acts over real tables, each with values never typed before."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.journal import Reading
from emis_desktop.models import (
    AssessmentItem,
    Base,
    ClassPupil,
    Conflict,
    Enrolment,
    Guardianship,
    HealthNote,
    Institution,
    Mark,
    Person,
    PersonContact,
    PersonIdentity,
    PersonNote,
    Setting,
    SubjectRemark,
    TermRemark,
)
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Actor, Right, Role, SensitivityClass, offers
from emis_desktop.state_hash import Stored
from tests.simulator.country import DAY, GRADE, ITEMS, NATION_SETTING, PERIOD, SUBJECT, TERM, School
from tests.simulator.ledger import Place

Values = list[tuple[Place, Stored, Stored]]


@dataclass
class Marks:
    """Gives every value typed its own mark, in the whole simulation."""

    count: int = 0

    def number(self) -> int:
        """The next number."""
        self.count += 1
        return self.count

    def text(self, what: str) -> str:
        """A text that nobody typed before."""
        return f"{what} {self.number()}"

    def moment(self) -> datetime:
        """A moment that nobody typed before."""
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.number())


@dataclass
class Pen:
    """Writes one act into an open session and keeps what it wrote, as stored, beside what stood there."""

    session: Session
    values: Values = field(default_factory=list)
    rows: list[tuple[str, bytes]] = field(default_factory=list)

    def insert(self, row: Any, *telling: str) -> None:  # noqa: ANN401 - a row of any model
        """Add a new row; the ``telling`` fields have values of their own."""
        self.session.add(row)
        self.session.flush()
        table = row.__tablename__
        self.rows.append((table, row.id.bytes))
        for name in telling:
            self.values.append(((table, row.id.bytes, name), None, self._stored(table, row.id, name)))

    def change(self, model: type[Any], row_id: UUID, telling: bool = True, /, **fields: object) -> None:
        """Change fields of a row that is there."""
        table = model.__tablename__
        before = {name: self._stored(table, row_id, name) for name in fields}
        self.session.execute(update(model).where(model.id == row_id).values(**fields))
        for name in fields if telling else ():
            self.values.append(((table, row_id.bytes, name), before[name], self._stored(table, row_id, name)))

    def _stored(self, table: str, row_id: UUID, name: str) -> Stored:
        question = f'SELECT "{name}" FROM "{table}" WHERE id = ?'
        found: Stored = self.session.connection().exec_driver_sql(question, (row_id.bytes,)).scalar()
        return found


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits at a laptop: the store, the person, the school (None: ministry), the dice and the marks."""

    db: Database
    actor: Actor
    school: School | None
    dice: random.Random
    marks: Marks


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was committed: its verb, the values it typed, whether its author may write them, the rows
    that it made.
    """

    verb: str
    values: Values
    allowed: bool
    rows: list[tuple[str, bytes]]


Act = Callable[[Pen, Desk], bool]
"""Writes through the pen; False when there is nothing to do it to."""


def do(desk: Desk, name: str) -> Done | None:
    """Do the act of that name, if there is something to do it to."""
    act, right = ACTS[name]
    about = None
    if name == "read_health":
        about = _reading(desk)
        if about is None:
            return None
    with desk.db.write(desk.actor, name, about=about) as session:
        pen = Pen(session)
        if not act(pen, desk):
            pen.values.clear()
            if about is None:
                return None
    return Done(name, pen.values, offers(desk.actor, right), pen.rows)


def _reading(desk: Desk) -> Reading | None:
    with desk.db.read() as session:
        rows = list(session.scalars(select(HealthNote.person_id)))
    return Reading("health_note", desk.dice.choice(sorted(rows))) if rows else None


# -- What there is ---------------------------------------------------------------------------------


def _pick(pen: Pen, desk: Desk, model: type[Any], *where: Any, gone: bool = False) -> Any:  # noqa: ANN401
    question = select(model.id).where(*where)
    if not gone:
        question = question.where(model.deleted_at.is_(None))
    rows = sorted(pen.session.scalars(question))
    return desk.dice.choice(rows) if rows else None


def _pupil(pen: Pen, desk: Desk) -> UUID | None:
    """A pupil whom this desk sees as enrolled at its school, or anywhere for the ministry."""
    where = [Enrolment.deleted_at.is_(None), Enrolment.exit.is_(None)]
    if desk.school is not None:
        where.append(Enrolment.institution_id == desk.school.id)
    question = select(Person.id).join(Enrolment, Enrolment.person_id == Person.id)
    rows = sorted(set(pen.session.scalars(question.where(Person.deleted_at.is_(None), *where))))
    return desk.dice.choice(rows) if rows else None


# -- Acts ------------------------------------------------------------------------------------------


def new_pupil(pen: Pen, desk: Desk) -> bool:
    """A pupil comes: person, enrolment, place in the class, sometimes a number and a telephone."""
    if desk.school is None:
        return False
    marks = desk.marks
    person = Person(
        id=new_id(),
        given_names=marks.text("Given"),
        family_name=marks.text("Family"),
        birth_date=date(2010, 1, 1) + timedelta(days=marks.number()),
        address=marks.text("Address") if desk.dice.random() < 0.5 else None,
        synthetic=True,
    )
    pen.insert(person, "given_names", "family_name", "birth_date", *(["address"] if person.address else []))
    enrolment = Enrolment(
        id=new_id(),
        person_id=person.id,
        institution_id=desk.school.id,
        period_id=PERIOD,
        grade_id=GRADE,
        starts_on=DAY,
    )
    pen.insert(enrolment)
    pen.insert(
        ClassPupil(id=new_id(), class_id=desk.school.class_id, enrolment_id=enrolment.id, starts_on=DAY)
    )
    if desk.dice.random() < 0.3:
        identity = PersonIdentity(
            id=new_id(), person_id=person.id, kind="school", number=marks.text("N"), country="LC"
        )
        pen.insert(identity, "number")
    return True


def edit_person(pen: Pen, desk: Desk) -> bool:
    """One or two fields of a pupil, of every rule and class."""
    pupil = _pupil(pen, desk)
    if pupil is None:
        return False
    names = desk.dice.sample(
        ["preferred_name", "transport", "birth_place", "given_names", "family_name"], desk.dice.randint(1, 2)
    )
    if SensitivityClass.CONTACT in desk.actor.sensitive and desk.dice.random() < 0.4:
        names.append("address")
    pen.change(Person, pupil, **{name: desk.marks.text(name) for name in names})
    return True


def note(pen: Pen, desk: Desk) -> bool:
    """A dated note."""
    pupil = _pupil(pen, desk)
    if pupil is None:
        return False
    pen.insert(PersonNote(id=new_id(), person_id=pupil, written_on=DAY, text=desk.marks.text("Note")), "text")
    return True


def contact(pen: Pen, desk: Desk) -> bool:
    """A telephone number, new or changed."""
    if SensitivityClass.CONTACT not in desk.actor.sensitive:
        return False
    known = _pick(pen, desk, PersonContact)
    if known is not None and desk.dice.random() < 0.5:
        pen.change(PersonContact, known, value=desk.marks.text("Tel"))
        return True
    pupil = _pupil(pen, desk)
    if pupil is None:
        return False
    row = PersonContact(id=new_id(), person_id=pupil, kind="phone", value=desk.marks.text("Tel"))
    pen.insert(row, "value")
    return True


def mark(pen: Pen, desk: Desk) -> bool:
    """A mark: two laptops that enter the same pupil's make one row."""
    pupil = _pupil(pen, desk)
    item = _pick(pen, desk, AssessmentItem, AssessmentItem.state == "open")
    if pupil is None or item is None or desk.school is None or item not in ITEMS[desk.school.id]:
        return False
    value = Decimal(desk.marks.number()) / 1000
    row_id = natural_id("mark", pupil, item)
    if pen.session.get(Mark, row_id) is None:
        pen.insert(Mark(id=row_id, student_id=pupil, item_id=item, state="given", value=value), "value")
    else:
        pen.change(Mark, row_id, value=value)
    return True


def remark(pen: Pen, desk: Desk) -> bool:
    """Words for the report card, of a subject or of the term."""
    pupil = _pupil(pen, desk)
    if pupil is None or desk.school is None:
        return False
    model, row, name = _remark(desk, pupil)
    known = pen.session.get(model, row.id)
    if known is None:
        setattr(row, name, desk.marks.text(name))
        pen.insert(row, name)
    else:
        pen.session.expunge(known)
        pen.change(model, row.id, **{name: desk.marks.text(name)})
    return True


def _remark(desk: Desk, pupil: UUID) -> tuple[type[Any], Any, str]:
    assert desk.school is not None
    if desk.dice.random() < 0.5:
        key = (pupil, SUBJECT, TERM)
        row = SubjectRemark(
            id=natural_id("subject_remark", *key), student_id=pupil, subject_id=SUBJECT, term_id=TERM
        )
        return SubjectRemark, row, "comment"
    term = TermRemark(
        id=natural_id("term_remark", pupil, desk.school.id, TERM),
        student_id=pupil,
        institution_id=desk.school.id,
        term_id=TERM,
    )
    return TermRemark, term, desk.dice.choice(["class_teacher", "principal"])


def health(pen: Pen, desk: Desk) -> bool:
    """A health note, sealed."""
    pupil = _pupil(pen, desk)
    if pupil is None or SensitivityClass.HEALTH not in desk.actor.sensitive:
        return False
    row_id = natural_id("health_note", pupil)
    sealed = desk.marks.text("sealed").encode()
    if pen.session.get(HealthNote, row_id) is None:
        pen.insert(HealthNote(id=row_id, person_id=pupil, sealed=sealed), "sealed")
    else:
        pen.change(HealthNote, row_id, sealed=sealed)
    return True


def guardian(pen: Pen, desk: Desk) -> bool:
    """A guardian: somebody new, or a known one for another child (a set: put back when it was removed)."""
    pupil = _pupil(pen, desk)
    if pupil is None or SensitivityClass.CONTACT not in desk.actor.sensitive:
        return False
    known = _pick(pen, desk, Guardianship)
    if known is not None and desk.dice.random() < 0.5:
        grown_up = pen.session.scalars(select(Guardianship.guardian_id).where(Guardianship.id == known)).one()
    else:
        person = Person(
            id=new_id(),
            given_names=desk.marks.text("Parent"),
            family_name=desk.marks.text("Of"),
            synthetic=True,
        )
        pen.insert(person, "given_names", "family_name")
        grown_up = person.id
    row_id = natural_id("guardianship", pupil, grown_up)
    link = pen.session.get(Guardianship, row_id)
    if link is None:
        row = Guardianship(id=row_id, student_id=pupil, guardian_id=grown_up, relation=desk.marks.text("kin"))
        pen.insert(row, "relation")
    else:
        pen.change(Guardianship, row_id, deleted_at=None)
        pen.change(Guardianship, row_id, relation=desk.marks.text("kin"))
    return True


def remove(pen: Pen, desk: Desk) -> bool:
    """Mark a contact, a note, a link, a mark or (seldom) a person as deleted."""
    models: list[type[Any]] = [PersonContact, PersonNote, Guardianship, Mark]
    model = Person if desk.dice.random() < 0.2 else desk.dice.choice(models)
    if model is PersonContact and SensitivityClass.CONTACT not in desk.actor.sensitive:
        return False
    row_id = _pupil(pen, desk) if model is Person else _pick(pen, desk, model)
    if row_id is None:
        return False
    pen.change(model, row_id, deleted_at=desk.marks.moment())
    return True


def put_back(pen: Pen, desk: Desk) -> bool:
    """Bring back what was deleted."""
    model: type[Any] = desk.dice.choice([PersonContact, PersonNote, Guardianship, Mark, Person])
    row_id = _pick(pen, desk, model, model.deleted_at.is_not(None), gone=True)
    if row_id is None:
        return False
    pen.change(model, row_id, deleted_at=None)
    return True


def lock(pen: Pen, desk: Desk) -> bool:
    """Lock a test, or open it again."""
    if desk.school is None:
        return False
    item = desk.dice.choice(ITEMS[desk.school.id])
    found = pen.session.scalars(select(AssessmentItem.state).where(AssessmentItem.id == item)).first()
    if found is None:
        return False
    pen.change(AssessmentItem, item, False, state="open" if found == "locked" else "locked")
    return True


def setting(pen: Pen, desk: Desk) -> bool:
    """A setting of the school, or of the country."""
    if desk.school is None:
        pen.change(Setting, NATION_SETTING, value=f'"{desk.marks.text("country")}"')
        return True
    pen.change(Institution, desk.school.id, **{desk.dice.choice(["phone", "motto"]): desk.marks.text("S")})
    return True


def two_fields(pen: Pen, desk: Desk) -> bool:
    """The field of the famous loss: one laptop changes one field of a record, another another."""
    pupil = _pupil(pen, desk)
    if pupil is None:
        return False
    name = "preferred_name" if desk.dice.random() < 0.5 else "transport"
    pen.change(Person, pupil, **{name: desk.marks.text(name)})
    return True


def transfer_out(pen: Pen, desk: Desk) -> bool:
    """A pupil leaves for the other school."""
    pupil = _pupil(pen, desk)
    if pupil is None or desk.school is None:
        return False
    mine = (
        Enrolment.person_id == pupil,
        Enrolment.institution_id == desk.school.id,
        Enrolment.exit.is_(None),
    )
    for enrolment in sorted(pen.session.scalars(select(Enrolment.id).where(*mine))):
        pen.change(
            Enrolment,
            enrolment,
            False,
            ends_on=DAY,
            exit="transferred",
            destination_id=desk.school.other,
        )
    return True


def transfer_in(pen: Pen, desk: Desk) -> bool:
    """A pupil whom the other school sent here is enrolled."""
    if desk.school is None:
        return False
    sent = select(Enrolment.person_id, Enrolment.id).where(
        Enrolment.destination_id == desk.school.id, Enrolment.exit == "transferred"
    )
    here = set(
        pen.session.scalars(
            select(Enrolment.person_id).where(
                Enrolment.institution_id == desk.school.id, Enrolment.exit.is_(None)
            )
        )
    )
    waiting = sorted((person, last) for person, last in pen.session.execute(sent) if person not in here)
    if not waiting:
        return False
    person, last = desk.dice.choice(waiting)
    pen.insert(
        Enrolment(
            id=new_id(),
            person_id=person,
            institution_id=desk.school.id,
            period_id=PERIOD,
            grade_id=GRADE,
            starts_on=DAY,
            previous_id=last,
        )
    )
    return True


def decide(pen: Pen, desk: Desk) -> bool:
    """One of the things to look at is decided: what stands stays, or the other value comes into force."""
    where = [Conflict.decided_at.is_(None), Conflict.kind.in_(("info", "proposal", "delete"))]
    chosen = _pick(pen, desk, Conflict, *where)
    if chosen is None:
        return False
    row = pen.session.get_one(Conflict, chosen)
    use = row.kind == "info" and row.table_name == "person" and desk.dice.random() < 0.5
    words = {"decision": "other" if use else "keep", "decided_by": desk.actor.user_id}
    told = row.row_id, row.field, row.other
    pen.session.expunge(row)
    pen.change(Conflict, chosen, False, **words, decided_at=desk.marks.moment())
    if use and pen.session.get(Person, told[0]) is not None and isinstance(told[2], str):
        pen.session.expire_all()
        pen.change(Person, told[0], **{told[1]: told[2]})
    return True


def nothing(_pen: Pen, _desk: Desk) -> bool:
    """A reading of sensitive data writes nothing."""
    return True


ACTS: dict[str, tuple[Act, Right]] = {
    "new_pupil": (new_pupil, Right.EDIT_STUDENTS),
    "edit_person": (edit_person, Right.EDIT_STUDENTS),
    "two_fields": (two_fields, Right.EDIT_STUDENTS),
    "note": (note, Right.EDIT_STUDENTS),
    "contact": (contact, Right.EDIT_STUDENTS),
    "guardian": (guardian, Right.EDIT_STUDENTS),
    "mark": (mark, Right.EDIT_MARKS),
    "remark": (remark, Right.EDIT_MARKS),
    "health": (health, Right.EDIT_STUDENTS),
    "read_health": (nothing, Right.VIEW_STUDENTS),
    "remove": (remove, Right.EDIT_STUDENTS),
    "put_back": (put_back, Right.EDIT_STUDENTS),
    "lock": (lock, Right.MANAGE_STRUCTURE),
    "setting": (setting, Right.MANAGE_STRUCTURE),
    "transfer_out": (transfer_out, Right.EDIT_STUDENTS),
    "transfer_in": (transfer_in, Right.EDIT_STUDENTS),
    "decide": (decide, Right.EDIT_STUDENTS),
}
"""What may be done, and the right it needs."""

_OFTEN: dict[str, int] = {"edit_person": 5, "two_fields": 4, "new_pupil": 3, "mark": 4, "note": 2}


def usual(actor: Actor) -> list[str]:
    """The acts of such a person, the frequent ones more than once."""
    mine = [name for name, (_, right) in ACTS.items() if offers(actor, right)]
    return [name for name in mine for _ in range(_OFTEN.get(name, 1))]


@contextmanager
def quietly(db: Database) -> Iterator[Session]:
    """A look at a store."""
    with db.read() as session:
        yield session


__all__ = ["ACTS", "Base", "Desk", "Done", "Marks", "Role", "do", "quietly", "usual"]
