"""Every verb that the program writes into the journal has a sentence here."""

import re
from pathlib import Path
from string import Formatter

import pytest

from emis_desktop.models import Base
from emis_desktop.queries.verb import Verb
from emis_desktop.queries.verbs import OTHER, REDO, UNDO, VERBS, verb_of

SOURCES = Path(__file__).parents[3]
WRITES = re.compile(
    r"(?:\.write|_enter|_subject|_term|_open)\(\s*(?:self\._actor|actor|author)?,?\s*\"([a-z_]+)\""
)
FIELDS = {"pupil", "subject", "item", "mark", "name", "class_name", "n", "school", "destination", "what"}


def test_every_verb_written_has_a_sentence() -> None:
    written = {
        verb
        for package in ("emis_desktop", "sync")
        for path in (SOURCES / package).rglob("*.py")
        for verb in WRITES.findall(path.read_text(encoding="utf-8"))
    }
    assert {"record_mark", "record_marks", "set_remark", "issue_cards", "admit_student"} <= written
    assert written - set(VERBS) == set()


def test_what_files_bring_in_has_a_sentence_too() -> None:
    assert {"import_students", "import_marks", "import_attendance", "set_comment", "set_effort"} <= set(VERBS)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_verb_names_a_table_and_known_fields(name: str) -> None:
    verb = VERBS[name]
    assert verb.table in Base.metadata.tables
    for text in (verb.one, *(verb.many or ())):
        assert {field for _, field, _, _ in Formatter().parse(text) if field} <= FIELDS
    assert verb.undoable is (verb.right is not None)


def test_an_unknown_verb_is_told_plainly() -> None:
    assert verb_of("from_the_future") is OTHER
    assert not OTHER.undoable
    assert UNDO not in VERBS
    assert REDO not in VERBS
    assert Verb("mark", "x").many is None
