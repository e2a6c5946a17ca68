"""The system libraries that Qt's wheels leave to the machine, on Linux.

The names were read off the wheels themselves: what QtGui, QtWidgets, QtNetwork, QtDBus and the
offscreen, xcb and wayland plugins need and the wheel does not carry.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

from tools.trouble import Trouble

ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""Library -> Debian package, for any use of Qt, with or without a screen."""

SCREEN = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""The same, for a window on a screen."""


def has_screen() -> bool:
    """True when a window can be shown: always on Windows and macOS, with a display elsewhere."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _folders() -> list[Path]:
    """Where the system keeps its libraries; a look there is much quicker than loading them."""
    multiarch = getattr(sys.implementation, "_multiarch", "")
    return [Path("/usr/lib") / multiarch, Path("/usr/lib64"), Path("/usr/lib")]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(needed: dict[str, str]) -> dict[str, str]:
    """Those of `needed` that are neither in their usual place nor found by the loader."""
    folders = _folders()
    return {
        name: package
        for name, package in needed.items()
        if not any((folder / name).exists() for folder in folders) and not _loads(name)
    }


def needed_here() -> dict[str, str]:
    """The libraries this start needs: none but on Linux, and a window's only with a screen."""
    if sys.platform != "linux":
        return {}
    return {**ALWAYS, **SCREEN} if has_screen() else ALWAYS


def may_install() -> bool:
    """True for root on a Debian-like system."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str], log: IO[bytes]) -> None:
    """Install Debian packages as root, waiting for another installer; output goes to `log`."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", *wait, *arguments], check=False, env=quiet, stdout=log, stderr=log,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip


def provide(log: IO[bytes]) -> None:
    """Install the missing libraries where that is allowed; raise Trouble that names them where it is not."""
    absent = missing(needed_here())
    if absent and may_install():
        wanted = missing({**ALWAYS, **SCREEN})
        print("Adding the system libraries that the window needs.", file=sys.stderr, flush=True)
        apt_install(sorted(wanted.values()), log)
        absent = missing(needed_here())
    if not absent:
        return
    if shutil.which("apt-get"):
        command = "apt-get install -y " + " ".join(sorted(absent.values()))
        raise Trouble(f"Some system libraries are missing. An administrator must run:\n  {command}")
    names = ", ".join(sorted(absent))
    raise Trouble(f"Some system libraries are missing. An administrator must install: {names}")
