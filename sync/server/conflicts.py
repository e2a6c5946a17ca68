"""Writing the visible journal: what met, what is in force, who may have to decide. Ids follow from content,
so that the same meeting is journalled once. A proposal is one a row, field and author: who proposes again,
having seen the last one, replaces it; what its author had not seen stays, and the new one stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, cast
from uuid import UUID

from emis_desktop.rules.clock import NEVER, SERVER, unpack
from emis_desktop.rules.ids import natural_id
from emis_desktop.state_hash import Stored
from sync.operations import ConflictKind
from sync.server.apply_merge import Draft, Merging, Side
from sync.server.log import entry
from sync.server.raw import Raw
from sync.server.states import NOBODY, RowState, States
from sync.server.verdicts import Author

CONFLICT: Final = "conflict"
_UNDECIDED: Final[Mapping[str, Stored]] = {"decided_at": None, "decided_by": None, "decision": None}


def journal(raw: Raw, merging: Merging, author: Author) -> None:
    """Write the conflicts that came up; they travel like any row."""
    drafts = {draft_id(draft): draft for draft in merging.drafts}
    merging.drafts.clear()
    states = merging.states
    if not drafts or CONFLICT not in states.model.tables:
        return
    proposals = _Proposals(raw, states, drafts.values())
    states.load((CONFLICT, row) for row in drafts)
    names = _Names(raw, author)
    facet = states.model.tables[CONFLICT].main
    for row, draft in drafts.items():
        if (CONFLICT, row) in states.by_facet:
            continue  # journalled before, whatever became of it since
        values = {**_values(merging, draft, names), "before": value_at(raw, draft)}
        user = draft.other.user if draft.other is not None else NOBODY
        last = proposals.replaced_by(draft)
        if last is None:
            proposals.add(merging.server_put(facet, row, values, CONFLICT, user))
        elif any(last.values.get(name) != values[name] for name in ("other", "other_at")):
            changed = _changed(merging, last, values)
            merging.server_set(last, changed, CONFLICT, user)


def _changed(merging: Merging, last: RowState, values: Mapping[str, Stored]) -> dict[str, Stored]:
    """What is to be written of a proposal for which another one comes: it is to be decided anew."""
    columns = merging.states.model.columns[CONFLICT]
    return {
        name: value
        for name, value in {**values, **_UNDECIDED}.items()
        if not columns[name].key and last.values.get(name) != value
    }


def draft_id(draft: Draft) -> bytes:
    """The id of the conflict that a draft becomes."""
    row = UUID(bytes=draft.row)
    if draft.kind is ConflictKind.PROPOSAL:
        user = UUID(bytes=draft.other.user) if draft.other is not None else None
        text = f"{_clock_text(draft.other)}|{_value_text(draft.other)}"
        return natural_id(CONFLICT, str(draft.kind), draft.table, row, draft.field, user, text).bytes
    if draft.kind in {ConflictKind.RULE, ConflictKind.DUPLICATE}:
        named = _value_text(draft.other)
        return natural_id(CONFLICT, str(draft.kind), draft.table, row, draft.field, named).bytes
    sides = [draft.held, draft.other]
    clocks = sorted(side.clock for side in sides if side is not None)
    text = "|".join(f"{stamp}.{actor}" for stamp, actor in clocks)
    return natural_id(CONFLICT, str(draft.kind), draft.table, row, draft.field, text).bytes


def _clock_text(side: Side | None) -> str:
    return "" if side is None else f"{side.clock.stamp}.{side.clock.actor}"


def _value_text(side: Side | None) -> str:
    value = side.value if side is not None else None
    return value.hex() if isinstance(value, bytes) else str(value)


class _Proposals:
    """The proposals that stand for the fields of drafts, those made by this transaction as well."""

    def __init__(self, raw: Raw, states: States, drafts: Iterable[Draft]) -> None:
        self._by_field: defaultdict[tuple[Stored, ...], list[RowState]] = defaultdict(list)
        rows = {draft.row for draft in drafts if draft.kind is ConflictKind.PROPOSAL}
        if not rows:
            return
        table = states.model.tables[CONFLICT].table
        keys = [(CONFLICT, cast(bytes, row)) for (row,) in raw.read(table, ["id"], "row_id", rows)]
        states.load(keys)
        for key in keys:
            self.add(states.by_facet[key])

    def add(self, state: RowState) -> None:
        """Know one more."""
        values = state.values
        if values["kind"] == ConflictKind.PROPOSAL:
            place = values["table_name"], values["row_id"], values["field"], values["other_user"]
            self._by_field[place].append(state)

    def replaced_by(self, draft: Draft) -> RowState | None:
        """The proposal of the same author that a draft replaces, because that author had seen it; or that
        says the very same.
        """
        if draft.kind is not ConflictKind.PROPOSAL or draft.other is None:
            return None
        user = draft.other.user if any(draft.other.user) else None
        standing = self._by_field[draft.table, draft.row, draft.field, user]
        seen = [one for one in standing if _has_seen(draft, draft.other, one)]
        return max(seen, key=lambda one: (_at(one), one.row), default=None)


def _has_seen(draft: Draft, comes: Side, last: RowState) -> bool:
    """Whether who wrote the draft had that proposal before the eyes: received it, or typed it at the same
    place just before; or whether both are the same words.
    """
    since = last.fields["other"].seq if "other" in last.fields else last.seq
    if 0 < since <= draft.cursor:
        return True
    followed = draft.base.actor == comes.clock.actor and _at(last) == unpack(draft.base.stamp)[0]
    same = last.values["other"] == comes.value and _at(last) == unpack(comes.clock.stamp)[0]
    return followed or same


def _at(state: RowState) -> int:
    at = state.values["other_at"]
    return at if isinstance(at, int) else 0


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
