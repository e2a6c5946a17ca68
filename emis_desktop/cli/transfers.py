"""``emis transfer export`` and ``import``: pupils of schools that share no server."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from uuid import UUID

from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Deeds, Parser
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Refused
from emis_desktop.jobs.handover import read_handover, take_in_handover, write_handover
from emis_desktop.queries.school_values import ClassInfo, YearInfo
from emis_desktop.rules.dates import parse_date
from emis_desktop.rules.names import fold
from emis_desktop.services.moments import local_today
from emis_desktop.services.transfers import Arrival


def declare(_name: str, parser: Parser) -> None:
    """What can be done."""
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", required=True, metavar="DEED", title=tr("Commands"))
    out = parser.command("export", tr("Write a pupil's record into a sealed file."), deeds)
    out.add_argument("number", metavar="NUMBER", help=tr("number of the pupil"))
    out.add_argument("file", type=Path, metavar="FILE", help=tr("the file to write"))
    out.set_defaults(run=_export)
    into = parser.command("import", tr("Take in the pupil of a sealed file."), deeds)
    into.add_argument("file", type=Path, metavar="FILE", help=tr("the file of the old school"))
    into.add_argument("--code", required=True, metavar="CODE", help=tr("the code that the old school told"))
    into.add_argument("--grade", default="", metavar="G", help=tr("code of the grade; else that of the file"))
    into.add_argument("--class", default="", dest="school_class", metavar="C", help=tr("name of one class"))
    into.add_argument("--school", default="", metavar="S", help=tr("code of one school"))
    into.add_argument("--from", default="", dest="day", metavar="DAY", help=tr("first day; else today"))
    into.add_argument("--override", default=None, metavar="TEXT", help=tr("why, against a policy"))
    into.set_defaults(run=_import)
    for deed in (out, into):
        deed.add_argument("--json", action="store_true", help=tr("print one JSON document"))


def _export(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        found = desk.queries.transfers.find(options.number, None)
        if len(found) != 1:
            raise Refused("Nobody with the number {number} is known on this laptop.", number=options.number)
        written = write_handover(
            laptop.db,
            laptop.actor,
            found[0].person_id,
            options.file,
            local_today(),
            console.words.language,
        )
    tr = console.words.tr
    console.say(tr("{name} is in {file}.", name=written.name, file=str(written.path)))
    console.say(tr("The code that opens it: {code}", code=written.code))
    console.say(tr("Tell the code apart from the file, on paper or by telephone."))
    console.result({"file": str(written.path), "pupil": written.name, "code": written.code})
    return DONE


def _import(console: Console, options: argparse.Namespace) -> int:
    given = read_handover(options.file, options.code)
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        today = local_today()
        day = parse_date(options.day, date(1990, 1, 1), date(2100, 1, 1)) if options.day else today
        year = desk.queries.school.today(day).year
        if year is None:
            raise Refused("There is no school year on this laptop yet. Set one up first.")
        school_id = _school(desk, options.school)
        grade = next(
            (
                one
                for one in desk.queries.school.grades(year.id)
                if fold(one.code) == fold(options.grade or given.grade_code)
            ),
            None,
        )
        if grade is None:
            raise Refused(
                "There is no grade {name}. Give one with --grade.", name=options.grade or given.grade_code
            )
        room = _class(desk, school_id, year, options.school_class)
        class_id = room.id if room is not None else None
        arrival = Arrival(school_id, year.id, grade.id, day, class_id, override=options.override)
        student_id = take_in_handover(laptop.db, laptop.actor, given, arrival)
        number = desk.queries.students.record(student_id).number
    name = f"{given.given_names} {given.family_name}"
    console.say(console.words.tr("{name} is on the roll", name=name))
    console.result({"pupil": name, "number": number, "from": given.school, "grade": grade.code})
    return DONE


def _school(desk: Desk, code: str) -> UUID:
    own = desk.laptop.actor.institution_id
    schools = [
        one
        for one in desk.queries.school.schools()
        if (own is None or one.id == own) and (not code or fold(one.code) == fold(code))
    ]
    if len(schools) != 1:
        raise Refused("Say which school takes the pupil in, with --school and its code.")
    return schools[0].id


def _class(desk: Desk, school_id: UUID, year: YearInfo, name: str) -> ClassInfo | None:
    if not name:
        return None
    classes = desk.queries.school.classes(school_id, year.id, year.starts_on)
    found = next((one for one in classes if fold(one.name) == fold(name)), None)
    if found is None:
        names = ", ".join(one.name for one in classes)
        raise Refused("There is no class {name}. The classes are: {names}.", name=name, names=names or "–")
    return found
