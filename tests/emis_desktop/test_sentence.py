"""Sentences are put into words where they are shown, with everything in them."""

from datetime import date
from decimal import Decimal

from emis_desktop.errors import Word
from emis_desktop.sentence import NN_, Names, say, say_many
from resources.words import Words

ENGLISH = Words.load("en")


def test_values_are_said_in_the_readers_way() -> None:
    sentence = say(
        "{mark} on {day} for {what}: {more} by {who}",
        mark=Decimal("71.5"),
        day=date(2026, 11, 5),
        what=("French", "Music"),
        more=say("{n} left", n=3),
        who=Word("Teacher"),
    )
    assert sentence.text(ENGLISH) == "71.5 on 5 Nov 2026 for French and Music: 3 left by Teacher"
    assert "71,5" in sentence.text(Words.load("fr"))


def test_a_thing_is_called_what_the_reader_calls_it() -> None:
    sentence = say("{n} left", n=(Names("Mathematics", "Mathématiques", ""), Names("Creole", None, None)))
    said = {language: sentence.text(Words.load(language)) for language in ("en", "fr", "es")}
    assert "Mathématiques et Creole" in said["fr"]
    assert "Mathematics and Creole" in said["en"]
    assert "Mathematics y Creole" in said["es"]


def test_a_number_chooses_between_two_forms() -> None:
    assert (
        say_many("{n} mark of {name}", "{n} marks of {name}", 1, name="Coral").text(ENGLISH)
        == "1 mark of Coral"
    )
    assert say_many("{n} mark", "{n} marks", 2).text(ENGLISH) == "2 marks"
    assert NN_("{n} mark", "{n} marks") == ("{n} mark", "{n} marks")


def test_a_sentence_without_values_is_itself() -> None:
    assert say("No marks are entered yet").text(ENGLISH) == "No marks are entered yet"
