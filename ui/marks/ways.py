"""From sheet to sheet: which subjects and classes there are to choose, and which comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from emis_desktop.queries.sheet_list import SheetLine
from ui.marks.draft import SheetKey

Choice = tuple[str, str]
"""A key and its words."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where one may go from a sheet. ``by_class``: to other classes, else to other subjects of the class."""

    subjects: tuple[Choice, ...]
    classes: tuple[Choice, ...]
    following: SheetKey | None
    before: SheetKey | None
    by_class: bool


def ways_of(lines: Sequence[SheetLine], here: SheetKey) -> Ways:
    """The ways from ``here``: the same subject in the other classes, round and round.

    Where no other class has the subject, the other subjects of the class.
    """
    same_subject = [line for line in lines if line.subject_id == here.subject_id]
    same_class = [line for line in lines if line.class_id == here.class_id]
    by_class = len(same_subject) > 1
    row = same_subject if by_class else same_class
    return Ways(
        subjects=tuple((str(line.subject_id), line.subject_name) for line in same_class),
        classes=tuple({str(line.class_id): line.class_name for line in lines}.items()),
        following=_neighbour(row, here, 1),
        before=_neighbour(row, here, -1),
        by_class=by_class,
    )


def _neighbour(row: Sequence[SheetLine], here: SheetKey, step: int) -> SheetKey | None:
    keys = [SheetKey(line.class_id, line.subject_id, here.term_id) for line in row]
    if len(keys) < 2 or here not in keys:
        return None
    return keys[(keys.index(here) + step) % len(keys)]


def sheet_in_class(lines: Sequence[SheetLine], class_id: str, here: SheetKey) -> SheetKey | None:
    """The sheet of another class: of the same subject, else of its first one."""
    found = [line for line in lines if str(line.class_id) == class_id]
    found.sort(key=lambda line: line.subject_id != here.subject_id)
    return SheetKey(found[0].class_id, found[0].subject_id, here.term_id) if found else None
