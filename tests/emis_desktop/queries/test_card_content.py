"""Frozen content: what goes in comes out, the same for ever; the code that follows from it."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.queries.card_content import (
    CHECK_LETTERS,
    body,
    body_of,
    check_code,
    fingerprint,
    freeze,
    sealed,
    thaw,
)
from emis_desktop.rules.bands import BandRange
from emis_desktop.rules.card import (
    CardAttendance,
    CardIssue,
    CardKey,
    CardPart,
    CardPoint,
    CardPupil,
    CardRemark,
    CardReplaced,
    CardSchool,
    CardSubject,
    CardSummary,
    CardTerm,
    CardTrait,
    CardValues,
)
from emis_desktop.rules.positions import Position
from emis_desktop.rules.promotion import Promotion
from emis_desktop.rules.results import ResultState

CARD = CardValues(
    school=CardSchool(
        "Windward Demo Primary School", "Steady", "Harbour Road", "000 0101", "D-0107", b"crest"
    ),
    term=CardTerm("Term 1", "2026–27", date(2026, 9, 7), date(2026, 12, 11)),
    pupil=CardPupil(
        "Pupil 0001", "0000 0001-7", "Grade 5 Coral", date(2016, 3, 12), 10, date(2026, 9, 1), "T", 31, b"p"
    ),
    summary=CardSummary(
        Decimal("71.6"), ResultState.FINAL, 100, Position(8, True, 31), Decimal("67.9"), 10, 12, 56, 61
    ),
    subjects=(
        CardSubject(
            "Mathématiques",
            (CardPart("Course", Decimal(40), Decimal("34.50"), ResultState.FINAL),),
            Decimal(86),
            ResultState.FINAL,
            100,
            "A",
            True,
            Decimal("63.9"),
            Decimal(95),
            "A",
            "Quick, accurate “always”",
        ),
    ),
    key=CardKey(
        (BandRange("A", Decimal(85), Decimal(100), "x"),), Decimal(50), (("A", "ok"),), ((4, "always"),)
    ),
    language="fr",
    provisional=False,
    progress=(CardPoint("T1 2026", Decimal("71.6"), None),),
    attendance=CardAttendance(61, 56, 3, 2, 4),
    conduct=(CardTrait("Punctual", None, 4),),
    class_teacher=CardRemark("Steady.", "Teacher 01"),
    principal=CardRemark(None, None),
    next_term=date(2027, 1, 4),
    promotion=Promotion.PROMOTED,
    goes_to="Grade 6",
    issue=CardIssue(2, "T1-26T1-000117", date(2026, 12, 11), "", b"", CardReplaced(1, date(2026, 12, 4))),
)
PICTURES = {sha256(picture).digest(): picture for picture in (b"crest", b"p")}


def test_a_card_comes_back_as_it_was_with_its_code() -> None:
    content = freeze(CARD)
    back = thaw(content, PICTURES.get)
    code = check_code(fingerprint(content))
    assert back == sealed(CARD, fingerprint(content))
    assert back.issue is not None
    assert back.issue.check_code == code
    assert back.issue.qr == f"EMIS1:T1-26T1-000117:2:20261211:71.6:{code.replace('-', '')}".encode()
    assert replace(back, issue=CARD.issue) == CARD
    assert freeze(back) == content


def test_content_is_the_same_wherever_it_is_made() -> None:
    assert freeze(CARD).startswith(b'{"school":{"name":"Windward Demo Primary School","motto":"Steady"')
    assert fingerprint(freeze(CARD)).hex() == sha256(freeze(CARD)).hexdigest()
    assert b'crest":"' in freeze(CARD)
    assert len(freeze(CARD)) < 2500


def test_pictures_that_are_gone_leave_their_place_empty() -> None:
    back = thaw(freeze(CARD), lambda _wanted: None)
    assert (back.school.crest, back.pupil.photo) == (None, None)
    bare = replace(CARD, school=replace(CARD.school, crest=None), pupil=replace(CARD.pupil, photo=None))
    assert thaw(freeze(bare), PICTURES.get).school.crest is None


def test_a_preview_has_no_code() -> None:
    preview = replace(CARD, issue=None, summary=replace(CARD.summary, average=None))
    assert sealed(preview, b"x" * 32) is preview
    assert thaw(freeze(preview), PICTURES.get) == preview


def test_a_card_without_an_average_has_an_empty_place_in_its_code() -> None:
    exempt = replace(CARD, summary=replace(CARD.summary, average=None))
    done = sealed(exempt, b"\0" * 32)
    assert done.issue is not None
    assert done.issue.qr == b"EMIS1:T1-26T1-000117:2:20261211::00000000"


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        (replace(CARD, school=replace(CARD.school, phone="1")), True),
        (replace(CARD, progress=()), True),
        (replace(CARD, issue=None), True),
        (replace(CARD, pupil=replace(CARD.pupil, photo=None)), True),
        (replace(CARD, summary=replace(CARD.summary, class_average=Decimal(68))), False),
        (replace(CARD, pupil=replace(CARD.pupil, name="Pupil 0002")), False),
        (replace(CARD, principal=CardRemark("Well done", None)), False),
    ],
)
def test_what_makes_an_issued_card_wrong(changed: CardValues, same: bool) -> None:
    assert (body_of(freeze(CARD)) == body(changed)) is same
    assert (body_of(freeze(changed)) == body(CARD)) is same


@given(st.binary(min_size=32, max_size=32))
def test_a_check_code_is_eight_letters_that_nobody_mixes_up(digest: bytes) -> None:
    code = check_code(digest)
    assert re.fullmatch(f"[{CHECK_LETTERS}]{{4}}-[{CHECK_LETTERS}]{{4}}", code)
    number = 0
    for letter in code.replace("-", ""):
        number = number * 32 + CHECK_LETTERS.index(letter)
    assert number == int.from_bytes(digest[:5])


def test_check_letters_are_crockfords() -> None:
    assert len(set(CHECK_LETTERS)) == 32
    assert not set("ILOU") & set(CHECK_LETTERS)
