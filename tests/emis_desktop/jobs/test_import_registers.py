"""Rows of registers from a file: what a register takes by hand, and nothing else; twice is once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.export_records import export_records
from emis_desktop.jobs.import_records import ImportReport, Source, import_records
from emis_desktop.models import AttendanceMonth, PersonIdentity
from emis_desktop.queries.register_cells import DAYS
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.open_days import Kind as DayKind
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.services.calendar import CalendarEntry
from emis_desktop.services.imports import ImportService
from tests.factories.registers import MONDAY, TODAY, Registers, opened_registers
from tests.factories.schools import demo_profile

HEADING = ("number", "date", "session", "code")
TUESDAY = date(2026, 9, 15)
SATURDAY = date(2026, 9, 19)


@pytest.fixture
def registers(tmp_path: Path) -> Iterator[Registers]:
    with opened_registers(tmp_path) as made:
        with made.school.db.write(made.school.actor, "change_number") as session:
            for number, person_id in enumerate(made.school.pupils.values(), 1):
                session.add(
                    PersonIdentity(
                        id=new_id(), person_id=person_id, kind="register", number=f"R-{number:03d}"
                    )
                )
        yield made


def bring(
    registers: Registers,
    path: Path,
    *rows: tuple[object, ...],
    heading: tuple[str, ...] = HEADING,
    actor: Actor | None = None,
) -> ImportReport:
    write_table(path, heading, [tuple(map(str, row)) for row in rows])
    return import_records(
        registers.school.db,
        actor or registers.school.actor,
        Source(Kind.ATTENDANCE, path),
        dry_run=False,
        today=TODAY,
        profile=demo_profile(),
    )


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.errors)


def cells(registers: Registers) -> dict[tuple[str, int, int], str]:
    """What stands in the store: (month, session, day) to the cell, of the first pupil."""
    with registers.school.db.read() as session:
        question = select(AttendanceMonth).where(
            AttendanceMonth.student_id == registers.pupil(1), AttendanceMonth.deleted_at.is_(None)
        )
        return {
            (row.month, row.session, day): getattr(row, name)
            for row in session.scalars(question)
            for day, name in enumerate(DAYS, 1)
            if getattr(row, name)
        }


def test_rows_come_in_in_letters_reasons_and_words(registers: Registers, tmp_path: Path) -> None:
    rows = [
        ("R-001", MONDAY, 1, "P"),
        ("R-001", "14/09/2026", "PM", "E/ILL"),
        ("R-001", TUESDAY, "", "Retard"),
        ("R-001", TUESDAY, 2, "bus"),
    ]
    assert counts(bring(registers, tmp_path / "a.csv", *rows)) == (4, 0, 0, 0)
    assert cells(registers) == {
        ("2026-09", 1, 14): "P",
        ("2026-09", 2, 14): "E/ILL",
        ("2026-09", 1, 15): "L",
        ("2026-09", 2, 15): "L/BUS",
    }
    assert counts(bring(registers, tmp_path / "a.xlsx", *rows)) == (0, 0, 4, 0)
    mended = [("R-001", MONDAY, 1, "A"), ("R-001", MONDAY, 2, "")]
    assert counts(bring(registers, tmp_path / "b.csv", *mended)) == (0, 2, 0, 0)
    assert ("2026-09", 2, 14) not in cells(registers)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (("R-999", MONDAY, 1, "P"), "number", "No pupil has the number R-999"),
        (("R-001", SATURDAY, 1, "P"), "date", "is no school day"),
        (("R-001", date(2026, 8, 3), 1, "P"), "number", "in no class here"),
        (("R-001", date(2026, 12, 1), 1, "P"), "date", ""),
        (("R-001", "", 1, "P"), "date", ""),
        (("R-001", MONDAY, 4, "P"), "date", "no session 4"),
        (("R-001", MONDAY, "night", "P"), "session", "The sessions are: AM, PM"),
        (("R-001", MONDAY, 1, "Q"), "code", "Type P for present"),
        (("R-001", MONDAY, 1, "A/ILL"), "code", "ILL is no reason for that"),
    ],
)
def test_what_a_register_does_not_take_keeps_the_file_out(
    registers: Registers, tmp_path: Path, row: tuple[object, ...], column: str, said: str
) -> None:
    report = bring(registers, tmp_path / "a.csv", ("R-001", TUESDAY, 1, "P"), row)
    (error,) = report.errors
    assert (error.row, error.column) == (3, column)
    assert said in str(error.reason)
    assert (report.written, cells(registers)) == (False, {})


def test_the_same_session_twice_is_told(registers: Registers, tmp_path: Path) -> None:
    report = bring(registers, tmp_path / "a.csv", ("R-001", MONDAY, 1, "P"), ("R-001", MONDAY, "AM", "A"))
    assert "Row 2 is the same session" in str(report.errors[0].reason)


def test_what_stands_there_already_is_asked_nothing(registers: Registers, tmp_path: Path) -> None:
    """A day on which a storm closed the school later: the file that came before still changes nothing."""
    rows = [("R-001", MONDAY, 1, "P")]
    bring(registers, tmp_path / "a.csv", *rows)
    storm = CalendarEntry(MONDAY, MONDAY, DayKind.CLOSURE, label="Storm")
    registers.calendar().add(storm, registers.school.id)
    assert counts(bring(registers, tmp_path / "a.csv", *rows)) == (0, 0, 1, 0)
    assert "Storm" in str(bring(registers, tmp_path / "b.csv", ("R-001", MONDAY, 1, "A")).errors[0].reason)


def test_another_school_and_another_role_write_nothing(registers: Registers, tmp_path: Path) -> None:
    stranger = actor_of(new_id(), "Office", Role.SCHOOL_ADMINISTRATOR, new_id())
    report = bring(registers, tmp_path / "a.csv", ("R-001", MONDAY, 1, "P"), actor=stranger)
    assert "in no class here" in str(report.errors[0].reason)
    teacher = actor_of(new_id(), "Teacher", Role.TEACHER, registers.school.id)
    with pytest.raises(Refused):
        bring(registers, tmp_path / "a.csv", ("R-001", MONDAY, 1, "P"), actor=teacher)


def test_an_import_is_reversed_while_nobody_changed_it(registers: Registers, tmp_path: Path) -> None:
    bring(registers, tmp_path / "a.csv", ("R-001", MONDAY, 1, "P"))
    bring(registers, tmp_path / "b.csv", ("R-001", MONDAY, 1, "A"), ("R-001", TUESDAY, 1, "P"))
    service = ImportService(registers.school.db, registers.school.actor)
    assert service.objection(1) is not None
    assert service.objection(2) is None
    service.reverse(2)
    assert cells(registers) == {("2026-09", 1, 14): "P"}
    assert service.objection(1) is None
    service.reverse(1)
    assert cells(registers) == {}
    assert counts(bring(registers, tmp_path / "a.csv", ("R-001", MONDAY, 1, "P"))) == (1, 0, 0, 0)
    assert cells(registers) == {("2026-09", 1, 14): "P"}


def test_totals_and_register_rows_leave_and_come_back_together(registers: Registers, tmp_path: Path) -> None:
    heading = (*HEADING, "term", "possible", "absent")
    rows = [("R-001", MONDAY, 1, "E/ILL", "", "", ""), ("R-002", "", "", "", 1, 61, 5)]
    assert counts(bring(registers, tmp_path / "a.csv", *rows, heading=heading)) == (2, 0, 0, 0)
    out = tmp_path / "out.csv"
    export_records(registers.school.db, registers.school.actor, Kind.ATTENDANCE, out, today=TODAY)
    found = [line.cells for line in read_table(out).lines]
    assert found[0] == (
        *("number", "date", "session", "subject", "code", "term", "possible", "absent", "excused", "late"),
        "year",
    )
    assert found[1][:5] == ("R-001", "2026-09-14", "1", "", "E/ILL")
    assert found[2] == ("R-002", "", "", "", "", "1", "61", "5", "", "", "2026-27")
    report = import_records(
        registers.school.db,
        registers.school.actor,
        Source(Kind.ATTENDANCE, out),
        dry_run=False,
        today=TODAY,
        profile=demo_profile(),
    )
    assert counts(report) == (0, 0, 2, 0)


CODES = st.sampled_from(["P", "L", "A", "E", "E/ILL", "A/TRUANT", "L/BUS", ""])
WEEKDAYS = st.integers(0, 37).map(lambda n: date.fromordinal(MONDAY.toordinal() + n // 5 * 7 + n % 5))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.tuples(st.integers(1, 3), WEEKDAYS, st.integers(1, 2)), CODES, max_size=12))
def test_what_leaves_comes_back_equal(
    registers: Registers, tmp_path: Path, marks: dict[tuple[int, date, int], str]
) -> None:
    rows = [(f"R-{who:03d}", on, number, code) for (who, on, number), code in marks.items()]
    report = bring(registers, tmp_path / "a.csv", *rows)
    known = [one for one in report.errors if "in no term" not in str(one.reason)]
    assert not known
    for ending in (".csv", ".xlsx"):
        out = tmp_path / f"out{ending}"
        left = export_records(registers.school.db, registers.school.actor, Kind.ATTENDANCE, out, today=TODAY)
        source = Source(Kind.ATTENDANCE, out)
        back = import_records(
            registers.school.db, registers.school.actor, source, dry_run=False, today=TODAY,
            profile=demo_profile(),
        )  # fmt: skip
        assert counts(back) == (0, 0, left, 0)
