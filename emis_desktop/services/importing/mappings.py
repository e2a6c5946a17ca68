"""What headings were said to mean the last time: remembered for each kind of file and its heading line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.exchange.columns import COLUMNS, Kind
from emis_desktop.exchange.heading_line import HEADING_WITHIN, plain_heading
from emis_desktop.exchange.table import Line, Table
from emis_desktop.models import ImportMapping


def remembered(session: Session, kind: Kind, table: Table) -> dict[str, str]:
    """What was said of a file with such a heading line, wherever in it the line stands; empty for none."""
    prints = [fingerprint(line) for line in table.lines[:HEADING_WITHIN]]
    rows = session.execute(
        select(ImportMapping.headings, ImportMapping.mapping).where(
            ImportMapping.kind == kind.value, ImportMapping.headings.in_(prints)
        )
    ).all()
    found = {bytes(row.headings): row.mapping for row in rows}
    kept = next((found[one] for one in prints if one in found), None)
    if kept is None:
        return {}
    names = {column.name for column in COLUMNS[kind]}
    loaded: dict[str, str] = json.loads(kept)
    return {heading: name for heading, name in loaded.items() if name in names or not name}


def remember(session: Session, kind: Kind, heading: Line, mapping: Mapping[str, str]) -> None:
    """Keep what the headings of that line were said to mean, on this laptop alone."""
    row = session.get(ImportMapping, (kind.value, fingerprint(heading)))
    if row is None:
        row = ImportMapping(kind=kind.value, headings=fingerprint(heading))
        session.add(row)
    row.mapping = json.dumps(dict(mapping), ensure_ascii=False, sort_keys=True)
    row.used_at = int(datetime.now().astimezone().timestamp() * 1000)


def fingerprint(line: Line) -> bytes:
    """By what a heading line is known: its words as they are compared, in their order."""
    return sha256("\x1f".join(plain_heading(cell) for cell in line.cells).encode()).digest()
