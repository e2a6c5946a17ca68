"""``emis init``, ``doctor``, ``backup``, ``restore``."""

from __future__ import annotations

import argparse
from pathlib import Path

from emis_desktop import backup
from emis_desktop.cli.console import DONE, REFUSED, Console, read_secret
from emis_desktop.cli.options import Commands, command
from emis_desktop.doctor import diagnose
from emis_desktop.errors import Refused
from emis_desktop.keyring.recovery import public_from_text
from emis_desktop.laptop import FirstRun, Laptop, StoreKind
from emis_desktop.rules.rights import Right, require
from emis_desktop.services.structure import NewSchool


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Declare the commands on the store as a whole."""
    init = command(commands, "init", "Make a new encrypted store with its first user.", _init)
    init.add_argument(
        "--role", choices=[kind.value for kind in StoreKind], required=True, help="who works with it"
    )
    init.add_argument("--profile", required=True, metavar="CC", help="country profile, such as GD")
    init.add_argument("--user", metavar="NAME", help="name of the first user (or EMIS_USER)")
    init.add_argument("--school", metavar="NAME", help="name of the school, for the role school")
    init.add_argument("--school-code", metavar="CODE", default="", help="the ministry's code of the school")
    init.add_argument("--year", type=int, metavar="YYYY", help="the year in which the school year begins")
    init.add_argument("--ministry-key", type=Path, metavar="FILE", help="the ministry's public recovery key")
    command(commands, "doctor", "Check the records from end to end.", _doctor)
    saving = command(commands, "backup", "Write everything to one encrypted file, and try it out.", _backup)
    saving.add_argument("file", type=Path, metavar="FILE")
    restoring = command(commands, "restore", "Put back what a backup file holds.", _restore)
    restoring.add_argument("file", type=Path, metavar="FILE")


def _init(console: Console, options: argparse.Namespace) -> int:
    kind = StoreKind(options.role)
    name = options.user or console.environment.get("EMIS_USER", "")
    if not name.strip():
        raise Refused("Say who signs in first: --user NAME.", field="user")
    school = None
    if kind is StoreKind.SCHOOL:
        if not options.school:
            raise Refused("Enter the name of the school: --school NAME.", field="school")
        school = NewSchool(code=options.school_code or "S-0001", name=options.school)
    made = Laptop(console.home).set_up(
        FirstRun(
            kind=kind,
            profile=options.profile.upper(),
            name=name,
            password=console.password("EMIS_PASSWORD_FILE", console.words.tr("Password")),
            school=school,
            start_year=options.year,
            recovery=public_from_text(read_secret(options.ministry_key)) if options.ministry_key else None,
        )
    )
    console.say(console.words.tr("The records are ready in {folder}.", folder=str(console.home.root)))
    if made.recovery_code:
        console.say(console.words.tr("Recovery code, to be printed and locked away by the ministry:"))
        console.say(made.recovery_code)
    console.result(
        {"user": str(made.user_id), "recovery_code": made.recovery_code, "home": str(console.home.root)}
    )
    return DONE


def _doctor(console: Console, _options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        require(laptop.actor, Right.RUN_DOCTOR)
        report = diagnose(laptop.db, console.home)
    document = report.document()
    for name, value in document.items():
        console.say(f"{name}: {value}")
    console.result(document)
    return DONE if report.sound else REFUSED


def _backup(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        require(laptop.actor, Right.BACKUP)
        made = backup.back_up(laptop, options.file, progress=console.progress(console.words.tr("Backup")))
    console.say(console.words.tr("Saved and tried out: {file}.", file=str(made.path)))
    console.result({"file": str(made.path), "bytes": made.size, "stores": made.stores})
    return DONE


def _restore(console: Console, options: argparse.Namespace) -> int:
    restored = backup.restore(
        options.file, console.home, progress=console.progress(console.words.tr("Restore"))
    )
    console.say(
        console.words.tr(
            "The records of {when} are back. Sign in with your own password.", when=restored.made_at
        )
    )
    if restored.kept_aside is not None:
        console.say(
            console.words.tr("What was here before is kept in {folder}.", folder=str(restored.kept_aside))
        )
    console.result(
        {"stores": restored.stores, "kept_aside": restored.kept_aside, "home": str(console.home.root)}
    )
    return DONE
