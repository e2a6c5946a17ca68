"""A trace is read back as what really happened, also where threads overlap."""

import os
import sys
from pathlib import Path

import pytest

from tests.power.calls import (
    Create,
    Event,
    Flush,
    NotUnderstood,
    Reader,
    Remove,
    Rename,
    Resize,
    Said,
    Write,
    available,
    processes,
    traced,
)

FOLDER = Path("/d")


def hexed(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def read(*lines: str) -> list[Event]:
    return list(Reader(FOLDER).events(iter(lines)))


def fd(number: int, path: str) -> str:
    return f"{number}<{hexed(path)}>"


def opened(path: str, number: int, flags: str = "O_RDWR|O_CREAT") -> str:
    return f'7 openat(AT_FDCWD<{hexed("/")}>, "{hexed(path)}", {flags}, 0600) = {fd(number, path)}'


def test_writes_of_both_kinds_have_their_place() -> None:
    file = fd(3, "/d/f")
    found = read(
        opened("/d/f", 3),
        f'7 write({file}, "{hexed("abc")}", 3) = 3',
        f'7 write({file}, "{hexed("de")}", 2) = 1',
        f'7 pwrite64({file}, "{hexed("xyz")}", 3, 4096) = 3',
        f"7 lseek({file}, 10, SEEK_SET) = 10",
        f'7 write({file}, "{hexed("q")}", 1) = 1',
    )
    assert found == [
        Create("/d/f"),
        Write("/d/f", 0, b"abc"),
        Write("/d/f", 3, b"d"),
        Write("/d/f", 4096, b"xyz"),
        Write("/d/f", 10, b"q"),
    ]


def test_appending_goes_on_where_the_file_ends() -> None:
    found = read(
        opened("/d/f", 3),
        f'7 write({fd(3, "/d/f")}, "{hexed("abc")}", 3) = 3',
        opened("/d/f", 4, "O_WRONLY|O_CREAT|O_APPEND"),
        f'7 write({fd(4, "/d/f")}, "{hexed("de")}", 2) = 2',
    )
    assert found[-1] == Write("/d/f", 3, b"de")


def test_what_failed_and_what_lies_elsewhere_did_not_happen() -> None:
    assert (
        read(
            f'7 openat(AT_FDCWD<{hexed("/")}>, "{hexed("/d/f")}", O_RDWR) = -1 ENOENT (No such file)',
            opened("/elsewhere", 3),
            f'7 pwrite64({fd(3, "/elsewhere")}, "{hexed("a")}", 1, 0) = 1',
            f'7 rename("{hexed("/x")}", "{hexed("/y")}") = 0',
            "7 +++ exited with 0 +++",
        )
        == []
    )


def test_a_flush_covers_what_had_returned_before_it_began() -> None:
    file = fd(3, "/d/f")
    found = read(
        opened("/d/f", 3),
        f'7 pwrite64({file}, "{hexed("a")}", 1, 0) = 1',
        f"7 fsync({file} <unfinished ...>",
        f'8 pwrite64({file}, "{hexed("b")}", 1, 1) = 1',
        "7 <... fsync resumed>) = 0",
    )
    assert found[2:] == [Write("/d/f", 1, b"b"), Flush("/d/f", 2)]


def test_names_and_sizes() -> None:
    found = read(
        f'7 mkdir("{hexed("/d/e")}", 0777) = 0',
        opened("/d/f", 3, "O_WRONLY|O_CREAT|O_TRUNC"),
        f"7 ftruncate({fd(3, '/d/f')}, 8192) = 0",
        f'7 rename("{hexed("/d/f")}", "{hexed("/d/g")}") = 0',
        f'7 unlink("{hexed("/d/g")}") = 0',
        f'7 unlinkat({fd(5, "/d/e")}, "{hexed("x")}", 0) = 0',
        f'7 unlinkat({fd(5, "/elsewhere")}, "{hexed("x")}", 0) = 0',
    )
    assert found == [
        Create("/d/e", folder=True),
        Create("/d/f"),
        Resize("/d/f", 0),
        Resize("/d/f", 8192),
        Rename("/d/f", "/d/g"),
        Remove("/d/g"),
        Remove("/d/e/x"),
    ]


def test_a_promise_counts_once_its_line_is_whole() -> None:
    out = "1<" + hexed("pipe:[1]") + ">"
    found = read(f'7 write({out}, "{hexed("act 1")}", 5) = 5', f'8 write({out}, "{hexed(chr(10))}", 1) = 1')
    assert found == [Said("act 1")]


def test_a_child_writes_at_its_own_places_and_promises_nothing() -> None:
    out, file, other = "1<" + hexed("pipe:[1]") + ">", fd(3, "/d/f"), fd(3, "/d/g")
    lines = [
        "7 vfork( <unfinished ...>",
        opened("/d/g", 3).replace("7 ", "9 ", 1),
        "7 <... vfork resumed>) = 9",
        opened("/d/f", 3),
        "9 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD} => {parent_tid=[10]}, 88) = 10",
        "7 clone(child_stack=0x1, flags=CLONE_VM|CLONE_THREAD) = 8",
        f'10 write({other}, "{hexed("abc")}", 3) = 3',
        f'8 write({file}, "{hexed("de")}", 2) = 2',
        f'9 write({other}, "{hexed("f")}", 1) = 1',
        f'9 write({out}, "{hexed("child" + chr(10))}", 6) = 6',
        f'8 write({out}, "{hexed("parent" + chr(10))}", 7) = 7',
    ]
    children = processes(lines)
    assert children == {"9": "9", "10": "9"}
    assert list(Reader(FOLDER, children).events(iter(lines))) == [
        Create("/d/g"),
        Create("/d/f"),
        Write("/d/g", 0, b"abc"),
        Write("/d/f", 0, b"de"),
        Write("/d/g", 3, b"f"),
        Said("parent"),
    ]


def test_what_there_is_no_picture_of_is_told() -> None:
    with pytest.raises(NotUnderstood):
        read(f"7 fallocate({fd(3, '/d/f')}, 0, 0, 4096) = 0")
    with pytest.raises(NotUnderstood):
        read(f'7 rename("{hexed("f")}", "{hexed("g")}") = 0')


@pytest.mark.skipif(not available() and not os.environ.get("CI"), reason="strace is not on this machine")
def test_a_real_program_is_read_as_it_worked(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    script = (
        "import os, sys\n"
        f"os.chdir({str(tmp_path)!r})\n"
        f"f = open({str(work / 'a b')!r}, 'wb'); f.write(b'hello'); f.flush(); os.fsync(f.fileno())\n"
        f"os.rename({str(work / 'a b')!r}, {str(work / 'ü')!r})\n"
        f"d = os.open({str(work)!r}, os.O_RDONLY); os.fsync(d)\n"
        "print('done', flush=True)\n"
    )
    found = traced([sys.executable, "-c", script], work, tmp_path / "trace", cwd=tmp_path)
    before, after = str(work / "a b"), str(work / "ü")
    assert [event for event in found if not isinstance(event, Flush | Resize)] == [
        Create(before),
        Write(before, 0, b"hello"),
        Rename(before, after),
        Said("done"),
    ]
    assert [event.path for event in found if isinstance(event, Flush)] == [before, str(work)]
