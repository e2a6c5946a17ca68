"""Names that sound alike have one key; others of the same first letters have not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.sounds import sound, sounds


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kathryn", "Catherine"),
        ("Stephen", "Steven"),
        ("Shanice", "Shaneece"),
        ("Philip", "Felipe"),
        ("Knight", "Nite"),
        ("Charlotte", "Sharlot"),
        ("Christopher", "Kristofer"),
        ("Alexander", "Alecksander"),
        ("Élodie-Ann", "Elody Anne"),
        ("Kelly", "Kellie"),
        ("Jean", "Gene"),
    ],
)
def test_one_sound(one: str, other: str) -> None:
    assert sounds(one) == sounds(other)


@pytest.mark.parametrize(("one", "other"), [("Shania", "Shanice"), ("Marie", "Maud"), ("Ann", "Amy")])
def test_two_sounds(one: str, other: str) -> None:
    assert sounds(one) != sounds(other)


@given(st.text(max_size=20))
def test_any_text_has_a_key_and_letters_twice_change_nothing(name: str) -> None:
    assert len(sounds(name)) <= len(name)
    assert sound("anna") == sound("ana")
