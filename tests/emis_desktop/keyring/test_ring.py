"""Signing in, and people who come, forget, change and share: who can open what at each moment."""

import errno
import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused, StoreDamaged, WrongPassword
from emis_desktop.keyring import (
    KeyRing,
    NewPerson,
    OpenKeys,
    SealedBox,
    new_recovery_code,
    private_keys,
    ring,
    trust,
)
from emis_desktop.keyring.crypto import new_pair
from emis_desktop.keyring.records import ROLES, STORE, Cost, Grant, Ring
from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.secret import random_key
from tests.factories.rings import ALL, CASE, CHEAP, FINANCE, HEALTH, Laptop

S = "school-1"
CELL = "case_note|text|1"


def holds(keys: OpenKeys) -> set[str]:
    return {kind for kind in ("store", "health", "case", "finance") if keys.holds(S, kind)}


# -- Signing in -----------------------------------------------------------------------------------


def test_the_first_user_opens_the_store_and_the_classes_given(laptop: Laptop) -> None:
    keys = laptop.unlock(laptop.ana, "ana")
    assert holds(keys) == {"store", "health", "finance"}
    assert laptop.opens(keys.key(S))
    assert keys.key(S) == laptop.keys.key(S)
    assert keys.user_id == laptop.ana
    assert len({bytes(keys.key(S, kind)) for kind in ("store", "health", "finance")}) == 3


def test_a_second_set_up_changes_nothing(laptop: Laptop) -> None:
    person = NewPerson(uuid4(), "Bea", "Principal", "seven green bottles")
    with pytest.raises(Refused, match="already"):
        laptop.ring.create(person, {S: []}, new_recovery_code().public)
    laptop.unlock(laptop.ana, "ana")


@pytest.mark.parametrize("typed", ["", "seven ana bottles", "Seven ana bottles on a wall", "x" * 1000])
def test_a_wrong_password_opens_nothing_and_says_so_calmly(laptop: Laptop, typed: str) -> None:
    with pytest.raises(WrongPassword, match="does not fit") as caught:
        laptop.ring.unlock(laptop.ana, typed)
    assert caught.value.field == "password"
    assert typed == "" or typed not in "".join(traceback.format_exception(caught.value))


def test_somebody_unknown_hears_the_same(laptop: Laptop) -> None:
    with pytest.raises(WrongPassword, match="does not fit"):
        laptop.ring.unlock(uuid4(), "seven ana bottles on a wall")


def test_wrong_passwords_make_wait_and_the_right_one_ends_it(laptop: Laptop) -> None:
    for _ in range(3):
        with pytest.raises(WrongPassword):
            laptop.ring.unlock(laptop.ana, "wrong")
    with pytest.raises(Refused, match="Wait 2 s"):
        laptop.unlock(laptop.ana, "ana")
    laptop.now += 2
    again = laptop.open_ring()
    again.unlock(laptop.ana, laptop.password("ana"))
    assert again.tries.wait(str(laptop.ana)) == 0


def test_accents_typed_in_parts_open_as_well(laptop: Laptop) -> None:
    laptop.ring.change_password(laptop.ana, laptop.password("ana"), "mañana llueve en el valle")
    laptop.ring.unlock(laptop.ana, "man\u0303ana llueve en el valle")


def test_a_sign_in_is_noted_for_the_list(laptop: Laptop) -> None:
    assert laptop.ring.people()[0].seen is None
    laptop.unlock(laptop.ana, "ana")
    assert laptop.ring.people()[0].seen == datetime.fromtimestamp(laptop.now, UTC)


def test_a_full_disk_keeps_nobody_from_signing_in(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "replace", full)
    with caplog.at_level(logging.WARNING):
        keys = laptop.unlock(laptop.ana, "ana")
    assert laptop.opens(keys.key(S))
    assert "without noting it" in caplog.text
    assert "bottles" not in caplog.text


def test_a_password_key_grows_dearer_with_the_policy_at_the_next_sign_in(laptop: Laptop) -> None:
    dearer = Cost(memory_kib=128, passes=2, lanes=1)
    before = laptop.ring.file.load().users[0]
    laptop.open_ring(dearer).unlock(laptop.ana, laptop.password("ana"))
    after = laptop.ring.file.load().users[0]
    assert (before.private.cost, after.private.cost) == (CHEAP, dearer)
    assert after.private.salt != before.private.salt
    assert after.public == before.public
    laptop.open_ring(CHEAP).unlock(laptop.ana, laptop.password("ana"))
    assert laptop.ring.file.load().users[0].private == after.private


def test_a_private_key_of_one_user_does_not_serve_another(laptop: Laptop) -> None:
    """Somebody copies their own wrapped key, whose password they know, over a colleague's."""
    bea = laptop.add("Bea")
    known = laptop.ring.file.load()
    own = next(user for user in known.users if user.id == bea)
    laptop.ring.file.change(
        lambda ring: ring.with_user(replace(known.users[0], private=own.private, public=own.public))
    )
    with pytest.raises(Refused, match="The keys of Ana Alpha were changed outside EMIS Desktop"):
        laptop.ring.unlock(laptop.ana, laptop.password("bea"))


def test_an_altered_grant_is_told_as_damage(laptop: Laptop) -> None:
    user = laptop.ring.file.load().users[0]
    swapped = tuple(replace(grant, epoch=grant.epoch + 1) for grant in user.grants)
    laptop.ring.file.change(lambda ring: ring.with_user(replace(user, grants=swapped)))
    with pytest.raises(StoreDamaged, match="changed outside EMIS Desktop"):
        laptop.unlock(laptop.ana, "ana")


# -- One's own password ---------------------------------------------------------------------------


def test_after_changing_ones_password_only_the_new_one_opens(laptop: Laptop) -> None:
    laptop.ring.change_password(laptop.ana, laptop.password("ana"), "walk the yellow dog")
    assert holds(laptop.ring.unlock(laptop.ana, "walk the yellow dog")) == {"store", "health", "finance"}
    with pytest.raises(WrongPassword):
        laptop.unlock(laptop.ana, "ana")
    laptop.ring.file.path.write_bytes(b"damaged")
    with pytest.raises(WrongPassword):
        laptop.unlock(laptop.ana, "ana")


def test_changing_needs_the_old_password_and_a_good_new_one(laptop: Laptop) -> None:
    with pytest.raises(WrongPassword):
        laptop.ring.change_password(laptop.ana, "wrong", "walk the yellow dog")
    with pytest.raises(Refused, match="easy to guess"):
        laptop.ring.change_password(laptop.ana, laptop.password("ana"), "ana alpha 1985")
    laptop.unlock(laptop.ana, "ana")


def test_two_changes_at_once_do_not_undo_each_other(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    bea = laptop.add("Bea")
    wrap = private_keys.wrap

    def slow(*arguments: object) -> object:
        monkeypatch.setattr(ring, "wrap", wrap)
        laptop.ring.reset_password(laptop.keys, bea, "walk the yellow dog", ALL)
        return wrap(*arguments)  # type: ignore[arg-type]  # the same arguments, passed on

    monkeypatch.setattr(ring, "wrap", slow)
    with pytest.raises(Refused, match="at the same time"):
        laptop.ring.change_password(bea, laptop.password("bea"), "nine red kites above")
    laptop.ring.unlock(bea, "walk the yellow dog")


# -- People ---------------------------------------------------------------------------------------


def test_a_colleague_opens_the_same_store_with_a_password_of_their_own(laptop: Laptop) -> None:
    bea = laptop.add("Bea", HEALTH)
    keys = laptop.unlock(bea, "bea")
    assert holds(keys) == {"store", "health"}
    assert keys.key(S) == laptop.keys.key(S)
    assert keys.key(S, "health") == laptop.keys.key(S, "health")
    assert [person.name for person in laptop.ring.people()] == ["Bea", "Ana Alpha"]


def test_classes_without_a_seal_of_their_own_need_no_key(laptop: Laptop) -> None:
    bea = laptop.add("Bea", *SensitivityClass)
    assert holds(laptop.unlock(bea, "bea")) == {"store", "health", "case", "finance"}


@pytest.mark.parametrize("name", ["ana alpha", " Ana Alpha "])
def test_two_of_the_same_name_are_told_apart(laptop: Laptop, name: str) -> None:
    with pytest.raises(Refused, match="Add a second name") as caught:
        laptop.add(name)
    assert caught.value.field == "name"


def test_a_poor_password_lets_nobody_in(laptop: Laptop) -> None:
    with pytest.raises(Refused, match="10 characters"):
        laptop.ring.add_user(laptop.keys, NewPerson(uuid4(), "Bea", "Teacher", "short"), {S: []})
    assert len(laptop.ring.people()) == 1


def test_a_password_does_not_show_in_what_is_passed_around() -> None:
    assert "dog" not in repr(NewPerson(uuid4(), "Bea", "Teacher", "walk the yellow dog"))


def test_the_first_reader_of_a_class_gets_its_first_key_and_the_giver_does_not(laptop: Laptop) -> None:
    cal = laptop.add("Cal", CASE)
    assert holds(laptop.unlock(cal, "cal")) == {"store", "case"}
    assert holds(laptop.unlock(laptop.ana, "ana")) == {"store", "health", "finance"}
    assert not laptop.keys.holds(S, "case")


def test_nobody_gives_what_they_do_not_hold(laptop: Laptop) -> None:
    cal = laptop.add("Cal", CASE)
    laptop.ring.give(laptop.keys, cal, {S: [ROLES]})
    before = laptop.ring.file.load()
    with pytest.raises(Refused, match="Only somebody who may read case notes"):
        laptop.add("Dov", CASE)
    assert laptop.ring.file.load() == before
    dov = laptop.add("Dov", CASE, by=laptop.unlock(cal, "cal"))
    assert holds(laptop.unlock(dov, "dov")) == {"store", "case"}


def test_somebody_without_the_store_lets_nobody_in(laptop: Laptop) -> None:
    with pytest.raises(Refused, match="no key to these records"):
        laptop.add("Bea", by=OpenKeys(uuid4()))


def test_further_classes_can_be_given_later_and_twice_is_once(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    laptop.ring.give(laptop.keys, bea, {S: [HEALTH]})
    once = laptop.ring.file.load()
    laptop.ring.give(laptop.keys, bea, {S: [HEALTH]})
    assert laptop.ring.file.load() == once
    assert holds(laptop.unlock(bea, "bea")) == {"store", "health"}


def test_giving_to_somebody_who_left_is_refused(laptop: Laptop) -> None:
    with pytest.raises(Refused, match="no access on this laptop any more"):
        laptop.ring.give(laptop.keys, uuid4(), {S: [HEALTH]})
    with pytest.raises(Refused, match="no such records"):
        laptop.ring.give(laptop.keys, laptop.ana, {"school-9": [HEALTH]})


def test_name_and_role_on_the_list_can_change(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    laptop.ring.describe(bea, "Bea Beta", "Counsellor")
    person = next(each for each in laptop.ring.people() if each.id == bea)
    assert (person.name, person.role) == ("Bea Beta", "Counsellor")
    with pytest.raises(Refused, match="second name"):
        laptop.ring.describe(bea, "ANA ALPHA", "Counsellor")
    laptop.unlock(bea, "bea")


# -- A class taken away ---------------------------------------------------------------------------


def test_a_class_taken_away_is_closed_for_what_comes(laptop: Laptop) -> None:
    bea = laptop.add("Bea", HEALTH)
    theirs = laptop.unlock(bea, "bea")
    before = SealedBox(laptop.keys, S).seal(HEALTH, CELL, "before")
    laptop.ring.withdraw(laptop.keys, bea, {S: [HEALTH, CASE]})
    after = SealedBox(laptop.keys, S).seal(HEALTH, CELL, "after")
    assert holds(laptop.unlock(bea, "bea")) == {"store"}
    assert SealedBox(theirs, S).open(HEALTH, CELL, before) == "before"
    with pytest.raises(Refused, match="not on this laptop"):
        SealedBox(theirs, S).open(HEALTH, CELL, after)
    ana = SealedBox(laptop.unlock(laptop.ana, "ana"), S)
    assert [ana.open(HEALTH, CELL, box) for box in (before, after)] == ["before", "after"]


def test_the_store_itself_is_not_taken_with_a_class(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    before = laptop.ring.file.load()
    laptop.ring.withdraw(laptop.keys, bea, {S: list(SensitivityClass)})
    assert laptop.ring.file.load() == before


def test_a_class_taken_away_by_one_who_lacks_it_changes_at_the_next_readers_sign_in(laptop: Laptop) -> None:
    cal = laptop.add("Cal", CASE)
    laptop.ring.give(laptop.keys, cal, {S: [ROLES]})
    dov = laptop.add("Dov", CASE, by=laptop.unlock(cal, "cal"))
    theirs = laptop.unlock(dov, "dov")
    laptop.ring.withdraw(laptop.keys, dov, {S: [CASE]})
    assert laptop.ring.file.load().stores[0].due == ("case",)
    laptop.unlock(laptop.ana, "ana")
    assert laptop.ring.file.load().stores[0].due == ("case",)
    keys = laptop.unlock(cal, "cal")
    assert laptop.ring.file.load().stores[0].due == ()
    with pytest.raises(Refused, match="not on this laptop"):
        SealedBox(theirs, S).open(CASE, CELL, SealedBox(keys, S).seal(CASE, CELL, "after"))
    again = SealedBox(laptop.unlock(cal, "cal"), S)
    assert again.open(CASE, CELL, SealedBox(keys, S).seal(CASE, CELL, "after")) == "after"


def test_a_new_reader_also_reads_what_was_sealed_before(laptop: Laptop) -> None:
    bea = laptop.add("Bea", HEALTH)
    first = SealedBox(laptop.keys, S).seal(HEALTH, CELL, "first")
    laptop.ring.withdraw(laptop.keys, bea, {S: [HEALTH]})
    eve = laptop.add("Eve", HEALTH)
    assert SealedBox(laptop.unlock(eve, "eve"), S).open(HEALTH, CELL, first) == "first"


# -- Two programs at once -------------------------------------------------------------------------


def test_keys_opened_before_another_program_made_a_new_roles_key_change_nothing(laptop: Laptop) -> None:
    bea, public = laptop.add("Bea", HEALTH), new_recovery_code().public
    stale = laptop.unlock(laptop.ana, "ana")
    laptop.ring.withdraw(laptop.keys, laptop.ana, {}, {S: []})
    before = laptop.ring.file.load()
    for change in (
        lambda: laptop.add("Cal", by=stale),
        lambda: laptop.ring.give(stale, bea, {S: [ROLES]}),
        lambda: laptop.ring.withdraw(stale, bea, {S: [HEALTH]}),
        lambda: laptop.ring.reset_password(stale, bea, "walk the yellow dog", ALL),
        lambda: laptop.ring.change_recovery(stale, public),
        lambda: laptop.ring.withdraw(stale, bea, {}, {S: []}),
    ):
        with pytest.raises(Refused, match="Your own access has changed"):
            change()
    assert laptop.ring.file.load() == before
    assert stale.epochs(S, ROLES).keys() == {1}
    for keys in (laptop.keys, laptop.unlock(laptop.ana, "ana")):
        laptop.ring.give(keys, bea, {S: [FINANCE]})
    laptop.unlock(bea, "bea")
    laptop.ring.unlock_with_recovery(laptop.recovery.text)


def test_a_roles_key_that_is_not_the_one_believed_gives_nothing(laptop: Laptop) -> None:
    laptop.keys.put(S, ROLES, 1, random_key())
    with pytest.raises(Refused, match="Your own access has changed"):
        laptop.add("Bea")
    assert len(laptop.ring.people()) == 1


def test_a_new_roles_key_that_nobody_could_follow_is_not_saved(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = laptop.ring.file.load()
    monkeypatch.setattr(trust, "sign", lambda *_: b"?" * 64)
    with pytest.raises(StoreDamaged, match="changed outside"):
        laptop.ring.withdraw(laptop.keys, laptop.ana, {}, {S: []})
    assert laptop.ring.file.load() == before
    assert laptop.keys.epochs(S, ROLES).keys() == {1}


# -- A forgotten password -------------------------------------------------------------------------


def test_a_reset_password_opens_what_the_resetter_holds_and_says_what_it_does_not(laptop: Laptop) -> None:
    cal = laptop.add("Cal", CASE)
    laptop.ring.give(laptop.keys, cal, {S: [HEALTH]})
    missing = laptop.ring.reset_password(laptop.keys, cal, "walk the yellow dog", ALL)
    assert missing == {(S, "case")}
    assert holds(laptop.ring.unlock(cal, "walk the yellow dog")) == {"store", "health"}
    with pytest.raises(WrongPassword):
        laptop.unlock(cal, "cal")
    assert next(person.owed for person in laptop.ring.people() if person.id == cal) == {(S, "case")}


def test_the_old_password_and_an_old_copy_of_the_ring_do_not_meet_again(laptop: Laptop) -> None:
    cal = laptop.add("Cal", CASE)
    laptop.ring.reset_password(laptop.keys, cal, "walk the yellow dog", ALL)
    laptop.ring.file.path.write_bytes(b"damaged")
    with pytest.raises(WrongPassword):
        laptop.unlock(cal, "cal")


def test_a_reset_ends_the_wait(laptop: Laptop) -> None:
    cal = laptop.add("Cal")
    for _ in range(5):
        laptop.now += 1_000
        with pytest.raises(WrongPassword):
            laptop.open_ring().unlock(cal, "wrong")
    laptop.ring.reset_password(laptop.keys, cal, "walk the yellow dog", ALL)
    laptop.ring.unlock(cal, "walk the yellow dog")


def test_nobody_gains_by_resetting_a_password(laptop: Laptop) -> None:
    """Ana knows the password she gave Cal; signing in as Cal shows her no case note."""
    cal = laptop.add("Cal", CASE)
    note = SealedBox(laptop.unlock(cal, "cal"), S).seal(CASE, CELL, "secret")
    laptop.ring.reset_password(laptop.keys, cal, "walk the yellow dog", ALL)
    posing = laptop.ring.unlock(cal, "walk the yellow dog")
    with pytest.raises(Refused, match="case notes"):
        SealedBox(posing, S).open(CASE, CELL, note)
    with pytest.raises(Refused, match="Only somebody who may read case notes"):
        laptop.ring.give(laptop.keys, cal, {S: [CASE]})


def test_the_recovery_code_gives_back_what_was_lost(laptop: Laptop) -> None:
    cal = laptop.add("Cal", CASE)
    note = SealedBox(laptop.unlock(cal, "cal"), S).seal(CASE, CELL, "secret")
    laptop.ring.reset_password(laptop.keys, cal, "walk the yellow dog", ALL)
    with laptop.ring.unlock_with_recovery(laptop.recovery.text) as everything:
        laptop.ring.give(everything, cal, {S: [CASE]})
    keys = laptop.ring.unlock(cal, "walk the yellow dog")
    assert SealedBox(keys, S).open(CASE, CELL, note) == "secret"
    assert not any(person.owed for person in laptop.ring.people())


def test_a_reset_twice_still_knows_what_is_owed(laptop: Laptop) -> None:
    cal = laptop.add("Cal", CASE)
    laptop.ring.reset_password(laptop.keys, cal, "walk the yellow dog", ALL)
    assert laptop.ring.reset_password(laptop.keys, cal, "nine red kites above", ALL) == {(S, "case")}


def test_ones_own_password_is_changed_and_not_reset(laptop: Laptop) -> None:
    with pytest.raises(Refused, match="Change password"):
        laptop.ring.reset_password(laptop.keys, laptop.ana, "walk the yellow dog", ALL)
    with pytest.raises(Refused, match="no access"):
        laptop.ring.reset_password(laptop.keys, uuid4(), "walk the yellow dog", ALL)


# -- Recovery -------------------------------------------------------------------------------------


def test_the_recovery_code_opens_everything_and_resets_anybody(laptop: Laptop) -> None:
    laptop.add("Cal", CASE)
    keys = laptop.ring.unlock_with_recovery(laptop.recovery.text.lower())
    assert holds(keys) == {"store", "health", "case", "finance"}
    assert keys.user_id is None
    assert laptop.opens(keys.key(S))
    assert laptop.ring.reset_password(keys, laptop.ana, "walk the yellow dog", ALL) == frozenset()
    assert holds(laptop.ring.unlock(laptop.ana, "walk the yellow dog")) == {"store", "health", "finance"}


def test_another_ministrys_code_is_told(laptop: Laptop) -> None:
    with pytest.raises(WrongPassword, match="not the one for this laptop") as caught:
        laptop.ring.unlock_with_recovery(new_recovery_code().text)
    assert caught.value.field == "recovery_code"


def test_a_slip_in_the_code_is_told_with_its_group(laptop: Laptop) -> None:
    groups = laptop.recovery.text.split("-")
    groups[2] = ("1" if groups[2][0] == "0" else "0") + groups[2][1:]
    with pytest.raises(Refused, match="Group 3"):
        laptop.ring.unlock_with_recovery("-".join(groups))


# -- Stores ---------------------------------------------------------------------------------------


def test_a_second_store_has_keys_of_its_own(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    laptop.ring.add_store(laptop.keys, {"school-2": [CASE]})
    keys = laptop.unlock(laptop.ana, "ana")
    assert keys.stores() == {"school-1", "school-2"}
    assert keys.key("school-2") != keys.key(S)
    assert keys.holds("school-2", "case")
    assert laptop.unlock(bea, "bea").stores() == {"school-1"}
    recovered = laptop.ring.unlock_with_recovery(laptop.recovery.text)
    assert recovered.key("school-2", "case") == keys.key("school-2", "case")
    with pytest.raises(Refused, match="under that name already"):
        laptop.ring.add_store(laptop.keys, {"school-2": []})


def test_a_reset_by_one_who_opens_only_one_of_two_stores_owes_the_other(laptop: Laptop) -> None:
    bea, cal = laptop.add("Bea"), laptop.add_to_two("Cal")
    laptop.ring.give(laptop.keys, bea, {S: [ROLES]})
    missing = laptop.ring.reset_password(laptop.unlock(bea, "bea"), cal, "walk the yellow dog", ALL)
    assert missing == {("school-2", "store")}


def test_keys_made_in_vain_do_not_count(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store whose grant never reached the disk must not be sealed with: its notes would be lost."""

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Exception, match="full"):
        laptop.ring.add_store(laptop.keys, {"school-2": []})
    assert not laptop.keys.holds("school-2", STORE)
    with pytest.raises(Exception, match="full"):
        KeyRing(laptop.folder / "elsewhere" / "keyring.json", cost=CHEAP).create(
            NewPerson(uuid4(), "Bea", "Principal", "walk the yellow dog"), {S: []}, laptop.recovery.public
        )


# -- Forgery --------------------------------------------------------------------------------------


def forge(laptop: Laptop, user_id: UUID, public: bytes) -> None:
    """Somebody who can write the file but opens nothing puts in a public key of their own."""

    def step(ring: Ring) -> Ring:
        user = next(user for user in ring.users if user.id == user_id)
        return ring.with_user(replace(user, public=public))

    laptop.ring.file.change(step)


def test_a_foreign_public_key_gets_no_class_key(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    forge(laptop, bea, new_pair()[1])
    with pytest.raises(Refused, match="Reset the password first"):
        laptop.ring.give(laptop.keys, bea, {S: [HEALTH]})


def test_a_made_up_user_with_a_made_up_grant_gets_nothing(laptop: Laptop) -> None:
    _, public = new_pair()
    ana = laptop.ring.file.load().users[0]
    forged = replace(
        ana,
        id=uuid4(),
        name="Mallory",
        public=public,
        grants=(Grant(S, "store", 1, b"x" * 80, b"y" * 32, b"z" * 32),),
    )
    laptop.ring.file.change(lambda ring: ring.with_user(forged))
    with pytest.raises(Refused, match="Reset the password first"):
        laptop.ring.give(laptop.keys, forged.id, {S: [HEALTH]})
    laptop.remove(laptop.add("Bea"))
    kept = laptop.ring.file.load().user(forged.id)
    assert kept is not None
    assert kept.grants == ()


# -- A long life ----------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["add", "give", "withdraw", "reset", "remove", "recover"]), max_size=6))
def test_after_any_history_everybody_opens_what_they_were_given_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, history: list[str]
) -> None:
    laptop = Laptop(tmp_path_factory.mktemp("life") / "home")
    ids: dict[str, tuple[UUID, str, set[str]]] = {}
    for number, event in enumerate(history):
        name = f"Person{chr(65 + number)}"
        if event == "add" or not ids:
            ids[name] = (laptop.add(name, HEALTH), laptop.password(name.lower()), {"store", "health"})
            continue
        who, (user_id, password, kinds) = next(iter(ids.items()))
        if event == "give":
            laptop.ring.give(laptop.keys, user_id, {S: [FINANCE]})
            ids[who] = (user_id, password, kinds | {"finance"})
        elif event == "withdraw":
            laptop.ring.withdraw(laptop.keys, user_id, {S: [HEALTH]})
            ids[who] = (user_id, password, kinds - {"health"})
        elif event == "reset":
            laptop.ring.reset_password(laptop.keys, user_id, f"walk the yellow dog {number}", ALL)
            ids[who] = (user_id, f"walk the yellow dog {number}", kinds)
        elif event == "remove":
            laptop.remove(user_id)
            del ids[who]
        else:
            laptop.keys = laptop.ring.unlock_with_recovery(laptop.recovery.text)
    for user_id, password, kinds in ids.values():
        keys = laptop.ring.unlock(user_id, password)
        assert holds(keys) == kinds
        assert laptop.opens(keys.key(S))
    assert len(laptop.ring.people()) == len(ids) + 1
    assert laptop.opens(laptop.unlock(laptop.ana, "ana").key(S))


def test_a_password_that_cannot_be_worked_with_leaves_no_private_key(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytearray] = []

    def no_memory(_id: UUID, private: bytearray, *_: object) -> object:
        seen.append(private)
        raise Refused("There is too little memory free.")

    monkeypatch.setattr("emis_desktop.keyring.new_users.wrap", no_memory)
    with pytest.raises(Refused, match="too little memory"):
        laptop.add("Bea")
    assert [set(private) for private in seen] == [{0}]
