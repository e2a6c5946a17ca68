"""Write the tables of the models into the first migration step; only until the first version has left the
house.

    .venv/bin/python tools/first_step.py
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy.dialects import sqlite  # noqa: E402
from sqlalchemy.schema import CreateIndex, CreateTable  # noqa: E402

from emis_desktop.models import Base  # noqa: E402

TARGET = ROOT / "emis_desktop" / "migrations" / "versions" / "0001_ground_floor.sql"


def statements() -> str:
    """Every CREATE of the models, parents first, each ending in a semicolon and a new line."""
    made = []
    for table in Base.metadata.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=sqlite.dialect())).strip())
        made += [
            str(CreateIndex(index).compile(dialect=sqlite.dialect())).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    return "".join(re.sub(r"[ \t]+\n", "\n", f"{statement};\n") for statement in made)


if __name__ == "__main__":
    TARGET.write_text(statements(), encoding="utf-8", newline="\n")
