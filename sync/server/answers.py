"""What laptops say about two records that are alike: "these are two people", also where nobody had asked.

The rest of the visible journal is the server's own words. An answer has the id of the question that the
server would ask, so that two laptops, and the server, mean the same row.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from emis_desktop.rules.aliases import DUPLICATE, LIKENESS, pair_id
from emis_desktop.rules.rights import SensitivityClass
from sync.operations import Op
from sync.server.access import DECIDED
from sync.server.model import ServerModel
from sync.server.naming import asked_about
from sync.server.raw import Raw

_DIFFERENT: Final = "different"
_KEY_BYTES: Final = 16
_SAID: Final = {
    "table_name": "person",
    "field": LIKENESS,
    "kind": DUPLICATE,
    "sensitivity": SensitivityClass.BASIC.value,
    "decision": _DIFFERENT,
}
_OPEN: Final = frozenset({"row_id", "other", "decided_at", "decided_by", "deleted_at", *_SAID})
TAKEN_BACK: Final = "deleted_at"


def may_be_written(op: Op) -> bool:
    """Whether a laptop may send that of the journal: a decision, or an answer of its own."""
    if op.insert:
        return is_answer(op)
    return op.values.keys() <= {*DECIDED, TAKEN_BACK}


def is_answer(op: Op) -> bool:
    """Whether it says that two pupils are two people, and nothing else."""
    if any(op.values.get(name) != value for name, value in _SAID.items()):
        return False
    if any(value is not None for name, value in op.values.items() if name not in _OPEN):
        return False
    pair = pair_of(op)
    return pair is not None and op.values.get("decided_at") is not None and op.row == pair_id(*pair)


def pair_of(op: Op) -> tuple[UUID, UUID] | None:
    """The two records that an answer is about, the newer first."""
    newer, other = op.values.get("row_id"), op.values.get("other")
    if not (isinstance(newer, bytes) and isinstance(other, bytes)):
        return None
    if len(newer) != _KEY_BYTES or len(other) != _KEY_BYTES or newer <= other:
        return None
    return UUID(bytes=newer), UUID(bytes=other)


def are_asked_about(raw: Raw, model: ServerModel, one: bytes, other: bytes) -> bool:
    """Whether the schools of two pupils are asked whether they are one."""
    if "conflict" not in model.tables:
        return False
    named: dict[bytes, set[bytes]] = {}
    for conflict, person in asked_about(raw, model, frozenset((one, other))):
        named.setdefault(conflict, set()).add(person)
    return {one, other} in named.values()
