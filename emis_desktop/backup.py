"""All records of a laptop into one file on a USB stick, and back: tried out before it counts, whole or not at
all.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path

from emis_desktop import cipher, copies, files, store
from emis_desktop.backup_file import Part, Watch, extract, read_header, write_backup
from emis_desktop.backup_format import Header, altered
from emis_desktop.disks import same_disk
from emis_desktop.errors import N_, BadFile, Cancelled, CannotSave, StoreDamaged
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.ring import KeyRing
from emis_desktop.keyring.ring_file import RingFile, TrialRing
from emis_desktop.laptop import OpenLaptop
from emis_desktop.models import Institution
from emis_desktop.restoring import Exchange, alone
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.settings import Home, load_settings, save_settings

Progress = Callable[[int, int], None]
Unlock = Callable[[KeyRing], OpenKeys]


_UNFINISHED = "*.emis.*"
_A_STORE = re.compile(r"stores/[a-z0-9-]+\.db")
"""Names beside a backup that a killed program had begun; a stick holds other people's files too."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written and read back: where, its size in bytes, how many stores it holds.

    ``apart`` is whether it is on another disk than the records: only then it outlives the laptop.
    """

    path: Path
    size: int
    stores: int
    made_at: datetime
    apart: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place; ``kept_aside`` is the folder with what was here before, if anything was."""

    made_at: datetime
    school: str
    stores: int
    kept_aside: Path | None


def back_up(
    laptop: OpenLaptop,
    path: Path,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BackedUp:
    """Write the stores that are open to the person, and the key ring, into one file at ``path``; work goes on
    meanwhile.

    The file has been read back from the disk and its stores opened before it takes its name, and the laptop's
    settings then say where and, of a copy on another disk, when: one beside the records goes when the laptop
    goes, and no reminder is silent for it. ``progress(done, total)`` is in bytes. Raises
    :class:`~emis_desktop.errors.Refused` without the right, :class:`~emis_desktop.errors.CannotSave`, also
    for a place in the data folder itself, :class:`Cancelled`.
    """
    require(laptop.actor, Right.BACKUP)
    _check_place(path, laptop.home)
    watch = Watch(progress or Watch().progress, cancelled or Watch().cancelled)
    home = laptop.home
    keys = {store_id: laptop.keys.key(store_id) for store_id in sorted(laptop.keys.stores())}
    files.clear_leftovers(path.parent, _UNFINISHED)
    with tempfile.TemporaryDirectory(prefix=".backup.", suffix=".part", dir=home.root) as folder:
        scratch = Path(folder)
        parts = _copied(home, keys, scratch, watch)

        def check(unpacked: Path) -> None:
            for store_id, key in keys.items():
                copies.verify(unpacked / "stores" / f"{store_id}.db", key)

        header = write_backup(
            path,
            parts,
            school=_whose(laptop),
            program=_program(),
            check=check,
            scratch=scratch,
            watch=_last_two_thirds(watch),
        )
    apart = _note_copy(home, path, header.created)
    return BackedUp(path, path.stat().st_size, len(keys), header.created, apart)


def restore(
    path: Path,
    home: Home,
    *,
    asked_by: Actor | None = None,
    unlock: Unlock | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Restored:
    """Put the records of a backup in the place of those of ``home``, which are kept aside. Nobody may be
    signed in, in any program: that is refused.

    ``asked_by`` is who was signed in until now and wants it; without, it is for a laptop that opens nothing
    or knows nobody: whoever calls this has found out. Every byte is checked before anything is touched. With
    ``unlock``, which gets the backup's key ring and returns the keys of somebody in it, its stores are opened
    and read through too. A crash leaves the old records or the new ones. Each store that came back is a new
    generation of its site from its first opening on. Raises :class:`~emis_desktop.errors.Refused` without the
    right, :class:`BadFile`, :class:`~emis_desktop.errors.CannotSave`, :class:`Cancelled`,
    :class:`~emis_desktop.errors.StoreTooNew`.
    """
    if asked_by is not None:
        require(asked_by, Right.RESTORE)
    watch = Watch(progress or Watch().progress, cancelled or Watch().cancelled)
    home.make()
    with alone(home):
        exchange = Exchange(home)
        exchange.clear()
        try:
            header, stores = _lay_ready(path, home, exchange, unlock, watch)
            had_records = home.keyring.exists()
            aside = exchange.carry_out()
        finally:
            exchange.drop()
    _note_copy(home, path, header.created)
    return Restored(header.created, header.school, stores, aside if had_records else None)


def _lay_ready(
    path: Path, home: Home, exchange: Exchange, unlock: Unlock | None, watch: Watch
) -> tuple[Header, int]:
    """Unpack and check what is to be exchanged; how many stores it has."""
    for part in read_header(path).parts:
        if part.name != home.keyring.name and not _A_STORE.fullmatch(part.name):
            raise altered(path.name)  # nothing but records comes back: no settings, no profiles, no notes
    header = extract(path, exchange.new, watch)
    stores = sorted((exchange.new / "stores").glob("*.db"))
    if not stores or not (exchange.new / home.keyring.name).is_file():
        raise BadFile(N_("{name} holds no records. Choose another file."), name=path.name)
    _check_keys(exchange.new / home.keyring.name, path.name)
    if unlock is not None:
        _open_all(exchange.new, stores, unlock, watch)
    for one in stores:
        one.with_suffix(store.RESTORED).touch()
    return header, len(stores)


def _note_copy(home: Home, path: Path, made_at: datetime) -> bool:
    """Let the settings say where a copy is, and when it was made if it is on another disk: whether it is."""
    apart = not same_disk(path.parent, home.root)
    place = str(path.absolute())
    settings = replace(load_settings(home.settings).settings, last_copy_place=place)
    if apart and (settings.last_backup_at is None or settings.last_backup_at < made_at):
        settings = replace(settings, last_backup_at=made_at, last_backup_place=place)
    save_settings(home.settings, settings)
    return apart


def _check_place(path: Path, home: Home) -> None:
    """Keep a backup away from what it is a backup of: a name there may be that of the keys or of a store."""
    if path.resolve().is_relative_to(home.root.resolve()):
        raise CannotSave(
            "{place} is the folder of the records themselves. Choose a USB stick.", place=str(home.root)
        )


def _copied(home: Home, keys: dict[str, bytearray], scratch: Path, watch: Watch) -> list[Part]:
    """Copies of the stores in ``scratch``, for as many bytes as will be written and read back twice over."""
    sizes = {store_id: home.store(store_id).stat().st_size for store_id in keys}
    total, done = 3 * sum(sizes.values()), 0
    parts = []
    for store_id, key in keys.items():

        def tell(pages: int, all_pages: int, before: int = done, size: int = sizes[store_id]) -> None:
            if watch.cancelled():
                raise Cancelled(N_("Stopped. Nothing was changed."))
            watch.progress(before + size * pages // max(all_pages, 1), total)

        copy = scratch / f"{store_id}.db"
        copies.copy_store(home.store(store_id), key, copy, tell, check=False)
        parts.append(Part(f"stores/{store_id}.db", copy))
        done += sizes[store_id]
    # The ring last: a key that came into use meanwhile is in it.
    ring = scratch / home.keyring.name
    shutil.copyfile(home.keyring, ring)
    return [Part(ring.name, ring), *parts]


def _whose(laptop: OpenLaptop) -> str:
    """Name of the school, or of the country, for the list of backups."""
    with laptop.db.read() as session:
        school = session.get(Institution, laptop.site.institution_id) if laptop.site.institution_id else None
        return school.name if school else laptop.profile.identity.official_name


def _program() -> str:
    """Version of this program, as its package says; empty when it runs from a folder that was never
    installed.
    """
    try:
        return metadata.version("emis-desktop")
    except metadata.PackageNotFoundError:
        return ""


def _last_two_thirds(watch: Watch) -> Watch:
    """Counts writing and reading back after the copying that made a third of the work."""
    return Watch(lambda done, total: watch.progress(total // 2 + done, total + total // 2), watch.cancelled)


def _check_keys(ring: Path, name: str) -> None:
    """Whether this program reads the key ring of a backup; if not, its records would open to nobody."""
    try:
        RingFile(ring).load()
    except TrialRing as fault:
        raise BadFile(
            N_(
                "{name} was made by an earlier trial version and cannot be opened. Nothing was changed; "
                "choose a copy made since."
            ),
            name=name,
        ) from fault
    except StoreDamaged as fault:
        raise altered(name) from fault


def _open_all(folder: Path, stores: list[Path], unlock: Unlock, watch: Watch) -> None:
    ring = KeyRing(folder / "keyring.json")
    with unlock(ring) as keys:
        for place, path in enumerate(stores):
            if path.stem in keys.stores():
                store.schema_version(path, keys.key(path.stem))
                cipher.verify(path, keys.key(path.stem))
                copies.tidy(path)
            if watch.cancelled():
                raise Cancelled(N_("Stopped. Nothing was changed."))
            watch.progress(place + 1, len(stores))
    for beside in (*folder.glob("keyring.json.*"), *folder.glob("sign-in.json*")):
        beside.unlink()
