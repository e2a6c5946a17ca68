"""``emis report-cards``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from emis_desktop.cli.console import DONE, REFUSED, Console, make_folder
from emis_desktop.cli.usage import Parser, one_of
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import N_, Refused
from emis_desktop.jobs.issue_cards import CardOrder, IssueReport, issue_cards
from emis_desktop.models import SchoolClass
from emis_desktop.queries.period_names import find_term, find_year, term_words
from emis_desktop.queries.school import ClassInfo, SchoolInfo, TermInfo
from emis_desktop.rules.names import fold
from emis_desktop.services.moments import local_today
from emis_desktop.services.report_cards import IssueOrder
from reports.file_names import file_name
from resources.words import LANGUAGES

SHOWN = 12


def declare(_name: str, parser: Parser) -> None:
    """Options of ``report-cards``."""
    tr = parser.words.tr
    parser.set_defaults(run=_issue)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument("--term", required=True, metavar="T", help=tr("number or name of the term"))
    parser.add_argument("--year", default="", metavar="YEAR", help=tr("school year, such as 2026-27"))
    parser.add_argument("--school", default="", metavar="S", help=tr("code of one school"))
    parser.add_argument("--class", default="", dest="school_class", metavar="C", help=tr("name of one class"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=tr("folder for the PDF files"))
    parser.add_argument("--merged", action="store_true", help=tr("one PDF a class instead of one a pupil"))
    parser.add_argument(
        "--language",
        type=one_of(LANGUAGES),
        metavar="LL",
        help=tr("language of the cards: en, fr, es"),
    )
    parser.add_argument(
        "--provisional", action="store_true", help=tr("also cards with marks missing, marked as provisional")
    )
    parser.add_argument(
        "--again", action="store_true", help=tr("a new issue also of cards that did not change")
    )


def _issue(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        term = _term(desk, options.year, options.term)
        classes = _classes(desk, term, options.school, options.school_class)
        folder = make_folder(options.out)
        several = len({place.school.id for place in classes}) > 1
        reports = []
        for place in classes:
            name = (place.school.code, place.school_class.name) if several else (place.school_class.name,)
            reports.append(_issue_class(console, desk, Target(term, place, folder, name), options))
    return _tell(console, reports)


@dataclass(frozen=True, slots=True)
class Place:
    """A class of a school."""

    school: SchoolInfo
    school_class: ClassInfo


@dataclass(frozen=True, slots=True)
class Target:
    """What to issue, and where to: files of the class carry ``name``."""

    term: TermInfo
    place: Place
    folder: Path
    name: tuple[str, ...]


def _tell(console: Console, reports: Sequence[IssueReport]) -> int:
    words = console.words
    issued = sum(len(report.issued) for report in reports)
    skipped = [each for report in reports for each in report.skipped]
    files = [str(path) for report in reports for path in report.files]
    console.say(words.ntr("{n} card issued.", "{n} cards issued.", issued))
    for path in files[:SHOWN]:
        console.say(f"  {path}")
    if len(files) > SHOWN:
        console.say(words.tr("  and {n} more files", n=len(files) - SHOWN))
    left_out = [(each.name, [reason.text(words) for reason in each.reasons]) for each in skipped]
    for name, reasons in left_out:
        console.say(words.tr("Left out: {name}. {reasons}", name=name, reasons="; ".join(reasons)))
    console.result(
        {
            "issued": issued,
            "files": files,
            "skipped": [{"pupil": name, "reasons": reasons} for name, reasons in left_out],
        }
    )
    return DONE if issued or not skipped else REFUSED


def _issue_class(console: Console, desk: Desk, target: Target, options: argparse.Namespace) -> IssueReport:
    order = IssueOrder(
        class_ids=(target.place.school_class.id,),
        term_id=target.term.id,
        today=local_today(),
        language=options.language or console.words.language,
        provisional=options.provisional,
        again=options.again,
        said_in=console.words.language,
    )
    path = target.folder
    if options.merged:
        path /= file_name((*target.name, target.term.name), ".pdf", set())
    elif len(target.name) > 1:
        path = make_folder(path / file_name(target.name[:1], "", set()))
    laptop = desk.laptop
    wanted = CardOrder(order, path, merged=options.merged)
    return issue_cards(laptop.db, laptop.actor, wanted, console.progress(target.place.school_class.name))


def _term(desk: Desk, year_text: str, text: str) -> TermInfo:
    school = desk.queries.school
    year = None if year_text else school.today(local_today()).year
    if year is None:
        year = find_year(school.years(), year_text)
    with desk.laptop.db.read() as session:
        words = term_words(session)
    return find_term(school.terms(year.id), text, year, words)


def _no_class(desk: Desk, schools: Sequence[SchoolInfo], term: TermInfo, class_name: str) -> Refused:
    """Say whether a class is not there or not open to who signed in, and what there is."""
    queries = desk.queries.school
    mine = [one.name for school in schools for one in queries.classes(school.id, term.year_id, term.ends_on)]
    with desk.laptop.db.read() as session:
        there = session.scalars(
            select(SchoolClass.name).where(
                SchoolClass.period_id == term.year_id,
                SchoolClass.institution_id.in_([school.id for school in schools]),
                SchoolClass.deleted_at.is_(None),
            )
        ).all()
    if not class_name and there:
        return Refused("None of the classes of that year is yours. Ask the principal who has them.")
    if not class_name:
        return Refused("There are no classes in that year yet. Bring in the pupils first.")
    name = next((each for each in there if fold(each) == fold(class_name)), None)
    said = N_("There is no class {name}. The classes are: {names}.")
    if name is not None:
        said = N_("{name} is not one of your classes. Yours are: {names}.")
    return Refused(said, name=name or class_name, names=", ".join(mine) or "–")


def _classes(desk: Desk, term: TermInfo, school_code: str, class_name: str) -> list[Place]:
    queries = desk.queries.school
    schools = [each for each in queries.schools() if not school_code or fold(each.code) == fold(school_code)]
    if not schools:
        raise Refused("There is no school {name} on this laptop. Check its code.", name=school_code or "–")
    found = [
        Place(school, each)
        for school in schools
        for each in queries.classes(school.id, term.year_id, term.ends_on)
        if not class_name or fold(each.name) == fold(class_name)
    ]
    if not found:
        raise _no_class(desk, schools, term, class_name)
    return found
