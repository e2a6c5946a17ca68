"""The import directions: kept by the tree as it is, and broken by each thing they are there to forbid."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT = "from importlinter.cli import lint_imports_command as go; go()"

SIBLINGS = ("emis_desktop", "ui", "sync", "reports", "resources")
LAYERED = ("jobs", "services", "queries", "migrations", "models", "rules", "keyring", "cli")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of the pyproject.toml in `folder` over the packages in it."""
    command = [sys.executable, "-c", LINT, "--no-cache", "--no-logo"]
    return subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The packages with nothing in them, under the real contracts."""
    for name in (*SIBLINGS, "sync/server", *(f"emis_desktop/{part}" for part in LAYERED)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    for module in ("app", "database", "capture", "errors", "laptop"):
        (tmp_path / "emis_desktop" / f"{module}.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_tree_keeps_every_direction() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_empty_tree_keeps_every_direction(toy: Path) -> None:
    done = lint(toy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("emis_desktop/models/pupil.py", "import emis_desktop.services", "Imports point one way"),
        ("emis_desktop/rules/marks.py", "import emis_desktop.models", "Imports point one way"),
        ("emis_desktop/queries/pupils.py", "import ui", "Imports point one way"),
        ("emis_desktop/errors.py", "import emis_desktop.rules", "Imports point one way"),
        ("emis_desktop/rules/marks.py", "import sqlalchemy", "Rules know neither"),
        ("emis_desktop/rules/marks.py", "import PySide6", "Rules know neither"),
        ("emis_desktop/services/marks.py", "from PySide6 import QtCore", "Below the screen nothing knows Qt"),
        ("reports/card.py", "import emis_desktop.queries", "Paper is drawn from plain values"),
        ("reports/card.py", "import emis_desktop.database", "Paper is drawn from plain values"),
        ("resources/words.py", "import emis_desktop.rules", "Resources import nothing of ours"),
        ("ui/page.py", "import sqlalchemy", "The screen never touches the store"),
        ("ui/page.py", "import emis_desktop.models", "The screen never touches the store"),
        ("ui/page.py", "import emis_desktop.database", "The screen never touches the store"),
        ("emis_desktop/keyring/ring.py", "import emis_desktop.models", "The key ring knows only"),
        ("emis_desktop/jobs/cards.py", "import reportlab", "Only reports draw paper"),
        ("emis_desktop/services/cards.py", "import requests", "Only sync knows the network"),
    ],
)
def test_each_forbidden_import_is_found(toy: Path, module: str, line: str, contract: str) -> None:
    (toy / module).write_text(line + "\n", encoding="utf-8")
    done = lint(toy)
    assert done.returncode == 1
    broken = [text for text in done.stdout.splitlines() if text.endswith("BROKEN")]
    assert any(text.startswith(contract) for text in broken), done.stdout


def test_every_part_has_its_place_in_the_order() -> None:
    described = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = described["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["id"] == "layers"]
    placed = {name.strip(" ()") for layer in layers for name in layer.split(":")}
    parts = {
        f"emis_desktop.{path.stem}"
        for path in (ROOT / "emis_desktop").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.name != "__init__.py"
    }
    assert parts <= placed


def test_the_core_runs_where_qt_is_not_installed() -> None:
    program = f"""
import importlib, pkgutil, sys
sys.modules["PySide6"] = None
for package in {("reports", "resources", "sync", *(f"emis_desktop.{part}" for part in LAYERED))}:
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(found.__path__, package + "."):
        if not module.name.endswith(("__main__", "migrations.env")):  # these act when they are loaded
            importlib.import_module(module.name)
print(len(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr


def test_no_test_folder_is_a_package() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
