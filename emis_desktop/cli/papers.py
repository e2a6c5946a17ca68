"""``emis print``: papers about pupils as PDF."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Parser, one_of, whole
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import BadFile, Refused
from emis_desktop.jobs.print_students import OF_PUPILS, PaperJobs, PaperOrder
from emis_desktop.models import PersonIdentity
from emis_desktop.one_person import together
from emis_desktop.queries.period_names import find_year
from emis_desktop.queries.school import SchoolInfo, YearInfo
from emis_desktop.rules.names import fold
from emis_desktop.rules.papers import PaperKind
from emis_desktop.services.moments import local_today
from resources.words import LANGUAGES

_LARGEST_TEXT = 20_000


def declare(_name: str, parser: Parser) -> None:
    """Options and arguments of ``print``."""
    tr = parser.words.tr
    parser.set_defaults(run=_print)
    kinds = tuple(kind.value for kind in PaperKind)
    parser.add_argument(
        "kind",
        type=one_of(kinds),
        metavar=tr("KIND"),
        help=tr("what to print: {kinds}", kinds=", ".join(kinds)),
    )
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=tr("the PDF to write"))
    parser.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="NUMBER",
        help=tr("number of a pupil; can come again"),
    )
    parser.add_argument("--school", default="", metavar="S", help=tr("code of one school"))
    parser.add_argument("--year", default="", metavar="YEAR", help=tr("school year, such as 2026-27"))
    parser.add_argument("--class", default="", dest="school_class", metavar="C", help=tr("name of one class"))
    parser.add_argument("--month", default="", metavar="YYYY-MM", help=tr("month of a blank register"))
    parser.add_argument(
        "--sessions", type=whole(1, 5), metavar="N", help=tr("sessions a day of a register, 1 to 5")
    )
    parser.add_argument(
        "--text", type=Path, metavar="FILE", help=tr("text file with the words of a testimonial")
    )
    parser.add_argument(
        "--language", type=one_of(LANGUAGES), metavar="LL", help=tr("language of the paper: en, fr, es")
    )


def _print(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        order = _order(console, desk, options)
        jobs = PaperJobs(laptop.db, laptop.actor, laptop.box, laptop.profile)
        done = jobs.save(order, options.out, console.progress(console.words.tr("Papers")))
    words = console.words
    pages = words.ntr("{n} page", "{n} pages", done.pages)
    console.say(words.tr("Written: {file}, {pages}.", file=str(options.out), pages=pages))
    told = [f"{warning.pupil}: {warning.text(words)}" for warning in done.warnings]
    for line in told:
        console.say(line)
    console.result(
        {"kind": order.kind.value, "file": str(options.out), "pages": done.pages, "warnings": told}
    )
    return DONE


def _order(console: Console, desk: Desk, options: argparse.Namespace) -> PaperOrder:
    kind = PaperKind(options.kind)
    language = options.language or console.words.language
    today = local_today()
    if kind in OF_PUPILS:
        students = tuple(_student(desk, number) for number in options.student)
        if not students:
            raise Refused("Say whose paper it is: --student with the pupil’s number.")
        return PaperOrder(kind, today, language, students, text=_text(options.text))
    school, year = _school(desk, options.school), _year(desk, options.year, today)
    students = tuple(_student(desk, number) for number in options.student)
    return PaperOrder(
        kind,
        today,
        language,
        students,
        institution_id=school.id,
        year_id=year.id,
        class_ids=_classes(desk, school, year, options.school_class, today),
        month=_month(options.month, today),
        sessions=options.sessions,
    )


def _student(desk: Desk, number: str) -> UUID:
    """The one pupil with that number; spaces and dashes do not count."""
    wanted = "".join(number.split()).replace("-", "").upper()
    plain = func.replace(func.replace(func.upper(PersonIdentity.number), "-", ""), " ", "")
    with desk.laptop.db.read() as session:
        found = session.scalars(
            select(PersonIdentity.person_id).where(plain == wanted, PersonIdentity.deleted_at.is_(None))
        ).all()
        whole_people = together(session, found)
        people = {whole_people.main_of(person_id) for person_id in found}
    if len(people) != 1:
        raise Refused("There is no pupil with the number {number} on this laptop.", number=number)
    return people.pop()


def _school(desk: Desk, code: str) -> SchoolInfo:
    schools = [one for one in desk.queries.school.schools() if not code or fold(one.code) == fold(code)]
    if not schools:
        raise Refused("There is no school {name} on this laptop. Check its code.", name=code or "–")
    if len(schools) > 1:
        raise Refused("There are several schools on this laptop. Say which: --school with its code.")
    return schools[0]


def _year(desk: Desk, text: str, today: date) -> YearInfo:
    year = None if text else desk.queries.school.today(today).year
    return year if year is not None else find_year(desk.queries.school.years(), text)


def _classes(
    desk: Desk, school: SchoolInfo, year: YearInfo, name: str, today: date
) -> frozenset[UUID] | None:
    """The class of that name; None for all of the school."""
    if not name:
        return None
    day = min(max(today, year.starts_on), year.ends_on)
    classes = desk.queries.school.classes(school.id, year.id, day)
    found = [one.id for one in classes if fold(one.name) == fold(name)]
    if not found:
        raise Refused(
            "There is no class {name}. The classes are: {names}.",
            name=name,
            names=", ".join(one.name for one in classes) or "–",
        )
    return frozenset(found)


def _month(text: str, today: date) -> date:
    if not text:
        return today
    year, _, month = text.partition("-")
    if not (year.isdecimal() and len(year) == 4 and month.isdecimal() and 1 <= int(month) <= 12):
        raise Refused("Write the month as 2026-11.", field="month")
    return date(max(1, int(year)), int(month), 1)


def _text(path: Path | None) -> str:
    """The words of a testimonial, from a text file."""
    if path is None:
        return ""
    try:
        raw = path.read_bytes()
    except OSError:
        raise BadFile("{name} cannot be read. Check that it is there.", name=path.name) from None
    if len(raw) > _LARGEST_TEXT:
        raise BadFile("{name} is too long for a testimonial.", name=path.name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("{name} is no text file in UTF-8.", name=path.name) from None
