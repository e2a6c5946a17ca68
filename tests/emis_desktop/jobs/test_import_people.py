"""Guardians and staff from files: siblings share a person, numbers and phones find people, twice is once."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.kinds import COLUMNS
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.export_records import export_records
from emis_desktop.jobs.import_records import ImportReport, Source, import_records
from emis_desktop.models import Guardianship, Person, PersonContact, PersonIdentity, StaffPosition
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Role, SensitivityClass, actor_of
from emis_desktop.services.imports import ImportService
from tests.factories.schools import IN_TERM, School, demo_profile, opened_school

PUPILS = [
    ["number", "given_names", "family_name", "sex", "grade"],
    ["R-001", "Ann", "Example", "F", "G5"],
    ["R-002", "Ben", "Example", "M", "G3"],
]
HEADING = ["number", "First name", "Surname", "guardian_relation", "Phone", "priority"]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as made:
        bring(made, tmp_path / "pupils.csv", Kind.STUDENTS, PUPILS)
        yield made


def bring(
    school: School, path: Path, kind: Kind, rows: Sequence[Sequence[str]], actor: Actor | None = None
) -> ImportReport:
    write_table(path, rows[0], rows[1:])
    return take(school, path, kind, actor)


def take(school: School, path: Path, kind: Kind, actor: Actor | None = None) -> ImportReport:
    source = Source(kind, path)
    return import_records(
        school.db, actor or school.actor, source, dry_run=False, today=IN_TERM, profile=demo_profile()
    )


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.errors)


def said(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, str(error.reason)) for error in report.errors]


def people(school: School) -> int:
    with school.db.read() as session:
        question = select(func.count()).select_from(Person).where(Person.deleted_at.is_(None))
        return session.scalar(question) or 0


# -- Guardians ------------------------------------------------------------------------------------


def test_brothers_and_sisters_share_one_guardian_by_name_and_phone(school: School, tmp_path: Path) -> None:
    rows = [
        HEADING,
        ["R-001", "Eve", "Example", "Mère", "473 440 0101", "1"],
        ["R-002", "EVE", "Example", "MOTHER", "473 440 0101", ""],
        ["R-002", "Eve", "Example", "aunt", "473 440 0199", "2"],
    ]
    report = bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows)
    assert [(row, column) for row, column, _ in said(report)] == [(3, "guardian_given_names")], said(report)
    rows[2][1] = "Eve"
    assert counts(bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows)) == (3, 0, 0, 0)
    assert people(school) == 4, "two pupils, the mother of both and her namesake"
    with school.db.read() as session:
        links = session.execute(select(Guardianship.relation, Guardianship.priority)).all()
    assert sorted(links) == [("AUNT", 2), ("MOTHER", 1), ("MOTHER", 1)]
    assert counts(take(school, tmp_path / "g.csv", Kind.GUARDIANS)) == (0, 0, 3, 0)


def test_a_row_changes_the_tie_and_the_person_of_both(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "may_collect", "court_order", "E-mail"]
    rows = [
        heading,
        ["R-001", "Eve", "Example", "MOTHER", "473 440 0101", "1", "yes", "no", "eve@example.org"],
        ["R-002", "Eve", "Example", "MOTHER", "473 440 0101", "1", "yes", "no", ""],
    ]
    bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows)
    rows[1][6], rows[1][7] = "non", "sí"
    rows[1][4] = rows[2][4] = "473 440 0777"
    assert counts(bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows)) == (0, 2, 0, 0)
    with school.db.read() as session:
        ties = session.execute(select(Guardianship.may_collect, Guardianship.court_order)).all()
        reached = session.execute(select(PersonContact.kind, PersonContact.value)).all()
    assert sorted(ties) == [(False, True), (True, False)]
    assert sorted(reached) == [("email", "eve@example.org"), ("phone", "473 440 0777")]


def test_two_rows_that_contradict_each_other_are_told(school: School, tmp_path: Path) -> None:
    heading = ["number", "guardian_name", "guardian_phone", "same_person"]
    rows = [heading, ["R-001", "Eve Example", "473 440 0101", "m"], ["R-002", "Eve Example", "473 999", "m"]]
    report = bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows)
    assert said(report) == [
        (3, "guardian_phone", "Row 2 says 473 440 0101 of the same person. Write the same in both.")
    ]
    assert report.written is False
    assert people(school) == 2


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (["R-009", "Eve", "Example", "", "", ""], "number", "No pupil has the number R-009"),
        (["R-001", "", "", "MOTHER", "", ""], "guardian_given_names", "Enter the given names."),
        (["R-001", "Eve", "Example", "", "call me", ""], "guardian_phone", "phone number in digits"),
        (["R-001", "Eve", "Example", "", "", "0"], "priority", ""),
    ],
)
def test_what_cannot_be_is_told_with_its_column(
    school: School, tmp_path: Path, row: list[str], column: str, reason: str
) -> None:
    ((line, where, why),) = said(bring(school, tmp_path / "g.csv", Kind.GUARDIANS, [HEADING, row]))
    assert (line, where) == (2, column)
    assert reason in why


def test_a_number_finds_a_guardian_under_another_spelling(school: School, tmp_path: Path) -> None:
    heading = ["number", "guardian_name", "guardian_number"]
    bring(school, tmp_path / "g.csv", Kind.GUARDIANS, [heading, ["R-001", "Eve Example", "ID 77"]])
    rows = [heading, ["R-002", "Evelyn Example", "ID 77"]]
    assert counts(bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows)) == (1, 0, 0, 0)
    assert people(school) == 3
    rows = [heading, ["R-002", "Otto Other", "ID 77"]]
    assert "number or the word of" in said(bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows))[0][2]


def test_who_may_not_read_phones_or_change_pupils_brings_no_guardians(school: School, tmp_path: Path) -> None:
    officer = actor_of(new_id(), "Officer", Role.EXAMINATION_OFFICER)
    with pytest.raises(Refused):
        bring(school, tmp_path / "g.csv", Kind.GUARDIANS, [HEADING], actor=officer)
    with pytest.raises(Refused):
        export_records(school.db, officer, Kind.GUARDIANS, tmp_path / "out.csv", today=IN_TERM)
    stranger = actor_of(new_id(), "Office", Role.SCHOOL_ADMINISTRATOR, new_id())
    rows = [HEADING, ["R-001", "Eve", "Example", "", "", ""]]
    assert "another school" in said(bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows, stranger))[0][2]


def test_a_guardian_taken_off_by_reversing_comes_back(school: School, tmp_path: Path) -> None:
    rows = [HEADING, ["R-001", "Eve", "Example", "MOTHER", "473 440 0101", "1"]]
    bring(school, tmp_path / "g.csv", Kind.GUARDIANS, rows)
    more = [HEADING, ["R-002", "Eve", "Example", "MOTHER", "473 440 0101", "1"]]
    bring(school, tmp_path / "h.csv", Kind.GUARDIANS, more)
    service = ImportService(school.db, school.actor)
    assert "in use by later entries" in str(service.objection(2))
    service.reverse(3)
    assert counts(take(school, tmp_path / "h.csv", Kind.GUARDIANS)) == (1, 0, 0, 0)
    assert counts(take(school, tmp_path / "h.csv", Kind.GUARDIANS)) == (0, 0, 1, 0)


def test_a_phone_in_a_file_of_pupils_is_for_who_reads_phones(school: School, tmp_path: Path) -> None:
    blind = replace(school.actor, sensitive=frozenset({SensitivityClass.BASIC}))
    rows = [[*PUPILS[0], "phone"], ["R-003", "Cy", "Example", "M", "G5", "473 440 0101"]]
    with pytest.raises(Refused):
        bring(school, tmp_path / "p.csv", Kind.STUDENTS, rows, blind)
    plain = [row[:-1] for row in rows]
    assert counts(bring(school, tmp_path / "p.csv", Kind.STUDENTS, plain, blind)) == (1, 0, 0, 0)


# -- Staff ----------------------------------------------------------------------------------------

POSTS = [
    ["staff_number", "given_names", "family_name", "post", "Contract", "starts_on", "ends_on", "Phone"],
    ["T-01", "Ida", "Teach", "Principal / head teacher", "full time", "2020-09-01", "", "473 440 0500"],
    ["T-01", "Ida", "Teach", "TEACH", "part_time", "2010-09-01", "2020-08-31", ""],
    ["", "Jo", "Teach", "", "Bénévole", "", "", ""],
]


def test_posts_come_in_and_a_person_with_two_is_one(school: School, tmp_path: Path) -> None:
    assert counts(bring(school, tmp_path / "s.csv", Kind.STAFF, POSTS)) == (3, 0, 0, 0)
    assert people(school) == 4
    with school.db.read() as session:
        posts = session.execute(
            select(StaffPosition.role, StaffPosition.employment, StaffPosition.ends_on)
        ).all()
        kinds = session.scalars(select(PersonIdentity.kind).where(PersonIdentity.number == "T-01")).all()
    assert sorted(posts, key=str) == [
        ("PRIN", "full_time", None),
        ("TEACH", "part_time", date(2020, 8, 31)),
        ("TEACH", "volunteer", None),
    ]
    assert kinds == ["STAFF"]
    assert counts(take(school, tmp_path / "s.csv", Kind.STAFF)) == (0, 0, 3, 0)


def test_a_post_ends_and_a_teacher_is_found_by_name(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path / "s.csv", Kind.STAFF, POSTS)
    rows = [POSTS[0], ["", "jo", "TEACH", "Enseignant", "", "2024-09-01", "2026-10-01", "473 440 0555"]]
    report = bring(school, tmp_path / "s.csv", Kind.STAFF, rows)
    assert counts(report) == (0, 1, 0, 0), said(report)
    with school.db.read() as session:
        post = session.execute(
            select(StaffPosition.starts_on, StaffPosition.ends_on).where(
                StaffPosition.employment == "volunteer"
            )
        ).one()
    assert tuple(post) == (date(2024, 9, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({3: "wizard"}, "post"),
        ({4: "sometimes"}, "employment"),
        ({5: "2026-09-01", 6: "2026-08-01"}, "ends_on"),
        ({1: ""}, "given_names"),
        ({7: "call me"}, "phone"),
    ],
)
def test_a_post_that_cannot_be_is_told(
    school: School, tmp_path: Path, change: dict[int, str], column: str
) -> None:
    row = [change.get(place, cell) for place, cell in enumerate(POSTS[1])]
    ((line, where, _),) = said(bring(school, tmp_path / "s.csv", Kind.STAFF, [POSTS[0], row]))
    assert (line, where) == (2, column)


def test_posts_are_for_who_reads_them(school: School, tmp_path: Path) -> None:
    teacher = actor_of(new_id(), "Teacher", Role.TEACHER, school.id)
    district = actor_of(new_id(), "Officer", Role.DISTRICT_OFFICER)
    with pytest.raises(Refused):
        bring(school, tmp_path / "s.csv", Kind.STAFF, POSTS, teacher)
    with pytest.raises(Refused):
        export_records(school.db, district, Kind.STAFF, tmp_path / "out.csv", today=IN_TERM)


# -- Everything that leaves comes back equal ------------------------------------------------------

_WORD = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cn", "Co")), max_size=10)


@st.composite
def names(draw: st.DrawFn) -> str:
    """A name as the store keeps one: a formula to a spreadsheet, accents, zeros in front, very long."""
    start = draw(st.sampled_from(["", "=", "+", "-", "@", "'", "'=", "00", "=HYPERLINK(1)"]))
    letter = draw(st.sampled_from(["A", "é", "Ñ", "0", "O’", "漢"]))
    text = unicodedata.normalize("NFC", start + letter + draw(_WORD)) + draw(st.sampled_from(["", "x" * 90]))
    return "".join(char for char in text if char.isprintable())[:120]


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.tuples(names(), names()), min_size=3, max_size=6), st.sampled_from([".csv", ".xlsx"]))
@example([("A", "A"), ("A", "A"), ("A", "=A")], ".csv")
@example([("-Ann", "+Example"), ("'-Ann", "@Example"), ("Élodie", "007")], ".xlsx")
def test_people_of_any_name_leave_and_come_back_equal(people: list[tuple[str, str]], ending: str) -> None:
    numbers = [f"{place:03d}" for place in range(len(people))]
    pupils = [
        ["number", "given_names", "family_name", "sex", "grade", "class", "address"],
        *(
            [number, given, family, "F", "G5", f"{given}"[:60], f"{family} 007"]
            for number, (given, family) in zip(numbers, people, strict=True)
        ),
    ]
    guardians = [
        ["number", "guardian_given_names", "guardian_family_name", "guardian_phone", "same_person"],
        *([number, *people[0], "+1 473 440 0101", "same"] for number in numbers),
        *([number, *people[1], "", number] for number in numbers),
    ]
    staff = [
        ["given_names", "family_name", "post", "same_person"],
        *([*name, "TEACH", str(place)] for place, name in enumerate(people)),
    ]
    with TemporaryDirectory() as folder, opened_school(Path(folder)) as school:
        path = Path(folder) / f"in{ending}"
        for kind, rows in ((Kind.STUDENTS, pupils), (Kind.GUARDIANS, guardians), (Kind.STAFF, staff)):
            report = bring(school, path, kind, rows)
            assert counts(report) == (len(rows) - 1, 0, 0, 0), said(report)
        kept = [read_back(school, Path(folder), kind, ending) for kind in COLUMNS]
        assert kept[0] >= len(people)
        with TemporaryDirectory() as other, opened_school(Path(other)) as empty:
            for kind in (Kind.STUDENTS, Kind.GUARDIANS, Kind.STAFF):
                file = Path(folder) / f"{kind}{ending}"
                assert take(empty, file, kind).errors == ()
                out = Path(other) / f"{kind}{ending}"
                export_records(empty.db, empty.actor, kind, out, today=IN_TERM)
                assert read_table(out).lines == read_table(file).lines, "another store says the same"


def read_back(school: School, folder: Path, kind: Kind, ending: str) -> int:
    """Write a kind and bring it in again: every row must be as it is. Returns how many."""
    path = folder / f"{kind}{ending}"
    left = export_records(school.db, school.actor, kind, path, today=IN_TERM)
    report = take(school, path, kind)
    assert counts(report) == (0, 0, left, 0), said(report)
    return left
