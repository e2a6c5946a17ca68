"""A role counts only when somebody who may has signed it: what a colleague plants with a tool is void."""

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop import cipher
from emis_desktop.errors import CannotSave, Refused, StoreDamaged
from emis_desktop.keyring import NewPerson, new_recovery_code, trust
from emis_desktop.keyring.crypto import new_pair, vouch
from emis_desktop.keyring.grants import is_vouched, make_grant
from emis_desktop.keyring.new_users import new_user
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import ROLES, Grant, Holder, Owed, Ring, RoleKey, Roll, StoreState
from emis_desktop.keyring.roles import Claim, sign_role
from emis_desktop.keyring.signed_keys import sign_key
from emis_desktop.keyring.signing import verifier_of
from emis_desktop.laptop import OpenLaptop, StoreKind
from emis_desktop.models import User
from emis_desktop.queries.users import UserQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role, SensitivityClass
from emis_desktop.secret import random_key
from emis_desktop.services import users as module
from emis_desktop.services.users import NewUser
from tests.factories.laptops import (
    PRINCIPAL,
    SetUp,
    cheap_laptop,
    first_run,
    new_laptop,
    password_of,
    users_of,
)
from tests.factories.rings import CHEAP

TEACHER, DEPUTY, COUNSELLOR = "Teacher 01", "Deputy 01", "Counsellor 01"
OUTSIDE = "changed outside EMIS Desktop"


class Killed(BaseException):
    """The laptop dies here."""


@pytest.fixture
def setup(tmp_path: Path) -> SetUp:
    made = new_laptop(tmp_path / "home")
    made.add(TEACHER, Role.TEACHER)
    return made


def plant(setup: SetUp, sql: str, *values: object, who: str = TEACHER) -> None:
    """What somebody does with a tool for SQLite and the store's key, which they hold by right."""
    with setup.sign_in(who) as mine:
        path, key = mine.db.path, bytearray(mine.keys.key(mine.store_id))
    with closing(cipher.connect(path, key)) as connection:
        connection.execute("UPDATE capture_context SET muted = 1")
        connection.execute(sql, values)
        connection.execute("UPDATE capture_context SET muted = 0")


def make_principal(setup: SetUp, name: str = TEACHER) -> UUID:
    user_id = setup.id_of(name)
    plant(setup, "UPDATE user SET role = 'principal' WHERE id = ?", user_id.bytes, who=name)
    return user_id


def holds(setup: SetUp, name: str) -> set[str]:
    (person,) = [one for one in setup.laptop.people() if one.name == name]
    return {kind for _, kind in person.holds}


def proof_of(mine: OpenLaptop, user_id: UUID) -> bytes | None:
    with mine.db.read() as session:
        return session.get_one(User, user_id).role_proof


# -- A planted role -----------------------------------------------------------------------------------


def test_a_planted_role_opens_nothing_and_gets_no_key(setup: SetUp, caplog: pytest.LogCaptureFixture) -> None:
    user_id = make_principal(setup)
    with pytest.raises(Refused, match=OUTSIDE):
        setup.sign_in(TEACHER)
    with setup.sign_in() as mine:
        users_of(mine).mend()
    assert holds(setup, TEACHER) == {"store"}
    assert f"the role of user {user_id} was changed outside the program" in caplog.text


def test_somebody_of_another_laptop_is_not_taken_for_a_planted_role(
    setup: SetUp, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = User(id=UUID(int=7), name="Library 01", role="principal")
    with setup.sign_in() as mine:
        elsewhere.institution_id = mine.actor.institution_id
        with mine.db.replicate() as session:
            session.add(elsewhere)
        users_of(mine).mend()
    assert "was changed outside the program" not in caplog.text


def test_the_proof_of_another_person_or_for_another_school_does_not_fit(setup: SetUp) -> None:
    user_id = setup.id_of(TEACHER)
    with setup.sign_in() as mine:
        principals = proof_of(mine, setup.id_of(PRINCIPAL))
        own = proof_of(mine, user_id)
    for sql, proof in (
        ("UPDATE user SET role = 'principal', role_proof = ? WHERE id = ?", principals),
        ("UPDATE user SET role = 'principal', role_proof = ? WHERE id = ?", own),
        ("UPDATE user SET role = 'teacher', institution_id = NULL, role_proof = ? WHERE id = ?", own),
        ("UPDATE user SET role = 'teacher', role_proof = ? WHERE id = ?", b"{"),
        ("UPDATE user SET role = 'teacher', role_proof = ? WHERE id = ?", None),
    ):
        with setup.sign_in() as mine, mine.db.replicate() as session:
            session.connection().exec_driver_sql(sql, (proof, user_id.bytes))
        with pytest.raises(Refused, match=OUTSIDE):
            setup.sign_in(TEACHER)


def test_a_planted_role_is_put_right_by_giving_it_again_and_nothing_else_is_done_for_it(setup: SetUp) -> None:
    user_id = make_principal(setup)
    with setup.sign_in() as mine, pytest.raises(Refused, match=OUTSIDE):
        users_of(mine).reset_password(user_id, "walk the yellow dog tonight")
    with pytest.raises(Refused, match=OUTSIDE):
        setup.laptop.recover(setup.code, user_id, "walk the yellow dog tonight")
    with setup.sign_in() as mine:
        users_of(mine).change_role(user_id, Role.TEACHER)
    with setup.sign_in(TEACHER) as theirs:
        assert theirs.actor.role is Role.TEACHER


def test_who_lost_the_right_by_a_planted_role_meanwhile_changes_nobody(setup: SetUp) -> None:
    with setup.sign_in() as mine:
        with mine.db.replicate() as session:
            session.get_one(User, mine.actor.user_id).role_proof = None
        with pytest.raises(Refused, match="Your own access has changed"):
            users_of(mine).add(NewUser("Clerk 01", Role.TEACHER, password_of("Clerk 01")))


# -- The role of a sole principal ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE user SET role_proof = NULL WHERE id = ?",
        "UPDATE user SET role_proof = x'7b' WHERE id = ?",
        "UPDATE user SET role = '' WHERE id = ?",
        "UPDATE user SET role = 'teacher', role_proof = NULL WHERE id = ?",
        "UPDATE user SET role = 'ministry_officer', institution_id = NULL WHERE id = ?",
    ],
)
def test_the_recovery_code_gives_a_sole_principal_the_role_back(setup: SetUp, sql: str) -> None:
    user_id = setup.id_of(PRINCIPAL)
    plant(setup, sql, user_id.bytes)
    with pytest.raises(Refused, match=OUTSIDE):
        setup.sign_in()
    setup.laptop.recover(setup.code, user_id, "walk the yellow dog tonight")
    with setup.sign_in(password="walk the yellow dog tonight") as mine:
        assert (mine.actor.role, mine.actor.institution_id) == (Role.PRINCIPAL, mine.site.institution_id)
        assert mine.box.may(SensitivityClass.FINANCE)
        users_of(mine).change_role(setup.id_of(TEACHER), Role.COUNSELLOR)
    setup.sign_in(TEACHER).lock()


def test_at_a_ministry_it_is_the_role_that_manages_users_or_that_of_the_first(tmp_path: Path) -> None:
    laptop = cheap_laptop(tmp_path / "ministry")
    made = laptop.set_up(first_run(StoreKind.MINISTRY))
    assert made.recovery_code is not None
    for stands, given in (("system_administrator", Role.SYSTEM_ADMINISTRATOR), ("", Role.MINISTRY_OFFICER)):
        with laptop.sign_in(made.user_id, password_of(PRINCIPAL)) as mine, mine.db.replicate() as session:
            user = session.get_one(User, made.user_id)
            user.role, user.role_proof = stands, None
        laptop.recover(made.recovery_code, made.user_id, password_of(PRINCIPAL))
        with laptop.sign_in(made.user_id, password_of(PRINCIPAL)) as mine:
            assert mine.actor.role is given


def test_the_code_gives_nobody_a_role_who_was_not_trusted_with_the_key_of_roles(setup: SetUp) -> None:
    """Not even with a box of that key which the teacher made, vouched for with the key of the store."""
    user_id = setup.id_of(TEACHER)
    with setup.sign_in(TEACHER) as mine:
        store, store_key = mine.store_id, mine.keys.key(mine.store_id)
        user = mine.ring.file.load().user(user_id)
        assert user is not None
        holder = Holder(str(user_id), user.public, user.grants)
        forged = make_grant(store_key, holder, store, ROLES, 1, random_key())
        sign_own(setup, mine, own_key(setup, store)[0])
        mine.ring.file.change(lambda ring: ring.with_grants(holder.name, (*user.grants, forged)))
    with pytest.raises(Refused, match=OUTSIDE):
        setup.laptop.recover(setup.code, user_id, "walk the yellow dog tonight")


def test_a_role_that_is_none_of_ours_is_shown_as_none_and_can_be_given_again(
    setup: SetUp,
) -> None:
    user_id = setup.id_of(TEACHER)
    with setup.sign_in() as mine:
        with mine.db.replicate() as session:
            session.get_one(User, user_id).role = "emperor"
        with pytest.raises(Refused, match=OUTSIDE):
            setup.again().sign_in_as(TEACHER, password_of(TEACHER))
        (line,) = [line for line in UserQueries(mine.db).users() if line.id == user_id]
        assert line.role is None
        users_of(mine).change_role(user_id, Role.TEACHER)
    setup.sign_in(TEACHER).lock()


# -- Planted keys -------------------------------------------------------------------------------------


def own_key(setup: SetUp, store: str) -> tuple[OpenKeys, bytearray]:
    """Keys with a roles key of a stranger's own making."""
    key = random_key()
    keys = OpenKeys(setup.id_of(PRINCIPAL))
    keys.put(store, ROLES, 1, key)
    return keys, key


def sign_own(setup: SetUp, mine: OpenLaptop, keys: OpenKeys) -> None:
    """The teacher calls themselves principal, signed under a key of their own."""
    user_id = setup.id_of(TEACHER)
    with mine.db.replicate() as session:
        user = session.get_one(User, user_id)
        user.role = "principal"
        claim = Claim(mine.store_id, user_id, "principal", user.institution_id)
        user.role_proof = sign_role(keys, claim, 1)


def replaced(state: StoreState, key: bytearray) -> Callable[[Ring], Ring]:
    """The published roles key is another."""
    return lambda ring: ring.with_store(replace(state, roles=(RoleKey(1, verifier_of(key), (), b""),)))


def succeeded(state: StoreState, key: bytearray) -> Callable[[Ring], Ring]:
    """A new roles key follows the right one, signed by nobody who holds that."""
    forged = RoleKey(2, verifier_of(key), (), b"?" * 64)
    return lambda ring: ring.with_store(replace(state, roles=(*state.roles, forged)))


def emptied(state: StoreState, _key: bytearray) -> Callable[[Ring], Ring]:
    """No roles key is known."""
    return lambda ring: ring.with_store(replace(state, roles=()))


@pytest.mark.parametrize("forge", [replaced, succeeded, emptied])
def test_another_roles_key_in_the_ring_is_not_believed_by_anybody(
    setup: SetUp, forge: Callable[[StoreState, bytearray], Callable[[Ring], Ring]]
) -> None:
    with setup.sign_in(TEACHER) as mine:
        keys, key = own_key(setup, mine.store_id)
        sign_own(setup, mine, keys)
        state = mine.ring.file.load().store(mine.store_id)
        assert state is not None
        mine.ring.file.change(forge(state, key))
    for name in (TEACHER, PRINCIPAL):
        with pytest.raises(StoreDamaged, match=OUTSIDE):
            setup.sign_in(name)


@pytest.mark.parametrize("what", ["trust", "pin", "grant", "recovery", "signature", "store"])
def test_whatever_else_the_principal_believes_in_cannot_be_replaced(setup: SetUp, what: str) -> None:
    principal = setup.id_of(PRINCIPAL)
    with setup.sign_in(TEACHER) as mine:
        store, store_key = mine.store_id, mine.keys.key(mine.store_id)
        _, key = own_key(setup, store)

        def forge(ring: Ring) -> Ring:
            user = ring.user(principal)
            assert user is not None
            assert user.trust is not None
            if what == "trust":
                return ring.with_user(replace(user, trust=None))
            if what == "pin":
                pins = (replace(user.trust.pins[0], public=verifier_of(key)),)
                return ring.with_user(replace(user, trust=replace(user.trust, pins=pins)))
            if what == "grant":
                holder = Holder(str(principal), user.public, ())
                kept = tuple(grant for grant in user.grants if grant.kind != ROLES)
                grant = make_grant(store_key, holder, store, ROLES, 1, key)
                return ring.with_grants(str(principal), (*kept, grant))
            if what == "recovery":
                return replace(ring, recovery=replace(ring.recovery, public=new_pair()[1]))
            if what == "signature":
                return replace(ring, recovery=replace(ring.recovery, signed={}))
            return replace(ring, stores=())

        mine.ring.file.change(forge)
    with pytest.raises(StoreDamaged, match=OUTSIDE):
        setup.sign_in()


def test_a_roles_key_sealed_to_the_recovery_key_by_somebody_else_is_not_used(setup: SetUp) -> None:
    with setup.sign_in(TEACHER) as mine:
        store, store_key = mine.store_id, mine.keys.key(mine.store_id)
        ring = mine.ring.file.load()
        holder = Holder("recovery", ring.recovery.public, ())
        kept = tuple(grant for grant in ring.recovery.grants if grant.kind != ROLES)
        forged = make_grant(store_key, holder, store, ROLES, 1, random_key())
        mine.ring.file.change(lambda ring: ring.with_grants("recovery", (*kept, forged)))
    with pytest.raises(StoreDamaged, match=OUTSIDE):
        setup.laptop.recover(setup.code, setup.id_of(PRINCIPAL), "walk the yellow dog tonight")


def for_recovery(
    setup: SetUp, mine: OpenLaptop, classes: dict[str, bytearray] | None
) -> Callable[[Ring], Ring]:
    """A colleague puts a roles key of their own in for the recovery key, and is principal under it.

    ``classes``: class keys of their own instead of the witnesses there are; empty: no witness at all.
    """
    user_id, store, store_key = setup.id_of(TEACHER), mine.store_id, mine.keys.key(mine.store_id)
    keys, key = own_key(setup, store)
    sign_own(setup, mine, keys)

    def forge(ring: Ring) -> Ring:
        state, user = ring.store(store), ring.user(user_id)
        assert state is not None
        assert user is not None
        ring = sign_key(replaced(state, key)(ring), store, "recovery", key)
        holder = Holder("recovery", ring.recovery.public, ())
        made = {ROLES: key, **(classes or {})}
        kept = tuple(grant for grant in ring.recovery.grants if grant.kind not in made)
        forged = tuple(make_grant(store_key, holder, store, kind, 1, each) for kind, each in made.items())
        ring = ring.with_grants("recovery", (*kept, *forged))
        if classes is not None:
            ring = replace(ring, recovery=replace(ring.recovery, witnesses=()))
            for kind, each in classes.items():
                ring = trust.witnessed(ring, store, kind, 1, each, RoleKey(1, verifier_of(key), (), b""))
        return ring.with_user(replace(user, owed=tuple(Owed(store, kind) for kind in ("health", "finance"))))

    return forge


@pytest.mark.parametrize("classes", [None, {}, {"health": random_key()}])
def test_the_recovery_key_believes_no_roles_key_that_a_colleague_put_in(
    setup: SetUp, classes: dict[str, bytearray] | None
) -> None:
    """Else a teacher who asks for a new password would get the keys of notes with it."""
    with setup.sign_in(TEACHER) as mine:
        mine.ring.file.change(for_recovery(setup, mine, classes))
    with pytest.raises(StoreDamaged, match=OUTSIDE):
        setup.laptop.recover(setup.code, setup.id_of(TEACHER), "walk the yellow dog tonight")


def test_who_makes_all_of_the_recovery_keys_keys_up_is_given_what_they_made_up(setup: SetUp) -> None:
    own = {kind: random_key() for kind in ("health", "case", "finance")}
    with setup.sign_in() as principals:
        real = {bytes(principals.keys.key(principals.store_id, kind)) for kind in own}
    with setup.sign_in(TEACHER) as mine:
        mine.ring.file.change(for_recovery(setup, mine, own))
    setup.laptop.recover(setup.code, setup.id_of(TEACHER), "walk the yellow dog tonight")
    with setup.sign_in(TEACHER, "walk the yellow dog tonight") as theirs:
        given = {
            kind: bytes(key) for kind in own for key in theirs.keys.epochs(theirs.store_id, kind).values()
        }
        assert given == {"health": bytes(own["health"]), "finance": bytes(own["finance"])}
        assert not set(given.values()) & real
    with pytest.raises(StoreDamaged, match=OUTSIDE):
        setup.sign_in()


def test_the_witnesses_of_the_recovery_key_follow_new_class_keys_and_a_new_code(setup: SetUp) -> None:
    counsellor = setup.add(COUNSELLOR, Role.COUNSELLOR)
    ministry = new_recovery_code()
    with setup.sign_in() as mine:
        users_of(mine).change_role(counsellor, Role.TEACHER)
        users_of(mine).renew_recovery(password_of(PRINCIPAL), ministry.public)
    witnesses = setup.laptop.ring.file.load().recovery.witnesses
    assert {(one.kind, one.epoch, one.pin.epoch) for one in witnesses} == {
        ("health", 2, 1),
        ("case", 2, 1),
        ("finance", 1, 1),
    }
    setup.laptop.recover(ministry.text, counsellor, password_of(COUNSELLOR))
    setup.sign_in().lock()
    assert {one.pin.epoch for one in setup.laptop.ring.file.load().recovery.witnesses} == {2}
    setup.laptop.recover(ministry.text, counsellor, password_of(COUNSELLOR))


def test_who_writes_the_files_and_opens_nothing_plants_no_user(setup: SetUp) -> None:
    """A key pair of their own, the boxes and pins of the principal, everything said to be owed."""
    stranger = NewPerson(new_id(), "Principal 02", "principal", password_of("Principal 02"))
    user, private = new_user(stranger, CHEAP)
    principal = setup.laptop.ring.file.load().user(setup.id_of(PRINCIPAL))
    assert principal is not None
    assert principal.trust is not None
    rolls = {pin.store: Roll(pin.epoch, pin.public, frozenset()) for pin in principal.trust.pins}
    (store,) = rolls
    planted = replace(
        user,
        trust=trust.pinned(user.id, private, rolls),
        owed=tuple(Owed(store, kind) for kind in ("store", "health", "case", "finance", ROLES)),
    )
    for boxes in ((), principal.grants):
        setup.laptop.ring.file.change(
            lambda ring, boxes=boxes: ring.with_user(replace(planted, grants=boxes))
        )
        with setup.sign_in() as mine:
            users_of(mine).mend()
        with setup.sign_in() as mine:
            users_of(mine).end_access(setup.add(f"Clerk {len(boxes):02}", Role.SCHOOL_ADMINISTRATOR))
        with pytest.raises((StoreDamaged, Refused)):
            setup.sign_in("Principal 02")
        with pytest.raises(Refused, match="access on this laptop has ended"):
            setup.laptop.recover(setup.code, user.id, "walk the yellow dog tonight")
        now = setup.laptop.ring.file.load().user(user.id)
        assert now is not None
        assert set(now.grants) <= set(boxes)


@pytest.mark.parametrize("opens_the_store", [False, True])
def test_who_writes_the_files_plants_no_recovery_key(setup: SetUp, *, opens_the_store: bool) -> None:
    """Nor while a window is open, which would sign it with the next roles key and seal new keys to it."""
    own, teacher = new_recovery_code(), setup.id_of(TEACHER)
    with setup.sign_in() as mine:
        store, store_key = mine.store_id, mine.keys.key(mine.store_id)

        def plant_key(ring: Ring) -> Ring:
            grants = ring.recovery.grants
            if opens_the_store:
                grants = (
                    make_grant(store_key, Holder("recovery", own.public, ()), store, "store", 1, store_key),
                )
            return replace(ring, recovery=replace(ring.recovery, public=own.public, grants=grants))

        mine.ring.file.change(plant_key)
        planted = setup.home.keyring.read_bytes()
        users = users_of(mine)
        for change in (
            lambda: users.change_role(teacher, Role.COUNSELLOR),
            lambda: users.add(NewUser("Clerk 01", Role.COUNSELLOR, password_of("Clerk 01"))),
            lambda: users.reset_password(teacher, "walk the yellow dog tonight"),
            lambda: users.end_access(teacher),
            lambda: mine.ring.remove_user(mine.keys, teacher),
        ):
            with pytest.raises(StoreDamaged, match=OUTSIDE):
                change()
        assert setup.home.keyring.read_bytes() == planted
    with pytest.raises(StoreDamaged, match=OUTSIDE):
        setup.sign_in()


def test_notes_that_somebody_claims_to_have_had_are_not_given_with_a_new_password(setup: SetUp) -> None:
    user_id = setup.id_of(TEACHER)
    with setup.sign_in(TEACHER) as mine:

        def claim(ring: Ring) -> Ring:
            user = ring.user(user_id)
            assert user is not None
            return ring.with_user(replace(user, owed=(Owed(mine.store_id, "health"),)))

        mine.ring.file.change(claim)
    with setup.sign_in() as mine:
        assert users_of(mine).reset_password(user_id, "walk the yellow dog tonight") == ()
    assert holds(setup, TEACHER) == {"store"}


def test_whoever_pretends_to_hold_a_class_gets_no_new_key_of_it(setup: SetUp) -> None:
    """The teacher vouches, with the store's key, for a box of their own, and waits for somebody to leave."""
    counsellor = setup.add(COUNSELLOR, Role.COUNSELLOR)
    user_id = setup.id_of(TEACHER)
    with setup.sign_in(TEACHER) as mine:
        store, store_key = mine.store_id, mine.keys.key(mine.store_id)
        user = mine.ring.file.load().user(user_id)
        assert user is not None
        holder = Holder(str(user_id), user.public, user.grants)
        forged: Grant = make_grant(store_key, holder, store, "health", 1, random_key())
        assert is_vouched(store_key, holder, forged)
        mine.ring.file.change(lambda ring: ring.with_grants(holder.name, (*user.grants, forged)))
    with setup.sign_in() as mine:
        users_of(mine).change_role(counsellor, Role.TEACHER)
        assert len(mine.keys.epochs(mine.store_id, "health")) == 2
    ring = setup.laptop.ring.file.load().user(user_id)
    assert ring is not None
    assert {(grant.kind, grant.epoch) for grant in ring.grants} == {("store", 1), ("health", 1)}


# -- Somebody stops managing users --------------------------------------------------------------------


def demoted(setup: SetUp) -> tuple[OpenKeys, UUID]:
    """The keys that a second principal held before becoming a teacher."""
    deputy = setup.add(DEPUTY, Role.PRINCIPAL)
    with setup.sign_in(DEPUTY) as theirs:
        kept = OpenKeys(deputy)
        for kind in ("store", ROLES):
            kept.put(theirs.store_id, kind, 1, bytearray(theirs.keys.key(theirs.store_id, kind)))  # type: ignore[arg-type]
    with setup.sign_in() as mine:
        users_of(mine).change_role(deputy, Role.TEACHER)
    return kept, deputy


def test_a_former_principal_signs_no_role_that_is_believed_and_the_others_keep_theirs(setup: SetUp) -> None:
    kept, deputy = demoted(setup)
    assert holds(setup, DEPUTY) == {"store"}
    for name in (PRINCIPAL, TEACHER, DEPUTY):
        setup.sign_in(name).lock()
    with setup.sign_in(DEPUTY) as theirs, theirs.db.replicate() as session:
        user = session.get_one(User, deputy)
        before = user.role_proof
        user.role = "principal"
        user.role_proof = sign_role(kept, Claim(theirs.store_id, deputy, "principal", user.institution_id), 5)
    with pytest.raises(Refused, match=OUTSIDE):
        setup.sign_in(DEPUTY)
    with setup.sign_in() as mine:
        users_of(mine).mend()
        assert holds(setup, DEPUTY) == {"store"}
        users_of(mine).change_role(deputy, Role.COUNSELLOR)
        assert proof_of(mine, deputy) != before
    with setup.sign_in(DEPUTY) as theirs:
        assert theirs.box.may(SensitivityClass.HEALTH)
    setup.laptop.recover(setup.code, setup.id_of(PRINCIPAL), password_of(PRINCIPAL))
    setup.sign_in().lock()


def test_roles_outlive_several_changes_of_the_roles_key_and_of_the_stores(setup: SetUp) -> None:
    for number in range(2, 5):
        deputy = setup.add(f"Deputy {number:02}", Role.PRINCIPAL)
        with setup.sign_in() as mine:
            assert users_of(mine).end_access(deputy) is True
            state = mine.ring.file.load().store(mine.store_id)
            assert state is not None
            assert state.roles[-1].epoch == len(state.roles) == number
    late = setup.add(COUNSELLOR, Role.COUNSELLOR)
    for name in (PRINCIPAL, TEACHER, COUNSELLOR):  # the teacher believed the first key until now
        setup.sign_in(name).lock()
    with setup.sign_in() as mine:
        code = users_of(mine).renew_recovery(password_of(PRINCIPAL))
        users_of(mine).reset_password(late, "walk the yellow dog tonight")
    assert code is not None
    setup.laptop.recover(code, setup.id_of(TEACHER), "walk the yellow dog tonight")
    for name in (TEACHER, COUNSELLOR):
        setup.sign_in(name, "walk the yellow dog tonight").lock()


def test_the_ring_keeps_one_roll_and_only_the_roles_keys_that_somebody_still_goes_by(setup: SetUp) -> None:
    other = setup.add("Teacher 02", Role.TEACHER)
    for epoch in range(2, 6):
        with setup.sign_in() as mine:
            users_of(mine).change_role(other, Role.SCHOOL_ADMINISTRATOR)
            users_of(mine).change_role(other, Role.TEACHER)
            ring = mine.ring.file.load()
        state = ring.store(mine.store_id)
        assert state is not None
        assert [bool(role_key.kept) for role_key in state.roles] == [False] * (epoch - 1) + [True]
        assert [len(role_key.digest) for role_key in state.roles] == [32] * (epoch - 1) + [0]
        for holder in ring.holders():
            assert sum(grant.kind == ROLES for grant in holder.grants) <= 1
    for name in (TEACHER, "Teacher 02", PRINCIPAL):  # who believed the first key until now
        setup.sign_in(name).lock()
    with setup.sign_in() as mine:
        users_of(mine).change_role(other, Role.SCHOOL_ADMINISTRATOR)
        users_of(mine).change_role(other, Role.TEACHER)
        state = mine.ring.file.load().store(mine.store_id)
        assert state is not None
        assert [role_key.epoch for role_key in state.roles] == [5, 6]
    for name in (TEACHER, "Teacher 02", PRINCIPAL):
        setup.sign_in(name).lock()
    setup.laptop.recover(setup.code, setup.id_of(PRINCIPAL), password_of(PRINCIPAL))


@pytest.mark.parametrize("forged", ["kept", "digest", "stripped"])
def test_a_roll_is_believed_as_it_was_signed_or_not_at_all(setup: SetUp, forged: str) -> None:
    other = setup.add(COUNSELLOR, Role.COUNSELLOR)
    with setup.sign_in() as mine:
        users_of(mine).change_role(other, Role.TEACHER)
        state = mine.ring.file.load().store(mine.store_id)
        assert state is not None
        newest = state.roles[-1]
        digest = hashlib.sha256(b"".join(newest.kept)).digest()
        planted = {
            "kept": replace(newest, kept=(*newest.kept, b"?" * 32), digest=digest),
            "digest": replace(newest, kept=(), digest=b"?" * 32),
            "stripped": replace(newest, kept=(), digest=digest),
        }[forged]
        earlier = state.roles[:-1]
        mine.ring.file.change(lambda ring: ring.with_store(replace(state, roles=(*earlier, planted))))
    with pytest.raises(Refused if forged == "stripped" else StoreDamaged, match=OUTSIDE):
        setup.sign_in(TEACHER)


def test_killed_before_the_store_knows_of_it_a_former_principal_gets_nowhere_in(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    deputy = setup.add(DEPUTY, Role.PRINCIPAL)

    def die(*_: object, **__: object) -> None:
        raise Killed

    with setup.sign_in() as mine:
        with monkeypatch.context() as patch:
            patch.setattr("emis_desktop.database.finish_act", die)
            with pytest.raises(Killed):
                users_of(mine).change_role(deputy, Role.TEACHER)
        with pytest.raises(Refused, match=OUTSIDE):
            setup.sign_in(DEPUTY)
    with setup.sign_in() as mine:
        users_of(mine).mend()
        assert holds(setup, DEPUTY) == {"store"}
        users_of(mine).change_role(deputy, Role.TEACHER)
    setup.sign_in(DEPUTY).lock()


def test_who_cannot_sign_roles_gives_none_and_can_still_end_an_access(setup: SetUp) -> None:
    deputy, other = setup.add(DEPUTY, Role.PRINCIPAL), setup.add("Deputy 02", Role.PRINCIPAL)
    setup.laptop.ring.file.change(lambda ring: without_roles(ring, deputy))
    with setup.sign_in(DEPUTY) as theirs:
        with pytest.raises(Refused, match="can give a role"):
            users_of(theirs).change_role(other, Role.TEACHER)
        assert users_of(theirs).end_access(other) is True
    with setup.sign_in() as mine:
        users_of(mine).mend()
    assert ROLES in holds(setup, DEPUTY)


def without_roles(ring: Ring, user_id: UUID) -> Ring:
    user = ring.user(user_id)
    assert user is not None
    return ring.with_grants(str(user_id), tuple(grant for grant in user.grants if grant.kind != ROLES))


def test_a_leftover_who_was_to_manage_users_takes_the_roles_key_along(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise Killed

    with setup.sign_in() as mine:
        with monkeypatch.context() as patch:
            patch.setattr("emis_desktop.database.finish_act", die)
            with pytest.raises(Killed):
                users_of(mine).add(NewUser(DEPUTY, Role.PRINCIPAL, password_of(DEPUTY)))
        (left,) = users_of(mine).leftovers()
        users_of(mine).clear_leftover(left.id)
        assert mine.keys.roll(mine.store_id).epoch == 2
    setup.sign_in(TEACHER).lock()


def test_a_window_that_stayed_open_while_the_roles_key_was_renewed_changes_nobody(setup: SetUp) -> None:
    """One program demotes a deputy; the other, opened before, would sign under a key nobody believes."""
    deputy, other = setup.add(DEPUTY, Role.PRINCIPAL), setup.add("Deputy 02", Role.PRINCIPAL)
    teacher = setup.id_of(TEACHER)
    clerk = NewUser("Clerk 01", Role.SCHOOL_ADMINISTRATOR, password_of("Clerk 01"))
    with setup.sign_in() as window:
        with setup.again().sign_in_as(PRINCIPAL, password_of(PRINCIPAL)) as command:
            users_of(command).change_role(deputy, Role.TEACHER)
        ring = setup.home.keyring.read_bytes()
        stale = users_of(window)
        for change in (
            lambda: stale.change_role(other, Role.TEACHER),
            lambda: stale.change_role(teacher, Role.PRINCIPAL),
            lambda: stale.end_access(other),
            lambda: stale.add(clerk),
            lambda: stale.reset_password(other, "walk the yellow dog tonight"),
            lambda: stale.renew_recovery(password_of(PRINCIPAL)),
        ):
            with pytest.raises(Refused, match="Your own access has changed"):
                change()
        assert setup.home.keyring.read_bytes() == ring
    for name, role in ((PRINCIPAL, Role.PRINCIPAL), (DEPUTY, Role.TEACHER), ("Deputy 02", Role.PRINCIPAL)):
        with setup.sign_in(name) as theirs:
            assert theirs.actor.role is role
    setup.laptop.recover(setup.code, setup.id_of(PRINCIPAL), password_of(PRINCIPAL))
    with setup.sign_in() as again:
        users_of(again).add(clerk)
        users_of(again).change_role(other, Role.TEACHER)
    setup.sign_in("Clerk 01").lock()


def plant_earlier(setup: SetUp, name: str, role: Role, proof: bytes | None) -> None:
    """Somebody puts an earlier role of their own, and what proved it, back into their row."""
    sql = "UPDATE user SET role = ?, role_proof = ? WHERE id = ?"
    plant(setup, sql, role.value, proof, setup.id_of(name).bytes, who=name)


def test_a_full_disk_in_a_demotion_leaves_all_of_it_to_do_and_the_next_try_does_all_of_it(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    deputy = setup.add(DEPUTY, Role.PRINCIPAL)

    def full(*_: object) -> Ring:
        raise CannotSave("The disk is full.")

    with setup.sign_in() as mine:
        earlier = proof_of(mine, deputy)
        with monkeypatch.context() as patch:
            patch.setattr(trust, "renew_role_key", full)
            with pytest.raises(CannotSave):
                users_of(mine).change_role(deputy, Role.TEACHER)
        kept = mine.ring.file.load().user(deputy)
        assert kept is not None
        assert ROLES in {grant.kind for grant in kept.grants}
        users_of(mine).change_role(deputy, Role.TEACHER)
    plant_earlier(setup, DEPUTY, Role.PRINCIPAL, earlier)
    with pytest.raises(Refused, match=OUTSIDE):
        setup.sign_in(DEPUTY)


def test_a_principal_whose_roles_key_is_gone_from_the_ring_is_demoted_for_good(setup: SetUp) -> None:
    deputy = setup.add(DEPUTY, Role.PRINCIPAL)
    setup.laptop.ring.file.change(lambda ring: without_roles(ring, deputy))
    with setup.sign_in() as mine:
        earlier = proof_of(mine, deputy)
        users_of(mine).change_role(deputy, Role.TEACHER)
    plant_earlier(setup, DEPUTY, Role.PRINCIPAL, earlier)
    with pytest.raises(Refused, match=OUTSIDE):
        setup.sign_in(DEPUTY)


@pytest.mark.parametrize("had", [Role.COUNSELLOR, Role.SCHOOL_ADMINISTRATOR])
def test_a_role_taken_away_cannot_be_planted_back_from_history(setup: SetUp, had: Role) -> None:
    """What proved it stands in the journal, which whoever opens the store can read."""
    user_id = setup.add(COUNSELLOR, had)
    with setup.sign_in() as mine:
        users_of(mine).change_role(user_id, Role.TEACHER)
        sql = "SELECT before FROM change WHERE table_name = 'user' AND field = 'role_proof' AND row_id = ?"
        with mine.db.read() as session:
            earlier = session.connection().exec_driver_sql(sql, (user_id.bytes,)).scalars().all()
    assert earlier
    for proof in earlier:
        plant(setup, "UPDATE user SET role = 'teacher' WHERE id = ?", user_id.bytes)
        plant(setup, "UPDATE user SET role = ?, role_proof = ? WHERE id = ?", had.value, proof, user_id.bytes)
        with pytest.raises(Refused, match=OUTSIDE):
            setup.sign_in(COUNSELLOR)
    with setup.sign_in() as mine:
        users_of(mine).mend()
    assert holds(setup, COUNSELLOR) == {"store"}


def test_a_role_that_opens_more_leaves_the_roles_key_as_it_is(setup: SetUp) -> None:
    user_id = setup.id_of(TEACHER)
    with setup.sign_in() as mine:
        users_of(mine).change_role(user_id, Role.PRINCIPAL)
        assert mine.keys.roll(mine.store_id).epoch == 1


def test_what_a_person_believes_is_bound_to_their_own_key(setup: SetUp) -> None:
    """A colleague's proof of the same pins is not one's own."""
    ring = setup.laptop.ring.file.load()
    user = ring.user(setup.id_of(TEACHER))
    assert user is not None
    assert user.trust is not None
    private = random_key()
    other = trust.pinned(user.id, private, {})
    assert other.proof == vouch(private, f"emis pins 1|{user.id}".encode())
    with pytest.raises(StoreDamaged, match=OUTSIDE):
        trust.trusted(ring, user, private, [])
    assert trust.trusted(ring, replace(user, trust=other), private, []) == {}
    assert module.ALL_OPENS
