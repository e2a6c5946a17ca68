"""What the demonstration's teachers write, in English, French and Spanish: invented, and true of nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import resources
from emis_desktop.profiles import Texts
from emis_desktop.profiles.document import read_layer
from emis_desktop.profiles.entry import Entry, Reading
from resources.words import N_

SAMPLES: Final = Path(resources.__file__).parent / "samples"
BANDS: Final = (85, 70, 55, 40, 0)
"""Lower bounds, in per cent, of the five groups of lines, best first."""


@dataclass(frozen=True, slots=True)
class DemoWords:
    """Lines to choose from: five groups each, by :data:`BANDS`; for some subjects a good and a weak line.

    ``class_names`` tell the classes of a grade apart. Remarks may have the field {name}.
    """

    class_names: tuple[str, ...]
    comments: tuple[tuple[Texts, ...], ...]
    subject_comments: Mapping[str, tuple[Texts, Texts]]
    teacher_remarks: tuple[tuple[Texts, ...], ...]
    principal_remarks: tuple[tuple[Texts, ...], ...]


@cache
def demo_words() -> DemoWords:
    """The shipped lines. Raises :class:`emis_desktop.errors.BadFile` for a mistake in the file."""
    layer = read_layer(SAMPLES / "demo_words.json", "samples/demo_words.json")
    root = Entry(Reading((layer,)), (), layer.content).group(
        "format", "class_names", "comments", "subject_comments", "teacher_remarks", "principal_remarks"
    )
    return DemoWords(
        class_names=tuple(row.text() for row in root["class_names"].rows()),
        comments=_groups(root["comments"]),
        subject_comments=MappingProxyType(
            {
                row.word("code"): (row.texts_of("good"), row.texts_of("weak"))
                for row in root["subject_comments"].rows()
            }
        ),
        teacher_remarks=_groups(root["teacher_remarks"]),
        principal_remarks=_groups(root["principal_remarks"]),
    )


def band_of(percent: float) -> int:
    """Which of the five groups fits a result: 0 for the best."""
    return next((place for place, lower in enumerate(BANDS) if percent >= lower), len(BANDS) - 1)


def _groups(entry: Entry) -> tuple[tuple[Texts, ...], ...]:
    groups = entry.rows()
    if len(groups) != len(BANDS):
        raise entry.refuse(N_("{file}, {place}: write {count} groups of lines."), count=len(BANDS))
    return tuple(tuple(row.texts() for row in group.rows()) for group in groups)
