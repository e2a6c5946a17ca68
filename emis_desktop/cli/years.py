"""``emis year list``, ``open``, ``close``, ``reopen``."""

from __future__ import annotations

import argparse
from uuid import UUID

from emis_desktop.cli.console import DONE, REFUSED, Console
from emis_desktop.cli.usage import Deeds, Parser
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Refused
from emis_desktop.jobs.open_year import OpenedYear, open_year
from emis_desktop.queries.period_names import find_term, find_year, term_words
from emis_desktop.queries.school import TermInfo, YearInfo
from emis_desktop.queries.unfinished import Unfinished
from emis_desktop.rules.names import fold
from emis_desktop.services.new_year.plan import Order, SchoolPlan, Standing, YearPlan


def declare(_name: str, parser: Parser) -> None:
    """What can be done about school years."""
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED", title=tr("Commands"))
    listing = parser.command("list", tr("The school years, their terms, and which are closed."), deeds)
    listing.set_defaults(run=_list)
    opening = parser.command("open", tr("Make the next school year out of one that is there."), deeds)
    opening.add_argument(
        "--from",
        required=True,
        dest="before",
        metavar="YEAR",
        help=tr("the year that is copied, such as 2026-27"),
    )
    opening.add_argument("--school", default="", metavar="S", help=tr("code of one school"))
    opening.add_argument("--preview", action="store_true", help=tr("say what would be made and make nothing"))
    opening.add_argument("--no-teachers", action="store_true", help=tr("leave out who teaches"))
    opening.add_argument("--no-tests", action="store_true", help=tr("leave out the tests of the terms"))
    opening.add_argument("--no-calendar", action="store_true", help=tr("leave out the calendar"))
    opening.set_defaults(run=_open)
    closing = parser.command("close", tr("Close a year or a term: nothing in it changes any more."), deeds)
    closing.add_argument("--anyway", action="store_true", help=tr("also with marks or tests missing"))
    closing.set_defaults(run=_close)
    again = parser.command("reopen", tr("Open a closed year or term again, with a reason."), deeds)
    again.add_argument("--reason", required=True, metavar="TEXT", help=tr("why, in 1 to 200 characters"))
    again.set_defaults(run=_reopen)
    for deed in (closing, again):
        deed.add_argument("year", metavar="YEAR", help=tr("school year, such as 2026-27"))
        deed.add_argument("--term", default="", metavar="T", help=tr("number or name of the term"))
    for deed in (listing, opening, closing, again):
        deed.add_argument("--json", action="store_true", help=tr("print one JSON document"))


def _list(console: Console, _options: argparse.Namespace) -> int:
    tr = console.words.tr
    with console.signed_in() as laptop:
        school = open_desk(laptop).queries.school
        years = [(year, school.terms(year.id)) for year in school.years()]
    rows = []
    for year, terms in years:
        rows.append((year.label, "", _state(console, year), _days(console, year)))
        rows += [("", term.name, _state(console, term), _days(console, term)) for term in terms]
    console.table([tr("School year"), tr("Term"), tr("State"), tr("Days")], rows)
    console.result(
        [
            {
                "code": year.code,
                "closed": year.closed,
                "starts_on": year.starts_on.isoformat(),
                "ends_on": year.ends_on.isoformat(),
                "terms": [
                    {"number": term.number, "name": term.name, "closed": term.closed or year.closed}
                    for term in terms
                ],
            }
            for year, terms in years
        ]
    )
    return DONE


def _state(console: Console, one: YearInfo | TermInfo) -> str:
    return console.words.tr("closed") if one.closed else console.words.tr("open")


def _days(console: Console, one: YearInfo | TermInfo) -> str:
    words = console.words
    return f"{words.date(one.starts_on, 'medium')} – {words.date(one.ends_on, 'medium')}"


# -- Opening ------------------------------------------------------------------------------------------


def _open(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        before = find_year(desk.queries.school.years(), options.before)
        order = Order(
            before.id,
            teachers=not options.no_teachers,
            tests=not options.no_tests,
            calendar=not options.no_calendar,
        )
        schools = _schools(desk, options.school)
        if options.preview:
            plan = desk.services.new_year.preview(order, schools)
            _tell_plan(console, plan)
            console.result(_plan_document(plan))
            return DONE
        opened = open_year(
            laptop.db,
            laptop.actor,
            laptop.profile,
            order,
            schools,
            console.progress(console.words.tr("Schools")),
        )
    return _tell_opened(console, opened)


def _schools(desk: Desk, code: str) -> tuple[UUID, ...] | None:
    """The school called so; None for every one of the actor's."""
    if not code:
        return None
    found = [one.id for one in desk.queries.school.schools() if fold(one.code) == fold(code)]
    if not found:
        raise Refused("There is no school with the code {code}.", code=code)
    return tuple(found)


def _tell_plan(console: Console, plan: YearPlan) -> None:
    words = console.words
    year = plan.year
    console.say(
        words.tr("The school year {year} is there.", year=year.label)
        if year.there
        else words.tr(
            "The school year {year} would be made: {first} to {last}.",
            year=year.label,
            first=words.date(year.starts_on),
            last=words.date(year.ends_on),
        )
    )
    for school in plan.schools:
        console.say(f"{school.school}: {_counts(console, school)}")
        for line in school.classes:
            if line.standing is Standing.NO_GRADE:
                console.say(
                    "  " + words.tr("{name} is left out: its grades end with this year.", name=line.name)
                )
    if plan.empty:
        console.say(words.tr("Everything is there already. Nothing would be made."))


def _counts(console: Console, school: SchoolPlan) -> str:
    words = console.words
    return ", ".join(
        (
            words.ntr("{n} class", "{n} classes", school.new_classes),
            words.ntr("{n} test", "{n} tests", school.tests),
            words.ntr("{n} group", "{n} groups", len(school.groups)),
            words.ntr("{n} block of options", "{n} blocks of options", len(school.blocks)),
            words.ntr("{n} entry of the calendar", "{n} entries of the calendar", len(school.days)),
        )
    )


def _plan_document(plan: YearPlan) -> dict[str, object]:
    return {
        "year": plan.year.code,
        "there": plan.year.there,
        "starts_on": plan.year.starts_on.isoformat(),
        "ends_on": plan.year.ends_on.isoformat(),
        "terms": [
            {
                "number": term.number,
                "starts_on": term.starts_on.isoformat(),
                "ends_on": term.ends_on.isoformat(),
            }
            for term in plan.year.terms
        ],
        "schools": [_school_document(one) for one in plan.schools],
    }


def _school_document(school: SchoolPlan) -> dict[str, object]:
    return {
        "school": school.school,
        "classes": [
            {
                "name": line.name,
                "grades": list(line.grades),
                "subjects": line.subjects,
                "teacher": line.teacher,
                "standing": line.standing.value,
            }
            for line in school.classes
        ],
        "tests": school.tests,
        "groups": list(school.groups),
        "blocks": list(school.blocks),
        "calendar": [{"day": day.isoformat(), "label": label} for day, label in school.days],
    }


def _tell_opened(console: Console, opened: OpenedYear) -> int:
    words = console.words
    for school in opened.schools:
        console.say(f"{school.school}: {_counts(console, school)}")
    for left in opened.left_out:
        console.say(left.reason.text(words))
    console.say(
        words.tr("Everything is there already. Nothing was made.")
        if opened.empty
        else words.tr("The school year {year} is open.", year=opened.year.label)
    )
    console.result(
        {
            "year": opened.year.code,
            "classes": opened.classes,
            "schools": [_school_document(one) for one in opened.schools],
            "left_out": [one.reason.text(words) for one in opened.left_out],
            "changed": not opened.empty,
        }
    )
    return REFUSED if opened.left_out else DONE


# -- Closing ------------------------------------------------------------------------------------------


def _close(console: Console, options: argparse.Namespace) -> int:
    words = console.words
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        year, term = _named(desk, options)
        found = (
            desk.queries.unfinished.of_year(year.id, words.language)
            if term is None
            else desk.queries.unfinished.of_term(term.id, words.language)
        )
        if not found.nothing and not options.anyway:
            _tell_unfinished(console, found)
            raise Refused("Not closed: something is unfinished. Finish it, or give --anyway.")
        if term is None:
            desk.services.years.close_year(year.id)
        else:
            desk.services.years.close_term(term.id)
    name = year.label if term is None else term.name
    console.say(words.tr("{name} is closed now.", name=name))
    console.result(
        {
            "closed": name,
            "marks_missing": found.marks,
            "without_tests": found.without_tests,
            "registers_unmarked": found.registers,
        }
    )
    return DONE


def _tell_unfinished(console: Console, found: Unfinished) -> None:
    words = console.words
    for one in found.sheets:
        missing = words.ntr("{n} mark missing", "{n} marks missing", one.sheet.to_enter)
        what = words.tr("no tests yet") if one.sheet.awaits_tests else missing
        console.say(f"{one.school}, {one.term}, {one.sheet.class_name}, {one.sheet.subject_name}: {what}")
    if found.registers:
        count = found.registers
        console.say(words.ntr("{n} register is not marked.", "{n} registers are not marked.", count))


def _reopen(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        year, term = _named(desk, options)
        if term is None:
            desk.services.years.reopen_year(year.id, options.reason)
        else:
            desk.services.years.reopen_term(term.id, options.reason)
    name = year.label if term is None else term.name
    console.say(console.words.tr("{name} is open again.", name=name))
    console.result({"open": name})
    return DONE


def _named(desk: Desk, options: argparse.Namespace) -> tuple[YearInfo, TermInfo | None]:
    school = desk.queries.school
    year = find_year(school.years(), options.year)
    if not options.term:
        return year, None
    with desk.laptop.db.read() as session:
        words = term_words(session)
    return year, find_term(school.terms(year.id), options.term, year, words)
