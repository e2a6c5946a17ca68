"""What may be chosen for grading: schemes, the use of each grade, subjects."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.queries.grading import GradingQueries
from emis_desktop.services.structure import StructureService
from tests.factories.schools import School, demo_profile, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def test_every_grade_has_the_countrys_scheme_until_the_school_chooses(school: School) -> None:
    queries = GradingQueries(school.db, school.actor)
    schemes = queries.schemes()
    assert {one.code for one in schemes} == set(demo_profile().schemes)
    assert [one.name for one in schemes] == sorted(one.name for one in schemes)
    before = queries.uses(school.id)
    assert [use.grade.position for use in before] == sorted(use.grade.position for use in before)
    assert all(use.scheme_id is not None and not use.own for use in before)
    fifth = next(use for use in before if use.grade.code == "G5")
    other = next(one for one in schemes if one.id != fifth.scheme_id)
    StructureService(school.db, school.actor).use_scheme(other.id, school.id, fifth.grade.id)
    after = {use.grade.code: use for use in queries.uses(school.id)}
    assert (after["G5"].scheme_id, after["G5"].own) == (other.id, True)
    assert not after["G4"].own


def test_subjects_speak_the_readers_language(school: School) -> None:
    queries = GradingQueries(school.db, school.actor)
    english = {one.code: one.name for one in queries.subjects("en")}
    french = {one.code: one.name for one in queries.subjects("fr")}
    assert english["P-MA"] == "Mathematics"
    assert french["P-MA"] == "Mathématiques"
    assert [one.id for one in queries.subjects("en")] == [one.id for one in queries.subjects("es")]
