"""The tables of the first server, as they stood when it left the house (written out beside this file)."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table and index, in the words of the database at hand."""
    kind = op.get_bind().dialect.name
    for statement in Path(__file__).with_suffix(f".{kind}.sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
