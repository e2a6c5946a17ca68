"""The laptop's half of the exchange by a file: write what waits, take the ministry's answer in."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emis_desktop import files
from emis_desktop.database import Database
from emis_desktop.errors import N_, BadFile, Refused
from emis_desktop.keyring.device_keys import DeviceFile, DeviceKeys
from emis_desktop.keyring.signing import is_signed
from emis_desktop.queries.sync_state import BundleDone, End
from sync.bundle import FULL, MOST, Answered, Ends, key_text, open_answer, write_sent
from sync.client import recovery
from sync.client.sql import run
from sync.engine.contact import receives_all
from sync.engine.hello import hello_of
from sync.engine.line import Tally
from sync.engine.local import LocalStore
from sync.engine.meter import Progress
from sync.engine.past import note_past
from sync.engine.store import Waiting
from sync.once import NOT_JOINED, SyncSite, no_other_sync
from sync.place import JoinedPlace, joined_place

Step = Callable[[int, int], None]
"""Called with how much is done and how much there is; raises :class:`Cancelled` to stop."""
_PUBLIC: Final = 32
_CANNOT: Final = N_("{name} cannot be read. Check the path and the stick.")
_TOO_LARGE: Final = N_("{name} is larger than any file of this exchange. Choose another file.")
_OTHER_HISTORY: Final = N_(
    "{name} was written before the ministry’s server was restored, or after it. Nothing was taken in; write "
    "a new file for the ministry and take in the answer to that."
)
_NO_KEY: Final = N_(
    "This laptop does not have the ministry’s key for files. Synchronise once over a line, or join again."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer brought: results of how many changes that waited here, entries that were new here, and
    those that were not.
    """

    sent: int
    new: int
    again: int


def save(site: SyncSite, path: Path, step: Step | None = None) -> BundleDone:
    """Write what waits into a file for the ministry, the oldest first, as much as one file takes; it goes on
    waiting for its result.

    Raises :class:`Refused`, :class:`~emis_desktop.errors.CannotSave`.
    """
    told = step or _nobody
    with ExitStack() as stack:
        place, device, device_file = _opened(site, stack)
        store = LocalStore(site.db)
        store.freeze()
        waiting = fitting(store.waiting())
        bodies = []
        for number, batch in enumerate(waiting):
            told(number, len(waiting) + 1)
            bodies.append(store.body(batch.id))
        ends = Ends(place.site, place.server, device.sign, _box(device_file, place))
        now = _wall_ms()
        content = write_sent(ends, hello_of(store.place(), now, 0), bodies, now)
        files.write(path, content)
    told(1, 1)
    return BundleDone(sum(batch.ops for batch in waiting), len(content))


def read(site: SyncSite, path: Path, step: Step | None = None) -> BundleDone:
    """Take in the ministry's answer: results of what was sent, and what others wrote.

    Raises :class:`~emis_desktop.errors.BadFile`, :class:`Refused`; then nothing was taken in.
    """
    content = _content(path)
    began = _wall_ms()
    with ExitStack() as stack:
        place, device, _ = _opened(site, stack)
        answered = open_answer(content, path.name, place.site, place.server, place.server_key, device.open)
        done = take_in(site.db, LocalStore(site.db), answered, path.name, step)
    moved = done.sent, done.new
    note_past(site.db, began, Progress(), Tally(0, 0, len(content)), End.DONE, by_file=moved)
    return BundleDone(done.new, len(content), again=done.again)


def take_in(
    db: Database, store: LocalStore, answered: Answered, name: str, step: Step | None = None
) -> Taken:
    """Take an answer in that was opened. Raises :class:`BadFile` for one of another history: then nothing was
    taken in.
    """
    _check_history(db, store, answered, name)
    done = _take(store, answered, step or _nobody)
    _note(db, answered)
    return done


def fitting(waiting: Sequence[Waiting]) -> Sequence[Waiting]:
    """The oldest of them that fit into one file; at least one where any waits."""
    size = 0
    for place, batch in enumerate(waiting):
        size += batch.size
        if size > FULL and place:
            return waiting[:place]
    return waiting


def _opened(site: SyncSite, stack: ExitStack) -> tuple[JoinedPlace, DeviceKeys, DeviceFile]:
    place = joined_place(site.db)
    if place is None:
        raise Refused(NOT_JOINED)
    stack.enter_context(no_other_sync(site.home))
    device_file = DeviceFile(site.home.root, site.store_id)
    return place, stack.enter_context(device_file.open(site.keys)), device_file


def _box(device_file: DeviceFile, place: JoinedPlace) -> bytes:
    """The server's key for files; the server itself must stand behind it."""
    contact = device_file.contact()
    known = b"" if contact is None else contact.bundle_key
    public, signature = known[:_PUBLIC], known[_PUBLIC:]
    if not is_signed(place.server_key, signature, key_text(public)):
        raise Refused(_NO_KEY)
    return public


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST:
            raise BadFile(_TOO_LARGE, name=path.name)
        return path.read_bytes()
    except OSError as fault:
        raise BadFile(_CANNOT, name=str(path)) from fault


def _check_history(db: Database, store: LocalStore, answered: Answered, name: str) -> None:
    known = store.place().history
    if not known:
        with db.local() as connection:
            recovery.first_history(connection, answered.history)
    elif known != answered.history:
        raise BadFile(_OTHER_HISTORY, name=name)


def _take(store: LocalStore, answered: Answered, told: Step) -> Taken:
    """Results first, then the pages in order."""
    waited = {batch.id: batch.ops for batch in store.waiting()}
    for ack in answered.acks:
        store.acknowledge(ack)
    new = again = 0
    for number, page in enumerate(answered.pages):
        told(number, len(answered.pages))
        cursor = store.place().cursor
        if page.upto <= cursor:
            again += len(page.entries)
        elif page.after <= cursor:
            new += store.apply(page, _no_breath).entries
        else:  # an earlier answer has not come yet: whole rows are good, the log goes on where it stood
            new += store.apply_loose(page, _no_breath).entries
    told(1, 1)
    return Taken(sum(waited.get(batch, 0) for batch in {ack.batch for ack in answered.acks}), new, again)


def _note(db: Database, answered: Answered) -> None:
    """The ministry answered: that is a contact. Who has the log from its beginning lacks nothing."""
    whole = any(page.after == 0 for page in answered.pages)
    with db.local() as connection:
        run(
            connection,
            "UPDATE joined SET contact_at = max(coalesce(contact_at, 0), ?)",
            (answered.head.made_ms,),
        )
        if whole:
            run(
                connection,
                "UPDATE site SET subscription = coalesce(subscription, ?)",
                (receives_all(connection),),
            )


def _nobody(_done: int, _total: int) -> None:
    """Watches nothing."""


def _no_breath() -> None:
    time.sleep(0.002)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
