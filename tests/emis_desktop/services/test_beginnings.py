"""The first act in a new store: the user, the country's structure and the school, all or nothing."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod, Act, EducationGrade, Institution, User
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.beginnings import Beginning, begin
from emis_desktop.services.structure import NewSchool
from tests.factories.schools import demo_profile
from tests.factories.stores import new_store


def beginning(school: NewSchool | None) -> Beginning:
    place = None if school is None else new_id()
    return Beginning(new_id(), "Principal 01", Role.PRINCIPAL, place, school, demo_profile(), 2026)


def test_a_schools_store_begins_with_two_years_its_school_and_its_principal(tmp_path: Path) -> None:
    db = new_store(tmp_path / "a.db")
    first = beginning(NewSchool("D-0107", "Windward Demo Primary School"))
    made = begin(db, first)
    with db.read() as session:
        assert set(session.scalars(select(AcademicPeriod.code))) == {"2025-26", "2026-27"} == set(made.years)
        assert session.scalar(select(func.count()).select_from(EducationGrade)) == len(made.grades) > 5
        user = session.get_one(User, first.user_id)
        assert (user.name, user.role, user.institution_id) == (
            "Principal 01",
            "principal",
            first.institution_id,
        )
        assert session.get_one(Institution, first.institution_id).code == "D-0107"
        (act,) = session.scalars(select(Act))
        assert (act.verb, act.user_id) == ("begin", first.user_id)
    db.close()


def test_a_ministrys_store_begins_without_a_school(tmp_path: Path) -> None:
    db = new_store(tmp_path / "a.db")
    first = beginning(None)
    begin(db, first)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Institution)) == 0
        assert session.get_one(User, first.user_id).institution_id is None
    db.close()


def test_a_school_that_cannot_be_leaves_an_empty_store(tmp_path: Path) -> None:
    db = new_store(tmp_path / "a.db")
    with pytest.raises(Refused, match="a code and a name"):
        begin(db, beginning(NewSchool("", "")))
    with db.read() as session:
        for model in (User, EducationGrade, Act):
            assert session.scalar(select(func.count()).select_from(model)) == 0
    db.close()
