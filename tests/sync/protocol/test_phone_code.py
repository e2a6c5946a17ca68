"""Codes over the telephone: each counts once, on its laptop, without a line; none follows from another."""

from uuid import UUID

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.spoken_code import written
from sync.protocol.phone_code import LENGTH, SKIPPED, Anchor, anchor, check, code

SITE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
OTHER = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
START = bytes(range(32))


def test_each_code_moves_the_anchor_on() -> None:
    known = anchor(START, SITE)
    for index in (1, 2, 3):
        known = check(code(START, SITE, index), SITE, known)
        assert known.index == index


def test_the_chain_is_part_of_the_protocol() -> None:
    assert anchor(START, SITE).value.hex() == "d6c5d18a8b7f00536279"
    assert code(START, SITE, 1) == "MCHTX-Q71ZK-GTX8A-079V6"
    assert code(START, SITE, LENGTH) == "6RMTB-QSCG8-ZKVEF-WPQ2Q"


def test_codes_that_were_never_typed_in_may_be_skipped() -> None:
    known = anchor(START, SITE)
    assert check(code(START, SITE, SKIPPED + 1), SITE, known).index == SKIPPED + 1
    with pytest.raises(Refused, match="not for this laptop"):
        check(code(START, SITE, SKIPPED + 2), SITE, known)


@pytest.mark.parametrize("index", [4, 5])
def test_a_used_code_and_one_before_it_count_no_more(index: int) -> None:
    known = check(code(START, SITE, 5), SITE, anchor(START, SITE))
    with pytest.raises(Refused, match="used before"):
        check(code(START, SITE, index), SITE, known)


def test_a_code_of_another_laptop_is_none() -> None:
    with pytest.raises(Refused, match="not for this laptop"):
        check(code(START, OTHER, 1), SITE, anchor(START, SITE))


def test_what_the_laptop_has_is_no_code() -> None:
    known = check(code(START, SITE, 1), SITE, anchor(START, SITE))
    for index in (0, 1, 2):
        with pytest.raises(Refused):
            check(written(known.value), SITE, Anchor(index, known.value))


def test_a_slip_is_told_with_its_group() -> None:
    spoken = code(START, SITE, 1)
    slip = spoken[:6] + ("0" if spoken[6] != "0" else "1") + spoken[7:]
    with pytest.raises(Refused, match="Group 2") as told:
        check(slip, SITE, anchor(START, SITE))
    assert told.value.field == "phone_code"


@pytest.mark.parametrize("index", [0, -1, LENGTH + 1])
def test_there_is_no_code_beyond_the_chain(index: int) -> None:
    with pytest.raises(ValueError, match="no such code"):
        code(START, SITE, index)
