"""Whether one author may write the rows of one batch: what needs the database, asked in a few questions.

The policy is in :mod:`sync.server.access`; here it is applied to rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from emis_desktop.rules.clock import SERVER
from emis_desktop.scopes import Kind, Ownership
from emis_desktop.state_hash import Stored
from sync.operations import Act, Op
from sync.server.access import (
    BEGINS_WITH,
    EVERYBODY,
    GUESSED,
    NATION,
    OF_A_TERM,
    Reach,
    classes_read,
    may_receive,
    shows,
)
from sync.server.acting import Acting
from sync.server.answers import TAKEN_BACK, are_asked_about, is_answer
from sync.server.departed import Departed
from sync.server.lost_rows import TESTS, LostRows
from sync.server.named_rows import MOVED, ministry_keeps
from sync.server.raw import Raw
from sync.server.seen import Seen
from sync.server.states import Key, RowState, States
from sync.server.verdicts import MINISTRYS, NO, PROPOSES, SERVERS, UNSEEN_ROW, YES, Author, Verdict

_NATION: Final = NATION.bytes


class Authority:
    """What one author may, as far as the rows of given operations go."""

    def __init__(
        self,
        raw: Raw,
        states: States,
        author: Author,
        acts: Sequence[Act],
        *,
        foreign: bool = False,
        returning: bool = False,
    ) -> None:
        """``foreign``: what this transaction has made so far comes from elsewhere than the author's place;
        ``returning``: rows are brought back that the server may have lost.
        """
        self._foreign = foreign
        self._coming_here: frozenset[Stored] | None = None
        self._raw = raw
        self._states = states
        self._author = author
        self._site = author.site
        self._everything = author.site.whole_country
        self._seen = Seen(raw, states, author.site)
        self._lost = LostRows(raw, states.model, returning=returning)
        self.departed = Departed(raw, states, self._seen, self._lost)
        self._coming: dict[Key, Mapping[str, Stored]] = {}
        self._acting = Acting(raw, states, author.site, self._seen, acts)
        self._ministry: bool | None = None

    def prepare(self, ops: Sequence[Op]) -> None:
        """Read what the site sees of the rows that the operations touch or hang on."""
        if not self._everything:
            self._seen.prepare(ops)

    def of_act(self, act: Act, ops: Mapping[int, Op]) -> dict[int, Verdict]:
        """A verdict for each operation of an act; rows that the act itself makes count as its own."""
        catalogue = self._states.model.catalogue
        tables = {index: catalogue.facet(op.facet) for index, op in ops.items()}
        if not self._everything:
            for index, op in ops.items():
                if op.insert and tables[index].main:
                    self._coming.setdefault((tables[index].table.name, op.row.bytes), op.values)
        return {index: self._of(act, op, tables[index].table.name) for index, op in ops.items()}

    def _of(self, act: Act, op: Op, table: str) -> Verdict:
        against = self._acting.against(act, op, table)
        if against is None and table == "conflict" and self._takes_back_words(op):
            against = SERVERS
        if self._everything or (against is not None and against.reason):
            return against or YES
        if self._names_hidden(op, table) or not self._may_merge(op, table):
            return NO
        return against or self._of_row(op, table)

    def _takes_back_words(self, op: Op) -> bool:
        """Whether it would remove what the server itself has asked; an answer of a laptop may go again."""
        main = self._states.main("conflict", op.row.bytes)
        if main is None or main.base.tick.clock.actor != SERVER:
            return False
        return TAKEN_BACK in op.values and op.values[TAKEN_BACK] != main.values.get(TAKEN_BACK)

    def _may_merge(self, op: Op, table: str) -> bool:
        """Whether it may say that a pupil is another one: that opens the records of both to the schools of
        both. So of one who is elsewhere only where both schools are asked; of an answer both must be held.
        """
        if table == "conflict" and op.insert and is_answer(op):
            return all(self._holds(op.values.get(name)) for name in ("row_id", "other"))
        kept = op.values.get("alias_of_id") if table == "person" else None
        if not isinstance(kept, bytes) or self._holds(kept) or ("person", kept) in self._coming:
            return True
        return are_asked_about(self._raw, self._states.model, op.row.bytes, kept)

    def _names_hidden(self, op: Op, table: str) -> bool:
        """Whether it names a row that the site does not see: what names somebody gives the basic fields.

        Somebody whom this transaction has made elsewhere is seen only by coming here as well.
        """
        hidden = {target for target, _ in self._seen.named.hidden(op)}
        if hidden and not (hidden <= TESTS and self._is_lost(op.row.bytes, table)):
            return True
        return self._foreign and any(
            self._states.is_new_row(target, row) and not self._is_new_here(row)
            for target, row in self._seen.named.by(op)
            if target == "person"
        )

    def _of_row(self, op: Op, table: str) -> Verdict:
        main = self._states.main(table, op.row.bytes)
        if main is None:
            made = self._coming.get((table, op.row.bytes))
            if made is None:
                return YES  # nobody knows yet whose row that is: it is waited for, and this asked again
            return self._new_row(made, op.row.bytes, table)
        if not main.is_new:
            return self._of_existing(op, table, main)
        if self._foreign and table == "person":
            return YES if self._is_new_here(op.row.bytes) else NO
        return self._new_row(main.values, op.row.bytes, table) if self._foreign else YES

    def _of_existing(self, op: Op, table: str, main: RowState) -> Verdict:
        verdict = self._existing(op.row.bytes, table)
        if verdict is YES:
            return verdict
        person = self.departed.person_of((table, op.row.bytes))
        if (op.facet, op.row.bytes) not in self._states.by_facet and self.departed.held(person):
            return YES
        if verdict is NO and self.departed.knew(person):
            return PROPOSES
        guessed = verdict is NO and table in GUESSED and not op.insert
        return UNSEEN_ROW if guessed and not self._seen.was_told(main) else verdict

    def sees(self, state: RowState) -> bool:
        """Whether the site holds that facet of a row."""
        table = state.facet.table.name
        if state.facet.sensitivity not in classes_read(self._site) or not may_receive(self._site, table):
            return False
        if self._everything or self._states.is_new_row(table, state.row):
            return True
        reach = self._seen.reach.get((table, state.row), 0)
        return bool(reach) and shows(reach, state.facet.sensitivity)

    def may_ask_about(self, state: RowState) -> bool:
        """Whether what the site tells of a row that is there is put before whoever decides: where it decides
        or proposes itself; after the server lost history, wherever it sees the row.
        """
        if not self.sees(state) or self._everything or self._lost.may_be:
            return self.sees(state)
        return not self._existing(state.row, state.facet.table.name).reason

    def _existing(self, row: bytes, table: str) -> Verdict:
        if table == "institution" and row in self._seen.schools:
            return YES
        reach = self._seen.reach.get((table, row), 0)
        if reach == Reach.FULL or (table == "conflict" and reach):
            return YES
        if (
            reach == Reach.KEPT
            or table in EVERYBODY
            or _is_nations(self._states.model.tables[table].owner, self._states.rows[table, row])
        ):
            return PROPOSES
        return NO

    def _is_new_here(self, person: bytes) -> bool:
        """Whether this transaction made a person who is the author's, too: by making it, or by being enrolled
        or given a post there.
        """
        if not self._foreign or not self._states.is_new_row("person", person):
            return self._states.is_new_row("person", person)
        if self._coming_here is None:
            self._coming_here = frozenset(
                state.values.get("person_id")
                for state in self._states.by_facet.values()
                if state.facet.table.name in {"enrolment", "staff_position"}
                and state.values.get("institution_id") in self._seen.schools
            )
        return person in self._coming_here

    def _new_row(self, values: Mapping[str, Stored], row: bytes, table: str) -> Verdict:
        if _is_nations(self._states.model.tables[table].owner, values):
            return self._of_nation(table)
        if table == "institution":
            return YES if row in self._seen.schools or row == self._site.node.bytes else NO
        ours = table in {"person", "conflict"} or self._may_add(values, table)
        return YES if ours or self._is_lost(row, table) else self._of_departed(values, table)

    def _of_departed(self, values: Mapping[str, Stored], table: str) -> Verdict:
        """What a school brings back of somebody who has left it: its own part, and what is the person's."""
        owner = self._states.model.tables[table].owner
        of_person = owner.kind is Kind.PERSON
        person, *others = (values.get(column) for column in MOVED.get(table, (owner.column,)))
        if not (of_person or values.get(owner.column) in self._seen.schools):
            return NO
        if not any(map(self.departed.knew, (person, *others))):
            return NO
        if not all(self._may_move(one) or self.departed.may_name(one, person) for one in others):
            known = self._holds(person) and all(map(self.departed.knew, others))
            return PROPOSES if known else NO
        if self.departed.held(person) or (of_person and self._holds(person)):
            return YES
        return PROPOSES if self.departed.knew(person) else NO

    def _is_lost(self, row: bytes, table: str) -> bool:
        """Whether it is of another school, and brought back to a server that may have lost it."""
        there = self._states.main(table, row) is not None
        return not there and self._lost.of_history((table, row), self._coming, self._holds)

    def _may_add(self, values: Mapping[str, Stored], table: str) -> bool:
        owner = self._states.model.tables[table].owner
        if not all(self._may_move(values.get(column)) for column in MOVED.get(table, ())):
            return False
        named = values.get(owner.column)
        if owner.kind is Kind.SCHOOL:
            school = self._seen.school_of(owner.parent, named, self._coming) if owner.parent else named
            return school is None or school in self._seen.schools
        return self._holds(named, Reach.KEPT if table in OF_A_TERM else Reach.FULL)

    def _holds(self, person: Stored, needed: Reach = Reach.FULL) -> bool:
        """Whether somebody is seen as far as that, made or brought by the author, or not there yet."""
        if not isinstance(person, bytes):
            return False
        comes = ("person", person) in self._coming and self._states.main("person", person) is None
        if self._is_new_here(person) or comes or person in self._seen.unknown:
            return True
        return self._seen.reach.get(("person", person), 0) >= needed

    def _of_nation(self, table: str) -> Verdict:
        """Whether a school may add a row for the whole country: what a country begins with, as long as no
        ministry has begun to keep it; and bring back what a server lost that went back in time.
        """
        if table not in BEGINS_WITH:
            return NO
        if self._ministry is None:
            self._ministry = not self._lost.may_be and ministry_keeps(self._raw)
        return MINISTRYS if self._ministry else YES

    def _may_move(self, person: Stored) -> bool:
        """Whether the site may say where somebody is: one it makes or holds in full, or one who has left it
        and is nowhere else. One who is not there yet is waited for.

        Else an enrolment that names somebody's id would open that record to whoever wrote it.
        """
        if not isinstance(person, bytes) or self._states.main("person", person) is None:
            return True
        reach = self._seen.reach.get(("person", person), 0)
        if reach == Reach.KEPT:
            return person not in self._seen.elsewhere
        return reach == Reach.FULL or self._states.is_new_row("person", person)


def _is_nations(owner: Ownership, values: Mapping[str, Stored]) -> bool:
    """Whether a row is for the whole country."""
    if owner.kind is Kind.NATION:
        return True
    return owner.kind is Kind.SCHOOL and not owner.parent and values.get(owner.column, b"") is None
