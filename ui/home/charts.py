"""The data of Home's charts as the charts take it."""

from __future__ import annotations

from decimal import Decimal

from emis_desktop.queries.home import Completion, Home
from emis_desktop.rules.numbers import round_ratio
from resources.words import Words
from ui.charts.heatmap import HeatData
from ui.charts.pyramid import PyramidRow

WHOLE = Decimal(100)


def pyramid_rows(home: Home) -> tuple[PyramidRow, ...]:
    """Grades with anybody in them, from the highest down."""
    return tuple(
        PyramidRow(row.grade, row.boys, row.girls)
        for row in home.pyramid
        if row.boys or row.girls or row.unstated
    )


def completion_data(completion: Completion, words: Words) -> HeatData:
    """Per cent of the marks entered, classes down, subjects across; a blank where a subject is not taught."""
    cells = {(cell.class_id, cell.subject_id): cell for cell in completion.cells}
    values = tuple(
        tuple(
            _percent(cells[class_id, subject_id].entered, cells[class_id, subject_id].expected)
            if (class_id, subject_id) in cells
            else None
            for subject_id, _ in completion.subjects
        )
        for class_id, _ in completion.classes
    )
    subjects = tuple(name for _, name in completion.subjects)
    return HeatData(
        rows=tuple(name for _, name in completion.classes),
        columns=subjects,
        shown=tuple(short(name) for name in subjects),
        values=values,
        notes={},
        low=Decimal(0),
        high=WHOLE,
        unit="%",
        caption=words.tr("Per cent of marks entered"),
    )


def short(subject: str) -> str:
    """A subject over a narrow column: its first four letters, or the first letters of its words."""
    parts = [part for part in subject.replace("-", " ").split() if len(part) > 2]
    if len(parts) > 1:
        return "".join(part[0].upper() for part in parts)
    return subject[:4]


def _percent(entered: int, expected: int) -> Decimal | None:
    return round_ratio(entered * 100, expected, 0) if expected else None
