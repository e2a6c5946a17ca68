"""Keys in memory: handed out, wiped, and never shown, copied or pickled."""

import copy
import json
import pickle
from uuid import UUID

import pytest

from emis_desktop.errors import Refused
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import Roll
from emis_desktop.secret import random_key


@pytest.fixture
def keys() -> OpenKeys:
    held = OpenKeys(UUID(int=1))
    held.put("a", "store", 1, random_key())
    held.put("a", "store", 2, random_key())
    held.put("a", "health", 1, random_key())
    held.put("b", "health", 1, random_key())
    return held


def test_the_newest_key_is_the_one_unless_asked(keys: OpenKeys) -> None:
    assert keys.key("a") is keys.epochs("a", "store")[2]
    assert keys.key("a", "store", 1) is keys.epochs("a", "store")[1]
    assert keys.key("a", "health") != keys.key("b", "health")


def test_only_what_can_be_opened_is_listed(keys: OpenKeys) -> None:
    assert keys.stores() == {"a"}
    assert keys.holds("a", "health")
    assert not keys.holds("a", "case")
    assert keys.epochs("a", "case") == {}


@pytest.mark.parametrize(("store", "epoch"), [("c", None), ("a", 3), ("a", 0)])
def test_a_key_that_is_not_held_is_refused(keys: OpenKeys, store: str, epoch: int | None) -> None:
    with pytest.raises(Refused, match="Ask the principal"):
        keys.key(store, "store", epoch)


def test_wiping_zeroes_every_buffer_it_handed_out(keys: OpenKeys) -> None:
    handed = [keys.key("a"), keys.key("a", "store", 1), keys.key("a", "health"), keys.key("b", "health")]
    keys.wipe()
    assert handed == [bytearray(32)] * 4
    assert keys.locked
    assert keys.stores() == frozenset()
    with pytest.raises(Refused, match="locked"):
        keys.key("a")
    keys.wipe()


def test_the_end_of_a_block_wipes_also_after_a_fault(keys: OpenKeys) -> None:
    key = keys.key("a")
    with pytest.raises(ValueError, match="mine"), keys:
        raise ValueError("mine")
    assert key == bytearray(32)


def test_an_older_key_can_go_first(keys: OpenKeys) -> None:
    old, new = keys.key("a", "store", 1), keys.key("a")
    keys.drop_before("a", "store", 2)
    assert old == bytearray(32)
    assert keys.key("a") is new
    with pytest.raises(Refused):
        keys.key("a", "store", 1)


def test_a_key_put_over_another_wipes_it(keys: OpenKeys) -> None:
    old = keys.key("a")
    keys.put("a", "store", 2, random_key())
    assert old == bytearray(32)
    assert keys.key("a") != old


def test_nothing_shows(keys: OpenKeys) -> None:
    shown = f"{keys!r} {keys} {keys:}"
    assert bytes(keys.key("a")).hex() not in shown
    assert shown == "<OpenKeys: open> " * 2 + "<OpenKeys: open>"
    keys.wipe()
    assert repr(keys) == "<OpenKeys: locked>"


def test_nothing_leaves(keys: OpenKeys) -> None:
    for leave in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            leave(keys)
    assert not hasattr(keys, "__dict__")


def test_without_a_key_to_a_store_nobody_knows_whose_roles_to_believe_there() -> None:
    keys = OpenKeys(UUID(int=2))
    with pytest.raises(Refused, match="no key to these records"):
        keys.roll("school-1")
    roll = Roll(1, b"p" * 32, frozenset())
    keys.believe({"school-1": roll})
    assert (keys.roll("school-1"), keys.rolls()) == (roll, {"school-1": roll})
