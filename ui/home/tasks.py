"""How a task of the records looks and where its verb leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from emis_desktop.queries.home import Task, TaskKind
from resources.words import N_, Words
from ui.widgets.tasks import Task as Line


@dataclass(frozen=True, slots=True)
class Look:
    """Icon, tone and verb of a kind of task, and the screen it leads to."""

    icon: str
    tone: str
    verb: str
    screen: str


LOOKS: Mapping[TaskKind, Look] = MappingProxyType(
    {
        TaskKind.REGISTERS_UNMARKED: Look("calendar-check", "warn", N_("Mark"), "attendance"),
        TaskKind.MARKS_MISSING: Look("table", "warn", N_("Continue"), "marks"),
        TaskKind.TESTS_MISSING: Look("table", "warn", N_("Show"), "marks"),
        TaskKind.CARDS_READY: Look("file-text", "accent", N_("Review"), "report_cards"),
        TaskKind.CARDS_INCOMPLETE: Look("file-text", "warn", N_("Show"), "report_cards"),
        TaskKind.CARDS_CHANGED: Look("file-text", "warn", N_("Review"), "report_cards"),
        TaskKind.BACKUP_OLD: Look("hard-drive-download", "warn", N_("Save a copy"), "backup"),
        TaskKind.PUPILS_WITHOUT_CLASS: Look("users", "warn", N_("Show"), "students"),
        TaskKind.PUPILS_SENT: Look("user-plus", "accent", N_("Enrol…"), "students"),
        TaskKind.NO_PUPILS: Look("users", "accent", N_("Begin"), "students"),
        TaskKind.NO_CLASSES: Look("school", "accent", N_("Begin"), "settings"),
    }
)


def lines_of(tasks: Sequence[Task], words: Words) -> list[Line]:
    """The tasks as rows; the key of a row is the task's place in ``tasks``."""
    return [_line(place, task, words) for place, task in enumerate(tasks)]


def _line(place: int, task: Task, words: Words) -> Line:
    look = LOOKS[task.kind]
    return Line(
        key=str(place),
        icon=look.icon,
        tone="bad" if task.overdue else look.tone,
        thing=task.title.text(words),
        where=task.detail.text(words),
        verb=words.tr(look.verb),
    )


def arguments_of(task: Task) -> dict[str, object]:
    """What the screen is opened with."""
    found: dict[str, object] = {}
    if task.class_id is not None:
        found["class_id"] = task.class_id
    if task.subject_id is not None:
        found["subject_id"] = task.subject_id
    if task.kind is TaskKind.PUPILS_WITHOUT_CLASS:
        found["without_class"] = True
    if task.kind is TaskKind.REGISTERS_UNMARKED:
        found["part"] = "overview" if task.class_id is None else "day"
    if task.kind is TaskKind.PUPILS_SENT:
        found["transfers"] = True
    return found
