"""The one merge: what stands of a field after an edit met it. Pure; laptop and server use the very same.

Causality first: an edit whose author saw what stands is simply applied. Clocks order only edits that are
truly concurrent, by rank, then actor, stamp and hash of the value, so that every order of arrival ends with
the same value wherever the rule of the column promises that (all but *guard* and what waits for a decision).
"""

from __future__ import annotations

from collections.abc import Container
from hashlib import blake2b

from emis_desktop.models import Merge
from emis_desktop.rules.clock import NEVER, Clock
from emis_desktop.state_hash import Stored, quoted
from sync.facets import Column
from sync.operations import ConflictKind, Edit, Held, Merged, Outcome

_Order = tuple[int, int, int, int, int, bytes]


def merge(
    column: Column, held: Held, edit: Edit, *, may_decide: bool = True, ancestors: Container[Clock] = ()
) -> Merged:
    """What stands after ``edit`` met ``held``.

    ``may_decide``: whether the author decides this field at all; a school does not for a row of the nation,
    nobody does for marks of a locked term. ``ancestors``: clocks that what stands is known to have followed.
    """
    settled = _settled(column, held, edit, ancestors, may_decide=may_decide)
    if settled is not None:
        return settled
    if not may_decide:
        return Merged(held, Outcome.PROPOSED, ConflictKind.PROPOSAL)
    if edit.base == held.tick.clock or _silent(column, held.value, held.inserted):
        return Merged(_taken(edit), Outcome.APPLIED)
    return _concurrent(column, held, edit)


def join(column: Column, one: Held, other: Held) -> Held:
    """The state that two holders of the same field agree on, whichever of them speaks first.

    For rows offered or repaired, where no base is known: commutative, associative and idempotent. The later
    write stands, also when it deletes: that a put did not know of a delete cannot be told here.
    """
    silent = _silent(column, one.value, one.inserted), _silent(column, other.value, other.inserted)
    if silent[0] != silent[1]:
        return other if silent[0] else one
    return max(one, other, key=lambda each: (_order(column, each), each.tick.reopens, not each.inserted))


def reopens_after(column: Column, before: Stored, reopens: int, after: Stored) -> int:
    """The count of reopens of a *state* column that goes from ``before`` (count ``reopens``) to ``after``.

    Going back to a lower level is what a reopen is.
    """
    return reopens + 1 if _level(column, after) < _level(column, before) else reopens


def _settled(
    column: Column, held: Held, edit: Edit, ancestors: Container[Clock], *, may_decide: bool
) -> Merged | None:
    """The cases in which nothing has to be decided."""
    alike = held.value == edit.value and type(held.value) is type(edit.value)
    if (alike and held.tick.clock == edit.tick.clock) or edit.tick.clock in ancestors:
        return Merged(held, Outcome.SAME)
    if alike and (column.rule is not Merge.STATE or edit.tick.reopens <= held.tick.reopens):
        if may_decide and _replaced_later(column, held, edit):
            return Merged(_taken(edit), Outcome.APPLIED)
        return Merged(held, Outcome.SAME)
    if _silent(column, edit.value, edit.inserting) and held.tick.clock != NEVER:
        return Merged(held, Outcome.SAME)
    if column.key and held.tick.clock != NEVER:
        return Merged(held, Outcome.REFUSED)
    return None


def _replaced_later(column: Column, held: Held, edit: Edit) -> bool:
    """Whether the author of an equal value replaced something later than what stands, which was lost here.

    When that comes back it must meet the edit that followed it, not the older value that it would replace.
    """
    lacks = tuple(edit.base) > (held.tick.rank, held.tick.clock.actor)
    return lacks and _weight(column, _taken(edit)) > _weight(column, held)


def _concurrent(column: Column, held: Held, edit: Edit) -> Merged:
    """Two who did not know of each other wrote different values."""
    if column.rule is Merge.GUARD:
        return Merged(held, Outcome.PROPOSED, ConflictKind.PROPOSAL)
    told = ConflictKind.INFO if held.value != edit.value else None
    if _weight(column, _taken(edit)) > _weight(column, held):
        return Merged(_taken(edit), Outcome.APPLIED, told)
    return Merged(held, Outcome.KEPT, told)


def _weight(column: Column, one: Held) -> tuple[bool, _Order]:
    """What decides between concurrent values: the higher is in force, of a link a put before any delete."""
    put = column.marks_deletion and column.rule in {Merge.SET, Merge.ROWS} and one.value is None
    return put, _order(column, one)


def _order(column: Column, one: Held) -> _Order:
    """The pair of a state first, then rank, actor, stamp and hash."""
    value, tick = one.value, one.tick
    first, second = 0, 0
    if column.rule is Merge.STATE:
        first, second = tick.reopens, _level(column, value)
    return first, second, tick.rank, tick.clock.actor, tick.clock.stamp, _hash(value)


def _hash(value: Stored) -> bytes:
    """Decides only where a store and its copy wrote in the same instant."""
    return blake2b(quoted(value).encode(), digest_size=8).digest()


def _level(column: Column, value: Stored) -> int:
    """The place of a state among the column's; -1 for one that this version does not know."""
    return column.levels.index(value) if isinstance(value, str) and value in column.levels else -1


def _silent(column: Column, value: Stored, inserted: bool) -> bool:
    """Whether it is a field that whoever made the row left empty: that denies nothing that another wrote."""
    return inserted and value is None and not column.marks_deletion


def _taken(edit: Edit) -> Held:
    return Held(edit.value, edit.tick, edit.inserting)
