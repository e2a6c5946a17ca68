"""The rows of the lists of a school's attendance."""

from collections.abc import Sequence

from emis_desktop.queries.guardian_phones import GuardianPhone
from emis_desktop.queries.register_school import Absentee, AbsentRun, ClassRate, UnmarkedRegister
from resources.words import Words
from ui.attendance.day_paint import LOW, rate_text
from ui.attendance.saying import TONES, RegisterSaying
from ui.students.saying import Sayer
from ui.theme.fonts import MEDIUM, SEMIBOLD
from ui.widgets.table.cells import MISSING, Cell, Column


def unmarked_columns(words: Words) -> tuple[Column, ...]:
    """Day, session, class, teacher, how many are marked."""
    tr = words.tr
    return (
        Column("day", tr("Day"), 120),
        Column("session", tr("Session"), 90),
        Column("class", tr("Class"), 140, stretch=2),
        Column("teacher", tr("Teacher"), 140, stretch=2),
        Column("marked", tr("Marked"), 170),
        Column("verb", "", 92),
    )


def unmarked_cells(say: RegisterSaying, line: UnmarkedRegister) -> tuple[Cell, ...]:
    """A register that is not marked, or not for all."""
    words, tr = say.words, say.words.tr
    marked = tr("{entered} of {expected}", entered=line.marked, expected=line.expected)
    return (
        Cell(say.day(line.on), weight=MEDIUM),
        Cell(line.session_name),
        Cell(line.class_name),
        Cell(line.teacher or tr("no class teacher"), tone="text" if line.teacher else "text3"),
        Cell(marked, meter=line.marked / line.expected, tone="warn" if not line.marked else "text"),
        Cell(words.tr("Mark"), tone="accent", weight=MEDIUM),
    )


def absent_columns(words: Words) -> tuple[Column, ...]:
    """Pupil, class, what stands there, days in a row, whom to call."""
    tr = words.tr
    return (
        Column("name", tr("Pupil"), 150, stretch=2),
        Column("class", tr("Class"), 110, stretch=1),
        Column("marks", tr("Marked as"), 150, stretch=2),
        Column("run", tr("Days in a row"), 100, align="end"),
        Column("call", tr("Whom to call"), 240, stretch=4),
        Column("verb", "", 78),
    )


def absent_cells(say: RegisterSaying, codes: Sayer, line: Absentee) -> tuple[Cell, ...]:
    """A pupil who missed a session, with the phones of the guardians."""
    missed = [entry for entry in line.entries if entry is not None and not entry.presence.attended]
    entry = missed[0]
    return (
        Cell(line.name, weight=MEDIUM),
        Cell(line.class_name, tone="text2"),
        Cell(say.entry(entry), tone=TONES[entry.presence]),
        Cell(say.words.number(line.run) if line.run else MISSING),
        Cell(_call(say, codes, line.guardians)),
        Cell(say.words.tr("Open"), tone="accent", weight=MEDIUM),
    )


def run_columns(words: Words) -> tuple[Column, ...]:
    """Pupil, class, from when, days, whom to call."""
    tr = words.tr
    return (
        Column("name", tr("Pupil"), 150, stretch=2),
        Column("class", tr("Class"), 110, stretch=1),
        Column("days", tr("School days"), 90, align="end"),
        Column("since", tr("Absent since"), 120),
        Column("call", tr("Whom to call"), 240, stretch=4),
        Column("verb", "", 78),
    )


def run_cells(say: RegisterSaying, codes: Sayer, line: AbsentRun) -> tuple[Cell, ...]:
    """A pupil who has been away for days and is not back."""
    return (
        Cell(line.name, weight=MEDIUM),
        Cell(line.class_name, tone="text2"),
        Cell(say.words.number(line.run.days), weight=SEMIBOLD, tone="bad"),
        Cell(say.day(line.run.first)),
        Cell(_call(say, codes, line.guardians)),
        Cell(say.words.tr("Open"), tone="accent", weight=MEDIUM),
    )


def rate_columns(words: Words) -> tuple[Column, ...]:
    """Class, teacher, pupils, sessions by kind, the rate."""
    tr = words.tr
    return (
        Column("class", tr("Class"), 140, stretch=2),
        Column("teacher", tr("Teacher"), 140, stretch=2),
        Column("pupils", tr("Pupils"), 70, align="end"),
        Column("late", tr("Late"), 70, align="end"),
        Column("excused", tr("Excused"), 80, align="end"),
        Column("unexcused", tr("No excuse"), 90, align="end"),
        Column("unmarked", tr("Not marked"), 90, align="end"),
        Column("rate", tr("Rate, %"), 110, align="end"),
        Column("verb", "", 78),
    )


def rate_cells(say: RegisterSaying, line: ClassRate) -> tuple[Cell, ...]:
    """What the registers of a class come to."""
    number, sums = say.words.number, line.sessions
    low = line.rate is not None and line.rate < LOW
    return (
        Cell(line.class_name, weight=MEDIUM),
        Cell(line.teacher or MISSING, tone="text2"),
        Cell(number(line.pupils)),
        Cell(number(sums.late)),
        Cell(number(sums.excused)),
        Cell(number(sums.unexcused)),
        Cell(number(sums.unmarked), tone="warn" if sums.unmarked else "text2"),
        Cell(rate_text(say.words, line.rate), low=low, tone="bad" if low else "text", weight=SEMIBOLD),
        Cell(say.words.tr("Month"), tone="accent", weight=MEDIUM),
    )


def _call(say: RegisterSaying, codes: Sayer, guardians: Sequence[GuardianPhone]) -> str:
    """The guardians who have a phone, in the order to call them."""
    tr = say.words.tr
    parts = []
    for one in guardians:
        relation = codes.code("guardian_relation", one.relation)
        told = f"{one.name} ({relation}) {one.phone or tr('no phone')}"
        parts.append(f"{told}, {tr('court order')}" if one.court_order else told)
    return "; ".join(parts) or MISSING
