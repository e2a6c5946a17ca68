"""``emis demo``."""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import emis_desktop
from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Parser, whole
from emis_desktop.demo_people import DEMO_PUPILS, SCHOOL_MOST, SYNCED_MOST
from emis_desktop.errors import N_, EmisError, Refused, StoreDamaged, StoreTooNew, WrongPassword
from emis_desktop.jobs.demo.laptop import PASSWORD, REPLACED, USER, DemoSize, finished_demo, outdated_demo
from emis_desktop.jobs.demo.server_process import server_command
from emis_desktop.jobs.demo.two_laptops import SECOND_USER, SyncWalk, have_joined, library_of
from emis_desktop.jobs.demo.walk import Walked, Wish, prepare_demo, walk
from emis_desktop.jobs.verify_card import SENTENCES, Verdict
from emis_desktop.settings import Home
from resources.words import Words

log = logging.getLogger(__name__)
RESULTS = "demo-results"
SEED = 1


def declare(_name: str, parser: Parser) -> None:
    """Options of the demonstration."""
    tr = parser.words.tr
    parser.set_defaults(run=_demo)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=tr("folder for results (else {folder})", folder=RESULTS)
    )
    parser.add_argument(
        "--pupils",
        type=whole(1, 100_000),
        metavar="N",
        help=tr("pupils; more than {most} are a country, on a laptop of the ministry", most=SCHOOL_MOST),
    )
    parser.add_argument(
        "--seed", type=whole(0, 10**9), metavar="S", help=tr("another seed, other names and marks")
    )
    parser.add_argument(
        "--headless", action="store_true", help=tr("open no window; leave results in the folder")
    )
    parser.add_argument(
        "--second-laptop", action="store_true", help=tr("open the second laptop of the demonstration")
    )


def _demo(console: Console, options: argparse.Namespace) -> int:
    home = _home(console)
    console.move(home)
    if finished_demo(home) is None:  # what goes wrong is not the folder's
        return _open(console, home, options)
    with _naming(home):
        return _open(console, home, options)


@contextmanager
def _naming(home: Home) -> Iterator[None]:
    """Say of a demonstration that is there and cannot be used which folder to delete."""
    try:
        yield
    except (StoreDamaged, StoreTooNew, WrongPassword) as fault:
        raise _unusable(home) from fault
    except (EmisError, OSError):
        raise
    except Exception as fault:
        log.exception("the demonstration ended with a fault")
        raise _unusable(home) from fault


def _unusable(home: Home) -> EmisError:
    return EmisError(
        "The demonstration in {folder} cannot be used as it is. Delete that folder and start again: "
        "everything in it is invented. What went wrong is written down in {logs}.",
        folder=str(home.root),
        logs=str(home.logs),
    )


def _open(console: Console, home: Home, options: argparse.Namespace) -> int:
    if options.second_laptop:
        return _second(console, home, options)
    there, old = finished_demo(home), outdated_demo(home)
    if old is not None:
        console.note(
            console.words.tr(
                "Another version of the program made the demonstration, so it is made anew. The old one is "
                "kept in {folder}.",
                folder=str(home.root / REPLACED),
            )
        )
    usual = there or old or DemoSize(DEMO_PUPILS, SEED)
    wish = Wish(
        out=(options.out or Path(RESULTS)).absolute(),
        pupils=usual.pupils if options.pupils is None else options.pupils,
        seed=usual.seed if options.seed is None else options.seed,
        language=console.words.language,
    )
    window = _has_window(console, options)

    def tell(step: str) -> None:
        console.note(console.words.tr(step) + " …")

    alone = server_command() is None or not wish.size.is_synced
    if not window or not (have_joined(home) or (there and alone)):
        walked = walk(home, wish, tell)
        _tell(console, walked)
        console.result(_document(walked))
    else:
        prepare_demo(home, wish, tell)
    if not window:
        return DONE
    console.say(
        console.words.tr("Sign in as {user} with the password: {password}", user=USER, password=PASSWORD)
    )
    console.end(DONE)
    return open_desktop(home)


def _has_window(console: Console, options: argparse.Namespace) -> bool:
    return console.has_screen() and not options.headless and not console.as_json


def _second(console: Console, home: Home, options: argparse.Namespace) -> int:
    """Open the second laptop, or say how."""
    size = finished_demo(home)
    if size is not None and not size.is_synced:
        raise Refused(
            "A country of more than {most} pupils has no second laptop. Make a smaller one for that.",
            most=SYNCED_MOST,
        )
    if not have_joined(home):
        raise Refused("There is no second laptop yet. “emis demo” makes it.")
    library, tr = library_of(home), console.words.tr
    if not _has_window(console, options):
        console.say(tr("To look around on the second laptop, type:"))
        console.say(f"  {command_to_open(library.root, sys.platform)}")
    console.say(tr("Sign in as {user} with the password: {password}", user=SECOND_USER, password=PASSWORD))
    console.result({"user": SECOND_USER, "password": PASSWORD, "home": str(library.root)})
    if not _has_window(console, options):
        return DONE
    console.end(DONE)
    return open_desktop(library)


def open_desktop(home: Home) -> int:
    """Open the windows on a data folder; returns the exit code."""
    from emis_desktop.app import run  # noqa: PLC0415 - Qt only when a window opens

    return run(home)


def _home(console: Console) -> Home:
    """The chosen data folder, else one beside the real one, so that invented records never meet real ones."""
    if console.environment.get("EMIS_HOME", "").strip():
        return console.home
    return Home(console.home.root.with_name(console.home.root.name + "-demo"))


def _tell(console: Console, walked: Walked) -> None:
    words = console.words
    seconds = words.number(walked.seconds, 1)
    console.say()
    console.say(words.tr("The demonstration is ready; it took {seconds} s.", seconds=seconds))
    console.say(
        words.tr(
            "{school}: {pupils}, {classes}. Everything is invented.",
            school=_whose(words, walked),
            pupils=words.ntr("{n} pupil", "{n} pupils", walked.pupils),
            classes=words.ntr("{n} class", "{n} classes", walked.classes),
        )
    )
    console.say()
    lines: list[tuple[str, object]] = [
        *_cards(console, walked),
        *((words.tr("Records"), _short(path)) for path in walked.exports),
        (words.tr("Backup"), f"{_short(walked.backup)}  {_megabytes(words, walked.backup_bytes)}"),
        *_imported(console, walked),
        *_synced(console, walked),
    ]
    console.facts(lines)
    console.say()
    if not walked.sound:
        console.say(words.tr("The records are not whole. “emis doctor” says what was found."))
    console.say(words.tr("To look around, type:"))
    console.say(f"  {command_to_open(walked.home, sys.platform)}")
    console.say(
        words.tr(
            "Sign in as {user} with the password: {password}", user=walked.user, password=walked.password
        )
    )
    if walked.sync is not None:
        console.say(words.tr("To look around on the second laptop, type:"))
        console.say(f"  {command_to_open(walked.sync.library, sys.platform)}")
        console.say(
            words.tr(
                "Sign in as {user} with the password: {password}", user=SECOND_USER, password=walked.password
            )
        )
        if walked.sync.conflicts:
            console.say(words.tr("To decide without a window what both have changed, type:"))
            for command in ("conflicts", "resolve ID --keep", "sync"):
                console.say(f"  {command_to_open(walked.home, sys.platform, command)}")


def _whose(words: Words, walked: Walked) -> str:
    """The school, or how many there are."""
    return walked.school if walked.schools == 1 else words.ntr("{n} school", "{n} schools", walked.schools)


def command_to_open(home: Path, platform: str, words: str = "") -> str:
    """What to type in a terminal of ``platform`` to open the desktop program on a data folder; with
    ``words``, to run that command of ``emis`` there.
    """
    words = f" {words}" if words else ""
    start = Path(emis_desktop.__file__).parent.parent / "run.py"
    from_source = start.is_file() and not getattr(sys, "frozen", False)
    here = "run.py" if start.parent == Path.cwd() else str(start)
    if platform == "win32":  # cmd /c: the same line in both of Windows' terminals
        # Neither set nor cd needs quotes around a path with spaces; quotes inside mean two things in the two.
        go = "" if start.parent == Path.cwd() else f"cd /d {_for_cmd(start.parent)}&& "
        program = f"{go}py run.py emis" if from_source else "emis"
        return f'cmd /c "set EMIS_HOME={_for_cmd(home)}&& {program}{words}"'
    program = f"python3 {shlex.quote(here)} emis" if from_source else "emis"
    return f"EMIS_HOME={shlex.quote(str(home))} {program}{words}"


def _for_cmd(path: Path) -> str:
    """A path inside a line for cmd, to which & and ^ say something."""
    return str(path).replace("^", "^^").replace("&", "^&")


def _cards(console: Console, walked: Walked) -> list[tuple[str, str]]:
    words = console.words
    verdict = words.tr(SENTENCES[Verdict(walked.verdict)])
    folders: dict[Path, int] = {}
    for path in walked.report_cards:
        folders[path.parent] = folders.get(path.parent, 0) + 1
    lines = [
        (
            words.tr("Report cards"),
            f"{_short(folder)}{os.sep}  {words.ntr('{n} file', '{n} files', count)}",
        )
        for folder, count in folders.items()
    ]
    issued = words.ntr("{n} card issued.", "{n} cards issued.", walked.cards)
    return [*lines, ("", f"{issued} {words.tr('The last one was checked:')} {verdict}")]


def _imported(console: Console, walked: Walked) -> list[tuple[str, str]]:
    words = console.words
    lines = [
        (
            words.tr("Real marks"),
            words.tr(
                "{folder}: marks of a real school, brought in from files", folder=_short(walked.second_home)
            ),
        )
    ]
    for report in walked.imported:
        told = words.tr(
            "{file}: {rows} rows, {taken} taken, {errors} of another school left out",
            file=report.file,
            rows=report.rows,
            taken=report.rows - report.left_out,
            errors=report.left_out,
        )
        lines.append(("", told))
    return lines


def _synced(console: Console, walked: Walked) -> list[tuple[str, str]]:
    found, words = walked.sync, console.words
    if found is None:
        return []
    said = N_("both and the server hold the same") if found.equal else N_("they do not hold the same")
    told = words.tr(
        "{edits}, {conflicts}; {said}",
        edits=words.ntr("{n} change made apart", "{n} changes made apart", found.edits),
        conflicts=words.ntr("{n} change to look at", "{n} changes to look at", found.conflicts),
        said=words.tr(said),
    )
    lead = words.tr("Two laptops")
    return [(lead, f"{_short(found.office)}{os.sep}"), ("", f"{_short(found.library)}{os.sep}"), ("", told)]


def _megabytes(words: Words, size: int) -> str:
    return words.tr("{size} MB, opened again and compared", size=words.number(size / 1_000_000, 1))


def _short(path: Path) -> str:
    """The path from where the person stands, when it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _document(walked: Walked) -> dict[str, object]:
    return {
        "pupils": walked.pupils,
        "schools": walked.schools,
        "report_cards": [str(path) for path in walked.report_cards],
        "cards": walked.cards,
        "verified": walked.verdict,
        "exports": [str(path) for path in walked.exports],
        "backup": str(walked.backup),
        "sound": walked.sound,
        "imported": [
            {
                "file": each.file,
                "rows": each.rows,
                "created": each.created,
                "updated": each.updated,
                "unchanged": each.unchanged,
                "errors": each.left_out,
            }
            for each in walked.imported
        ],
        **({} if walked.sync is None else {"sync": _sync_document(walked.sync)}),
        "seconds": round(walked.seconds, 2),
        "user": walked.user,
        "password": walked.password,
        "home": str(walked.home),
    }


def _sync_document(found: SyncWalk) -> dict[str, object]:
    return {
        "laptops": found.laptops,
        "equal": found.equal,
        "state_hash": list(found.state_hash),
        "edits": found.edits,
        "conflicts": found.conflicts,
        "office": str(found.office),
        "library": str(found.library),
        "server": str(found.server),
    }
