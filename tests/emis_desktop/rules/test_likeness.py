"""Two records of one pupil are recognised, with reasons; namesakes, twins and siblings are left alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.likeness import REASON_WORDS, Features, Reason, reasons, score

BORN = date(2016, 3, 12)
PHONE = frozenset({"4401234"})
NAMES, SWAPPED, ALIKE = Reason.SAME_NAMES, Reason.SWAPPED_NAMES, Reason.ALIKE_NAMES
BIRTH, TURNED, CALL = Reason.SAME_BIRTH, Reason.SWAPPED_BIRTH, Reason.SAME_PHONE


def who(given: str, family: str, born: date | None = BORN, phones: frozenset[str] = frozenset()) -> Features:
    return Features(given, family, born, phones)


ELODIE = who("Élodie-Ann", "Baptiste", BORN, PHONE)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (who("Elodie Ann", "BAPTISTE"), (NAMES, BIRTH)),
        (who("Ann Élodie", "Baptiste"), (NAMES, BIRTH)),
        (who("Baptiste", "Élodie-Ann", BORN, PHONE), (SWAPPED, BIRTH, CALL)),
        (who("Elodie-Anne", "Baptiste"), (ALIKE, BIRTH)),
        (who("Elodi Ann", "Baptist"), (ALIKE, BIRTH)),
        (who("Élodie", "Baptiste"), (ALIKE, BIRTH)),
        (who("Baptist", "Elodie Ann"), (ALIKE, BIRTH)),
        (who("Élodie-Ann", "Babtist", date(2016, 3, 12)), (ALIKE, BIRTH)),
        (who("Élodie-Ann", "Baptiste", date(2016, 12, 3)), (NAMES, TURNED)),
        (who("Élodie-Ann", "Baptiste", None), (NAMES,)),
        (who("Élodie-Ann", "Baptiste", date(2015, 3, 12), PHONE), (NAMES, CALL)),
        (who("Élodie-Ann", "Baptiste", None, PHONE), (NAMES, CALL)),
    ],
)
def test_one_pupil_twice(other: Features, why: tuple[Reason, ...]) -> None:
    assert reasons(ELODIE, other) == why
    assert reasons(other, ELODIE) == why


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ELODIE, who("Élodie-Ann", "Baptiste", date(2015, 7, 30))),  # a namesake
        (ELODIE, who("Zoë", "Baptiste", BORN, PHONE)),  # a twin
        (who("Shania", "Joseph", BORN, PHONE), who("Shanice", "Joseph", BORN, PHONE)),  # twins again
        (ELODIE, who("Élodie", "Baptiste", date(2014, 5, 5), PHONE)),  # a sister with a like name
        (ELODIE, who("Elodie-Anne", "Baptiste", None)),  # alike and nothing else
        (ELODIE, who("", "Baptiste")),
        (ELODIE, who("Élodie-Ann", "–")),
        (who("Ann", "Joseph"), who("Ann", "Joshua")),
        (who("A", "B", date(2016, 3, 13)), who("A", "B", date(2016, 1, 3))),
    ],
)
def test_two_pupils(one: Features, other: Features) -> None:
    assert reasons(one, other) == ()


def test_a_doubled_name_is_no_swap() -> None:
    assert reasons(who("Joseph", "Joseph"), who("Joseph", "Joseph")) == (NAMES, BIRTH)


def test_more_in_common_scores_higher_and_never_over_100() -> None:
    ranked = [(NAMES, BIRTH, CALL), (NAMES, BIRTH), (SWAPPED, BIRTH), (ALIKE, BIRTH), (ALIKE, TURNED)]
    scores = [score(found) for found in ranked]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 100
    assert score(()) == 0


def test_every_reason_has_words() -> None:
    assert set(REASON_WORDS) == set(Reason)


names = st.text(max_size=12)


@given(names, names, names, names, st.dates(), st.dates())
def test_it_is_the_same_both_ways(a: str, b: str, c: str, d: str, day: date, other: date) -> None:
    one, two = who(a, b, day), who(c, d, other)
    assert reasons(one, two) == reasons(two, one)


SOUND = Reason.SOUND_NAMES


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (who("Kathryn", "Pierre"), who("Catherine", "Pierre"), (SOUND, BIRTH)),
        (who("Pierre", "Kathryn"), who("Catherine", "Pierre"), (SOUND, BIRTH)),
        (who("Steven", "Hyppolyte"), who("Stephen", "Ippolite", date(2016, 12, 3)), (SOUND, TURNED)),
        (who("John", "Pierre"), who("Jean", "Pierre"), ()),  # twins: one sound, other letters
        (who("Shania", "Pierre"), who("Shanice", "Pierre"), ()),
        (who("Kathryn", "Pierre"), who("Catherine", "Pierre", date(2011, 1, 30)), ()),
    ],
)
def test_names_of_one_sound(one: Features, other: Features, why: tuple[Reason, ...]) -> None:
    assert reasons(one, other) == why == reasons(other, one)
