"""The sheet with the recovery code, read back as a reader and a printer would."""

from datetime import date
from io import BytesIO

import pytest

from reports.recovery_sheet import RecoverySheet, write_recovery_sheet
from resources.words import Words
from tests.helpers.pdfs import MM, Paper

CODE = "8Q2JV-4TNXE-0C9PM-77KZD-3HWRA-5YB1G-ZZZZX-M4N8K"
LONG = (
    "École primaire de démonstration de la Grande Anse et des Trois Rivières du Morne Bleu, annexe de l’Est"
)


def sheet(language: str, name: str = "Windward Demo Primary School") -> bytes:
    stream = BytesIO()
    write_recovery_sheet(RecoverySheet(name, CODE, date(2026, 11, 5)), stream, Words.load(language))
    return stream.getvalue()


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
def test_every_group_stands_on_one_page_and_nothing_touches(language: str) -> None:
    with Paper(sheet(language, LONG)) as paper:
        assert paper.pages == 1
        text = paper.text()
        for group in CODE.split("-"):
            assert group in text
        assert paper.overlaps() == []
        for box in paper.boxes():
            assert box.left > 20 * MM
            assert box.right < 190 * MM


def test_the_same_values_give_the_same_bytes() -> None:
    assert sheet("en") == sheet("en")


def test_it_says_whose_it_is_and_from_when() -> None:
    with Paper(sheet("en")) as paper:
        assert "Windward Demo Primary School" in paper.text()
        assert "5 November 2026" in paper.text()
