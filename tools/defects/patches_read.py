"""The patches: ``NN-words.patch``, a heading of a title and of tests, then a unified diff."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "patches"
_NAME = re.compile(r"(\d\d)-[a-z0-9-]+\.patch")
_TITLE = re.compile(r"^Defect: (.+)$", re.MULTILINE)
_TESTS = re.compile(r"^Tests: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Defect:
    """One seeded defect: its number, what is wrong, the file of its diff, and the tests to be tried."""

    number: int
    title: str
    path: Path
    tests: tuple[str, ...]


def defects() -> list[Defect]:
    """All of them, in order; :class:`ValueError` for a patch without a heading."""
    return [_read(path) for path in sorted(FOLDER.glob("*.patch"))]


def _read(path: Path) -> Defect:
    text = path.read_text()
    name, title, tests = _NAME.fullmatch(path.name), _TITLE.search(text), _TESTS.search(text)
    if name is None or title is None or tests is None:
        raise ValueError(f"{path.name} has no heading of a defect")
    return Defect(int(name[1]), title[1], path, tuple(tests[1].split()))
