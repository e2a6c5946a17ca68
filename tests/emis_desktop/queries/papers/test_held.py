"""All that is held about a pupil: no table is forgotten, nothing is shown to who may not read it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.errors import Refused
from emis_desktop.jobs.paper_held import HeldJob
from emis_desktop.models import Base, Conflict
from emis_desktop.models.base import synced_tables
from emis_desktop.queries.field_names import OTHER, field_name
from emis_desktop.queries.papers.held_rows import rows_about, tables_about
from emis_desktop.queries.papers.held_words import TITLES
from emis_desktop.queries.papers.pupils import PupilQuestion
from emis_desktop.queries.search import StudentFilter
from emis_desktop.rules.health_entries import HealthEntry
from emis_desktop.rules.papers import Held, HeldField, HeldSection
from emis_desktop.rules.rights import Actor, SensitivityClass
from emis_desktop.services.health_records import HealthRecordService
from emis_desktop.services.merging import MergeService
from tests.factories.desks import DemoDesk, demo_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    with demo_desk(tmp_path, 12) as made:
        yield made


def first(desk: DemoDesk) -> UUID:
    return desk.desk.queries.search.ids("", StudentFilter())[0]


def held(desk: DemoDesk, student: UUID, actor: Actor | None = None) -> Held:
    laptop = desk.laptop
    job = HeldJob(laptop.db, actor or laptop.actor, laptop.box, lambda _list, code: code)
    return job.paper(PupilQuestion(student, desk.today, "en"))


def section(paper: Held, table: str) -> HeldSection:
    (found,) = [one for one in paper.sections if one.title == TITLES[table]]
    return found


def fields(paper: Held, table: str) -> list[HeldField]:
    return [field for row in section(paper, table).rows for field in row.fields]


def test_every_table_that_names_a_person_in_its_key_is_walked() -> None:
    walked = {table.name for table, _columns in tables_about()}
    for table in synced_tables(Base.metadata):
        names = {
            next(iter(column.foreign_keys)).column.table.name
            for column in table.columns
            if column.info.get("key") and column.foreign_keys
        }
        if names & {"person", "enrolment"}:
            assert table.name in walked
    assert {"mark", "enrolment", "class_pupil", "guardianship", "health_note", "issued_paper"} <= walked


def test_every_table_and_every_field_has_a_name_for_people() -> None:
    tables = {table.name: table for table, _columns in tables_about()}
    wanted = {*tables, "person", "incident", "incident_step", "incident_file", "conflict"}
    assert wanted <= set(TITLES)
    for name in wanted:
        for column in Base.metadata.tables[name].columns:
            if column.name not in {"id", "deleted_at"}:
                assert field_name(name, column.name) != OTHER, (name, column.name)


def test_every_value_of_every_row_is_on_the_paper(desk: DemoDesk) -> None:
    student = first(desk)
    desk.desk.services.relations.add_note(student, "Sings in the choir.", desk.today)
    with desk.laptop.db.read() as session:
        rows = rows_about(session, [student])
    paper = held(desk, student)
    assert paper.withheld == 0
    assert {one.title for one in paper.sections} == {TITLES[name] for name in rows}
    for name, found in rows.items():
        assert len(section(paper, name).rows) == len(found)
    assert any(field.value == "Sings in the choir." for field in fields(paper, "person_note"))
    (person,) = section(paper, "person").rows
    given = {field.value for field in person.fields}
    record = desk.desk.queries.students.record(student)
    assert {record.given_names, record.family_name, record.birth_date, "Girl"} <= given


def test_what_was_taken_away_is_still_held_and_said_so(desk: DemoDesk) -> None:
    student = first(desk)
    relations = desk.desk.services.relations
    relations.add_note(student, "A slip.", desk.today)
    (note,) = desk.desk.queries.students.record(student).notes
    relations.remove_note(note.id)
    (row,) = section(held(desk, student), "person_note").rows
    assert isinstance(row.removed, date)
    assert any(field.value == "A slip." for field in row.fields)


def test_health_is_opened_for_who_reads_it_and_withheld_from_others(desk: DemoDesk) -> None:
    student, laptop = first(desk), desk.laptop
    desk.desk.services.health.write(student, "Asthma: blue inhaler")
    HealthRecordService(laptop.db, laptop.actor, laptop.box).add(
        student, HealthEntry("allergy", what="Nuts", degree="severe", detail="Call at once")
    )
    paper = held(desk, student)
    assert [field.value for field in fields(paper, "health_note")] == ["Asthma: blue inhaler"]
    assert {"Nuts", "Call at once"} <= {field.value for field in fields(paper, "health_record")}
    acts = [one.sentence.template for one in desk.desk.queries.history.latest(2)]
    assert any("Health note of" in text for text in acts)
    blind = replace(laptop.actor, sensitive=frozenset({SensitivityClass.BASIC}))
    hidden = held(desk, student, blind)
    assert hidden.withheld >= 3
    said = [field for one in hidden.sections for row in one.rows for field in row.fields]
    assert not any("Asthma" in str(field.value) or "Nuts" in str(field.value) for field in said)
    assert all(field.value is None for field in said if field.withheld)


def test_readings_and_changes_stand_in_the_history_newest_first(desk: DemoDesk) -> None:
    student = first(desk)
    desk.desk.services.students.change(student, "preferred_name", "Zizi")
    desk.desk.services.health.write(student, "Asthma")
    desk.desk.services.health.read(student)
    changes = held(desk, student).changes
    moments = [line.at for line in changes]
    assert moments == sorted(moments, reverse=True)
    assert any(line.after == "Zizi" for line in changes)
    assert any(line.what.startswith("Health note of") and line.what.endswith("read") for line in changes)
    assert all("Asthma" not in f"{line.before} {line.after}" for line in changes)


def test_the_records_of_a_merged_pupil_are_all_told(desk: DemoDesk) -> None:
    one, two = desk.desk.queries.search.ids("", StudentFilter())[:2]
    MergeService(desk.laptop.db, desk.laptop.actor).merge(one, two)
    paper = held(desk, two)
    assert len(section(paper, "person").rows) == 2
    assert paper.pupil == held(desk, one).pupil


def test_two_edits_that_met_are_told_in_words(desk: DemoDesk) -> None:
    student = first(desk)
    with desk.laptop.db.replicate() as session:
        session.info["tables"].add("conflict")
        session.add(
            Conflict(
                table_name="person",
                row_id=student,
                field="preferred_name",
                kind="info",
                sensitivity="basic",
                held="Zizi",
                held_user=desk.laptop.actor.user_id,
                other="Zaza",
                other_site="Office laptop",
            )
        )
    told = {field.label: field.value for field in fields(held(desk, student), "conflict")}
    assert told["About"] == "The person"
    assert told["Field"] == "Name usually used"
    assert (told["Value in force"], told["Other value"]) == ("Zizi", "Zaza")
    assert told["Typed by"] == desk.laptop.actor.name


def test_a_pupil_of_nobody_here_is_refused(desk: DemoDesk) -> None:
    with pytest.raises(Refused):
        held(desk, desk.year.id)
