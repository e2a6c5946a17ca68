"""The tables of the exchange with the ministry, its place in ``site``, and where a transferred pupil goes.

Written out beside this file. A table that gets a column is made anew, so that its statement stays the one of
the models.
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Take every statement."""
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
