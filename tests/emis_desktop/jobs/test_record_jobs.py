"""Files as the screens ask for them: looked at, tried, brought in, written, the refused rows saved."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.errors import BadFile, Cancelled, Refused
from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.import_records import Source
from emis_desktop.jobs.record_jobs import RecordJobs
from emis_desktop.queries.search import StudentSearch
from emis_desktop.rules.rights import Role
from resources.words import Words
from tests.factories.offices import Office, opened_office
from tests.factories.schools import IN_TERM

HEADING = ("given_names", "family_name", "sex", "grade")
ROWS = [("Ann", "Pupil 0001", "F", "G5"), ("Bo", "Pupil 0002", "?", "G5"), ("", "Pupil 0003", "F", "G5")]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def jobs(office: Office) -> RecordJobs:
    return RecordJobs(office.school.db, office.actor)


def source(path: Path, heading: tuple[str, ...] = HEADING, **more: dict[str, str]) -> Source:
    write_table(path, heading, ROWS)
    return Source(Kind.STUDENTS, path, headings=more.get("headings"))


def quiet(_done: int, _total: int) -> None:
    """Progress of no interest."""


def go_on() -> None:
    """Nobody wants it to stop."""


def stop() -> None:
    """Somebody wants it to stop."""
    raise Cancelled("Stopped.")


def test_headings_are_understood_or_asked_for(jobs: RecordJobs, tmp_path: Path) -> None:
    found = jobs.look(source(tmp_path / "a.csv", ("Prénom", "Nom", "Geschlecht", "Niveau")))
    assert found.meanings == (
        ("Prénom", "given_names"),
        ("Nom", "family_name"),
        ("Geschlecht", ""),
        ("Niveau", "grade"),
    )
    assert (found.missing, found.twice) == (("sex",), ())
    mapped = {"Geschlecht": "sex", "Niveau": ""}
    found = jobs.look(source(tmp_path / "b.csv", ("Prénom", "Nom", "Geschlecht", "Niveau"), headings=mapped))
    assert dict(found.meanings)["Geschlecht"] == "sex"
    assert dict(found.meanings)["Niveau"] == ""
    assert found.missing == ()
    assert jobs.look(source(tmp_path / "c.csv", ("nom", "surname", "sex", "x"))).twice == ("family_name",)
    with pytest.raises(BadFile):
        jobs.look(Source(Kind.STUDENTS, tmp_path / "none.csv"))


def test_tried_brought_in_and_the_refused_rows_saved(
    office: Office, jobs: RecordJobs, tmp_path: Path
) -> None:
    file = source(tmp_path / "a.xlsx")
    tried = jobs.try_out(file, quiet)
    assert (tried.dry_run, tried.created, len(tried.errors)) == (True, 1, 2)
    assert StudentSearch(office.school.db, office.actor).count() == 0
    sitting = office.sitting()
    made = sitting.made_by(lambda: jobs.bring_in(file, quiet))
    done = made.result
    assert (done.dry_run, done.created, len(done.errors)) == (False, 1, 2)
    assert StudentSearch(office.school.db, office.actor).count() == 1
    jobs.save_refused(done, tmp_path / "refused.csv", Words.load("fr"))
    lines = [line.cells for line in read_table(tmp_path / "refused.csv").lines]
    assert len(lines) == 3
    assert lines[0][:4] == HEADING
    assert lines[1][:5] == ("Bo", "Pupil 0002", "?", "G5", "3")
    assert lines[1][5].startswith("sex: ")
    assert made.act is not None
    sitting.undo_act(made.act)
    assert StudentSearch(office.school.db, office.actor).count() == 0


def test_stopped_nothing_is_written(office: Office, jobs: RecordJobs, tmp_path: Path) -> None:
    write_table(tmp_path / "many.csv", HEADING, [(f"Given {n}", "Pupil", "F", "G5") for n in range(300)])

    with pytest.raises(Cancelled):
        jobs.bring_in(Source(Kind.STUDENTS, tmp_path / "many.csv"), lambda _done, _total: stop())
    assert StudentSearch(office.school.db, office.actor).count() == 0


def test_a_template_is_a_file_that_is_understood(jobs: RecordJobs, tmp_path: Path) -> None:
    jobs.template(Kind.MARKS, tmp_path / "marks.xlsx", Words.load("es"))
    assert jobs.look(Source(Kind.MARKS, tmp_path / "marks.xlsx")).missing == ()


def test_the_pupils_of_a_list_are_written_those_who_left_too(
    office: Office, jobs: RecordJobs, tmp_path: Path
) -> None:
    here = office.admit("Ann", class_id=office.school.classes["Grade 5 Coral"])
    gone, other = office.admit("Bo"), office.admit("Cy")
    office.students.withdraw(gone, IN_TERM, "emigrated", None)
    assert jobs.export_pupils(frozenset({here, gone}), tmp_path / "list.csv", go_on) == 2
    table = read_table(tmp_path / "list.csv")
    names = table.lines[0].cells.index("given_names")
    assert [line.cells[names] for line in table.lines[1:]] == ["Ann", "Bo"]
    elsewhere = office.acting(Role.PRINCIPAL, other=True)
    theirs = RecordJobs(office.school.db, elsewhere.actor)
    assert theirs.export_pupils(frozenset({here, other}), tmp_path / "none.csv", go_on) == 0
    teacher = RecordJobs(office.school.db, office.acting(Role.TEACHER).actor)
    with pytest.raises(Refused, match="Write records to a file"):
        teacher.export_pupils(frozenset({here}), tmp_path / "no.csv", go_on)
    with pytest.raises(Cancelled):
        jobs.export_pupils(frozenset({here, gone}), tmp_path / "stopped.csv", stop)
    assert not (tmp_path / "stopped.csv").exists()
    assert not (tmp_path / "no.csv").exists()
