"""``emis init``, ``doctor``, ``backup``, ``restore``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from emis_desktop import backup
from emis_desktop.cli.console import DONE, REFUSED, Console, read_secret
from emis_desktop.cli.usage import Parser, one_of, whole
from emis_desktop.doctor import DoctorReport, Finding, diagnose, repair
from emis_desktop.errors import Refused, StoreDamaged, StoreTooNew
from emis_desktop.file_lock import locked
from emis_desktop.folder import FolderState, folder_state
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.recovery import public_from_text
from emis_desktop.keyring.ring import KeyRing
from emis_desktop.laptop import FIRST_ROLE, FirstRun, Laptop, StoreKind
from emis_desktop.profiles import list_profiles
from emis_desktop.queries.sync_facts import SyncFacts
from emis_desktop.rules.rights import ROLE_NAMES, Actor, Right, require
from emis_desktop.scopes import NATION
from emis_desktop.services.structure import NewSchool
from emis_desktop.settings import Home
from resources.words import Words

KINDS = tuple(kind.value for kind in StoreKind)


def declare(name: str, parser: Parser) -> None:
    """Options and arguments of a command on the store as a whole."""
    parser.add_argument("--json", action="store_true", help=parser.words.tr("print one JSON document"))
    {"init": _declare_init, "backup": _declare_backup, "restore": _declare_restore}.get(
        name, _declare_doctor
    )(parser)


def _declare_init(parser: Parser) -> None:
    tr = parser.words.tr
    parser.set_defaults(run=_init)
    parser.add_argument(
        "--role",
        type=one_of(KINDS),
        required=True,
        metavar="ROLE",
        help=tr("who works here: {all}", all=", ".join(KINDS)),
    )
    parser.add_argument("--profile", required=True, metavar="CC", help=tr("country profile, such as GD"))
    parser.add_argument("--user", metavar="NAME", help=tr("name of the first user (else EMIS_USER)"))
    parser.add_argument("--school", metavar="NAME", help=tr("name of the school"))
    parser.add_argument(
        "--school-code", metavar="CODE", default="", help=tr("the ministry's code of the school")
    )
    parser.add_argument(
        "--year", type=whole(1990, 2200), metavar="YYYY", help=tr("the year in which the school year begins")
    )
    parser.add_argument(
        "--ministry-key", type=Path, metavar="FILE", help=tr("file with the ministry's public recovery key")
    )


def _declare_backup(parser: Parser) -> None:
    parser.set_defaults(run=_backup)
    parser.add_argument(
        "file", type=Path, metavar="FILE", help=parser.words.tr("the file to write, on a USB stick")
    )


def _declare_restore(parser: Parser) -> None:
    parser.set_defaults(run=_restore)
    parser.add_argument("file", type=Path, metavar="FILE", help=parser.words.tr("a backup of EMIS Desktop"))


def _declare_doctor(parser: Parser) -> None:
    parser.set_defaults(run=_doctor)
    parser.add_argument(
        "--repair",
        action="store_true",
        help=parser.words.tr("make the search index and the triggers of history anew where they are wrong"),
    )


def _init(console: Console, options: argparse.Namespace) -> int:
    words = console.words
    kind = StoreKind(options.role)
    role = words.tr(ROLE_NAMES[FIRST_ROLE[kind]])
    given = console.environment.get("EMIS_USER", "") if options.user is None else options.user
    name = " ".join((given or role).split())
    if not name:
        raise Refused("Enter the name of the person.", field="user")
    school = None
    if kind is StoreKind.SCHOOL:
        school = NewSchool(code=options.school_code or "S-0001", name=options.school or words.tr("School"))
    _check_profile(console.home, options.profile.upper())
    recovery = public_from_text(read_secret(options.ministry_key)) if options.ministry_key else None
    password = partial(console.password, "EMIS_PASSWORD_FILE", words.tr("New password"), new=True)
    console.check_open()
    with _nobody_at_work(console.home):
        laptop = Laptop(console.home)
        if not laptop.is_new():
            raise Refused(
                "There are records in {folder} already. Nothing was changed.", folder=str(console.home.root)
            )
        made = laptop.set_up(
            FirstRun(
                kind=kind,
                profile=options.profile.upper(),
                name=name,
                password=password(),
                school=school,
                start_year=options.year,
                recovery=recovery,
            )
        )
    console.say(words.tr("The records are ready in {folder}.", folder=str(console.home.root)))
    console.say(words.tr("{name} signs in first, as {role}.", name=name, role=role))
    if made.recovery_code:
        console.say(words.tr("Recovery code, to be printed and locked away by the ministry:"))
        console.say(made.recovery_code)
    console.result(
        {
            "user": str(made.user_id),
            "name": name,
            "recovery_code": made.recovery_code,
            "home": str(console.home.root),
        }
    )
    return DONE


def _check_profile(home: Home, code: str) -> None:
    """Refuse a country that is not there before anything is made."""
    profiles = list_profiles(home.profiles)
    if code not in {each.code for each in profiles}:
        raise Refused(
            "There is no country profile {code}. Profiles are: {all}.",
            field="profile",
            code=code,
            all=", ".join(f"{each.code} {each.name.en}" for each in profiles),
        )


def _doctor(console: Console, options: argparse.Namespace) -> int:
    repaired: tuple[Finding, ...] = ()
    with console.signed_in(trusting=True) as laptop:
        report = diagnose(laptop.db, console.home, laptop.actor)
        if options.repair:
            repaired = repair(laptop.db, laptop.actor, report)
            if repaired:
                report = diagnose(laptop.db, console.home, laptop.actor)
    for found in repaired:
        console.say(console.words.tr("Put right: {what}", what=console.words.tr(found.message)))
    if options.repair and not repaired:
        console.say(console.words.tr("There was nothing that could be put right here."))
    _tell(console, report)
    document = report.document()
    if options.repair:
        document["repaired"] = [found.check for found in repaired]
    console.result(document)
    return DONE if report.sound else REFUSED


def _tell(console: Console, report: DoctorReport) -> None:
    words = console.words
    if report.sound:
        console.say(words.tr("The records are whole."))
    for found in (*report.damage, *report.disagreements):
        console.say(f"  {_finding(words, found)}")
    if not report.sound:
        console.say(words.tr("Restore them from the newest USB copy, and keep this folder for the ministry."))
    console.facts(
        [
            (words.tr("Folder"), report.home),
            ("SQLite", report.sqlite_version),
            ("SQLCipher", report.cipher_version),
            (words.tr("Journal"), f"{report.journal_mode}, synchronous={report.synchronous}"),
            (words.tr("Version of the tables"), report.schema_version),
            (
                words.tr("Changes waiting to be sent"),
                words.tr("unknown") if report.outbox is None else words.number(report.outbox),
            ),
            *_sync_lines(console, report.sync),
            *(
                (_content_of(words, scope, name), report.state_hash[scope])
                for scope, name in report.whole.items()
            ),
        ]
    )


def _content_of(words: Words, scope: str, name: str) -> str:
    """What a state hash is called: that of a school by its ``name``, else by its id."""
    if scope == NATION:
        return words.tr("Content of the whole country")
    return words.tr("Content of {scope}", scope=name or scope)


def _sync_lines(console: Console, facts: SyncFacts | None) -> list[tuple[str, str]]:
    """Where it stands with the ministry's server."""
    tr, number = console.words.tr, console.words.number
    if facts is None:
        return [(tr("Server"), tr("This laptop has not joined the ministry’s server."))]
    contact = tr("never")
    if facts.contact_at is not None:
        contact = console.moment(datetime.fromisoformat(facts.contact_at))
    return [
        (tr("Server"), f"{facts.server}, {facts.address}"),
        (tr("Laptop"), facts.laptop),
        (tr("Last contact"), contact),
        (tr("Place in the server’s log"), number(facts.cursor)),
        (tr("Batches without a result"), number(facts.batches)),
        (tr("Waiting for what belongs to them"), number(facts.parked)),
        (tr("Not taken by the server"), number(facts.refused)),
    ]


def _finding(words: Words, found: Finding) -> str:
    return f"{words.tr(found.message)} ({words.number(found.count)})"


def _backup(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        made = backup.back_up(laptop, options.file, progress=console.progress(console.words.tr("Backup")))
    console.say(console.words.tr("Saved and tried out: {file}.", file=str(made.path)))
    if not made.apart:
        console.say(console.words.tr("Copy in a folder of this laptop; it goes when the laptop goes."))
    console.result(
        {
            "file": str(made.path),
            "bytes": made.size,
            "stores": made.stores,
            "made_at": made.made_at.isoformat(),
        }
    )
    return DONE


def _restore(console: Console, options: argparse.Namespace) -> int:
    console.check_open()
    with _nobody_at_work(console.home):
        asked_by = _asked_by(console)
        restored = backup.restore(
            options.file,
            console.home,
            asked_by=asked_by,
            unlock=_unlock(console, must_fit=asked_by is None),
            progress=console.progress(console.words.tr("Restore")),
        )
    day = console.words.date(restored.made_at.astimezone().date())
    console.say(
        console.words.tr(
            "The records of {day} are back. Everybody signs in with the password of that day.", day=day
        )
    )
    if restored.kept_aside is not None:
        console.say(
            console.words.tr("What was here before is kept in {folder}.", folder=str(restored.kept_aside))
        )
    console.result(
        {
            "made_at": restored.made_at.isoformat(),
            "school": restored.school,
            "stores": restored.stores,
            "kept_aside": None if restored.kept_aside is None else str(restored.kept_aside),
            "home": str(console.home.root),
        }
    )
    return DONE


@contextmanager
def _nobody_at_work(home: Home) -> Iterator[None]:
    """Keep the desktop program and others like this out; raises :class:`Refused` when one is open."""
    home.make()
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(home.program_lock, 0.0))
        except Refused:
            raise Refused("EMIS Desktop is at work on this laptop. Close it, then do this again.") from None
        yield


def _asked_by(console: Console) -> Actor | None:
    """Who puts a copy over records that can be opened: they sign in to those. None where nobody can."""
    if folder_state(console.home) is not FolderState.READY:
        return None
    try:
        with console.signed_in(trusting=True) as laptop:
            require(laptop.actor, Right.RESTORE)
            return laptop.actor
    except (StoreDamaged, StoreTooNew):
        return None


def _unlock(console: Console, *, must_fit: bool) -> Callable[[KeyRing], OpenKeys] | None:
    """Opens the backup before it counts, where a password is given; else its bytes alone are checked.

    Without ``must_fit`` a copy of another day, with another password, is no reason to refuse it.
    """
    if not console.environment.get("EMIS_PASSWORD_FILE", "").strip():
        return None
    return partial(_open_backup if must_fit else _open_if_it_fits, console)


def _open_if_it_fits(console: Console, ring: KeyRing) -> OpenKeys:
    try:
        return _open_backup(console, ring)
    except Refused:
        return OpenKeys(None)


def _open_backup(console: Console, ring: KeyRing) -> OpenKeys:
    people = ring.people()
    name = console.user([person.name for person in people])
    password = console.password("EMIS_PASSWORD_FILE", console.words.tr("Password"))
    for person in people:
        if person.name.casefold() == name.casefold():
            return ring.unlock(person.id, password)
    raise Refused("Nobody called {name} is in that backup. Check the name; nothing was changed.", name=name)
