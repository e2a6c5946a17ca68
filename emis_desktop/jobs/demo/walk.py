"""The main job, end to end and without a hand: a school, real marks from files, report cards, a backup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from emis_desktop import backup
from emis_desktop.demo_people import DEMO_PUPILS, SECONDARY, demo_roll
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.demo.laptop import (
    PASSWORD,
    PRINCIPAL,
    USER,
    DemoUser,
    add_users,
    is_demo,
    refuse_real_records,
    set_up_demo,
)
from emis_desktop.jobs.demo.school import fill_school
from emis_desktop.jobs.export_records import export_records
from emis_desktop.jobs.import_records import ImportReport, Source, import_records
from emis_desktop.jobs.issue_cards import CardOrder, issue_cards
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.profiles import DEMO, load_profile, school_year_on
from emis_desktop.queries.school import ClassInfo
from emis_desktop.rules.rights import Role
from emis_desktop.samples import sample_files
from emis_desktop.services.moments import local_today
from emis_desktop.services.report_cards import IssueOrder
from emis_desktop.settings import Home
from reports.file_names import file_name

Tell = Callable[[str], None]
"""Hears which step begins, in English words of the catalogue."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How the demonstration shall be: its size, its seed, the language of its cards, where results go."""

    out: Path
    pupils: int = DEMO_PUPILS
    seed: int = 1
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Walked:
    """What the walk made."""

    pupils: int
    report_cards: tuple[Path, ...]
    imported: tuple[ImportReport, ...]
    files: tuple[Path, ...]
    seconds: float
    home: Path
    user: str = USER
    password: str = PASSWORD


def prepare_demo(home: Home, wish: Wish, tell: Tell) -> bool:
    """Make the demonstration's store unless it is there; returns whether it was made now."""
    refuse_real_records(home)
    if is_demo(home):
        return False
    if wish.pupils < 1:
        raise Refused("A demonstration has at least 1 pupil.", field="pupils")
    today = local_today()
    profile = load_profile(DEMO, home.profiles)
    year = school_year_on(profile, today)
    tell("Making the demonstration school")
    with set_up_demo(home, year.start_year) as laptop:
        roll = demo_roll(profile, year.start_year, wish.pupils, wish.seed)
        filled = fill_school(laptop, roll, year, wish.seed, wish.language, today)
        teacher = roll.classes[min(10, len(roll.classes) - 1)].teacher
        add_users(
            laptop,
            [
                DemoUser(USER, Role.SCHOOL_ADMINISTRATOR),
                DemoUser(teacher, Role.TEACHER, filled.teachers[teacher]),
            ],
        )
    return True


def walk(home: Home, wish: Wish, tell: Tell) -> Walked:
    """The whole walk. Results are in ``wish.out``; nothing outside it and ``home`` is touched."""
    began = perf_counter()
    wish.out.mkdir(parents=True, exist_ok=True)
    prepare_demo(home, wish, tell)
    with Laptop(home).sign_in_as(PRINCIPAL, PASSWORD) as laptop:
        desk = open_desk(laptop)
        tell("Issuing report cards")
        pupils, cards = _cards(desk, wish)
        tell("Writing the records to files")
        files = _exports(laptop, wish.out)
        tell("Making a backup and trying it out")
        copy = wish.out / "backup.emis"
        backup.back_up(laptop, copy)
    tell("Bringing real marks into a second laptop")
    imported, more_cards, sources = _second_laptop(wish)
    return Walked(
        pupils=pupils,
        report_cards=(*cards, *more_cards),
        imported=imported,
        files=(*files, copy, *sources),
        seconds=perf_counter() - began,
        home=home.root,
    )


def _cards(desk: Desk, wish: Wish) -> tuple[int, tuple[Path, ...]]:
    """Pupils on roll, and the cards of the highest class as one PDF, of the one below as one a pupil."""
    classes = _classes(desk)
    folder = wish.out / "report-cards"
    folder.mkdir(exist_ok=True)
    made: list[Path] = []
    for place, each in enumerate(reversed(classes[-2:])):
        merged = place == 0
        target = folder / file_name((each.name,), ".pdf" if merged else "", set())
        if not merged:
            target.mkdir(exist_ok=True)
        made += _issue(desk, each, target, wish.language, merged=merged)
    return sum(each.on_roll for each in classes), tuple(made)


def _classes(desk: Desk) -> list[ClassInfo]:
    today = local_today()
    now = desk.queries.school.today(today)
    school = desk.laptop.site.institution_id
    if now.year is None or school is None:
        return []
    return [each for each in desk.queries.school.classes(school, now.year.id, today) if each.on_roll]


def _issue(desk: Desk, each: ClassInfo, target: Path, language: str, *, merged: bool) -> tuple[Path, ...]:
    term = desk.queries.school.today(local_today()).term
    if term is None:
        return ()
    order = IssueOrder(
        class_ids=(each.id,),
        term_id=term.id,
        today=local_today(),
        language=language,
        provisional=True,
        again=True,
    )
    laptop = desk.laptop
    report = issue_cards(laptop.db, laptop.actor, CardOrder(order, target, merged=merged), _quiet)
    return report.files


def _exports(laptop: OpenLaptop, out: Path) -> tuple[Path, ...]:
    chosen = {
        Kind.STUDENTS: out / "students.xlsx",
        Kind.MARKS: out / "marks.csv",
        Kind.ATTENDANCE: out / "attendance.csv",
        Kind.TERM_RESULTS: out / "term-results.csv",
    }
    for kind, path in chosen.items():
        export_records(laptop.db, laptop.actor, kind, path)
    return tuple(chosen.values())


def _second_laptop(wish: Wish) -> tuple[tuple[ImportReport, ...], tuple[Path, ...], tuple[Path, ...]]:
    """A secondary school brings in the measured marks of 395 pupils; those of another school are refused."""
    home = Home(wish.out / "second-laptop")
    today = local_today()
    profile = load_profile(DEMO)
    year = school_year_on(profile, today)
    tables = sample_files(profile, year.start_year, wish.seed)
    sources = (
        (Kind.STUDENTS, wish.out / "sample-students.csv", tables.students),
        (Kind.MARKS, wish.out / "sample-marks.xlsx", tables.marks),
        (Kind.ATTENDANCE, wish.out / "sample-absences.csv", tables.absences),
    )
    for _, path, table in sources:
        write_table(path, table.columns, table.rows)
    if not is_demo(home):
        set_up_demo(home, year.start_year, SECONDARY[0]).lock()
    with Laptop(home).sign_in_as(PRINCIPAL, PASSWORD) as laptop:
        reports = tuple(
            import_records(laptop.db, laptop.actor, Source(kind, path), dry_run=False)
            for kind, path, _ in sources
        )
        desk = open_desk(laptop)
        first = _classes(desk)[0]
        target = wish.out / "report-cards" / file_name((first.name, "real marks"), ".pdf", set())
        cards = _issue(desk, first, target, wish.language, merged=True)
    return reports, cards, tuple(path for _, path, _ in sources)


def _quiet(_done: int, _total: int) -> None:
    """Nobody watches."""
