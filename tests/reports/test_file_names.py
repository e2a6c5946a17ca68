"""File names of people's names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.file_names import file_name

FORBIDDEN = set('<>:"/\\|?*')


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Grade 5", "Zoë O’Brien-Ann", "0001"), "Grade 5 - Zoë O’Brien-Ann - 0001.pdf"),
        (("Form 1/2: A", "", "x"), "Form 1 2 A - x.pdf"),
        (("..", " . "), "file.pdf"),
        (("CON",), "_CON.pdf"),
        (("Lpt1",), "_Lpt1.pdf"),
        (("Zoe\u0308",), "Zoë.pdf"),
        (("tab\tname\u200f",), "tab name.pdf"),
    ],
)
def test_names(parts: tuple[str, ...], name: str) -> None:
    assert file_name(parts, ".pdf", set()) == name


def test_equal_names_are_told_apart_whatever_the_case() -> None:
    taken: set[str] = set()
    names = [file_name((name,), ".pdf", taken) for name in ("Ada", "ADA", "ada")]
    assert names == ["Ada.pdf", "ADA (2).pdf", "ada (3).pdf"]


@given(st.lists(st.text(max_size=300), min_size=1, max_size=3))
def test_any_text_gives_a_name_every_system_takes(parts: list[str]) -> None:
    taken: set[str] = set()
    for _ in range(2):
        name = file_name(parts, ".pdf", taken)
        assert len(name.encode()) <= 180
        assert not FORBIDDEN & set(name)
        assert name == name.strip()
        assert not name.startswith(".")
        assert all(char.isprintable() or not char.isascii() for char in name)
    assert len(taken) == 2
