"""The environment heals itself: whatever was changed, moved or killed, the next start ends with a whole."""

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from tools import environment, lock, prepare, system_libraries
from tools.environment import State
from tools.trouble import Trouble

pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands on links and signals of POSIX systems")

ROOT = Path(__file__).resolve().parent.parent
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


class Killed(BaseException):
    """Stands for a process that ends between two steps; nothing in the code may catch it."""


class Checkout:
    """A copy of the files that matter, and stand-ins for the slow steps that can be killed at any."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.steps = 0
        self.killed_at = -1
        self.place(root)
        monkeypatch.setattr(prepare, "_make_venv", self._make_venv)
        monkeypatch.setattr(prepare, "_pip", self._pip)
        monkeypatch.setattr(prepare, "_compile", lambda *_: self._step())
        monkeypatch.setattr(prepare, "_works", lambda *_: True)
        monkeypatch.setattr(system_libraries, "missing", lambda _: {})
        for owner, name in ((environment, "write_stamp"), (prepare, "_retarget"), (Path, "rename")):
            self._wrap(owner, name)

    def place(self, root: Path) -> None:
        """Let the checkout stand at `root` from now on."""
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        for name in ("requirements.txt", "pyproject.toml"):
            if not (root / name).exists():
                shutil.copy(ROOT / name, root)
        places = {
            "ROOT": "", "VENV": ".venv", "SIDE": ".venv.new", "OLD": ".venv.old",
            "LOCK": ".venv.lock", "LOG": ".venv.log",
        }  # fmt: skip
        for name, place in places.items():
            self.monkeypatch.setattr(environment, name, root / place)

    def move_pins(self, line: str) -> None:
        """Add a line to the pins."""
        with (self.root / "requirements.txt").open("a", encoding="utf-8") as file:
            file.write(line)

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.killed_at:
            raise Killed

    def _wrap(self, owner: object, name: str) -> None:
        real: Callable[..., object] = getattr(owner, name)

        def stepping(*arguments: object, **named: object) -> object:
            self._step()
            result = real(*arguments, **named)
            self._step()
            return result

        self.monkeypatch.setattr(owner, name, stepping)

    def _make_venv(self, log: IO[bytes], handle: int) -> None:
        self._step()
        scripts = environment.scripts_of(environment.SIDE)
        scripts.mkdir(parents=True)
        (scripts / "python").symlink_to(sys.executable)
        (scripts / "tool").write_text(f"#!{scripts / 'python'}\n", encoding="utf-8")
        (environment.SIDE / "pyvenv.cfg").write_text("home = here\n", encoding="utf-8")
        self._step()
        environment.site_packages_of(environment.SIDE, VERSION).mkdir(parents=True)

    def _pip(self, venv: Path, arguments: list[str], log: IO[bytes], handle: int) -> None:
        self._step()
        packages = environment.site_packages_of(venv, VERSION)
        (packages / ("checkout.pth" if "-e" in arguments else f"package{self.steps}")).write_text(
            str(self.root), encoding="utf-8"
        )

    @property
    def linked_to(self) -> str:
        """The folder the installed environment imports the program from."""
        packages = environment.site_packages_of(environment.VENV, VERSION)
        return (packages / "checkout.pth").read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout with no environment yet, in a folder with a space and accents."""
    return Checkout(tmp_path / "Élève à l'école", monkeypatch)


def state() -> State:
    """What the present checkout's environment still needs."""
    return environment.state_of(environment.VENV)


def test_a_first_start_builds_and_a_second_does_nothing(checkout: Checkout) -> None:
    assert state() is State.BUILD
    python = prepare.ready()
    assert python == checkout.root / ".venv/bin/python"
    assert state() is State.READY
    before = checkout.steps
    prepare.ready()
    assert checkout.steps == before


def test_commands_name_the_folder_they_stand_in(checkout: Checkout) -> None:
    prepare.ready()
    script = (checkout.root / ".venv/bin/tool").read_text(encoding="utf-8")
    assert script == f"#!{checkout.root}/.venv/bin/python\n"


@pytest.mark.parametrize("build_before", [False, True])
def test_a_start_killed_at_any_step_is_finished_by_the_next(checkout: Checkout, build_before: bool) -> None:
    if build_before:
        prepare.ready()
    killed = 0
    while True:
        if build_before:
            checkout.move_pins(f"# {killed}\n")
        else:
            for name in (".venv", ".venv.new", ".venv.old"):
                shutil.rmtree(checkout.root / name, ignore_errors=True)
        checkout.steps, checkout.killed_at = 0, killed + 1
        try:
            prepare.ready()
            break  # it was through before the step came
        except Killed:
            killed += 1
        checkout.killed_at = -1
        prepare.ready()
        assert state() is State.READY
        assert not (checkout.root / ".venv.new").exists()
        assert not (checkout.root / ".venv.old").exists()
        assert checkout.linked_to == str(checkout.root)
    assert killed >= 10


def test_an_environment_half_there_is_built_anew(checkout: Checkout) -> None:
    prepare.ready()
    packages = environment.site_packages_of(environment.VENV, VERSION)
    next(packages.glob("package*")).unlink()
    assert state() is State.BUILD
    prepare.ready()
    assert state() is State.READY


@pytest.mark.parametrize("stamp", [None, "", "[]", "{}", '{"pins": 3}', "\x00"])
def test_a_stamp_that_says_nothing_is_no_stamp(checkout: Checkout, stamp: str | None) -> None:
    prepare.ready()
    path = environment.VENV / environment.STAMP
    path.unlink()
    if stamp is not None:
        path.write_text(stamp, encoding="utf-8")
    assert state() is State.BUILD


def test_changed_pins_build_anew_and_the_old_environment_stands_until_then(checkout: Checkout) -> None:
    prepare.ready()
    (checkout.root / "requirements.txt").write_text("other==1\n", encoding="utf-8")
    assert state() is State.BUILD
    with pytest.raises(Trouble, match="pins no pip"):
        prepare.ready()
    assert (checkout.root / ".venv/bin/python").exists()


def test_a_tools_setting_changes_nothing_and_a_new_command_links_again(checkout: Checkout) -> None:
    prepare.ready()
    path = checkout.root / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("line-length = 110", "line-length = 100"), encoding="utf-8")
    assert state() is State.READY
    path.write_text(
        text.replace("[project.scripts]\n", '[project.scripts]\nnew = "ui:main"\n'), encoding="utf-8"
    )
    assert state() is State.RELINK
    prepare.ready()
    assert state() is State.READY


def test_a_moved_checkout_links_again_without_building(checkout: Checkout, tmp_path: Path) -> None:
    prepare.ready()
    shutil.move(checkout.root, tmp_path / "elsewhere")
    checkout.place(tmp_path / "elsewhere")
    assert state() is State.RELINK
    checkout.monkeypatch.setattr(prepare, "_build", lambda *_: pytest.fail("built anew"))
    prepare.ready()
    assert state() is State.READY
    assert checkout.linked_to == str(tmp_path / "elsewhere")
    script = (tmp_path / "elsewhere/.venv/bin/tool").read_text(encoding="utf-8")
    assert script == f"#!{tmp_path}/elsewhere/.venv/bin/python\n"


def test_an_environment_of_another_machine_is_built_anew(checkout: Checkout) -> None:
    prepare.ready()
    path = environment.VENV / environment.STAMP
    stamp = json.loads(path.read_text(encoding="utf-8"))
    stamp["machine"] = ["win32", "AMD64"]
    path.write_text(json.dumps(stamp), encoding="utf-8")
    assert state() is State.BUILD


@pytest.mark.parametrize("works", [True, False])
def test_a_replaced_interpreter_is_tried_first(checkout: Checkout, works: bool) -> None:
    prepare.ready()
    path = environment.VENV / environment.STAMP
    stamp = json.loads(path.read_text(encoding="utf-8"))
    stamp["interpreter"][2] += 1
    path.write_text(json.dumps(stamp), encoding="utf-8")
    assert state() is State.VERIFY
    built: list[bool] = []
    real = prepare._build
    checkout.monkeypatch.setattr(prepare, "_works", lambda *_: works)

    def building(log: IO[bytes], handle: int) -> None:
        built.append(True)
        real(log, handle)

    checkout.monkeypatch.setattr(prepare, "_build", building)
    prepare.ready()
    assert state() is State.READY
    assert bool(built) is not works


def test_an_interpreter_that_is_gone_means_building(checkout: Checkout) -> None:
    prepare.ready()
    (environment.VENV / "bin/python").unlink()
    assert state() is State.BUILD


@pytest.mark.parametrize("left_over", ["file", "link"])
def test_something_else_called_venv_makes_way(checkout: Checkout, tmp_path: Path, left_over: str) -> None:
    if left_over == "file":
        (checkout.root / ".venv").write_text("?", encoding="utf-8")
    else:
        (tmp_path / "other").mkdir()
        (checkout.root / ".venv").symlink_to(tmp_path / "other")
    prepare.ready()
    assert state() is State.READY


def test_a_full_disk_is_said_before_anything_is_begun(checkout: Checkout) -> None:
    space = shutil.disk_usage(checkout.root)._replace(free=1)
    checkout.monkeypatch.setattr(shutil, "disk_usage", lambda _: space)
    with pytest.raises(Trouble, match="The disk is full"):
        prepare.ready()
    assert not (checkout.root / ".venv.new").exists()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EROFS, "read-only"), "can't be written to"),
        (PermissionError(errno.EACCES, "denied"), "can't be written to"),
        (OSError(errno.ENOSPC, "full"), "The disk is full"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_the_machines_refusals_become_sentences(checkout: Checkout, error: OSError, said: str) -> None:
    def refuse(*_: object) -> None:
        raise error

    checkout.monkeypatch.setattr(lock, "_take", refuse)
    if isinstance(error, PermissionError):  # for the lock itself that means "held by somebody else"
        checkout.monkeypatch.setattr(lock, "held", refuse)
    with pytest.raises(Trouble) as caught:
        prepare.ready()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("windows", "said"), [(True, "Close EMIS Desktop"), (False, "This folder can't be written to")]
)
def test_an_environment_in_use_is_told_from_a_folder_that_is_closed(
    checkout: Checkout, windows: bool, said: str
) -> None:
    prepare.ready()
    checkout.monkeypatch.setattr(prepare, "WINDOWS", windows)
    checkout.move_pins("# moved\n")

    def in_use(*_: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    checkout.monkeypatch.setattr(prepare, "_put_in_place", in_use)
    with pytest.raises(Trouble, match=said):
        prepare.ready()


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("ERROR: No matching distribution found for alembic", "A package was not found"),
        (
            "WARNING: Retrying ... NewConnectionError(...)\nERROR: No matching distribution found",
            "can't be reached",
        ),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "not the one that was pinned"),
        ("/usr/bin/python3: No module named pip", "apt-get install -y python3-venv"),
        ("ensurepip is not available", "apt-get install -y python3-venv"),
        ("something nobody thought of", "did not work"),
    ],
)
def test_what_the_installer_says_is_put_plainly(checkout: Checkout, output: str, said: str) -> None:
    program = f"print({output!r}); raise SystemExit(1)"
    with environment.LOG.open("wb") as log, pytest.raises(Trouble) as caught:
        prepare._run([sys.executable, "-c", program], log, log.fileno())
    assert said in str(caught.value)


def test_settings_of_the_persons_own_pip_hold_but_for_where_it_installs(checkout: Checkout) -> None:
    checkout.monkeypatch.setenv("PIP_INDEX_URL", "an index")
    checkout.monkeypatch.setenv("HTTPS_PROXY", "a proxy")
    checkout.monkeypatch.setenv("PIP_TARGET", "elsewhere")
    checkout.monkeypatch.setenv("PIP_USER", "1")
    names = ("PIP_INDEX_URL", "HTTPS_PROXY", "PIP_TARGET", "PIP_USER")
    program = f"import os; print([os.environ.get(name) for name in {names}])"
    with environment.LOG.open("wb") as log:
        prepare._run([sys.executable, "-c", program], log, log.fileno())
    assert environment.LOG.read_text(encoding="utf-8").strip() == "['an index', 'a proxy', None, '0']"


def test_the_pinned_installer_is_cut_out_with_its_hashes() -> None:
    text = "pillow==13\npip==26.3 \\\n    --hash=b \\\n    --hash=c\n    # via x\npip-tools==1\n"
    assert prepare._only("pip", text) == "pip==26.3 \\\n    --hash=b \\\n    --hash=c\n    # via x\n"


HOLD = """
import sys, time, subprocess
from pathlib import Path
from tools import lock
with lock.held(Path(sys.argv[1]), lambda: None) as handle:
    if sys.argv[2:]:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=(handle,))
        print(child.pid, flush=True)
    print("held", flush=True)
    time.sleep(60)
"""


def hold(path: Path, *arguments: str) -> subprocess.Popen[str]:
    """Another process that holds the lock at `path`."""
    command = [sys.executable, "-c", HOLD, str(path), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_lock_is_waited_for_and_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    waited: list[bool] = []
    with hold(tmp_path / "lock") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"

        def when_waiting() -> None:
            waited.append(True)
            other.kill()

        with lock.held(tmp_path / "lock", when_waiting):
            assert waited == [True]


def test_an_installer_that_outlives_its_parent_is_waited_for(tmp_path: Path) -> None:
    with hold(tmp_path / "lock", "with a child") as other:
        assert other.stdout is not None
        child = int(other.stdout.readline())
        assert other.stdout.readline() == "held\n"
        other.kill()
        other.wait()
        ended: list[int] = []

        def when_waiting() -> None:
            ended.append(child)
            os.kill(child, 9)

        with lock.held(tmp_path / "lock", when_waiting):
            assert ended == [child]


def test_two_starts_at_once_build_once(checkout: Checkout) -> None:
    real = checkout._make_venv
    begun, waiting = threading.Event(), threading.Event()
    built: list[bool] = []

    def slowly(log: IO[bytes], handle: int) -> None:
        built.append(True)
        begun.set()
        assert waiting.wait(30), "the second start did not wait"
        real(log, handle)

    checkout.monkeypatch.setattr(prepare, "_make_venv", slowly)
    checkout.monkeypatch.setattr(prepare, "_say_waiting", waiting.set)
    first = threading.Thread(target=prepare.ready)
    first.start()
    assert begun.wait(30)
    prepare.ready()
    first.join()
    assert built == [True]
    assert state() is State.READY
