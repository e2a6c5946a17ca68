"""What every command is given: the data folder, the language, who signs in, and where output goes."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from emis_desktop.errors import EmisError, Refused
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.settings import Home
from resources.words import Words

REFUSED, DONE = 1, 0


@dataclass(slots=True)
class Console:
    """One run of a command."""

    home: Home
    words: Words
    as_json: bool
    out: TextIO
    err: TextIO
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def say(self, text: str) -> None:
        """A sentence for the person; nothing in JSON mode, where standard output is one document."""
        if not self.as_json:
            print(text, file=self.out)

    def table(self, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Columns of text."""
        lines = [tuple(map(str, heading)), *(tuple(map(str, row)) for row in rows)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(heading))]
        for line in lines:
            self.say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())

    def result(self, document: object) -> None:
        """The JSON document of the command."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, default=str), file=self.out)

    def refuse(self, reason: EmisError) -> int:
        """Say why it was not done; returns the exit code."""
        sentence = reason.text(self.words)
        print(sentence, file=self.err)
        self.result({"refused": sentence})
        return REFUSED

    def progress(self, what: str) -> Callable[[int, int], None]:
        """A line on standard error that grows from 0 to all, only where somebody looks."""

        def step(done: int, total: int) -> None:
            if self.err.isatty():
                end = "\n" if done >= total else ""
                print(f"\r{what} {done} / {total}", end=end, file=self.err, flush=True)

        return step

    def laptop(self) -> Laptop:
        """The data folder; raises :class:`Refused` when nothing has been set up in it."""
        laptop = Laptop(self.home)
        if laptop.is_new():
            raise Refused(
                "There are no records in {folder} yet. Use “emis init”, “emis demo” or “emis restore”.",
                folder=str(self.home.root),
            )
        return laptop

    def signed_in(self) -> AbstractContextManager[OpenLaptop]:
        """Sign in as ``EMIS_USER`` with the password in ``EMIS_PASSWORD_FILE``, or ask at the keyboard."""
        laptop = self.laptop()
        return laptop.sign_in_as(
            self._user(laptop), self.password("EMIS_PASSWORD_FILE", self.words.tr("Password"))
        )

    def _user(self, laptop: Laptop) -> str:
        name = self.environment.get("EMIS_USER", "").strip()
        if name:
            return name
        people = laptop.people()
        if len(people) == 1:
            return people[0].name
        if sys.stdin.isatty():
            return input(f"{self.words.tr('User')}: ")
        raise Refused("Say who signs in: set EMIS_USER to a name of the sign-in list.")

    def password(self, variable: str, prompt: str) -> str:
        """A password from the file that ``variable`` names, or asked without showing it."""
        file = self.environment.get(variable, "").strip()
        if file:
            return read_secret(Path(file))
        if sys.stdin.isatty():
            return getpass.getpass(f"{prompt}: ")
        raise Refused(
            "There is no password: put it in a file and set {variable} to its path.", variable=variable
        )


def read_secret(path: Path) -> str:
    """The first line of a file that holds a password."""
    try:
        return path.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError):
        raise Refused("The password file {file} cannot be read. Check its path.", file=str(path)) from None
