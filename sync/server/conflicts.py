"""Writing the visible journal: what met, what is in force, who may have to decide. Ids follow from content,
so that the same meeting is journalled once, and a proposal is one a row, field and author.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from emis_desktop.rules.clock import NEVER, SERVER, unpack
from emis_desktop.rules.ids import natural_id
from emis_desktop.state_hash import Stored
from sync.operations import ConflictKind
from sync.server.apply_merge import Draft, Merging, Side
from sync.server.authority import Author
from sync.server.log import entry
from sync.server.raw import Raw

CONFLICT: Final = "conflict"
_UNDECIDED: Final[Mapping[str, Stored]] = {"decided_at": None, "decided_by": None, "decision": None}


def journal(raw: Raw, merging: Merging, author: Author) -> None:
    """Write the conflicts that came up; they travel like any row."""
    drafts = {draft_id(draft): draft for draft in merging.drafts}
    merging.drafts.clear()
    if not drafts or CONFLICT not in merging.states.model.tables:
        return
    merging.states.load((CONFLICT, row) for row in drafts)
    names = _Names(raw, author)
    facet = merging.states.model.tables[CONFLICT].main
    for row, draft in drafts.items():
        values = {**_values(merging, draft, names), "before": value_at(raw, draft)}
        user = draft.other.user if draft.other is not None else bytes(16)
        state = merging.states.by_facet.get((CONFLICT, row))
        if state is None:
            merging.server_put(facet, row, values, CONFLICT, user)
        elif draft.kind is ConflictKind.PROPOSAL:
            changed = {
                name: value
                for name, value in {**values, **_UNDECIDED}.items()
                if not merging.states.model.columns[CONFLICT][name].key and state.values.get(name) != value
            }
            if changed:
                merging.server_set(state, changed, CONFLICT, user)


def draft_id(draft: Draft) -> bytes:
    """The id of the conflict that a draft becomes."""
    row = UUID(bytes=draft.row)
    if draft.kind is ConflictKind.PROPOSAL:
        # The same person on another laptop has not seen what was proposed here, so it stands beside it.
        user = UUID(bytes=draft.other.user) if draft.other is not None else None
        actor = draft.other.clock.actor if draft.other is not None else None
        return natural_id(CONFLICT, str(draft.kind), draft.table, row, draft.field, user, actor).bytes
    if draft.kind in {ConflictKind.RULE, ConflictKind.DUPLICATE}:
        other = draft.other.value if draft.other is not None else None
        named = other.hex() if isinstance(other, bytes) else str(other)
        return natural_id(CONFLICT, str(draft.kind), draft.table, row, draft.field, named).bytes
    sides = [draft.held, draft.other]
    clocks = sorted(side.clock for side in sides if side is not None)
    text = "|".join(f"{stamp}.{actor}" for stamp, actor in clocks)
    return natural_id(CONFLICT, str(draft.kind), draft.table, row, draft.field, text).bytes


def _values(merging: Merging, draft: Draft, names: _Names) -> dict[str, Stored]:
    return {
        "table_name": str(draft.table),
        "row_id": draft.row,
        "field": str(draft.field),
        "kind": str(draft.kind),
        "sensitivity": _sensitivity(merging, draft),
        **_side("held", draft.held, names),
        **_side("other", draft.other, names),
    }


def value_at(raw: Raw, draft: Draft) -> Stored:
    """The value that the author of what came had seen, from the log; ``None`` when it is not there."""
    if draft.base == NEVER:
        return None
    for seq, facet, kind, packed, user in raw.rows(
        "SELECT seq, facet, kind, payload, user_id FROM change_log WHERE row_id = ? ORDER BY seq DESC",
        (draft.row,),
    ):
        found = entry(seq, facet, draft.row, kind, packed, user)
        if draft.field in found.values and found.tick_of(draft.field).clock == draft.base:
            return found.values[draft.field]
    return None


def _sensitivity(merging: Merging, draft: Draft) -> str:
    model = merging.states.model
    try:
        return str(model.catalogue.of_column(draft.table, draft.field).sensitivity)
    except KeyError:
        return str(model.tables[draft.table].main.sensitivity)


def _side(prefix: str, side: Side | None, names: _Names) -> dict[str, Stored]:
    if side is None:
        return {}
    known = side.clock.stamp != 0
    return {
        prefix: side.value,
        f"{prefix}_user": side.user if any(side.user) else None,
        f"{prefix}_site": names.of(side.clock.actor),
        f"{prefix}_at": unpack(side.clock.stamp)[0] if known else None,
    }


class _Names:
    """What laptops are called, as the server knows it."""

    def __init__(self, raw: Raw, author: Author) -> None:
        self._raw = raw
        self._known: dict[int, str | None] = {SERVER: None, author.actor: author.site.name or None}
        self._there = raw.has_table("site") and raw.has_table("site_generation")

    def of(self, actor: int) -> str | None:
        """The name of the laptop that wrote under that number."""
        if actor not in self._known:
            self._known[actor] = self._look(actor)
        return self._known[actor]

    def _look(self, actor: int) -> str | None:
        if not self._there:
            return None
        found = self._raw.one(
            "SELECT site.name FROM site JOIN site_generation ON site_generation.site_id = site.id "
            "WHERE site_generation.actor = ?",
            (actor,),
        )
        return None if found is None else str(found[0])


def rule(table: str, row: bytes, name: str, further: Iterable[tuple[str, bytes]], merging: Merging) -> Draft:
    """A rule that rows break together; ``further`` are the rows beside the first."""
    text = "[" + ", ".join(f'["{one}", "{other.hex()}"]' for one, other in further) + "]"
    main = merging.states.by_facet[merging.states.model.tables[table].main.name, row]
    last = max((main.base, *main.fields.values()), key=lambda by: by.tick.rank)
    return Draft(ConflictKind.RULE, table, row, name, None, Side(text, last.tick.clock, last.user))
