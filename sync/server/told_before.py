"""What a site shows that it was told of before the server went back in time, and does not see now.

The move that let it see a pupil may be lost, and it the last that has that move and what was written of the
pupil before. Who was told of a row knows its clock, or its id where that follows from nothing: neither can be
guessed. A pupil who was sent to the site is sent there once more; what else it has of rows that it does not
see is for whoever decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Final

from emis_desktop.rules.clock import NEVER
from sync.merge import join
from sync.operations import Entry, Held
from sync.server.access import Reach, SiteRights
from sync.server.areas import schools_under
from sync.server.named_rows import went_back
from sync.server.people import STAY_COLUMNS, Stay, of_stays
from sync.server.raw import Raw
from sync.server.sights import stored_sights
from sync.server.states import Key, RowState, States

_BY_CHANCE: Final = 7
"""The version of ids that nobody can work out."""
ENROLMENT: Final = "enrolment"
_LEFT_BY: Final = frozenset({"ends_on", "exit", "exit_reason", "destination_id"})
"""What of an enrolment tells that the pupil has left, and whereto."""


class ToldBefore:
    """What one site proves to have been told, of what it brings."""

    def __init__(self, raw: Raw, states: States, site: SiteRights) -> None:
        self._raw = raw
        self._states = states
        self._site = site

    @cached_property
    def lost_some(self) -> bool:
        """Whether this server ever went back in time."""
        return went_back(self._raw)

    def rows(self, given: Iterable[Entry]) -> set[Key]:
        """Those rows that are there and of which it was told, by a history that is lost."""
        found = set()
        for one in given:
            state = self._states.by_facet.get((one.facet, one.row.bytes))
            if state is not None and is_told_of(one, state):
                found.add((state.facet.table.name, state.row))
        return found if found and self.lost_some else set()

    def moves(self, offered: Iterable[Entry]) -> list[Entry]:
        """The enrolments by which pupils came to the site's schools who are elsewhere for all that is known:
        of those that are there what tells of the leaving, those that are lost whole.
        """
        by_person: defaultdict[bytes, list[Entry]] = defaultdict(list)
        for one in offered:
            person = one.values.get("person_id")
            if one.facet == ENROLMENT and isinstance(person, bytes):
                by_person[person].append(one)
        if self._site.whole_country or not by_person or not self.lost_some:
            return []
        self._states.load((ENROLMENT, one.row.bytes) for each in by_person.values() for one in each)
        mine = schools_under(self._raw, self._site.node.bytes)
        there = stored_sights(self._raw, {"person": by_person})
        return [
            one
            for person, given in by_person.items()
            if not mine & _present(there.get(("person", person), {}))
            for one in self._moves_to(mine, person, given)
        ]

    def _moves_to(self, mine: frozenset[bytes], person: bytes, given: list[Entry]) -> list[Entry]:
        lost: list[Entry] = []
        known: list[Entry] = []
        for one in given:
            state = self._states.by_facet.get((one.facet, one.row.bytes))
            if state is None:
                lost.append(one)
            elif is_told_of(one, state) and state.values["person_id"] == person and self._stands(one, state):
                known.append(one)
        stays = [Stay(*(one.values.get(name) for name in STAY_COLUMNS)) for one in (*lost, *known)]  # type: ignore[arg-type]
        if not known or not mine & of_stays(stays).present:
            return []
        return [*(_leaving(one) for one in known), *lost]

    def _stands(self, given: Entry, state: RowState) -> bool:
        """Whether nobody has said since where the pupil went."""
        for name in _LEFT_BY:
            column = self._states.model.columns[ENROLMENT][name]
            comes = Held(given.values.get(name), given.tick_of(name), name not in given.ticks)
            if join(column, state.held(name), comes).value != comes.value:
                return False
        return True


def is_told_of(given: Entry, state: RowState) -> bool:
    """Whether who gives a row that is there was told of it: it names the clock that the row began with, or an
    id that is made up of chance. An author who was put back, too, sends the same row with another clock.
    """
    if given.tick.clock == NEVER:
        return False
    return given.row.version == _BY_CHANCE or state.base.tick.clock == given.tick.clock


def _present(sights: Mapping[bytes, int]) -> set[bytes]:
    return {scope for scope, reach in sights.items() if reach == Reach.FULL}


def _leaving(one: Entry) -> Entry:
    return replace(one, values={name: value for name, value in one.values.items() if name in _LEFT_BY})
