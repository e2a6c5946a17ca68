"""The data of Home's charts as the charts take it."""

from __future__ import annotations

from decimal import Decimal

from emis_desktop.queries.home import GradeAverages, Home
from resources.words import Words
from ui.charts.heatmap import HeatData
from ui.charts.pyramid import PyramidRow

STEP = Decimal(10)
WHOLE = Decimal(100)
SHORT = 4


def pyramid_rows(home: Home) -> tuple[PyramidRow, ...]:
    """Grades with anybody in them, from the highest down."""
    return tuple(
        PyramidRow(row.code, row.boys, row.girls)
        for row in home.pyramid
        if row.boys or row.girls or row.unstated
    )


def average_data(averages: GradeAverages, words: Words) -> HeatData:
    """Average marks, grades down, subjects across; blank where nothing is final or not taught."""
    found = [value for line in averages.values for value in line if value is not None]
    subjects = tuple(name for _, name in averages.subjects)
    return HeatData(
        rows=averages.grades,
        columns=subjects,
        shown=tuple(short(name) for name in subjects),
        values=averages.values,
        notes={},
        low=min(found, default=Decimal(0)) // STEP * STEP,
        high=min(WHOLE, max(found, default=WHOLE) // STEP * STEP + STEP),
        unit="%",
        caption=words.tr("Average of final marks"),
    )


def short(subject: str) -> str:
    """A subject over a narrow column: its first four letters, or the first letters of its words."""
    bare = subject.partition("(")[0].replace("-", " ")
    parts = [part for part in bare.split() if len(part) >= SHORT or part.isupper()]
    if len(parts) > 1:
        return "".join(part[0].upper() for part in parts)
    return bare.strip()[:SHORT]
