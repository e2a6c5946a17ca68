"""The file in the data folder: what it may change, and how each mistake in it is told."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emis_desktop.errors import BadFile, Refused
from emis_desktop.profiles import CountryProfile, list_profiles, load_profile, school_year
from emis_desktop.profiles.loading import SHIPPED
from resources.words import Words

ROW = {"code": "X", "name": {"en": "X", "fr": "X", "es": "X"}}


def overlaid(folder: Path, content: object, code: str = "XD") -> CountryProfile:
    """The profile with ``content`` as the ministry's own file."""
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / f"{code}.json").write_text(text, "utf-8")
    return load_profile(code, folder)


def test_a_single_value_is_replaced_with_its_mark(tmp_path: Path) -> None:
    source = "Ministry, circular 7 of 2026"
    profile = overlaid(
        tmp_path, {"age_cutoff": {"value": "12-31", "source": source}, "census_day": "11-02"}, "LC"
    )
    assert profile.age_date(2026) == date(2026, 12, 31)
    assert profile.census_date(2026) == date(2026, 11, 2)
    assert profile.marks["age_cutoff"].source == source
    assert "age_cutoff" not in profile.unconfirmed()
    assert "census_day" not in profile.marks
    assert load_profile("LC").age_date(2026) == date(2026, 9, 1)


def test_rows_are_changed_added_and_taken_out_by_code(tmp_path: Path) -> None:
    profile = overlaid(
        tmp_path,
        {
            "schemes": [{"code": "C40E60", "pass_mark": 62.5}],
            "code_lists": {"late_reason": [{"code": "BUS", "remove": True}, {**ROW, "code": "FERRY"}]},
            "grades": [{"code": "F6U", "remove": True}, {"code": "K", "label": "Infants"}],
            "calendar": {"observed": [{"code": "2026-T1", "starts": "2026-09-01"}]},
        },
    )
    scheme = profile.scheme_of("G5")
    assert scheme.pass_mark == Decimal("62.5")
    assert len(scheme.items) == 8
    codes = [entry.code for entry in profile.code_lists["late_reason"]]
    assert "BUS" not in codes
    assert codes[-1] == "FERRY"
    assert profile.grades[-1].code == "F6L"
    assert profile.grade("K").label == "Infants"
    assert school_year(profile, 2026).terms[0].starts_on == date(2026, 9, 1)
    assert len(profile.code_lists["late_reason"].entries) == len(
        load_profile("XD").code_lists["late_reason"].entries
    )


def test_a_new_grade_takes_its_place_by_age(tmp_path: Path) -> None:
    grade = {
        "code": "F7",
        "label": "Form 7",
        "short": "F7",
        "level": "post-secondary",
        "official_age": 19,
        "isced": "44",
    }
    toddlers = {
        **grade,
        "code": "PP0",
        "label": "Toddlers",
        "level": "pre-primary",
        "official_age": 2,
        "isced": "01",
    }
    profile = overlaid(tmp_path, {"grades": [grade, toddlers]})
    assert [profile.grades[0].code, profile.grades[-1].code] == ["PP0", "F7"]


def test_a_scheme_for_one_grade_goes_before_its_level(tmp_path: Path) -> None:
    profile = overlaid(tmp_path, {"assessment": {"G6": "PASS70"}, "subject_lists": {"G6": ["P-MA", "P-LA"]}})
    assert profile.scheme_of("G6").code == "PASS70"
    assert profile.scheme_of("G5").code == "C40E60"
    assert profile.scale_of("G6").code == "GPA4"
    assert [subject.code for subject in profile.subjects_of("G6")] == ["P-MA", "P-LA"]
    rules = profile.scheme_of("G6").rules(profile.scale_of("G6").band_set("fr"))
    assert rules.promotion.min_passed == 10
    assert rules.bands.grade(Decimal("89.99")).points == 3
    assert rules.bands.grade(Decimal(95)).descriptor == "Excellent"


def test_a_new_country_needs_a_whole_file(tmp_path: Path) -> None:
    content = json.loads((SHIPPED / "XD.json").read_text("utf-8"))
    content |= {"code": "ZZ", "name": "Nowhere"}
    profile = overlaid(tmp_path, content, "ZZ")
    assert profile.code == "ZZ"
    assert profile.name.fr == "Nowhere"
    found = {one.code: one for one in list_profiles(tmp_path)}
    assert found["ZZ"].own
    assert found["ZZ"].name.es == "Nowhere"
    assert not found["XD"].own


def test_an_unknown_code_is_refused(tmp_path: Path) -> None:
    for folder in (None, tmp_path, tmp_path / "not there"):
        with pytest.raises(Refused, match=r"There is no country profile “QQ”. Choose one from the list."):
            load_profile("QQ", folder)
    with pytest.raises(Refused):
        load_profile("../XD", tmp_path)


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{", "utf-8")
    (tmp_path / "XD.json.bak").write_text("{", "utf-8")
    assert len(list_profiles(tmp_path)) == 12
    assert load_profile("XD", tmp_path).code == "XD"


WRITTEN = [
    ("{", "line 1: the text cannot be read on from here. Check commas, quotation marks and brackets."),
    ('{"code": "XD",\n "islands": ["A"\n}', "line 3: the text cannot be read on from here."),
    ("[]", "write one group between curly brackets."),
    ('"text"', "write one group between curly brackets."),
    ('{"code": "XD", "code": "XE"}', "“code” stands twice in one group. Keep one."),
    ('{"sessions_per_day": NaN}', "NaN is not a number that can be used here. Write it in digits."),
    ('{"sessions_per_day": -Infinity}', "-Infinity is not a number that can be used here."),
    ('{"sessions_per_day": 1e400}', "1e400 is not a number that can be used here."),
    ('{"sessions_per_day": ' + "9" * 5000 + "}", "9 is not a number that can be used here."),
    ("[" * 100_000, "holds too many brackets inside each other."),
]


@pytest.mark.parametrize(("text", "told"), WRITTEN, ids=[told for _, told in WRITTEN])
def test_a_file_that_is_no_document(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadFile) as caught:
        overlaid(tmp_path, text)
    assert told in str(caught.value)
    assert str(tmp_path / "XD.json") in str(caught.value)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "XD.json").write_bytes('{"name": "Île"}'.encode("latin-1"))
    with pytest.raises(BadFile, match=r"is not written in UTF-8. Save it again as UTF-8 text."):
        load_profile("XD", tmp_path)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "XD.json").write_bytes(b"\xef\xbb\xbf" + b'{"sessions_per_day": 3}')
    assert load_profile("XD", tmp_path).sessions_per_day == 3


def test_a_file_that_is_far_too_large(tmp_path: Path) -> None:
    (tmp_path / "XD.json").write_bytes(b" " * 4_000_001)
    with pytest.raises(BadFile, match="too large for a country profile"):
        load_profile("XD", tmp_path)


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "XD.json").mkdir()
    with pytest.raises(
        BadFile, match=r"XD.json could not be read. Check that it is there and may be opened."
    ):
        load_profile("XD", tmp_path)


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"age_cutof": "09-01"}, "age_cutof: this name is not known here. Check its spelling or take it out."),
    ({"age_cutoff": "9/1"}, "age_cutoff: write month and day, such as 09-01."),
    ({"age_cutoff": "02-29"}, "age_cutoff: write month and day, such as 09-01."),
    ({"age_cutoff": {"value": "09-01", "sauce": "U"}}, "age_cutoff.sauce: this name is not known here."),
    (
        {"age_cutoff": {"value": "09-01", "source": 1}},
        "age_cutoff.source: write a text between quotation marks.",
    ),
    ({"first_grade": "Z9"}, "first_grade: write one of PP1, PP2, K, G1,"),
    ({"first_grade": None}, "first_grade: this is missing. Add it."),
    ({"sessions_per_day": 0}, "sessions_per_day: write a whole number from 1 to 5, without quotation marks."),
    ({"sessions_per_day": "2"}, "sessions_per_day: write a whole number from 1 to 5"),
    ({"sessions_per_day": True}, "sessions_per_day: write a whole number from 1 to 5"),
    ({"fictitious": "yes"}, "fictitious: write true or false, without quotation marks."),
    ({"code": "LC"}, "code: write XD, as in the name of the file."),
    ({"format": "country-profile/9"}, "format: write one of country-profile/1."),
    ({"name": {"fr": ""}}, "name.fr: write a text between quotation marks."),
    ({"name": {"pt": "Ilhas"}}, "name.pt: this name is not known here."),
    ({"ministry": "x" * 401}, "ministry: keep this to 400 characters."),
    ({"ministry": "two\nlines"}, "ministry: write a text between quotation marks."),
    ({"ministry": ["A"]}, "ministry: write a text between quotation marks."),
    ({"currency": "XTS"}, "currency: write a group between curly brackets."),
    ({"islands": "Great Demo"}, "islands: write a list between square brackets."),
    ({"islands": ["Great Demo", 7]}, "islands[2]: write a text between quotation marks."),
    (
        {"districts": {"units": [{"code": "WW", "parent": "??"}]}},
        "districts.units[WW].parent: ?? is not another area",
    ),
    ({"grades": [{"code": "G1", "official_age": 5}]}, "have the same official age. Give each its own."),
    (
        {"grades": [{"code": "G1", "official_age": "6"}]},
        "grades[G1].official_age: write a whole number from 2 to 30",
    ),
    ({"grades": [{"code": "G1", "level": "secondary"}]}, "grades[G1].level: write one of lower secondary, "),
    ({"grades": [{"code": "G1", "isced": "99"}]}, "grades[G1].isced: write one of 01, 02, 1, "),
    ({"grades": [{"code": "G9", "remove": True}]}, "grades[G9].official_age: this is missing. Add it."),
    ({"grades": [{**ROW, "code": "G1"}, {"code": "G1"}]}, "grades[G1].name: this name is not known here."),
    ({"school_types": [ROW, ROW]}, "school_types: X stands twice. Keep one."),
    ({"compulsory_age": {"to": "sixteen"}}, "compulsory_age.to: write an age, such as “5y” or “5y6m”."),
    ({"phone": {"country_code": "999"}}, "phone.country_code: write the country code with its plus sign"),
    ({"school_week": "MO TU Wed"}, "school_week: write the school days, such as “MO TU WE TH FR”."),
    (
        {"calendar": {"terms": [{"code": "T1", "starts": "1st Monday of September"}]}},
        "calendar.terms[T1].starts: write a date rule",
    ),
    (
        {"calendar": {"terms": [{"code": "T1", "starts": "proclaimed"}]}},
        "calendar.terms[T1].starts: write a date rule",
    ),
    (
        {"calendar": {"terms": [{"code": "T1", "weight": 101}]}},
        "calendar.terms[T1].weight: write a number from 0 to 100",
    ),
    (
        {"calendar": {"terms": [{"code": "T1", "weight": 1.0001}]}},
        "calendar.terms[T1].weight: write at most three decimals.",
    ),
    (
        {"calendar": {"terms": [{"code": "T1", "ends": "last Friday of February"}]}},
        "in the school year 2015, T1 would run from",
    ),
    (
        {"calendar": {"observed": [{"code": "2026-T4"}]}},
        "calendar.observed[2026-T4].code: write year and term, such as 2026-T1.",
    ),
    (
        {"calendar": {"observed": [{"code": "2026-T1", "ends": "11.12.2026"}]}},
        ".ends: write a date, such as 2026-12-11.",
    ),
    (
        {"calendar": {"observed": [{"code": "2050-T1", "ends": "2060-12-11"}]}},
        "in the school year 2050, T1 would run from",
    ),
    (
        {"calendar": {"holidays": [{"code": "LABOUR", "substitute": "moved"}]}},
        "write one of none, sunday_to_monday,",
    ),
    (
        {"calendar": {"holidays": [{"code": "LABOUR", "dates": ["soon"]}]}},
        "calendar.holidays[LABOUR].dates[1]: write a date",
    ),
    (
        {"grading_scales": [{"code": "LETTERS", "bands": [{"code": "E", "lower": 1}]}]},
        "bands: The lowest grade starts at 0.",
    ),
    (
        {"grading_scales": [{"code": "LETTERS", "bands": [{"code": "D", "lower": 55}]}]},
        "C and D start at the same mark.",
    ),
    (
        {"schemes": [{"code": "C40E60", "parts": [{"code": "exam", "weight": 61}]}]},
        "parts: the weights add up to 101. Make it 100.",
    ),
    (
        {"schemes": [{"code": "C40E60", "items": [{"code": "TEST1", "weight": 21}]}]},
        "schemes[C40E60].items: the weights of exam add up to 61. Make it 60.",
    ),
    (
        {"schemes": [{"code": "C40E60", "scale": "NONE"}]},
        "schemes[C40E60].scale: write one of GPA4, LETTERS,",
    ),
    ({"schemes": [{"code": "C40E60", "ranking": 1}]}, "schemes[C40E60].ranking: write true or false"),
    ({"assessment": {"primary": None}}, "assessment.primary: this is missing. Add it."),
    ({"assessment": {"primary": "BEST"}}, "assessment.primary: write one of C40E60, C60E40,"),
    ({"subject_lists": {"G5": ["P-MA", "P-XX"]}}, "subject_lists.G5[2]: P-XX is not among the subjects."),
    ({"subject_lists": {"G5": ["P-MA", "P-MA"]}}, "P-MA stands twice. Keep one."),
    (
        {"subjects": [{"code": "P-RD", "parent": "P-XX"}]},
        "subjects[P-RD].parent: P-XX is not among the subjects.",
    ),
    (
        {"code_lists": {"late_reason": [{"code": "BUS", "severity": 5}]}},
        "code_lists.late_reason[BUS].severity: write a whole",
    ),
    (
        {"code_lists": {"late_reason": [{"code": "NEW"}]}},
        "code_lists.late_reason[NEW].name: this is missing. Add it.",
    ),
    (
        {"exam_schemes": [{"code": "CSEC", "passing": ["I", "X"]}]},
        "exam_schemes[CSEC].passing[2]: write one of I, II,",
    ),
]


@pytest.mark.parametrize(("content", "told"), MISTAKES, ids=[told for _, told in MISTAKES])
def test_a_mistake_is_told_with_file_and_place(tmp_path: Path, content: dict[str, Any], told: str) -> None:
    with pytest.raises(BadFile) as caught:
        overlaid(tmp_path, content)
    message = str(caught.value)
    assert told in message
    assert message.startswith(str(tmp_path / "XD.json"))


def test_an_empty_list_of_grades_or_terms(tmp_path: Path) -> None:
    gone = [{"code": grade.code, "remove": True} for grade in load_profile("XD").grades]
    with pytest.raises(BadFile, match=r"a country has at least one grade. Add one."):
        overlaid(tmp_path, {"grades": gone})
    gone = [{"code": code, "remove": True} for code in ("T1", "T2", "T3")]
    with pytest.raises(BadFile, match=r"a school year has at least one term. Add one."):
        overlaid(tmp_path, {"calendar": {"terms": gone}})


def test_a_mistake_in_a_lower_file_names_that_file(tmp_path: Path) -> None:
    """Taking out a scheme that the shared file uses is the ministry's mistake, told where it shows."""
    with pytest.raises(BadFile, match=r"^profiles/XD.json, assessment.primary: write one of"):
        overlaid(tmp_path, {"schemes": [{"code": "C40E60", "remove": True}]})


def test_a_mistake_is_told_in_the_reader_s_language(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as caught:
        overlaid(tmp_path, {"grading_scales": [{"code": "LETTERS", "bands": [{"code": "D", "lower": 55}]}]})
    for language in ("en", "fr", "es"):
        assert "{" not in caught.value.text(Words.load(language))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 120)
    | st.floats(allow_nan=False, width=16)
    | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "value", "name", "source", "x"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(sorted(json.loads((SHIPPED / "XD.json").read_text("utf-8")))), JSON, min_size=1
    )
)
def test_whatever_stands_in_the_file_it_is_used_or_refused_in_words(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    try:
        profile = overlaid(tmp_path, content)
    except BadFile as fault:
        told = str(fault)
    else:
        told = profile.name.en
    assert told
    assert "{file}" not in told


def test_every_grade_needs_a_scheme(tmp_path: Path) -> None:
    level = {**ROW, "code": "tertiary", "isced": "55"}
    grade = {
        "code": "Y1",
        "label": "Year 1",
        "short": "Y1",
        "level": "tertiary",
        "official_age": 19,
        "isced": "55",
    }
    with pytest.raises(BadFile, match=r"assessment.tertiary: this is missing. Add it."):
        overlaid(tmp_path, {"levels": [level], "grades": [grade]})


def test_the_reason_inside_a_refusal_is_translated_too(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as caught:
        overlaid(tmp_path, {"grading_scales": [{"code": "LETTERS", "bands": [{"code": "E", "lower": 1}]}]})
    french = caught.value.text(Words.load("fr"))
    assert "grading_scales[LETTERS].bands\u00a0: " in french
