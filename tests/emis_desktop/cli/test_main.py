"""Every way a command can end: a code and a sentence, one JSON document when asked, never a traceback."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emis_desktop.cli import commands, console, records
from emis_desktop.cli.main import main
from emis_desktop.settings import Settings, save_settings
from tests.factories.laptops import SetUp
from tests.helpers.commands import COMMAND, ROOT, emis, environment, process, started


def test_the_help_lists_every_command() -> None:
    shown = emis("--help")
    assert shown.code == 0
    for command in commands.COMMANDS:
        assert command.name in shown.out
    assert shown.err == ""


@pytest.mark.parametrize("name", [command.name for command in commands.COMMANDS])
def test_every_command_has_a_help(name: str) -> None:
    shown = emis(name, "--help")
    assert shown.code == 0
    assert f"emis {name}" in shown.out
    assert "--json" in shown.out or "DEED" in shown.out


def test_the_help_speaks_french(monkeypatch: pytest.MonkeyPatch) -> None:
    english = emis("doctor", "--help").out
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert emis("doctor", "--help").out != english


def test_the_laptops_language_goes_before_the_systems(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(laptop.home.settings, Settings(language="es"))
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert console.Console().words.language == "es"


def test_the_version_is_the_packages() -> None:
    assert emis("--version").out.startswith("EMIS Desktop 0")
    assert emis("--version", "--json").code == 2  # a document is what a command answers


def test_options_without_a_command_are_wrong_usage() -> None:
    assert emis("--json").code == 2


def test_an_unknown_command_is_wrong_usage_and_names_the_known() -> None:
    refused = emis("exams", "--json")
    assert refused.code == 2
    assert "report-cards" in refused.refused


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["import"],
            "Still needed: KIND (one of: students, guardians, staff, marks, attendance); "
            "FILE (CSV, XLSX, XLS, ODS).",
        ),
        (["import", "students"], "Still needed: FILE (CSV, XLSX, XLS, ODS)."),
        (
            ["import", "sheep", "a.csv"],
            "sheep is not known here. Known are: students, guardians, staff, marks, attendance.",
        ),
        (["template", "term-results", "a.csv"], "term-results is not known here."),
        (["demo", "--pupils", "x"], "x is not a whole number from 1 to 100000."),
        (["export", "marks", "a.csv", "--term"], "--term needs a value behind it."),
        (["export", "marks", "a.csv", "--tern", "1"], "Not understood here: --tern 1."),
        (["doctor", "now"], "Not understood here: now."),
        (["init", "--role", "school"], "Still needed: --profile (country profile, such as GD)."),
        (["init", "--role", "ship", "--profile", "GD"], "ship is not known here."),
        (["report-cards", "--term", "1", "--out", "x", "--language", "de"], "de is not known here."),
        (["user"], "Say what to do: add, remove, role, reset, list."),
        (["user", "sing"], "“emis user --help” shows"),
        (
            ["user", "add", "Ana"],
            "Still needed: --role (one of: principal, school_admin",
        ),
        (
            ["user", "add", "Ana", "--role", "captain"],
            "captain is not known here. Known are: principal, sch",
        ),
        (["demo", "--pupils", "0"], "0 is not a whole number from 1 to 100000."),
        (["demo", "--pupils", "9" * 30], "is not a whole number"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(arguments: list[str], sentence: str) -> None:
    plain = emis(*arguments)
    assert (plain.code, plain.out) == (2, "")
    assert sentence in plain.err
    in_json = emis(*arguments, "--json")
    assert in_json.code == 2
    assert sentence.split(".", maxsplit=1)[0] in in_json.refused


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            ("Il n’y a pas de commande exams", "n’est pas connu", "Il n’y a pas d’écran", "nombre entier"),
        ),
        ("es", ("No hay ningún comando exams", "no se conoce", "No hay pantalla", "número entero")),
    ],
)
def test_what_is_not_understood_is_told_in_the_persons_language(
    emis_home: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LANG", f"{language}_XX.UTF-8")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    lines: tuple[list[str], ...] = (["exams"], ["import", "sheep", "a.csv"], [], ["demo", "--pupils", "x"])
    for arguments, sentence in zip(lines, said, strict=True):
        if arguments or sys.platform not in {"win32", "darwin"}:
            assert sentence in emis(*arguments).err


def test_no_sentence_says_error_or_invalid() -> None:
    for arguments in (["import"], ["user", "sing"], ["doctor", "--colour"], ["nothing"]):
        assert not {"error", "invalid", "please"} & set(emis(*arguments).err.lower().split())


def test_without_a_screen_no_window_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform in {"win32", "darwin"}:
        pytest.skip("there is always a screen")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    refused = emis()
    assert refused.code == 1
    assert "no screen" in refused.err


def test_only_the_asked_command_is_loaded() -> None:
    """The start of --help and of a wrong word stays quick: the heavy parts are not even imported."""
    heavy = "{'sqlalchemy', 'cryptography', 'PySide6', 'reportlab'} & set(sys.modules)"
    run = "from emis_desktop.cli.main import main; main(['--help'])"
    code = f"import sys; {run}; print({heavy}, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "set()"


def test_a_fault_of_the_program_is_logged_and_told(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError("the inside of it")

    monkeypatch.setattr(records, "export_records", broken)
    refused = emis("export", "students", "a.csv", "--json")
    assert refused.code == 1
    assert str(laptop.home.logs) in refused.refused
    assert "inside" not in refused.out + refused.err


def test_a_fault_of_the_system_names_the_place(laptop: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise OSError(errno.EIO, "a fault", "/media/stick")

    monkeypatch.setattr(records, "export_records", broken)
    refused = emis("export", "students", "a.csv", "--json")
    assert refused.code == 1
    assert "/media/stick" in refused.refused


@pytest.mark.parametrize("stop", [KeyboardInterrupt, EOFError])
def test_stopping_is_told(laptop: SetUp, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]) -> None:
    def stopped(*_given: object, **_named: object) -> None:
        raise stop

    monkeypatch.setattr(records, "export_records", stopped)
    result = emis("export", "students", "a.csv", "--json")
    assert result.code == 130
    assert result.refused == "Stopped. Nothing was left half done."


def test_a_home_that_is_a_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "not a folder"
    file.write_text("x")
    monkeypatch.setenv("EMIS_HOME", str(file))
    monkeypatch.setenv("EMIS_PASSWORD_FILE", str(file))
    for arguments in (
        ["doctor"],
        ["backup", tmp_path / "b.emis"],
        ["restore", file],
        ["user", "list"],
        ["init", "--role", "school", "--profile", "XD"],
        ["demo", "--headless", "--out", tmp_path / "out"],
    ):
        result = emis(*arguments, "--json")
        assert result.code == 1
        assert result.refused
    assert file.read_text() == "x"


def test_a_home_of_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMIS_HOME", "~nobody-of-that-name/emis")
    result = emis("doctor", "--json")
    assert result.code == 1
    assert "EMIS_HOME" in result.refused


def test_without_records_every_command_says_how_to_begin(emis_home: Path, tmp_path: Path) -> None:
    for arguments in (
        ["doctor"],
        ["user", "list"],
        ["export", "students", tmp_path / "a.csv"],
        ["verify", "a.pdf"],
    ):
        result = emis(*arguments, "--json")
        assert result.code == 1
        assert "emis init" in result.refused
    assert not (emis_home / "stores").exists()


def test_lost_keys_are_told(laptop: SetUp) -> None:
    for file in laptop.home.root.glob("keyring.json*"):
        file.unlink()
    assert "Restore the newest USB copy" in emis("doctor", "--json").refused


# -- Where output goes ----------------------------------------------------------------------------


def test_a_reader_that_leaves_early_is_no_fault(laptop: SetUp) -> None:
    command = started("doctor", env=environment())
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    said = command.stderr.read().decode()
    command.stderr.close()
    assert (command.wait(120), said) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="a system without a full device")
def test_output_that_cannot_be_written_is_told(laptop: SetUp) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "doctor", "--json"],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=120,
        )
    assert done.returncode == 1
    assert "could not be written" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_streams_inside_a_program_that_break_are_given_up() -> None:
    class Broken(io.StringIO):
        fault: OSError = BrokenPipeError(errno.EPIPE, "gone")

        def write(self, text: str) -> int:
            raise self.fault

        def flush(self) -> None:
            raise self.fault

    class Full(Broken):
        fault = OSError(errno.ENOSPC, "full")

    assert main(["--help"], out=Broken(), err=io.StringIO()) == 0
    err = io.StringIO()
    assert main(["--version"], out=Full(), err=err) == 1
    assert "could not be written" in err.getvalue()
    assert main(["nothing"], out=io.StringIO(), err=Broken()) == 2


def test_every_name_is_printed_whatever_the_terminal_can(laptop: SetUp, tmp_path: Path) -> None:
    new = tmp_path / "new.txt"
    new.write_text("a slow boat for everyone\n")
    name = "Élodie Ñandú 李"
    made = process(
        "user", "add", name, "--role", "teacher", EMIS_NEW_PASSWORD_FILE=str(new), PYTHONIOENCODING="ascii"
    )
    assert made.code == 0
    listed = process("user", "list", "--json", PYTHONIOENCODING="cp1252")
    assert name in {user["name"] for user in listed.document}


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes only there")
def test_a_file_name_of_odd_bytes_is_no_trouble(school: Path, tmp_path: Path) -> None:
    file = os.fsencode(tmp_path) + b"/\xe9l\xe8ves.csv"
    done = subprocess.run(
        [*COMMAND, "export", "students", file, "--json"],
        env=environment(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0
    assert os.fsencode(json.loads(done.stdout)["file"].encode("utf-8", "surrogatepass")) != b""
    assert Path(os.fsdecode(file)).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_ctrl_c_ends_with_a_sentence_and_leaves_nothing(school: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    env = environment(EMIS_HOME=str(tmp_path / "demo"))
    command = started("demo", "--headless", "--pupils", "800", "--out", target, env=env)
    assert command.stderr is not None
    assert b"Making" in command.stderr.readline()
    time.sleep(0.5)
    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=120)
    assert command.returncode == 130
    assert b"Stopped" in err
    assert b"Traceback" not in err + out


# -- Telling how far work is ----------------------------------------------------------------------


def test_progress_grows_on_a_terminal_and_is_quiet_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    seen, other = Terminal(), io.StringIO()
    for stream in (seen, other):
        step = console.Console(err=stream).progress("Rows")
        for done in range(3):
            step(done, 2)
    assert seen.getvalue() == "\rRows 0 %\rRows 50 %\rRows 100 %\n"
    assert other.getvalue() == ""


def test_long_work_says_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 6.0, 7.0, 12.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    err = io.StringIO()
    step = console.Console(err=err).progress("Backup")
    for done in (1, 2, 3, 4):
        step(done, 4)
    assert err.getvalue() == "Backup 50 %\nBackup 100 %\n"
