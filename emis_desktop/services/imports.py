"""Taking back a file that was brought in, while nothing later depends on what it brought."""

from __future__ import annotations

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Act, ImportRun
from emis_desktop.queries.acts import undone_acts
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.reversal import check_reversible
from emis_desktop.services.undo import Undone, UndoService


class ImportService:
    """Commands on past imports by one actor; each is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` takes back."""
        self._db = db
        self._actor = actor

    def objection(self, number: int) -> Refused | None:
        """Why :meth:`reverse` would refuse, None when it would not; nothing is written."""
        try:
            with self._db.read() as session:
                act = self._act(session, number)
                check_reversible(session, act.first_change, act.last_change or act.first_change, None)
        except Refused as refused:
            return refused
        return None

    def reverse(self, number: int) -> Undone:
        """Write the values from before the file; what it made goes. Refused, whole, where something later
        depends on it, where a value was changed since, and where another person's import is not open to
        ``actor``.
        """
        with self._db.read() as session:
            act = self._act(session, number).seq
        return UndoService(self._db, self._actor).undo_act(act)

    def _act(self, session: Session, number: int) -> Act:
        """The act of a run that the actor may take back."""
        require(self._actor, Right.IMPORT_RECORDS)
        run = session.get(ImportRun, number)
        act = None if run is None else session.get(Act, run.last_act)
        if act is None:
            raise Refused("There is no import number {number} on this laptop.", number=number)
        if undone_acts(session, [act.seq]):
            raise Refused("That import is reversed already.")
        if act.user_id != self._actor.user_id:
            require(self._actor, Right.UNDO_OTHERS)
        return act
