"""The recovery code on paper: typed with every liberty, and every slip told with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import BadFile, Refused
from emis_desktop.keyring import recovery
from emis_desktop.keyring.crypto import new_pair, public_of
from emis_desktop.keyring.recovery import (
    check_code,
    fingerprint,
    new_recovery_code,
    private_from_code,
    public_from_text,
    public_text,
)
from emis_desktop.rules import spoken_code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def codes() -> st.SearchStrategy[str]:
    return st.binary(min_size=20, max_size=20).map(spoken_code.written)


def test_a_new_code_has_eight_groups_and_leads_to_its_public_key() -> None:
    code = new_recovery_code()
    assert [len(group) for group in code.text.split("-")] == [5] * 8
    assert public_of(private_from_code(code.text)) == code.public
    assert new_recovery_code().text != code.text
    assert code.text not in repr(code)


@given(codes(), st.data())
def test_case_spaces_and_look_alikes_do_not_matter(code: str, data: st.DataObject) -> None:
    typed = code.replace("-", data.draw(st.sampled_from(["", " ", "-", " - ", "\n"])))
    typed = typed.replace("0", data.draw(st.sampled_from("0oO"))).replace(
        "1", data.draw(st.sampled_from("1iIlL"))
    )
    typed = data.draw(st.sampled_from([str.lower, str.upper]))(typed)
    assert private_from_code(f" {typed} ") == private_from_code(code)


@given(codes(), st.integers(0, 39), st.sampled_from(ALPHABET))
def test_every_wrong_symbol_is_told_with_its_group(code: str, place: int, symbol: str) -> None:
    packed = list(code.replace("-", ""))
    if packed[place] == symbol:
        return
    packed[place] = symbol
    with pytest.raises(Refused, match=f"Group {place // 5 + 1} of the code has a slip") as caught:
        private_from_code("".join(packed))
    assert caught.value.field == "recovery_code"


@given(codes(), st.integers(0, 38))
def test_two_neighbours_that_changed_places_are_found(code: str, place: int) -> None:
    packed = list(code.replace("-", ""))
    if packed[place] == packed[place + 1]:
        return
    packed[place], packed[place + 1] = packed[place + 1], packed[place]
    with pytest.raises(Refused, match="has a slip"):
        private_from_code("".join(packed))


@given(codes(), st.permutations(range(8)))
def test_groups_in_another_order_are_found(code: str, order: list[int]) -> None:
    groups = code.split("-")
    if order == list(range(8)):
        return
    with pytest.raises(Refused, match="has a slip"):
        private_from_code("-".join(groups[place] for place in order))


@given(codes(), st.integers(0, 39))
def test_a_code_that_stops_is_told_where(code: str, length: int) -> None:
    with pytest.raises(Refused, match=f"group {length // 5 + 1} is not complete"):
        private_from_code(code.replace("-", "")[:length])


def test_a_code_that_goes_on_is_told() -> None:
    with pytest.raises(Refused, match="longer than 8 groups"):
        private_from_code(new_recovery_code().text + "-0")


@pytest.mark.parametrize("odd", ["U", "*", "é", "字"])
def test_a_sign_that_is_not_in_the_alphabet_is_told(odd: str) -> None:
    code = new_recovery_code().text
    with pytest.raises(Refused, match="Group 1 of the code has a slip"):
        private_from_code(odd + code[1:])


def test_the_written_form_does_not_change() -> None:
    """Codes lie in safes for years: one fixed example."""
    code = spoken_code.written(bytes(range(20)))
    assert code == FIXED_CODE
    assert public_of(private_from_code(code)).hex() == FIXED_PUBLIC


FIXED_CODE = "000G8-40R4P-0M30D-E2094-185GP-R38EP-1W81W-24GKN"
FIXED_PUBLIC = "e691efc46e1f612236f03db0a71054836dc637453172b03369c13eb4645a3c3e"


@given(st.binary(min_size=32, max_size=32))
def test_a_ministrys_public_key_travels_as_text(public: bytes) -> None:
    text = public_text(public)
    assert public_from_text(text) == public
    assert (
        public_from_text("\n  " + text.lower().replace("-", " - ").replace("emis - key - 1", "emis-key-1"))
        == public
    )


@pytest.mark.parametrize("text", ["", "hello", "-----BEGIN PUBLIC KEY-----", "EMIS-KEY-2:AAAAA"])
def test_another_text_is_no_public_key(text: str) -> None:
    with pytest.raises(BadFile, match="begins with EMIS-KEY-1"):
        public_from_text(text)


def test_a_recovery_code_is_not_taken_for_a_public_key() -> None:
    with pytest.raises(BadFile):
        public_from_text(new_recovery_code().text)
    with pytest.raises(Refused, match="group 9 is not complete"):
        public_from_text("EMIS-KEY-1:" + new_recovery_code().text)


def test_bits_beyond_the_key_are_refused() -> None:
    text = public_text(bytes(32))
    groups = text.split(":")[1].split("-")
    last = [0, 0, 0, 1]
    groups[-1] = "".join(ALPHABET[symbol] for symbol in [*last, spoken_code._check(last, len(groups))])
    with pytest.raises(Refused, match="longer"):
        public_from_text("EMIS-KEY-1:" + "-".join(groups))


def test_a_fingerprint_is_four_groups_of_one_key() -> None:
    public = new_pair()[1]
    assert [len(group) for group in fingerprint(public).split("-")] == [5] * 4
    assert fingerprint(public) == fingerprint(bytes(public))
    assert fingerprint(public) != fingerprint(new_pair()[1])


def test_a_code_is_looked_at_without_opening_anything() -> None:
    code = new_recovery_code().text
    recovery.check_code(code.lower())
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(Refused, match="Group 8 of the code has a slip"):
        recovery.check_code(slip)


def test_a_code_is_checked_without_a_laptop_it_belongs_to() -> None:
    code = new_recovery_code().text
    check_code(code.lower())
    with pytest.raises(Refused, match="Group 1 of the code has a slip"):
        check_code(("1" if code[0] != "1" else "2") + code[1:])
    with pytest.raises(Refused, match="group 8 is not complete"):
        check_code(code[:-1])
