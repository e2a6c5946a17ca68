"""Messages are templates, filled in the reader's language."""

import pickle
from datetime import date
from decimal import Decimal

import pytest

from emis_desktop import errors
from emis_desktop.errors import N_, BadFile, EmisError, Refused, Speaks, Word, WrongPassword
from resources.words import Words


def test_english_without_a_catalogue() -> None:
    refusal = Refused(
        "{name} got {mark} on {day} as {role}.",
        name="Pupil 0001",
        mark=Decimal("7.50"),
        day=date(2016, 3, 12),
        role=Word("Teacher"),
    )
    assert str(refusal) == "Pupil 0001 got 7.50 on 12 March 2016 as Teacher."


def test_a_message_without_values_may_hold_braces() -> None:
    assert str(EmisError("Type {name} as it stands.")) == "Type {name} as it stands."


def test_values_are_put_into_the_readers_language() -> None:
    class Shouting:
        def tr(self, text: str, /, **values: object) -> str:
            return text.format(**values).upper()

        def number(self, value: Decimal, /) -> str:
            return str(value).replace(".", ",")

        def date(self, day: date, style: str, /) -> str:
            assert style == "long"
            return f"le {day.day}"

    error = EmisError(
        "{role}: {mark}, {day}, {n}", role=Word("head"), mark=Decimal("7.5"), day=date(2026, 9, 7), n=3
    )
    assert error.text(Shouting()) == "HEAD: 7,5, LE 7, 3"


def test_the_programs_own_catalogue_can_say_it() -> None:
    words: Speaks = Words.load("fr")
    assert "7,5" in EmisError("{mark}", mark=Decimal("7.5")).text(words)


def test_a_reason_is_said_in_the_same_language() -> None:
    reason = Refused("More than {maximum}.", maximum=Decimal("7.5"))
    assert "7,5" in EmisError("Row {row}: {reason}", row=3, reason=reason).text(Words.load("fr"))


def test_a_refusal_names_its_field() -> None:
    assert Refused("Type a name.", field="name").field == "name"
    assert Refused("Type a name.").field is None
    assert issubclass(WrongPassword, Refused)
    assert issubclass(BadFile, Refused)


@pytest.mark.parametrize("name", ["StoreDamaged", "StoreTooNew", "CannotSave", "Cancelled"])
def test_faults_of_the_machine_are_no_refusals(name: str) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, EmisError)
    assert not issubclass(kind, Refused)


def test_an_error_survives_the_way_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(Refused("More than {maximum}.", field="mark", maximum=Decimal(20))))
    assert (str(error), error.field) == ("More than 20.", "mark")


def test_marking_a_text_changes_nothing() -> None:
    assert N_("Teacher") == "Teacher"
