"""``emis report-cards``."""

from __future__ import annotations

import argparse
from pathlib import Path

from emis_desktop.cli.console import DONE, REFUSED, Console
from emis_desktop.cli.options import Commands, command
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Refused
from emis_desktop.jobs.issue_cards import CardOrder, IssueReport, issue_cards
from emis_desktop.queries.school import ClassInfo, TermInfo
from emis_desktop.rules.names import fold
from emis_desktop.services.moments import local_today
from emis_desktop.services.report_cards import IssueOrder
from reports.file_names import file_name


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands on report cards."""
    issuing = command(commands, "report-cards", "Issue report cards as PDF.", _issue)
    issuing.add_argument("--term", required=True, metavar="T", help="number or name of the term")
    issuing.add_argument("--year", default="", metavar="YEAR", help="school year, such as 2026-27")
    issuing.add_argument("--school", default="", metavar="S", help="code of one school")
    issuing.add_argument("--class", default="", dest="school_class", metavar="C", help="name of one class")
    issuing.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the PDF files")
    issuing.add_argument("--merged", action="store_true", help="one PDF a class instead of one a pupil")
    issuing.add_argument(
        "--language", default="", choices=["", "en", "fr", "es"], help="language of the cards"
    )
    issuing.add_argument(
        "--provisional", action="store_true", help="also cards with marks missing, marked so"
    )
    issuing.add_argument("--again", action="store_true", help="a new issue also of cards that did not change")


def _issue(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        term = _term(desk, options.year, options.term)
        classes = _classes(desk, term, options.school, options.school_class)
        reports = [_issue_class(console, desk, term, each, options) for each in classes]
    issued = sum(len(report.issued) for report in reports)
    skipped = [each for report in reports for each in report.skipped]
    files = [str(path) for report in reports for path in report.files]
    words = console.words
    console.say(words.ntr("{n} card issued.", "{n} cards issued.", issued))
    for each in skipped:
        reasons = " ".join(reason.text(words) for reason in each.reasons)
        console.say(words.tr("Left out: {name}. {reasons}", name=each.name, reasons=reasons))
    console.result(
        {
            "issued": issued,
            "files": files,
            "skipped": [
                {"pupil": each.name, "reasons": [reason.text(words) for reason in each.reasons]}
                for each in skipped
            ],
        }
    )
    return DONE if issued or not skipped else REFUSED


def _issue_class(
    console: Console, desk: Desk, term: TermInfo, school_class: ClassInfo, options: argparse.Namespace
) -> IssueReport:
    order = IssueOrder(
        class_ids=(school_class.id,),
        term_id=term.id,
        today=local_today(),
        language=options.language or console.words.language,
        provisional=options.provisional,
        again=options.again,
    )
    folder = options.out
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file_name((school_class.name, term.name), ".pdf", set()) if options.merged else folder
    laptop = desk.laptop
    wanted = CardOrder(order, target, merged=options.merged)
    return issue_cards(laptop.db, laptop.actor, wanted, console.progress(school_class.name))


def _term(desk: Desk, year_text: str, text: str) -> TermInfo:
    school = desk.queries.school
    today = school.today(local_today())
    years = [year for year in school.years() if year_text in {year.code, year.label}]
    year = years[0] if years else (today.year if not year_text else None)
    if year is None:
        raise Refused(
            "There is no school year {name}. Check it, such as 2026-27.", field="year", name=year_text
        )
    for term in school.terms(year.id):
        if fold(text) in {str(term.number), f"t{term.number}", fold(term.name)}:
            return term
    raise Refused("There is no term {name} in {year}.", field="term", name=text, year=year.label)


def _classes(desk: Desk, term: TermInfo, school_code: str, class_name: str) -> list[ClassInfo]:
    queries = desk.queries.school
    schools = [each for each in queries.schools() if not school_code or each.code == school_code]
    if not schools:
        raise Refused("There is no school {name} on this laptop. Check its code.", name=school_code)
    found: list[ClassInfo] = []
    for school in schools:
        classes = queries.classes(school.id, term.year_id, term.ends_on)
        found.extend(each for each in classes if not class_name or fold(each.name) == fold(class_name))
    if not found:
        raise Refused("There is no class {name}. Check its name.", name=class_name or "–")
    return found
