"""The data folder from nothing to a signed-in person: whole or not at all, killed at every step."""

import errno
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop import laptop as module
from emis_desktop import restoring
from emis_desktop.errors import (
    BadFile,
    Cancelled,
    CannotSave,
    Refused,
    StoreDamaged,
    StoreTooNew,
    WrongPassword,
)
from emis_desktop.front import load_front
from emis_desktop.keyring import new_recovery_code
from emis_desktop.laptop import FIRST_ROLE, FirstRun, Laptop, StoreKind, site_code
from emis_desktop.models import Act, Institution, User
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import ROLE_READS, Role, SensitivityClass
from emis_desktop.services.structure import NewSchool
from emis_desktop.services.users import NewUser
from emis_desktop.settings import Home
from tests.factories.harm import grow, harm_all_but_first, harm_last_page
from tests.factories.laptops import (
    PASSWORD,
    PRINCIPAL,
    SCHOOL,
    SetUp,
    cheap_laptop,
    first_run,
    new_laptop,
    password_of,
    users_of,
)

NEW = "walk the yellow dog tonight"


class Killed(BaseException):
    """The laptop dies here."""


@pytest.fixture
def setup(tmp_path: Path) -> SetUp:
    return new_laptop(tmp_path / "home")


def files_in(home: Home) -> set[str]:
    """What lies in a data folder, but for the lock that keeps a restore out."""
    found = {path.relative_to(home.root).as_posix() for path in home.root.rglob("*") if path.is_file()}
    return found - {"restore.lock"}


# -- Setting up ---------------------------------------------------------------------------------------


def test_a_new_folder_becomes_a_school_with_its_principal(tmp_path: Path) -> None:
    laptop = cheap_laptop(tmp_path / "home")
    assert laptop.is_new()
    assert not laptop.has_lost_keys()
    assert laptop.people() == ()
    made = laptop.set_up(first_run())
    assert not laptop.is_new()
    front = load_front(laptop.home.front)
    assert (front.name, len(front.terms)) == (SCHOOL, 3)
    assert made.recovery_code is not None
    assert [(one.id, one.name, one.role, one.seen) for one in laptop.people()] == [
        (made.user_id, PRINCIPAL, "principal", None)
    ]
    with laptop.sign_in(made.user_id, PASSWORD) as mine:
        assert (mine.actor.role, mine.actor.user_id) == (Role.PRINCIPAL, made.user_id)
        assert mine.site.institution_id == mine.actor.institution_id is not None
        assert (mine.site.kind, mine.site.profile, mine.profile.code) == ("school", "XD", "XD")
        assert len(mine.site.code) == 4
        (school,) = SchoolQueries(mine.db, mine.actor).schools()
        assert (school.name, school.code) == (SCHOOL, "D-0107")
        assert [year.code for year in SchoolQueries(mine.db, mine.actor).years()] == ["2026-27", "2025-26"]
        assert mine.box.may(SensitivityClass.HEALTH)
    (seen,) = laptop.people()
    assert seen.seen is not None


@pytest.mark.parametrize("kind", [StoreKind.MINISTRY, StoreKind.REGION])
def test_a_ministry_and_a_region_have_no_school_of_their_own(tmp_path: Path, kind: StoreKind) -> None:
    laptop = cheap_laptop(tmp_path / "home")
    laptop.set_up(replace(first_run(kind), start_year=None))
    with laptop.sign_in_as(f" {PRINCIPAL.upper()} ", PASSWORD) as mine:
        assert mine.actor.role is FIRST_ROLE[kind]
        assert mine.actor.institution_id is mine.site.institution_id is None
        assert mine.site.kind == kind.value
        assert load_front(laptop.home.front).name == mine.profile.identity.ministry
        # without a wish the school year is that of the day the laptop is set up
        assert SchoolQueries(mine.db, mine.actor).years()[0].code == "2026-27"


def test_another_role_may_begin_and_the_ministrys_own_key_needs_no_new_code(tmp_path: Path) -> None:
    laptop = cheap_laptop(tmp_path / "home")
    ministry = new_recovery_code()
    made = laptop.set_up(
        replace(first_run(role=Role.SCHOOL_ADMINISTRATOR), recovery=ministry.public, start_year=None)
    )
    assert made.recovery_code is None
    laptop.recover(ministry.text, made.user_id, NEW)
    with laptop.sign_in(made.user_id, NEW) as mine:
        assert mine.actor.role is Role.SCHOOL_ADMINISTRATOR


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (replace(first_run(), school=None), "Enter the name of the school"),
        (replace(first_run(), school=NewSchool("D-1", " ")), "a code and a name"),
        (replace(first_run(), profile="ZZ"), "no country profile"),
        (replace(first_run(), password="short"), "10 characters"),
        (replace(first_run(), password=PRINCIPAL.replace(" ", "") * 3), "easy to guess"),
    ],
)
def test_answers_that_cannot_be_leave_the_laptop_as_empty_as_before(
    tmp_path: Path, first: FirstRun, said: str
) -> None:
    laptop = cheap_laptop(tmp_path / "home")
    with pytest.raises(Refused, match=said):
        laptop.set_up(first)
    assert laptop.is_new()
    assert files_in(laptop.home) == set()
    laptop.set_up(first_run())
    assert [one.name for one in laptop.people()] == [PRINCIPAL]


def test_a_laptop_is_set_up_once(setup: SetUp) -> None:
    before = files_in(setup.home)
    with pytest.raises(Refused, match="set up already"):
        setup.laptop.set_up(first_run())
    assert files_in(setup.home) == before


@pytest.mark.parametrize("step", ["create", "open_store", "begin"])
def test_a_kill_while_setting_up_leaves_a_new_laptop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    laptop = cheap_laptop(tmp_path / "home")

    def die(*_arguments: object, **_named: object) -> None:
        monkeypatch.setattr(Laptop, "_clear_unfinished", lambda self: None)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(module, step, die)
        with pytest.raises(Killed):
            laptop.set_up(first_run())
    monkeypatch.undo()
    assert laptop.ring.file.exists(), "the kill came after the keys were written"
    assert laptop.is_new()
    assert laptop.people() == ()
    assert not laptop.has_lost_keys()
    laptop.set_up(first_run())
    assert not laptop.home.setting_up.exists()
    with laptop.sign_in_as(PRINCIPAL, PASSWORD) as mine:
        assert len(list(mine.home.stores.glob("*.db"))) == 1


def test_a_full_disk_while_setting_up_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = cheap_laptop(tmp_path / "home")

    def full(*_arguments: object) -> None:
        raise CannotSave("Cannot save on this laptop: the disk is full.")

    monkeypatch.setattr(module, "begin", full)
    with pytest.raises(CannotSave, match="disk is full"):
        laptop.set_up(first_run())
    assert files_in(laptop.home) == set()


def test_a_stray_note_of_setting_up_takes_no_keys_away(setup: SetUp) -> None:
    setup.sign_in().lock()
    (store,) = setup.home.stores.glob("*.db")
    for note in ("", store.stem):
        setup.home.setting_up.write_text(note, "utf-8")
        with pytest.raises(Refused, match="set up already"):
            setup.laptop.set_up(first_run())
    setup.sign_in().lock()


def test_who_sets_up_while_another_does_takes_nothing_of_theirs_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = cheap_laptop(tmp_path / "home"), cheap_laptop(tmp_path / "home")
    begin = module.begin
    said = []

    def meanwhile(*arguments: object) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(restoring, "_PATIENCE", 0.0)
            with pytest.raises(Refused, match="at work on this laptop") as refused:
                other.set_up(first_run())
        said.append(refused.value)
        begin(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "begin", meanwhile)
    one.set_up(first_run())
    assert len(said) == 1
    other.sign_in_as(PRINCIPAL, PASSWORD).lock()


def test_who_waited_while_another_set_up_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = cheap_laptop(tmp_path / "home"), cheap_laptop(tmp_path / "home")
    alone = module.alone

    def after_the_other(home: Home) -> AbstractContextManager[None]:
        monkeypatch.undo()
        one.set_up(first_run())
        return alone(home)

    monkeypatch.setattr(module, "alone", after_the_other)
    with pytest.raises(Refused, match="set up already"):
        other.set_up(first_run())
    one.sign_in_as(PRINCIPAL, PASSWORD).lock()


def test_records_without_their_keys_are_never_taken_for_a_new_laptop(setup: SetUp) -> None:
    for path in setup.home.root.glob("keyring.json*"):
        path.unlink()
    assert setup.laptop.has_lost_keys()
    assert not setup.laptop.is_new()
    assert setup.laptop.people() == ()
    with pytest.raises(Refused, match="set up already"):
        setup.laptop.set_up(first_run())


def test_the_copy_of_the_key_ring_alone_still_opens_everything(setup: SetUp) -> None:
    setup.home.keyring.unlink()
    assert not setup.laptop.is_new()
    setup.sign_in().lock()
    assert setup.home.keyring.exists()


# -- Signing in ---------------------------------------------------------------------------------------


def test_the_name_on_the_list_is_enough_and_a_strange_one_is_told(setup: SetUp) -> None:
    setup.sign_in("principal 01", PASSWORD).lock()
    with pytest.raises(WrongPassword, match="Nobody called Principal 02") as refused:
        setup.sign_in("Principal 02")
    assert refused.value.field == "name"
    with pytest.raises(WrongPassword, match="does not fit"):
        setup.sign_in(PRINCIPAL, "not the password at all")


def test_locking_closes_the_store_and_wipes_the_keys(setup: SetUp) -> None:
    mine = setup.sign_in()
    key = mine.keys.key(mine.store_id)
    assert key != bytearray(32)
    mine.lock()
    assert key == bytearray(32)
    assert mine.keys.locked
    with pytest.raises(Refused, match="locked"), mine.db.read():
        pass
    mine.lock()


def test_rights_come_from_the_store_and_not_from_the_list(setup: SetUp) -> None:
    setup.add("Teacher 01", Role.TEACHER)
    user_id = setup.id_of("Teacher 01")
    setup.laptop.ring.describe(user_id, "Teacher 01", "principal")
    with setup.sign_in("Teacher 01") as mine:
        assert mine.actor.role is Role.TEACHER
        assert mine.actor.sensitive == ROLE_READS[Role.TEACHER]
        assert not mine.box.may(SensitivityClass.HEALTH)


def test_whoever_the_store_does_not_know_gets_in_nowhere(setup: SetUp) -> None:
    user_id = setup.add("Teacher 01", Role.TEACHER)
    with setup.sign_in() as mine, mine.db.write(mine.actor, "end_access") as session:
        session.get_one(User, user_id).ended_at = session.info["act"].moment
    with pytest.raises(Refused, match="access on this laptop has ended"):
        setup.sign_in("Teacher 01")
    setup.sign_in().lock()


def test_somebody_without_any_key_is_told_whom_to_ask(setup: SetUp) -> None:
    setup.add("Teacher 01", Role.TEACHER)
    user_id = str(setup.id_of("Teacher 01"))
    setup.laptop.ring.file.change(lambda ring: ring.with_grants(user_id, ()))
    with pytest.raises(Refused, match="Ask the principal"):
        setup.sign_in("Teacher 01")


def test_a_damaged_or_missing_store_is_told_and_the_keys_are_wiped(setup: SetUp) -> None:
    (path,) = setup.home.stores.glob("*.db")
    assert path == setup.laptop.store_path(path.stem)
    whole = path.read_bytes()
    path.write_bytes(b"\0" * 4096 + whole[4096:])
    with pytest.raises(StoreDamaged):
        setup.sign_in()
    path.unlink()
    with pytest.raises(StoreDamaged, match="not on this laptop any more"):
        setup.sign_in()
    path.write_bytes(whole)
    setup.sign_in().lock()


def test_a_store_with_one_bad_page_opens_nothing(setup: SetUp) -> None:
    with setup.sign_in() as mine:
        grow(mine.db)
    (path,) = setup.home.stores.glob("*.db")
    whole = path.read_bytes()
    harm_last_page(path)
    with pytest.raises(StoreDamaged, match="restore it from a USB copy"):
        setup.sign_in()
    with pytest.raises(StoreDamaged):
        setup.laptop.recover(setup.code, setup.id_of(PRINCIPAL), NEW)
    setup.laptop.sign_in_as(PRINCIPAL, PASSWORD, trusting=True).lock()
    path.write_bytes(whole)
    setup.sign_in().lock()


def test_a_store_is_looked_through_after_each_end_that_was_not_clean(setup: SetUp) -> None:
    with setup.sign_in() as mine:
        assert mine.look_is_due
        mine.look_through()
        assert not mine.look_is_due
    with setup.sign_in() as mine:
        assert not mine.look_is_due, "closed cleanly, and unchanged"
        with setup.again().sign_in_as(PRINCIPAL, PASSWORD) as other:
            assert other.look_is_due, "as after a kill: the first program has not closed it"
    with setup.sign_in() as mine:
        assert not mine.look_is_due


def test_a_look_through_finds_what_the_opening_left_out_and_can_be_stopped(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emis_desktop.soundness.AT_ONCE", 0)
    with setup.sign_in() as mine:
        with pytest.raises(Cancelled):
            mine.look_through(lambda: True)
        assert mine.look_is_due
        mine.look_through(lambda: False)
        grow(mine.db)
    (path,) = setup.home.stores.glob("*.db")
    harm_last_page(path)
    with setup.sign_in() as mine:
        assert mine.look_is_due
        with pytest.raises(StoreDamaged):
            mine.look_through()
    assert not path.with_suffix(".sound").exists()


def test_a_store_found_damaged_gets_no_mark(setup: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emis_desktop.soundness.AT_ONCE", 0)
    (path,) = setup.home.stores.glob("*.db")
    with setup.sign_in() as mine:
        mine.look_through()
    with setup.sign_in() as mine:
        harm_all_but_first(path)
        with pytest.raises(StoreDamaged), mine.db.read() as session:
            session.scalars(select(Act)).all()
        assert not mine.look_is_due
    assert not path.with_suffix(".sound").exists()


def test_a_store_of_a_later_version_is_not_opened(setup: SetUp) -> None:
    with setup.sign_in() as mine, mine.db.maintain() as connection:
        connection.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreTooNew, match="newer EMIS Desktop"):
        setup.sign_in()


def test_a_ministrys_own_profile_that_cannot_be_read_closes_the_store_again(setup: SetUp) -> None:
    setup.home.profiles.mkdir()
    own = setup.home.profiles / "XD.json"
    own.write_text("{", encoding="utf-8")
    with pytest.raises(BadFile):
        setup.sign_in()
    own.unlink()
    setup.sign_in().lock()


# -- The recovery code --------------------------------------------------------------------------------


def test_the_recovery_code_gives_a_new_password_and_says_so_in_the_journal(setup: SetUp) -> None:
    user_id = setup.id_of(PRINCIPAL)
    setup.laptop.recover(setup.code.lower(), user_id, NEW)
    with pytest.raises(WrongPassword):
        setup.sign_in(PRINCIPAL, PASSWORD)
    with setup.sign_in(PRINCIPAL, NEW) as mine, mine.db.read() as session:
        assert mine.box.may(SensitivityClass.HEALTH)
        last = session.scalars(select(Act).order_by(Act.seq.desc())).first()
        assert last is not None
        assert (last.verb, last.user_id) == ("recover_password", user_id)
        assert session.get_one(User, user_id).password_set_at is not None


def test_a_slip_or_another_code_recovers_nothing(setup: SetUp) -> None:
    user_id = setup.id_of(PRINCIPAL)
    slip = ("3" if setup.code[0] != "3" else "4") + setup.code[1:]
    with pytest.raises(Refused, match="Group 1 of the code has a slip"):
        setup.laptop.recover(slip, user_id, NEW)
    with pytest.raises(WrongPassword, match="not the one for this laptop"):
        setup.laptop.recover(new_recovery_code().text, user_id, NEW)
    with pytest.raises(Refused, match="easy to guess"):
        setup.laptop.recover(setup.code, user_id, "passwordpassword")
    setup.sign_in().lock()


def test_the_recovery_code_brings_nobody_back_whose_access_has_ended(setup: SetUp) -> None:
    user_id = setup.add("Teacher 01", Role.TEACHER)
    ring = setup.home.keyring.read_bytes()
    with setup.sign_in() as mine, mine.db.write(mine.actor, "end_access") as session:
        session.get_one(User, user_id).ended_at = session.info["act"].moment
    assert setup.home.keyring.read_bytes() != ring  # the sign-in noted when; nothing else
    with pytest.raises(Refused, match="has ended"):
        setup.laptop.recover(setup.code, user_id, NEW)
    with pytest.raises(Refused, match="has ended"):
        setup.laptop.recover(setup.code, new_id(), NEW)


# -- Two programs, and changes of key cut short ---------------------------------------------------------


def test_a_change_of_key_that_was_killed_is_ended_by_the_next_sign_in(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = setup.add("Teacher 01", Role.TEACHER)
    with setup.sign_in() as mine:
        old = bytes(mine.keys.key(mine.store_id))
        with monkeypatch.context() as patched:
            patched.setattr("emis_desktop.cipher.give_new_key", _die)
            with pytest.raises(Killed):
                users_of(mine).end_access(user_id)
    with setup.again().sign_in_as(PRINCIPAL, PASSWORD) as mine:
        assert bytes(mine.keys.key(mine.store_id)) != old
        with mine.db.read() as session:
            assert session.get_one(User, user_id).ended_at is not None


def test_records_that_another_program_has_open_are_opened_with_the_key_they_have(setup: SetUp) -> None:
    teacher = setup.add("Teacher 01", Role.TEACHER)
    with setup.again().sign_in_as(PRINCIPAL, PASSWORD) as other, other.db.read():
        with setup.sign_in() as mine:
            assert users_of(mine).end_access(teacher) is False
        with setup.sign_in() as mine, mine.db.read() as session:
            assert session.get_one(User, teacher).ended_at is not None
    with pytest.raises(WrongPassword):
        setup.sign_in("Teacher 01")
    with setup.sign_in() as mine:
        (state,) = mine.ring.file.load().stores
        assert (state.epoch, state.pending) == (2, None)


def test_both_of_two_programs_see_what_the_other_saved(setup: SetUp) -> None:
    with setup.sign_in() as one, setup.again().sign_in_as(PRINCIPAL, PASSWORD) as two:
        added = users_of(one).add(NewUser("Clerk 01", Role.SCHOOL_ADMINISTRATOR, password_of("Clerk 01")))
        with two.db.read() as session:
            assert session.get_one(User, added).name == "Clerk 01"
        with two.db.write(two.actor, "change_school") as session:
            session.scalars(select(Institution)).one().motto = "Onward"
        with one.db.read() as session:
            assert session.scalars(select(Institution)).one().motto == "Onward"


def test_a_full_disk_does_not_keep_anybody_from_signing_in(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "replace", full)
    with setup.sign_in() as mine:
        assert mine.actor.name == PRINCIPAL


def _die(*_arguments: object) -> None:
    raise Killed


def test_a_sites_code_is_short_and_never_read_wrongly() -> None:
    codes = {site_code() for _ in range(200)}
    assert len(codes) > 190
    assert all(len(code) == 4 and not set(code) & set("01AEILOU") for code in codes)


def test_a_users_id_is_not_guessed_from_the_name(tmp_path: Path) -> None:
    made = [cheap_laptop(tmp_path / name).set_up(first_run()).user_id for name in "ab"]
    assert len({*made, UUID(int=0)}) == 3


def test_trying_whether_the_laptop_saves_changes_no_record(setup: SetUp) -> None:
    with setup.sign_in() as mine:
        with mine.db.read() as session:
            before = session.scalars(select(Act.seq).order_by(Act.seq.desc())).first()
        mine.try_saving()
        with mine.db.read() as session:
            assert session.scalars(select(Act.seq).order_by(Act.seq.desc())).first() == before
    with pytest.raises(Refused, match="locked"):
        mine.try_saving()
