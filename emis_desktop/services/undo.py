"""Undo and redo: an act is taken back by a later act that writes the old values again."""

from __future__ import annotations

from dataclasses import dataclass

from emis_desktop.database import Database
from emis_desktop.rules.rights import Actor
from emis_desktop.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back or done again: the act's sentence, and the tables it touched."""

    act: int
    sentence: Sentence
    tables: frozenset[str]


class UndoService:
    """Takes back the actor's own acts of this sitting, latest first, and does them again."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """A sitting begins when this is made."""
        self._db = db
        self._actor = actor

    def can_undo(self) -> Sentence | None:
        """What :meth:`undo` would take back, for a tooltip; None when there is nothing."""
        raise NotImplementedError

    def can_redo(self) -> Sentence | None:
        """What :meth:`redo` would do again; None when there is nothing."""
        raise NotImplementedError

    def undo(self) -> Undone:
        """Take back the latest act; :class:`emis_desktop.errors.Refused` says why it cannot be."""
        raise NotImplementedError

    def redo(self) -> Undone:
        """Do again what was undone last."""
        raise NotImplementedError

    def undo_act(self, act: int) -> Undone:
        """Take back one own act named by its number (a toast's Undo)."""
        raise NotImplementedError
