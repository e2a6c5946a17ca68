"""Does requirements.txt still satisfy pyproject.toml, on all three systems and for every Python promised?

The pins move only when someone moves them, so nothing else would notice that the two files part ways.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

PLATFORMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
)
PYTHONS = ("3.11", "3.12", "3.13", "3.14")

NEVER = {
    "pyside6": "brings 700 MB; PySide6-Essentials is what the program uses",
    "pyside6-addons": "brings 450 MB that the program does not use",
    "reports": "would hide our own package of that name",
    "resources": "would hide our own package of that name",
    "sqlcipher3-wheels": "links an SQLite with the WAL-reset corruption",
    "sync": "would hide our own package of that name",
    "ui": "would hide our own package of that name",
}

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)\s*(?:;\s*(?P<marker>[^\\]+?))?\s*\\?$")
_ADDRESS = re.compile(
    r"https?:|file:|--(?:extra-)?index-url|--find-links|--trusted-host|\s@\s", re.IGNORECASE
)


class Pin(NamedTuple):
    """One line of requirements.txt: a version, where it counts, and how many hashes vouch for it."""

    version: str
    marker: Marker | None
    hashes: int


def read_pins(text: str) -> dict[str, Pin]:
    """The pins in a requirements file, by normalised name. Raises ValueError for a line that is none."""
    pins: dict[str, Pin] = {}
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("--hash="):
            name, pin = next(reversed(pins.items()))
            pins[name] = pin._replace(hashes=pin.hashes + 1)
        elif stripped and not stripped.startswith("#"):
            found = _PIN.match(stripped)
            if not found:
                raise ValueError(f"requirements.txt has a line that is no pin: {stripped}")
            marker = Marker(found["marker"]) if found["marker"] else None
            pins[canonicalize_name(found["name"])] = Pin(found["version"], marker, 0)
    return pins


def environments() -> Iterator[dict[str, str]]:
    """The marker environments in which the pins must hold."""
    for platform in PLATFORMS:
        for python in PYTHONS:
            yield {**platform, "python_version": python, "python_full_version": f"{python}.0"}


def _declared(project: dict[str, object], build: list[str]) -> list[Requirement]:
    texts = [*build]
    dependencies, extras = project.get("dependencies"), project.get("optional-dependencies")
    texts += dependencies if isinstance(dependencies, list) else []
    for extra in extras.values() if isinstance(extras, dict) else []:
        texts += extra
    return [Requirement(text) for text in texts]


def _needs(name: str) -> list[Requirement]:
    """What an installed distribution asks for; nothing for one that only another system installs."""
    try:
        return [Requirement(text) for text in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:
        return []


def _objection(wanted: Requirement, pins: dict[str, Pin], where: dict[str, str]) -> str | None:
    """What is wrong with the pin for `wanted` in the environment `where`, or None."""
    if wanted.marker and not any(
        wanted.marker.evaluate({**where, "extra": extra}) for extra in {"", *wanted.extras}
    ):
        return None
    pin = pins.get(canonicalize_name(wanted.name))
    if pin is None or (pin.marker and not pin.marker.evaluate(where)):
        return f"{wanted.name} has no pin on {where['sys_platform']} with Python {where['python_version']}"
    if not wanted.specifier.contains(pin.version, prereleases=True):
        return f"{wanted.name} is pinned to {pin.version}, and {wanted.specifier} is asked for"
    return None


def objections(pyproject: str, requirements: str) -> list[str]:
    """Everything that is wrong between the two files' texts; empty when they agree."""
    described = tomllib.loads(pyproject)
    pins = read_pins(requirements)
    found = [f"{name}: {why}" for name, why in NEVER.items() if name in pins]
    found += [f"{name} has no hash" for name, pin in pins.items() if not pin.hashes]
    found += [
        f"an address in requirements.txt: {line}"
        for line in requirements.splitlines()
        if _ADDRESS.search(line)
    ]
    wanted = [
        ("pyproject.toml", r) for r in _declared(described["project"], described["build-system"]["requires"])
    ]
    wanted += [(name, requirement) for name in pins for requirement in _needs(name)]
    for who, requirement in wanted:
        for where in environments():
            if who in pins and (marker := pins[who].marker) and not marker.evaluate(where):
                continue
            if objection := _objection(requirement, pins, where):
                found.append(f"{who}: {objection}")
                break
    return found


def main() -> int:
    """Print what is wrong; 0 when nothing is."""
    found = objections(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        (ROOT / "requirements.txt").read_text(encoding="utf-8"),
    )
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
