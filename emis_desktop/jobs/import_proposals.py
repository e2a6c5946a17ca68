"""Answers of a form, matched by the pupil's number: each value that differs waits for the office."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.errors import BadFile, EmisError, Refused
from emis_desktop.exchange.headings import ALSO
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.table import unguarded
from emis_desktop.queries.proposals import FIELDS
from emis_desktop.queries.transfers import numbered
from emis_desktop.rules.dates import EARLIEST_BIRTH, parse_date
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import Actor
from emis_desktop.services.moments import local_today
from emis_desktop.services.proposals import ProposalService

Progress = Callable[[int, int], None]
NUMBER: Final = "number"
_WAY: Final = ("transport", "way to school", "trajet", "transporte")
_HEADINGS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: frozenset({fold(name), *map(fold, ALSO.get(name, _WAY if name == "transport" else ()))})
        for name in (NUMBER, *FIELDS)
    }
)
"""What people write above their columns, folded, by the field that it means."""
_GIRLS: Final = frozenset({"f", "girl", "female", "fille", "feminin", "nina", "femenino", "mujer"})
_BOYS: Final = frozenset({"m", "boy", "male", "garcon", "masculin", "nino", "masculino", "hombre"})


@dataclass(frozen=True, slots=True)
class FormError:
    """A row that cannot wait: its line in the file and why."""

    row: int
    reason: EmisError


@dataclass(frozen=True, slots=True)
class FormReport:
    """``rows`` with a pupil; ``added`` values wait now, ``known`` were said before or stand so already.

    ``left_out``: headings that say nothing of a pupil's record.
    """

    rows: int
    added: int
    known: int
    errors: tuple[FormError, ...]
    left_out: tuple[str, ...]


def import_proposals(
    db: Database, actor: Actor, path: Path, progress: Progress, said_by: str = ""
) -> FormReport:
    """Bring in the answers in one act; a row with a fault is left out and named, the others wait.

    Empty cells propose nothing. Raises :class:`BadFile` for a file without a column of numbers.
    """
    table = read_table(path)
    head = [fold(cell) for cell in table.lines[0].cells]
    columns = {place: name for place, cell in enumerate(head) if (name := _meaning(cell)) is not None}
    if NUMBER not in columns.values():
        raise BadFile("{file} has no column with the pupils’ numbers. Name one “Number”.", file=path.name)
    service = ProposalService(db, actor)
    errors: list[FormError] = []
    sound: list[tuple[UUID, dict[str, str]]] = []
    lines = table.lines[1:]
    for done, line in enumerate(lines):
        progress(done, len(lines))
        cells = line.cells
        said = {
            name: unguarded(cells[place]).strip() for place, name in columns.items() if place < len(cells)
        }
        try:
            sound.append((_pupil(db, said.pop(NUMBER, "")), _values(service, said)))
        except EmisError as fault:
            errors.append(FormError(line.number, fault))
    found = service.propose_all(sound, said_by)
    progress(len(lines), len(lines))
    left_out = tuple(
        cell for place, cell in enumerate(table.lines[0].cells) if cell.strip() and place not in columns
    )
    return FormReport(len(sound), found.added, found.known, tuple(errors), left_out)


def _meaning(heading: str) -> str | None:
    return next((name for name, said in _HEADINGS.items() if heading in said), None)


def _pupil(db: Database, number: str) -> UUID:
    if not number:
        raise Refused("The row has no number of a pupil.", field=NUMBER)
    with db.read() as session:
        found = numbered(session, number)
    if len(found) != 1:
        raise Refused("Nobody on this laptop has the number {number}.", field=NUMBER, number=number)
    return found[0]


def _values(service: ProposalService, said: Mapping[str, str]) -> dict[str, str]:
    """What the row proposes, each value as it would be kept; raises :class:`Refused` for the first fault."""
    values = {}
    for name, typed in said.items():
        if typed:
            values[name] = service.checked_text(name, _typed(name, typed))
    return values


def _typed(name: str, text: str) -> str:
    """A cell as the field takes it: a day in any usual form, a sex in three languages."""
    if name == "birth_date":
        return parse_date(text, EARLIEST_BIRTH, local_today()).isoformat()
    if name == "sex":
        word = fold(text)
        return "F" if word in _GIRLS else "M" if word in _BOYS else text
    return text
