"""Undo and redo: an act is taken back by a later act that writes the old values again, as seen in the
journal.

Nothing is removed from the journal. What somebody has changed since is never overwritten: the whole act is
refused then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.journal import Changed
from emis_desktop.models import Act
from emis_desktop.queries.acts import ActRow, act_row, sentence_of
from emis_desktop.queries.verbs import REDO, UNDO, verb_of
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.sentence import Sentence
from emis_desktop.services.register_checks import require_registers
from emis_desktop.services.remark_checks import require_remarks
from emis_desktop.services.reversal import reverse

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

LONGEST = 1000
"""At most so many acts of a sitting are looked through: undo goes no further back."""
_NOTHING = N_("There is nothing to undo.")


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back or done again: the act, its sentence, and the tables it touched.

    ``act`` stays the number by which :meth:`UndoService.undo_act` takes it back.
    """

    act: int
    sentence: Sentence
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class Made(Generic[Result_co]):
    """What came of a deed, and the number of the act it made last; None when it changed nothing."""

    result: Result_co
    act: int | None


@dataclass(frozen=True, slots=True)
class _Stacks:
    """The act to take back next, and the undo to take back next with the act it took back."""

    undo: int | None
    redo: tuple[int, int] | None


class UndoService:
    """Takes back the actor's own acts of this sitting, latest first, and does them again."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """A sitting begins when this is made."""
        self._db = db
        self._actor = actor
        with db.read() as session:
            self._since = session.scalar(select(func.max(Act.seq))) or 0

    def can_undo(self) -> Sentence | None:
        """What :meth:`undo` would take back, for a tooltip; None when there is nothing, or it never can
        be.
        """
        with self._db.read() as session:
            act = self._stacks(session).undo
            if act is None:
                return None
            found = _act(session, act)
            return sentence_of(session, found) if verb_of(found.verb).undoable else None

    def can_redo(self) -> Sentence | None:
        """What :meth:`redo` would do again; None when there is nothing."""
        with self._db.read() as session:
            pair = self._stacks(session).redo
            return None if pair is None else sentence_of(session, _act(session, pair[1]))

    def made_by(self, deed: Callable[[], Result]) -> Made[Result]:
        """Do ``deed`` on this thread and say which act it made, whatever else is written meanwhile: a toast
        takes back exactly that one by :meth:`undo_act`.
        """
        here, acts = threading.get_ident(), list[int]()

        def note(changed: Changed) -> None:
            if threading.get_ident() == here:
                acts.append(changed.act)

        leave = self._db.subscribe(note)
        try:
            result = deed()
        finally:
            leave()
        return Made(result, acts[-1] if acts else None)

    def undo(self) -> Undone:
        """Take back the latest act; :class:`Refused` says why it cannot be."""
        with self._db.read() as session:
            act = self._stacks(session).undo
        if act is None:
            raise Refused(_NOTHING)
        return self._take_back(act, act, UNDO)

    def redo(self) -> Undone:
        """Do again what was undone last."""
        with self._db.read() as session:
            pair = self._stacks(session).redo
        if pair is None:
            raise Refused("There is nothing to do again.")
        return self._take_back(*pair, REDO)

    def undo_act(self, act: int) -> Undone:
        """Take back one act named by its number (a toast's Undo), also when it was undone and done again;
        another person's needs the right to do so.
        """
        with self._db.read() as session:
            row = session.get(Act, act)
            undone = _is_undone(session, act)
        if row is None or row.undoes is not None:
            raise Refused(_NOTHING)
        if row.user_id != self._actor.user_id:
            require(self._actor, Right.UNDO_OTHERS)
        if undone:
            raise Refused("That is undone already.")
        return self._take_back(act, act, UNDO)

    def _take_back(self, reversed_act: int, act: int, verb: str) -> Undone:
        """Write the values from before ``reversed_act``; ``act`` is what the person sees done or undone."""
        with self._db.read() as session:
            back, told = _act(session, reversed_act), _act(session, act)
            sentence = sentence_of(session, told)
        right = verb_of(told.verb).right
        if right is None:
            raise Refused(verb_of(told.verb).never)
        _require(self._actor, right)
        with self._db.write(self._actor, verb, undoes=back.seq) as session:
            entering = self._actor if right is Right.EDIT_MARKS else None
            if entering is not None:
                require_remarks(session, entering, back.first_change, back.last_change)
            if right is Right.EDIT_ATTENDANCE:
                require_registers(session, self._actor, back.first_change, back.last_change)
            tables = reverse(session, back.first_change, back.last_change, entering)
        return Undone(told.seq, sentence, tables)

    def _stacks(self, session: Session) -> _Stacks:
        """Replay the acts of this sitting: a new act ends what could be done again."""
        undo: dict[int, int] = {}
        redo: dict[int, int] = {}
        found = session.execute(
            select(Act.seq, Act.undoes)
            .where(
                Act.seq > self._since,
                Act.user_id == self._actor.user_id,
                Act.about_table.is_(None),
                Act.last_change.is_not(None),
            )
            .order_by(Act.seq.desc())
            .limit(LONGEST)
        ).all()
        for seq, undoes in reversed(found):
            if undoes is None:
                undo[seq] = seq
                redo.clear()
            elif undoes in undo:
                redo[seq] = undo.pop(undoes)
            elif undoes in redo:
                act = redo.pop(undoes)
                undo[act] = act
        return _Stacks(next(reversed(undo), None), next(reversed(redo.items()), None))


def _is_undone(session: Session, act: int) -> bool:
    """Whether the last that was done about an act is an undo: one that was not itself taken back."""
    last = session.scalar(select(func.max(Act.seq)).where(Act.undoes == act))
    return last is not None and session.scalar(select(Act.seq).where(Act.undoes == last).limit(1)) is None


def _act(session: Session, seq: int) -> ActRow:
    return act_row(session.get_one(Act, seq))


def _require(actor: Actor, right: Right) -> None:
    """The right as such; what a teacher reaches is checked for every mark."""
    class_id: UUID | None = next(iter(actor.class_ids), None) if actor.class_ids else None
    require(actor, right, class_id=class_id)
