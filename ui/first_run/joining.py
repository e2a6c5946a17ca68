"""Joining in the first run: the code is looked at here without a line, the rest at the end of the steps."""

from __future__ import annotations

from emis_desktop.jobs import joining
from emis_desktop.jobs.joining import JoinWish
from emis_desktop.jobs.syncing import address_and_pin
from emis_desktop.laptop import Made
from emis_desktop.rules.spoken_code import read, written
from emis_desktop.settings import Home
from ui.first_run.answers import Answers
from ui.tasks import TaskControl

BYTES = 10
FIELD = "code"


def check_code(text: str) -> str:
    """The code as it is written, "WD4K7-…"; raises :class:`~emis_desktop.errors.Refused` for a slip."""
    return written(read(text, BYTES, FIELD))


def join(home: Home, answers: Answers, control: TaskControl) -> Made:
    """Join the ministry's server and make the store of who signs in first; its records come down as far as
    the line lasts, the rest by itself afterwards.

    Raises ``Refused`` with field code, address, laptop, name or password.
    """
    address, pin = address_and_pin(answers.address)
    wish = JoinWish(address, answers.code, answers.laptop, answers.name, answers.password, pin)
    made = joining.join(home, wish, control).made
    assert made is not None  # noqa: S101  - a new laptop has a first user
    return made
