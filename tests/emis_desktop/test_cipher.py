"""Stores open with their key and with nothing else; faults of file and disk are said in words."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop import cipher, cipher_words, files
from emis_desktop.errors import Cancelled, CannotSave, EmisError, Refused, StoreDamaged, StoreTooNew
from emis_desktop.secret import random_key
from tests.factories.harm import PAGE

NAMES = ("Nomvula Synthetic", "Été Exemplaire", "معلم تجريبي")


@pytest.fixture
def key() -> bytearray:
    return random_key()


@pytest.fixture
def store(tmp_path: Path, key: bytearray) -> Path:
    """A store with a thousand rows, closed."""
    path = tmp_path / "stores" / "school.db"
    with closing(cipher.connect(path, key, create=True)) as connection:
        connection.execute("CREATE TABLE pupil (name TEXT, note TEXT)")
        connection.execute("CREATE VIRTUAL TABLE found USING fts5 (name)")
        connection.execute("BEGIN")
        rows = [(f"{NAMES[number % 3]} {number}", "n" * 200) for number in range(1_000)]
        connection.executemany("INSERT INTO pupil VALUES (?, ?)", rows)
        connection.executemany("INSERT INTO found VALUES (?)", [row[:1] for row in rows])
        connection.execute("DELETE FROM pupil WHERE rowid % 7 = 0")
        connection.execute("PRAGMA user_version = 3")
        connection.execute("COMMIT")
    return path


def count(path: Path, key: bytearray) -> int:
    with closing(cipher.connect(path, key)) as connection:
        return int(connection.execute("SELECT count(*) FROM pupil").fetchone()[0])


def content(path: Path, key: bytearray) -> list[tuple[object, ...]]:
    """Every row with its row id, the search index and the version."""
    with closing(cipher.connect(path, key)) as connection:
        rows = connection.execute("SELECT rowid, * FROM pupil ORDER BY rowid").fetchall()
        found = connection.execute("SELECT rowid FROM found WHERE found MATCH 'exemplaire' ORDER BY rowid")
        return [*rows, *found.fetchall(), *connection.execute("PRAGMA user_version").fetchall()]


# -- The library ----------------------------------------------------------------------------------


def test_the_library_in_use_is_fit() -> None:
    version, of_cipher = cipher.check_library()
    assert tuple(map(int, version.split("."))) >= (3, 51, 3)
    assert of_cipher.startswith("4.")


@pytest.mark.parametrize("library", [((3, 53, 4), ""), ((3, 51, 2), "4.19.0 community"), ((3, 40, 1), "")])
def test_a_library_without_cipher_or_too_old_opens_nothing(
    store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch, library: tuple[tuple[int, ...], str]
) -> None:
    monkeypatch.setattr(cipher, "_library", lambda: library)
    for path in (store, store.with_name("new.db")):
        with pytest.raises(EmisError, match="not completely installed"):
            cipher.connect(path, key, create=path is not store)
    assert not store.with_name("new.db").exists()


def test_a_plain_sqlite_is_seen_to_have_no_cipher(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain library stands in for a broken installation."""
    monkeypatch.setattr(sqlcipher3, "connect", sqlite3.connect)
    cipher._library.cache_clear()
    try:
        with pytest.raises(EmisError, match="not completely installed"):
            cipher.check_library()
    finally:
        cipher._library.cache_clear()


# -- Opening --------------------------------------------------------------------------------------


def test_a_store_is_durable_checked_and_private(store: Path, key: bytearray) -> None:
    with closing(cipher.connect(store, key)) as connection:
        got = {
            name: str(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "temp_store")
        }
        assert got == {
            "journal_mode": "wal",
            "synchronous": "2",
            "foreign_keys": "1",
            "busy_timeout": "5000",
            "temp_store": "2",
        }
        assert connection.isolation_level is None
        connection.execute("INSERT INTO pupil VALUES ('x', 'y')")
        assert {path.stat().st_mode & 0o777 for path in store.parent.iterdir()} == {0o600}


def test_the_cipher_settings_are_the_fixed_ones(store: Path, key: bytearray) -> None:
    with closing(cipher.connect(store, key)) as connection:
        settings = {row[0] for row in connection.execute("PRAGMA cipher_settings")}
    assert "PRAGMA cipher_page_size = 4096;" in settings
    assert "PRAGMA cipher_use_hmac = 1;" in settings
    assert "PRAGMA cipher_hmac_algorithm = HMAC_SHA512;" in settings


def test_the_key_is_a_raw_key_and_not_a_passphrase(store: Path, key: bytearray) -> None:
    with closing(sqlcipher3.connect(str(store))) as connection:
        connection.execute(f"PRAGMA key = \"x'{bytes(key).hex()}'\"")
        assert connection.execute("SELECT count(*) FROM pupil").fetchone() == (858,)


@given(st.integers(0, 255))
def test_another_key_opens_nothing_whichever_bit_differs(
    tmp_path_factory: pytest.TempPathFactory, bit: int
) -> None:
    path, key = _shared_store(tmp_path_factory)
    other = bytearray(key)
    other[bit // 8] ^= 1 << bit % 8
    with pytest.raises(cipher.WrongKey, match="damaged"):
        cipher.connect(path, other)
    assert not cipher.fits(path, other)
    assert cipher.fits(path, key)


_SHARED: list[tuple[Path, bytearray]] = []


def _shared_store(factory: pytest.TempPathFactory) -> tuple[Path, bytearray]:
    if not _SHARED:
        path, key = factory.mktemp("shared") / "a.db", random_key()
        cipher.connect(path, key, create=True).close()
        _SHARED.append((path, key))
    return _SHARED[0]


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_a_fault_of_the_program(store: Path, size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes") as caught:
        cipher.connect(store, bytearray(os.urandom(size)))
    assert "x'" not in str(caught.value)


def test_the_caller_keeps_the_key(store: Path, key: bytearray) -> None:
    before = bytes(key)
    cipher.connect(store, key).close()
    assert key == before


def test_a_fault_while_handing_over_wipes_the_copy(
    store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: list[bytearray] = []
    literal = cipher._literal

    def spy(raw: bytearray) -> bytearray:
        copies.append(literal(raw))
        return copies[-1]

    monkeypatch.setattr(cipher, "_literal", spy)
    cipher.connect(store, key).close()
    assert copies == [bytearray(67)]


def test_a_missing_store_is_told_and_not_made(tmp_path: Path, key: bytearray) -> None:
    with pytest.raises(StoreDamaged, match=r"gone\.db is not on this laptop"):
        cipher.connect(tmp_path / "gone.db", key)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_not_taken_for_an_empty_store(tmp_path: Path, key: bytearray) -> None:
    (tmp_path / "a.db").touch()
    with pytest.raises(StoreDamaged):
        cipher.connect(tmp_path / "a.db", key)


def test_records_that_are_there_are_not_made_anew(store: Path, key: bytearray) -> None:
    with pytest.raises(Refused, match="already"):
        cipher.connect(store, random_key(), create=True)
    assert count(store, key) == 858


def test_a_newer_store_is_not_opened(store: Path, key: bytearray) -> None:
    cipher.connect(store, key, newest=3).close()
    with pytest.raises(StoreTooNew, match="newer EMIS Desktop"):
        cipher.connect(store, key, newest=2)


@pytest.mark.parametrize(
    "junk", [b"hello", b"SQLite format 3\x00" + bytes(4080), os.urandom(8192), b"%PDF-1.7\n" * 1000]
)
def test_a_file_that_is_no_store_is_told(tmp_path: Path, key: bytearray, junk: bytes) -> None:
    (tmp_path / "a.db").write_bytes(junk)
    with pytest.raises(StoreDamaged, match="damaged"):
        cipher.connect(tmp_path / "a.db", key)
    assert (tmp_path / "a.db").read_bytes() == junk


def test_a_folder_in_place_of_the_store_is_told(tmp_path: Path, key: bytearray) -> None:
    with pytest.raises(CannotSave):
        cipher.connect(tmp_path, key)


def test_the_cipher_says_nothing_on_the_screen(store: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert not cipher.fits(store, random_key())
    assert capfd.readouterr() == ("", "")


def test_a_read_only_store_is_told(store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(CannotSave, match="cannot be written to"):
        cipher.connect(store, key)


def test_a_store_that_turns_read_only_is_told(store: Path, key: bytearray) -> None:
    with closing(cipher.connect(store, key)) as connection:
        connection.execute("PRAGMA query_only = ON")
        with pytest.raises(CannotSave, match="cannot be written to"), cipher.our_words():
            connection.execute("DELETE FROM pupil")


def test_a_full_disk_is_told_and_loses_nothing(store: Path, key: bytearray) -> None:
    with closing(cipher.connect(store, key)) as connection:
        connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
        with pytest.raises(CannotSave, match="disk is full"), cipher.our_words():
            connection.execute("INSERT INTO pupil SELECT name, hex(zeroblob(9000)) FROM pupil")
    assert count(store, key) == 858


def test_a_busy_store_is_told(store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "BUSY_SECONDS", 0.01)
    with closing(cipher.connect(store, key)) as one, closing(cipher.connect(store, key)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="Another program"), cipher.our_words():
            other.execute("BEGIN IMMEDIATE")


class Fault(Exception):
    """Stands for a fault of the driver."""

    def __init__(self, code: int | None) -> None:
        self.sqlite_errorcode = code


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlcipher3.SQLITE_FULL, CannotSave),
        (sqlcipher3.SQLITE_READONLY, CannotSave),
        (sqlcipher3.SQLITE_CANTOPEN | 2 << 8, CannotSave),
        (sqlcipher3.SQLITE_PERM, CannotSave),
        (sqlcipher3.SQLITE_IOERR | 3 << 8, CannotSave),
        (sqlcipher3.SQLITE_BUSY | 2 << 8, Refused),
        (sqlcipher3.SQLITE_LOCKED, Refused),
        (sqlcipher3.SQLITE_CORRUPT, StoreDamaged),
        (sqlcipher3.SQLITE_NOTADB, StoreDamaged),
        (sqlcipher3.SQLITE_CONSTRAINT, None),
        (sqlcipher3.SQLITE_ERROR, None),
        (None, None),
    ],
)
def test_faults_of_the_machine_are_ours_and_faults_of_the_program_are_not(
    code: int | None, kind: type[EmisError] | None
) -> None:
    ours = cipher_words.in_our_words(Fault(code))
    assert (type(ours) if ours else None) is kind


def test_a_fault_of_the_program_passes_unchanged(store: Path, key: bytearray) -> None:
    with (
        closing(cipher.connect(store, key)) as connection,
        pytest.raises(sqlcipher3.OperationalError, match="no such table"),
        cipher.our_words(),
    ):
        connection.execute("SELECT * FROM elsewhere")
    assert cipher.in_our_words(None) is None


def test_another_fault_of_the_first_page_is_not_taken_for_a_wrong_key(
    store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.truncate(store, 2 * 4096)
    with pytest.raises(StoreDamaged) as caught:
        cipher.connect(store, key)
    assert type(caught.value) is StoreDamaged


# -- Checking -------------------------------------------------------------------------------------


def test_a_sound_store_is_verified(store: Path, key: bytearray) -> None:
    cipher.verify(store, key)


@given(st.data())
def test_one_flipped_bit_anywhere_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path, key = _bigger_store(tmp_path_factory)
    copy = tmp_path_factory.mktemp("flip") / "a.db"
    shutil.copy(path, copy)
    place = data.draw(st.integers(0, copy.stat().st_size - 1))
    with copy.open("rb+") as handle:
        handle.seek(place)
        byte = handle.read(1)[0]
        handle.seek(place)
        handle.write(bytes([byte ^ 1 << data.draw(st.integers(0, 7))]))
    with pytest.raises(StoreDamaged, match="damaged"):
        cipher.verify(copy, key)


_BIGGER: list[tuple[Path, bytearray]] = []


def _bigger_store(factory: pytest.TempPathFactory) -> tuple[Path, bytearray]:
    if not _BIGGER:
        path, key = factory.mktemp("bigger") / "a.db", random_key()
        with closing(cipher.connect(path, key, create=True)) as connection:
            connection.execute("CREATE TABLE a (x)")
            connection.executemany("INSERT INTO a VALUES (?)", [("x" * 500,) for _ in range(100)])
        _BIGGER.append((path, key))
    return _BIGGER[0]


@pytest.mark.parametrize("pages", [1, 2, 10])
def test_a_store_cut_short_is_found(store: Path, key: bytearray, pages: int) -> None:
    os.truncate(store, store.stat().st_size - pages * 4096)
    with pytest.raises(StoreDamaged):
        cipher.verify(store, key)


# -- A new key ------------------------------------------------------------------------------------


def test_a_new_key_opens_the_same_records_and_the_old_key_nothing(store: Path, key: bytearray) -> None:
    before, new = content(store, key), random_key()
    told: list[tuple[int, int]] = []
    cipher.give_new_key(store, key, new, lambda done, total: told.append((done, total)))
    assert content(store, new) == before
    assert not cipher.fits(store, key)
    assert told[-1][0] == told[-1][1] > 0
    assert [path.name for path in store.parent.iterdir()] == ["school.db"]
    cipher.verify(store, new)


def test_what_stands_only_in_the_wal_comes_along(store: Path, key: bytearray) -> None:
    script = (
        "import os, sys; from pathlib import Path; from emis_desktop import cipher\n"
        "c = cipher.connect(Path(sys.argv[1]), bytearray.fromhex(sys.argv[2]))\n"
        "c.execute(\"INSERT INTO pupil VALUES ('late', '')\"); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(store), bytes(key).hex()], check=False)
    assert store.with_name("school.db-wal").stat().st_size > 0
    new = random_key()
    cipher.give_new_key(store, key, new)
    assert count(store, new) == 859
    cipher.verify(store, new)


def test_an_open_store_gets_no_new_key(store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "BUSY_SECONDS", 0.01)
    with closing(cipher.connect(store, key)) as other:
        other.execute("SELECT count(*) FROM pupil").fetchone()
        with pytest.raises(Refused, match="Another program"):
            cipher.give_new_key(store, key, random_key())
    assert count(store, key) == 858


def test_a_stopped_change_of_key_leaves_the_old_one(store: Path, key: bytearray) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        cipher.give_new_key(store, key, random_key(), stop)
    assert count(store, key) == 858
    assert [path.name for path in store.parent.iterdir()] == ["school.db"]


def test_a_new_key_is_refused_where_the_copy_has_no_room(
    store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_folder: Path, _needed: int) -> None:
        raise CannotSave("There is too little room.")

    monkeypatch.setattr(cipher, "check_space", none)
    with pytest.raises(CannotSave):
        cipher.give_new_key(store, key, random_key())
    assert count(store, key) == 858


def test_a_copy_the_disk_did_not_keep_does_not_take_the_name(
    store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = cipher.verify

    def spoilt(path: Path, new: bytearray) -> None:
        os.truncate(path, path.stat().st_size - 4096)
        verify(path, new)

    monkeypatch.setattr(cipher, "verify", spoilt)
    with pytest.raises(StoreDamaged):
        cipher.give_new_key(store, key, random_key())
    assert count(store, key) == 858


# -- Nothing in the clear -------------------------------------------------------------------------


def in_the_clear(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            yield from ((path.name, name) for name in (*NAMES, "CREATE TABLE") if name.encode() in held)
            yield from ((path.name, name) for name in NAMES if name.encode("utf-16-le") in held)


def test_no_file_ever_holds_a_name(store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store, its WAL, its copy on the way to a new key, and files for sorting."""
    looks: list[int] = []

    def look(*_: object) -> None:
        looks.append(sum(1 for path in store.parent.rglob("*") if path.is_file()))
        assert list(in_the_clear(store.parent)) == []

    with closing(cipher.connect(store, key)) as connection:
        connection.execute("PRAGMA cache_size = 10")
        connection.execute("UPDATE pupil SET note = name || name")
        connection.execute("SELECT * FROM pupil ORDER BY note || name, rowid DESC").fetchall()
        look()
    monkeypatch.setattr(files, "flush", look)
    cipher.give_new_key(store, key, random_key(), look)
    look()
    assert max(looks) >= 3


def test_the_looking_itself_works(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("… Été Exemplaire …", "utf-8")
    assert list(in_the_clear(tmp_path)) == [("plain", "Été Exemplaire")]


def test_an_error_number_of_the_system_is_no_error_number_of_sqlite() -> None:
    assert cipher.in_our_words(OSError(errno.ENOSPC, "full")) is None


def test_a_page_torn_only_while_it_is_written_is_no_damage(
    store: Path, key: bytearray, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([True, False])
    monkeypatch.setattr(cipher, "_bad_pages", lambda _connection: next(looks))
    cipher.check_pages(store, key)
    assert next(looks, None) is None


def pages_of_log(log: Path) -> set[int]:
    """The numbers of the pages whose content stands in the write-ahead log: 32 bytes, then 24 before each."""
    content = log.read_bytes()
    return {int.from_bytes(content[place : place + 4]) for place in range(32, len(content), 24 + PAGE)}


def test_a_page_torn_when_the_power_went_whose_content_stands_in_the_log_is_no_damage(
    store: Path, key: bytearray, tmp_path: Path
) -> None:
    with closing(cipher.connect(store, key)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("UPDATE pupil SET note = 'new'")
        left = shutil.copytree(store.parent, tmp_path / "left")
    for beside in left.glob("*-shm"):
        beside.unlink()
    torn = left / store.name
    content = bytearray(torn.read_bytes())
    page = max(number for number in pages_of_log(left / f"{store.name}-wal") if number * PAGE <= len(content))
    content[page * PAGE - 2_048 : page * PAGE] = bytes(2_048)
    torn.write_bytes(content)
    cipher.check_pages(torn, key)
    with closing(cipher.connect(torn, key)) as connection:
        assert connection.execute("SELECT DISTINCT note FROM pupil").fetchall() == [("new",)]


def test_rows_against_the_rules_of_their_table_are_damage_though_every_page_is_whole(
    store: Path, key: bytearray
) -> None:
    with closing(cipher.connect(store, key)) as connection:
        connection.execute("CREATE TABLE loose (a)")
        connection.execute("INSERT INTO loose VALUES (NULL)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE TABLE loose (a NOT NULL)' WHERE name = 'loose'"
        )
    cipher.check_pages(store, key)
    with pytest.raises(StoreDamaged):
        cipher.verify(store, key)


@pytest.mark.parametrize(
    ("version", "mark"),
    [
        ("0.1.0", 1_000),
        ("1.14.2", 1_014_002),
        ("2.0.1.dev3", 2_000_001),
        ("", 0),
        ("1.2", 0),
        ("1.2.x", 0),
        ("1.1000.0", 0),
    ],
)
def test_a_programs_version_fits_into_a_number(version: str, mark: int) -> None:
    assert cipher.version_mark(version) == mark


def test_a_newer_store_says_which_version_it_needs_and_offers_a_copy(store: Path, key: bytearray) -> None:
    with pytest.raises(StoreTooNew, match="install the newer version, or restore a copy"):
        cipher.connect(store, key, newest=2)
    with closing(cipher.connect(store, key)) as connection:
        connection.execute(f"PRAGMA application_id = {cipher.version_mark('1.14.2')}")
    with pytest.raises(StoreTooNew, match=r"they need version 1\.14\.2\. .* restore a copy made before it"):
        cipher.connect(store, key, newest=2)
