"""A file of attendance: rows of registers, totals of a term or year, or both, each row by what it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from emis_desktop.exchange.columns import Records
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.rights import Actor
from emis_desktop.services.importing.attendance_totals import TotalRows
from emis_desktop.services.importing.outcome import Outcome
from emis_desktop.services.importing.places import read_places
from emis_desktop.services.importing.registers import RegisterRows, is_register_row


class AttendanceImport:
    """One file inside one act: ``decide`` checks all rows, ``write`` writes the sound ones."""

    def __init__(
        self, session: Session, actor: Actor, today: date, profile: CountryProfile | None = None
    ) -> None:
        """Reads the structure of the store once; ``profile`` has the reasons of absence."""
        places = read_places(session, actor, today)
        self._totals = TotalRows(session, actor, places)
        self._registers = RegisterRows(session, actor, today, profile, places)

    def decide(self, records: Records, step: Callable[[int, int], None]) -> Outcome:
        """What each row does; nothing is written yet. ``step(done, total)`` may raise to stop."""
        outcome = Outcome()
        marked = [record for record in records.rows if is_register_row(record)]
        counted = tuple(record for record in records.rows if not is_register_row(record))
        total = len(records.rows)
        self._registers.decide(marked, outcome, lambda done: step(done, total))
        totals = replace(records, rows=counted)
        self._totals.decide(totals, outcome, lambda done: step(len(marked) + done, total))
        outcome.errors.sort(key=lambda error: error.row)
        return outcome

    def write(self) -> None:
        """Write what :meth:`decide` found sound."""
        self._registers.write()
        self._totals.write()
