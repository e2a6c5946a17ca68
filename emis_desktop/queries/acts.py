"""Acts of the journal as sentences: "Mark of Pupil 0009, Mathematics Test 2 entered: 88"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_, Word
from emis_desktop.models import Act, AssessmentItem, Base, Change, Conflict, Heard, Mark, Subject
from emis_desktop.queries.act_pupils import pupils_changed
from emis_desktop.queries.conflict_words import conflict_title
from emis_desktop.queries.labels import describe
from emis_desktop.queries.register_cells import TABLE as REGISTERS
from emis_desktop.queries.register_words import act_words
from emis_desktop.queries.verb import Verb
from emis_desktop.queries.verbs import REDO, UNDO, verb_of
from emis_desktop.rules.clock import unpack
from emis_desktop.rules.marks import MarkState
from emis_desktop.rules.numbers import from_scaled, plain
from emis_desktop.sentence import Names, Sentence, say, say_many

MARK_REST = "mark_rest"
_WORDS = ("pupil", "subject", "item", "name", "class_name", "school", "destination")
_STATES = {MarkState.ABSENT.value: N_("absent"), MarkState.EXEMPT.value: N_("exempt")}


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act as the journal has it. ``rows``: how many rows of its verb's table it changed, ``row`` the
    first.
    """

    seq: int
    user_id: UUID
    verb: str
    clock: int
    first_change: int
    last_change: int
    about: tuple[str, UUID] | None
    undoes: int | None


def moment(clock: int) -> datetime:
    """The wall-clock part of a stamp."""
    return datetime.fromtimestamp(unpack(clock)[0] / 1000, UTC)


def act_row(row: Act) -> ActRow:
    """An act in plain values."""
    about = None if row.about_table is None or row.about_id is None else (row.about_table, row.about_id)
    return ActRow(
        row.seq,
        row.user_id,
        row.verb,
        row.clock,
        row.first_change,
        row.last_change or row.first_change - 1,
        about,
        row.undoes,
    )


def sentence_of(session: Session, act: ActRow) -> Sentence:
    """What the act did."""
    if act.undoes is not None:
        undone = session.get(Act, act.undoes)
        if undone is not None and act.verb == REDO and undone.undoes is not None:
            undone = session.get(Act, undone.undoes)
        what = say(N_("Records changed")) if undone is None else sentence_of(session, act_row(undone))
        return say(N_("Undone: {what}") if act.verb == UNDO else N_("Done again: {what}"), what=what)
    verb = verb_of(act.verb)
    marked = (
        act_words(session, act.first_change, act.last_change, rest=act.verb == MARK_REST)
        if verb.table == REGISTERS
        else None
    )
    if marked is not None:
        return marked
    count, row_id = _rows(session, act, verb)
    if count > 1 and verb.many is not None:
        return _many(session, act, verb, count, row_id)
    if row_id is None:
        return say(N_("Records changed"))
    return _one(session, act, verb, row_id)


def _rows(session: Session, act: ActRow, verb: Verb) -> tuple[int, UUID | None]:
    """How many rows of the verb's table the act changed, and the first of them; a reading is about one
    row.
    """
    if act.about is not None:
        return 1, act.about[1]
    if verb.pupils:
        return pupils_changed(session, act.first_change, act.last_change)
    within = [Change.seq.between(act.first_change, act.last_change), Change.table_name == verb.table]
    if verb.made:
        within.append(Change.field.is_(None))
    count = session.scalar(select(func.count(Change.row_id.distinct())).where(*within)) or 0
    first = session.scalar(select(Change.row_id).where(*within).order_by(Change.seq).limit(1))
    return count, first


def _one(session: Session, act: ActRow, verb: Verb, row_id: UUID) -> Sentence:
    words: dict[str, object] = dict(describe(session, verb.table, row_id))
    if verb.table == Conflict.__tablename__:
        words["what"] = conflict_title(session, row_id)
    if verb.table == "mark" and "mark}" in verb.one:
        after = mark_at(session, row_id, act.last_change)
        before = mark_at(session, row_id, act.first_change - 1, own=True)
        if after is None:
            return say(N_("Mark of {pupil}, {subject} {item} cleared"), **words)
        if before is not None:
            template = N_("Mark of {pupil}, {subject} {item} changed from {before} to {mark}")
            return say(template, **words, before=before, mark=after)
        words["mark"] = after
    missing = {name: "–" for name in _WORDS if name not in words}
    return say(verb.one, **words, **missing)


def _many(session: Session, act: ActRow, verb: Verb, count: int, first: UUID | None) -> Sentence:
    one, many = verb.many or ("", "")
    if first is not None and ("{class_name}" in one or "{school}" in one):
        return say_many(one, many, count, **describe(session, verb.table, first))
    if "{subject}" not in one:
        return say_many(one, many, count)
    subjects = session.execute(
        select(Subject.name, Subject.name_fr, Subject.name_es, Subject.position)
        .join(AssessmentItem, AssessmentItem.subject_id == Subject.id)
        .join(Mark, Mark.item_id == AssessmentItem.id)
        .join(Change, Change.row_id == Mark.id)
        .where(Change.seq.between(act.first_change, act.last_change), Change.table_name == "mark")
        .distinct()
        .order_by(Subject.position)
    ).all()
    names = tuple(Names(row.name, row.name_fr, row.name_es) for row in subjects)
    return say_many(one, many, count, subject=names)


def mark_at(session: Session, mark_id: UUID, seq: int, *, own: bool = False) -> object | None:
    """What a mark said right after change ``seq``, as a value of a sentence; None when there was none.

    ``own``: as :func:`value_at` has it.
    """
    if value_at(session, "mark", mark_id, "deleted_at", seq, own=own) is not None:
        return None
    born = session.scalar(
        select(Change.seq).where(
            Change.table_name == "mark", Change.row_id == mark_id, Change.field.is_(None), Change.seq > seq
        )
    )
    if born is not None:
        return None
    state = value_at(session, "mark", mark_id, "state", seq, own=own)
    if isinstance(state, str) and state in _STATES:
        return Word(_STATES[state])
    value = value_at(session, "mark", mark_id, "value", seq, own=own)
    return plain(from_scaled(value)) if isinstance(value, int) else None


def value_at(
    session: Session, table: str, row_id: UUID, field: str, seq: int, *, own: bool = False
) -> object:
    """The raw value of a field right after change ``seq``: what the next change found, else what is there
    now.

    ``own``: up to the next change made on this laptop, with what came from others in between.
    """
    later = session.execute(
        select(Change.before, Act.clock)
        .join(Act, Act.seq == Change.act)
        .where(Change.table_name == table, Change.row_id == row_id, Change.field == field, Change.seq > seq)
        .order_by(Change.seq)
        .limit(1)
    ).first()
    if not own:
        heard = _heard_after(session, table, row_id, field, seq)
        if heard is not None and (later is None or heard.stamp < later.clock):
            return heard.before
    if later is not None:
        return later.before
    column = Base.metadata.tables[table].c[field]
    question = f'SELECT "{column.name}" FROM "{column.table.name}" WHERE id = ?'  # noqa: S608 - names from the model
    return session.connection().exec_driver_sql(question, (row_id.bytes,)).scalar()


def _heard_after(session: Session, table: str, row_id: UUID, field: str, seq: int) -> Heard | None:
    """The first thing that others did to a field after change ``seq``."""
    made = select(Act.clock).join(Change, Change.act == Act.seq).where(Change.seq == seq).scalar_subquery()
    return session.scalar(
        select(Heard)
        .where(Heard.table_name == table, Heard.row_id == row_id, Heard.field == field, Heard.stamp > made)
        .order_by(Heard.stamp, Heard.seq)
        .limit(1)
    )


def undone_acts(session: Session, acts: Sequence[int]) -> frozenset[int]:
    """Which of these acts are taken back now: an undo stands unless it was itself undone by a redo."""
    undoing: Mapping[int, int] = {
        row.seq: row.undoes
        for row in session.execute(select(Act.seq, Act.undoes).where(Act.undoes.is_not(None)))
        if row.undoes is not None
    }
    redone = set(undoing.values()) & set(undoing)
    standing = {target for seq, target in undoing.items() if seq not in redone}
    return frozenset(seq for seq in acts if seq in standing)
