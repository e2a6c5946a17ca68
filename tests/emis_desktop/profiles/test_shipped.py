"""Every shipped profile: it loads, and what must hold in any country holds in each."""

import json
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.profiles import CountryProfile, holidays, list_profiles, load_profile, school_year
from emis_desktop.profiles.loading import SHIPPED
from emis_desktop.profiles.texts import Texts

CODES = ("AG", "AI", "BS", "DM", "GD", "GY", "KN", "LC", "MS", "VC", "VG", "XD")
YEARS = range(2024, 2036)
OECS = {"AG", "DM", "GD", "MS", "KN", "LC", "VC", "AI", "VG"}


@pytest.fixture(scope="module", params=CODES)
def profile(request: pytest.FixtureRequest) -> CountryProfile:
    """Each shipped profile in turn."""
    code: str = request.param
    return load_profile(code)


def test_twelve_profiles_are_shipped_and_only_one_is_fictitious() -> None:
    profiles = list_profiles()
    assert sorted(one.code for one in profiles) == sorted(CODES)
    assert [one.code for one in profiles if one.fictitious] == ["XD"]
    assert profiles[-1].code == "XD"
    names = [one.name.en for one in profiles[:-1]]
    assert names == sorted(names)
    assert not any(one.own for one in profiles)


def test_the_nine_that_report_to_the_oecs_are_marked() -> None:
    assert {code for code in CODES if load_profile(code).identity.oecs != "none"} == OECS
    assert load_profile("AI").identity.oecs == load_profile("VG").identity.oecs == "associate"


def test_names_are_kept_in_three_languages() -> None:
    assert load_profile("LC").name == Texts("Saint Lucia", "Sainte-Lucie", "Santa Lucía")
    assert [load_profile(code).name.en for code in ("KN", "VC")] == [
        "Saint Kitts and Nevis",
        "Saint Vincent and the Grenadines",
    ]
    assert load_profile("KN").name.text("fr") == "Saint-Christophe-et-Niévès"
    assert load_profile("XD").name.text("xr") == "Demo Islands"


def test_grades_grow_older_one_by_one(profile: CountryProfile) -> None:
    ages = [grade.official_age for grade in profile.grades]
    assert ages == sorted(set(ages))
    assert [grade.position for grade in profile.grades] == list(range(1, len(ages) + 1))
    assert len({grade.label for grade in profile.grades}) == len(ages)
    order = [level.code for level in profile.levels]
    assert [order.index(grade.level) for grade in profile.grades] == sorted(
        order.index(grade.level) for grade in profile.grades
    )


@pytest.mark.parametrize(
    ("code", "grade", "age", "level"),
    [
        ("LC", "K", 5, "primary"),
        ("LC", "G6", 11, "primary"),
        ("LC", "F1", 12, "lower secondary"),
        ("LC", "F5", 16, "upper secondary"),
        ("LC", "F6U", 18, "post-secondary"),
        ("VG", "G12", 17, "upper secondary"),
        ("BS", "G1", 5, "primary"),
        ("GY", "G1", 6, "primary"),
    ],
)
def test_official_ages(code: str, grade: str, age: int, level: str) -> None:
    found = load_profile(code).grade(grade)
    assert (found.official_age, found.level) == (age, level)


def test_first_grade_is_the_first_of_primary(profile: CountryProfile) -> None:
    primary = [grade.code for grade in profile.grades if grade.level == "primary"]
    assert profile.first_grade == primary[0]
    assert len(primary) == (7 if "K" in primary else 6)


def test_every_grade_has_subjects_a_scheme_and_bands(profile: CountryProfile) -> None:
    for grade in profile.grades:
        subjects = profile.subjects_of(grade.code)
        assert 5 <= len(subjects) <= 14
        scheme = profile.scheme_of(grade.code)
        bands = profile.scale_of(grade.code).band_set("en")
        assert bands.bands[-1].lower == 0
        assert scheme.rules(bands).pass_mark == scheme.pass_mark
        assert all(item.maximum > 0 and item.weight > 0 for item in scheme.items)


def test_unknown_grade(profile: CountryProfile) -> None:
    with pytest.raises(KeyError):
        profile.grade("G99")


def test_terms_lie_in_order_inside_the_year(profile: CountryProfile) -> None:
    for start in YEARS:
        year = school_year(profile, start)
        assert year.starts_on == year.terms[0].starts_on
        assert year.ends_on == year.terms[-1].ends_on
        for term in year.terms:
            assert year.starts_on <= term.starts_on < term.ends_on < term.next_begins_on
            assert 7 <= term.weeks <= 18
        for before, after in zip(year.terms, year.terms[1:], strict=False):
            assert before.next_begins_on == after.starts_on
        assert year.ends_on < school_year(profile, start + 1).starts_on
        assert year.time_period == start + 1


def test_holidays_are_in_order_and_inside_the_year(profile: CountryProfile) -> None:
    for year in YEARS:
        days = holidays(profile, year)
        assert len(days) >= 8
        assert [one.day for one in days] == sorted(one.day for one in days)
        assert all(one.day.year == year for one in days)
        assert len({(one.day, one.code) for one in days}) == len(days)
        instead = [one for one in days if one.observed_for is not None]
        assert all(one.day.weekday() < 5 for one in instead)
        whole = [one.day for one in days]
        assert all(whole.count(one.day) == 1 for one in instead)


def test_every_year_has_the_days_all_territories_keep(profile: CountryProfile) -> None:
    for year in YEARS:
        days = {one.day for one in holidays(profile, year)}
        assert {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)} <= days


LANGUAGE_WORDS = (
    (("English", "Language Arts"), "anglais", "ingl"),
    (("French",), "français", "francés"),
    (("Spanish",), "espagnol", "español"),
    (("Portuguese",), "portugais", "portugués"),
    (("Dutch",), "néerlandais", "neerlandés"),
    (("Social Studies",), "études sociales", "estudios sociales"),
)


def test_a_subject_is_the_same_in_every_language(profile: CountryProfile) -> None:
    """These countries teach in English: their language arts are English, and no other subject is."""
    for subject in profile.subjects.values():
        name = subject.name
        for english, french, spanish in LANGUAGE_WORDS:
            meant = any(word in name.en for word in english)
            assert (french in name.fr.casefold()) is meant, name
            assert (spanish in name.es.casefold()) is meant, name


def test_code_lists_are_complete(profile: CountryProfile) -> None:
    lists = profile.code_lists
    assert {
        "exit_reason",
        "guardian_relation",
        "identity_type",
        "standing",
        "outcome",
        "school_sector",
    } <= set(lists)
    assert sum(len(codes.entries) for codes in lists.values()) >= 276
    for codes in lists.values():
        seen = [entry.code for entry in codes]
        assert len(seen) == len(set(seen))
        assert all(entry.name.en and entry.name.fr and entry.name.es for entry in codes)


def test_exits_map_to_what_counting_knows(profile: CountryProfile) -> None:
    reasons = profile.code_lists["exit_reason"]
    known = {"transferred", "emigrated", "dropped_out", "expelled", "deceased", "completed", "administrative"}
    assert {reason.maps_to for reason in reasons} == known
    death = reasons.find("DEC")
    assert death is not None
    assert death.maps_to == "deceased"
    assert reasons.find("NONE") is None


def test_days_of_census_and_age(profile: CountryProfile) -> None:
    assert profile.census_date(2026) == date(2026, 10, 15)
    assert profile.age_date(2026) == date(2026, 9, 1)


def test_what_nobody_confirmed_is_told(profile: CountryProfile) -> None:
    marks = profile.marks
    assert "schemes[C60E40]" in profile.unconfirmed()
    assert not marks["calendar.terms[T1]"].confirmed
    if not profile.identity.fictitious:
        assert "age_cutoff" in profile.unconfirmed()
        assert marks["numeric" if "numeric" in marks else "phone"].confirmed


def test_a_real_country_carries_nothing_invented(profile: CountryProfile) -> None:
    invented = [place for place, mark in profile.marks.items() if mark.source == "invented"]
    assert bool(invented) == profile.identity.fictitious


def test_phone_prefixes() -> None:
    assert load_profile("LC").phone.prefix == "+1 758"
    assert load_profile("GY").phone.prefix == "+592"
    assert load_profile("XD").phone.prefix == "+999"


def test_ages_of_compulsory_schooling_are_months() -> None:
    assert load_profile("GY").compulsory_age == (66, 180)
    assert load_profile("LC").compulsory_age == (60, 192)


def test_the_demo_country_shows_what_the_pictures_show() -> None:
    demo = load_profile("XD")
    assert [subject.name.en for subject in demo.subjects_of("G5")] == [
        *("Language Arts", "Mathematics", "Science", "Social Studies", "Physical Education"),
        *("Information Technology", "Visual Arts", "Music", "Spanish", "French", "Health and Family Life"),
        "Agricultural Science",
    ]
    scheme = demo.scheme_of("G5")
    assert [(part.code, int(part.weight)) for part in scheme.parts] == [("coursework", 40), ("exam", 60)]
    assert [(item.name.en, int(item.maximum), int(item.weight)) for item in scheme.items] == [
        *(("Quiz 1", 20, 5), ("Quiz 2", 20, 5), ("Quiz 3", 20, 5), ("Home 1", 10, 5), ("Home 2", 10, 5)),
        *(("Project", 50, 15), ("Test 1", 100, 20), ("Test 2", 100, 40)),
    ]
    key = demo.scale_of("G5").band_set("en").ranges(0)
    assert [(band.letter, str(band.lower), str(band.upper)) for band in key] == [
        *(("A", "85", "100"), ("B", "70", "84"), ("C", "55", "69"), ("D", "40", "54"), ("E", "None", "40")),
    ]
    assert [trait.name.en for trait in demo.report_card.conduct_traits][:2] == [
        "Works with others",
        "Completes homework",
    ]
    assert [level.name.en for level in demo.report_card.conduct_levels] == [
        "always",
        "mostly",
        "sometimes",
        "rarely",
    ]
    assert [effort.code for effort in demo.report_card.effort] == list(string.ascii_uppercase[:4])


def test_examinations_pass_with_grades_they_give(profile: CountryProfile) -> None:
    schemes = {scheme.code: scheme for scheme in profile.exam_schemes}
    assert schemes["CSEC"].passing == ("I", "II", "III")
    assert schemes["CSEC"].not_graded == ("UNGRADED", "ABSENT", "DEFERRED")
    assert schemes["CPEA"].max_mark == 500
    assert schemes["CAPE"].unit_based
    assert any(exam.code == "CSEC" for exam in profile.exams) or profile.code == "BS"


def _records(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _records(one)
    elif isinstance(value, list):
        for one in value:
            yield from _records(one)


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.json")), ids=lambda path: path.name)
def test_files_are_utf_8_and_end_with_a_line(path: Path) -> None:
    raw = path.read_bytes()
    assert raw.endswith(b"\n")
    assert b"\r" not in raw
    assert b"\t" not in raw
    for record in _records(json.loads(raw)):
        assert record.get("source") != ""
