"""run.py: words any Python understands, exit codes and signals handed through, only the standard library."""

import ast
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import run
from tools import commands, system_libraries
from tools.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
PARENT = "import sys, run; sys.exit(run.call([sys.executable, '-c', sys.argv[1]]))"
NEEDS_POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")


def run_py(
    *arguments: str, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run run.py as a person does."""
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *arguments],
        check=False, cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


def imports_of(path: Path) -> set[str]:
    """The first names of everything a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def test_an_old_python_can_read_it() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize(
    "name",
    [
        "run.py",
        *(
            f"tools/{part}.py"
            for part in ("__init__", "commands", "environment", "lock", "prepare", "test_database")
        ),
    ],
)
def test_nothing_but_the_standard_library_is_needed_to_start(name: str) -> None:
    assert imports_of(ROOT / name) <= {*sys.stdlib_module_names, "tools"}
    assert imports_of(ROOT / "tools/system_libraries.py") <= {*sys.stdlib_module_names, "tools"}


@pytest.mark.parametrize(
    ("given", "spread"),
    [
        ([], True),
        (["--cov", "--cov-report=", "-x"], True),
        (["tests/ui"], False),
        (["-k", "cards"], False),
        (["-n0"], False),
        (["--pdb"], False),
    ],
)
def test_all_tests_run_on_all_cores_and_a_few_in_one_process(given: list[str], spread: bool) -> None:
    command = commands.command_line("test", given)
    assert command is not None
    assert ("loadfile" in command.arguments) is spread
    assert ("--no-loadscope-reorder" in command.arguments) is spread
    assert command.arguments[-len(given) :] == given or not given


def test_files_that_take_long_begin_first_and_keep_their_order(request: pytest.FixtureRequest) -> None:
    ours = request.config.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py"))
    assert ours is not None
    assert [each for each in ours.LONG_FIRST if not (ROOT / each).exists()] == []
    quick, real = "tests/reports/test_a.py", "tests/sync/engine/test_a.py"
    seeds = "tests/simulator/seeds/test_b.py"
    names = [f"{quick}::b", f"{real}::b", f"{real}::a", f"{seeds}::a", f"{quick}::a"]
    items = [SimpleNamespace(nodeid=name) for name in names]
    ours.pytest_collection_modifyitems(items)
    assert [each.nodeid for each in items] == [names[at] for at in (3, 1, 2, 0, 4)]


def test_an_unknown_command_is_wrong_usage_and_names_the_known_ones() -> None:
    done = run_py("tset")
    assert done.returncode == 2
    assert "There is no command 'tset'" in done.stderr
    assert "freeze" in done.stderr
    assert "emis-server" in done.stderr


def test_help_is_at_hand() -> None:
    done = run_py("--help")
    assert done.returncode == 0
    assert "run.py test" in done.stdout
    assert "emis-server" in done.stdout
    assert done.stdout.rstrip().endswith("beside this file.")


def test_a_prepared_environment_is_used_in_silence() -> None:
    done = run_py("setup")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("code", [0, 1, 2, 77])
def test_the_exit_code_of_the_command_is_handed_through(code: int) -> None:
    child = f"raise SystemExit({code})"
    assert subprocess.run([sys.executable, "-c", PARENT, child], check=False, cwd=ROOT).returncode == code


TRAPS = """
import signal, sys, time
def leave(number, frame):
    print("tidied up", number, flush=True)
    sys.exit(40 + number)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, leave)
print("ready", flush=True)
time.sleep(60)
"""


def started(child: str) -> subprocess.Popen[str]:
    """run.py's `call` around the program `child`, in a group of its own, when the child is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, child],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@NEEDS_POSIX
@pytest.mark.parametrize(
    ("send", "number"),
    [
        (lambda process: os.killpg(process.pid, signal.SIGINT), signal.SIGINT),  # what Ctrl-C does
        (lambda process: process.send_signal(signal.SIGTERM), signal.SIGTERM),
    ],
)
def test_the_command_may_tidy_up_before_it_stops(
    send: Callable[[subprocess.Popen[str]], None], number: int
) -> None:
    with started(TRAPS) as process:
        send(process)
        assert process.stdout is not None
        assert process.stdout.readline() == f"tidied up {number}\n"
        assert process.wait() == 40 + number


@NEEDS_POSIX
def test_a_command_that_was_killed_says_so_in_its_exit_code() -> None:
    with started("import os, time; print('ready', flush=True); os.kill(os.getpid(), 9)") as process:
        assert process.wait() == 128 + 9


@NEEDS_POSIX
def test_a_stub_that_only_apologises_is_no_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in run.ORDER:
        stub = tmp_path / f"python{version}"
        stub.write_text(
            "#!/bin/sh\necho 'Python was not found; install it from the store' >&2\nexit 9\n",
            encoding="utf-8",
        )
        stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run._other_python() is None
    (tmp_path / "python3").symlink_to(sys.executable)
    assert run._other_python() == [str(tmp_path / "python3")]


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13), (3, 15, 0)])
def test_a_python_that_does_not_fit_is_told_which_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(run, "_other_python", lambda: None)
    assert run.main([]) == 1
    assert "64-bit Python 3.11 to 3.14" in capsys.readouterr().err


def test_a_python_that_does_not_fit_hands_over_to_one_that_does(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(run, "_other_python", lambda: ["py", "-3.13"])

    def call(command: list[str]) -> int:
        called.append(command)
        return 5

    monkeypatch.setattr(run, "call", call)
    assert run.main(["test", "-x"]) == 5
    assert called == [["py", "-3.13", str(ROOT / "run.py"), "test", "-x"]]


def test_trouble_is_a_sentence_and_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise Trouble("The disk is full.")

    monkeypatch.setattr("tools.prepare.ready", refuse)
    assert run.main(["test"]) == 1
    assert capsys.readouterr().err == "The disk is full.\n"


def test_a_folder_of_the_persons_own_does_not_hide_ours(tmp_path: Path) -> None:
    (tmp_path / "ui.py").write_text("raise RuntimeError('not ours')", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import ui; print(ui.__file__)"],
        check=False, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout.strip() == str(ROOT / "ui" / "__init__.py")


@pytest.mark.parametrize(
    ("display", "given", "expected"),
    [
        ("", [], ["demo", "--headless"]),
        (":0", [], ["demo"]),
        ("", ["--pupils", "40"], ["demo", "--headless", "--pupils", "40"]),
        ("", ["--headless"], ["demo", "--headless"]),
    ],
)
def test_the_demo_walks_through_without_a_screen_when_there_is_none(
    monkeypatch: pytest.MonkeyPatch, display: str, given: list[str], expected: list[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(commands, "_must_exist", lambda *_: None)
    command = commands.command_line("demo", given)
    assert command is not None
    assert command.arguments == ["-m", "emis_desktop.cli", *expected]


def test_a_part_that_is_not_there_yet_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    with pytest.raises(Trouble, match="does not have a server yet"):
        commands.command_line("emis-server", [])


@NEEDS_POSIX
@pytest.mark.parametrize(
    ("root", "apt", "said"),
    [
        (False, "/usr/bin/apt-get", "apt-get install -y libegl1"),
        (False, None, "must install: libEGL.so.1"),
        (True, None, "must install: libEGL.so.1"),
    ],
)
def test_missing_system_libraries_are_named_where_they_may_not_be_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root: bool, apt: str | None, said: str
) -> None:
    monkeypatch.setattr(system_libraries, "missing", lambda needed: {"libEGL.so.1": needed["libEGL.so.1"]})
    monkeypatch.setattr(system_libraries, "needed_here", lambda: system_libraries.ALWAYS)
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    monkeypatch.setattr(shutil, "which", lambda _: apt)
    with (tmp_path / "log").open("wb") as log, pytest.raises(Trouble) as caught:
        system_libraries.provide(log)
    assert said in str(caught.value)


@NEEDS_POSIX
def test_root_installs_what_is_missing_for_the_window_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    present: set[str] = set()
    installed: list[str] = []

    def missing(needed: dict[str, str]) -> dict[str, str]:
        return {name: package for name, package in needed.items() if package not in present}

    def install(packages: list[str], _: object) -> None:
        installed.extend(packages)
        present.update(packages)

    monkeypatch.setattr(system_libraries, "missing", missing)
    monkeypatch.setattr(system_libraries, "apt_install", install)
    monkeypatch.setattr(system_libraries, "may_install", lambda: True)
    monkeypatch.setattr(system_libraries, "needed_here", lambda: system_libraries.ALWAYS)
    with (tmp_path / "log").open("wb") as log:
        system_libraries.provide(log)
    assert installed == sorted({*system_libraries.ALWAYS.values(), *system_libraries.SCREEN.values()})


def test_a_library_that_is_there_is_found_and_one_that_is_not_is_missing() -> None:
    assert system_libraries.missing({"libnonesuch.so.9": "libnonesuch9"}) == {
        "libnonesuch.so.9": "libnonesuch9"
    }
    assert system_libraries.missing(system_libraries.needed_here()) == {}
