"""Issue the report cards of classes and write them as PDF, or neither.

Order: the cards are drawn into temporary files beside their place, then they are issued in one act, then
the files take their names. Stopped before the act, nothing is left; stopped after it, the cards are issued
and can be written again from their frozen values, byte for byte. What a killed program leaves half made
goes at the next start or issue.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from uuid import UUID

from emis_desktop import files, unfinished
from emis_desktop.database import Database
from emis_desktop.errors import N_, CannotSave
from emis_desktop.queries.report_cards import IssuedCard, ReportCardQueries
from emis_desktop.rules.card import CardValues
from emis_desktop.rules.rights import Actor
from emis_desktop.services.report_cards import (
    FrozenCard,
    IssuedNotSaved,
    IssueOrder,
    Prepared,
    ReportCardService,
    Skipped,
)
from reports.file_names import file_name
from reports.report_card.desk import CardWarning
from reports.report_card.writer import save_cards, write_cards

Progress = Callable[[int, int], None]
"""Called with (pupils done, pupils in all); raise :class:`emis_desktop.errors.Cancelled` in it to stop."""


@dataclass(frozen=True, slots=True)
class CardOrder:
    """What to issue and where to: one file ``target``, or with ``merged`` False a file a pupil in that
    folder.
    """

    order: IssueOrder
    target: Path
    merged: bool = True


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What was done: cards issued, pupils skipped and why, files written, texts that did not fit their
    place.
    """

    issued: tuple[IssuedCard, ...]
    skipped: tuple[Skipped, ...]
    files: tuple[Path, ...]
    warnings: tuple[CardWarning, ...]


@dataclass(slots=True)
class _Work:
    """What has been done so far; ``parts`` are (temporary file, its name), ``mark`` is in the names of the
    temporary ones, ``made`` are the folders made for them, innermost first.
    """

    frozen: list[FrozenCard] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    mark: str = ""
    parts: list[tuple[Path, Path]] = field(default_factory=list)
    warnings: list[CardWarning] = field(default_factory=list)
    made: list[Path] = field(default_factory=list)


def issue_cards(db: Database, actor: Actor, wanted: CardOrder, progress: Progress) -> IssueReport:
    """Issue and write; with nothing to issue, no file is written.

    Raises :class:`emis_desktop.errors.Refused`, :class:`emis_desktop.errors.Cancelled` and
    :class:`CannotSave`; when the cards are issued but a file could not take its name,
    :class:`IssuedNotSaved`. A file a pupil never takes the place of one that is there.
    """
    folder = wanted.target.parent if wanted.merged else wanted.target
    notes = db.path.parent / "unfinished"
    unfinished.clear(notes, folder)
    with unfinished.at_work_in(notes, folder) as mark:
        return _issue(db, actor, wanted, progress, mark)


def _issue(db: Database, actor: Actor, wanted: CardOrder, progress: Progress, mark: str) -> IssueReport:
    service = ReportCardService(db, actor)
    work = _Work(mark=mark)
    try:
        with (
            _rare_collections(),
            closing(_prepared(db, actor, service, wanted.order, work, progress)) as cards,
        ):
            if wanted.merged:
                _draw_merged(cards, wanted.target, work)
            else:
                _draw_each(cards, wanted.target, work)
        if not work.frozen:
            return IssueReport((), tuple(work.skipped), (), ())
        for _part, target in work.parts:
            _check_free(target)
        issued = service.commit(work.frozen)
        written = _rename(work.parts, issued)
    finally:
        _clean_up(work)
    return IssueReport(issued, tuple(work.skipped), written, tuple(work.warnings))


def reprint_cards(
    db: Database, actor: Actor, card_ids: Sequence[UUID], target: Path, progress: Progress
) -> tuple[CardWarning, ...]:
    """Write issued cards again from their frozen values, as one file ``target``; equal cards give equal
    bytes.
    """
    values = ReportCardQueries(db, actor).issued_values(card_ids)
    done = save_cards(values, target, progress=lambda count: progress(count, len(values)))
    return done.warnings


def issued_pdf(db: Database, actor: Actor, card_ids: Sequence[UUID]) -> bytes:
    """What :func:`reprint_cards` writes, for a screen or a printer."""
    stream = BytesIO()
    write_cards(ReportCardQueries(db, actor).issued_values(card_ids), stream)
    return stream.getvalue()


def preview_card(
    db: Database, actor: Actor, class_id: UUID, term_id: UUID, student_id: UUID, language: str = "en"
) -> bytes:
    """The PDF of one card as it would be issued now; it says that it is a preview."""
    return draw_preview(db, actor, class_id, term_id, student_id, language)[0]


def draw_preview(
    db: Database, actor: Actor, class_id: UUID, term_id: UUID, student_id: UUID, language: str = "en"
) -> tuple[bytes, tuple[CardWarning, ...]]:
    """As :func:`preview_card`, with what the paper cannot show in full."""
    values = ReportCardQueries(db, actor).card_values(class_id, term_id, language, {student_id})
    stream = BytesIO()
    done = write_cards(values, stream)
    return stream.getvalue(), done.warnings


def _prepared(
    db: Database,
    actor: Actor,
    service: ReportCardService,
    order: IssueOrder,
    work: _Work,
    progress: Progress,
) -> Generator[CardValues]:
    """The values to draw; who is skipped is noted on the way."""
    total = ReportCardQueries(db, actor).expected(order.class_ids, order.term_id)
    if order.students is not None:
        total = min(total, len(order.students))
    done = 0
    with closing(service.preparing(order)) as found:
        for card in found:
            if isinstance(card, Prepared):
                work.frozen.append(card.frozen)
                yield card.values
            else:
                work.skipped.append(card)
            done += 1
            progress(done, max(total, done))


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cycles of garbage seldom: cards are made of values without any, and looking took a tenth."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _draw_merged(cards: Iterator[CardValues], target: Path, work: _Work) -> None:
    first = next(cards, None)
    if first is None:
        return
    stream = BytesIO()
    done = write_cards(_with_first(first, cards), stream)
    work.warnings.extend(done.warnings)
    _keep(work, target, stream.getvalue())


def _draw_each(cards: Iterator[CardValues], folder: Path, work: _Work) -> None:
    with files.saving_in(folder):
        taken = {path.name.casefold() for path in folder.iterdir()} if folder.is_dir() else set()
    for card in cards:
        stream = BytesIO()
        done = write_cards([card], stream)
        work.warnings.extend(done.warnings)
        name = file_name((card.pupil.class_name, card.pupil.name, card.pupil.number or ""), ".pdf", taken)
        _keep(work, folder / name, stream.getvalue())


def _keep(work: _Work, target: Path, content: bytes) -> None:
    """Write ``content`` beside its place, under a name that nobody takes for a finished file."""
    with files.saving_in(target.parent):
        work.made += [folder for folder in (target.parent, *target.parents[1:]) if not folder.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{work.mark}-{len(work.parts)}.part")
    files.write(part, content)
    work.parts.append((part, target))


def _clean_up(work: _Work) -> None:
    """Remove what has no name yet, and the folders that were made for nothing."""
    for part, _target in work.parts:
        part.unlink(missing_ok=True)
    for folder in work.made:
        with suppress(OSError):  # it holds something
            folder.rmdir()


def _check_free(target: Path) -> None:
    """Raise :class:`CannotSave` while another program holds the file that ``target`` would replace."""
    if not target.exists():
        return
    try:
        with target.open("rb+"):
            pass
    except OSError as fault:
        raise CannotSave(
            "{name} cannot be replaced: another program has it open, or it may not be changed. Nothing was"
            " issued. Close it there, or choose another name.",
            name=target.name,
        ) from fault


def _rename(parts: Sequence[tuple[Path, Path]], issued: Sequence[IssuedCard]) -> tuple[Path, ...]:
    written: list[Path] = []
    for part, target in parts:
        try:
            files.replace(part, target)
        except OSError as fault:
            raise IssuedNotSaved(
                issued,
                N_(
                    "{count} report cards are issued, but {missing} of {all} files could not be saved in"
                    " {place}. Save them again from Report cards."
                ),
                count=len(issued),
                missing=len(parts) - len(written),
                all=len(parts),
                place=str(target.parent),
            ) from fault
        written.append(target)
    return tuple(written)


def _with_first(first: CardValues, rest: Iterator[CardValues]) -> Iterator[CardValues]:
    """``rest`` with the card that was taken from it to see whether there is one."""
    yield first
    yield from rest
