"""Conflicts that a laptop still has after the server went back in time: which of them it may bring back.

The journal is the server's own word. A laptop cannot make such a word up for others: what it brings back is
about rows that it sees anyway, and is seen where those are. Of what everybody sees it is seen at the laptop's
own place and at the ministry; about the row of a school only that school brings it back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final, cast
from uuid import UUID

from emis_desktop.rules.clock import SERVER
from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.state_hash import Stored
from sync.operations import ConflictKind, Entry
from sync.server.access import DECIDED, EVERYBODY, GUESSED, NATION, SiteRights, classes_read, shows
from sync.server.apply import erased_among
from sync.server.areas import schools_under
from sync.server.departed import Departed
from sync.server.model import ServerModel
from sync.server.raw import Raw
from sync.server.sights import stored_sights
from sync.server.states import Key, RowState, States

_KINDS: Final = frozenset(map(str, ConflictKind))
_CLASSES: Final = frozenset(map(str, SensitivityClass))


def that_may_come_back(
    raw: Raw, states: States, site: SiteRights, offered: Sequence[Entry], departed: Departed
) -> set[UUID]:
    """Those conflicts, of which the server does not have, that were its own word and about what the site
    sees, or about somebody who has left it; once all other rows that came along are taken.
    """
    sound = {one.row: one.values for one in offered if _is_sound(states, classes_read(site), one)}
    about = {row: _about(values) for row, values in sound.items()}
    rows = {key for keys in about.values() for key in keys}
    erased = erased_among(raw, [row for _, row in rows])
    seen = _Seen(raw, states, site, rows, departed)
    return {
        row
        for row, keys in about.items()
        if not any(of in erased for _, of in keys)
        and any(seen.shows(key, str(sound[row]["sensitivity"])) for key in keys)
    }


def _is_sound(states: States, classes: Container[SensitivityClass], offered: Entry) -> bool:
    values = offered.values
    sensitivity = values.get("sensitivity")
    return (
        _is_ours(offered)
        and values.get("kind") in _KINDS
        and values.get("table_name") in states.model.tables
        and isinstance(values.get("row_id"), bytes)
        and sensitivity in _CLASSES
        and SensitivityClass(sensitivity) in classes
    )


def _is_ours(offered: Entry) -> bool:
    """Whether the server wrote all of it but what was decided since."""
    names = offered.values.keys() - DECIDED
    return all(offered.tick_of(name).clock.actor == SERVER for name in names)


def _about(values: Mapping[str, Stored]) -> list[Key]:
    """The row that it is about; the other one, too, where two may be one."""
    table = str(values["table_name"])
    found = [(table, cast(bytes, values["row_id"]))]
    other = values.get("other")
    if values["kind"] == ConflictKind.DUPLICATE and isinstance(other, bytes):
        found.append((table, other))
    return found


def places_of(raw: Raw, model: ServerModel, values: Mapping[str, Stored]) -> set[bytes]:
    """The schools of those who wrote what met, as far as that is known; of a proposal, of who proposes it."""
    sides = ("other_user",) if values["kind"] == ConflictKind.PROPOSAL else ("held_user", "other_user")
    users = {user for side in sides if isinstance(user := values.get(side), bytes)}
    table = model.tables.get("user")
    if table is None:
        return set()
    found = raw.read(table.table, ("institution_id",), "id", users)
    return {school for (school,) in found if isinstance(school, bytes)}


def was_shown(raw: Raw, state: RowState, given: Entry) -> bool:
    """Whether a conflict is about a row that everybody sees and no school is, and who gives it was told of it
    before: its clock says so, which nobody can guess.
    """
    table, row = str(state.values["table_name"]), cast(bytes, state.values["row_id"])
    if table in EVERYBODY or given.tick.clock != state.base.tick.clock:
        return False
    return NATION.bytes in stored_sights(raw, {table: [row]}).get((table, row), {})


class _Seen:
    """What the site sees of rows."""

    def __init__(
        self, raw: Raw, states: States, site: SiteRights, rows: Iterable[Key], departed: Departed
    ) -> None:
        self._site = site
        self._departed = departed
        self._states = states
        by_table: defaultdict[str, list[bytes]] = defaultdict(list)
        for table, row in rows:
            by_table[table].append(row)
        states.load(rows)
        self._sights = stored_sights(raw, by_table)
        self._schools = schools_under(raw, site.node.bytes)

    def shows(self, key: Key, sensitivity: str) -> bool:
        """Whether fields of that class of a row are seen; one that is not there is nobody else's, but nobody
        learns so whether one is there whose id can be worked out.
        """
        if self._site.whole_country or self._states.is_new_row(*key):
            return True
        if key not in self._states.rows:
            return key[0] not in GUESSED
        if self._departed.knew(self._departed.person_of(key)):
            return True
        sights = self._sights.get(key, {})
        return any(shows(reach, sensitivity) for scope, reach in sights.items() if self._is_of(scope, key))

    def _is_of(self, scope: bytes, key: Key) -> bool:
        """Whether a row is the site's to tell of because that scope sees it. What is journalled of a school
        is seen there; of anything else that everybody sees, where it came from.
        """
        if scope != NATION.bytes:
            return scope in self._schools
        return key[0] not in EVERYBODY or key[1] in self._schools
