"""The main job, end to end and without a hand: a school, cards, a backup, real marks, laptops that sync."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from emis_desktop import backup, files
from emis_desktop.demo_people import DEMO_PUPILS, SCHOOL, SECONDARY, demo_roll
from emis_desktop.desk import Desk, open_desk
from emis_desktop.doctor import diagnose
from emis_desktop.errors import N_, Refused
from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.writing import write_table
from emis_desktop.file_lock import locked
from emis_desktop.jobs.demo.country_laptop import make_country, own_school
from emis_desktop.jobs.demo.laptop import (
    PASSWORD,
    PRINCIPAL,
    USER,
    DemoSize,
    DemoUser,
    add_users,
    finish_demo,
    finished_demo,
    refuse_real_records,
    set_up_demo,
)
from emis_desktop.jobs.demo.last_acts import Day, do_last_acts
from emis_desktop.jobs.demo.school import fill_school
from emis_desktop.jobs.demo.two_laptops import Pair, SyncWalk, have_joined, two_laptops
from emis_desktop.jobs.export_records import export_records
from emis_desktop.jobs.import_records import ImportReport, Source, import_records
from emis_desktop.jobs.issue_cards import CardOrder, IssueReport, issue_cards
from emis_desktop.jobs.verify_card import Verdict, verify_file, worst
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.profiles import DEMO, CountryProfile, SchoolYear, load_profile, school_year_on
from emis_desktop.queries.search import Roll, StudentFilter
from emis_desktop.rules.rights import Role
from emis_desktop.samples import sample_files
from emis_desktop.services.moments import local_today
from emis_desktop.services.report_cards import IssueOrder
from emis_desktop.settings import Home
from reports.file_names import file_name

Tell = Callable[[str], None]
"""Hears which step begins, in English words of the catalogue."""
_MAKING: Final = N_("Making the demonstration school")
_SYNCING: Final = N_("Synchronising two laptops through a server")


@dataclass(frozen=True, slots=True)
class Wish:
    """How the demonstration shall be: its size, its seed, the language of its cards, where results go."""

    out: Path
    pupils: int = DEMO_PUPILS
    seed: int = 1
    language: str = "en"

    @property
    def size(self) -> DemoSize:
        """What is asked for, as the note in the data folder keeps it."""
        return DemoSize(self.pupils, self.seed)


@dataclass(frozen=True, slots=True)
class Walked:
    """What the walk made. ``cards`` were issued, in the PDF files ``report_cards``; ``pupils`` and
    ``classes`` are those of all ``schools``, ``school`` is the one that cards were issued for.

    ``sync`` is None where the server's program is not installed, and for a very large country.
    """

    school: str
    pupils: int
    classes: int
    cards: int
    report_cards: tuple[Path, ...]
    verdict: str
    imported: tuple[ImportReport, ...]
    exports: tuple[Path, ...]
    backup: Path
    backup_bytes: int
    sound: bool
    schools: int
    second_home: Path
    sync: SyncWalk | None
    seconds: float
    home: Path
    user: str = USER
    password: str = PASSWORD


def prepare_demo(home: Home, wish: Wish, tell: Tell) -> bool:
    """Make the demonstration's store unless it is there; returns whether it was made now.

    Raises :class:`Refused` where there are real records, or a demonstration of another size or seed.
    """
    refuse_real_records(home)
    with files.saving_in(home.root):
        home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(home.root / "demo.lock", 0.0):
        there = finished_demo(home)
        wanted = wish.size
        if there == wanted:
            return False
        if there is not None:
            raise Refused(
                "There is a demonstration with {pupils} pupils and seed {seed} in {folder} already. Use that "
                "one, or delete the folder first.",
                pupils=there.pupils,
                seed=there.seed,
                folder=str(home.root),
            )
        tell(N_("Making the demonstration country") if wanted.is_country else _MAKING)
        _make(home, wish, tell)
        finish_demo(home, wanted)
    return True


def prepare_both(home: Home, wish: Wish, tell: Tell) -> None:
    """Make the demonstration and its second laptop, with something that met on both, unless they are there.

    Raises what :func:`prepare_demo` does.
    """
    if have_joined(home):
        prepare_demo(home, wish, tell)
        return
    with _second_and_server(home, wish.size) as pair:
        prepare_demo(home, wish, tell)
        if pair is not None:
            pair.begin()
            tell(_SYNCING)
            pair.work()


def _make(home: Home, wish: Wish, tell: Tell) -> None:
    today = local_today()
    profile = load_profile(DEMO, home.profiles)
    year = school_year_on(profile, today)
    if wish.size.is_country:
        make_country(home, wish.size, year, wish.language, today, tell)
        return
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


def _second_and_server(home: Home, size: DemoSize) -> AbstractContextManager[Pair | None]:
    if not size.is_synced:
        return nullcontext()
    return two_laptops(home, country=size.is_country)


def walk(home: Home, wish: Wish, tell: Tell) -> Walked:
    """The whole walk. Results are in ``wish.out``; nothing outside it and ``home`` is touched."""
    began = perf_counter()
    with files.saving_in(wish.out):
        wish.out.mkdir(parents=True, exist_ok=True)
    with _second_and_server(home, wish.size) as pair:  # they join beside the rest
        new = prepare_demo(home, wish, tell)
        if pair is not None:
            pair.begin()
        return _walk_on(home, wish, tell, pair, new=new, began=began)


def _walk_on(home: Home, wish: Wish, tell: Tell, pair: Pair | None, *, new: bool, began: float) -> Walked:
    with Laptop(home).sign_in_as(USER, PASSWORD) as laptop:
        desk = open_desk(laptop)
        day = _day(desk, wish.language)
        tell(N_("Issuing report cards"))
        reports = _cards(desk, day, wish.out)
        if new:
            do_last_acts(desk, day)
        tell(N_("Checking a report card"))
        printed = tuple(path for report in reports for path in report.files)
        verdict = worst(verify_file(laptop.db, laptop.actor, printed[-1])) if printed else Verdict.UNKNOWN
        tell(N_("Writing the records to files"))
        exports = _exports(laptop, wish)
        roll = _roll(desk, day)
        tell(N_("Making a backup and trying it out"))
        copy = backup.back_up(laptop, wish.out / "backup.emis")
        tell(N_("Checking the records from end to end"))
        sound = diagnose(laptop.db, home, laptop.actor).sound
    tell(N_("Bringing real marks into a second laptop"))
    second = _second_laptop(wish)
    if pair is not None:
        tell(_SYNCING)
    synced = None if pair is None else pair.work()
    return Walked(
        school=SCHOOL.name,
        pupils=roll.pupils,
        classes=roll.classes,
        schools=roll.schools,
        cards=sum(len(report.issued) for report in (*reports, second.cards)),
        report_cards=(*printed, *second.cards.files),
        verdict=verdict.value,
        imported=second.imported,
        exports=(*exports, *second.files),
        backup=copy.path,
        backup_bytes=copy.size,
        sound=sound,
        second_home=second.home,
        sync=synced,
        seconds=perf_counter() - began,
        home=home.root,
    )


def _day(desk: Desk, language: str) -> Day:
    today = local_today()
    now = desk.queries.school.today(today)
    school = desk.laptop.site.institution_id or own_school(desk)
    if now.year is None or now.term is None or school is None:
        raise Refused("There is no school year on this laptop yet. Set one up first.")
    classes = desk.queries.school.classes(school, now.year.id, today)
    return Day(school, tuple(each for each in classes if each.on_roll), now.term, today, language)


def _cards(desk: Desk, day: Day, out: Path) -> tuple[IssueReport, ...]:
    """The cards of the highest class as one PDF, of the class below it as one a pupil."""
    folder = out / "report-cards"
    reports = []
    for place, each in enumerate(reversed(day.classes[-2:])):
        merged = place == 0
        target = folder / file_name((each.name,), ".pdf" if merged else "", set())
        _forget(target)
        reports.append(_issue(desk, day, place=-1 - place, target=target, merged=merged))
    return tuple(reports)


def _forget(target: Path) -> None:
    """Remove the cards of an earlier walk: only the newest issue is of use."""
    with files.saving_in(target.parent):
        for path in (target, *target.glob("*.pdf")):
            if path.is_file():
                path.unlink()


def _issue(desk: Desk, day: Day, *, place: int, target: Path, merged: bool) -> IssueReport:
    order = IssueOrder(
        class_ids=(day.classes[place].id,),
        term_id=day.term.id,
        today=day.today,
        language=day.language,
        provisional=True,
        again=True,
    )
    laptop = desk.laptop
    return issue_cards(laptop.db, laptop.actor, CardOrder(order, target, merged=merged), _quiet)


@dataclass(frozen=True, slots=True)
class _Roll:
    """How much there is on the laptop."""

    pupils: int
    classes: int
    schools: int


def _roll(desk: Desk, day: Day) -> _Roll:
    if desk.laptop.site.institution_id is not None:
        return _Roll(sum(each.on_roll for each in day.classes), len(day.classes), 1)
    pupils = desk.queries.search.count("", StudentFilter(roll=Roll.ON))
    schools = desk.queries.school.schools()
    classes = [
        each
        for school in schools
        for each in desk.queries.school.classes(school.id, day.classes[0].year_id, day.today)
    ]
    return _Roll(pupils, len(classes), len(schools))


def _exports(laptop: OpenLaptop, wish: Wish) -> tuple[Path, ...]:
    """The records as files; of a country the pupils alone."""
    chosen = {
        Kind.STUDENTS: wish.out / "students.xlsx",
        Kind.MARKS: wish.out / "marks.csv",
        Kind.ATTENDANCE: wish.out / "attendance.csv",
        Kind.TERM_RESULTS: wish.out / "term-results.csv",
    }
    if wish.size.is_country:
        chosen = {Kind.STUDENTS: wish.out / "students.csv"}
    for kind, path in chosen.items():
        export_records(laptop.db, laptop.actor, kind, path)
    return tuple(chosen.values())


@dataclass(frozen=True, slots=True)
class _Second:
    """What the second laptop made of the measured marks."""

    home: Path
    imported: tuple[ImportReport, ...]
    cards: IssueReport
    files: tuple[Path, ...]


def _second_laptop(wish: Wish) -> _Second:
    """A secondary school brings in the measured marks of 395 pupils; those of another school are refused."""
    home = Home(wish.out / "second-laptop")
    profile = load_profile(DEMO)
    year = school_year_on(profile, local_today())
    sources = _sources(profile, year, wish)
    with _second(home, year.start_year, wish.seed) as laptop:
        reports = tuple(
            import_records(
                laptop.db,
                laptop.actor,
                Source(kind, path),
                dry_run=False,
                sound_only=True,
                profile=laptop.profile,
            )
            for kind, path in sources.items()
        )
        desk = open_desk(laptop)
        day = _day(desk, wish.language)
        target = wish.out / "report-cards" / file_name((day.classes[0].name, "real marks"), ".pdf", set())
        _forget(target)
        cards = _issue(desk, day, place=0, target=target, merged=True)
    return _Second(home.root, reports, cards, tuple(sources.values()))


def _sources(profile: CountryProfile, year: SchoolYear, wish: Wish) -> dict[Kind, Path]:
    """The measured marks as three files, as a school would have them."""
    tables = sample_files(profile, year.start_year, wish.seed)
    sources = {
        Kind.STUDENTS: (wish.out / "sample-students.csv", tables.students),
        Kind.MARKS: (wish.out / "sample-marks.xlsx", tables.marks),
        Kind.ATTENDANCE: (wish.out / "sample-absences.csv", tables.absences),
    }
    for path, table in sources.values():
        write_table(path, table.columns, table.rows)
    return {kind: path for kind, (path, _) in sources.items()}


def _second(home: Home, start_year: int, seed: int) -> OpenLaptop:
    size = DemoSize(0, seed)
    if finished_demo(home) == size:
        return Laptop(home).sign_in_as(PRINCIPAL, PASSWORD)
    refuse_real_records(home)
    laptop = set_up_demo(home, start_year, SECONDARY[0])
    finish_demo(home, size)
    return laptop


def _quiet(_done: int, _total: int) -> None:
    """Nobody watches."""
