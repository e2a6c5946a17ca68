"""``emis import``, ``imports``, ``export``, ``template``."""

from __future__ import annotations

import argparse
from pathlib import Path

from emis_desktop.cli.console import DONE, REFUSED, Console
from emis_desktop.cli.usage import Parser, one_of
from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import COLUMNS, Kind, read_mapping
from emis_desktop.jobs.export_records import export_records, write_template
from emis_desktop.jobs.failed_rows import write_failed
from emis_desktop.jobs.import_records import ImportReport, Source, import_records
from emis_desktop.queries.classes import subject_name
from emis_desktop.queries.imports import ImportQueries, PastImport
from emis_desktop.services.importing.made import MadeItem, sentences
from emis_desktop.services.importing.outcome import RowError
from emis_desktop.services.imports import ImportService

SHOWN = 50


def declare(name: str, parser: Parser) -> None:
    """Options and arguments of a command on files of records."""
    tr = parser.words.tr
    if name == "imports":
        _declare_imports(parser)
        return
    kinds = [kind.value for kind in (Kind if name == "export" else COLUMNS)]
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument(
        "kind", type=one_of(kinds), metavar="KIND", help=tr("one of: {all}", all=", ".join(kinds))
    )
    if name == "import":
        parser.set_defaults(run=_import)
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX, XLS, ODS")
        parser.add_argument(
            "--dry-run", action="store_true", help=tr("list every row error and write nothing")
        )
        parser.add_argument("--map", type=Path, metavar="FILE", help=tr("JSON: their heading to our column"))
        parser.add_argument("--sheet", metavar="NAME", help=tr("which sheet of a workbook"))
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="COLUMN=VALUE",
            help=tr("what a column says where the file says nothing, such as grade=G5"),
        )
        parser.add_argument(
            "--skip-failed", action="store_true", help=tr("bring in the other rows when some cannot be")
        )
        parser.add_argument(
            "--failed", type=Path, metavar="FILE", help=tr("write the rows that cannot be, with reasons")
        )
        return
    ends = "CSV, XLSX; oneroster: ZIP" if name == "export" else "CSV, XLSX"
    parser.add_argument("file", type=Path, metavar="FILE", help=ends)
    parser.add_argument("--replace", action="store_true", help=tr("write over a file that is there"))
    parser.set_defaults(run=_export if name == "export" else _template)
    if name == "export":
        parser.add_argument("--year", default="", metavar="YEAR", help=tr("school year, such as 2026-27"))
        parser.add_argument(
            "--term", default="", metavar="T", help=tr("one term only, by its number or name")
        )


def _declare_imports(parser: Parser) -> None:
    """What was brought in, and taking it back."""
    tr = parser.words.tr
    parser.set_defaults(run=_imports)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument("deed", nargs="?", type=one_of(["reverse"]), metavar="reverse",
                        help=tr("take one back"))  # fmt: skip
    parser.add_argument("number", nargs="?", type=int, metavar="N", help=tr("its number in the list"))


def _fixed(said: list[str]) -> dict[str, str]:
    """The values of ``--set``."""
    pairs = [each.partition("=") for each in said]
    for name, mark, _ in pairs:
        if not mark or not name:
            raise Refused("Write --set as COLUMN=VALUE, such as grade=G5.")
    return {name: value for name, _, value in pairs}


def _import(console: Console, options: argparse.Namespace) -> int:
    source = Source(
        kind=Kind(options.kind),
        path=options.file,
        sheet=options.sheet,
        headings=read_mapping(options.map) if options.map else None,
        fixed=_fixed(options.set),
    )
    with console.signed_in() as laptop:
        report = import_records(
            laptop.db,
            laptop.actor,
            source,
            dry_run=options.dry_run,
            sound_only=options.skip_failed,
            progress=console.progress(console.words.tr("Rows")),
            profile=laptop.profile,
        )
    if options.failed and report.failed:
        write_failed(report, options.failed, console.words)
    _tell(console, report)
    console.result(
        {
            "rows": report.rows,
            "created": report.created,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "errors": [_error(console, each) for each in report.errors],
            "unknown_columns": list(report.unknown),
            "tests_made": [_made(console, each) for each in report.made],
            "dry_run": report.dry_run,
            "written": report.written,
            "remembered_columns": report.remembered,
        }
    )
    return REFUSED if report.errors else DONE


def _tell(console: Console, report: ImportReport) -> None:
    words = console.words
    if report.dry_run:
        console.say(words.tr("Tried only, nothing was written."))
    console.say(
        words.ntr(
            "{n} row: {created} new, {updated} changed, {unchanged} as before, {errors} not brought in.",
            "{n} rows: {created} new, {updated} changed, {unchanged} as before, {errors} not brought in.",
            report.rows,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            errors=report.left_out,
        )
    )
    if report.errors and not report.written and not report.dry_run:
        console.say(
            words.tr(
                "Nothing was written. Mend these rows and try again; --skip-failed brings in the others."
            )
        )
    if report.remembered:
        console.say(words.tr("Columns are read as --map said of such a file before."))
    if report.made:
        made = words.tr("Tests that would be made:") if report.dry_run else words.tr("Tests made:")
        console.say(made)
        for each in report.made:
            console.say("  " + " ".join(one.text(words) for one in sentences(each, words.language)))
    if report.unknown:
        console.say(words.tr("Columns not read: {columns}.", columns=", ".join(report.unknown)))
    for error in report.errors[:SHOWN]:
        told = _error(console, error)
        console.say(
            words.tr("Row {row}, {column} “{value}”: {message}", **told)
            if error.column
            else words.tr("Row {row}: {message}", **told)
        )
    if len(report.errors) > SHOWN:
        console.say(words.tr("And {n} more; --json lists them all.", n=len(report.errors) - SHOWN))


def _made(console: Console, made: MadeItem) -> dict[str, object]:
    return {
        "subject": subject_name(console.words.language, *made.subject),
        "grade": made.grade,
        "term": made.term,
        "name": made.name,
        "part": made.part,
        "maximum": float(made.maximum),
        "weight": float(made.weight),
        "share": float(made.share),
        "others": [
            {"name": one.name, "before": float(one.before), "after": float(one.after)} for one in made.others
        ],
    }


def _error(console: Console, error: RowError) -> dict[str, object]:
    return {
        "row": error.row,
        "column": error.column,
        "value": error.value,
        "message": error.reason.text(console.words),
    }


def _refuse_there(options: argparse.Namespace) -> None:
    """Refuse to write over a file unless that was said."""
    if not options.replace and options.file.is_file():
        raise Refused(
            "{file} is there already. Nothing was written; give another name, or --replace to write over it.",
            file=str(options.file),
        )


def _export(console: Console, options: argparse.Namespace) -> int:
    _refuse_there(options)
    with console.signed_in() as laptop:
        rows = export_records(
            laptop.db, laptop.actor, Kind(options.kind), options.file, year=options.year, term=options.term
        )
    said = console.words.ntr(
        "{n} row written to {file}.", "{n} rows written to {file}.", rows, file=str(options.file)
    )
    console.say(said)
    console.result({"rows": rows, "file": str(options.file)})
    return DONE


def _imports(console: Console, options: argparse.Namespace) -> int:
    if options.deed and options.number is None:
        raise Refused("Say which: “emis imports” lists them with their numbers.")
    with console.signed_in() as laptop:
        service = ImportService(laptop.db, laptop.actor)
        if options.deed:
            service.reverse(options.number)
            console.say(console.words.tr("Import {number} is reversed.", number=options.number))
            console.result({"reversed": options.number})
            return DONE
        listed = [_past(console, service, one) for one in ImportQueries(laptop.db, laptop.actor).past()]
    if not listed:
        console.say(console.words.tr("No file has been brought in on this laptop yet."))
    console.result(listed)
    return DONE


def _past(console: Console, service: ImportService, past: PastImport) -> dict[str, object]:
    """One past import for the list; said, too."""
    words = console.words
    objection = None if past.reversed else service.objection(past.number)
    at = past.at.astimezone()
    console.say(
        words.tr(
            "{number}. {day} {time}, {kind}, {file}, {by}: {created} new, {updated} changed",
            number=past.number,
            day=words.date(at.date(), "medium"),
            time=f"{at:%H:%M}",
            kind=past.kind,
            file=past.file,
            by=past.by,
            created=past.created,
            updated=past.updated,
        )
    )
    if past.reversed:
        console.say("   " + words.tr("Reversed."))
    elif objection is not None:
        console.say("   " + words.tr("Cannot be reversed: {why}", why=objection.text(words)))
    return {
        "number": past.number,
        "at": past.at.isoformat(timespec="seconds"),
        "kind": past.kind,
        "file": past.file,
        "by": past.by,
        "rows": past.rows,
        "created": past.created,
        "updated": past.updated,
        "unchanged": past.unchanged,
        "reversed": past.reversed,
        "reversible": not past.reversed and objection is None,
        "why_not": objection.text(words) if objection is not None else None,
    }


def _template(console: Console, options: argparse.Namespace) -> int:
    _refuse_there(options)
    write_template(Kind(options.kind), options.file, console.words)
    console.say(console.words.tr("An empty file is in {file}.", file=str(options.file)))
    console.result({"file": str(options.file)})
    return DONE
