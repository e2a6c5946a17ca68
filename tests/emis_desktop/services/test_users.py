"""People of a laptop: each command whole, and killed between key ring and store never too much access."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop import cipher
from emis_desktop.errors import CannotSave, Refused, WrongPassword
from emis_desktop.journal import OpenAct
from emis_desktop.keyring import KeyRing, new_recovery_code, rekey
from emis_desktop.laptop import OpenLaptop, StoreKind
from emis_desktop.models import Act, Person, User
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.queries.users import UserQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role, SensitivityClass
from emis_desktop.services.structure import NewClass, create_class
from emis_desktop.services.users import SCHOOL_ROLES, Leftover, NewUser, UserService, roles_to_give
from resources.words import Words
from tests.factories.laptops import (
    PRINCIPAL,
    SetUp,
    cheap_laptop,
    first_run,
    new_laptop,
    password_of,
    users_of,
)

HEALTH = SensitivityClass.HEALTH
CLERK, TEACHER = "Clerk 01", "Teacher 01"
NEW = "walk the yellow dog tonight"


class Killed(BaseException):
    """The laptop dies here."""


@pytest.fixture
def setup(tmp_path: Path) -> SetUp:
    return new_laptop(tmp_path / "home")


@pytest.fixture
def mine(setup: SetUp) -> Iterator[OpenLaptop]:
    with setup.sign_in() as opened:
        yield opened


@pytest.fixture
def users(mine: OpenLaptop) -> UserService:
    return users_of(mine)


def new(name: str, role: Role = Role.SCHOOL_ADMINISTRATOR) -> NewUser:
    return NewUser(name, role, password_of(name))


def die(*_arguments: object, **_named: object) -> None:
    raise Killed


def dying_after(step: Callable[..., object]) -> Callable[..., None]:
    def call(*arguments: object, **named: object) -> None:
        step(*arguments, **named)
        raise Killed

    return call


def names(setup: SetUp) -> set[str]:
    return {person.name for person in setup.laptop.people()}


def reads_health(setup: SetUp, name: str, password: str = "") -> tuple[Role, bool]:
    with setup.again().sign_in_as(name, password or password_of(name)) as theirs:
        return theirs.actor.role, theirs.box.may(HEALTH)


def last_act(mine: OpenLaptop) -> str:
    return HistoryQueries(mine.db, mine.actor).latest(1)[0].sentence.text(Words.load("en"))


# -- Adding -------------------------------------------------------------------------------------------


def test_who_is_added_signs_in_with_the_rights_of_the_role(
    setup: SetUp, mine: OpenLaptop, users: UserService
) -> None:
    user_id = users.add(new("  Clerk   01 "))
    assert names(setup) == {PRINCIPAL, CLERK}
    assert reads_health(setup, CLERK) == (Role.SCHOOL_ADMINISTRATOR, True)
    with mine.db.read() as session:
        row = session.get_one(User, user_id)
        assert (row.name, row.role, row.institution_id) == (
            CLERK,
            "school_administrator",
            mine.site.institution_id,
        )
    assert last_act(mine) == "User Clerk 01 added"


def test_a_teacher_who_is_linked_to_a_person_has_that_persons_classes(
    setup: SetUp, mine: OpenLaptop, users: UserService
) -> None:
    assert mine.site.institution_id is not None
    person = Person(id=new_id(), given_names="Teacher", family_name="01", synthetic=True)
    with mine.db.write(mine.actor, "create_class") as session:
        session.add(person)
        session.flush()
        year, grade = _first_year_and_grade(mine)
        led = create_class(session, NewClass(mine.site.institution_id, year, "Coral", (grade,), person.id))
        create_class(session, NewClass(mine.site.institution_id, year, "Reef", (grade,)))
    linked = users.add(NewUser(TEACHER, Role.TEACHER, password_of(TEACHER), person.id))
    loose = users.add(new("Teacher 02", Role.TEACHER))
    with setup.again().sign_in_as(TEACHER, password_of(TEACHER)) as theirs:
        assert theirs.actor.class_ids == frozenset({led})
    users.link(loose, person.id)
    users.link(linked, None)
    for name, classes in ((TEACHER, frozenset[UUID]()), ("Teacher 02", frozenset({led}))):
        with setup.again().sign_in_as(name, password_of(name)) as theirs:
            assert theirs.actor.class_ids == classes
    with pytest.raises(Refused, match="member of staff is no longer there") as refused:
        users.link(linked, new_id())
    assert refused.value.field == "person"
    with mine.db.write(mine.actor, "change_student") as session:
        session.get_one(Person, person.id).deleted_at = session.info["act"].moment
    with pytest.raises(Refused, match="no longer there"):
        users.add(NewUser("Teacher 03", Role.TEACHER, password_of("Teacher 03"), person.id))
    with pytest.raises(Refused, match="no longer signs in"):
        users.link(new_id(), None)


def _first_year_and_grade(mine: OpenLaptop) -> tuple[UUID, UUID]:
    queries = SchoolQueries(mine.db, mine.actor)
    return queries.years()[0].id, queries.grades()[0].id


@pytest.mark.parametrize(
    ("wanted", "said", "field"),
    [
        (new(" "), "Enter the name", "name"),
        (new(PRINCIPAL.upper()), "on the list of this laptop already", "name"),
        (replace(new(CLERK), password="short"), "10 characters", "password"),
        (new(CLERK, Role.MINISTRY_OFFICER), "cannot be given here", "role"),
        (new(CLERK, Role.SYSTEM_ADMINISTRATOR), "cannot be given here", "role"),
    ],
)
def test_what_cannot_be_added_changes_neither_list_nor_store(
    setup: SetUp, mine: OpenLaptop, users: UserService, wanted: NewUser, said: str, field: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        users.add(wanted)
    assert refused.value.field == field
    assert names(setup) == {PRINCIPAL}
    assert len(UserQueries(mine.db).users()) == 1


def test_killed_while_adding_somebody_is_on_the_list_and_gets_nowhere_in(
    setup: SetUp, mine: OpenLaptop, users: UserService, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(KeyRing, "add_user", dying_after(KeyRing.add_user))
        with pytest.raises(Killed):
            users.add(new(CLERK))
    assert names(setup) == {PRINCIPAL, CLERK}
    with pytest.raises(Refused, match="has ended"):
        setup.sign_in(CLERK)
    (left,) = users.leftovers()
    users.add(new("Clerk 02"))  # somebody else clears nothing away
    assert users.leftovers() == (left,)
    assert left == Leftover(setup.id_of(CLERK), CLERK)
    old = bytes(mine.keys.key(mine.store_id))
    users.add(new(CLERK.upper(), Role.TEACHER))
    assert bytes(mine.keys.key(mine.store_id)) != old, "the half-added one held a key: it fits no more"
    assert names(setup) == {PRINCIPAL, "Clerk 02", CLERK.upper()}
    assert users.leftovers() == ()
    with setup.again().sign_in_as(CLERK, password_of(CLERK)) as theirs:
        assert theirs.actor.role is Role.TEACHER


def test_a_leftover_can_be_cleared_away_and_nobody_else_can(
    setup: SetUp, users: UserService, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = users.add(new(TEACHER, Role.TEACHER))
    with monkeypatch.context() as patched:
        patched.setattr(KeyRing, "add_user", dying_after(KeyRing.add_user))
        with pytest.raises(Killed):
            users.add(new(CLERK))
    assert users.clear_leftover(setup.id_of(CLERK)) is True
    assert names(setup) == {PRINCIPAL, TEACHER}
    with pytest.raises(Refused, match="no longer signs in"):
        users.clear_leftover(real)


# -- Roles --------------------------------------------------------------------------------------------


def test_keys_follow_a_role_up_and_down(setup: SetUp, mine: OpenLaptop, users: UserService) -> None:
    user_id = users.add(new(TEACHER, Role.TEACHER))
    assert reads_health(setup, TEACHER) == (Role.TEACHER, False)
    assert users.change_role(user_id, Role.COUNSELLOR) == ()
    assert reads_health(setup, TEACHER) == (Role.COUNSELLOR, True)
    assert last_act(mine) == "Role of Teacher 01 changed"
    epochs = len(mine.keys.epochs(mine.store_id, "health"))
    users.change_role(user_id, Role.TEACHER)
    assert reads_health(setup, TEACHER) == (Role.TEACHER, False)
    assert len(mine.keys.epochs(mine.store_id, "health")) == epochs + 1, "new notes have a new key"
    (shown,) = [person.role for person in setup.laptop.people() if person.name == TEACHER]
    assert shown == "teacher"


@pytest.mark.parametrize(
    ("before", "after", "step", "found"),
    [
        # up: the store says so first, so the key is still missing; mend gives it
        (Role.TEACHER, Role.COUNSELLOR, "give", (Role.COUNSELLOR, False)),
        # down: the key goes first, and what proved the role with it; nowhere in until the role is given again
        (Role.COUNSELLOR, Role.TEACHER, "withdraw", None),
    ],
)
def test_killed_in_a_change_of_role_leaves_too_little_and_it_is_put_right(
    setup: SetUp,
    users: UserService,
    monkeypatch: pytest.MonkeyPatch,
    before: Role,
    after: Role,
    step: str,
    found: tuple[Role, bool] | None,
) -> None:
    user_id = users.add(new(TEACHER, before))
    with monkeypatch.context() as patched:
        patched.setattr(KeyRing, step, die if step == "give" else dying_after(KeyRing.withdraw))
        with pytest.raises(Killed):
            users.change_role(user_id, after)
    if found is None:
        users.mend()
        with pytest.raises(Refused, match="changed outside"):
            setup.sign_in(TEACHER)
        users.change_role(user_id, after)
        assert reads_health(setup, TEACHER) == (after, False)
        return
    assert reads_health(setup, TEACHER) == found
    users.mend()
    assert reads_health(setup, TEACHER) == (found[0], True)


def test_mend_gives_nothing_where_nothing_is_owed(setup: SetUp, users: UserService) -> None:
    users.add(new(TEACHER, Role.TEACHER))
    users.add(new(CLERK))
    before = setup.home.keyring.read_bytes()
    users.mend()
    assert setup.home.keyring.read_bytes() == before


def test_mend_gives_no_store_to_whom_it_was_taken_from(setup: SetUp, users: UserService) -> None:
    user_id = users.add(new(CLERK))
    setup.laptop.ring.file.change(lambda ring: ring.with_grants(str(user_id), ()))
    before = setup.home.keyring.read_bytes()
    users.mend()
    assert setup.home.keyring.read_bytes() == before


def test_a_class_that_the_actor_cannot_read_stays_closed_and_is_named(tmp_path: Path) -> None:
    laptop = cheap_laptop(tmp_path / "ministry")
    laptop.set_up(replace(first_run(StoreKind.MINISTRY)))
    with laptop.sign_in_as(PRINCIPAL, password_of(PRINCIPAL)) as office:
        users = users_of(office)
        first = users.add(new(CLERK, Role.AUDITOR))  # the first to read finance notes: their key begins here
        second = users.add(new(TEACHER, Role.EXAMINATION_OFFICER))
        assert first != second
        assert users.change_role(second, Role.AUDITOR) == ("finance",)
        users.mend()  # cannot give it either, and says nothing but to the log
    with laptop.sign_in_as(TEACHER, password_of(TEACHER)) as theirs:
        assert theirs.actor.role is Role.AUDITOR
        assert not theirs.box.may(SensitivityClass.FINANCE)


def test_nobody_changes_or_removes_themselves_so_one_who_manages_users_stays(
    setup: SetUp, mine: OpenLaptop, users: UserService
) -> None:
    me = mine.actor.user_id
    for change in (
        lambda: users.change_role(me, Role.TEACHER),
        lambda: users.end_access(me),
        lambda: users.reset_password(me, NEW),
    ):
        with pytest.raises(Refused, match="another person who manages users"):
            change()
    assert names(setup) == {PRINCIPAL}
    users.link(me, None)


def test_two_principals_cannot_end_each_other(setup: SetUp, users: UserService) -> None:
    """Both programs are open; the second comes too late, so one who manages users stays."""
    other = users.add(new("Principal 02", Role.PRINCIPAL))
    with setup.again().sign_in_as("Principal 02", password_of("Principal 02")) as theirs:
        assert users.end_access(other) is False, "the other program still has the records open"
        with pytest.raises(Refused, match="Your own access has changed"):
            users_of(theirs).end_access(setup.id_of(PRINCIPAL))
    assert names(setup) == {PRINCIPAL}


def test_a_principal_made_a_teacher_meanwhile_manages_nobody(setup: SetUp, users: UserService) -> None:
    other = users.add(new("Principal 02", Role.PRINCIPAL))
    with setup.again().sign_in_as("Principal 02", password_of("Principal 02")) as theirs:
        users.change_role(other, Role.TEACHER)
        with pytest.raises(Refused, match="Your own access has changed"):
            users_of(theirs).add(new(CLERK))
    assert names(setup) == {PRINCIPAL, "Principal 02"}


def test_only_who_manages_users_may_and_nobody_gives_more_than_they_have(setup: SetUp) -> None:
    setup.add(CLERK, Role.SCHOOL_ADMINISTRATOR)
    with setup.sign_in(CLERK) as theirs:
        users = users_of(theirs)
        somebody = new_id()
        for change in (
            lambda: users.add(new("Clerk 02")),
            lambda: users.change_role(somebody, Role.TEACHER),
            lambda: users.link(somebody, None),
            lambda: users.reset_password(somebody, NEW),
            lambda: users.renew_recovery(password_of(CLERK)),
            lambda: users.end_access(somebody),
            users.leftovers,
            lambda: users.clear_leftover(somebody),
            users.mend,
        ):
            with pytest.raises(Refused, match="not open to the role School administrator"):
                change()
        assert roles_to_give(theirs.actor) == ()
    with setup.sign_in() as mine:
        assert roles_to_give(mine.actor) == SCHOOL_ROLES
        country = replace(mine.actor, institution_id=None, role=Role.SYSTEM_ADMINISTRATOR)
        assert Role.PRINCIPAL not in roles_to_give(country)
        assert Role.SYSTEM_ADMINISTRATOR in roles_to_give(country)


# -- Passwords ----------------------------------------------------------------------------------------


def test_a_forgotten_password_is_reset_and_stands_in_the_journal(
    setup: SetUp, mine: OpenLaptop, users: UserService
) -> None:
    user_id = users.add(new(CLERK))
    assert users.reset_password(user_id, NEW) == ()
    with pytest.raises(WrongPassword):
        setup.sign_in(CLERK)
    assert reads_health(setup, CLERK, NEW) == (Role.SCHOOL_ADMINISTRATOR, True)
    assert last_act(mine) == "Password of Clerk 01 reset"
    with mine.db.read() as session:
        assert session.get_one(User, user_id).password_set_at is not None
    with pytest.raises(Refused, match="no longer signs in"):
        users.reset_password(new_id(), NEW)


def test_who_resets_gives_back_only_what_they_read(tmp_path: Path) -> None:
    laptop = cheap_laptop(tmp_path / "ministry")
    laptop.set_up(first_run(StoreKind.MINISTRY))
    with laptop.sign_in_as(PRINCIPAL, password_of(PRINCIPAL)) as office:
        users = users_of(office)
        auditor = users.add(new(CLERK, Role.AUDITOR))
        assert users.reset_password(auditor, NEW) == ("finance",)
    with laptop.sign_in_as(CLERK, NEW) as theirs:
        assert not theirs.box.may(SensitivityClass.FINANCE)


def test_everybody_changes_their_own_password_with_the_old_one(setup: SetUp) -> None:
    setup.add(TEACHER, Role.TEACHER)
    with setup.sign_in(TEACHER) as theirs:
        with pytest.raises(WrongPassword):
            users_of(theirs).change_own_password("not the password", NEW)
        users_of(theirs).change_own_password(password_of(TEACHER), NEW)
    with setup.sign_in(TEACHER, NEW) as theirs:
        with theirs.db.read() as session:
            acts = session.scalars(select(Act).where(Act.verb == "change_password")).all()
            assert [(act.user_id, act.about_id) for act in acts] == [(theirs.actor.user_id,) * 2]
            written = session.connection().exec_driver_sql("SELECT quote(after) FROM change").scalars()
            assert not any(NEW in text for text in written)
        (line, *_) = HistoryQueries(theirs.db, theirs.actor).latest()
        assert str(line.sentence.text(Words.load("en"))) == f"Own password changed by {TEACHER}"


# -- Ending access ------------------------------------------------------------------------------------


def test_whoever_left_is_off_the_list_and_the_records_have_a_new_key(
    setup: SetUp, mine: OpenLaptop, users: UserService
) -> None:
    user_id = users.add(new(CLERK))
    with setup.again().sign_in_as(CLERK, password_of(CLERK)) as theirs:
        held = bytearray(theirs.keys.key(theirs.store_id))
    assert users.end_access(user_id) is True
    assert names(setup) == {PRINCIPAL}
    assert not cipher.fits(mine.db.path, held)
    assert last_act(mine) == "Access of Clerk 01 ended"
    with pytest.raises(Refused, match="no longer signs in"):
        users.end_access(user_id)
    users.add(new(CLERK, Role.TEACHER))  # the name is free again
    assert reads_health(setup, CLERK)[0] is Role.TEACHER


@pytest.mark.parametrize("step", ["remove_user", "settle"])
def test_killed_while_ending_access_they_get_nowhere_in_and_it_can_be_ended_again(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    user_id = setup.add(CLERK, Role.SCHOOL_ADMINISTRATOR)
    with setup.sign_in() as mine, monkeypatch.context() as patched:
        patched.setattr(KeyRing, step, dying_after(KeyRing.remove_user) if step == "remove_user" else die)
        with pytest.raises(Killed):
            users_of(mine).end_access(user_id)
    with pytest.raises(WrongPassword, match="Nobody called"):
        setup.sign_in(CLERK)
    with setup.sign_in() as mine:
        lines = {line.name: line.ended_at for line in UserQueries(mine.db).users()}
        if step == "remove_user":
            assert lines[CLERK] is None, "the store never heard of it"
            assert users_of(mine).end_access(user_id) is True
        else:
            assert lines[CLERK] is not None
        (state,) = mine.ring.file.load().stores
        assert (state.epoch, state.pending) == (2, None)
    setup.sign_in().lock()


def test_a_full_disk_ends_the_access_and_leaves_the_new_key_to_the_next_sign_in(
    setup: SetUp, mine: OpenLaptop, users: UserService, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = users.add(new(CLERK))

    def full(*_arguments: object) -> None:
        raise CannotSave("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(cipher, "give_new_key", full)
        assert users.end_access(user_id) is False
    assert names(setup) == {PRINCIPAL}
    with mine.db.write(mine.actor, "change_user") as session:  # and goes on working meanwhile
        act: OpenAct = session.info["act"]
        session.get_one(User, mine.actor.user_id).password_set_at = act.moment
    mine.lock()
    with monkeypatch.context() as patched:
        patched.setattr(cipher, "give_new_key", full)
        with setup.sign_in() as still_full:  # the old key goes on opening them
            assert still_full.keys.epochs(still_full.store_id, "store").keys() == {1, 2}
    with setup.sign_in() as again:
        assert again.keys.epochs(again.store_id, "store").keys() == {2}


def test_a_disk_that_fills_after_the_new_key_says_so_and_the_next_sign_in_ends_it(
    setup: SetUp, mine: OpenLaptop, users: UserService, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = users.add(new(CLERK))

    def full(*_arguments: object) -> None:
        raise CannotSave("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(cipher, "give_new_key", full)
        users.end_access(user_id)
    mine.lock()
    with monkeypatch.context() as patched:
        patched.setattr(rekey, "finish", full)
        with pytest.raises(CannotSave, match="full"):
            setup.sign_in()
    with setup.sign_in() as again:
        assert again.keys.epochs(again.store_id, "store").keys() == {2}


# -- The recovery code --------------------------------------------------------------------------------


def test_a_new_recovery_code_replaces_the_old_one(setup: SetUp, mine: OpenLaptop, users: UserService) -> None:
    clerk = users.add(new(CLERK))
    with pytest.raises(WrongPassword):
        users.renew_recovery("not the password at all")
    code = users.renew_recovery(password_of(PRINCIPAL))
    assert code is not None
    assert last_act(mine) == "New recovery code made by Principal 01"
    with pytest.raises(WrongPassword, match="not the one for this laptop"):
        setup.again().recover(setup.code, clerk, NEW)
    setup.again().recover(code, clerk, NEW)
    assert reads_health(setup, CLERK, NEW) == (Role.SCHOOL_ADMINISTRATOR, True)


def test_the_ministrys_own_key_may_take_the_place_of_the_code(setup: SetUp, users: UserService) -> None:
    clerk = users.add(new(CLERK))
    ministry = new_recovery_code()
    assert users.renew_recovery(password_of(PRINCIPAL), ministry.public) is None
    setup.again().recover(ministry.text, clerk, NEW)
    assert reads_health(setup, CLERK, NEW)[1]


def test_who_cannot_read_everything_makes_no_new_code(tmp_path: Path) -> None:
    laptop = cheap_laptop(tmp_path / "ministry")
    made = laptop.set_up(first_run(StoreKind.MINISTRY))
    with laptop.sign_in_as(PRINCIPAL, password_of(PRINCIPAL)) as office:
        users = users_of(office)
        users.add(new(CLERK, Role.AUDITOR))  # brings a key of finance notes that the officer lacks
        with pytest.raises(Refused, match="read finance notes"):
            users.renew_recovery(password_of(PRINCIPAL))
    assert made.recovery_code is not None
    laptop.recover(made.recovery_code, made.user_id, NEW)


def test_nobody_gives_a_password_to_whom_has_more_rights(tmp_path: Path) -> None:
    laptop = cheap_laptop(tmp_path / "ministry")
    laptop.set_up(first_run(StoreKind.MINISTRY))
    with laptop.sign_in_as(PRINCIPAL, password_of(PRINCIPAL)) as office:
        users_of(office).add(new(CLERK, Role.SYSTEM_ADMINISTRATOR))
        officer = office.actor.user_id
    with laptop.sign_in_as(CLERK, password_of(CLERK)) as theirs:
        with pytest.raises(Refused, match="rights that you do not have"):
            users_of(theirs).reset_password(officer, NEW)
        peer = users_of(theirs).add(new("Clerk 02", Role.SYSTEM_ADMINISTRATOR))
        assert users_of(theirs).reset_password(peer, NEW) == ()
    laptop.sign_in_as(PRINCIPAL, password_of(PRINCIPAL)).lock()
