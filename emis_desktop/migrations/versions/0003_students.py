"""Attendance, behaviour, addresses, health records, groups, options, textbooks, fields of the country's own,
and what schools, years, classes, enrolments, people and posts gained with them.

Written out beside this file. A table that gets a column is made anew, so that its statement stays the one of
the models.
"""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Take every statement."""
    for statement in Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
