"""A disk that is really full: a small file system in memory, which root may mount on Linux."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

_BLOCK = 4096


def available() -> bool:
    """Whether such a disk can be had here."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    try:
        with small_disk(1):
            return True
    except subprocess.CalledProcessError:
        return False


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """The folder where it is mounted."""

    folder: Path

    @property
    def free(self) -> int:
        """Bytes that are free."""
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def fill(self, leave: int) -> None:
        """Let only ``leave`` bytes be free, rounded up to whole blocks."""
        with (self.folder / "filler").open("ab") as filler:
            size = max(0, self.free - -(-leave // _BLOCK) * _BLOCK)
            if size:
                os.posix_fallocate(filler.fileno(), filler.tell(), size)

    def make_room(self) -> None:
        """Let go of what filled it."""
        (self.folder / "filler").unlink(missing_ok=True)


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A disk of that size, empty, gone at the end."""
    folder = Path(mkdtemp(prefix="emis-disk-"))
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        check=True,
        capture_output=True,
    )
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)
        folder.rmdir()
