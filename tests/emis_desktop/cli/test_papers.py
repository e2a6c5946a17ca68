"""``emis print``: every paper from the command line, and what is refused in a sentence."""

from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.models import PersonIdentity
from emis_desktop.rules.papers import PaperKind
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.desks import OFFICE
from tests.factories.laptops import cheap_laptop
from tests.helpers.commands import emis
from tests.helpers.pdfs import Paper

LISTS = (PaperKind.CLASS_LIST, PaperKind.EMERGENCY, PaperKind.ID_CARDS, PaperKind.REGISTER)


def text_of(path: object) -> str:
    with Paper(Path(str(path)).read_bytes()) as paper:
        return " ".join(paper.text(page) for page in range(paper.pages))


def number(home: Path) -> str:
    """The national number of a pupil."""
    laptop = cheap_laptop(home)
    with laptop.sign_in_as(OFFICE, PASSWORD) as mine, mine.db.read() as session:
        question = select(PersonIdentity.number).where(PersonIdentity.kind == "national")
        return session.scalars(question.limit(1)).one()


@pytest.mark.parametrize("kind", LISTS)
def test_lists_of_the_whole_school_and_of_a_class(school: Path, tmp_path: Path, kind: PaperKind) -> None:
    target = tmp_path / "all.pdf"
    done = emis("print", kind.value, "--year", "2026-27", "--month", "2026-11", "--out", target, "--json")
    assert done.code == 0, done.out
    assert done.document.keys() == {"kind", "file", "pages", "warnings"}
    assert done.document["kind"] == kind.value
    with Paper(target.read_bytes()) as paper:
        assert paper.pages == done.document["pages"]
    one = emis(
        *("print", kind.value, "--year", "2026-27", "--month", "2026-11", "--class", "grade 6 PELICAN"),
        *("--language", "fr", "--out", tmp_path / "one.pdf"),
    )
    assert one.code == 0, one.out
    assert "one.pdf" in one.out
    assert "Grade 6 Pelican" in text_of(tmp_path / "one.pdf")


def test_a_transcript_is_issued_and_verify_believes_it(school: Path, tmp_path: Path) -> None:
    target, pupil = tmp_path / "t.pdf", number(school)
    spaced = f"{pupil[:4]} {pupil[4:8]}-{pupil[8:]}"
    done = emis("print", "transcript", "--student", spaced, "--out", target, "--json")
    assert done.code == 0, done.out
    verified = emis("verify", target, "--json")
    assert verified.code == 0
    assert verified.document["verdict"] == "genuine"
    words = tmp_path / "words.txt"
    words.write_text("Élève appliquée.\nKwéyòl.", encoding="utf-8")
    other = emis("print", "testimonial", "--student", pupil, "--text", words, "--out", tmp_path / "w.pdf")
    assert other.code == 0
    assert "Élève appliquée." in text_of(tmp_path / "w.pdf")


def test_all_that_is_held_is_for_the_office(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil = number(school)
    assert emis("print", "held", "--student", pupil, "--out", tmp_path / "h.pdf").code == 0
    assert "All that is held" in text_of(tmp_path / "h.pdf")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("transcript",), "Say whose paper it is"),
        (("transcript", "--student", "999"), "no pupil with the number 999"),
        (("class-list", "--year", "2026-27", "--class", "No such"), "no class No such"),
        (("class-list", "--year", "2026-27", "--school", "X-1"), "no school X-1"),
        (("register", "--year", "2026-27", "--month", "Nov"), "Write the month as 2026-11"),
        (("register", "--year", "2026-27", "--month", "2026-08"), "No school is held in that month"),
        (("testimonial", "--student", "1", "--text", "/nowhere.txt"), "no pupil"),
    ],
)
def test_what_cannot_be_is_refused_and_no_file_is_there(
    school: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = emis("print", *arguments, "--out", tmp_path / "a.pdf", "--json")
    assert done.code == 1
    assert said in done.refused
    assert not (tmp_path / "a.pdf").exists()


def test_an_unknown_kind_and_too_many_sessions_are_wrong_usage(school: Path, tmp_path: Path) -> None:
    assert emis("print", "poster", "--out", tmp_path / "a.pdf").code == 2
    assert emis("print", "register", "--sessions", "6", "--out", tmp_path / "a.pdf").code == 2


def test_a_teacher_prints_the_own_class_and_not_all_that_is_held(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil = number(school)
    sign_in_as(monkeypatch, tmp_path, "Teacher 01", PASSWORD)
    refused = emis("print", "held", "--student", pupil, "--out", tmp_path / "h.pdf", "--json")
    assert refused.code == 1
    assert "printed by the office" in refused.refused or "not open to you" in refused.refused
    listed = emis("print", "class-list", "--out", tmp_path / "l.pdf", "--json")
    assert listed.code == 0
    assert listed.document["pages"] == 1
