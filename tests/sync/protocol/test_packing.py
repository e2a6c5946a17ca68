"""The dictionary that is shipped is the one that was trained, and names nobody."""

from importlib.resources import files

import pytest

from emis_desktop.profiles.synthetic import name_lists
from sync.protocol.packing import (
    LARGE,
    MIDDLE,
    SMALL,
    best_level,
    dictionary_name,
    newest_dictionary,
    pack,
    unpack,
)
from tools.train_dictionary import Messages


def test_every_dictionary_that_was_shipped_still_is() -> None:
    folder = files("sync.protocol") / "dictionaries"
    shipped = {path.name: dictionary_name(path.read_bytes()).hex() for path in folder.iterdir()}
    assert shipped == {"1.zdict": "0594"}


def test_no_name_of_a_person_is_in_it() -> None:
    raw = newest_dictionary()
    lists = name_lists()
    long = [name for name in (*lists.female, *lists.male, *lists.family) if len(name) > 4]
    assert [name for name in long if name.encode() in raw] == []


def test_what_it_is_trained_from_is_the_same_on_every_run() -> None:
    assert list(Messages(1).exchange()) == list(Messages(1).exchange())


def test_it_makes_a_small_message_smaller() -> None:
    whole = [message for _ in range(40) for message in Messages(2).exchange()]
    assert sum(len(pack(message)) for message in whole) < 0.62 * sum(map(len, whole))


@pytest.mark.parametrize("size", [0, 1, 100, 70_000, 5_000_000, 20_000_000])
def test_pieces_of_every_size_come_back(size: int) -> None:
    plain = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    assert unpack(pack(plain, best_level(size))) == plain


def test_only_very_large_pieces_are_packed_in_haste() -> None:
    assert best_level(200_000) == SMALL
    assert best_level(1_200_000) == MIDDLE
    assert best_level(30_000_000) == LARGE
