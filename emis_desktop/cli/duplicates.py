"""``emis duplicates``, ``emis merge A B``, ``emis unmerge A``: records of one pupil without a screen."""

from __future__ import annotations

import argparse
from uuid import UUID

from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Parser, WrongUsage
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import N_, Refused
from emis_desktop.queries.duplicates import Pair
from emis_desktop.queries.pairs import Merged
from emis_desktop.queries.search import StudentFilter
from emis_desktop.queries.student_rows import StudentRow
from emis_desktop.rules.likeness import REASON_WORDS
from emis_desktop.rules.names import display_name
from emis_desktop.services.merging import FIELDS


def declare(name: str, parser: Parser) -> None:
    """Options of the three commands."""
    tr = parser.words.tr
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    who = tr("a pupil: number, or id as “emis duplicates --json” gives it")
    if name == "duplicates":
        parser.set_defaults(run=_list)
        parser.add_argument("--school", default="", metavar="S", help=tr("code of one school"))
        parser.add_argument(
            "--merged", action="store_true", help=tr("those that were merged, with who did it")
        )
        return
    parser.add_argument("one", metavar="A", help=who)
    if name == "unmerge":
        parser.set_defaults(run=_unmerge)
        return
    parser.set_defaults(run=_merge)
    parser.add_argument("other", metavar="B", help=who)
    parser.add_argument(
        "--take",
        action="append",
        default=[],
        metavar="FIELD",
        help=tr("take this field over from the newer record: {all}", all=", ".join(FIELDS)),
    )
    parser.add_argument(
        "--two-people", action="store_true", help=tr("remember that they are two people instead")
    )


def _list(console: Console, options: argparse.Namespace) -> int:
    tr = console.words.tr
    if options.merged:
        return _merged(console)
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        report = desk.queries.duplicates.report(
            console.progress(tr("Pupils compared")), _school(desk, options.school)
        )
    console.table(
        [tr("Score"), tr("Record"), tr("Other record"), tr("Why")],
        [
            (str(pair.score), _named(console, pair.one), _named(console, pair.other), _why(console, pair))
            for pair in report.pairs
        ],
    )
    console.say(
        console.words.ntr("{n} pair that may be one pupil", "{n} pairs that may be one pupil", report.found)
    )
    console.result(
        {
            "looked_at": report.looked_at,
            "found": report.found,
            "pairs": [
                {
                    "score": pair.score,
                    "reasons": [reason.value for reason in pair.reasons],
                    "records": [_document(pair.one), _document(pair.other)],
                }
                for pair in report.pairs
            ],
        }
    )
    return DONE


def _merged(console: Console) -> int:
    tr = console.words.tr
    with console.signed_in() as laptop:
        found = open_desk(laptop).queries.pairs.merged()
    console.table(
        [tr("Double"), tr("Record that is kept"), tr("When"), tr("Who")],
        [
            (
                one.name,
                one.kept_name,
                console.words.date(one.at.astimezone().date()) if one.at else "–",
                one.by,
            )
            for one in found
        ],
    )
    console.result(
        [
            {
                "double": str(one.double_id),
                "kept": str(one.kept_id),
                "at": one.at.isoformat() if one.at else None,
                "still_double": one.to_decide,
            }
            for one in found
        ]
    )
    return DONE


def _day(console: Console, one: Merged) -> str:
    return console.words.date(one.at.astimezone().date()) if one.at is not None else "–"


def _merge(console: Console, options: argparse.Namespace) -> int:
    unknown = [name for name in options.take if name not in FIELDS]
    if unknown:
        raise WrongUsage(N_("There is no field {name} to take over."), name=unknown[0])
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        one, other = _find(desk, options.one), _find(desk, options.other)
        if options.two_people:
            desk.services.merging.two_people(one, other)
            console.say(console.words.tr("Remembered: these are two people."))
            console.result({"two_people": sorted((str(one), str(other)))})
            return DONE
        kept = desk.services.merging.merge(one, other, options.take)
        record = desk.queries.students.record(kept)
    name = display_name(record.given_names, record.family_name)
    console.say(console.words.tr("{name} is one record now. “emis unmerge” parts them again.", name=name))
    console.result({"kept": str(kept), "doubles": [str(one) for one in record.doubles]})
    return DONE


def _unmerge(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        parted = desk.services.merging.unmerge(_find(desk, options.one, doubles=True))
    console.say(console.words.tr("The two records are two again."))
    if parted.left:
        console.say(
            console.words.ntr(
                "{n} detail was changed since and stays as it is.",
                "{n} details were changed since and stay as they are.",
                parted.left,
            )
        )
    console.result({"restored": parted.restored, "left": parted.left})
    return DONE


def _school(desk: Desk, code: str) -> UUID | None:
    if not code:
        return None
    found = next((one for one in desk.queries.school.schools() if one.code == code), None)
    if found is None:
        raise Refused("There is no school with the code {code} on this laptop.", code=code)
    return found.id


def _find(desk: Desk, typed: str, *, doubles: bool = False) -> UUID:
    """The pupil with that id or number; with ``doubles`` the double of a pupil that has only one."""
    text = typed.strip()
    try:
        found = UUID(text)
    except ValueError:
        rows = [
            row
            for row in desk.queries.search.window(text, StudentFilter(), limit=40)
            if row.number is not None and row.number.replace(" ", "") == text.replace(" ", "")
        ]
        if len(rows) != 1:
            raise Refused("Nobody on this laptop has the number {number}.", number=typed) from None
        found = rows[0].id
    if not doubles:
        return found
    merged = desk.queries.pairs.merged(found)
    if any(one.double_id == found for one in merged) or len(merged) != 1:
        return found
    return merged[0].double_id


def _named(console: Console, row: StudentRow) -> str:
    born = console.words.date(row.birth_date) if row.birth_date is not None else "–"
    return f"{display_name(row.given_names, row.family_name)}, {row.number or '–'}, {born}"


def _why(console: Console, pair: Pair) -> str:
    return console.words.listing([console.words.tr(REASON_WORDS[reason]) for reason in pair.reasons])


def _document(row: StudentRow) -> dict[str, str | None]:
    return {
        "id": str(row.id),
        "number": row.number,
        "given_names": row.given_names,
        "family_name": row.family_name,
        "birth_date": row.birth_date.isoformat() if row.birth_date is not None else None,
        "class": row.class_name,
    }
