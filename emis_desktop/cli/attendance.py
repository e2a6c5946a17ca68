"""``emis attendance unmarked``, ``absentees`` and ``rates``: what the registers say, for scripts."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Deeds, Parser
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Refused
from emis_desktop.queries.register_school import Absentee, SchoolRates, UnmarkedRegister
from emis_desktop.queries.school import SchoolInfo
from emis_desktop.rules.dates import parse_date
from emis_desktop.rules.names import fold
from emis_desktop.services.moments import local_today

EARLIEST = date(2000, 1, 1)


def declare(_name: str, parser: Parser) -> None:
    """What can be asked about registers."""
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", metavar=tr("DEED"), required=True)
    asked = (
        ("unmarked", tr("Which registers nobody has marked, and whose they are."), _unmarked),
        ("absentees", tr("Who is absent on a day, and whom to call."), _absentees),
        ("rates", tr("Attendance rates of schools and classes."), _rates),
    )
    for name, told, run in asked:
        deed = parser.command(name, told, deeds)
        deed.add_argument("--json", action="store_true", help=tr("print one JSON document"))
        deed.add_argument("--school", default="", metavar="S", help=tr("code of one school"))
        deed.add_argument("--date", default="", metavar="D", help=tr("the last day, such as 2026-11-05"))
        if name == "rates":
            deed.add_argument("--from", default="", dest="first", metavar="D", help=tr("the first day"))
            deed.add_argument("--pupils", action="store_true", help=tr("list every pupil too"))
        deed.set_defaults(run=run)


def _unmarked(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk, last = open_desk(laptop), _day(options.date)
        lines = [
            (school, line)
            for school in _schools(desk, options.school)
            for line in desk.queries.registers.chased(school.id, last)
        ]
    tr = console.words.tr
    console.table(
        (tr("Day"), tr("Session"), tr("School"), tr("Class"), tr("Teacher"), tr("Marked")),
        [
            (one.on, one.session_name, school.code, one.class_name, one.teacher or "–", _share(console, one))
            for school, one in lines
        ],
    )
    console.say(console.words.ntr("{n} register not marked", "{n} registers not marked", len(lines)))
    console.result([_unmarked_line(school, line) for school, line in lines])
    return DONE


def _absentees(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk, on = open_desk(laptop), _day(options.date)
        lines = [
            (school, line)
            for school in _schools(desk, options.school)
            for line in desk.queries.registers.absentees(school.id, on)
        ]
    tr = console.words.tr
    console.table(
        (tr("School"), tr("Class"), tr("Pupil"), tr("Marked as"), tr("Days in a row"), tr("Whom to call")),
        [
            (school.code, one.class_name, one.name, _codes(one), one.run, _phones(one))
            for school, one in lines
        ],
    )
    console.say(console.words.ntr("{n} pupil absent", "{n} pupils absent", len(lines)))
    console.result([_absent_line(school, line) for school, line in lines])
    return DONE


def _rates(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        desk, last = open_desk(laptop), _day(options.date)
        first = _day(options.first) if options.first else None
        if first is not None and first > last:
            raise Refused("The last day lies before the first. Change one of them.", field="ends_on")
        found = [
            (school, rates)
            for school in _schools(desk, options.school)
            if (rates := desk.queries.registers.rates(school.id, first, last)) is not None
        ]
    tr = console.words.tr
    console.table(
        (tr("School"), tr("Class"), tr("Pupils"), tr("Marked"), tr("Attended"), tr("Rate, %")),
        [
            (school.code, name, pupils, marked, attended, "–" if rate is None else console.words.number(rate))
            for school, rates in found
            for name, pupils, marked, attended, rate in _rate_rows(rates, tr("All"))
        ],
    )
    console.result([_rate_document(school, rates, options.pupils) for school, rates in found])
    return DONE


def _day(text: str) -> date:
    today = local_today()
    return parse_date(text, EARLIEST, today) if text else today


def _schools(desk: Desk, code: str) -> list[SchoolInfo]:
    found = [one for one in desk.queries.school.schools() if not code or fold(one.code) == fold(code)]
    if not found:
        raise Refused("There is no school {name} on this laptop. Check its code.", name=code or "–")
    return found


def _share(console: Console, line: UnmarkedRegister) -> str:
    return console.words.tr("{entered} of {expected}", entered=line.marked, expected=line.expected)


def _codes(line: Absentee) -> str:
    return " ".join("-" if entry is None else str(entry) for entry in line.entries)


def _phones(line: Absentee) -> str:
    return "; ".join(f"{one.name} {one.phone}".strip() for one in line.guardians) or "–"


def _unmarked_line(school: SchoolInfo, line: UnmarkedRegister) -> Mapping[str, object]:
    return {
        "school": school.code,
        "class": line.class_name,
        "teacher": line.teacher or None,
        "date": line.on.isoformat(),
        "session": line.session_name,
        "marked": line.marked,
        "expected": line.expected,
    }


def _absent_line(school: SchoolInfo, line: Absentee) -> Mapping[str, object]:
    return {
        "school": school.code,
        "class": line.class_name,
        "pupil": line.name,
        "student": str(line.student_id),
        "sessions": [None if entry is None else str(entry) for entry in line.entries],
        "days_in_a_row": line.run,
        "guardians": [
            {"name": one.name, "relation": one.relation, "phone": one.phone or None} for one in line.guardians
        ],
    }


def _rate_rows(rates: SchoolRates, everybody: str) -> Sequence[tuple[str, int, int, int, Decimal | None]]:
    rows = [
        (one.class_name, one.pupils, one.sessions.marked, one.sessions.attended, one.rate)
        for one in rates.classes
    ]
    whole = rates.sessions
    pupils = len({one.student_id for one in rates.pupils})
    return [*rows, (everybody, pupils, whole.marked, whole.attended, rates.rate)]


def _rate_document(school: SchoolInfo, rates: SchoolRates, pupils: bool) -> Mapping[str, object]:
    document: dict[str, object] = {
        "school": school.code,
        "from": rates.first.isoformat(),
        "to": rates.last.isoformat(),
        "rate": _number(rates.rate),
        "sessions": {
            "possible": rates.sessions.possible,
            "marked": rates.sessions.marked,
            "attended": rates.sessions.attended,
            "late": rates.sessions.late,
            "excused": rates.sessions.excused,
            "unexcused": rates.sessions.unexcused,
        },
        "classes": [
            {
                "class": one.class_name,
                "teacher": one.teacher or None,
                "pupils": one.pupils,
                "rate": _number(one.rate),
            }
            for one in rates.classes
        ],
    }
    if pupils:
        document["pupils"] = [
            {
                "student": str(one.student_id),
                "name": one.name,
                "rate": _number(one.rate),
                "days_absent": one.attendance.days.absent,
                "sessions_marked": one.attendance.sessions.marked,
            }
            for one in rates.pupils
        ]
    return document


def _number(rate: Decimal | None) -> float | None:
    return None if rate is None else float(rate)
