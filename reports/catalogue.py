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


def _paper(key: str, title: str, about: str, scope: Scope) -> Report:
    """One of the papers about pupils: they have a writer in common."""
    return Report(key, title, about, scope, (".pdf",), "reports.students:write_papers")


REPORTS: Final = (
    Report(
        key="report-cards",
        title=N_("Report cards"),
        about=N_("A term’s results of each pupil, one page a pupil, in one file or one file each."),
        scope=Scope.PUPIL,
        endings=(".pdf",),
        writer="reports.report_card:write_cards",
    ),
    _paper("transcript", N_("Transcript"), N_("The results of all years."), Scope.PUPIL),
    _paper("testimonial", N_("Testimonial"), N_("What the school says of a pupil."), Scope.PUPIL),
    _paper("certificate", N_("Leaving certificate"), N_("How a pupil’s time here ended."), Scope.PUPIL),
    _paper("held", N_("All that is held"), N_("Every record about one pupil."), Scope.PUPIL),
    _paper("class-list", N_("Class list"), N_("The pupils of a class on one page."), Scope.CLASS),
    _paper("register", N_("Blank register"), N_("A month of a class, to mark by hand."), Scope.CLASS),
    _paper("id-cards", N_("ID cards"), N_("Cards with photo and code, ten on a sheet."), Scope.CLASS),
    _paper("emergency", N_("Emergency roll"), N_("Counts, whom to call, medical alerts."), Scope.SCHOOL),
)


def report(key: str) -> Report:
    """The report called ``key``; raises ``KeyError`` when there is none."""
    for entry in REPORTS:
        if entry.key == key:
            return entry
    raise KeyError(key)
