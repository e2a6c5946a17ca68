"""People who have left a school while the server had lost what that school holds of them.

Who has left is another school's by now, and what the former one says of the person is a proposal at most. Yet
after the server went back in time a laptop there may be the last that holds what was synced before. No clock
that it shows proves that: clocks are the laptop's word. What the server can know is whom the school held in
full when the server went back, or since: of those the school brings back what it could have written then.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

from emis_desktop.scopes import Kind
from emis_desktop.state_hash import Stored
from sync.server.access import Reach
from sync.server.lost_rows import LostRows
from sync.server.named_rows import began_again
from sync.server.people import People, brought_since
from sync.server.raw import Raw
from sync.server.seen import Seen
from sync.server.sights import stored_sights
from sync.server.states import Key, RowState, States

_PERSON: Final = "person"


class Departed:
    """Who has left the schools of one site, as far as rows are brought back to a server that lost some."""

    def __init__(self, raw: Raw, states: States, seen: Seen, lost: LostRows) -> None:
        self._raw = raw
        self._states = states
        self._seen = seen
        self._lost = lost
        self._known: dict[bytes, bool] = {}
        self._held: dict[bytes, bool] = {}

    def person_of(self, key: Key) -> Stored:
        """Whose a row is that was read or taken; ``None`` where it is no person's."""
        owner = self._states.model.tables[key[0]].owner
        values = self._states.rows.get(key)
        if owner.kind is not Kind.PERSON or values is None:
            return None
        return key[1] if key[0] == _PERSON else values.get(owner.column)

    def is_of(self, state: RowState) -> bool:
        """Whether a row is of somebody who has left."""
        return self.knew(self.person_of((state.facet.table.name, state.row)))

    def knew(self, person: Stored) -> bool:
        """Whether somebody was at the site's school once and is elsewhere, or is a guardian of such a one."""
        if not isinstance(person, bytes) or not self._lost.may_be:
            return False
        if person not in self._known:
            self._known[person] = bool(self._left({person, *self._wards(person)}))
        return self._known[person]

    def held(self, person: Stored) -> bool:
        """Whether it is certain that a school of the site held such a one in full when the server went back,
        or since.
        """
        began = self._began if self.knew(person) else None
        if began is None or not isinstance(person, bytes):
            return False
        if person not in self._held:
            self._held[person] = self._was_here(person, began)
        return self._held[person]

    def may_name(self, guardian: Stored, pupil: Stored) -> bool:
        """Whether it opens nobody's record that the site says who a guardian is: one whom it held, or one
        known to it whom all schools hold already that hold the pupil.
        """
        if self.held(guardian):
            return True
        if not (self.knew(guardian) and isinstance(guardian, bytes) and isinstance(pupil, bytes)):
            return False
        sights = stored_sights(self._raw, {_PERSON: [guardian, pupil]})
        by_pupil, known = (
            {scope for scope, reach in sights.get((_PERSON, one), {}).items() if reach == Reach.FULL}
            for one in (pupil, guardian)
        )
        return bool(by_pupil) and by_pupil <= known

    @cached_property
    def _began(self) -> int | None:
        """The newest number of the log that this server had when it went back; ``None``: that is not known
        yet, no laptop has shown how far it had been.
        """
        number = int(self._raw.rows("SELECT begun_after FROM server")[0][0])
        return number if number or began_again(self._raw) else None

    def _was_here(self, person: bytes, began: int) -> bool:
        model = self._states.model
        then = People(self._raw, model, upto=began)
        if then.standings([person])[person].present & self._seen.schools:
            return True
        if not brought_since(self._raw, model, _PERSON, [person], began):
            return False  # the server knew the person then, and as somebody else's
        return person in self._left({person}) or any(map(self.held, self._left(self._wards(person))))

    def _wards(self, person: bytes) -> set[bytes]:
        table = self._states.model.tables["guardianship"].table
        rows = self._raw.read(table, ("student_id",), "guardian_id", [person])
        return {row[0] for row in rows if isinstance(row[0], bytes)}

    def _left(self, people: set[bytes]) -> set[bytes]:
        """Which of those have left the site's schools."""
        sights = stored_sights(self._raw, {_PERSON: people})
        reaches = {
            row: max((seen[one] for one in self._seen.schools & seen.keys()), default=0)
            for (_, row), seen in sights.items()
        }
        return {row for row, reach in reaches.items() if reach == Reach.KEPT}
