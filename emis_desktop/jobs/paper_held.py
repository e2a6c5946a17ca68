"""All that is held about a pupil, with what is sealed opened for who reads it; each opening is an act."""

from __future__ import annotations

from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.journal import Reading
from emis_desktop.keyring import SealedBox, row_context
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.papers.held import Reader, held
from emis_desktop.queries.papers.held_history import told_change
from emis_desktop.queries.papers.pupils import PupilQuestion
from emis_desktop.queries.papers.school import SayCode
from emis_desktop.rules.papers import Held, HeldChange
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, offers
from resources.words import Words

_VERBS = {"health_note": "read_health", "health_record": "read_health_records"}


class HeldJob:
    """Builds the paper for one actor."""

    def __init__(self, db: Database, actor: Actor, box: SealedBox, say: SayCode) -> None:
        """``box`` opens what the actor's key ring opens."""
        self._db = db
        self._actor = actor
        self._box = box
        self._say = say

    def paper(self, asked: PupilQuestion) -> Held:
        """Everything about the pupil."""
        words = Words.load(asked.language)
        opened: list[tuple[str, UUID]] = []

        def unseal(table: str, row_id: UUID, sealed: bytes) -> str:
            text = self._box.open(SensitivityClass.HEALTH, row_context(table, "sealed", row_id), sealed)
            opened.append((table, row_id))
            return text

        reader = Reader(self._actor, unseal, self._say, words)
        with self._db.read() as session:
            paper = held(self._db, session, reader, asked, self._changes(asked, words))
        for table, row_id in opened:
            with self._db.write(self._actor, _VERBS[table], about=Reading(table, row_id)):
                pass
        return paper

    def _changes(self, asked: PupilQuestion, words: Words) -> tuple[HeldChange, ...]:
        """The history, for who may see it."""
        if not offers(self._actor, Right.VIEW_HISTORY):
            return ()
        found = HistoryQueries(self._db, self._actor).person(asked.student_id)
        return tuple(told_change(change, words, self._say) for change in found)
