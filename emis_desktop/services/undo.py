"""Undo and redo: an act is taken back by a later act that writes the old values again, as seen in the
journal.

Nothing is removed from the journal. What somebody has changed since is never overwritten: the whole act is
refused then.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import Act
from emis_desktop.queries.acts import ActRow, act_row, sentence_of
from emis_desktop.queries.verbs import REDO, UNDO, verb_of
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.sentence import Sentence
from emis_desktop.services.reversal import reverse

_NOTHING = N_("There is nothing to undo.")


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back or done again: the act, its sentence, and the tables it touched."""

    act: int
    sentence: Sentence
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Stacks:
    """What can be taken back and done again, the next one last. ``redo`` pairs an undo with the act it
    took back.
    """

    undo: tuple[ActRow, ...]
    redo: tuple[tuple[ActRow, ActRow], ...]


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
            stacks = self._stacks(session)
            if not stacks.undo or not verb_of(stacks.undo[-1].verb).undoable:
                return None
            return sentence_of(session, stacks.undo[-1])

    def can_redo(self) -> Sentence | None:
        """What :meth:`redo` would do again; None when there is nothing."""
        with self._db.read() as session:
            stacks = self._stacks(session)
            return sentence_of(session, stacks.redo[-1][1]) if stacks.redo else None

    def undo(self) -> Undone:
        """Take back the latest act; :class:`Refused` says why it cannot be."""
        with self._db.read() as session:
            stacks = self._stacks(session)
        if not stacks.undo:
            raise Refused(_NOTHING)
        return self._take_back(stacks.undo[-1], stacks.undo[-1], UNDO)

    def redo(self) -> Undone:
        """Do again what was undone last."""
        with self._db.read() as session:
            stacks = self._stacks(session)
        if not stacks.redo:
            raise Refused("There is nothing to do again.")
        undone, act = stacks.redo[-1]
        return self._take_back(undone, act, REDO)

    def undo_act(self, act: int) -> Undone:
        """Take back one act named by its number (a toast's Undo); another person's needs the right to do
        so.
        """
        with self._db.read() as session:
            row = session.get(Act, act)
            undone = session.scalar(select(Act.seq).where(Act.undoes == act).limit(1))
        if row is None or row.undoes is not None:
            raise Refused(_NOTHING)
        if row.user_id != self._actor.user_id:
            require(self._actor, Right.UNDO_OTHERS)
        if undone is not None:
            raise Refused("That is undone already.")
        return self._take_back(act_row(row), act_row(row), UNDO)

    def _take_back(self, reversed_act: ActRow, act: ActRow, verb: str) -> Undone:
        """Write the values from before ``reversed_act``; ``act`` is what the person sees done or undone."""
        right = verb_of(act.verb).right
        with self._db.read() as session:
            sentence = sentence_of(session, act)
        if right is None:
            raise Refused(verb_of(act.verb).never)
        _require(self._actor, right)
        with self._db.write(self._actor, verb, undoes=reversed_act.seq) as session:
            entering = self._actor if right is Right.EDIT_MARKS else None
            tables = reverse(session, reversed_act.first_change, reversed_act.last_change, entering)
        return Undone(act.seq, sentence, tables)

    def _stacks(self, session: Session) -> _Stacks:
        """Replay the acts of this sitting: a new act ends what could be done again."""
        undo: list[ActRow] = []
        redo: list[tuple[ActRow, ActRow]] = []
        rows = session.scalars(
            select(Act)
            .where(
                Act.seq > self._since,
                Act.user_id == self._actor.user_id,
                Act.about_table.is_(None),
                Act.last_change.is_not(None),
            )
            .order_by(Act.seq)
        )
        for act in map(act_row, rows):
            if act.undoes is None:
                undo.append(act)
                redo.clear()
                continue
            taken = next((one for one in undo if one.seq == act.undoes), None)
            again = next((pair for pair in redo if pair[0].seq == act.undoes), None)
            if taken is not None:
                undo.remove(taken)
                redo.append((act, taken))
            elif again is not None:
                redo.remove(again)
                undo.append(again[1])
        return _Stacks(tuple(undo), tuple(redo))


def _require(actor: Actor, right: Right) -> None:
    """The right as such; what a teacher reaches is checked for every mark."""
    class_id: UUID | None = next(iter(actor.class_ids), None) if actor.class_ids else None
    require(actor, right, class_id=class_id)
