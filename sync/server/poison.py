"""What no check foresaw: an operation that the database or the program itself stumbles over.

Sent again it would be stumbled over again, and everything that its laptop wrote after it would wait for ever.
So the act that it belongs to is found, set aside and answered as refused, and the rest of the batch goes
through. A database that is busy, away or full is no such thing: that is over some time, and is asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from sqlalchemy import Connection

from emis_desktop.errors import EmisError
from sync.operations import Ack, Entry, Page
from sync.server.access import SiteRights
from sync.server.apply import Entropy, apply_checked
from sync.server.apply_check import BAD, Checked
from sync.server.asks import Denied
from sync.server.repair import offers

log = logging.getLogger(__name__)
T = TypeVar("T")
U = TypeVar("U")
_MOST: Final = 16
"""Acts of one batch that are looked for one by one; where there are more, everything left is set aside."""
_PASSING: Final = frozenset({"OperationalError", "InterfaceError", "InternalError", "TimeoutError"})
"""Faults of a database that are over some time, whatever library names them."""


def is_poison(fault: Exception) -> bool:
    """Whether the same thing would fail again in the same way."""
    if isinstance(fault, EmisError | Denied | OSError | MemoryError):
        return False
    return not _PASSING & {kind.__name__ for kind in type(fault).__mro__}


def apply_safely(
    connection: Connection, checked: Checked, received_ms: int, *, entropy: Entropy, later: bool = False
) -> Ack:
    """Apply a batch (inside ``Store.write()``); acts that cannot be applied are answered as refused."""

    def work(some: Checked) -> Ack:
        return apply_checked(connection, some, received_ms, entropy=entropy, later=later)

    for _ in range(_MOST):
        try:
            return _tried(connection, work, checked)
        except Exception as fault:
            if not is_poison(fault):
                raise
            log.exception("an act is set aside")
            checked = _without(checked, {_first_bad(connection, checked, work)})
    return work(_without(checked, set(range(len(checked.batch.acts)))))


def take_safely(
    connection: Connection, site: SiteRights, page: Page, received_ms: int, *, entropy: Entropy
) -> int:
    """Take what is offered (inside ``Store.write()``), but for rows that cannot be taken; how many were."""

    def work(some: Page) -> int:
        return offers(connection, site, some, received_ms, entropy=entropy)

    def taken(entries: Sequence[Entry]) -> int:
        try:
            return _tried(connection, work, replace(page, entries=tuple(entries)))
        except Exception as fault:
            if not is_poison(fault):
                raise
            if len(entries) <= 1:
                log.exception("an offered row is not taken")
                return 0
            half = len(entries) // 2
            return taken(entries[:half]) + taken(entries[half:])

    return taken(page.entries)


def _tried(connection: Connection, work: Callable[[U], T], on: U) -> T:
    """Do ``work`` on something, or nothing of it."""
    connection.exec_driver_sql("SAVEPOINT tried")
    try:
        done = work(on)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT tried")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT tried")
    return done


def _first_bad(connection: Connection, checked: Checked, work: Callable[[Checked], Ack]) -> int:
    """The place of the first act with which the batch fails: without it and all that follow it does not."""
    good, bad = 0, len(checked.batch.acts)
    while bad - good > 1:
        middle = (good + bad) // 2
        if _fails(connection, _without(checked, set(range(middle, len(checked.batch.acts)))), work):
            bad = middle
        else:
            good = middle
    return bad - 1


class _EnoughError(Exception):
    """It works; nothing of it is to stay."""


def _fails(connection: Connection, checked: Checked, work: Callable[[Checked], Ack]) -> bool:
    def trial(some: Checked) -> None:
        work(some)
        raise _EnoughError

    try:
        _tried(connection, trial, checked)
    except _EnoughError:
        return False
    except Exception as fault:
        if not is_poison(fault):
            raise
    return True


def _without(checked: Checked, acts: set[int]) -> Checked:
    """The same batch with the operations of some acts refused."""
    more = {place: BAD for place, op in enumerate(checked.batch.ops) if op.act in acts}
    return replace(checked, against={**more, **checked.against})
