"""A backup holds every byte, says what is wrong with one that does not, and leaves nothing half done."""

import errno
import hashlib
import os
import shutil
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop import backup_file, files
from emis_desktop.backup_file import Part, Watch, extract, read_header, write_backup
from emis_desktop.backup_format import HASH_BYTES, MAGIC, Header, PartInfo, encode
from emis_desktop.errors import BadFile, Cancelled, CannotSave, Refused, StoreDamaged

QUIET = Watch()
SCHOOL = "École Exemplaire de São Tomé"


@dataclass
class Desk:
    """Sources to back up, a stick, and a scratch folder."""

    root: Path

    def __post_init__(self) -> None:
        self.contents = {
            "keyring.json": b'{"ring": 1}',
            "stores/school-1.db": os.urandom(70_000),
            "empty.db": b"",
        }
        self.sources = self.root / "sources"
        self.scratch = self.root / "scratch"
        self.stick = self.root / "stick"
        for folder in (self.sources, self.scratch, self.stick):
            folder.mkdir()
        self.parts = [Part(name, self.sources / str(place)) for place, name in enumerate(self.contents)]
        for part in self.parts:
            part.source.write_bytes(self.contents[part.name])
        self.path = self.stick / "school.emis-backup"

    def write(self, check: Callable[[Path], None] = lambda _folder: None, watch: Watch = QUIET) -> Header:
        return write_backup(
            self.path,
            self.parts,
            school=SCHOOL,
            program="0.1.0",
            check=check,
            scratch=self.scratch,
            watch=watch,
        )

    def unpacked(self, folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }

    def nothing_left(self) -> bool:
        return list(self.scratch.iterdir()) == [] and not any(
            ".part" in path.name for path in self.stick.iterdir()
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# -- Writing and reading --------------------------------------------------------------------------


def test_what_goes_in_comes_out(desk: Desk) -> None:
    header = desk.write()
    assert desk.nothing_left()
    assert read_header(desk.path) == header
    assert header.school == SCHOOL
    assert header.program == "0.1.0"
    assert abs((datetime.now(UTC) - header.created).total_seconds()) < 60
    assert [(part.name, part.size) for part in header.parts] == [
        ("keyring.json", 11),
        ("stores/school-1.db", 70_000),
        ("empty.db", 0),
    ]
    assert extract(desk.path, desk.root / "new") == header
    assert desk.unpacked(desk.root / "new") == desk.contents
    assert {path.stat().st_mode & 0o077 for path in (desk.root / "new").rglob("*")} == {0}


def test_the_layout_is_the_written_one(desk: Desk) -> None:
    header = desk.write()
    content = desk.path.read_bytes()
    top = encode(header)
    body = b"".join(desk.contents.values())
    hashes = b"".join(hashlib.sha256(part).digest() for part in desk.contents.values())
    assert top.startswith(MAGIC + b"\x00\x01")
    assert content == top + body + hashes + hashlib.sha256(top + body + hashes).digest()


def test_it_is_opened_from_what_was_written_before_it_counts(desk: Desk) -> None:
    seen: list[dict[str, bytes]] = []

    def check(folder: Path) -> None:
        assert not desk.path.exists()
        seen.append(desk.unpacked(folder))

    desk.write(check)
    assert seen == [desk.contents]


def test_a_backup_that_does_not_open_is_none_and_the_older_one_stays(desk: Desk) -> None:
    desk.write()
    before = desk.path.read_bytes()

    def check(_folder: Path) -> None:
        raise StoreDamaged("The copy does not open.")

    with pytest.raises(StoreDamaged):
        desk.write(check)
    assert desk.path.read_bytes() == before
    assert desk.nothing_left()


def test_a_stick_that_does_not_keep_what_is_written_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(path: Path) -> None:
        with path.open("rb+") as handle:
            handle.seek(-1000, os.SEEK_END)
            handle.write(b"\x00" * 10)

    monkeypatch.setattr(backup_file, "_forget", forgetful)
    with pytest.raises(CannotSave, match="did not keep what was written"):
        desk.write()
    assert not desk.path.exists()
    assert desk.nothing_left()


def test_where_the_system_cannot_be_told_to_forget_it_is_read_back_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fadvise")
    desk.write()
    assert read_header(desk.path).school == SCHOOL


def test_progress_counts_writing_and_reading_back(desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    header = desk.write(watch=Watch(progress=lambda done, total: told.append((done, total))))
    assert told[-1] == (2 * header.content_bytes, 2 * header.content_bytes)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    told.clear()
    extract(desk.path, desk.root / "new", Watch(progress=lambda done, total: told.append((done, total))))
    assert told[-1] == (header.content_bytes, header.content_bytes)


@pytest.mark.parametrize("after", range(4))
def test_stopping_at_any_step_leaves_the_older_backup(desk: Desk, after: int) -> None:
    desk.write()
    before = desk.path.read_bytes()
    asked = [0]

    def cancelled() -> bool:
        asked[0] += 1
        return asked[0] > after

    with pytest.raises(Cancelled, match="Nothing was changed"):
        desk.write(watch=Watch(cancelled=cancelled))
    assert desk.path.read_bytes() == before
    assert desk.nothing_left()


def test_stopping_while_unpacking_leaves_no_folder(desk: Desk) -> None:
    desk.write()
    with pytest.raises(Cancelled):
        extract(desk.path, desk.root / "new", Watch(cancelled=lambda: True))
    assert sorted(path.name for path in desk.root.iterdir()) == ["scratch", "sources", "stick"]


def test_a_store_that_shrinks_while_it_is_copied_makes_no_backup(desk: Desk) -> None:
    def shrink(_done: int, _total: int) -> None:
        desk.parts[1].source.write_bytes(b"short")

    with pytest.raises(CannotSave, match="changed while they were copied"):
        desk.write(watch=Watch(progress=shrink))
    assert not desk.path.exists()


def test_memory_does_not_grow_with_the_records(desk: Desk) -> None:
    with desk.parts[1].source.open("wb") as handle:
        handle.truncate(200_000_000)
    tracemalloc.start()
    try:
        desk.write()
        extract(desk.path, desk.root / "new")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 * backup_file.CHUNK


# -- Places ---------------------------------------------------------------------------------------


def test_a_full_stick_is_told_before_anything_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(desk.stick)
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: usage._replace(free=1000) if path == desk.stick else usage
    )
    with pytest.raises(CannotSave, match="too little room"):
        desk.write()
    assert list(desk.stick.iterdir()) == []


def test_a_laptop_without_room_to_unpack_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write()
    usage = shutil.disk_usage(desk.stick)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(CannotSave, match="too little room"):
        extract(desk.path, desk.root / "new")


def test_a_stick_that_is_not_there_is_told(desk: Desk) -> None:
    desk.stick.rmdir()
    with pytest.raises(CannotSave, match="there is no such place"):
        desk.write()
    with pytest.raises(BadFile, match="cannot be read"):
        read_header(desk.path)


def test_a_stick_that_gives_a_fault_while_reading_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write()

    def fault(*_: object) -> None:
        raise OSError(errno.EIO, "fault")

    source = backup_file._Source(desk.path)
    source._stream.close()
    monkeypatch.setattr(source, "_stream", type("Bad", (), {"read": fault, "close": lambda self: None})())
    with source, pytest.raises(BadFile, match="cannot be read"):
        source.read(5)


def test_a_folder_that_exists_is_not_unpacked_over(desk: Desk) -> None:
    desk.write()
    with pytest.raises(Refused, match="exists already"):
        extract(desk.path, desk.stick)


# -- What is no backup, or no whole one -----------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + bytes(5000), b"EMIS-BACKUQ" * 9])
def test_another_file_is_told(desk: Desk, content: bytes) -> None:
    desk.path.write_bytes(content)
    for look in (read_header, lambda path: extract(path, desk.root / "new")):
        with pytest.raises(BadFile, match=r"school\.emis-backup is not a backup of EMIS Desktop"):
            look(desk.path)


def test_a_folder_is_no_backup(desk: Desk) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_header(desk.stick)


def test_a_backup_of_a_later_version_is_told(desk: Desk) -> None:
    desk.write()
    content = bytearray(desk.path.read_bytes())
    content[15] = 2
    desk.path.write_bytes(content)
    with pytest.raises(BadFile, match="newer EMIS Desktop"):
        read_header(desk.path)


@given(st.data())
def test_a_backup_cut_short_anywhere_is_told_at_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    desk = Desk(tmp_path_factory.mktemp("cut"))
    desk.write()
    os.truncate(desk.path, data.draw(st.integers(1, desk.path.stat().st_size - 1)))
    with pytest.raises(BadFile, match="not complete"):
        read_header(desk.path)
    with pytest.raises(BadFile, match="not complete"):
        extract(desk.path, desk.root / "new")
    assert not (desk.root / "new").exists()


@given(st.data())
def test_one_flipped_bit_anywhere_unpacks_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    desk = Desk(tmp_path_factory.mktemp("flip"))
    desk.write()
    content = bytearray(desk.path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    desk.path.write_bytes(content)
    with pytest.raises(BadFile):
        extract(desk.path, desk.root / "new")
    assert sorted(path.name for path in desk.root.iterdir()) == ["scratch", "sources", "stick"]


def test_an_altered_backup_is_told_as_such(desk: Desk) -> None:
    header = desk.write()
    content = bytearray(desk.path.read_bytes())
    for place in (len(encode(header)) - 1, len(encode(header)) + 5, len(content) - 40, len(content) - 1):
        altered = bytearray(content)
        altered[place] ^= 1
        desk.path.write_bytes(altered)
        with pytest.raises(BadFile, match="damaged: it is not as it was written"):
            extract(desk.path, desk.root / "new")


def test_something_after_the_end_is_an_alteration(desk: Desk) -> None:
    desk.write()
    with desk.path.open("ab") as handle:
        handle.write(b"x")
    with pytest.raises(BadFile, match="damaged"):
        read_header(desk.path)


def forged(desk: Desk, body: bytes) -> None:
    """A file with a header that is whole by its hash and says something it must not."""
    top = MAGIC + b"\x00\x01" + len(body).to_bytes(4, "big") + body
    desk.path.write_bytes(top + hashlib.sha256(top).digest() + bytes(10 * HASH_BYTES))


@pytest.mark.parametrize(
    "name", ["../keyring.json", "/etc/passwd", "a/b/c", "A.db", "..", "a\\b", "", "stores/../x", "con:"]
)
def test_a_part_never_leads_out_of_the_folder(desk: Desk, name: str) -> None:
    header = Header(datetime.now(UTC), SCHOOL, "1", (PartInfo("x", 0),))
    body = encode(header)[len(MAGIC) + 6 : -HASH_BYTES].replace(
        b'"x"', b'"' + name.replace("\\", "\\\\").encode() + b'"'
    )
    forged(desk, body)
    with pytest.raises(BadFile, match="damaged"):
        extract(desk.path, desk.root / "new")


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff", b"[" * 5000])
def test_a_header_of_nonsense_is_told(desk: Desk, body: bytes) -> None:
    forged(desk, body)
    with pytest.raises(BadFile, match="damaged"):
        read_header(desk.path)


def test_the_same_part_twice_is_refused(desk: Desk) -> None:
    parts = (PartInfo("a", 4 * HASH_BYTES), PartInfo("a", 3 * HASH_BYTES))
    forged(desk, encode(Header(datetime.now(UTC), SCHOOL, "1", parts))[len(MAGIC) + 6 : -HASH_BYTES])
    with pytest.raises(BadFile, match="damaged"):
        read_header(desk.path)


def test_a_header_that_claims_gigabytes_is_not_read(desk: Desk) -> None:
    desk.path.write_bytes(MAGIC + b"\x00\x01" + b"\xff\xff\xff\xff" + bytes(1000))
    with pytest.raises(BadFile, match="damaged"):
        read_header(desk.path)


def test_a_file_that_shrinks_while_it_is_unpacked_is_told(desk: Desk) -> None:
    with desk.parts[1].source.open("wb") as handle:
        handle.truncate(3 * backup_file.CHUNK)
    desk.write()

    def cut(_done: int, _total: int) -> None:
        if desk.path.stat().st_size > backup_file.CHUNK:
            os.truncate(desk.path, backup_file.CHUNK)

    with pytest.raises(BadFile, match="not complete"):
        extract(desk.path, desk.root / "new", Watch(progress=cut))
    assert not (desk.root / "new").exists()


def test_a_disk_that_fails_while_unpacking_leaves_no_folder(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write()

    def full(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(files, "flush", full)
    with pytest.raises(CannotSave, match="full"):
        extract(desk.path, desk.root / "new")
    assert sorted(path.name for path in desk.root.iterdir()) == ["scratch", "sources", "stick"]
