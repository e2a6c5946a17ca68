"""Whether two places are on the same disk: a copy beside the records is lost with the laptop that has both.

A place is known by the disks that its file system lies on, also through partitions, encryption and volume
groups. A place on the network is on none of the laptop's disks. Where a system does not tell, its file system
stands for the disk: two folders of one file system are on the same disk.
"""

import os
import sys
from pathlib import Path

_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "davfs", "fuse.davfs2", "9p", "afs", "ceph")
_MEMORY = ("tmpfs", "ramfs")
_OURS = "this laptop"
"""Stands for what has no disk and goes when the laptop goes."""


def same_disk(
    one: Path, other: Path, system: Path = Path("/sys"), mounts: Path = Path("/proc/self/mountinfo")
) -> bool:
    """Whether both places, which need not exist yet, are on one disk. ``system`` and ``mounts`` are where
    Linux tells of its disks. Never fails: what cannot be told counts as the same disk.
    """
    one, other = _existing(one), _existing(other)
    try:
        if sys.platform == "win32":  # pragma: no cover - asked of Windows alone
            return _windows_disk(one) == _windows_disk(other)
        if one.stat().st_dev == other.stat().st_dev:
            return True
        table = mounts.read_text("utf-8", "surrogateescape") if mounts.is_file() else ""
        first, second = (_disks(place, table, system) for place in (one, other))
    except OSError:
        return True
    return bool(first & second) or _OURS in first | second


def on_network(place: Path, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether ``place``, which need not exist yet, may hang when the network is gone. Looks at it: ask while
    it is in use.

    Where the system does not tell, whatever is on another disk than the person's own folder counts as such.
    """
    place = _existing(place)
    if sys.platform == "win32":  # pragma: no cover - asked of Windows alone
        import ctypes  # noqa: PLC0415

        remote = 4
        return bool(ctypes.windll.kernel32.GetDriveTypeW(f"{place.resolve().anchor}") == remote)
    try:
        if not mounts.is_file():
            return place.stat().st_dev != Path.home().stat().st_dev
        kind, _source = _mount(place.resolve(), mounts.read_text("utf-8", "surrogateescape"))
    except OSError:
        return True
    return kind in _NETWORK or kind.startswith("fuse.")


def _existing(place: Path) -> Path:
    """The nearest folder of ``place`` that is there."""
    place = place.absolute()
    return next((each for each in (place, *place.parents) if each.exists()), place)


def _disks(place: Path, table: str, system: Path) -> frozenset[str]:
    """Names of the disks under ``place``, from the system's table of mounts and its tree of devices."""
    number = place.stat().st_dev
    kind, source = _mount(place.resolve(), table)
    if kind in _NETWORK:
        return frozenset({f"network {source}"})
    if kind in _MEMORY:
        return frozenset({_OURS})
    if source.startswith("/dev/") and Path(source).exists():
        number = Path(source).stat().st_rdev
    device = system / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    return _under(device.resolve()) if device.exists() else frozenset({f"{number}"})


def _under(device: Path) -> frozenset[str]:
    """The disks that a device of ``/sys/dev/block`` is made of."""
    below = sorted((device / "slaves").glob("*"))
    if below:
        return frozenset[str]().union(*(_under(one.resolve()) for one in below))
    return frozenset({device.parent.name if (device / "partition").exists() else device.name})


def _mount(place: Path, table: str) -> tuple[str, str]:
    """Kind and source of the file system that ``place`` is on, as ``mountinfo`` tells; "" without a word."""
    best, found = -1, ("", "")
    for line in table.splitlines():
        fields, dash, more = line.partition(" - ")
        at = fields.split(" ")
        kind, source = [*more.split(" "), "", ""][:2]
        if not dash or len(at) < 5:
            continue
        point = Path(at[4].replace("\\040", " "))
        # A later line covers an earlier one at the same place.
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), (kind, source)
    return found


def _windows_disk(place: Path) -> str:  # pragma: no cover - asked of Windows alone
    """The number of the disk under ``place``; the drive itself where it has none, as on the network."""
    import ctypes  # noqa: PLC0415

    drive = place.resolve().drive
    windows = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    windows.CreateFileW.restype = ctypes.c_void_p
    handle = windows.CreateFileW(f"\\\\.\\{drive}", 0, 3, None, 3, 0, None)
    if handle in (None, ctypes.c_void_p(-1).value):
        return drive.casefold()
    answer, length = (ctypes.c_uint32 * 3)(), ctypes.c_uint32()
    ask_number = 0x2D1080  # IOCTL_STORAGE_GET_DEVICE_NUMBER: kind, disk, partition
    told = windows.DeviceIoControl(
        ctypes.c_void_p(handle),
        ask_number,
        None,
        0,
        ctypes.byref(answer),
        ctypes.sizeof(answer),
        ctypes.byref(length),
        None,
    )
    windows.CloseHandle(ctypes.c_void_p(handle))
    return f"disk {answer[0]} {answer[1]}" if told else drive.casefold()
