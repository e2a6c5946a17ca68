"""The ring's file: a whole one is always there, a flipped bit is found, nobody overwrites anybody."""

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import CannotSave, Refused, StoreDamaged, StoreTooNew
from emis_desktop.keyring.records import Cost, Grant, Owed, Recovery, Ring, RingUser, StoreState, WrappedKey
from emis_desktop.keyring.ring_file import SCHEMA, RingFile, TrialRing

NOW, EARLIER = (f'"schema":{number}'.encode() for number in (SCHEMA, SCHEMA - 1))


def user(number: int, name: str, seen: datetime | None = None) -> RingUser:
    wrapped = WrappedKey(Cost(64, 1, 1), b"s" * 16, b"box")
    grant = Grant("school-1", "store", 1, b"box", b"proof", b"held")
    return RingUser(
        UUID(int=number), name, "Teacher", b"p" * 32, wrapped, seen, (grant,), (Owed("school-1", "case"),)
    )


RING = Ring(Recovery(b"r" * 32), (user(1, "Ana"),), (StoreState("school-1"),))


@pytest.fixture
def file(tmp_path: Path) -> RingFile:
    ring_file = RingFile(tmp_path / "home" / "keyring.json")
    ring_file.create(RING)
    return ring_file


def test_what_is_written_is_read(file: RingFile) -> None:
    assert file.exists()
    assert file.load() == RING
    assert not file.from_copy()


def test_the_files_are_the_owners_alone(file: RingFile) -> None:
    assert {path.stat().st_mode & 0o777 for path in file.path.parent.iterdir()} == {0o600}
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_ring_is_not_made_over_the_first(file: RingFile) -> None:
    with pytest.raises(Refused, match="set up in this folder already"):
        file.create(replace(RING, users=()))
    assert file.load() == RING


def test_a_ring_of_which_only_the_copy_is_left_is_still_a_ring(file: RingFile) -> None:
    file.path.unlink()
    assert file.exists()
    with pytest.raises(Refused):
        file.create(RING)


def test_no_ring_is_no_ring(tmp_path: Path) -> None:
    file = RingFile(tmp_path / "keyring.json")
    assert not file.exists()
    with pytest.raises(StoreDamaged, match="USB copy"):
        file.load()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotSave):
        RingFile(tmp_path / "file" / "keyring.json").create(RING)


def test_people_are_listed_the_one_seen_last_first(file: RingFile) -> None:
    day = datetime(2026, 11, 5, tzinfo=UTC)
    users = (user(1, "Zoe"), user(2, "bea", day.replace(day=1)), user(3, "Ana", day), user(4, "Émile"))
    file.change(lambda ring: replace(ring, users=users))
    assert [person.name for person in file.people()] == ["Ana", "bea", "Zoe", "Émile"]
    person = file.people()[0]
    assert (person.id, person.role, person.seen) == (UUID(int=3), "Teacher", day)
    assert person.holds == {("school-1", "store")}
    assert person.owed == {("school-1", "case")}


# -- Damage ---------------------------------------------------------------------------------------


@given(st.data())
def test_a_flipped_bit_in_either_file_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = RingFile(tmp_path_factory.mktemp("flip") / "keyring.json")
    file.create(RING)
    target = data.draw(st.sampled_from([file.path, file.copy]))
    content = bytearray(target.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    target.write_bytes(content)
    if _is_later_schema(content):
        return
    assert file.load() == RING


def _is_later_schema(content: bytearray) -> bool:
    """A flip may make the 3 of the schema a 7: refused as too new, which loses nothing either."""
    try:
        return bool(json.loads(content).get("schema") != SCHEMA)
    except ValueError:
        return False


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b"\x00" * 300, b'{"format":"other"}'])
def test_a_damaged_ring_is_read_from_its_copy_and_put_right_by_the_next_change(
    file: RingFile, damage: bytes
) -> None:
    file.path.write_bytes(damage)
    assert file.from_copy()
    assert file.load() == RING
    file.change(lambda ring: ring)
    assert not file.from_copy()


def test_with_both_damaged_nothing_opens_and_restoring_is_offered(file: RingFile) -> None:
    file.path.write_bytes(b"{")
    file.copy.write_bytes(b"{")
    with pytest.raises(StoreDamaged, match="Restore from a USB copy"):
        file.load()
    with pytest.raises(StoreDamaged):
        file.change(lambda ring: ring)
    assert file.path.read_bytes() == b"{"


def test_a_ring_with_a_true_hash_over_nonsense_is_damaged(file: RingFile) -> None:
    body = b'{"users": 5}'
    envelope = {"format": "emis-key-ring", "schema": SCHEMA, "sha256": hashlib.sha256(body).hexdigest()}
    file.path.write_bytes(json.dumps(envelope).encode()[:-1] + b', "ring": ' + body + b"}")
    assert file.from_copy()


def test_a_ring_of_a_later_program_is_not_touched(file: RingFile) -> None:
    later = file.path.read_bytes().replace(NOW, f'"schema":{SCHEMA + 1}'.encode())
    file.path.write_bytes(later)
    with pytest.raises(StoreTooNew, match="newer EMIS Desktop"):
        file.load()
    with pytest.raises(StoreTooNew):
        file.change(lambda ring: ring)
    assert file.path.read_bytes() == later


def test_a_forged_cost_that_would_eat_the_memory_is_damage() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"memory_kib": 1000000000}', type=Cost)


# -- Changing -------------------------------------------------------------------------------------


def test_what_a_change_refuses_leaves_the_ring(file: RingFile) -> None:
    def refuse(ring: Ring) -> Ring:
        raise Refused("No.")

    before = file.path.read_bytes()
    with pytest.raises(Refused):
        file.change(refuse)
    assert file.path.read_bytes() == before


def test_the_copy_is_never_older_than_the_ring(file: RingFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after any number of steps, the copy has at least what the ring has."""
    sizes: list[tuple[int, int]] = []
    move = Path.replace

    def spy(self: Path, target: Path) -> Path:
        moved = move(self, target)
        rings = [json.loads(path.read_bytes())["ring"]["users"] for path in (file.copy, file.path)]
        sizes.append((len(rings[0]), len(rings[1])))
        return moved

    monkeypatch.setattr(Path, "replace", spy)
    file.change(lambda ring: ring.with_user(user(2, "Bea")))
    assert sizes == [(2, 1), (2, 2)]


def test_a_full_disk_leaves_a_ring_and_a_copy(file: RingFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotSave, match="full"):
        file.change(lambda ring: ring.with_user(user(2, "Bea")))
    assert file.load() == RING
    assert file.copy.read_bytes() == file.path.read_bytes()


def test_changes_of_many_at_once_are_all_kept(file: RingFile) -> None:
    def add(number: int) -> None:
        RingFile(file.path).change(lambda ring: ring.with_user(user(number, f"User {number}")))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(2, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.id.int for each in file.load().users} == set(range(1, 14))


def test_a_reader_never_sees_half_a_ring(file: RingFile) -> None:
    done = threading.Event()

    def write() -> Iterator[None]:
        for number in range(30):
            file.change(lambda ring, number=number: ring.with_user(user(2, "x" * number * 1000)))  # type: ignore[misc]
            yield

    def work() -> None:
        for _ in write():
            pass
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not done.is_set():
        assert not RingFile(file.path).from_copy()
    thread.join()


@pytest.mark.parametrize("whole", ["path", "copy"])
def test_a_ring_of_an_earlier_schema_is_told_as_such_whatever_its_fields(file: RingFile, whole: str) -> None:
    """Its hash fits, so it is as it was written, also where it has just the fields of today."""
    content = file.path.read_bytes().replace(NOW, EARLIER)
    for path in (file.path, file.copy):
        path.write_bytes(b"{")
    getattr(file, whole).write_bytes(content)
    with pytest.raises(TrialRing, match="earlier trial version"):
        file.load()
    with pytest.raises(TrialRing):
        file.change(lambda ring: ring)
    assert getattr(file, whole).read_bytes() == content


def test_a_damaged_ring_of_an_earlier_schema_is_damaged(file: RingFile) -> None:
    content = file.path.read_bytes().replace(NOW, EARLIER).replace(b"Ana", b"Bea")
    for path in (file.path, file.copy):
        path.write_bytes(content)
    with pytest.raises(StoreDamaged, match="are damaged"):
        file.load()
