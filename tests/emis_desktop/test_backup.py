"""A backup made while work goes on comes back whole, on this laptop or another; a crash leaves old or new."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop import backup, cipher, copies, files, restoring, store
from emis_desktop.backup_file import Part, extract, read_header, write_backup
from emis_desktop.errors import BadFile, Cancelled, CannotSave, StoreTooNew, WrongPassword
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.ring import KeyRing
from emis_desktop.keyring.ring_file import SCHEMA
from emis_desktop.laptop import FirstRun, Laptop, OpenLaptop, StoreKind
from emis_desktop.models import Area, Site
from emis_desktop.profiles import DEMO
from emis_desktop.services.structure import NewSchool
from emis_desktop.settings import Home, load_settings
from tests.factories.kept_rings import kept_ring
from tests.factories.rings import CHEAP
from tests.factories.stores import Somebody

PASSWORD = "seven green turtles swim"


class Killed(BaseException):
    """Ends the work where it stands, as a power cut does."""


@pytest.fixture(autouse=True)
def sticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose name begins with "stick" stands for another disk."""

    def same_disk(place: Path, home: Path) -> bool:
        return place.name.startswith("stick") == home.name.startswith("stick")

    monkeypatch.setattr(backup, "same_disk", same_disk)


def laptop_at(root: Path) -> Laptop:
    return Laptop(Home(root), ring=KeyRing(Home(root).keyring, cost=CHEAP))


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[OpenLaptop]:
    one = laptop_at(tmp_path / "home")
    school = NewSchool(code="S-1", name="Testing Primary")
    one.set_up(FirstRun(StoreKind.SCHOOL, DEMO, "Principal One", PASSWORD, school=school))
    opened = one.sign_in_as("Principal One", PASSWORD)
    note(opened, "first")
    yield opened
    opened.lock()


def note(laptop: OpenLaptop, name: str) -> None:
    with laptop.db.write(Somebody(), "note") as session:
        session.add(Area(code=name, name=name, level="noted"))


def notes(laptop: OpenLaptop) -> list[str]:
    with laptop.db.read() as session:
        return list(session.scalars(select(Area.name).where(Area.level == "noted").order_by(Area.name)))


def generation(laptop: OpenLaptop) -> int:
    with laptop.db.read() as session:
        return session.scalars(select(Site.generation)).one()


def unlock(ring: KeyRing) -> OpenKeys:
    return KeyRing(ring.file.path, cost=CHEAP).unlock(ring.people()[0].id, PASSWORD)


def everything(root: Path) -> dict[str, bytes]:
    """What lies in a data folder, but for locks, settings and what is kept aside."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
        and path.suffix not in {".lock", ".restored"}
        and path.name != "settings.json"
        and not {"replaced", ".restore"} & set(path.relative_to(root).parts)
    }


def test_a_backup_opens_on_another_laptop_with_the_own_password(laptop: OpenLaptop, tmp_path: Path) -> None:
    stick = tmp_path / "stick" / "backup.emis"
    stick.parent.mkdir()
    told: list[tuple[int, int]] = []
    made = backup.back_up(laptop, stick, progress=lambda done, total: told.append((done, total)))
    assert (made.path, made.size, made.stores) == (stick, stick.stat().st_size, 1)
    assert read_header(stick).school == "Testing Primary"
    assert told == sorted(told, key=lambda step: step[0] / step[1])
    assert told[-1][0] == told[-1][1]
    settings = load_settings(laptop.home.settings).settings
    assert made.apart
    assert (settings.last_backup_at, settings.last_backup_place) == (made.made_at, str(stick))
    assert b"Testing" not in stick.read_bytes().split(b"}", 1)[1]

    other = Home(tmp_path / "other")
    restored = backup.restore(stick, other, unlock=unlock)
    assert (restored.stores, restored.kept_aside, restored.school) == (1, None, "Testing Primary")
    with laptop_at(other.root).sign_in_as("principal one", PASSWORD) as again:
        assert notes(again) == ["first"]
        assert generation(again) == 2
    with laptop_at(other.root).sign_in_as("principal one", PASSWORD) as again:
        assert generation(again) == 2
    assert load_settings(other.settings).settings.last_backup_at == made.made_at
    assert generation(laptop) == 1


def test_a_copy_on_the_disk_of_the_records_does_not_end_the_reminder(
    laptop: OpenLaptop, tmp_path: Path
) -> None:
    beside = backup.back_up(laptop, tmp_path / "beside.emis")
    settings = load_settings(laptop.home.settings).settings
    assert not beside.apart
    assert (settings.last_backup_at, settings.last_backup_place) == (None, None)
    assert settings.last_copy_place == str(tmp_path / "beside.emis")
    stick = tmp_path / "stick" / "b.emis"
    stick.parent.mkdir()
    made = backup.back_up(laptop, stick)
    assert made.apart
    backup.back_up(laptop, tmp_path / "later.emis")
    settings = load_settings(laptop.home.settings).settings
    assert (settings.last_backup_at, settings.last_backup_place) == (made.made_at, str(stick))
    assert settings.last_copy_place == str(tmp_path / "later.emis")

    other = Home(tmp_path / "other")
    backup.restore(beside.path, other)
    assert load_settings(other.settings).settings.last_backup_at is None


def test_a_backup_clears_what_a_killed_one_left_on_the_stick(laptop: OpenLaptop, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    old, young = stick / ".a-2026.emis.0a1b2c3d.part", stick / ".b-2026.emis.0a1b2c3d.part"
    other = stick / ".film.part"
    for path in (old, young, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (0, 0))
    backup.back_up(laptop, stick / "c.emis")
    assert sorted(path.name for path in stick.iterdir()) == [young.name, other.name, "c.emis"]


def test_work_goes_on_while_a_backup_is_made(laptop: OpenLaptop, tmp_path: Path) -> None:
    names = iter(f"during {number:03}" for number in range(1000))

    def work(_done: int, _total: int) -> None:
        note(laptop, next(names))

    backup.back_up(laptop, tmp_path / "b.emis", progress=work)
    assert len(notes(laptop)) > 2
    backup.restore(tmp_path / "b.emis", Home(tmp_path / "other"))
    with laptop_at(tmp_path / "other").sign_in_as("Principal One", PASSWORD) as again:
        assert notes(again) == notes(laptop)[: len(notes(again))] or notes(again)[-1] == "first"


def test_what_was_here_is_kept_aside_whatever_is_restored_later(laptop: OpenLaptop, tmp_path: Path) -> None:
    home = laptop.home
    backup.back_up(laptop, tmp_path / "b.emis")
    note(laptop, "second")
    laptop.lock()
    was = everything(home.root)
    restored = backup.restore(tmp_path / "b.emis", home)
    assert restored.kept_aside is not None
    assert {name: content for name, content in was.items() if not name.startswith("logs")} == everything(
        restored.kept_aside
    )
    with laptop_at(home.root).sign_in_as("Principal One", PASSWORD) as again:
        assert notes(again) == ["first"]
    for _ in range(3):
        last = backup.restore(tmp_path / "b.emis", home).kept_aside
        with laptop_at(home.root).sign_in_as("Principal One", PASSWORD) as again:
            assert notes(again) == ["first"]
    assert everything(restored.kept_aside).keys() == was.keys()
    # Another time without anybody's work in between says nothing new.
    before = sorted((home.root / "replaced").iterdir())
    for _ in range(3):
        last = backup.restore(tmp_path / "b.emis", home).kept_aside
    kept = sorted((home.root / "replaced").iterdir())
    assert len(kept) == len(before) + 2
    assert restored.kept_aside in kept
    assert kept[-1] == last


@pytest.mark.parametrize("stop_at", [0, 1, 2, 3, 4])
def test_stopping_a_backup_keeps_the_older_one(laptop: OpenLaptop, tmp_path: Path, stop_at: int) -> None:
    stick = tmp_path / "b.emis"
    backup.back_up(laptop, stick)
    before = stick.read_bytes()
    asked = iter([False] * stop_at + [True] * 1000)
    with pytest.raises(Cancelled):
        backup.back_up(laptop, stick, cancelled=lambda: next(asked))
    assert stick.read_bytes() == before
    assert [path.name for path in laptop.home.root.glob(".backup*")] == []


def test_a_stick_that_keeps_something_else_makes_no_backup(
    laptop: OpenLaptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(source: Path, key: bytearray, target: Path, *rest: object, **more: object) -> None:
        target.write_bytes(source.read_bytes()[:-4096] + bytes(4096))

    monkeypatch.setattr(copies, "copy_store", faulty)
    with pytest.raises(CannotSave, match="could not be read back"):
        backup.back_up(laptop, tmp_path / "b.emis")
    assert not (tmp_path / "b.emis").exists()
    assert load_settings(laptop.home.settings).settings.last_backup_at is None


def test_a_backup_that_is_none_or_empty_or_of_later_make_changes_nothing(
    laptop: OpenLaptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "b.emis"
    with monkeypatch.context() as patch:
        patch.setattr(backup, "_copied", lambda *_: [])
        patch.setattr(copies, "verify", lambda *_: None)
        backup.back_up(laptop, stick)
    laptop.lock()
    was = everything(laptop.home.root)
    with pytest.raises(BadFile, match="holds no records"):
        backup.restore(stick, laptop.home)
    stick.write_bytes(b"something else")
    with pytest.raises(BadFile):
        backup.restore(stick, laptop.home)
    with pytest.raises(BadFile):
        backup.restore(tmp_path / "none.emis", laptop.home)
    assert everything(laptop.home.root) == was


@pytest.mark.parametrize(
    ("ring", "refusal", "said"),
    [
        (kept_ring(1)["ring"].encode(), BadFile, "b.emis was made by an earlier trial version"),
        (kept_ring(SCHEMA)["ring"].encode()[:-9], BadFile, "b.emis is damaged"),
        (
            kept_ring(SCHEMA)["ring"]
            .encode()
            .replace(b'"schema":%d' % SCHEMA, b'"schema":%d' % (SCHEMA + 1)),
            StoreTooNew,
            "install the newer version",
        ),
    ],
)
def test_a_backup_whose_keys_open_to_nobody_replaces_nothing(
    laptop: OpenLaptop, tmp_path: Path, ring: bytes, refusal: type[Exception], said: str
) -> None:
    stick = tmp_path / "b.emis"
    true = laptop.home.keyring.read_bytes()
    laptop.home.keyring.write_bytes(ring)
    backup.back_up(laptop, stick)
    laptop.home.keyring.write_bytes(true)
    laptop.lock()
    was = everything(laptop.home.root)
    for way in (None, unlock):
        with pytest.raises(refusal, match=said):
            backup.restore(stick, laptop.home, unlock=way)
    assert everything(laptop.home.root) == was


def test_a_restore_tries_the_password_and_the_stores_first_when_it_may(
    laptop: OpenLaptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "b.emis"
    backup.back_up(laptop, stick)
    note(laptop, "later")
    laptop.lock()
    was = everything(laptop.home.root)

    def wrong(ring: KeyRing) -> OpenKeys:
        return KeyRing(ring.file.path, cost=CHEAP).unlock(ring.people()[0].id, "another password")

    with pytest.raises(WrongPassword):
        backup.restore(stick, laptop.home, unlock=wrong)
    with monkeypatch.context() as patch:
        patch.setattr(store, "schema_version", _too_new)
        with pytest.raises(StoreTooNew):
            backup.restore(stick, laptop.home, unlock=unlock)
    told: list[tuple[int, int]] = []
    keyless = backup.restore(
        stick,
        Home(tmp_path / "keyless"),
        unlock=lambda _ring: OpenKeys(None),
        progress=lambda done, total: told.append((done, total)),
    )
    assert (keyless.stores, told[-1]) == (1, (1, 1))
    stops = iter([False] * 2 + [True] * 100)
    with pytest.raises(Cancelled):
        backup.restore(stick, laptop.home, unlock=unlock, cancelled=lambda: next(stops))
    assert everything(laptop.home.root) == was
    for checks in range(12):  # wherever in the work the stop comes
        late = iter([False] * checks + [True] * 100)
        with suppress(Cancelled):
            backup.restore(stick, Home(tmp_path / f"stopped{checks}"), unlock=unlock, cancelled=late.__next__)
            break


def _too_new(path: Path, key: bytearray) -> int:
    raise StoreTooNew("These records come from a newer EMIS Desktop.")


def killing(at: int, what: Callable[..., None], *, after: bool) -> Callable[..., None]:
    """``what``, but the ``at``-th call ends everything before it is done, or just after."""
    calls = iter(range(1_000_000))

    def run(*arguments: object) -> None:
        this = next(calls)
        if this == at and not after:
            raise Killed
        what(*arguments)
        if this == at:
            raise Killed

    return run


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_step_a_restore_leaves_the_old_records_or_the_new(
    laptop: OpenLaptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    stick = tmp_path / "b.emis"
    backup.back_up(laptop, stick)
    note(laptop, "second")
    laptop.lock()
    home = laptop.home
    old = everything(home.root)
    seen = set()
    for at in range(100):
        with monkeypatch.context() as patch:
            patch.setattr(files, "replace", killing(at, files.replace, after=after))
            try:
                backup.restore(stick, home)
            except Killed:
                ended = False
            else:
                ended = True
        restoring.finish(home)
        restoring.finish(home)
        with laptop_at(home.root).sign_in_as("Principal One", PASSWORD) as again:
            state = tuple(notes(again))
        assert state in {("first", "second"), ("first",)}
        seen.add(state)
        for path in home.stores.glob("*.restored"):
            path.unlink()
        if ended:
            break
        for path in (*home.stores.iterdir(), *home.root.glob("keyring.json*")):
            if path.is_file():
                path.unlink()
        for name, content in old.items():
            (home.root / name).write_bytes(content)
    assert ended
    assert seen == {("first", "second"), ("first",)}


def test_a_copy_in_another_place_is_checked_page_by_page(laptop: OpenLaptop, tmp_path: Path) -> None:
    path = laptop.home.store(laptop.store_id)
    key = laptop.keys.key(laptop.store_id)
    copies.copy_store(path, key, tmp_path / "copy.db")
    cipher.verify(tmp_path / "copy.db", key)
    content = bytearray((tmp_path / "copy.db").read_bytes())
    content[3 * 4096 + 100] ^= 1
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(CannotSave, match="could not be read back"):
        copies.verify(tmp_path / "copy.db", key)


def test_a_program_that_was_never_installed_still_makes_backups(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", missing)
    assert backup._program() == ""


@pytest.mark.parametrize("name", ["keyring.json", "stores/copy.emis", "../home/copy.emis"])
def test_a_backup_never_lands_among_the_records(laptop: OpenLaptop, name: str) -> None:
    before = everything(laptop.home.root)
    with pytest.raises(CannotSave, match="the folder of the records themselves"):
        backup.back_up(laptop, laptop.home.root / name)
    assert everything(laptop.home.root) == before


@pytest.mark.parametrize("said", [b"../../gone", b"\xff\x00", b"/gone", b""])
def test_what_is_put_aside_stays_in_the_data_folder(laptop: OpenLaptop, said: bytes) -> None:
    root = laptop.home.root
    laptop.lock()
    before = {path.read_bytes() for path in root.glob("keyring.json")}
    (root / ".restore").mkdir()
    (root / ".restore" / "ready").write_bytes(said)
    restoring.finish(laptop.home)
    assert {path.read_bytes() for path in root.glob("replaced/*/keyring.json")} == before


@pytest.mark.parametrize("name", ["setting-up", "settings.json", "profiles/gd.json", "stores/more.restored"])
def test_nothing_but_keys_and_records_comes_back(laptop: OpenLaptop, tmp_path: Path, name: str) -> None:
    home = laptop.home
    sound = tmp_path / "sound.emis"
    backup.back_up(laptop, sound)
    unpacked = tmp_path / "unpacked"
    header = extract(sound, unpacked)
    planted = unpacked / name
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(b"")
    parts = [Part(each.name, unpacked / each.name) for each in header.parts]
    crafted = tmp_path / "crafted.emis"
    write_backup(
        crafted,
        [*parts, Part(name, planted)],
        school=header.school,
        program="1.0",
        check=lambda _folder: None,
        scratch=tmp_path,
    )
    laptop.lock()
    before = everything(home.root)
    with pytest.raises(BadFile, match="is damaged"):
        backup.restore(crafted, home)
    assert everything(home.root) == before
    assert not (home.root / ".restore").exists()


def test_what_a_killed_restore_laid_ready_goes_at_the_next_sign_in(laptop: OpenLaptop) -> None:
    home = laptop.home
    laptop.lock()
    left = home.root / ".restore" / "new" / "stores"
    left.mkdir(parents=True)
    (left / "half.db").write_bytes(b"half")
    laptop_at(home.root).sign_in_as("Principal One", PASSWORD).lock()
    assert not (home.root / ".restore").exists()
