"""A code that is read out: any size comes back, a slip is told with its group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules import spoken_code
from emis_desktop.rules.spoken_code import read, written

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.binary(min_size=1, max_size=40))
def test_what_was_written_is_read(content: bytes) -> None:
    assert read(f" {written(content).lower()} ", len(content), "code") == content


def test_ten_bytes_are_four_groups() -> None:
    assert written(bytes(range(10))) == "000G8-40R4P-0M30D-E2094"


@given(st.binary(min_size=10, max_size=10), st.integers(0, 19), st.sampled_from(ALPHABET))
def test_a_wrong_symbol_is_told_with_its_group(content: bytes, place: int, symbol: str) -> None:
    code = written(content).replace("-", "")
    if code[place] == symbol:
        return
    with pytest.raises(Refused) as told:
        read(code[:place] + symbol + code[place + 1 :], 10, "phone_code")
    assert told.value.values["place"] == place // 5 + 1
    assert told.value.field == "phone_code"


def test_times_is_a_field() -> None:
    for left in range(32):
        for right in range(32):
            product = spoken_code._times(left, right)
            assert product == spoken_code._times(right, left)
            assert (product == 0) == (0 in (left, right))
            assert 0 <= product < 32
