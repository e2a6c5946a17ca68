"""Whoever left gets in no more; a crash at any point leaves a ring that opens the store."""

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from emis_desktop import cipher
from emis_desktop.errors import Refused, StoreDamaged
from emis_desktop.keyring import OpenKeys, Relocking, SealedBox
from emis_desktop.keyring.crypto import DoesNotOpenError, new_pair, seal_to
from emis_desktop.keyring.grants import open_grant
from emis_desktop.keyring.records import ROLES, STORE, Grant, Ring
from emis_desktop.keyring.recovery import private_from_code
from emis_desktop.keyring.ring_file import RingFile
from emis_desktop.secret import random_key
from tests.factories.rings import ALL, CASE, FINANCE, HEALTH, Laptop

S = "school-1"
ROOT = Path(__file__).resolve().parents[3]
CELL = "case_note|text|1"


def pupils(laptop: Laptop, key: bytearray) -> list[tuple[str]]:
    with closing(cipher.connect(laptop.store, key)) as connection:
        return list(connection.execute("SELECT name FROM pupil"))


def test_after_a_removal_everybody_else_opens_the_same_records_with_a_new_key(laptop: Laptop) -> None:
    bea, cal = laptop.add("Bea", HEALTH), laptop.add("Cal")
    old = bytearray(laptop.keys.key(S))
    laptop.remove(bea)
    assert [person.name for person in laptop.ring.people()] == ["Ana Alpha", "Cal"]
    for user_id, name in ((laptop.ana, "ana"), (cal, "cal")):
        key = laptop.unlock(user_id, name).key(S)
        assert key != old
        assert pupils(laptop, key) == [("Synthetic Pupil",)]
    recovered = laptop.ring.unlock_with_recovery(laptop.recovery.text)
    assert pupils(laptop, recovered.key(S)) == [("Synthetic Pupil",)]
    assert laptop.keys.key(S) == recovered.key(S)
    assert not laptop.opens(old)


def test_old_store_keys_are_wiped_and_gone_from_the_ring(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    old = laptop.keys.key(S)
    laptop.remove(bea)
    assert old == bytearray(32)
    ring = laptop.ring.file.load()
    epochs = {grant.epoch for holder in ring.holders() for grant in holder.grants if grant.kind == STORE}
    assert epochs == {2}
    assert ring.stores[0].epoch == 2
    assert ring.stores[0].pending is None


def test_a_rewound_ring_lets_the_removed_user_sign_in_to_nothing(laptop: Laptop) -> None:
    """All of the old files of the ring put back: the password fits again, the records do not open."""
    bea = laptop.add("Bea", HEALTH)
    kept = {path: path.read_bytes() for path in laptop.folder.glob("keyring.json*")}
    laptop.remove(bea)
    for path, content in kept.items():
        path.write_bytes(content)
    keys = laptop.unlock(bea, "bea")
    assert keys.holds(S, STORE)
    for key in keys.epochs(S, STORE).values():
        assert not laptop.opens(key)
    with pytest.raises(StoreDamaged):
        cipher.connect(laptop.store, keys.key(S))


def test_a_rewound_ring_with_the_change_of_key_begun_opens_nothing_either(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    kept = laptop.ring.file.path.read_bytes()
    laptop.ring.remove_user(laptop.keys, bea)
    middle = RingFile(laptop.ring.file.path).load()
    laptop.ring.settle(laptop.keys, S, laptop.relocking())
    leaver = next(user for user in _ring(kept).users if user.id == bea)
    laptop.ring.file.change(lambda _ring: middle.with_user(leaver))
    keys = laptop.unlock(bea, "bea")
    assert not any(laptop.opens(key) for key in keys.epochs(S, STORE).values())


def _ring(content: bytes) -> Ring:
    return msgspec.convert(json.loads(content)["ring"], Ring)


def test_neither_ring_nor_copy_keeps_anything_of_the_removed_user(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    laptop.remove(bea)
    for path in laptop.folder.glob("*.json*"):
        assert str(bea).encode() not in path.read_bytes()
        assert b'"Bea"' not in path.read_bytes()


def test_classes_the_remover_holds_change_at_once_and_others_at_the_next_readers_sign_in(
    laptop: Laptop,
) -> None:
    cal = laptop.add("Cal", CASE, HEALTH)
    laptop.ring.give(laptop.keys, cal, {S: [ROLES]})
    dov = laptop.add("Dov", CASE, by=laptop.unlock(cal, "cal"))
    gone = laptop.unlock(cal, "cal")
    laptop.remove(cal)
    assert set(laptop.keys.epochs(S, "health")) == {1, 2}
    assert laptop.ring.file.load().stores[0].due == ("case",)
    keys = laptop.unlock(dov, "dov")
    assert set(keys.epochs(S, "case")) == {1, 2}
    assert laptop.ring.file.load().stores[0].due == ()
    for reader, klass in ((laptop.keys, HEALTH), (keys, CASE)):
        with pytest.raises(Refused, match="not on this laptop"):
            SealedBox(gone, S).open(klass, CELL, SealedBox(reader, S).seal(klass, CELL, "after"))


def test_the_only_reader_of_a_class_leaves_and_the_recovery_code_hands_it_on(laptop: Laptop) -> None:
    cal = laptop.add("Cal", CASE)
    note = SealedBox(laptop.unlock(cal, "cal"), S).seal(CASE, CELL, "kept")
    laptop.remove(cal)
    with pytest.raises(Refused, match="recovery code"):
        laptop.add("Eve", CASE)
    eve = laptop.add("Eve", CASE, by=laptop.ring.unlock_with_recovery(laptop.recovery.text))
    assert SealedBox(laptop.unlock(eve, "eve"), S).open(CASE, CELL, note) == "kept"


def test_removals_one_after_another(laptop: Laptop) -> None:
    people = [laptop.add(name, HEALTH, FINANCE) for name in ("Bea", "Cal", "Dov")]
    for user_id in people:
        laptop.remove(user_id)
    assert laptop.ring.file.load().stores[0].epoch == 4
    keys = laptop.unlock(laptop.ana, "ana")
    assert pupils(laptop, keys.key(S)) == [("Synthetic Pupil",)]
    laptop.add("Eve", HEALTH, by=keys)


# -- Refused --------------------------------------------------------------------------------------


def test_nobody_ends_their_own_access(laptop: Laptop) -> None:
    with pytest.raises(Refused, match="your own access"):
        laptop.ring.remove_user(laptop.keys, laptop.ana)


def test_somebody_who_is_gone_is_not_removed_again(laptop: Laptop) -> None:
    bea = laptop.add("Bea")
    laptop.remove(bea)
    with pytest.raises(Refused, match="any more"):
        laptop.ring.remove_user(laptop.keys, bea)


@pytest.mark.parametrize("owed", [False, True])
def test_a_store_closed_to_the_remover_needs_the_recovery_code(laptop: Laptop, owed: bool) -> None:
    bea, cal = laptop.add("Bea"), laptop.add_to_two("Cal")
    laptop.ring.give(laptop.keys, bea, {S: [ROLES]})
    remover = laptop.unlock(bea, "bea")
    if owed:
        laptop.ring.reset_password(remover, cal, "walk the yellow dog", ALL)
    with pytest.raises(Refused, match="Cal may also open records that you may not"):
        laptop.ring.remove_user(remover, cal)
    everything = laptop.ring.unlock_with_recovery(laptop.recovery.text)
    assert laptop.ring.remove_user(everything, cal) == {S, "school-2"}


def test_while_a_change_of_key_is_under_way_the_ring_takes_no_other(laptop: Laptop) -> None:
    bea, cal = laptop.add("Bea"), laptop.add("Cal")
    laptop.ring.remove_user(laptop.keys, bea)
    for change in (
        lambda: laptop.ring.remove_user(laptop.keys, cal),
        lambda: laptop.ring.give(laptop.keys, cal, {S: [HEALTH]}),
        lambda: laptop.ring.reset_password(laptop.keys, cal, "walk the yellow dog", ALL),
        lambda: laptop.add("Eve"),
    ):
        with pytest.raises(Refused, match="Sign out and in again"):
            change()
    keys = laptop.unlock(cal, "cal")
    laptop.ring.settle(keys, S, laptop.relocking())
    laptop.ring.remove_user(laptop.unlock(laptop.ana, "ana"), cal)


def test_settling_what_is_settled_hands_out_the_key(laptop: Laptop) -> None:
    never = Relocking(lambda _key: pytest.fail("not asked"), lambda _old, _new: pytest.fail("not done"))
    assert laptop.ring.settle(laptop.keys, S, never) is laptop.keys.key(S)
    with pytest.raises(Refused, match="no such records"):
        laptop.ring.settle(laptop.keys, "school-9", never)


def test_the_present_key_is_the_one_before_a_change_that_is_not_ended(laptop: Laptop) -> None:
    before = laptop.keys.key(S)
    assert laptop.ring.present_key(laptop.keys, S) is before
    laptop.ring.remove_user(laptop.keys, laptop.add("Bea"))
    assert laptop.ring.present_key(laptop.keys, S) is before
    key = laptop.ring.settle(laptop.keys, S, laptop.relocking())
    assert laptop.ring.present_key(laptop.keys, S) is key


def test_two_programs_settling_at_once_end_well(laptop: Laptop) -> None:
    """The second finds the file under the new key, and the ring settled before it writes."""
    laptop.ring.remove_user(laptop.keys, laptop.add("Bea"))
    other = laptop.unlock(laptop.ana, "ana")

    def first_the_other(old: bytearray, new: bytearray) -> None:
        cipher.give_new_key(laptop.store, old, new)
        laptop.ring.settle(other, S, laptop.relocking())

    slow = Relocking(laptop.relocking().fits, first_the_other)
    assert pupils(laptop, laptop.ring.settle(laptop.keys, S, slow)) == [("Synthetic Pupil",)]


# -- Forged before the removal --------------------------------------------------------------------


def test_a_foreign_public_key_is_not_given_the_new_key(laptop: Laptop) -> None:
    """Cal's public key was replaced by one whose private key a stranger keeps."""
    bea, cal = laptop.add("Bea"), laptop.add("Cal", HEALTH)
    private, public = new_pair()

    def forge(ring: Ring) -> Ring:
        user = next(user for user in ring.users if user.id == cal)
        return ring.with_user(replace(user, public=public))

    laptop.ring.file.change(forge)
    laptop.remove(bea)
    user = laptop.ring.file.load().user(cal)
    assert user is not None
    assert user.grants == ()
    assert {(owed.store, owed.kind) for owed in user.owed} == {(S, "store"), (S, "health")}
    assert pupils(laptop, laptop.unlock(laptop.ana, "ana").key(S))
    laptop.ring.reset_password(laptop.keys, cal, "walk the yellow dog", ALL)
    assert laptop.opens(laptop.ring.unlock(cal, "walk the yellow dog").key(S))
    del private


def test_a_foreign_class_grant_does_not_survive(laptop: Laptop) -> None:
    """A class key of a stranger's choice, put in without the store's key, is dropped."""
    bea = laptop.add("Bea")
    ana = laptop.ring.file.load().users[0]
    context = f"emis grant 1|{ana.id}|{S}|case|9".encode()
    planted = Grant(S, "case", 9, seal_to(ana.public, random_key(), context), b"?" * 32, b"?" * 32)
    laptop.ring.file.change(lambda ring: ring.with_user(replace(ana, grants=(*ana.grants, planted))))
    laptop.remove(bea)
    assert not any(grant.kind == "case" for grant in laptop.ring.file.load().users[0].grants)


@pytest.mark.parametrize("whose", ["recovery", "own"])
def test_a_replaced_anchor_stops_the_change_of_key(laptop: Laptop, whose: str) -> None:
    bea = laptop.add("Bea")
    public = new_pair()[1]

    def forge(ring: Ring) -> Ring:
        if whose == "recovery":
            return replace(ring, recovery=replace(ring.recovery, public=public))
        user = next(user for user in ring.users if user.id == laptop.ana)
        return ring.with_user(replace(user, public=public))

    laptop.ring.file.change(forge)
    with pytest.raises(StoreDamaged, match="changed outside EMIS Desktop"):
        laptop.ring.remove_user(laptop.keys, bea)
    assert laptop.opens(laptop.keys.key(S))


def test_grants_in_the_ring_say_what_they_are(laptop: Laptop) -> None:
    """Every grant opens with its holder's private key in its own place only."""
    private = private_from_code(laptop.recovery.text)
    grants = laptop.ring.file.load().recovery.grants
    assert {grant.kind for grant in grants} == {"store", "health", "finance", "roles"}
    for grant in grants:
        assert open_grant(private, "recovery", grant) == laptop.keys.key(S, grant.kind, 1)
        for moved in (replace(grant, store="school-2"), replace(grant, kind="case"), replace(grant, epoch=7)):
            with pytest.raises(DoesNotOpenError):
                open_grant(private, "recovery", moved)
        with pytest.raises(DoesNotOpenError):
            open_grant(private, str(laptop.ana), grant)


# -- Killed at every step -------------------------------------------------------------------------

CRASHES = '''
"""Ends somebody's access again and again, killed one step later each time, and prints what was left."""
import json, os, shutil, sys
from pathlib import Path
from uuid import UUID
from tests.factories.rings import ALL, CHEAP, Laptop
from emis_desktop import cipher
from emis_desktop.keyring import KeyRing, Relocking

folder, ana, bea, cal, code = Path(sys.argv[1]), *map(UUID, sys.argv[2:5]), sys.argv[5]
base = folder.parent

def ring_in(place):
    return KeyRing(place / "keyring.json", cost=CHEAP)

def relocking(place):
    store = place / "school-1.db"
    relock = lambda old, new: cipher.give_new_key(store, old, new)
    return Relocking(lambda key: cipher.fits(store, key), relock)

def end_access(place):
    ring = ring_in(place)
    keys = ring.unlock(ana, Laptop.password("ana"))
    ring.remove_user(keys, bea)
    ring.settle(keys, "school-1", relocking(place))

def killed_at(step, before):
    """Count every flush, rename and removal; the process ends before or after the one of that number."""
    left = [step]
    def counting(call):
        def counted(*arguments, **named):
            left[0] -= 1
            if left[0] == 0 and before:
                os._exit(9)
            result = call(*arguments, **named)
            if left[0] == 0:
                os._exit(9)
            return result
        return counted
    os.fsync = counting(os.fsync)
    Path.replace = counting(Path.replace)
    Path.unlink = counting(Path.unlink)

def look(place):
    """What the next starts of the program find."""
    found = {}
    ring = ring_in(place)
    found["people"] = sorted(person.name for person in ring.people())
    for name, user in (("ana", ana), ("cal", cal)):
        keys = ring.unlock(user, Laptop.password(name))
        key = ring.settle(keys, "school-1", relocking(place))
        connection = cipher.connect(place / "school-1.db", key)
        found[name] = connection.execute("SELECT name FROM pupil").fetchall()
        connection.close()
    keys = ring.unlock_with_recovery(code)
    found["recovery"] = cipher.fits(place / "school-1.db", keys.key("school-1"))
    found["pending"] = ring.file.load().stores[0].pending
    rewound = base / "rewound"
    shutil.rmtree(rewound, ignore_errors=True)
    rewound.mkdir()
    shutil.copy(folder / "keyring.json", rewound)
    keys = ring_in(rewound).unlock(bea, Laptop.password("bea"))
    found["leaver"] = cipher.fits(place / "school-1.db", keys.key("school-1"))
    return found

step = 0
while True:
    step += 1
    ended = set()
    for before in (True, False):
        place = base / f"{step}-{before}"
        shutil.copytree(folder, place)
        child = os.fork()
        if not child:
            killed_at(step, before)
            end_access(place)
            os._exit(0)
        ended.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        print(json.dumps({"step": step, "before": before, **look(place)}), flush=True)
        shutil.rmtree(place)
    if ended == {0}:
        break
'''


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_step_the_ring_opens_the_store_and_the_next_sign_in_ends_what_was_begun(
    laptop: Laptop,
) -> None:
    bea, cal = laptop.add("Bea"), laptop.add("Cal")
    ids = [str(each) for each in (laptop.ana, bea, cal)]
    done = subprocess.run(
        [sys.executable, "-c", CRASHES, str(laptop.folder), *ids, laptop.recovery.text],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    looks = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(looks) > 40
    for look in looks:
        gone = "Bea" not in look["people"]
        assert look["ana"] == look["cal"] == [["Synthetic Pupil"]], look
        assert look["recovery"], look
        assert look["pending"] is None, look
        assert look["leaver"] is not gone, look
    before_and_after = {("Bea" in look["people"]) for look in looks}
    assert before_and_after == {True, False}
    assert "Bea" not in looks[-1]["people"]


def test_a_crash_between_the_new_file_and_the_ring_is_seen_by_trying_the_keys(laptop: Laptop) -> None:
    laptop.ring.remove_user(laptop.keys, laptop.add("Bea"))
    cipher.give_new_key(laptop.store, laptop.keys.key(S, STORE, 1), laptop.keys.key(S, STORE, 2))

    def never(_old: bytearray, _new: bytearray) -> None:
        pytest.fail("the file is under the new key already")

    keys: OpenKeys = laptop.unlock(laptop.ana, "ana")
    key = laptop.ring.settle(keys, S, Relocking(laptop.relocking().fits, never))
    assert laptop.opens(key)
