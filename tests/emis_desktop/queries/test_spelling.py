"""Guesses are near, known and find somebody."""

from emis_desktop.queries.spelling import guesses, words_in


def test_words_that_find_somebody_stay_and_the_nearest_come_first() -> None:
    known = {"marie", "maria", "mario", "joseph"}
    assert guesses(["marei", "joseph"], known, lambda words: set(words) <= known)[0] == "marie joseph"


def test_no_more_than_three_and_none_that_finds_nobody() -> None:
    known = {f"mari{letter}" for letter in "abcdef"}
    assert len(guesses(["marix"], known, lambda words: set(words) <= known)) == 3
    assert guesses(["marix"], known, lambda words: False) == ()


def test_numbers_and_very_short_words_are_no_names() -> None:
    assert words_in(["de souza 1020 10ab ann"]) == {"souza", "ann"}
