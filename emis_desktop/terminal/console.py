"""Where a command's output goes, in which language, and what it says of refusals."""

from __future__ import annotations

import getpass
import io
import json
import locale
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TextIO

from emis_desktop.errors import N_, EmisError, Refused
from resources.words import LANGUAGES, Words

DONE, REFUSED, WRONG_USAGE, STOPPED = 0, 1, 2, 130
_QUIET_SECONDS, _LINE_SECONDS = 2.0, 5.0

Progress = Callable[[int, int], None]


class Terminal:
    """One run of a command. With ``as_json`` standard output is one JSON document and nothing else."""

    def __init__(
        self,
        *,
        as_json: bool = False,
        out: TextIO | None = None,
        err: TextIO | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """``out``, ``err`` and ``environment`` are the process's own unless a test gives others."""
        self.as_json = as_json
        self.environment = os.environ if environment is None else environment
        self.out = out or _stream(sys.stdout, "utf-8" if as_json else None)
        self.err = err or _stream(sys.stderr, None)
        self._owns_out = out is None
        self._unwritable = False

    @cached_property
    def words(self) -> Words:
        """The language chosen here, else the system's, else English."""
        names = (self.environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        system = next(filter(None, names), "") or locale.getlocale()[0] or ""
        known = (each for each in (self.chosen_language(), system[:2].lower()) if each in LANGUAGES)
        return Words.load(next(known, "en") or "en")

    def chosen_language(self) -> str | None:
        """The two letters of a language that was chosen on this machine, if one was."""
        return None

    # -- What is said -----------------------------------------------------------------------------

    def say(self, text: str = "") -> None:
        """A line for the person; nothing where standard output is a JSON document."""
        if not self.as_json:
            self._print(harmless(text))

    def table(self, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Columns of text; without a row that is said."""
        lines = [tuple(map(str, heading)), *(tuple(map(str, row)) for row in rows)]
        if len(lines) == 1:
            self.say(self.words.tr("There is nothing to show."))
            return
        widths = [max(len(line[place]) for line in lines) for place in range(len(heading))]
        for line in lines:
            self.say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())

    def moment(self, then: datetime) -> str:
        """Date and time by the clock of this machine, such as "22 Nov 2026, 18:09"."""
        here = then.astimezone()
        day = self.words.date(here.date(), "medium")
        return self.words.tr("{day}, {time}", day=day, time=self.words.time(here))

    def facts(self, rows: Sequence[tuple[str, object]]) -> None:
        """Names and values in two columns; a name that repeats is said once."""
        width = max(len(name) for name, _ in rows)
        before = ""
        for name, value in rows:
            self.say(f"  {name if name != before else '':{width}}  {value}")
            before = name or before

    def result(self, document: object) -> None:
        """The JSON document of the command."""
        if self.as_json:
            self._print(json.dumps(document, ensure_ascii=False, default=str))

    def refuse(self, reason: EmisError) -> int:
        """Say why it was not done; returns the exit code."""
        sentence = reason.text(self.words)
        self.note(sentence)
        self.result({"refused": sentence})
        return REFUSED

    def note(self, text: str) -> None:
        """A line beside the result: on standard error."""
        try:
            print(harmless(text), file=self.err, flush=True)
        except OSError:  # nobody can be told
            return

    def progress(self, what: str) -> Progress:
        """Tells how far work is: one line that grows on a terminal, elsewhere now and then a line."""
        began = told = time.monotonic()

        def step(done: int, total: int) -> None:
            nonlocal told
            now = time.monotonic()
            share = 100 * done // max(total, 1)
            if self.err.isatty():
                self._rewrite(f"\r{harmless(what)} {share} %" + ("\n" if done >= total else ""))
            elif now - began > _QUIET_SECONDS and now - told > _LINE_SECONDS:
                told = now
                self.note(f"{what} {share} %")

        return step

    def end(self, code: int) -> int:
        """Hand over what was printed; returns the exit code, :data:`REFUSED` when it went nowhere.

        A reader that closed the pipe early has what it wanted.
        """
        try:
            self.out.flush()
        except BrokenPipeError:
            self._give_up_out()
        except OSError:
            self._give_up_out()
            self._unwritable = True
        if self._unwritable:
            self.note(
                self.words.tr("What was to be printed could not be written. Look where the output goes.")
            )
            return code or REFUSED
        return code

    def _print(self, text: str) -> None:
        try:
            print(text, file=self.out)
        except BrokenPipeError:
            self._give_up_out()
        except OSError:
            self._give_up_out()
            self._unwritable = True

    def _rewrite(self, text: str) -> None:
        try:
            self.err.write(text)
            self.err.flush()
        except OSError:
            return

    def _give_up_out(self) -> None:
        """Let what is still to be printed go nowhere, so that the interpreter's own end says nothing."""
        if self._owns_out:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.out.fileno())
            os.close(nowhere)
        else:
            self.out = io.StringIO()

    # -- Secrets -------------------------------------------------------------------------------------

    def password(self, variable: str, prompt: str, *, new: bool = False) -> str:
        """A password from the file that ``variable`` names, or asked without showing it, a new one twice."""
        file = self.environment.get(variable, "").strip()
        if file:
            if _others_reach(Path(file)):
                told = N_("Others on this laptop can reach the password file {file}. Close it: chmod 600")
                self.note(self.words.tr(told, file=file))
            return read_secret(Path(file))
        if not self.can_ask():
            raise Refused(
                "There is no password: put it in a file and set {variable} to its path.", variable=variable
            )
        typed = getpass.getpass(f"{prompt}: ", self.err)
        if new and getpass.getpass(f"{self.words.tr('The same again')}: ", self.err) != typed:
            raise Refused("The two passwords differ. Nothing was changed; do it again.")
        return typed

    def can_ask(self) -> bool:
        """Whether somebody sits at the keyboard."""
        return sys.stdin is not None and sys.stdin.isatty()


def harmless(text: str) -> str:
    """``text`` as one line that only shows: what would steer a terminal or turn the reading order is told by
    its number instead (a name may hold anything).
    """
    return "".join(sign if _is_plain(sign) else f"\\u{{{ord(sign):x}}}" for sign in text)


def _is_plain(sign: str) -> bool:
    """Controls and line ends are not, nor signs without a form but for the two that join letters."""
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or sign in "\u200c\u200d\u00ad"


def _others_reach(path: Path) -> bool:
    """Whether a file is open to others here; Windows keeps its own lists of who reads what."""
    try:
        return os.name == "posix" and bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def read_secret(path: Path) -> str:
    """The first line of a file that holds a password."""
    try:
        return path.read_text("utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError):
        raise Refused("The password file {file} cannot be read. Check its path.", file=str(path)) from None


def _stream(stream: TextIO | None, encoding: str | None) -> TextIO:
    """A stream of the process that takes every name; without one (a window program) a place for nothing."""
    if stream is None:
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=encoding or stream.encoding, errors="backslashreplace")
    return stream
