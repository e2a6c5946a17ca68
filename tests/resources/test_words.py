"""Words: translations, plurals, dates and numbers, and that no text lacks a language."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from babel.dates import format_date, get_day_names, get_month_names
from babel.messages.pofile import read_po as babel_read_po
from babel.numbers import format_decimal

from resources.locale_data import LOCALES
from resources.po import parse_po
from resources.words import LANGUAGES, N_, PSEUDO_RIGHT_TO_LEFT, Words
from tools import words as tool

SAMPLE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

#: ui/home.py
#, python-brace-format
msgid "Hello {name}"
msgstr "Bonjour {name}"

msgid ""
"Two lines\n"
"and a \"quote\" and a \\ and a\ttab"
msgstr "Deux \"lignes\"\n"

msgctxt "verb"
msgid "Open"
msgstr "Ouvrir"

msgid "{n} card"
msgid_plural "{n} cards"
msgstr[0] "{n} bulletin"
msgstr[1] "{n} bulletins"

#, fuzzy
msgid "Unsure"
msgstr "Pas sûr"

msgid "Not yet"
msgstr ""

#~ msgid "Gone"
#~ msgstr "Parti"

msgid "Last"
msgstr "Dernier"
"""


def test_our_reader_agrees_with_babel() -> None:
    ours = parse_po(SAMPLE)
    single: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    for message in babel_read_po(io.BytesIO(SAMPLE.encode()), locale="fr"):
        if not message.id or message.fuzzy or not message.string:
            continue
        text, said = tool.texts(message), tool.translations(message)
        if len(text) > 1:
            plural[text[0]] = said
        else:
            single[f"{message.context}\x04{text[0]}" if message.context else text[0]] = said[0]
    assert ours.single == single
    assert ours.plural == plural
    assert "Unsure" not in ours.single


@pytest.mark.parametrize("language", ["fr", "es"])
def test_our_reader_agrees_with_babel_on_the_shipped_catalogues(language: str) -> None:
    ours = parse_po(tool.po_path(language).read_text(encoding="utf-8"))
    for message in tool.stored(language):
        if message.id and tool.is_translated(message) and not message.fuzzy:
            text, said = tool.texts(message), tool.translations(message)
            if len(text) > 1:
                assert ours.plural[text[0]] == said
            elif not message.context:
                assert ours.single[text[0]] == said[0]


@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_every_text_of_the_program_is_translated(language: str) -> None:
    assert [tool.label(message) for message in tool.missing(language)] == []


@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_a_translation_has_the_fields_of_its_text(language: str) -> None:
    for message in tool.stored(language):
        if message.id and tool.is_translated(message):
            ids, strings = tool.texts(message), tool.translations(message)
            allowed = set().union(*(tool.fields(text) for text in ids))
            for string in strings:
                assert tool.fields(string) <= allowed, message.id
            assert tool.fields(strings[-1]) == tool.fields(ids[-1]), message.id


def test_a_missing_text_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "ui"
    package.mkdir()
    (package / "a.py").write_text(
        'w.tr("Never said before")\nw.ntr("{n} thing", "{n} things", 2)\n'
        'w.ptr("verb", "Close")\nraise Refused("Type a number", field="x")\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "PACKAGES", ("ui",))
    labels = {tool.label(message) for message in tool.missing("fr")}
    assert labels == {"Never said before", "{n} thing", "verb|Close", "Type a number"}


def test_filling_in_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "ui"
    package.mkdir()
    (package / "a.py").write_text('w.tr("One")\nw.ntr("{n} pig", "{n} pigs", 2)\n', encoding="utf-8")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "PACKAGES", ("ui",))
    given = tmp_path / "w.json"
    given.write_text('{"One": {"fr": "Un", "es": "Uno"}, "No such": {"fr": "x"}}', encoding="utf-8")
    assert tool.fill(given) == ["No such"]
    given.write_text('{"{n} pig": {"fr": ["{n} porc", "{n} porcs"], "es": ["", ""]}}', encoding="utf-8")
    assert tool.fill(given) == []
    catalogue = parse_po(tool.po_path("fr").read_text(encoding="utf-8"))
    assert catalogue.single == {"One": "Un"}
    assert catalogue.plural == {"{n} pig": ("{n} porc", "{n} porcs")}
    assert [tool.label(message) for message in tool.missing("es")] == ["{n} pig"]


def test_a_text_without_translation_shows_in_english() -> None:
    assert Words.load("fr").tr("No such text {n}", n=3) == "No such text 3"
    assert Words.load("no such language").tr("Home") == "Home"
    assert N_("Home") == "Home"


def test_plurals_follow_the_language() -> None:
    one, many = "{n} of a thing", "{n} of things"
    assert Words.load("en").ntr(one, many, 1) == "1 of a thing"
    assert Words.load("en").ntr(one, many, 0) == "0 of things"
    assert Words.load("fr").ntr(one, many, 0) == "0 of a thing"
    assert Words.load("en").ntr(one, many, 4812) == "4,812 of things"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_days_and_months_are_those_of_the_cldr(language: str) -> None:
    data = LOCALES[language]
    assert list(data.months) == list(get_month_names("wide", locale=language).values())
    names = get_day_names("wide", locale=language)
    assert list(data.weekdays) == [names[day] for day in range(7)]
    short = [name.replace("Sept", "Sep") for name in get_month_names("abbreviated", locale=language).values()]
    assert list(data.months_short) == short


@pytest.mark.parametrize("language", ["fr", "es"])
def test_long_dates_are_those_of_the_cldr(language: str) -> None:
    day = date(2026, 11, 5)
    words = Words.load(language)
    assert words.date(day, "long") == format_date(day, "long", locale=language)
    assert words.date(day, "weekday") == format_date(day, "full", locale=language)


def test_the_first_of_a_month_is_the_first_in_french() -> None:
    first = date(2026, 9, 1)
    assert Words.load("fr").date(first, "day_month") == "1er sept."
    assert Words.load("fr").date(first) == "1er septembre 2026"
    assert Words.load("fr").date(date(2026, 9, 11)) == "11 septembre 2026"
    assert Words.load("es").date(first) == "1 de septiembre de 2026"


def test_english_dates() -> None:
    words = Words.load("en")
    assert words.date(date(2016, 3, 12)) == "12 March 2016"
    assert words.date(date(2016, 3, 12), "medium") == "12 Mar 2016"
    assert words.date(date(2016, 3, 12), "day_month") == "12 Mar"
    assert words.date(date(2026, 11, 5), "weekday") == "Thursday 5 November 2026"
    assert words.weekday(date(2026, 11, 4)) == "Wed"
    with pytest.raises(ValueError, match="short"):
        words.date(date(2016, 3, 12), "short")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", ["0", "7", "1234.5", "12345.678", "-98765432.1", "0.05"])
def test_numbers_are_those_of_the_cldr(language: str, value: str) -> None:
    expected = format_decimal(Decimal(value), format="#,##0.###", locale=language)
    if language == "es" and len(value.split(".", maxsplit=1)[0].lstrip("-")) == 4:
        expected = value.replace(".", ",")
    assert Words.load(language).number(Decimal(value)) == expected


def test_numbers_round_half_up() -> None:
    words = Words.load("en")
    assert words.number(Decimal("62.65"), 1) == "62.7"
    assert words.number(2.5, 0) == "3"
    assert words.number(-0.04, 1) == "0.0"
    assert words.percent(93.4, 1) == "93.4\u00a0%"


@pytest.mark.parametrize(
    ("gone", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=2), "2 h ago"),
        (timedelta(hours=24), "yesterday"),
        (timedelta(days=3), "2 Nov"),
        (timedelta(days=400), "1 Oct 2025"),
    ],
)
def test_times_are_relative_up_to_a_day(gone: timedelta, text: str) -> None:
    now = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
    assert Words.load("en").relative(now - gone, now) == text


def test_the_test_language_is_longer_and_from_right_to_left() -> None:
    words = Words.load(PSEUDO_RIGHT_TO_LEFT)
    assert words.right_to_left
    assert len(words.tr("Report cards")) >= len("Report cards") * 4 // 3
    assert words.tr("{n} ready", n=3).startswith("\u200f3 ready")


def test_a_list_reads_as_a_sentence() -> None:
    assert Words.load("en").listing(["French"]) == "French"
    assert Words.load("fr").listing(["A", "B", "C"]) == "A, B et C"
