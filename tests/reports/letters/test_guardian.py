"""The letter to a guardian: one page whatever is known, the same bytes for the same values."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from emis_desktop.rules.card import CardSchool
from emis_desktop.rules.incident_letter import IncidentLetter
from emis_desktop.rules.papers import PaperPupil
from reports.letters import write_letter
from resources.words import Words
from tests.helpers.pdfs import Paper

LETTER = IncidentLetter(
    language="en",
    school=CardSchool("Palm Demo Primary School", "Learn", "Bay Street", "000 0101", "D-0107"),
    pupil=PaperPupil("Élodie-Ann Pupil 0004", "0000 0001-7", "F", date(2016, 3, 12)),
    class_name="Grade 5 Coral",
    guardian="Ann Guardian 0007",
    address="4 Bay Street",
    happened_on=date(2026, 11, 3),
    part="did",
    summary="Pushed another pupil",
    category="Fighting",
    classification="Major",
    signer="Principal 01",
    made_on=date(2026, 11, 5),
    place="Yard",
    action="Detention",
    action_from=date(2026, 11, 6),
    action_until=date(2026, 11, 9),
    meeting_on=date(2026, 11, 10),
)


def page_texts(content: bytes) -> list[str]:
    with Paper(content) as paper:
        return [paper.text(number) for number in range(paper.pages)]


def drawn(letter: IncidentLetter) -> bytes:
    stream = BytesIO()
    write_letter(letter, stream, Words.load(letter.language))
    return stream.getvalue()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_one_page_that_says_everything(language: str) -> None:
    texts = page_texts(drawn(replace(LETTER, language=language)))
    assert len(texts) == 1
    for said in (
        "Élodie-Ann Pupil 0004",
        "Ann Guardian 0007",
        "4 Bay Street",
        "Pushed another pupil",
        "Detention",
    ):
        assert said in " ".join(texts[0].split())


@pytest.mark.parametrize("part", ["did", "suffered", "saw"])
def test_what_is_not_known_is_left_out(part: str) -> None:
    bare = replace(
        LETTER,
        part=part,
        guardian=None,
        address=None,
        place=None,
        action=None,
        meeting_on=None,
        signer=None,
        class_name=None,
        pupil=PaperPupil("Zoë Pupil 0005"),
        school=CardSchool("Palm Demo Primary School"),
    )
    (text,) = page_texts(drawn(bare))
    flat = " ".join(text.split())
    assert "The parent or guardian of Zoë Pupil 0005" in flat
    assert "What the school has done" not in flat
    assert "None" not in flat


def test_the_longest_stays_on_one_page() -> None:
    long = replace(
        LETTER, summary="Word " * 40, address="Street " * 28, action="Action " * 6, guardian="Name " * 24
    )
    assert len(page_texts(drawn(long))) == 1


def test_equal_values_give_equal_bytes() -> None:
    assert drawn(LETTER) == drawn(LETTER)
