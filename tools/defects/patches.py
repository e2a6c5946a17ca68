"""The patches of ``tests/defects``: a head of three sayings, then a small unified diff.

``wrong:`` says what the defect is, ``costs:`` what it would cost a school, ``catches:`` which tests (files or
single ones) are tried first. A saying goes on in the lines below it.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT
from tools.trouble import Trouble

FOLDER = ROOT / "tests" / "defects"
_SAYING = re.compile(r"^(wrong|costs|catches): ", re.MULTILINE)
_FILE = re.compile(r"^\+\+\+ b/(\S+)", re.MULTILINE)
_APPLY = ("apply", "-C1", "--recount", "--whitespace=nowarn")
"""One line of context on either side has to fit, wherever in the file it has gone to."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One seeded defect; ``files`` are what its patch changes, ``catches`` arguments for pytest."""

    name: str
    wrong: str
    costs: str
    catches: tuple[str, ...]
    files: tuple[str, ...]
    path: Path


def read(path: Path) -> Defect:
    """The defect of one patch; raises :class:`Trouble` for a file whose head does not say it all."""
    text = path.read_text(encoding="utf-8")
    head, _, diff = text.partition("\n--- a/")
    parts = _SAYING.split(head)
    said = {name: " ".join(value.split()) for name, value in zip(parts[1::2], parts[2::2], strict=True)}
    files = tuple(_FILE.findall(diff))
    if set(said) != {"wrong", "costs", "catches"} or not all(said.values()) or not files:
        raise Trouble(f"{path.name} has no head with wrong:, costs: and catches:, or no diff under it.")
    return Defect(path.stem, said["wrong"], said["costs"], tuple(said["catches"].split()), files, path)


def every(folder: Path = FOLDER) -> list[Defect]:
    """All defects, by name."""
    return [read(path) for path in sorted(folder.glob("*.patch"))]


def chosen(names: list[str], folder: Path = FOLDER) -> list[Defect]:
    """The named defects, all of them without a name; raises :class:`Trouble` for a name that is none."""
    known = {defect.name: defect for defect in every(folder)}
    if unknown := [name for name in names if name not in known]:
        raise Trouble(f"There is no defect called {', '.join(unknown)}. Known are: {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(names or known)]


def misfit(defect: Defect, folder: Path = ROOT) -> str:
    """Why the patch does not fit the checkout in ``folder``; empty when it does. Nothing is changed."""
    return _git(defect, folder, "--check")


def put_in(defect: Defect, folder: Path) -> str:
    """Put the defect into the copy in ``folder``; why that cannot be, or empty."""
    return _git(defect, folder)


def _git(defect: Defect, folder: Path, *more: str) -> str:
    git = shutil.which("git")
    if git is None:
        raise Trouble("Patches are applied with git, which is not on this machine.")
    done = subprocess.run(
        [git, *_APPLY, *more, str(defect.path)],
        check=False, capture_output=True, text=True, encoding="utf-8", cwd=folder,
    )  # fmt: skip
    return (done.stderr.strip() or "git apply refused it") if done.returncode else ""
