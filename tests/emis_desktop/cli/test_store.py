"""Stores made, examined, copied and put back from the command line; what is damaged opens nothing."""

import shutil
from pathlib import Path

import pytest

from emis_desktop import cipher
from emis_desktop.errors import CannotSave
from emis_desktop.file_lock import locked
from emis_desktop.keyring.recovery import new_recovery_code, public_text
from emis_desktop.laptop import Laptop
from emis_desktop.migrations import NEWEST
from emis_desktop.models import Institution
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.settings import Home, load_settings
from resources.words import Words
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.harm import grow, harm_last_page
from tests.factories.laptops import PASSWORD, PRINCIPAL, SetUp, password_of, users_of
from tests.helpers.commands import emis, process

DOCTOR = {
    *("sqlite_version", "cipher_version", "journal_mode", "synchronous", "schema_version", "integrity"),
    *("disagreements", "outbox", "state_hash", "home", "sync"),
}


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password for who signs in first."""
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, PASSWORD)


# -- init -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    ("role", "first"),
    [("school", Role.PRINCIPAL), ("ministry", Role.MINISTRY_OFFICER), ("region", Role.REGIONAL_STATISTICIAN)],
)
def test_a_new_store_opens_for_its_first_user(emis_home: Path, role: str, first: Role) -> None:
    made = emis("init", "--role", role, "--profile", "xd", "--json")
    assert made.code == 0
    assert made.document.keys() == {"user", "name", "recovery_code", "home"}
    assert made.document["home"] == str(emis_home)
    assert len(made.document["recovery_code"].split("-")) == 8
    with Laptop(Home(emis_home)).sign_in_as(PRINCIPAL, PASSWORD) as opened:
        assert opened.actor.role is first
        assert (opened.site.institution_id is None) is (role != "school")


@pytest.mark.usefixtures("secret")
def test_the_answers_of_a_school_are_kept(emis_home: Path) -> None:
    plain = emis(
        *("init", "--role", "school", "--profile", "XD", "--user", "Ana", "--school", "École du Fort"),
        *("--school-code", "D-9", "--year", "2025"),
    )
    assert plain.code == 0
    assert "Recovery code" in plain.out
    assert "Ana signs in first, as Principal." in plain.out
    with Laptop(Home(emis_home)).sign_in_as("ana", PASSWORD) as opened:
        (school,) = SchoolQueries(opened.db, opened.actor).schools()
        assert (school.code, school.name) == ("D-9", "École du Fort")
        years = {year.code for year in SchoolQueries(opened.db, opened.actor).years()}
        assert "2025-26" in years


def test_without_a_name_the_first_user_is_called_by_the_role(
    emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, PASSWORD)
    monkeypatch.delenv("EMIS_USER")
    assert emis("init", "--role", "school", "--profile", "XD", "--json").document["name"] == "Principal"
    assert emis("doctor").code == 0


@pytest.mark.usefixtures("secret")
def test_with_the_ministrys_key_there_is_no_recovery_code(emis_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "ministry.txt"
    file.write_text(public_text(new_recovery_code().public))
    made = emis("init", "--role", "school", "--profile", "XD", "--ministry-key", file, "--json")
    assert made.document["recovery_code"] is None
    assert "ecovery" not in made.err


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--profile", "ZZ"], "no country profile ZZ. Profiles are: AI Anguilla, AG Antigua"),
        (["--profile", "XD", "--user", "   "], "name"),
        (["--profile", "XD", "--ministry-key", "no-such-file"], "no-such-file"),
    ],
)
def test_answers_that_cannot_be_leave_the_laptop_empty(
    emis_home: Path, options: list[str], said: str
) -> None:
    refused = emis("init", "--role", "school", *options, "--json")
    assert refused.code == 1
    assert said in refused.refused
    assert not list(emis_home.glob("keyring.json*")) + list(emis_home.glob("stores/*.db"))
    assert "ZZ" not in said or not emis_home.exists(), "nothing is left behind"


def test_a_password_too_easy_is_refused(
    emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, "password")
    assert "password" in emis("init", "--role", "school", "--profile", "XD", "--json").refused.lower()
    assert not (emis_home / "keyring.json").exists()


def test_a_second_init_changes_nothing(laptop: SetUp) -> None:
    before = laptop.home.keyring.read_bytes()
    assert "already" in emis("init", "--role", "school", "--profile", "XD", "--json").refused
    assert laptop.home.keyring.read_bytes() == before


# -- doctor ---------------------------------------------------------------------------------------


def test_the_doctor_answers_with_the_keys_scripts_rely_on(laptop: SetUp) -> None:
    well = emis("doctor", "--json")
    assert (well.code, well.err) == (0, "")
    assert well.document.keys() == DOCTOR
    assert well.document["integrity"] == "ok"
    assert well.document["home"] == str(laptop.home.root)
    told = emis("doctor").out
    assert "The records are whole." in told
    assert "This laptop has not joined the ministry’s server." in told


def test_a_schools_doctor_shows_hashes_of_what_it_holds_whole(laptop: SetUp) -> None:
    elsewhere = new_id()
    with laptop.sign_in() as opened, opened.db.replicate() as session:
        session.add(Institution(id=elsewhere, code="S-0002", name="Hill School"))
    hashes = emis("doctor", "--json").document["state_hash"]
    own = next(scope for scope in hashes if scope not in {"nation", str(elsewhere)})
    told = emis("doctor").out
    assert hashes[own] in told
    assert hashes["nation"] in told
    assert str(elsewhere) in hashes
    assert hashes[str(elsewhere)] not in told, "of another school a laptop has only who moved"
    assert own not in told, "a school is called by its name"


def test_the_doctor_says_what_is_wrong_and_what_to_do(laptop: SetUp) -> None:
    with laptop.sign_in() as opened, opened.db.maintain() as connection:
        connection.execute("UPDATE act SET digest = x'00' WHERE seq = 1")
    sick = emis("doctor", "--json")
    assert sick.code == 1
    assert sick.document.keys() == DOCTOR
    assert sick.document["integrity"] != "ok"
    told = emis("doctor")
    assert told.code == 1
    assert "USB copy" in told.out


def test_the_doctor_is_for_those_who_may(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.add("Teacher 01", Role.TEACHER)
    sign_in_as(monkeypatch, tmp_path, "Teacher 01", password_of("Teacher 01"))
    for arguments in (
        ["doctor"],
        ["backup", tmp_path / "b.emis"],
        ["export", "students", tmp_path / "a.csv"],
    ):
        refused = emis(*arguments, "--json")
        assert refused.code == 1
        assert "Teacher" in refused.refused
    assert not (tmp_path / "b.emis").exists()


# -- backup and restore ---------------------------------------------------------------------------


def test_a_backup_comes_back_on_another_laptop(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "clé USB" / "copie é.emis"
    stick.parent.mkdir()
    told = emis("backup", stick)
    assert "Copy in a folder of this laptop; it goes when the laptop goes." in told.out
    monkeypatch.setattr("emis_desktop.backup.same_disk", lambda _place, _home: False)
    assert "goes when the laptop goes" not in emis("backup", stick).out
    saved = emis("backup", stick, "--json")
    assert saved.code == 0
    assert saved.document.keys() == {"file", "bytes", "stores", "made_at"}
    assert saved.document["bytes"] == stick.stat().st_size
    assert load_settings(laptop.home.settings).settings.last_backup_place == str(stick)
    before = emis("doctor", "--json").document["state_hash"]
    monkeypatch.setenv("EMIS_HOME", str(tmp_path / "other"))
    back = emis("restore", stick, "--json")
    assert back.code == 0
    assert back.document.keys() == {"made_at", "school", "stores", "kept_aside", "home"}
    assert back.document["kept_aside"] is None
    assert emis("doctor", "--json").document["state_hash"] == before


def test_what_was_here_is_kept_aside(laptop: SetUp, tmp_path: Path) -> None:
    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    back = emis("restore", stick)
    assert back.code == 0
    assert "What was here before is kept in" in back.out
    (aside,) = (laptop.home.root / "replaced").iterdir()
    assert (aside / "keyring.json").is_file()


def test_a_backup_must_open_for_who_puts_it_back(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    ring = laptop.home.keyring.read_bytes()
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, "another password entirely")
    assert emis("restore", stick, "--json").code == 1
    sign_in_as(monkeypatch, tmp_path, "Stranger", PASSWORD)
    assert "Stranger" in emis("restore", stick, "--json").refused
    assert laptop.home.keyring.read_bytes() == ring
    monkeypatch.delenv("EMIS_PASSWORD_FILE")
    assert "EMIS_PASSWORD_FILE" in emis("restore", stick, "--json").refused
    assert laptop.home.keyring.read_bytes() == ring
    shutil.rmtree(laptop.home.root)
    assert emis("restore", stick).code == 0  # nobody is known there


def test_only_who_has_the_right_puts_a_copy_over_records_that_open(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.add("Teacher 01", Role.TEACHER)
    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    with laptop.sign_in() as mine:
        users_of(mine).change_own_password(PASSWORD, "walk the yellow dog tonight")
    ring = laptop.home.keyring.read_bytes()
    sign_in_as(monkeypatch, tmp_path, "Teacher 01", password_of("Teacher 01"))
    assert "Restore a backup" in emis("restore", stick, "--json").refused
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, PASSWORD)
    assert emis("restore", stick, "--json").code == 1, "the password of the copy is not that of today"
    assert not (laptop.home.root / "replaced").exists()
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, "walk the yellow dog tonight")
    assert emis("restore", stick, "--json").code == 0
    assert laptop.home.keyring.read_bytes() != ring
    assert not (laptop.home.root / "sign-in.json").exists(), "a try of that password makes nobody wait"
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, PASSWORD)
    assert emis("user", "list").code == 0


@pytest.mark.parametrize("harm", ["page", "store", "ring", "later"])
def test_where_nobody_can_open_the_records_a_copy_is_put_back_without_the_right(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    laptop.add("Teacher 01", Role.TEACHER)
    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    with laptop.sign_in() as opened, opened.db.maintain() as connection:
        if harm == "later":
            connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    (path,) = laptop.home.stores.glob("*.db")
    if harm == "page":
        path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    if harm == "store":
        path.unlink()
    if harm == "ring":
        for one in laptop.home.root.glob("keyring.json*"):
            one.write_bytes(b"{")
    sign_in_as(monkeypatch, tmp_path, "Teacher 01", password_of("Teacher 01"))
    assert emis("restore", stick, "--json").code == 0
    assert len(list((laptop.home.root / "replaced").iterdir())) == 1
    assert emis("user", "list").code == 0


def test_history_says_that_the_records_came_from_a_copy(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody puts an older state back unseen, whatever way they take."""

    def told() -> list[str]:
        with laptop.again().sign_in_as(PRINCIPAL, PASSWORD) as mine:
            lines = HistoryQueries(mine.db, mine.actor).latest(3)
            return [line.sentence.text(Words.load("en")) for line in lines]

    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    assert emis("restore", stick).code == 0
    laptop.again().recover(laptop.code, laptop.id_of(PRINCIPAL), PASSWORD)

    def full(*_: object, **__: object) -> None:
        raise CannotSave("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr("emis_desktop.database.finish_act", full)
        laptop.sign_in().lock()  # nothing can be written, but the records open
    said = "Records restored from a copy; Principal 01 signed in first"
    for _ in range(2):
        assert told()[:2] == [said, "Password of Principal 01 set with the recovery code"]


def test_nothing_is_put_back_under_an_open_program(laptop: SetUp, tmp_path: Path) -> None:
    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    with locked(laptop.home.program_lock):
        assert "Close it" in emis("restore", stick, "--json").refused
    assert emis("restore", stick).code == 0


@pytest.mark.parametrize("content", [b"", b"a note about bread", b"PK\x03\x04 a spreadsheet"])
def test_a_file_that_is_no_backup_changes_nothing(laptop: SetUp, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "copy.emis"
    file.write_bytes(content)
    assert "copy.emis" in emis("restore", file, "--json").refused
    assert not (laptop.home.root / "replaced").exists()
    assert emis("doctor").code == 0


def test_a_backup_cut_short_or_missing_is_told(laptop: SetUp, tmp_path: Path) -> None:
    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    stick.write_bytes(stick.read_bytes()[:-1000])
    assert "not complete" in emis("restore", stick, "--json").refused
    assert emis("restore", tmp_path / "nothing.emis", "--json").code == 1


def test_a_backup_into_a_folder_that_is_not_there_is_told(laptop: SetUp, tmp_path: Path) -> None:
    refused = emis("backup", tmp_path / "stick" / "copy.emis", "--json")
    assert refused.code == 1
    assert "stick" in refused.refused


# -- Stores that open nothing ---------------------------------------------------------------------


def every_command(folder: Path) -> list[list[object]]:
    """A command of each kind that opens the store."""
    return [
        ["doctor"],
        ["backup", folder / "b.emis"],
        ["user", "list"],
        ["export", "students", folder / "a.csv"],
        ["verify", folder / "a.pdf"],
        ["report-cards", "--term", "1", "--out", folder / "cards"],
    ]


def test_a_damaged_store_opens_nothing_and_says_restore(laptop: SetUp, tmp_path: Path) -> None:
    (path,) = laptop.home.stores.glob("*.db")
    content = bytearray(path.read_bytes())
    content[:4096] = bytes(4096)
    path.write_bytes(content)
    for arguments in every_command(tmp_path):
        refused = emis(*arguments, "--json")
        assert refused.code == 1
        assert "restore it from a USB copy" in refused.refused
    assert path.read_bytes() == bytes(content)


def test_one_bad_page_opens_nothing_either_and_the_doctor_names_it(laptop: SetUp, tmp_path: Path) -> None:
    with laptop.sign_in() as opened:
        grow(opened.db)
    (path,) = laptop.home.stores.glob("*.db")
    harm_last_page(path)
    doctor, *others = every_command(tmp_path)
    for arguments in others:
        refused = emis(*arguments, "--json")
        assert refused.code == 1
        assert "restore it from a USB copy" in refused.refused
    examined = emis(*doctor, "--json")
    assert (examined.code, examined.document["integrity"]) == (1, {"pages": 1})


def test_damage_that_a_look_from_end_to_end_finds_opens_nothing(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = laptop.home.stores.glob("*.db")
    with laptop.sign_in() as opened:
        grow(opened.db)
    assert emis("user", "list").code == 0
    assert path.with_suffix(".sound").exists()
    monkeypatch.setattr("emis_desktop.soundness.AT_ONCE", 0)
    harm_last_page(path)
    refused = emis("export", "students", tmp_path / "a.csv", "--json")
    assert (refused.code, "restore it from a USB copy" in refused.refused) == (1, True)
    assert not path.with_suffix(".sound").exists()


def test_a_store_of_a_later_program_opens_nothing(laptop: SetUp, tmp_path: Path) -> None:
    with laptop.sign_in() as opened, opened.db.maintain() as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    for arguments in every_command(tmp_path):
        refused = emis(*arguments, "--json")
        assert refused.code == 1
        assert "newer" in refused.refused


def test_a_full_disk_is_told(laptop: SetUp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(path: Path, key: bytearray, **options: object) -> object:
        connection = real(path, key, **options)  # type: ignore[arg-type]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    real = cipher.connect
    new = tmp_path / "new.txt"
    new.write_text(password_of("Ana"))
    monkeypatch.setenv("EMIS_NEW_PASSWORD_FILE", str(new))
    with monkeypatch.context() as patch:
        patch.setattr(cipher, "connect", full)
        for number in range(100):
            refused = emis("user", "add", f"Ana {number}", "--role", "teacher", "--json")
            if refused.code:
                break
    assert "disk is full" in refused.refused
    assert emis("doctor").code == 0


def test_the_real_command_makes_and_opens_a_store(
    emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, PASSWORD)
    made = process("init", "--role", "school", "--profile", "XD", "--json")
    assert (made.code, made.document["home"]) == (0, str(emis_home))
    well = process("doctor", "--json")
    assert (well.code, well.document.keys()) == (0, DOCTOR)
    assert process("backup", tmp_path / "copy.emis").code == 0
    assert process("restore", tmp_path / "copy.emis").code == 0
