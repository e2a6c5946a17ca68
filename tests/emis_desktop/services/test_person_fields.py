"""What may stand in each field of a person."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from emis_desktop.errors import Refused
from emis_desktop.services.person_fields import TYPED_FIELDS, checked, checked_birth_date, checked_text

TODAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("given_names", "  Élodie-Ann   Zoë ", "Élodie-Ann Zoë"),
        ("given_names", "-Ann", "-Ann"),
        ("family_name", "O’Neal d'Août", "O’Neal d'Août"),
        ("family_name", "N" * 120, "N" * 120),
        ("preferred_name", "", None),
        ("preferred_name", " Lou ", "Lou"),
        ("sex", "F", "F"),
        ("sex", "M", "M"),
        ("birth_place", "  Demo   Bay ", "Demo Bay"),
        ("birth_place", " ", None),
        ("nationality", "gd", "GD"),
        ("nationality", "", None),
        ("address", None, None),
        ("transport", "Walks, 15 minutes", "Walks, 15 minutes"),
    ],
)
def test_what_is_kept(name: str, typed: str | None, kept: str | None) -> None:
    assert checked(name, typed, TODAY) == kept
    assert checked_text(name, typed) == kept


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("given_names", " ", "Enter the given names."),
        ("family_name", "", "Enter the family name."),
        ("given_names", "!?", "at least one letter"),
        ("family_name", "N" * 121, "more than 120 characters"),
        ("preferred_name", "a\x07b", "cannot be printed"),
        ("sex", "", "Choose girl or boy."),
        ("sex", "X", "Choose girl or boy."),
        ("birth_place", "x" * 121, "longer than 120"),
        ("address", "a\x00b", "cannot be printed"),
        ("nationality", "G", "two or three letters"),
        ("nationality", "GRDX", "two or three letters"),
        ("nationality", "É1", "two or three letters"),
    ],
)
def test_what_is_refused_names_its_field(name: str, typed: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        checked(name, typed, TODAY)
    assert refused.value.field == name


def test_a_date_of_birth() -> None:
    assert checked("birth_date", date(2016, 2, 29), TODAY) == date(2016, 2, 29)
    assert checked_birth_date(TODAY - timedelta(days=1), TODAY) == date(2026, 11, 4)
    assert checked_birth_date(date(1900, 1, 1), TODAY) == date(1900, 1, 1)
    assert checked_birth_date(None, TODAY) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (TODAY, "must be before 5 November 2026"),
        (date(2030, 1, 1), "must be before 5 November 2026"),
        (date(1899, 12, 31), "31 December 1899 is before 1900"),
        ("12/3/2016", "Enter the date of birth."),
    ],
)
def test_a_day_nobody_can_be_born_on(value: date | str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        checked("birth_date", value, TODAY)
    assert refused.value.field == "birth_date"


def test_every_field_has_a_name() -> None:
    for name in TYPED_FIELDS:
        if name not in {"birth_date", "distance_km"}:
            value = {"sex": "F", "nationality": "GD", "meals": "free"}.get(name, "Text")
            assert checked(name, value, TODAY) == value


@pytest.mark.parametrize(
    ("typed", "kept"), [("", None), (" 2.5 ", "2.5"), ("0", "0"), ("12", "12"), ("500", "500")]
)
def test_kilometres_to_school(typed: str, kept: str | None) -> None:
    assert checked("distance_km", typed, TODAY) == (None if kept is None else Decimal(kept))


@pytest.mark.parametrize("typed", ["-1", "500.1", "near", "2.5555", "1,234"])
def test_what_are_no_kilometres(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        checked("distance_km", typed, TODAY)
    assert refused.value.field == "distance_km"


def test_meals_are_chosen() -> None:
    assert checked("meals", "", TODAY) is None
    with pytest.raises(Refused, match="how meals are paid"):
        checked("meals", "sometimes", TODAY)
