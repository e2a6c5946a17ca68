"""Signing in without a line: for so many days since the last contact, longer with a code by telephone."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from emis_desktop.database import Database
from emis_desktop.errors import N_, EmisError, Refused
from emis_desktop.keyring.device_keys import DeviceFile
from emis_desktop.rules.time_limit import days_left, days_since, ends_ms, extended
from emis_desktop.settings import Home
from sync.client.sql import run
from sync.place import JoinedPlace, joined_place
from sync.protocol import phone_code
from sync.protocol.phone_code import Anchor

_OVER: Final = N_(
    "This laptop has not reached the ministry’s server for {days} days; {limit} are allowed. Connect it to "
    "the internet and sign in again, or ring the ministry and type the code that it reads out."
)


def check(db: Database, home: Home, store_id: str, *, wall_ms: Callable[[], int] | None = None) -> None:
    """Raise :class:`Refused` (field ``phone_code``) when the time without a contact is over.

    Then the server is asked first, where there is a line: an answer is a contact.
    """
    place = joined_place(db)
    now = (wall_ms or _wall_ms)()
    if place is None or days_left(place.limit, now) >= 0 or _reached(db, home, store_id):
        return
    raise Refused(_OVER, field="phone_code", days=days_since(place.limit, now), limit=place.limit.days)


def extend(db: Database, device: DeviceFile, code: str, *, wall_ms: Callable[[], int] | None = None) -> date:
    """Take a code by telephone; returns the last day on which somebody may sign in.

    That it is used is also noted beside the store: a copy that is put back does not bring it back. Raises
    :class:`Refused` (field ``phone_code``) for one that is not this laptop's next.
    """
    place = joined_place(db)
    if place is None or place.phone_anchor is None:
        raise Refused(
            "This laptop has joined no server; no code is needed to sign in.", field=phone_code.FIELD
        )
    found = phone_code.check(code, place.site, Anchor(place.phone_used, place.phone_anchor))
    if not device.note_phone_code(found.index):
        raise Refused(phone_code.NOT_NEXT, field=phone_code.FIELD)
    until = extended(place.limit, (wall_ms or _wall_ms)())
    with db.local() as connection:
        run(
            connection,
            "UPDATE joined SET phone_anchor = ?, phone_used = ?, extended_to = ?",
            (found.value, found.index, until),
        )
    return _day(until)


def last_day(place: JoinedPlace) -> date:
    """The last day on which somebody may sign in without a contact in between."""
    return _day(ends_ms(place.limit))


def _reached(db: Database, home: Home, store_id: str) -> bool:
    """Whether the server answers now that all is well; the contact is noted."""
    # The network costs a tenth of a second to load, which only a laptop over its time has to pay.
    from sync.standing import ask_now, note_contact  # noqa: PLC0415

    try:
        moment = ask_now(home, store_id)
    except EmisError:
        return False
    if moment is not None:
        note_contact(db, moment)
    return moment is not None


def _day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().date()


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
