"""The beginning of a file that somebody hands in, by which it is known."""

from __future__ import annotations

from pathlib import Path

from emis_desktop.errors import BadFile

LARGEST_BYTES = 200_000_000


def beginning(path: Path, count: int) -> tuple[bytes, int]:
    """The first ``count`` bytes of a file and its size in bytes.

    Raises :class:`BadFile` when it is missing or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(count), path.stat().st_size
    except FileNotFoundError:
        raise BadFile("There is no file {file}. Check its name and folder.", file=path.name) from None
    except OSError:
        raise BadFile(
            "{file} cannot be read. Close it in other programs and try again.", file=path.name
        ) from None
