"""Good passwords are long and not what anybody would try."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.keyring.passwords import LONGEST, SHORTEST, check_password

GOOD = [
    "walk the yellow dog",
    "seven green bottles",
    "trois chats bleus dorment",
    "mañana llueve en el valle",
    "qpwo zmxn cieu",
    "kj3#vP9!wqLz",
    "صباح الخير يا جارتي",
    "丁丙乙甲戊己庚辛壬癸子丑",
    "0123456789012345 x 7",
]
EASY = [
    "password1234",
    "P@ssw0rd!!!!",
    "Passw0rd2026",
    "Motdepasse1!",
    "contraseña99",
    "adminadmin12",
    "qwertyuiop12",
    "azertyazerty",
    "welcome2school",
    "aaaaaaaaaaaa",
    "abababababab",
    "abcdefghijkl",
    "zyxwvutsrqpo",
    "1234567890",
    "0781234567",
    "27.11.1985!!",
    "Iloveyou2026",
    "EMIS-Desktop-1",
]


@pytest.mark.parametrize("password", GOOD)
def test_long_phrases_of_any_script_are_welcome(password: str) -> None:
    check_password(password, "Ana Maria Alpha", "Green Valley School")


@pytest.mark.parametrize("password", EASY)
def test_what_anybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(Refused, match="easy to guess") as caught:
        check_password(password)
    assert caught.value.field == "password"


@pytest.mark.parametrize(
    "password", ["ana maria 1985", "Alpha.Alpha1", "GreenValley1", "SCHOOL-Valley", "Añamaria2026"]
)
def test_ones_own_name_and_the_schools_are_refused(password: str) -> None:
    with pytest.raises(Refused, match="easy to guess"):
        check_password(password, "Aña María Alpha", "Green Valley School")


def test_the_name_inside_a_longer_phrase_is_no_fault() -> None:
    check_password("ana walks the yellow dog", "Ana Alpha")


@given(st.text(max_size=SHORTEST - 1))
def test_short_ones_are_refused_with_the_length(password: str) -> None:
    with pytest.raises(Refused, match=r"10 characters or more|easy"):
        check_password(password)


def test_length_is_counted_in_characters_as_composed() -> None:
    nine_apart = "e\u0301" * 9
    assert len(nine_apart) == 18
    with pytest.raises(Refused, match="10 characters"):
        check_password(nine_apart)


def test_endless_ones_are_refused() -> None:
    phrase = "walk the yellow dog past the green gate "
    check_password((phrase * 10)[:LONGEST])
    with pytest.raises(Refused, match="at most 256"):
        check_password((phrase * 10)[: LONGEST + 1])


def _refusal(password: str, name: str) -> Refused | None:
    try:
        check_password(password, name)
    except Refused as refusal:
        return refusal
    return None


@given(st.text(), st.text())
def test_no_input_is_a_crash_and_no_message_repeats_the_password(password: str, name: str) -> None:
    refusal = _refusal(password, name)
    assert refusal is None or len(password) < 4 or password not in str(refusal)
