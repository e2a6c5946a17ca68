"""The reports there are: what each is called, what it is made for, and what writes it.

Whoever offers reports, on a screen or by command, lists them from here. The entries grow with the product; a
report is a function from plain values to a stream.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from resources.words import N_


class Scope(StrEnum):
    """What a report is about."""

    PUPIL = "pupil"
    CLASS = "class"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of paper. ``title`` and ``about`` are texts of the catalogue of words.

    ``writer`` is the function that writes it, as "module:name", so that listing reports loads none of them.
    """

    key: str
    title: str
    about: str
    scope: Scope
    endings: tuple[str, ...]
    writer: str


REPORTS: Final = (
    Report(
        key="report-cards",
        title=N_("Report cards"),
        about=N_("A term’s results of each pupil, one page a pupil, in one file or one file each."),
        scope=Scope.PUPIL,
        endings=(".pdf",),
        writer="reports.report_card:write_cards",
    ),
)


def report(key: str) -> Report:
    """The report called ``key``; raises ``KeyError`` when there is none."""
    for entry in REPORTS:
        if entry.key == key:
            return entry
    raise KeyError(key)
