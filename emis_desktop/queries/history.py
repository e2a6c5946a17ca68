"""What was done on this laptop, as sentences, and the history of one record's fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import Column, Row, func, select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.orm import Session, aliased

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused, Word
from emis_desktop.models import (
    Act,
    AttendanceMonth,
    Base,
    Change,
    ClassPupil,
    CustomField,
    CustomValue,
    Enrolment,
    Heard,
    IncidentPerson,
    LaptopName,
    PersonContact,
    SchoolClass,
    Site,
    User,
)
from emis_desktop.one_person import together
from emis_desktop.queries.acts import act_row, moment, sentence_of, undone_acts, value_at
from emis_desktop.queries.field_names import field_name
from emis_desktop.queries.history_parts import MAIN, TABLES, guardians, incident_parts, parts
from emis_desktop.queries.labels import name_of
from emis_desktop.queries.register_cells import DAYS
from emis_desktop.queries.register_cells import TABLE as REGISTERS
from emis_desktop.queries.register_words import cell_label, cell_words, first_cells
from emis_desktop.queries.turned_down import refused_of_row, told, turned_down
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, offers, require
from emis_desktop.scopes import belongs_to
from emis_desktop.sentence import Names, Sentence, say

_SQLITE = sqlite_dialect()


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act: when, by whom, what ("Mark of Pupil 0009, Mathematics Test 2 entered: 88"). ``undone``:
    taken back. What the ministry's server did not take is told as such in the sentence.
    """

    act: int
    at: datetime
    user: str
    sentence: Sentence
    undone: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a record changed. ``field`` is its label; ``before`` and ``after`` are None when empty.

    ``hidden``: the actor may not see values of this sensitivity class, only that they changed. ``key`` is
    table and column ("person.sex"), for values that are codes; ``whose`` names a guardian, or somebody in an
    incident, whose detail it is. A row that was added says its main value as ``after``.

    ``elsewhere``: it was done on another laptop, which is called ``laptop`` where that is known; ``act`` is
    then 0. ``refused``: the ministry's server did not take it.
    """

    act: int
    at: datetime
    user: str
    field: Sentence
    before: object
    after: object
    hidden: bool
    key: str = ""
    whose: str = ""
    elsewhere: bool = False
    laptop: str = ""
    refused: bool = False


class HistoryQueries:
    """Questions to the journal."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def latest(self, limit: int = 20) -> tuple[ActLine, ...]:
        """The latest acts, newest first. An actor without the right to see history gets own acts only, an
        actor of one school none that is about another school.
        """
        question = select(Act, User.name).outerjoin(User, User.id == Act.user_id)
        if not offers(self._actor, Right.VIEW_HISTORY):
            question = question.where(Act.user_id == self._actor.user_id)
        with self._db.read() as session:
            acts = session.execute(question.order_by(Act.seq.desc()).execution_options(yield_per=limit))
            rows = list(islice((row for row in acts if self._is_open(session, row.Act)), limit))
            undone = undone_acts(session, [row.Act.seq for row in rows])
            down = turned_down(session, [act_row(row.Act) for row in rows])
            return tuple(
                ActLine(
                    act=row.Act.seq,
                    at=moment(row.Act.clock),
                    user=row.name or "–",
                    sentence=told(sentence_of(session, act_row(row.Act)), down.get(row.Act.seq)),
                    undone=row.Act.seq in undone,
                )
                for row in rows
            )

    def _is_open(self, session: Session, act: Act) -> bool:
        """Whether an act is about the actor's school: the first row it changed of each table, or what it
        read.
        """
        own = self._actor.institution_id
        if own is None or session.scalars(select(Site.institution_id)).one() == own:
            return True
        first = select(func.min(Change.seq)).where(Change.act == act.seq).group_by(Change.table_name)
        changed = session.execute(select(Change.table_name, Change.row_id).where(Change.seq.in_(first)))
        rows = [(table, row_id) for table, row_id in changed]
        if act.about_table is not None and act.about_id is not None:
            rows.append((act.about_table, act.about_id))
        return all(_is_of(session, table, row_id, own) for table, row_id in rows)

    def record(self, table: str, row_id: UUID) -> tuple[FieldChange, ...]:
        """Every change of a record's fields, newest first; raises :class:`Refused` for another school's."""
        require(self._actor, Right.VIEW_HISTORY)
        with self._db.read() as session:
            own = self._actor.institution_id
            if own is not None and not _is_of(session, table, row_id, own):
                raise Refused("That record belongs to another school. Ask that school.")
            return self._changes(session, [(table, row_id)])

    def person(self, person_id: UUID) -> tuple[FieldChange, ...]:
        """Every change of a pupil's record, of its parts and of the guardians' details, newest first."""
        require(self._actor, Right.VIEW_HISTORY)
        with self._db.read() as session:
            records = together(session, [person_id]).of(person_id)
            self._require_pupil(session, records)
            found = [*self._changes(session, [part for one in records for part in parts(session, one)])]
            found.extend(line for line in self._marked(session, records) if line.before is not None)
            for guardian_id in dict.fromkeys(who for one in records for who in guardians(session, one)):
                found.extend(self._of_guardian(session, guardian_id))
            # Of what one act did, a move says more than the last day that it brought.
            return tuple(
                sorted(found, key=lambda line: (line.at, line.act, line.key == "class_pupil"), reverse=True)
            )

    def registers(self, person_id: UUID) -> tuple[FieldChange, ...]:
        """Everything that was ever marked for a pupil in registers, newest first, corrections among it.

        For who may see the pupil: whoever keeps a register sees who corrected it.
        """
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            records = together(session, [person_id]).of(person_id)
            self._require_pupil(session, records)
            return self._marked(session, records)

    def _marked(self, session: Session, records: Collection[UUID]) -> tuple[FieldChange, ...]:
        months = select(AttendanceMonth.id).where(AttendanceMonth.student_id.in_(records))
        return self._changes(session, [(REGISTERS, row_id) for row_id in session.scalars(months)])

    def incident(self, incident_id: UUID) -> tuple[FieldChange, ...]:
        """Every change of an incident, of the parts people had in it, its files and steps, newest first."""
        require(self._actor, Right.VIEW_HISTORY)
        with self._db.read() as session:
            own = self._actor.institution_id
            if own is not None and not _is_of(session, "incident", incident_id, own):
                raise Refused("That record belongs to another school. Ask that school.")
            found: list[FieldChange] = []
            for table, row_id in incident_parts(session, incident_id):
                whose = name_of(session, table, row_id) if table == IncidentPerson.__tablename__ else ""
                lines = self._changes(session, [(table, row_id)])
                found.extend(replace(line, whose=whose) for line in lines)
            return tuple(sorted(found, key=lambda line: (line.at, line.act), reverse=True))

    def _require_pupil(self, session: Session, records: Collection[UUID]) -> None:
        own = self._actor.institution_id
        schools = session.scalars(select(Enrolment.institution_id).where(Enrolment.person_id.in_(records)))
        if own is not None and own not in set(schools):
            raise Refused("There is no such pupil on this laptop, or the record is not open to you.")

    def _of_guardian(self, session: Session, guardian_id: UUID) -> Iterator[FieldChange]:
        """What changed of a guardian's names and contacts; that the record was made is told by the link."""
        contacts = session.scalars(select(PersonContact.id).where(PersonContact.person_id == guardian_id))
        rows = [("person", guardian_id), *(("person_contact", row_id) for row_id in contacts)]
        name = name_of(session, "person", guardian_id)
        for line in self._changes(session, rows):
            if line.key != "person":
                yield replace(line, whose=name)

    def _changes(self, session: Session, rows: Iterable[tuple[str, UUID]]) -> tuple[FieldChange, ...]:
        found: list[tuple[int, int, FieldChange]] = []
        for table, row_id in rows:
            found.extend(self._heard(session, table, row_id))
            question = (
                select(Change, Act.clock, User.name)
                .join(Act, Act.seq == Change.act)
                .outerjoin(User, User.id == Act.user_id)
                .where(Change.table_name == table, Change.row_id == row_id)
            )
            down = refused_of_row(session, table, row_id)
            for row in session.execute(question):
                refused = any(stamp == row.clock and row.Change.field in {None, at} for at, stamp in down)
                lines = _each_day(session, row.Change, self._line(session, row))
                found += [(row.clock, row.Change.seq, replace(line, refused=refused)) for line in lines]
        found.sort(key=lambda one: one[:2], reverse=True)
        return tuple(line for _stamp, _seq, line in found)

    def _heard(self, session: Session, table: str, row_id: UUID) -> Iterator[tuple[int, int, FieldChange]]:
        """What others did to a row on their laptops, each with its stamp: as it was applied here."""
        question = (
            select(Heard, User.name, LaptopName.name)
            .outerjoin(User, User.id == Heard.user_id)
            .outerjoin(LaptopName, LaptopName.actor == Heard.actor)
            .where(Heard.table_name == table, Heard.row_id == row_id)
        )
        for heard, user, laptop in session.execute(question):
            if heard.field not in Base.metadata.tables[table].c:
                continue
            line = self._told(session, heard, 0, moment(heard.stamp), user or "–")
            yield heard.stamp, heard.seq, replace(line, elsewhere=True, laptop=laptop or "")

    def _line(self, session: Session, row: Row[Change, int, str]) -> FieldChange:
        return self._told(session, row.Change, row.Change.act, moment(row.clock), row.name or "–")

    def _told(
        self, session: Session, change: Change | Heard, act: int, at: datetime, user: str
    ) -> FieldChange:
        label, sensitivity, column = _field(change)
        after, key = change.after, change.table_name
        if change.field is not None:
            key = f"{change.table_name}.{change.field}"
        elif column is not None:
            after = value_at(session, change.table_name, change.row_id, column.name, change.seq)
        before = _value(session, column, change.before) if column is not None else None
        own = _own_name(session, change)
        label = label if own is None else own
        left = _left_for(session, change) if isinstance(change, Change) else None
        if left is not None:
            label, before = say(N_("Moved to another class")), left
        hidden = not may_read(self._actor, sensitivity) or sensitivity is SensitivityClass.HEALTH
        return FieldChange(
            act=act,
            at=at,
            user=user,
            field=label,
            before=None if hidden else before,
            after=None if hidden or column is None else _value(session, column, after),
            hidden=hidden,
            key=key,
        )


def _own_name(session: Session, change: Change | Heard) -> Sentence | None:
    """What the ministry calls the field whose value changed, or which day of a register it is; None for every
    other change.
    """
    cell = cell_label(session, change.table_name, change.row_id, change.field)
    if cell is not None or change.table_name != CustomValue.__tablename__:
        return cell
    if change.field not in {None, "value"}:
        return None
    question = select(CustomField).join(CustomValue, CustomValue.field_id == CustomField.id)
    found = session.scalar(question.where(CustomValue.id == change.row_id))
    if found is None:
        return None
    return say("{name}", name=Names(found.label, found.label_fr, found.label_es))


def _each_day(session: Session, change: Change, line: FieldChange) -> Iterator[FieldChange]:
    """A line a day for a month of a register that came with several; ``line`` itself for anything else."""
    if change.table_name != REGISTERS or change.field is not None:
        yield line
        return
    for day, cell in first_cells(session, change.row_id, change.seq):
        label = cell_label(session, REGISTERS, change.row_id, day)
        if label is not None:
            key = f"{REGISTERS}.{day}"
            yield replace(line, field=label, before=None, after=cell_words(cell), key=key)


def _is_of(session: Session, table: str, row_id: UUID, school: UUID) -> bool:
    """Whether a row is that school's, or the nation's."""
    return belongs_to(session.connection(), Base.metadata.tables[table], row_id, school)


def _left_for(session: Session, change: Change) -> str | None:
    """The class that a pupil left for the new one of ``change`` in the same act; None where it is no move."""
    if change.table_name != ClassPupil.__tablename__ or change.field is not None:
        return None
    came, left = aliased(ClassPupil), aliased(ClassPupil)
    class_id = session.scalar(
        select(left.class_id)
        .join(came, came.enrolment_id == left.enrolment_id)
        .join(Change, Change.row_id == left.id)
        .where(
            came.id == change.row_id,
            left.id != came.id,
            Change.act == change.act,
            Change.field == "ends_on",
            Change.table_name == ClassPupil.__tablename__,
        )
        .limit(1)
    )
    return None if class_id is None else name_of(session, SchoolClass.__tablename__, class_id)


def _field(change: Change | Heard) -> tuple[Sentence, SensitivityClass, Column[object] | None]:
    """Label, sensitivity and column of a change; of a row that came its main column, if any, else none."""
    table = Base.metadata.tables[change.table_name]
    what = Word(TABLES.get(change.table_name, N_("Record")))
    classes = {column.info.get("sensitivity") for column in table.columns}
    sealed = SensitivityClass.HEALTH if SensitivityClass.HEALTH in classes else SensitivityClass.BASIC
    if change.field is None:
        main = table.c.get(MAIN.get(table.name, ""))
        sensitivity = sealed if main is None else main.info.get("sensitivity", sealed)
        return say(N_("{record} added"), record=what), sensitivity, main
    if change.field == "deleted_at":
        gone = change.after is not None
        return say(N_("{record} removed") if gone else N_("{record} brought back"), record=what), sealed, None
    column = table.c[change.field]
    sensitivity = column.info.get("sensitivity", SensitivityClass.BASIC)
    return say(field_name(table.name, change.field)), sensitivity, column


def _value(session: Session, column: Column[object], raw: object) -> object:
    """A journalled value as a person reads it: a decimal, a date, the name of the row it points at, a
    text.
    """
    if raw is None:
        return None
    if column.table.name == REGISTERS and column.name in DAYS:
        return cell_words(raw)
    if column.foreign_keys and isinstance(raw, bytes):
        target = next(iter(column.foreign_keys)).column.table.name
        return name_of(session, target, UUID(bytes=raw))
    if isinstance(raw, bytes):
        return None
    processor = column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None)
    return raw if processor is None else processor(raw)
