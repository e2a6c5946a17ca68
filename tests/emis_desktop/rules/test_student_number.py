"""Student numbers catch the slips that people make."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.student_number import (
    MAX_SERIAL,
    check_digit,
    is_sound,
    number_text,
    parse_register_number,
    parse_student_number,
    serial_of,
    student_number,
)

SERIALS = st.integers(0, MAX_SERIAL)


def test_the_number_as_printed() -> None:
    assert number_text(student_number(1)) == "0000 0001-7"
    assert number_text("AB-12") == "AB-12"


def test_published_examples_of_the_check_digit() -> None:
    assert check_digit("236") == "3"
    assert check_digit("12345") == "1"
    assert check_digit("142857") == "0"


@given(SERIALS)
def test_every_wrong_digit_is_caught(serial: int) -> None:
    number = student_number(serial)
    for place, right in enumerate(number):
        for wrong in set("0123456789") - {right}:
            assert not is_sound(number[:place] + wrong + number[place + 1 :])


@given(SERIALS)
def test_every_swap_of_neighbours_is_caught(serial: int) -> None:
    number = student_number(serial)
    for place in range(8):
        left, right = number[place], number[place + 1]
        if left != right:
            assert not is_sound(number[:place] + right + left + number[place + 2 :])


def test_every_swap_of_every_pair_in_every_place() -> None:
    """Complete: the sum is a product in a group, so what stands around the pair cancels out."""
    for place in range(8):
        for left, right in permutations("0123456789", 2):
            before, after = "0" * place, "0" * (7 - place)
            sounds = [end for end in "0123456789" if is_sound(before + left + right + after + end)]
            assert len(sounds) == 1
            assert not is_sound(before + right + left + after + sounds[0])


def test_every_wrong_digit_in_every_place() -> None:
    for place in range(9):
        fitting = [digit for digit in "0123456789" if is_sound("0" * place + digit + "0" * (8 - place))]
        assert len(fitting) == 1


@given(SERIALS)
def test_numbers_come_back(serial: int) -> None:
    number = student_number(serial)
    assert is_sound(number)
    assert serial_of(number) == serial
    assert parse_student_number(number_text(number)) == number


@pytest.mark.parametrize("typed", ["000000017", " 0000 0001 - 7 ", "0000-0001-7", "0000\u00a00001–7"])
def test_however_it_is_spaced(typed: str) -> None:
    assert parse_student_number(typed) == "000000017"


@pytest.mark.parametrize("typed", ["", "0000 0001", "0000 0001-77", "0000 000A-7", "٠٠٠٠٠٠٠١٧"])
def test_what_is_no_student_number(typed: str) -> None:
    with pytest.raises(Refused, match="nine digits, such as 0000 0001-7"):
        parse_student_number(typed)


def test_a_slip_is_named() -> None:
    with pytest.raises(Refused, match="A digit of 0000 0010-7 is wrong or two are swapped"):
        parse_student_number("0000 0010-7")


@pytest.mark.parametrize("serial", [-1, MAX_SERIAL + 1])
def test_there_is_an_end_to_numbers(serial: int) -> None:
    with pytest.raises(ValueError, match="range"):
        student_number(serial)


@pytest.mark.parametrize(
    ("typed", "kept"), [("31", "31"), (" 2024/153 ", "2024/153"), ("a-17", "A-17"), ("B  2.5", "B 2.5")]
)
def test_register_numbers(typed: str, kept: str) -> None:
    assert parse_register_number(typed) == kept


@pytest.mark.parametrize("typed", ["", "/31", "31/", "1//2", "№5", "x" * 21])
def test_what_is_no_register_number(typed: str) -> None:
    with pytest.raises(Refused, match="is no register number"):
        parse_register_number(typed)
