"""A scratch copy of the checkout, in which defects come and go; the checkout itself is never touched."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from tools.defects import patches
from tools.defects.patches import Defect
from tools.environment import ROOT
from tools.trouble import Trouble

_LISTED = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
_UNPACKED = ".postgres"
"""A database server that was unpacked beside the environment, where the system has none."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of ``source`` in ``folder``."""

    folder: Path
    source: Path

    @contextmanager
    def with_defect(self, defect: Defect) -> Iterator[str]:
        """The copy has the defect while the block lasts; gives why it cannot, or an empty text."""
        try:
            yield patches.put_in(defect, self.folder)
        finally:
            for name in defect.files:
                self._fresh(name)

    def _fresh(self, name: str) -> None:
        shutil.copyfile(self.source / name, self.folder / name)
        shutil.rmtree((self.folder / name).parent / "__pycache__", ignore_errors=True)


@contextmanager
def scratch(source: Path = ROOT) -> Iterator[Copy]:
    """A copy of what git knows of ``source``, with what is not committed yet; gone at the end."""
    outer = Path(mkdtemp(prefix="emis-defects-"))
    try:
        original, folder = outer / "as-it-was", outer / "checkout"
        for name in _files(source):
            for target in (original / name, folder / name):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / name, target)
        if (source / _UNPACKED).is_dir():
            (folder / _UNPACKED).symlink_to(source / _UNPACKED, target_is_directory=True)
        yield Copy(folder, original)
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def _files(source: Path) -> list[str]:
    git = shutil.which("git")
    listed = None
    if git is not None:
        listed = subprocess.run([git, *_LISTED], check=False, capture_output=True, cwd=source)
    if listed is None or listed.returncode:
        raise Trouble("Defects are tried on a copy of a git checkout, and this is none.")
    names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    return [name for name in names if (source / name).is_file()]
