"""Which school a ministry's laptop shows: one with records, until somebody chooses."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from emis_desktop.queries.school import SchoolQueries
from emis_desktop.services.structure import NewSchool, StructureService
from emis_desktop.settings import Home
from tests.factories.schools import IN_TERM, School, opened_school
from ui.context import Place
from ui.laptop_settings import LaptopSettings
from ui.program.places import Places


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def begin(school: School) -> tuple[Places, SchoolQueries]:
    """The selectors of a laptop with three schools, as it is opened."""
    everywhere = SchoolQueries(school.db, replace(school.actor, institution_id=None))
    settings = LaptopSettings(Home(school.db.path.parent))
    places = Places(everywhere, settings, Place(), lambda: IN_TERM)
    places.load()
    return places, everywhere


def test_it_is_one_with_records_as_soon_as_they_come(school: School) -> None:
    structure = StructureService(school.db, school.actor)
    for code, name in (("D-0108", "Another Demo School"), ("D-0109", "Zenith Demo School")):
        structure.create_school(NewSchool(code, name))
    places, queries = begin(school)
    first, own, last = (one.id for one in queries.schools())
    assert places.place.institution_id == first
    school.add_class("Grade 5 Coral")
    school.add_pupil("Ana Pupil", "Grade 5 Coral")
    places.load()
    assert places.place.institution_id == own
    for chosen in (last, first):
        places.select("school", str(chosen))
        places.load()
        assert places.place.institution_id == chosen, "an empty one that somebody chose stays"
    again, _ = begin(school)
    assert again.place.institution_id == first
