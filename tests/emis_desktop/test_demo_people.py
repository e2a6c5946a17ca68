"""The demo school: everyone has a class, the right age, a sound number and someone to call."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emis_desktop.demo_people import SCHOOL, SECONDARY, DemoRoll, demo_roll
from emis_desktop.profiles import load_profile
from emis_desktop.rules.dates import age_on
from emis_desktop.rules.student_number import parse_student_number
from emis_desktop.samples import FIRST_SERIAL, SCHOOLS

DEMO = load_profile("XD")


@pytest.fixture(scope="module")
def roll() -> DemoRoll:
    return demo_roll(DEMO, 2026)


def test_the_roll(roll: DemoRoll) -> None:
    assert len(roll.pupils) == 417
    assert len(roll.classes) == 14
    assert {one.name for one in roll.classes} >= {"Grade 5 Coral", "Grade 5 Reef"}
    assert len({one.name for one in roll.classes}) == 14
    assert [one.teacher for one in roll.classes] == [f"Teacher {n:02d}" for n in range(1, 15)]
    assert {pupil.grade for pupil in roll.pupils} == {"K", "G1", "G2", "G3", "G4", "G5", "G6"}
    sizes = Counter(pupil.class_name for pupil in roll.pupils)
    assert set(sizes) == {one.name for one in roll.classes}
    assert 27 <= min(sizes.values()) <= max(sizes.values()) <= 35


def test_pupils_are_of_their_grade_s_age_or_a_year_older(roll: DemoRoll) -> None:
    older = 0
    for pupil in roll.pupils:
        over = age_on(pupil.person.birth_date, DEMO.age_date(2026)) - DEMO.grade(pupil.grade).official_age
        assert over in {0, 1}
        assert over == 1 or not pupil.repeater
        older += over
    assert 5 <= older <= 45


def test_numbers_are_sound_and_apart_from_the_sample_s(roll: DemoRoll) -> None:
    serials = [int(parse_student_number(pupil.number)[:-1]) for pupil in roll.pupils]
    assert serials == list(range(1, 418))
    assert max(serials) < FIRST_SERIAL


def test_everyone_has_a_guardian_of_the_country_s_list(roll: DemoRoll) -> None:
    relations = DEMO.code_lists["guardian_relation"]
    for pupil in roll.pupils:
        assert 1 <= len(pupil.guardians) <= 2
        assert len({guardian.relation for guardian in pupil.guardians}) == len(pupil.guardians)
        for guardian in pupil.guardians:
            listed = relations.find(guardian.relation)
            assert listed is not None
            assert listed.maps_to == {"F": "female", "M": "male"}[guardian.person.sex]
            assert guardian.person.synthetic
            assert guardian.person.birth_date < pupil.person.birth_date
            assert len(guardian.phone) == 8
    phones = [guardian.phone for pupil in roll.pupils for guardian in pupil.guardians]
    assert len(set(phones)) == len(phones)


def test_the_same_seed_gives_the_same_school(roll: DemoRoll) -> None:
    assert demo_roll(DEMO, 2026) == roll
    assert demo_roll(DEMO, 2026, seed=2) != roll


@settings(max_examples=20)
@given(st.integers(0, 3000), st.integers(0, 50))
def test_a_school_of_any_size_places_everybody(pupils: int, seed: int) -> None:
    roll = demo_roll(DEMO, 2026, pupils, seed)
    assert len(roll.pupils) == pupils
    grades = {one.name: one.grade for one in roll.classes}
    assert len(grades) == len(roll.classes)
    assert all(grades[pupil.class_name] == pupil.grade for pupil in roll.pupils)


def test_schools_belong_to_the_demo_country() -> None:
    districts = {unit.code for unit in DEMO.districts.units}
    kinds = {one.code for one in DEMO.school_types}
    sectors = {one.code for one in DEMO.code_lists["school_sector"]}
    for school in (SCHOOL, *SECONDARY):
        assert "Demo" in school.name
        assert school.area in districts
        assert school.kind in kinds
        assert school.sector in sectors
        assert school.email.endswith(".example")
    assert {school.code for school in SECONDARY} == set(SCHOOLS.values())
