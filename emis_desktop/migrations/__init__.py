"""Steps that bring an older store to today's shape; each one survives a kill at any point.

The number of a store's newest step is its schema version: SQLite's ``user_version``, so that it is read in a
moment and without alembic, which is imported only when a store is behind (a third of a second).
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

from emis_desktop.models import Base

NEWEST = 3
"""The newest step of this program."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What one version of the program understands: tables, newest step, folders of the steps."""

    metadata: MetaData
    version: int
    folders: tuple[Path, ...]


CURRENT = Schema(Base.metadata, NEWEST, (Path(__file__).parent / "versions",))
