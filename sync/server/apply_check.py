"""What can be said of a batch before the lock is taken: whether its operations make sense, and may be at all.

A value is looked at once, here: what passes fits the columns of either database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Column

from emis_desktop.models.types import AnyValue, Instant, Key, Scaled
from emis_desktop.rules.clock import Clock
from emis_desktop.state_hash import Stored
from sync.facets import Facet
from sync.operations import Batch, Op
from sync.protocol.versions import STEPS
from sync.server.access import SiteRights, classes_read, may_change
from sync.server.answers import may_be_written
from sync.server.model import ServerModel

MOST_REOPENS: Final = 1_000
"""By how many an edit may raise the count of reopenings: one act raises it by one, and a laptop that was long
away made some; but nobody may use it up, so that what is locked could never be opened again.
"""
_INT64: Final = 1 << 63
_INT32: Final = 1 << 31
_NUMERIC: Final = 10**18
LARGEST: Final = 500_000
"""Letters or bytes of a value at most: the ten of a row of schools, each letter written as six, still fit
into one piece of a page. A photo has 40,000.
"""
VERB: Final = 80
"""Letters of an act's verb at most: it stands with each entry of the log."""

UNKNOWN_FACET: Final = "unknown_facet"
NEWER: Final = "newer"
VALUE: Final = "value"
KEY: Final = "key"
INCOMPLETE: Final = "incomplete"
CLASS: Final = "class"
RIGHT: Final = "right"
SERVER_ONLY: Final = "server_only"
BAD: Final = "bad"

Fits = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch with what stands against single operations (by index) already.

    ``newer``: columns of operations that this version does not know; the rest of the operation goes on.
    """

    site: SiteRights
    batch: Batch
    model: ServerModel
    against: Mapping[int, str]
    newer: Mapping[int, tuple[str, ...]]


def check_batch(
    model: ServerModel, site: SiteRights, batch: Batch, *, returning: Container[int] = ()
) -> Checked:
    """Look at every operation alone, those of an older schema as this one would have written them.

    ``returning``: operations that bring back what the server itself wrote.
    """
    batch = _with_short_verbs(STEPS.raised(batch))
    against: dict[int, str] = {}
    newer: dict[int, tuple[str, ...]] = {}
    stamps = [0 < act.stamp < _INT64 for act in batch.acts]
    objections = _Objections(model, site)
    objections.look_at_inserts(batch.ops)
    for index, op in enumerate(batch.ops):
        if not 0 <= op.act < len(stamps) or not stamps[op.act]:
            against[index] = BAD
            continue
        facet = model.catalogue.get(op.facet)
        if facet is None:
            against[index] = UNKNOWN_FACET
            continue
        unknown = op.values.keys() - model.columns[op.facet].keys()
        if unknown:
            newer[index] = tuple(sorted(unknown))
        reason = objections.to_facet(facet)
        if reason == RIGHT and op.facet == "user" and op.insert and op.row == batch.acts[op.act].user:
            reason = ""  # whether somebody may announce himself is asked of the rows
        reason = reason or objections.to_op(facet, op, returning=index in returning)
        if reason:
            against[index] = reason
    return Checked(site, batch, model, against, newer)


def _with_short_verbs(batch: Batch) -> Batch:
    if all(len(act.verb) <= VERB for act in batch.acts):
        return batch
    return replace(batch, acts=tuple(replace(act, verb=act.verb[:VERB]) for act in batch.acts))


class _Objections:
    """What stands against operations of one site; what holds for a whole facet is found once."""

    def __init__(self, model: ServerModel, site: SiteRights) -> None:
        self._model = model
        self._role = site.role
        self._classes = classes_read(site)
        self._facets: dict[str, str] = {}
        self._columns: dict[str, tuple[tuple[str, Fits, bool], ...]] = {}
        self._sound: set[str] = set()

    def look_at_inserts(self, ops: Iterable[Op]) -> None:
        """Look at all rows that a facet is given column by column, a third of the time of one by one. Where
        something does not fit, each is looked at again to find it.
        """
        given: defaultdict[str, list[Mapping[str, Stored]]] = defaultdict(list)
        for op in ops:
            if op.insert:
                given[op.facet].append(op.values)
        for name, rows in given.items():
            facet = self._model.catalogue.get(name)
            if facet is None or self.to_facet(facet):
                continue
            if all(_column_fits(rows, *column) for column in self._columns[name]):
                self._sound.add(name)

    def to_facet(self, facet: Facet) -> str:
        """Why the site may not write that facet at all; empty when it may."""
        found = self._facets.get(facet.name)
        if found is None:
            found = RIGHT if not may_change(self._role, facet.table.name) else ""
            if facet.sensitivity not in self._classes:
                found = CLASS
            self._facets[facet.name] = found
            required = self._model.tables[facet.table.name].required
            self._columns[facet.name] = tuple(
                (column.name, _fits(column.sa), column.name in required) for column in facet.columns
            )
        return found

    def to_op(self, facet: Facet, op: Op, *, returning: bool = False) -> str:
        """Why the operation cannot be applied; empty when it can."""
        is_words = facet.table.name == "conflict" and not returning
        if is_words and not may_be_written(op):
            return SERVER_ONLY
        reason = self._to_insert(facet, op) if op.insert else self._to_update(facet, op)
        return reason or (_bad_clocks(op) if op.bases or op.reopens else "")

    def _to_insert(self, facet: Facet, op: Op) -> str:
        if facet.name in self._sound:
            return ""
        get = op.values.get
        for name, fits, required in self._columns[facet.name]:
            value = get(name)
            if value is None:
                if required:
                    return INCOMPLETE
            elif not fits(value):
                return VALUE
        return ""

    def _to_update(self, facet: Facet, op: Op) -> str:
        columns = self._model.columns[facet.name]
        for name, value in op.values.items():
            column = columns.get(name)
            if column is None:
                continue
            if column.key:
                return KEY
            if value is None:
                if not column.sa.nullable:
                    return INCOMPLETE
            elif not _fits(column.sa)(value):
                return VALUE
        return ""


def _bad_clocks(op: Op) -> str:
    for clock in op.bases.values():
        if not _is_clock(clock):
            return BAD
    return "" if all(0 <= count < _INT32 for count in op.reopens.values()) else BAD


def _is_clock(clock: Clock) -> bool:
    return 0 <= clock.stamp < _INT64 and 0 <= clock.actor < _INT64


def _column_fits(rows: list[Mapping[str, Stored]], name: str, fits: Fits, required: bool) -> bool:
    """Whether the values of one column fit it, all of them; texts are looked at as one."""
    values: list[Any] = [row.get(name) for row in rows]
    if None in values:
        if required:
            return False
        values = [value for value in values if value is not None]
    if fits is not _is_text:
        return all(map(fits, values))
    is_texts = set(map(type, values)) <= {str} and max(map(len, values), default=0) <= LARGEST
    return is_texts and _is_kept("".join(values))


@lru_cache(maxsize=2048)
def _fits(column: Column[Any]) -> Fits:
    """Whether a stored value other than ``None`` fits the column."""
    return next((fits for kind, fits in _BY_TYPE if isinstance(column.type, kind)), _is_text)


def _is_whole(most: int) -> Fits:
    return lambda value: type(value) is int and -most <= value < most


def _is_truth(value: Stored) -> bool:
    return type(value) is int and value in {0, 1}


def _is_bytes(value: Stored) -> bool:
    return type(value) is bytes and len(value) <= LARGEST


def _is_id(value: Stored) -> bool:
    return type(value) is bytes and len(value) == 16


def _is_text(value: Stored) -> bool:
    return type(value) is str and len(value) <= LARGEST and _is_kept(value)


def _is_kept(value: str) -> bool:
    """PostgreSQL keeps no NUL; half a surrogate pair is no text anywhere."""
    if "\0" in value:
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_date(value: Stored) -> bool:
    if type(value) is not str or len(value) != 10:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_any(value: Stored) -> bool:
    if type(value) is str:
        return _is_text(value)
    return _is_bytes(value) or (type(value) is int and -_INT64 <= value < _INT64)


_BY_TYPE: Final[tuple[tuple[type[Any], Fits], ...]] = (
    (Key, _is_id),
    (Scaled, _is_whole(_NUMERIC)),
    (AnyValue, _is_any),
    (Instant, _is_whole(_INT64)),
    (sa.Boolean, _is_truth),
    (sa.Date, _is_date),
    (sa.LargeBinary, _is_bytes),
    (sa.BigInteger, _is_whole(_INT64)),
    (sa.Integer, _is_whole(_INT32)),
)
