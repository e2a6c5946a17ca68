"""Values of the country's own fields: one stored form whatever the language."""

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.custom_values import kept_value

BUS = ("North", "South")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  Two  words ", "Two words"),
        ("text", None, None),
        ("number", "2,5", "2.5"),
        ("number", "1 000", "1000"),
        ("number", "-3", "-3"),
        ("date", "2026-11-05", "2026-11-05"),
        ("yes_no", "yes", "yes"),
        ("choice", "North", "North"),
        ("choice", "", None),
    ],
)
def test_kept(kind: str, typed: str | None, kept: str | None) -> None:
    assert kept_value(kind, BUS, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", "x" * 201),
        ("number", "many"),
        ("number", "1,234"),
        ("number", "0.1234567"),
        ("date", "5 November"),
        ("yes_no", "perhaps"),
        ("choice", "East"),
    ],
)
def test_refused(kind: str, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        kept_value(kind, BUS, typed)
    assert refused.value.field == "value"


def test_the_ministry_asks_for_it() -> None:
    with pytest.raises(Refused, match="The ministry asks"):
        kept_value("text", (), "  ", required=True)
