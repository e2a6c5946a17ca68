"""Is the environment in ``.venv`` the one this checkout needs? Answered in milliseconds, at every start.

The environment carries a stamp, written last. The stamp says for which pins, which checkout and which
machine it was built, and what stood in it then; whatever differs decides how much is done again.
"""

import hashlib
import json
import os
import platform
import sys
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SIDE = ROOT / ".venv.new"
OLD = ROOT / ".venv.old"
LOCK = ROOT / ".venv.lock"
LOG = ROOT / ".venv.log"
STAMP = "emis-stamp.json"

_PACKAGED = ("[build-system", "[project", "[tool.setuptools")
"""Sections of pyproject.toml that the installed package is made from; the others configure tools."""


class State(Enum):
    """What has to be done before the environment can be used."""

    READY = "nothing"
    RELINK = "install the checkout itself again: it moved, or its own description changed"
    VERIFY = "the interpreter under it was replaced: try it"
    BUILD = "build it anew"


def python_of(venv: Path) -> Path:
    """The interpreter inside an environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def scripts_of(venv: Path) -> Path:
    """The folder of commands inside an environment."""
    return python_of(venv).parent


def site_packages_of(venv: Path, version: str) -> Path:
    """The folder an environment's packages stand in; `version` is like ``"3.11"``."""
    return venv / ("Lib/site-packages" if os.name == "nt" else f"lib/python{version}/site-packages")


def pins() -> str:
    """A digest of the pinned requirements."""
    return hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()


def project() -> str:
    """A digest of what pyproject.toml says about the package, its tools' settings left aside."""
    digest = hashlib.sha256()
    packaged = False
    for line in (ROOT / "pyproject.toml").read_bytes().splitlines():
        if line.startswith(b"["):
            packaged = line.decode().startswith(_PACKAGED)
        if packaged:
            digest.update(line + b"\n")
    return digest.hexdigest()


def _base_of(venv: Path) -> Path:
    """The interpreter under an environment; on Windows the environment holds a launcher, not a link."""
    if os.name != "nt":
        return Path(os.path.realpath(python_of(venv)))
    for line in (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "home":
            return Path(value.strip()) / "python.exe"
    return python_of(venv)


def _interpreter(venv: Path) -> list[Any]:
    """What tells one interpreter from its successor at the same place: where it really is, size and time."""
    real = _base_of(venv)
    about = real.stat()
    return [str(real), about.st_size, about.st_mtime_ns]


def write_stamp(venv: Path, version: str) -> None:
    """Declare `venv` complete, to stand at VENV in this checkout; the last step of every build."""
    stamp = {
        "pins": pins(),
        "project": project(),
        "venv": str(VENV),
        "machine": [sys.platform, platform.machine()],
        "version": version,
        "interpreter": _interpreter(venv),
        "contents": sorted(os.listdir(site_packages_of(venv, version))),
    }
    unfinished = venv / (STAMP + ".part")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(stamp, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(venv / STAMP)


def read_stamp(venv: Path) -> dict[str, Any] | None:
    """The stamp of `venv`, or None when it was never finished or can't be read."""
    try:
        stamp = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def state_of(venv: Path) -> State:
    """Hold the environment's stamp against this checkout and this machine."""
    stamp = read_stamp(venv)
    if stamp is None:
        return State.BUILD
    try:
        return _compare(stamp, venv)
    except (OSError, KeyError, TypeError):
        return State.BUILD


def _compare(stamp: dict[str, Any], venv: Path) -> State:
    if stamp["pins"] != pins() or stamp["machine"] != [sys.platform, platform.machine()]:
        return State.BUILD
    if not set(stamp["contents"]) <= set(os.listdir(site_packages_of(venv, stamp["version"]))):
        return State.BUILD
    if stamp["interpreter"] != _interpreter(venv):
        return State.VERIFY
    if stamp["venv"] != str(VENV) or stamp["project"] != project():
        return State.RELINK
    return State.READY
