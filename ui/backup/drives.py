"""Removable drives that a copy can go to, as this system tells them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QStorageInfo

_MOUNTS = ("/media/", "/run/media/", "/mnt/", "/Volumes/")
_DRIVE_REMOVABLE = 2
"""What Windows calls a drive that can be taken out."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive: its name, where it is, and how many bytes are free on it."""

    name: str
    root: Path
    free: int


@dataclass(frozen=True, slots=True)
class Volume:
    """What the system says of one mounted volume."""

    name: str
    root: str
    device: str
    free: int
    writable: bool


def drives(volumes: Callable[[], Iterable[Volume]] | None = None) -> tuple[Drive, ...]:
    """The removable drives that can be written to, by name."""
    found = [
        Drive(one.name or one.root, Path(one.root), one.free)
        for one in (volumes or _mounted)()
        if one.writable and is_removable(one)
    ]
    return tuple(sorted(found, key=lambda drive: drive.name.casefold()))


def is_removable(volume: Volume, system: Path = Path("/sys")) -> bool:
    """Whether the volume is on a stick or card, as far as can be told."""
    if sys.platform == "win32":  # pragma: no cover - asked of Windows alone
        import ctypes  # noqa: PLC0415

        return bool(ctypes.windll.kernel32.GetDriveTypeW(volume.root) == _DRIVE_REMOVABLE)
    if any(volume.root.startswith(place) for place in _MOUNTS):
        return True
    disk = PurePosixPath(volume.device).name.rstrip("0123456789")
    flag = system / "block" / disk / "removable"
    return volume.root not in ("/", "/boot", "/home") and flag.is_file() and flag.read_text().strip() == "1"


def _mounted() -> Iterable[Volume]:
    for info in QStorageInfo.mountedVolumes():
        if info.isValid() and info.isReady():
            yield Volume(
                info.displayName(),
                info.rootPath(),
                bytes(info.device().data()).decode("utf-8", "replace"),
                info.bytesAvailable(),
                not info.isReadOnly(),
            )


@dataclass(frozen=True, slots=True)
class LastPlace:
    """The folder that the last copy went to, and whether it can be reached now."""

    folder: Path
    there: bool


def last_place(file: str | None) -> LastPlace | None:
    """Where the copy ``file`` of the settings is, as it can be reached now; asks the disk, which may take
    long. None without a copy.
    """
    if not file:
        return None
    folder = Path(file).parent
    try:
        return LastPlace(folder, folder.is_dir())
    except OSError:  # a share whose machine does not answer
        return LastPlace(folder, there=False)
