"""Ids: order and layout of UUIDv7, and the vectors of natural keys that the sync protocol rests on."""

import threading
import unicodedata
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.ids import NAMESPACE, IdMaker, id_time_ms, key_text, natural_id, new_id

NOW = 1_790_000_000_000
ALL_ONES = (1 << 74) - 1


def ticking(*times: int) -> Iterator[int]:
    return iter(times)


def maker(*times: int, tail: int = 0) -> IdMaker:
    clock = ticking(*times)
    return IdMaker(lambda: next(clock), lambda bits: tail & ((1 << bits) - 1))


def test_layout_of_a_new_id() -> None:
    made = maker(NOW, tail=ALL_ONES).new()
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == NOW
    assert str(made)[13:] == "-7fff-bfff-ffffffffffff"


def test_ids_of_one_millisecond_grow() -> None:
    same = maker(NOW, NOW, NOW)
    first, second, third = same.new(), same.new(), same.new()
    assert first < second < third
    assert {id_time_ms(made) for made in (first, second, third)} == {NOW}


def test_a_clock_that_goes_back_does_not_take_the_ids_along() -> None:
    back = maker(NOW, NOW - 3_600_000, NOW - 3_600_000)
    first, second, third = back.new(), back.new(), back.new()
    assert first < second < third
    assert id_time_ms(third) == NOW


def test_a_full_millisecond_spills_into_the_next() -> None:
    full = maker(NOW, NOW, tail=ALL_ONES)
    first, second = full.new(), full.new()
    assert first < second
    assert id_time_ms(second) == NOW + 1


@pytest.mark.parametrize("wild", [-5, 1 << 60])
def test_a_wild_clock_still_makes_ids(wild: int) -> None:
    assert maker(wild).new().version == 7


@given(st.lists(st.integers(0, (1 << 48) - 2), min_size=2, max_size=30))
def test_ids_grow_whatever_the_clock_does(times: list[int]) -> None:
    clock = ticking(*times)
    made = IdMaker(lambda: next(clock))
    ids = [made.new() for _ in times]
    assert ids == sorted(set(ids))


def test_threads_never_share_an_id() -> None:
    found: list[UUID] = []

    def work() -> None:
        found.extend([new_id() for _ in range(2_000)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 8_000


def test_an_id_of_a_given_moment_leaves_the_order_of_the_others_alone() -> None:
    before = new_id()
    assert id_time_ms(new_id(1_000)) == 1_000
    assert id_time_ms(new_id()) >= id_time_ms(before)


def test_only_version_7_carries_a_time() -> None:
    with pytest.raises(ValueError, match="UUIDv7"):
        id_time_ms(NAMESPACE)


STUDENT = UUID("01a0c4fe-8c00-7000-8000-000000000001")

VECTORS: list[tuple[tuple[Any, ...], str, str]] = [
    (
        ("mark", STUDENT, 7),
        "mark|01a0c4fe-8c00-7000-8000-000000000001|7",
        "059a308c-5c9c-538c-9446-e8ff4f07b579",
    ),
    (("subject", "LA"), "subject|LA", "4aca3451-0af3-570c-9b18-9c3d482485d4"),
    (("setting", None, "card.layout"), "setting|\\-|card.layout", "811db0c5-ba6d-5e3b-b73f-cd0f84a3a46f"),
    (("session", date(2026, 9, 7), "AM"), "session|2026-09-07|AM", "4c6eb522-e534-58d8-84f1-46c680ac2786"),
    (("subject", "a|b\\c"), "subject|a\\|b\\\\c", "af5cc519-e2b9-5d36-a9ec-e4df5c81210f"),
    (("area", "Caf\u00e9"), "area|Caf\u00e9", "849aaa6e-6df8-5b14-bc7f-4e7668ae9dad"),
    (("area", "Cafe\u0301"), "area|Caf\u00e9", "849aaa6e-6df8-5b14-bc7f-4e7668ae9dad"),
]


@pytest.mark.parametrize(("key", "text", "expected"), VECTORS)
def test_vectors_of_natural_keys(key: tuple[Any, ...], text: str, expected: str) -> None:
    assert key_text(*key) == text
    assert natural_id(*key) == UUID(expected)


PARTS = st.lists(st.text(max_size=6) | st.none(), min_size=1, max_size=4)


@given(PARTS)
def test_a_natural_id_is_a_standard_uuid5(parts: list[str | None]) -> None:
    assert natural_id("mark", *parts) == uuid.uuid5(NAMESPACE, key_text("mark", *parts))


@given(PARTS, PARTS)
def test_different_keys_have_different_texts(one: list[str | None], other: list[str | None]) -> None:
    def composed(parts: list[str | None]) -> list[str | None]:
        return [part and unicodedata.normalize("NFC", part) for part in parts]

    assert (key_text("t", *one) == key_text("t", *other)) is (composed(one) == composed(other))


@pytest.mark.parametrize("part", [True, 1.5, Decimal(1), datetime(2026, 9, 7), b"x"])  # noqa: DTZ001
def test_what_makes_no_key(part: object) -> None:
    with pytest.raises(TypeError):
        natural_id("mark", part)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", [("", "x"), ("mark",)])
def test_a_key_is_never_empty(key: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="natural key"):
        natural_id(*key)
