"""A colleague who opens the store writes the entry of somebody else anew: it gets nothing and is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.errors import CannotSave, Refused, StoreDamaged, WrongPassword
from emis_desktop.keyring import KeyRing, NewPerson, OpenKeys
from emis_desktop.keyring.grants import make_grant
from emis_desktop.keyring.new_users import new_user, pinning
from emis_desktop.keyring.records import ROLES, STORE, Grant, Holder, Ring, RingUser
from emis_desktop.keyring.signed_keys import sign_key
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.secret import random_key
from tests.factories.laptops import PRINCIPAL, SetUp, new_laptop, password_of, users_of
from tests.factories.rings import CHEAP

TEACHER, DEPUTY = "Teacher 01", "Deputy 01"
PLANTED, NEW = "eleven rusty nails in a jar", "walk the yellow dog tonight"
CHANGED = "The keys of {} were changed outside EMIS Desktop"


@pytest.fixture
def setup(tmp_path: Path) -> SetUp:
    made = new_laptop(tmp_path / "home")
    made.add(TEACHER, Role.TEACHER)
    made.add(DEPUTY, Role.PRINCIPAL)
    for name in (PRINCIPAL, DEPUTY, TEACHER):
        made.sign_in(name).lock()
    return made


def entry_of(ring: Ring, user_id: UUID) -> RingUser:
    user = ring.user(user_id)
    assert user is not None
    return user


def planted(
    keys: OpenKeys, victim: RingUser, *kinds: str, signed: dict[str, bytes] | None = None
) -> RingUser:
    """The victim's entry with a key pair of the teacher's own, and all the proofs that a teacher can make."""
    user, private = new_user(NewPerson(victim.id, victim.name, victim.role, PLANTED), CHEAP)
    (store,) = keys.stores()
    store_key = keys.key(store)
    (epoch,) = keys.epochs(store, STORE)
    to = Holder(str(user.id), user.public, ())
    made: list[Grant] = [make_grant(store_key, to, store, STORE, epoch, store_key)]
    made += [make_grant(store_key, to, store, kind, 1, random_key()) for kind in kinds]  # type: ignore[arg-type]
    kept = victim.signed if signed is None else signed
    return replace(pinning(user, private, keys), grants=tuple(made), seen=victim.seen, signed=kept)


def plant(setup: SetUp, name: str, *kinds: str, signed: dict[str, bytes] | None = None) -> UUID:
    """The teacher puts such an entry in the place of the one of ``name``."""
    user_id = setup.id_of(name)
    with setup.sign_in(TEACHER) as mine:
        evil = planted(mine.keys, entry_of(mine.ring.file.load(), user_id), *kinds, signed=signed)
        mine.ring.file.change(lambda ring: ring.with_user(evil))
    return user_id


def kinds_of(setup: SetUp, user_id: UUID) -> set[str]:
    return {grant.kind for grant in entry_of(setup.laptop.ring.file.load(), user_id).grants}


@pytest.mark.parametrize("victim", [PRINCIPAL, DEPUTY])
def test_a_planted_key_pair_signs_in_as_nobody_and_is_given_nothing(
    setup: SetUp, victim: str, caplog: pytest.LogCaptureFixture
) -> None:
    user_id = plant(setup, victim)
    for password in (PLANTED, password_of(victim), "neither of the two of them"):
        with pytest.raises(Refused, match=CHANGED.format(victim)):
            setup.sign_in(victim, password)
    with setup.sign_in(DEPUTY if victim == PRINCIPAL else PRINCIPAL) as other:
        users = users_of(other)
        users.mend()
        assert kinds_of(setup, user_id) == {STORE}
        assert "Reset the password first" in caplog.text
        users.change_role(user_id, Role.SCHOOL_ADMINISTRATOR)
        assert set(users.change_role(user_id, Role.PRINCIPAL)) == {"case", "finance", "health", ROLES}
        assert kinds_of(setup, user_id) == {STORE}
    with pytest.raises(Refused, match=CHANGED.format(victim)):
        setup.sign_in(victim, PLANTED)


def test_a_new_password_puts_a_planted_entry_right(setup: SetUp) -> None:
    user_id = plant(setup, DEPUTY)
    with setup.sign_in() as mine:
        assert users_of(mine).reset_password(user_id, NEW) == ()
        users_of(mine).mend()
    with pytest.raises(WrongPassword):
        setup.sign_in(DEPUTY, PLANTED)
    with setup.sign_in(DEPUTY, NEW) as theirs:
        assert theirs.keys.holds(theirs.store_id, ROLES)
        users_of(theirs).reset_password(setup.id_of(TEACHER), NEW)


def test_the_recovery_code_puts_the_planted_entry_of_a_sole_principal_right(setup: SetUp) -> None:
    with setup.sign_in() as mine:
        users_of(mine).end_access(setup.id_of(DEPUTY))
    user_id = plant(setup, PRINCIPAL, "health", ROLES)
    with pytest.raises((Refused, StoreDamaged), match="changed outside EMIS Desktop"):
        setup.sign_in(PRINCIPAL, PLANTED)
    setup.laptop.recover(setup.code, user_id, NEW)
    with setup.sign_in(PRINCIPAL, NEW) as mine:
        users_of(mine).reset_password(setup.id_of(TEACHER), NEW)
        assert mine.keys.holds(mine.store_id, "health")
    setup.sign_in(TEACHER, NEW).lock()


def forged_by(key: bytearray) -> Callable[[SetUp, UUID, RingUser], dict[str, bytes]]:
    """Signed under a key of one's own."""

    def sign(setup: SetUp, user_id: UUID, evil: RingUser) -> dict[str, bytes]:
        ring = setup.laptop.ring.file.load().with_user(evil)
        (store,) = {grant.store for grant in evil.grants}
        return entry_of(sign_key(ring, store, str(user_id), key), user_id).signed

    return sign


@pytest.mark.parametrize("whose", ["nobody", "teacher", "recovery", "own key"])
def test_no_other_signature_stands_for_a_planted_key_pair(setup: SetUp, whose: str) -> None:
    user_id, teacher = setup.id_of(PRINCIPAL), setup.id_of(TEACHER)
    with setup.sign_in(TEACHER) as mine:
        ring = mine.ring.file.load()
        evil = planted(mine.keys, entry_of(ring, user_id))
        signed = {
            "nobody": {},
            "teacher": entry_of(ring, teacher).signed,
            "recovery": ring.recovery.signed,
            "own key": forged_by(mine.keys.key(mine.store_id))(setup, user_id, evil),
        }[whose]
        mine.ring.file.change(lambda ring: ring.with_user(replace(evil, signed=signed)))
    with pytest.raises(Refused, match=CHANGED.format(PRINCIPAL)):
        setup.sign_in(PRINCIPAL, PLANTED)
    with setup.sign_in(DEPUTY) as other:
        users_of(other).mend()
    assert kinds_of(setup, user_id) == {STORE}


def test_the_pair_of_another_person_does_not_serve_a_principal(setup: SetUp) -> None:
    """The teacher's own pair, signed for the teacher, under the id of the principal."""
    user_id = setup.id_of(PRINCIPAL)
    with setup.sign_in(TEACHER) as mine:
        ring = mine.ring.file.load()
        own = entry_of(ring, setup.id_of(TEACHER))
        store_key, to = mine.keys.key(mine.store_id), Holder(str(user_id), own.public, ())
        grant = make_grant(store_key, to, mine.store_id, STORE, 1, store_key)
        victim = entry_of(ring, user_id)
        evil = replace(victim, public=own.public, signed=own.signed, grants=(grant,))
        mine.ring.file.change(lambda ring: ring.with_user(evil))
    with setup.sign_in(DEPUTY) as other:
        users_of(other).mend()
    assert kinds_of(setup, user_id) == {STORE}


def test_a_planted_pair_gets_no_new_key_when_somebody_leaves_or_changes_role(setup: SetUp) -> None:
    """Neither that of the store nor of a class that it pretends to hold, nor a signature of its pair."""
    left, other = setup.add("Clerk 01", Role.TEACHER), setup.add("Counsellor 01", Role.COUNSELLOR)
    user_id = plant(setup, DEPUTY, "health", ROLES)
    ghost = NewPerson(new_id(), "Ghost 01", "teacher", PLANTED)
    with setup.sign_in(TEACHER) as mine:
        made, _ = new_user(ghost, CHEAP)
        evil = planted(mine.keys, made)
        mine.ring.file.change(lambda ring: ring.with_user(evil))
    with setup.sign_in() as mine:
        users_of(mine).change_role(other, Role.TEACHER)
        assert users_of(mine).end_access(left) is True
    for each in (user_id, ghost.id):
        assert kinds_of(setup, each) == set()
    for name in (DEPUTY, "Ghost 01"):
        with pytest.raises((Refused, StoreDamaged)):
            setup.sign_in(name, PLANTED)
    for name in (PRINCIPAL, TEACHER, "Counsellor 01"):
        setup.sign_in(name).lock()


def test_who_left_is_signed_by_no_roles_key_of_after(setup: SetUp) -> None:
    """A former principal and a teacher together: the entry of before and a box of the store's new key."""
    user_id = setup.id_of(DEPUTY)
    before = entry_of(setup.laptop.ring.file.load(), user_id)
    with setup.sign_in() as mine:
        users_of(mine).end_access(user_id)
    with setup.sign_in(TEACHER) as mine:
        (epoch,) = mine.keys.epochs(mine.store_id, STORE)
        store_key, to = mine.keys.key(mine.store_id), Holder(str(user_id), before.public, ())
        grant = make_grant(store_key, to, mine.store_id, STORE, epoch, store_key)
        mine.ring.file.change(lambda ring: ring.with_user(replace(before, grants=(grant,))))
        with mine.db.replicate() as session:
            session.connection().exec_driver_sql(
                "UPDATE user SET ended_at = NULL WHERE id = ?", (user_id.bytes,)
            )
    with pytest.raises(Refused, match=CHANGED.format(DEPUTY)):
        setup.sign_in(DEPUTY)
    with setup.sign_in() as mine:
        users_of(mine).mend()
    assert kinds_of(setup, user_id) == {STORE}


def test_killed_half_way_the_one_who_leaves_is_signed_for_no_more(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry of that moment, kept by somebody, would else stand under the roles key of after."""
    user_id = setup.id_of(DEPUTY)

    def full(*_: object) -> None:
        raise CannotSave("The disk is full.")

    with setup.sign_in() as mine:
        with monkeypatch.context() as patch:
            patch.setattr(KeyRing, "remove_user", full)
            with pytest.raises(CannotSave):
                users_of(mine).end_access(user_id)
        with pytest.raises(Refused, match=CHANGED.format(DEPUTY)):
            setup.sign_in(DEPUTY)
        assert users_of(mine).end_access(user_id) is True
    setup.sign_in(TEACHER).lock()


def test_everybody_who_stays_is_signed_by_the_next_roles_key(setup: SetUp) -> None:
    with setup.sign_in() as mine:
        users_of(mine).change_role(setup.id_of(DEPUTY), Role.TEACHER)
        assert mine.keys.roll(mine.store_id).epoch == 2
    for name in (TEACHER, DEPUTY, PRINCIPAL):
        setup.sign_in(name).lock()
    with setup.sign_in() as mine:
        users_of(mine).change_role(setup.id_of(TEACHER), Role.PRINCIPAL)
    with setup.sign_in(TEACHER) as theirs:
        assert theirs.keys.holds(theirs.store_id, ROLES)


def test_ones_own_new_password_keeps_the_pair_and_its_signature(setup: SetUp) -> None:
    with setup.sign_in(TEACHER) as mine:
        before = entry_of(mine.ring.file.load(), mine.actor.user_id)
        users_of(mine).change_own_password(password_of(TEACHER), NEW)
        after = entry_of(mine.ring.file.load(), mine.actor.user_id)
    assert (after.public, after.signed) == (before.public, before.signed)
    setup.sign_in(TEACHER, NEW).lock()


def test_who_cannot_sign_gives_no_new_password(setup: SetUp) -> None:
    deputy, teacher = setup.id_of(DEPUTY), setup.id_of(TEACHER)

    def without(ring: Ring) -> Ring:
        kept = tuple(grant for grant in entry_of(ring, deputy).grants if grant.kind != ROLES)
        return ring.with_grants(str(deputy), kept)

    setup.laptop.ring.file.change(without)
    with setup.sign_in(DEPUTY) as theirs, pytest.raises(Refused, match="can let somebody in or give"):
        users_of(theirs).reset_password(teacher, NEW)
    setup.sign_in(TEACHER).lock()
