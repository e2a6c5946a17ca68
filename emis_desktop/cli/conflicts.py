"""``emis conflicts`` and ``emis resolve ID --keep``: the visible journal without a screen."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Parser, WrongUsage
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import N_, Refused, Word
from emis_desktop.jobs.not_taken import write_not_taken
from emis_desktop.queries.sync_state import ConflictCard, Decided, Side, Verb
from emis_desktop.rules.numbers import plain
from resources.words import Words

ALL = 1_000_000
_SHORTEST = 4
_DEEDS: Mapping[str, Verb] = MappingProxyType(
    {
        "keep": Verb.KEEP,
        "other": Verb.USE,
        "same": Verb.SAME,
        "not_same": Verb.NOT_SAME,
        "remind": Verb.REMIND,
        "again": Verb.AGAIN,
        "drop": Verb.DROP,
    }
)
_HELP: Mapping[str, str] = MappingProxyType(
    {
        "keep": N_("keep the value in force; turn a proposal down"),
        "other": N_("bring the other value into force; accept a proposal"),
        "same": N_("both records are the same pupil"),
        "not_same": N_("they are two pupils"),
        "remind": N_("ask again whoever decides"),
        "again": N_("send once more what the server did not take"),
        "drop": N_("let go of what the server did not take"),
    }
)


_TABLES = frozenset({".csv", ".xlsx"})


def declare(name: str, parser: Parser) -> None:
    """Options of both commands."""
    tr = parser.words.tr
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    if name == "conflicts":
        parser.set_defaults(run=_list)
        parser.add_argument(
            "--decided", action="store_true", help=tr("those that were decided, the newest first")
        )
        parser.add_argument(
            "--export",
            type=Path,
            metavar="FILE",
            help=tr("write what the server did not take to a file: .csv or .xlsx to read, else JSON"),
        )
        return
    parser.set_defaults(run=_resolve)
    parser.add_argument("id", metavar="ID", help=tr("the change, as “emis conflicts” lists it"))
    for option, help_text in _HELP.items():
        parser.add_argument(
            f"--{option.replace('_', '-')}", action="store_true", dest=option, help=tr(help_text)
        )
    parser.add_argument(
        "--value", metavar="V", help=tr("another value; a day as 2016-03-12, a choice by its key")
    )


def _list(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        if options.export is not None:
            return _export(console, desk, options.export)
        if options.decided:
            rows = desk.queries.conflicts.decided(ALL).rows
        else:
            found = desk.queries.conflicts.waiting(ALL)
    if options.decided:
        console.table(
            [console.words.tr(name) for name in (N_("When"), N_("Who"), N_("What"), N_("Value"))],
            [_decided_line(console.words, row) for row in rows],
        )
        console.result([_decided(console.words, row) for row in rows])
        return DONE
    for card in found.cards:
        _tell(console, card)
    console.say(console.words.ntr("{n} change to look at", "{n} changes to look at", found.total))
    console.result([document(console.words, card) for card in found.cards])
    return DONE


def _export(console: Console, desk: Desk, path: Path) -> int:
    if path.suffix.lower() in _TABLES:
        count = write_not_taken(desk.queries.conflicts.refused(), path.absolute(), console.words)
    else:
        count = desk.services.conflicts.export_refused(path.absolute())
    console.say(
        console.words.ntr("{n} value written to {file}.", "{n} values written to {file}.", count, file=path)
    )
    console.result({"exported": count, "file": str(path)})
    return DONE


def _resolve(console: Console, options: argparse.Namespace) -> int:
    verb, value = _wish(options)
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        card = _find(desk, options.id)
        desk.services.conflicts.decide(card.id, verb, value)
    what = card.title.text(console.words)
    console.say(console.words.tr("{what}: done.", what=what))
    console.result({"id": str(card.id), "what": what, "did": verb.value})
    return DONE


def _wish(options: argparse.Namespace) -> tuple[Verb, str]:
    """What to do: exactly one of the options."""
    chosen = [verb for option, verb in _DEEDS.items() if getattr(options, option)]
    if options.value is not None:
        chosen.append(Verb.EDIT)
    if len(chosen) != 1:
        raise WrongUsage(N_("Say one thing to do: --keep, --other or --value V."))
    return chosen[0], options.value or ""


def _find(desk: Desk, typed: str) -> ConflictCard:
    """The card with that id, or with an id that begins so."""
    wanted = typed.strip().lower()
    cards = desk.queries.conflicts.waiting(ALL).cards
    found = [card for card in cards if str(card.id) == wanted]
    if not found and len(wanted) >= _SHORTEST:
        found = [card for card in cards if str(card.id).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused("More than one change begins with {id}. Type more of it.", id=typed)
    raise Refused("There is no change {id} to look at. “emis conflicts” lists them.", id=typed)


def _tell(console: Console, card: ConflictCard) -> None:
    words = console.words
    console.say(card.title.text(words))
    console.say(f"  {card.why.text(words)}")
    for side in card.sides:
        told = [said(words, side.value) or words.tr("nothing"), side.who, side.laptop, _when(words, side.at)]
        mark = words.tr("in force") if side.in_force else words.tr("proposed") if side.proposed else ""
        line = ", ".join(part for part in (*told, mark) if part and part != "–")
        console.say(f"  - {line}")
        for fact in side.facts:
            console.say(f"      {fact.text(words)}")
    if card.decider:
        console.say("  " + words.tr("{decider} decides.", decider=said(words, card.decider)))
    console.say(f"  {card.id}  {', '.join(_option(verb) for verb in card.verbs)}".rstrip())
    console.say()


def document(words: Words, card: ConflictCard) -> dict[str, object]:
    """A card in JSON; values as people read them."""
    return {
        "id": str(card.id),
        "kind": card.kind.value,
        "field": card.key,
        "what": card.title.text(words),
        "why": card.why.text(words),
        "values": [_side(words, side) for side in card.sides],
        "before": said(words, card.before) if card.has_before else None,
        "options": [_option(verb) for verb in card.verbs],
        "decider": said(words, card.decider) or None,
        "student": _text(card.student_id),
    }


def _side(words: Words, side: Side) -> dict[str, object]:
    return {
        "value": said(words, side.value),
        "by": side.who,
        "laptop": side.laptop,
        "at": side.at.isoformat() if side.at else None,
        "in_force": side.in_force,
        "facts": [fact.text(words) for fact in side.facts],
    }


def _decided(words: Words, row: Decided) -> dict[str, object]:
    return {
        "id": str(row.id),
        "what": row.title.text(words),
        "value": said(words, row.value),
        "did": row.verb.value,
        "by": row.by,
        "at": row.at.isoformat(),
    }


def _decided_line(words: Words, row: Decided) -> tuple[str, str, str, str]:
    return _when(words, row.at), row.by, row.title.text(words), said(words, row.value) or ""


def said(words: Words, value: object) -> str | None:
    """A value as a person reads it; None for nothing."""
    if value is None:
        return None
    if isinstance(value, Word):
        return words.tr(str(value))
    if isinstance(value, Decimal):
        return words.number(plain(value))
    if isinstance(value, datetime):
        return _when(words, value)
    if isinstance(value, date):
        return words.date(value, "medium")
    return str(value)


def _when(words: Words, at: datetime | None) -> str:
    if at is None:
        return ""
    local = at.astimezone()
    return f"{words.date(local.date(), 'medium')} {words.time(local)}"


def _option(verb: Verb) -> str:
    for option, deed in _DEEDS.items():
        if deed is verb:
            return f"--{option.replace('_', '-')}"
    return "--value"


def _text(found: UUID | None) -> str | None:
    return None if found is None else str(found)
