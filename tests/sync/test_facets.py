"""What travels together: one right, one facet; every column in exactly one; values lead there and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped

from benchmarks.records import BENCH_STUDENT
from emis_desktop.models import Base, Merge, Synced, synced_tables
from emis_desktop.models.base import OnDelete, field
from emis_desktop.rules.rights import SensitivityClass
from sync.facets import Catalogue, Column, python_value, stored_value

WHOLE = Catalogue.of(Base.metadata)


class SmallBase(DeclarativeBase):
    """Root of a table that only these tests know."""

    metadata = MetaData()


class Small(Synced, SmallBase):
    """A table with every kind of column."""

    __tablename__ = "small"

    code: Mapped[str] = field(String(8), key=True, merge=Merge.SET)
    owner: Mapped[str | None] = field(String(8), key=True, sensitivity=SensitivityClass.STAFF)
    level: Mapped[str] = field(String(8), merge=Merge.STATE, levels=("low", "high"))
    diagnosis: Mapped[str | None] = field(String(8), sensitivity=SensitivityClass.HEALTH)
    salary: Mapped[int | None] = field(Integer, sensitivity=SensitivityClass.STAFF)
    total: Mapped[int | None] = field(Integer, merge=Merge.DERIVED)


def names(columns: tuple[Column, ...]) -> list[str]:
    return [column.name for column in columns]


def test_columns_of_one_class_make_a_facet_and_derived_ones_none() -> None:
    facets = Catalogue.of(SmallBase.metadata).of_table("small")
    assert [(facet.name, str(facet.sensitivity), names(facet.columns)) for facet in facets] == [
        ("small", "basic", ["code", "owner", "level", "deleted_at"]),
        ("small.health", "health", ["diagnosis"]),
        ("small.staff", "staff", ["salary"]),
    ]
    assert [facet.main for facet in facets] == [True, False, False]


def test_a_column_has_rule_levels_and_key_of_the_model() -> None:
    code, _owner, level, deleted_at = Catalogue.of(SmallBase.metadata).main("small").columns
    assert (code.key, code.rule, level.rule, level.levels) == (True, Merge.SET, Merge.STATE, ("low", "high"))
    assert (deleted_at.marks_deletion, deleted_at.rule, deleted_at.key) == (True, Merge.SET, False)


@pytest.mark.parametrize(
    ("table", "sensitivity"),
    [
        ("person", "basic"),
        ("person_contact", "contact"),
        ("staff_position", "staff"),
        ("health_note", "health"),
        ("mark", "basic"),
    ],
)
def test_a_row_is_of_the_class_of_what_it_cannot_be_without(table: str, sensitivity: str) -> None:
    assert WHOLE.main(table).sensitivity == sensitivity


def test_a_persons_address_is_a_facet_of_its_own() -> None:
    assert [facet.name for facet in WHOLE.of_table("person")] == ["person", "person.contact"]
    assert names(WHOLE.facet("person.contact").columns) == ["address", "meals"]
    assert WHOLE.of_column("person", "address").name == "person.contact"
    with pytest.raises(KeyError):
        WHOLE.of_column("person", "id")


def test_every_column_that_travels_is_in_exactly_one_facet() -> None:
    for table in synced_tables(Base.metadata):
        found = [name for facet in WHOLE.of_table(table.name) for name in names(facet.columns)]
        assert sorted(found) == sorted(column.name for column in table.columns if column.name != "id")


def test_parents_come_before_children() -> None:
    order = [facet.table.name for facet in WHOLE.facets]
    for facet in WHOLE.facets:
        for key in facet.table.foreign_keys:
            parent = key.column.table.name
            assert parent == facet.table.name or order.index(parent) < order.index(facet.table.name)


def test_what_was_marked_stays_deleted_and_people_come_back() -> None:
    staying = {facet.table.name for facet in WHOLE.facets if facet.on_delete is OnDelete.STAY}
    assert staying == {
        "attendance_month",
        "attendance_total",
        "conduct_rating",
        "mark",
        "subject_remark",
        "term_remark",
    }
    assert WHOLE.main("person").on_delete is OnDelete.RESTORE


def test_a_link_comes_back_when_somebody_puts_it() -> None:
    rules = {facet.table.name: facet.column("deleted_at") for facet in WHOLE.facets if facet.main}
    sets = {name for name, column in rules.items() if column and column.rule is Merge.SET}
    assert sets >= {"guardianship", "class_grade", "class_subject"}
    assert all(column for column in rules.values())


def test_every_state_has_its_levels() -> None:
    states = [column for facet in WHOLE.facets for column in facet.columns if column.rule is Merge.STATE]
    assert states
    assert all(len(column.levels) > 1 for column in states)


def test_what_this_version_does_not_know_is_no_facet() -> None:
    assert WHOLE.get("register") is None
    assert WHOLE.main("person").column("middle_name") is None
    with pytest.raises(KeyError):
        WHOLE.facet("register")


def test_a_table_of_measurements_has_a_catalogue_of_its_own() -> None:
    (facet,) = Catalogue.of(BENCH_STUDENT.metadata).facets
    assert (facet.name, len(facet.columns)) == ("bench_student", 23)


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        (Base.metadata.tables["mark"].c.value, Decimal("12.5"), 12_500),
        (Base.metadata.tables["mark"].c.student_id, UUID(int=5), UUID(int=5).bytes),
        (Base.metadata.tables["person"].c.birth_date, date(2016, 3, 12), "2016-03-12"),
        (Base.metadata.tables["person"].c.synthetic, True, 1),
        (Base.metadata.tables["person"].c.deleted_at, datetime(2026, 1, 1, tzinfo=UTC), 1_767_225_600_000),
        (Base.metadata.tables["person"].c.address, None, None),
        (Base.metadata.tables["person_photo"].c.image, b"\x00\xff", b"\x00\xff"),
    ],
)
def test_a_value_is_kept_and_comes_back(column: sa.Column[object], value: object, kept: object) -> None:
    assert stored_value(column, value) == kept
    assert python_value(column, kept) == value
    assert type(python_value(column, kept)) is type(value)


@given(st.booleans(), st.dates(), st.decimals(-99, 99, places=3))
def test_any_value_comes_back(truth: bool, day: date, number: Decimal) -> None:
    people, marks = Base.metadata.tables["person"].c, Base.metadata.tables["mark"].c
    for column, value in ((people.synthetic, truth), (people.birth_date, day), (marks.value, number)):
        assert python_value(column, stored_value(column, value)) == value


def test_names_are_plain_texts() -> None:
    for facet in WHOLE.facets:
        assert {type(name) for name in (facet.name, *names(facet.columns))} == {str}
