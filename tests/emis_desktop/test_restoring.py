"""Who waits for a restore never works on records of which half are moved."""

import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from emis_desktop import restoring
from emis_desktop.file_lock import locked
from emis_desktop.restoring import Exchange, alone, finish, in_use
from emis_desktop.settings import Home

RESTORE = """
import os, sys
from pathlib import Path
from emis_desktop import files
from emis_desktop.restoring import Exchange, alone
from emis_desktop.settings import Home

moves = iter(range(int(sys.argv[2])))
move = files.replace

def dying(source, target):
    if next(moves, None) is None:
        os._exit(9)
    move(source, target)

home = Home(Path(sys.argv[1]))
with alone(home):
    print("held", flush=True)
    sys.stdin.readline()
    files.replace = dying
    Exchange(home).carry_out()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Old keys and an old store, and new ones laid ready."""
    home = Home(tmp_path / "home")
    home.make()
    new = Exchange(home).new
    (new / "stores").mkdir(parents=True)
    for folder, said in ((home.root, "old"), (new, "new")):
        (folder / "keyring.json").write_text(said, "utf-8")
        (folder / "stores" / "a.db").write_text(said, "utf-8")
    return home


def records(home: Home) -> list[str]:
    return [path.read_text("utf-8") for path in (home.keyring, home.store("a")) if path.exists()]


@pytest.mark.parametrize("moves", range(6))
def test_a_restore_that_dies_while_it_is_waited_for_is_ended_first(
    home: Home, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """It begins after the first look of whoever waits, and dies before they get the lock."""
    command = [sys.executable, "-c", RESTORE, str(home.root), str(moves)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as restore:
        assert restore.stdout is not None
        assert restore.stdout.readline() == "held\n"

        def late(path: Path, seconds: float = 10.0, *, shared: bool = False) -> AbstractContextManager[None]:
            if shared and restore.poll() is None:
                restore.communicate("\n", timeout=60)
            return locked(path, seconds, shared=shared)

        monkeypatch.setattr(restoring, "locked", late)
        with in_use(home):
            assert restore.returncode == 9
            # Before its first move the note that makes it count is not there yet.
            assert records(home) == (["old", "old"] if moves == 0 else ["new", "new"])
            assert not Exchange(home).counts()
            finish(home)  # as the next program does: nothing is left to end, so nobody is waited for


def test_who_has_the_records_alone_ends_a_restore_that_was_cut_short(home: Home) -> None:
    (home.root / ".restore" / "ready").write_text("20260907T080000", "utf-8")
    with alone(home):
        assert records(home) == ["new", "new"]
        assert not Exchange(home).counts()
    assert (home.root / "replaced" / "20260907T080000" / "keyring.json").read_text("utf-8") == "old"
