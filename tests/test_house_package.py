"""What is built is what was checked out: every module and every data file, run from another folder."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("emis_desktop", "ui", "sync", "reports", "resources")

PROGRAM = """
import sys
sys.path[:] = [path for path in sys.path if path != {root!r}]
sys.path.insert(0, {site!r})
import emis_desktop.errors, reports, resources, sync, ui
from resources.words import Words
for package in (emis_desktop, reports, resources, sync, ui):
    print(package.__file__)
print(len(Words.load("fr").tr("Unlock")) > 0)
"""


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run this interpreter to its end."""
    return subprocess.run(
        [sys.executable, *arguments], check=False, cwd=cwd, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build reads, so that a build leaves nothing behind in the checkout."""
    folder = tmp_path_factory.mktemp("source")
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", ".*", "*.lock", "*.part")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the program."""
    target = tmp_path_factory.mktemp("wheel")
    done = run(
        "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q", "-w", str(target), ".",
        cwd=source,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (built,) = target.glob("*.whl")
    return built


def test_nothing_of_the_checkout_stays_out_of_the_wheel(source: Path, wheel: Path) -> None:
    wanted = {
        path.relative_to(source).as_posix()
        for name in PACKAGES
        for path in (source / name).rglob("*")
        if path.is_file() and (path.suffix != ".md" or name == "resources")  # notes for who reads the code
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert sorted(wanted - packed) == []


def test_nothing_else_gets_into_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_runs_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = run(
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "-q",
        "--target",
        str(site),
        str(wheel),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    done = run("-P", "-c", PROGRAM.format(root=str(ROOT), site=str(site)), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    *files, words = done.stdout.split()
    assert all(file.startswith(str(site)) for file in files)
    assert words == "True"
