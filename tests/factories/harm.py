"""Harm to a store's file, as a worn disk does it."""

from pathlib import Path

from emis_desktop.database import Database
from emis_desktop.models import Area
from tests.factories.stores import Somebody

PAGE = 4_096


def harm_last_page(path: Path) -> None:
    """Flip one bit of the last page; the pages before it can all be read."""
    content = bytearray(path.read_bytes())
    content[-2_000] ^= 1
    path.write_bytes(content)


def harm_all_but_first(path: Path, pages: int = 1) -> None:
    """Flip one bit of every page but the first ``pages``: a store in use meets one at its next look."""
    content = bytearray(path.read_bytes())
    for place in range(pages * PAGE + 100, len(content), PAGE):
        content[place] ^= 1
    path.write_bytes(content)


def grow(db: Database) -> None:
    """Write so many areas that the last pages are theirs, and nothing that signing in reads."""
    with db.write(Somebody(), "grow") as session:
        session.add_all(Area(code=f"Z{place}", name="Z" * 200, level="zone") for place in range(300))
