"""``emis verify``: the verdict as a document, a code and a sentence."""

from pathlib import Path

import pytest

from tests.factories.laptops import SetUp
from tests.helpers.commands import emis

TERM = ("--term", "1", "--year", "2026-27", "--provisional", "--again", "--merged")


@pytest.fixture
def cards(school: Path, tmp_path: Path) -> list[Path]:
    """The cards of every class, issued."""
    made = emis("report-cards", *TERM, "--out", tmp_path / "cards", "--json")
    return [Path(path) for path in made.document["files"]]


def test_an_issued_card_is_genuine(cards: list[Path]) -> None:
    good = emis("verify", cards[0], "--json")
    assert good.code == 0
    assert good.document["verdict"] == "genuine"
    card = good.document["cards"][0]
    assert card.keys() == {
        *("sheet", "verdict", "reason", "pupil", "number", "issue", "issued_on", "check_code")
    }
    told = emis("verify", cards[0])
    assert f"Sheet 1: {card['pupil']}, {card['number']}, issue 1" in told.out


def test_a_replaced_card_is_not(cards: list[Path], tmp_path: Path) -> None:
    old = cards[0].read_bytes()
    assert emis("report-cards", *TERM, "--out", tmp_path / "again").code == 0
    kept = tmp_path / "old.pdf"
    kept.write_bytes(old)
    replaced = emis("verify", kept, "--json")
    assert (replaced.code, replaced.document["verdict"]) == (1, "superseded")


def test_number_and_check_code_can_be_read_off_paper(cards: list[Path]) -> None:
    card = emis("verify", cards[0], "--json").document["cards"][0]
    good = emis("verify", card["number"].lower(), "--code", card["check_code"].replace("-", " "), "--json")
    assert (good.code, good.document["verdict"]) == (0, "genuine")
    for typed in (
        card["number"].replace("-", ""),
        card["number"].lower().replace("-", " "),
        card["number"].replace("0", "O").replace("1", "I"),
    ):
        read = emis("verify", typed, "--code", card["check_code"].replace("-", "").lower(), "--json")
        assert (read.document["verdict"], read.document["cards"][0]["number"]) == ("genuine", card["number"])
    wrong = emis("verify", card["number"], "--code", "0000-0000", "--json")
    assert (wrong.code, wrong.document["verdict"]) == (1, "altered")
    assert "pupil" not in wrong.document["cards"][0]
    unknown = emis("verify", "ZZZZ-26T1-000001", "--code", card["check_code"])
    assert unknown.code == 1
    assert unknown.out.startswith("This is no paper")


@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.4 and nothing behind it", b"a text"])
def test_a_file_that_is_no_card_is_told(laptop: SetUp, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "card.pdf"
    if content is not None:
        file.write_bytes(content)
    refused = emis("verify", file, "--json")
    assert refused.code == 1
    assert "card.pdf" in refused.refused
