"""Half-made files in somebody's folder: a kill leaves them, the next look clears them, and only them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop import files, unfinished

KILLED = """
import os, sys
from pathlib import Path
from emis_desktop import files, unfinished
notes, folder = map(Path, sys.argv[1:])
with unfinished.at_work_in(notes, folder) as mark:
    (folder / f".{mark}-0.part").write_text("Pupil 0001")
    with files.new_file(folder / f".{mark}-1.part") as part:
        part.write_text("Pupil 0002")
        os._exit(9)
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "home" / "unfinished"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cards"
    made.mkdir()
    return made


def kill_at_work(notes: Path, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(notes), str(folder)], check=False)
    assert done.returncode == 9


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_work_that_ends_leaves_neither_a_note_nor_what_it_forgot(notes: Path, folder: Path) -> None:
    with unfinished.at_work_in(notes, folder) as mark:
        (folder / f".{mark}-0.part").touch()
        (folder / "Grade 5 Coral.pdf").touch()
        assert unfinished.clear(notes) == 0, "it is at work"
        assert len(names(folder)) == 2
    assert (names(folder), names(notes)) == (["Grade 5 Coral.pdf"], [])


def test_what_a_killed_program_left_goes_and_nothing_else(notes: Path, folder: Path) -> None:
    kill_at_work(notes, folder)
    left = names(folder)
    assert len(left) == 2
    mark = left[0].removeprefix("..").removeprefix(".")[:16]
    others = [".other.part", "0123456789abcdef.pdf", f"{mark} my notes.part", f".{mark}.txt"]
    for name in others:
        (folder / name).touch()
    assert unfinished.clear(notes) == 2
    assert (names(folder), names(notes)) == (sorted(others), [])
    assert unfinished.clear(notes) == 0


def test_a_stick_that_is_not_in_is_cleared_when_it_is_back(notes: Path, folder: Path) -> None:
    kill_at_work(notes, folder)
    away = folder.rename(folder.with_name("away"))
    assert unfinished.clear(notes) == 0
    away.rename(folder)
    assert unfinished.clear(notes) == 2


def test_a_stick_pulled_out_at_work_is_cleared_when_it_is_back(notes: Path, folder: Path) -> None:
    with unfinished.at_work_in(notes, folder) as mark:
        (folder / f".{mark}-0.part").touch()
        away = folder.rename(folder.with_name("away"))
    assert len(names(notes)) == 1
    away.rename(folder)
    assert unfinished.clear(notes) == 1
    assert names(notes) == []


def test_a_folder_never_made_leaves_nothing_to_remember(notes: Path, folder: Path) -> None:
    shutil.rmtree(folder)
    with unfinished.at_work_in(notes, folder):
        pass
    assert names(notes) == []
    with unfinished.at_work_in(notes, folder / "on a stick that is out"):
        pass
    assert len(names(notes)) == 1, "nobody can tell yet what lies there"
    folder.joinpath("on a stick that is out").mkdir(parents=True)
    assert unfinished.clear(notes) == 0
    assert names(notes) == []


def test_a_note_that_cannot_be_read_is_no_fault(notes: Path) -> None:
    notes.mkdir(parents=True, exist_ok=True)
    note = notes / "a.json"
    note.write_bytes(b"{")
    assert unfinished.clear(notes) == 0
    assert unfinished.clear(notes / "nowhere") == 0


def test_files_that_cannot_be_removed_are_tried_again(
    notes: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bool:
        raise OSError(path)

    with monkeypatch.context() as patch, unfinished.at_work_in(notes, folder) as mark:
        (folder / f".{mark}-0.part").touch()
        patch.setattr(files, "is_part", refuse)
    assert len(names(notes)) == 1
    assert unfinished.clear(notes) == 1


def test_a_place_on_a_network_is_looked_at_only_when_there_is_work_in_it(
    notes: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead share hangs whoever looks at it, and clearing stands in the way of the start."""
    monkeypatch.setattr(unfinished, "on_network", lambda place: place == folder)
    monkeypatch.setattr(unfinished, "_remove_marked", lambda _folder, _mark: 1 / 0)
    with pytest.raises(ZeroDivisionError), unfinished.at_work_in(notes, folder) as mark:
        (folder / f".{mark}-0.part").touch()
    monkeypatch.undo()
    looked_at: list[Path] = []
    look = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        looked_at.append(path)
        return look(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", iterdir)
        assert unfinished.clear(notes) == 0
        assert unfinished.clear(notes, folder.with_name("other")) == 0
    assert looked_at == []
    assert len(names(notes)) == 1
    assert unfinished.clear(notes, folder) == 1
    assert names(notes) == names(folder) == []
