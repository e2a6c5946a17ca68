"""Writing: one file or one a pupil, progress, cancel, a full disk; equal values give equal bytes."""

import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest

from emis_desktop.errors import Cancelled, CannotSave, Refused
from emis_desktop.rules.card import CardValues
from reports.report_card import save_cards, save_each, write_cards
from tests.factories.cards import card, different_cards
from tests.helpers.pdfs import Paper

CARDS = tuple(different_cards(5))


def folder_of(path: Path) -> dict[str, bytes]:
    """Everything in a folder, hidden files too."""
    return {entry.name: entry.read_bytes() for entry in path.iterdir()}


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """What a full disk does: a file cannot grow past ``size`` bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_one_file_has_a_bookmark_for_every_pupil() -> None:
    stream = BytesIO()
    result = write_cards(CARDS, stream)
    content = stream.getvalue()
    with Paper(content) as paper:
        assert paper.outline() == [(values.pupil.name, number) for number, values in enumerate(CARDS)]
        assert [values.pupil.name in paper.text(page) for page, values in enumerate(CARDS)] == [True] * 5
        facts = paper.pdf.get_metadata_dict()
    assert (result.cards, result.pages, result.size) == (5, 5, len(content))
    assert result.sha256 == hashlib.sha256(content).hexdigest()
    assert facts["Title"] == "Report cards, Grade 1 Coral"
    assert facts["Author"] == CARDS[0].school.name
    assert facts["Subject"] == "Term 1, 2026–27"
    assert facts["CreationDate"] == "D:20261211120000Z"


def test_the_title_of_one_card_names_the_pupil_and_of_several_classes_the_school() -> None:
    titles = []
    other = replace(CARDS[1], pupil=replace(CARDS[1].pupil, class_name="Form 2"))
    for cards in (CARDS[:1], (CARDS[0], other)):
        stream = BytesIO()
        write_cards(cards, stream)
        with Paper(stream.getvalue()) as paper:
            titles.append(paper.pdf.get_metadata_dict()["Title"])
    assert titles == [f"Report card, {CARDS[0].pupil.name}", f"Report cards, {CARDS[0].school.name}"]


def test_equal_values_give_equal_bytes_and_other_values_others() -> None:
    def written(*cards: CardValues, made: datetime | None = None) -> bytes:
        stream = BytesIO()
        write_cards(cards, stream, made=made)
        return stream.getvalue()

    again = tuple(different_cards(5))
    assert written(*CARDS) == written(*again)
    assert written(CARDS[0]) == written(again[0])
    assert written(CARDS[0]) != written(CARDS[1])
    moment = datetime(2026, 12, 12, 8, tzinfo=UTC)
    assert written(CARDS[0], made=moment) != written(CARDS[0])
    assert b"20261212080000" in written(CARDS[0], made=moment)


def test_a_preview_is_dated_by_its_term() -> None:
    stream = BytesIO()
    write_cards([card(issue=None)], stream)
    with Paper(stream.getvalue()) as paper:
        assert paper.pdf.get_metadata_dict()["CreationDate"] == f"D:{date(2026, 12, 11):%Y%m%d}120000Z"


def test_languages_may_differ_in_one_file() -> None:
    stream = BytesIO()
    write_cards([card(), card(language="fr"), card(language="es"), card()], stream)
    with Paper(stream.getvalue()) as paper:
        titles = [paper.text(page) for page in range(4)]
    for text, title in zip(
        titles, ("Report card", "Bulletin scolaire", "Boletín escolar", "Report card"), strict=True
    ):
        assert title in text


def test_progress_counts_every_card() -> None:
    seen: list[int] = []
    write_cards(iter(CARDS), BytesIO(), progress=seen.append)
    assert seen == [1, 2, 3, 4, 5]


def test_no_card_is_refused() -> None:
    stream = BytesIO()
    with pytest.raises(Refused):
        write_cards([], stream)
    assert stream.getvalue() == b""


def test_cancel_leaves_nothing_in_the_stream() -> None:
    stream = BytesIO()
    answers = iter([False, False, True])
    with pytest.raises(Cancelled):
        write_cards(CARDS, stream, cancelled=lambda: next(answers))
    assert stream.getvalue() == b""


def test_cancel_after_the_last_card_leaves_nothing_either(tmp_path: Path) -> None:
    answers = iter([False] * 5 + [True])
    with pytest.raises(Cancelled):
        save_cards(CARDS, tmp_path / "cards.pdf", cancelled=lambda: next(answers))
    assert folder_of(tmp_path) == {}


def test_a_saved_file_is_whole(tmp_path: Path) -> None:
    result = save_cards(CARDS, tmp_path / "Grade 1.pdf")
    ((name, content),) = folder_of(tmp_path).items()
    assert (name, len(content)) == ("Grade 1.pdf", result.size)
    assert result.name == name


def test_a_full_disk_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "cards.pdf"
    path.write_bytes(b"old")
    with files_no_larger_than(10_000), pytest.raises(CannotSave):
        save_cards(CARDS, path)
    assert folder_of(tmp_path) == {"cards.pdf": b"old"}


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotSave):
        save_cards(CARDS, tmp_path / "gone" / "cards.pdf")
    with pytest.raises(CannotSave):
        save_each(CARDS, tmp_path / "gone")


def test_one_file_a_pupil(tmp_path: Path) -> None:
    seen: list[int] = []
    results = save_each(CARDS, tmp_path, progress=seen.append)
    found = folder_of(tmp_path)
    assert seen == [1, 2, 3, 4, 5]
    assert [result.name for result in results] == [
        f"{values.pupil.class_name} - {values.pupil.name} - {values.pupil.number}.pdf" for values in CARDS
    ]
    for result in results:
        content = found.pop(result.name)
        assert hashlib.sha256(content).hexdigest() == result.sha256
        assert (result.cards, result.pages) == (1, 1)
    assert found == {}


def test_a_single_file_is_the_same_as_one_written_alone(tmp_path: Path) -> None:
    results = save_each(CARDS[:2], tmp_path)
    for values, result in zip(CARDS, results, strict=False):
        stream = BytesIO()
        assert write_cards([values], stream).sha256 == result.sha256


def test_two_pupils_of_one_name_have_two_files(tmp_path: Path) -> None:
    first = card()
    first = replace(first, pupil=replace(first.pupil, number=None))
    names = [result.name for result in save_each([first, first], tmp_path)]
    assert names == ["Grade 5 Coral - Pupil 0001.pdf", "Grade 5 Coral - Pupil 0001 (2).pdf"]
    assert sorted(folder_of(tmp_path)) == sorted(names)


def test_cancel_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    name = save_each(CARDS[:1], tmp_path)[0].name
    (tmp_path / name).write_bytes(b"issued before")
    answers = iter([False, False, True])
    with pytest.raises(Cancelled):
        save_each(CARDS, tmp_path, cancelled=lambda: next(answers))
    assert folder_of(tmp_path) == {name: b"issued before"}


def test_a_full_disk_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_bytes(b"kept")
    size = len(_single(card(0)))
    with files_no_larger_than(size + 100), pytest.raises(CannotSave):
        save_each([card(0), card(12)], tmp_path)
    assert folder_of(tmp_path) == {"other.txt": b"kept"}


def _single(values: CardValues) -> bytes:
    stream = BytesIO()
    write_cards([values], stream)
    return stream.getvalue()


def test_the_time_zone_and_place_of_the_machine_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _single(card())
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    _reread_time_zone()
    try:
        assert _single(card()) == before
    finally:
        monkeypatch.undo()
        _reread_time_zone()


def _reread_time_zone() -> None:
    if sys.platform != "win32":
        time.tzset()
