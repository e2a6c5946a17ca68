"""Makes the table of 22 fields a synced table like any other, in the process that loads this first.

The pictures that laptop and server have of their tables are made when their modules are loaded, so this one
is to be loaded before them.
"""

from sqlalchemy import Table

from benchmarks.records import BENCH_STUDENT
from emis_desktop.models import Base

NAME = BENCH_STUDENT.name


def _registered() -> Table:
    known = Base.metadata.tables.get(NAME)
    return BENCH_STUDENT.to_metadata(Base.metadata) if known is None else known


TABLE = _registered()
