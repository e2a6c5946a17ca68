"""Writing report cards: many in one file, or one file a pupil. Nothing half written is ever left behind."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TypeAlias

from emis_desktop import files
from emis_desktop.errors import Cancelled, Refused
from emis_desktop.rules.card import CardValues
from reports.document import Document, Facts
from reports.file_names import file_name
from reports.report_card.card import draw_card
from reports.report_card.design import STANDARD, CardDesign
from reports.report_card.desk import CardWarning, Desk
from resources.words import Words

WordsFor: TypeAlias = Callable[[str], Words]
Progress: TypeAlias = Callable[[int], None]
Stop: TypeAlias = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class CardResult:
    """What was written: cards, sheets, bytes, the SHA-256 of the file, and what could not be shown in full.

    ``name`` is the file's name when it was written into a folder, else empty.
    """

    cards: int
    pages: int
    size: int
    sha256: str
    warnings: tuple[CardWarning, ...]
    name: str = ""


def write_cards(
    cards: Iterable[CardValues],
    stream: BinaryIO,
    *,
    words_for: WordsFor = Words.load,
    made: datetime | None = None,
    design: CardDesign = STANDARD,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> CardResult:
    """Write ``cards`` as one PDF to ``stream``, a bookmark for each pupil; equal values give equal bytes.

    ``progress`` is told after every card how many are drawn; ``cancelled`` is asked before every card. The
    stream is written to only when everything is drawn. ``made`` is the date in the file: by default the day
    of issue of the first card, or the last day of its term.

    Raises ``Cancelled``, and ``Refused`` when there is no card.
    """
    content, count, pages, warnings = _draw(cards, words_for, made, design, progress, cancelled)
    stream.write(content)
    return CardResult(count, pages, len(content), sha256(content).hexdigest(), warnings)


def save_cards(
    cards: Iterable[CardValues],
    path: Path,
    *,
    words_for: WordsFor = Words.load,
    made: datetime | None = None,
    design: CardDesign = STANDARD,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> CardResult:
    """As :func:`write_cards`, into the file ``path``, which appears whole or not at all.

    Raises ``CannotSave`` when the disk does not take it.
    """
    content, count, pages, warnings = _draw(cards, words_for, made, design, progress, cancelled)
    files.write(path, content)
    return CardResult(count, pages, len(content), sha256(content).hexdigest(), warnings, path.name)


def save_each(
    cards: Iterable[CardValues],
    folder: Path,
    *,
    words_for: WordsFor = Words.load,
    made: datetime | None = None,
    design: CardDesign = STANDARD,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> tuple[CardResult, ...]:
    """Write one PDF a pupil into ``folder``, named after class, pupil and number; returns one result a file.

    The files take their names when all are written: ``Cancelled`` and ``CannotSave`` leave the folder as it
    was.
    """
    results: list[CardResult] = []
    waiting: list[tuple[Path, Path]] = []
    taken: set[str] = set()
    try:
        for card in cards:
            _stop_if(cancelled)
            name = _name(card, taken)
            content, count, pages, warnings = _draw((card,), words_for, made, design, None, None)
            part = folder / f".{secrets.token_hex(8)}.part"
            files.write(part, content)
            waiting.append((part, folder / name))
            results.append(
                CardResult(count, pages, len(content), sha256(content).hexdigest(), warnings, name)
            )
            if progress is not None:
                progress(len(results))
        with files.saving_in(folder):
            for part, target in waiting:
                files.replace(part, target)
    finally:
        for part, _target in waiting:
            part.unlink(missing_ok=True)
    return tuple(results)


def _stop_if(cancelled: Stop | None) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled("Stopped. No report card was left behind.")


def _name(card: CardValues, taken: set[str]) -> str:
    return file_name((card.pupil.class_name, card.pupil.name, card.pupil.number or ""), ".pdf", taken)


def _draw(
    cards: Iterable[CardValues],
    words_for: WordsFor,
    made: datetime | None,
    design: CardDesign,
    progress: Progress | None,
    cancelled: Stop | None,
) -> tuple[bytes, int, int, tuple[CardWarning, ...]]:
    """The file of ``cards``, how many cards and sheets it has, and the warnings."""
    rest = iter(cards)
    first = next(rest, None)
    if first is None:
        raise Refused("There is no report card to write. Choose pupils whose cards are ready.")
    document = Document(design.page, first.language)
    desks: dict[str, Desk] = {}
    warnings: list[CardWarning] = []
    classes: set[str] = set()
    count = 0
    for count, card in enumerate(chain((first,), rest), start=1):
        _stop_if(cancelled)
        desk = desks.get(card.language)
        if desk is None:
            desk = desks[card.language] = Desk(document, design, words_for(card.language), warnings)
        draw_card(desk, card)
        classes.add(card.pupil.class_name)
        if progress is not None:
            progress(count)
    _stop_if(cancelled)
    document.describe(_facts(first, count, classes, words_for(first.language), made))
    return document.finish(), count, document.pages, tuple(warnings)


def _facts(first: CardValues, count: int, classes: set[str], words: Words, made: datetime | None) -> Facts:
    """What the file says about itself."""
    whose = first.pupil.name
    if count > 1:
        whose = first.pupil.class_name if len(classes) == 1 else first.school.name
    day = first.term.ends if first.issue is None else first.issue.issued_on
    return Facts(
        title=words.tr("Report card, {name}", name=whose)
        if count == 1
        else words.tr("Report cards, {name}", name=whose),
        author=first.school.name,
        subject=words.tr("{term}, {year}", term=first.term.name, year=first.term.year),
        keywords=first.issue.number if first.issue is not None and count == 1 else "",
        made=made if made is not None else datetime.combine(day, time(12), UTC),
    )
