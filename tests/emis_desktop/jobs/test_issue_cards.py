"""The job as a person sees it: files and issues together or neither, and the same bytes again."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import select

from emis_desktop import files
from emis_desktop.errors import Cancelled, CannotSave, Refused
from emis_desktop.jobs.issue_cards import (
    CardOrder,
    IssueReport,
    issue_cards,
    issued_pdf,
    preview_card,
    reprint_cards,
)
from emis_desktop.models import ReportCard
from emis_desktop.services.marks import MarkService
from emis_desktop.services.report_cards import IssuedNotSaved, IssueOrder, ReportCardService
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    """Four pupils: three complete, the fourth half way."""
    found = classroom(school, pupils=4)
    test, exam = found.items
    marks = {1: ("45", "60"), 2: ("50", "100"), 3: ("A", "70")}
    school.enter(
        {
            (found.pupil(number), item): text
            for number, texts in marks.items()
            for item, text in zip((test, exam), texts, strict=True)
        }
    )
    school.enter({(found.pupil(4), test): "45"})
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cards"


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def run(room: Classroom, order: CardOrder) -> IssueReport:
    return issue_cards(room.school.db, room.school.actor, order, quiet)


def order_of(room: Classroom, target: Path, *, merged: bool = True) -> CardOrder:
    return CardOrder(IssueOrder((room.class_id,), room.term_id, IN_TERM), target, merged)


def issued(room: Classroom) -> int:
    with room.school.db.read() as session:
        return len(session.scalars(select(ReportCard)).all())


def pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_one_file_for_the_class(room: Classroom, folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    target = folder / "Grade 5 Coral.pdf"
    report = issue_cards(
        room.school.db, room.school.actor, order_of(room, target), lambda *step: steps.append(step)
    )
    assert report.files == (target,)
    assert [card.number for card in report.issued] == ["T1-26T1-000001", "T1-26T1-000002", "T1-26T1-000003"]
    assert [one.name for one in report.skipped] == ["Pupil 0004"]
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    found = pages(target)
    assert len(found) == 3
    assert "Pupil 0001" in found[0]
    assert "72" in found[0]
    assert report.issued[0].check_code in found[0]
    assert sorted(path.name for path in folder.iterdir()) == ["Grade 5 Coral.pdf"]


def test_one_file_a_pupil(room: Classroom, folder: Path) -> None:
    report = run(room, order_of(room, folder, merged=False))
    assert [path.name for path in report.files] == [
        "Grade 5 Coral - Pupil 0001.pdf",
        "Grade 5 Coral - Pupil 0002.pdf",
        "Grade 5 Coral - Pupil 0003.pdf",
    ]
    assert sorted(folder.iterdir()) == sorted(report.files)
    assert "Pupil 0002" in pages(report.files[1])[0]


def test_a_reprint_is_the_same_to_the_byte(room: Classroom, folder: Path) -> None:
    target = folder / "first.pdf"
    report = run(room, order_of(room, target))
    MarkService(room.school.db, room.school.actor).record(room.pupil(1), room.items[0], "1")
    ids = [card.id for card in report.issued]
    steps: list[tuple[int, int]] = []
    warnings = reprint_cards(
        room.school.db, room.school.actor, ids, folder / "again.pdf", lambda *step: steps.append(step)
    )
    assert warnings == ()
    assert (folder / "again.pdf").read_bytes() == target.read_bytes()
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert issued_pdf(room.school.db, room.school.actor, ids) == target.read_bytes()


def test_a_preview_is_no_document(room: Classroom, tmp_path: Path) -> None:
    path = tmp_path / "preview.pdf"
    path.write_bytes(
        preview_card(room.school.db, room.school.actor, room.class_id, room.term_id, room.pupil(4), "fr")
    )
    (page,) = pages(path)
    assert "Pupil 0004" in page
    assert issued(room) == 0


def test_nothing_to_issue_writes_nothing(room: Classroom, folder: Path) -> None:
    only = replace(order_of(room, folder / "one.pdf").order, students=frozenset({room.pupil(4)}))
    for merged in (True, False):
        report = run(room, CardOrder(only, folder / "one.pdf", merged))
        assert (report.issued, report.files, len(report.skipped)) == ((), (), 1)
    assert not folder.exists()


@pytest.mark.parametrize("merged", [True, False])
def test_cancel_leaves_nothing(room: Classroom, folder: Path, merged: bool) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Cancelled("Stopped.")

    target = folder / "all.pdf" if merged else folder
    with pytest.raises(Cancelled):
        issue_cards(room.school.db, room.school.actor, order_of(room, target, merged=merged), stop)
    assert issued(room) == 0
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_full_disk_leaves_neither_file_nor_issue(
    room: Classroom, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise CannotSave("The disk is full.")

    monkeypatch.setattr(files, "write", full)
    with pytest.raises(CannotSave):
        run(room, order_of(room, folder / "all.pdf"))
    assert issued(room) == 0
    assert not folder.exists()


def test_a_place_that_cannot_be_written_to(room: Classroom, folder: Path) -> None:
    folder.write_text("a file where a folder should be")
    with pytest.raises(CannotSave, match="Cannot save in"):
        run(room, order_of(room, folder / "all.pdf"))
    assert issued(room) == 0


def test_a_mark_changed_meanwhile_leaves_neither(room: Classroom, folder: Path) -> None:
    def meddle(done: int, total: int) -> None:
        if done == total:
            MarkService(room.school.db, room.school.actor).record(room.pupil(1), room.items[0], "50")

    with pytest.raises(Refused, match="Nothing was issued"):
        issue_cards(room.school.db, room.school.actor, order_of(room, folder / "all.pdf"), meddle)
    assert issued(room) == 0
    assert not folder.exists()


def test_a_store_that_cannot_save_leaves_no_file(
    room: Classroom, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise CannotSave("Cannot save on this laptop: the disk is full.")

    monkeypatch.setattr(ReportCardService, "commit", refuse)
    with pytest.raises(CannotSave):
        run(room, order_of(room, folder, merged=False))
    assert not folder.exists()


def test_a_file_that_cannot_take_its_name_is_told_and_can_be_printed_again(
    room: Classroom, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = files.replace
    calls: list[Path] = []

    def fail_on_second(source: Path, target: Path) -> None:
        if source.name.endswith(".part") and target.name.endswith("0002.pdf"):
            raise PermissionError
        calls.append(target)
        genuine(source, target)

    monkeypatch.setattr(files, "replace", fail_on_second)
    with pytest.raises(IssuedNotSaved) as told:
        run(room, order_of(room, folder, merged=False))
    assert str(told.value) == (
        f"3 report cards are issued, but 2 of 3 files could not be saved in {folder}."
        " Save them again from Report cards."
    )
    assert issued(room) == 3
    assert [path.name for path in folder.iterdir()] == ["Grade 5 Coral - Pupil 0001.pdf"]
    monkeypatch.undo()
    ids = [card.id for card in told.value.issued]
    reprint_cards(room.school.db, room.school.actor, ids, folder / "again.pdf", quiet)
    assert len(pages(folder / "again.pdf")) == 3


def test_a_file_a_pupil_takes_no_place_of_another(room: Classroom, folder: Path) -> None:
    folder.mkdir()
    (folder / "grade 5 coral - pupil 0001.pdf").write_text("somebody's")
    report = run(room, order_of(room, folder, merged=False))
    assert report.files[0].name == "Grade 5 Coral - Pupil 0001 (2).pdf"
    assert (folder / "grade 5 coral - pupil 0001.pdf").read_text() == "somebody's"


def test_a_file_that_another_program_holds_is_told_before_anything_is_issued(
    room: Classroom, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    target = folder / "all.pdf"
    target.write_text("the one before")
    genuine = Path.open

    def held(path: Path, mode: str = "r", **rest: object) -> object:
        if path == target and mode == "rb+":
            raise PermissionError(13, "in use")
        return genuine(path, mode, **rest)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(CannotSave, match=r"all\.pdf cannot be replaced: another program has it open"):
        run(room, order_of(room, target))
    assert issued(room) == 0
    monkeypatch.undo()
    assert [path.name for path in folder.iterdir()] == ["all.pdf"]
    assert target.read_text() == "the one before"
    run(room, order_of(room, target))
    assert len(pages(target)) == 3


def test_a_stop_leaves_no_folder_that_was_made_for_it(room: Classroom, folder: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Cancelled("Stopped.")

    (folder / "older").mkdir(parents=True)
    with pytest.raises(Cancelled):
        issue_cards(
            room.school.db,
            room.school.actor,
            order_of(room, folder / "Term 1" / "Grade 5 Coral", merged=False),
            stop,
        )
    assert [path.name for path in folder.iterdir()] == ["older"]


KILLED = """
import os, sys
from pathlib import Path
from uuid import UUID
from datetime import date
from emis_desktop.jobs import issue_cards as module
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.services.report_cards import IssueOrder, ReportCardService
from emis_desktop.store import open_store
from tests.factories.stores import key

path, folder, class_id, term_id, user_id, school_id = sys.argv[1:]
ReportCardService.commit = lambda *_: os._exit(9)
db = open_store(Path(path), key())
actor = actor_of(UUID(user_id), "Principal", Role.PRINCIPAL, UUID(school_id))
order = IssueOrder((UUID(class_id),), UUID(term_id), date(2026, 10, 7))
module.issue_cards(db, actor, module.CardOrder(order, Path(folder), merged=False), lambda *_: None)
"""


def test_what_a_kill_leaves_in_the_folder_goes_at_the_next_issue(room: Classroom, folder: Path) -> None:
    folder.mkdir()
    (folder / ".of somebody else.part").touch()
    school, actor = room.school, room.school.actor
    arguments = (room.class_id, room.term_id, actor.user_id, school.id)
    command = [sys.executable, "-c", KILLED, str(school.db.path), str(folder), *map(str, arguments)]
    assert subprocess.run(command, check=False).returncode == 9
    assert len(list(folder.glob(".*.part"))) == 4
    report = run(room, order_of(room, folder.with_name("elsewhere"), merged=False))
    assert len(report.issued) == 3
    assert [path.name for path in folder.iterdir()] == [".of somebody else.part"]
