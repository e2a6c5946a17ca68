"""Makes the table of 22 fields a synced table like any other, in the process that imports this first.

The server's picture of its tables is made when its modules are loaded, so this one is to be loaded before
them.
"""

from sqlalchemy import MetaData, Table

from benchmarks.records import BENCH_STUDENT
from emis_desktop.capture import trigger_statements
from emis_desktop.database import Database
from emis_desktop.models import Base

NAME = BENCH_STUDENT.name


def _registered() -> Table:
    known = Base.metadata.tables.get(NAME)
    return BENCH_STUDENT.to_metadata(Base.metadata) if known is None else known


TABLE = _registered()


def add_to(db: Database) -> None:
    """Make the table and its triggers in a laptop's store."""
    alone = MetaData()
    BENCH_STUDENT.to_metadata(alone)
    with db.replicate() as session:
        connection = session.connection()
        alone.create_all(connection, checkfirst=True)
        for statement in trigger_statements(alone).values():
            connection.exec_driver_sql(statement)
