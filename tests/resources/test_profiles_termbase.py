"""The termbase: three languages, no word twice, and the false friends said to be such."""

import json
from pathlib import Path

import pytest

import resources

TERMS: list[dict[str, object]] = json.loads(
    (Path(resources.__file__).parent / "profiles" / "termbase.json").read_text("utf-8")
)["terms"]


def test_the_termbase_is_whole() -> None:
    assert len(TERMS) == 231
    assert sum(term.get("false_friend") is True for term in TERMS) == 30
    assert len({term["id"] for term in TERMS}) == len(TERMS)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: str(term["en"]))
def test_a_term_has_three_languages_and_a_source(term: dict[str, object]) -> None:
    assert set(term) <= {"id", "area", "en", "fr", "es", "false_friend", "note", "source"}
    for name in ("id", "area", "en", "fr", "es", "source"):
        value = term[name]
        assert isinstance(value, str)
        assert value.strip() == value
        assert value


def test_a_false_friend_says_why() -> None:
    assert all(term.get("note") for term in TERMS if term.get("false_friend"))
