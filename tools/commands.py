"""The commands of ``run.py``: what each one starts inside the environment, and in which folder."""

import os
from collections.abc import Callable
from typing import NamedTuple

from tools import system_libraries, test_database
from tools.environment import ROOT
from tools.trouble import Trouble


class Command(NamedTuple):
    """Arguments for the environment's interpreter and the folder to run in (None: where the person is)."""

    arguments: list[str]
    cwd: str | None = None


def _emis(rest: list[str]) -> Command:
    _must_exist("emis_desktop/cli/__main__.py", "the emis command")
    return Command(["-m", "emis_desktop.cli", *rest])


def _demo(rest: list[str]) -> Command:
    shown = system_libraries.has_screen() or "--headless" in rest
    return _emis(["demo", *rest] if shown else ["demo", "--headless", *rest])


def _second(rest: list[str]) -> Command:
    return _emis(["demo", "--second-laptop", *rest])


def _server(rest: list[str]) -> Command:
    _must_exist("sync/server/__main__.py", "a server")
    return Command(["-m", "sync.server", *rest])


_SPREAD = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
"""A process a core, each of which takes whole files in the order of tests/conftest.py, which puts long ones
first; no more than four processes, for half a gigabyte each.
"""

_ASKING = {"--co", "--collect-only", "--help", "-h", "--version"}
"""What runs no test."""

_BY_HAND = {"-s", "--pdb", "--trace", "--co", "--collect-only", "--help", "-h", "--version"}
"""What wants to talk with the person, or runs nothing."""


def _test(rest: list[str]) -> Command:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if not _ASKING & set(rest):
        test_database.provide()
    return Command(["-m", "pytest", *(_SPREAD if _is_whole(rest) else []), *rest], str(ROOT))


def _is_whole(rest: list[str]) -> bool:
    """Whether all tests are meant: nothing names a few of them or wants one process to talk with."""
    return all(word.startswith("-") and not word.startswith("-n") and word not in _BY_HAND for word in rest)


def _check(rest: list[str]) -> Command:
    return Command(["-m", "tools.check", *rest], str(ROOT))


def _coverage(rest: list[str]) -> Command:
    return Command(["-m", "tools.check_coverage", *rest], str(ROOT))


def _freeze(rest: list[str]) -> Command:
    return Command(["-m", "tools.freeze", *rest], str(ROOT))


def _bench(rest: list[str]) -> Command:
    _must_exist("benchmarks/__main__.py", "the benchmarks")
    return Command(["-m", "benchmarks", *rest], str(ROOT))


def _simulate(rest: list[str]) -> Command:
    return Command(["-m", "tools.simulate", *rest], str(ROOT))


def _power_loss(rest: list[str]) -> Command:
    return Command(["-m", "tools.power_loss", *rest], str(ROOT))


def _endure(rest: list[str]) -> Command:
    return Command(["-m", "tools.endure", *rest], str(ROOT))


def _defects(rest: list[str]) -> Command:
    return Command(["-m", "tools.defects", *rest], str(ROOT))


def _must_exist(path: str, what: str) -> None:
    if not (ROOT / path).is_file():
        raise Trouble(f"This version does not have {what} yet.")


_TABLE: dict[str, Callable[[list[str]], Command] | None] = {
    "demo": _demo,
    "second-laptop": _second,
    "test": _test,
    "emis": _emis,
    "emis-server": _server,
    "check": _check,
    "coverage": _coverage,
    "freeze": _freeze,
    "bench": _bench,
    "simulate": _simulate,
    "power-loss": _power_loss,
    "endure": _endure,
    "defects": _defects,
    "setup": None,
}

NAMES = tuple(_TABLE)
"""The commands, the one that is meant when none is given first."""


def command_line(name: str, rest: list[str]) -> Command | None:
    """What to start for the command `name` with the arguments `rest`; None when preparing was all.

    Raises Trouble when this version has no such part, KeyError for a name that is not in NAMES.
    """
    build = _TABLE[name]
    return build(rest) if build else None
