"""Write the tables of the server's first version out: ``python -m tools.server_baseline``.

Only before that version leaves the house; after it a change of tables is a step of its own.
"""

from pathlib import Path

from sync.server.model import MODEL
from sync.server.shape import DIALECTS, statements

FOLDER = Path(__file__).resolve().parent.parent / "sync/server/migrations/versions"


def main() -> None:
    """Write a file for each kind of database."""
    for kind in DIALECTS:
        text = "".join(f"{one};\n\n" for one in statements(MODEL.metadata, kind))
        lines = "\n".join(line.rstrip() for line in text.splitlines())
        (FOLDER / f"0001_baseline.{kind}.sql").write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
