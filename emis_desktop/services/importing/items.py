"""Tests as a file names them: found among those that are there, or made, and what that does to the others.

Weights are shares, so one more test changes what each of the others counts. A file therefore adds a test
beside others only with a weight of its own, and not where those that were there before make up 100.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.models import AssessmentItem, EducationGrade, Subject, Term
from emis_desktop.profiles import CountryProfile
from emis_desktop.profiles.assessment import ItemTemplate
from emis_desktop.rules.names import fold
from emis_desktop.rules.numbers import half_up, parse_number, plain
from emis_desktop.rules.scheme import ItemSpec
from emis_desktop.services.importing.made import COURSEWORK, EXAM, EXAM_WORDS, PART_OF, MadeItem, Weighed
from emis_desktop.services.importing.outcome import in_column
from emis_desktop.services.items import ItemPlace, NewItem, add_items

T = TypeVar("T", AssessmentItem, ItemTemplate)
ONE = Decimal(1)
FULL = Decimal(100)
LONGEST = 60


@dataclass(slots=True)
class _At:
    """What is at a place: all tests, and those from before the file. ``given``: name and weight of those that
    the file makes with a weight, in whichever row. ``usual``: one was made with the country's weight. Beside
    either, a test without a weight would count next to nothing.
    """

    rows: list[AssessmentItem]
    before: tuple[AssessmentItem, ...]
    given: dict[str, tuple[str, Decimal]] = field(default_factory=dict)
    usual: bool = False

    @property
    def weighed(self) -> bool:
        """Whether tests made here have weights that mean something."""
        return self.usual or bool(self.given)


class ItemNames:
    """The tests of the places that a file names, read once for each place."""

    def __init__(self, session: Session, profile: CountryProfile | None) -> None:
        """``profile`` says which tests a grade usually has, and how much they weigh."""
        self._session = session
        self._profile = profile
        self._at: dict[ItemPlace, _At] = {}
        self._templates: dict[UUID, tuple[ItemTemplate, ...]] = {}
        self._named: dict[tuple[UUID, str], ItemTemplate | None] = {}

    def plan(self, record: Record, place: ItemPlace) -> None:
        """Note the weight of a test that a sound row is to make, before any is made: so the order of the rows
        does not change what they do.
        """
        if self._found(record, place) is None:
            given = _name(record), number(record, "weight", ONE)
            self._there(place).given.setdefault(self._key(record, place), given)

    def check(self, record: Record, place: ItemPlace, *, may_make: Callable[[], bool]) -> None:
        """Refuse a row whose test is not there and cannot be made, or is another than the row thinks."""
        found = self._found(record, place)
        if found is not None:
            with in_column("maximum"):
                _refuse_other_maximum(record, found)
            return
        if not record.get("item") or not record.get("maximum") or not may_make():
            raise self._none(record, place)
        if len(_name(record)) > LONGEST:
            raise Refused("An item has a name of 1 to 60 characters. Type one.", field="item")
        maximum, weight = number(record, "maximum", ONE), number(record, "weight", ONE)
        ItemSpec(UUID(int=0), "", _name(record), part(record), maximum, weight)
        there = self._there(place)
        usual = self._template(place, fold(record.get("item"))) is not None
        if there.before or (there.weighed and not usual):
            self._refuse_beside(record, there, weighed=self._key(record, place) in there.given)

    def item(self, record: Record, place: ItemPlace) -> UUID:
        """The test that a row means, made when it is not there; the row has passed :meth:`check`."""
        found = self._found(record, place)
        return found.id if found is not None else self._make(record, place)

    def made(self) -> tuple[MadeItem, ...]:
        """The tests that were made, and what they do to those that were there."""
        return tuple(each for place, at in self._at.items() for each in self._made_at(place, at))

    def _there(self, place: ItemPlace) -> _At:
        if place not in self._at:
            rows = self._session.scalars(
                select(AssessmentItem)
                .where(
                    AssessmentItem.institution_id == place.institution_id,
                    AssessmentItem.grade_id == place.grade_id,
                    AssessmentItem.subject_id == place.subject_id,
                    AssessmentItem.term_id == place.term_id,
                    AssessmentItem.deleted_at.is_(None),
                )
                .order_by(AssessmentItem.position)
            ).all()
            self._at[place] = _At(list(rows), tuple(rows))
        return self._at[place]

    def _found(self, record: Record, place: ItemPlace) -> AssessmentItem | None:
        """By name, by code, by the country's names of the same code, else as the only one of a part."""
        rows, wanted = self._there(place).rows, fold(record.get("item"))
        template = self._template(place, wanted)
        words = {wanted, fold(template.code)} if template is not None else {wanted}
        for row in rows:
            if wanted and (fold(row.name) == wanted or fold(row.code) in words):
                return row
        return _only_of_part(rows, wanted)

    def _template(self, place: ItemPlace, wanted: str) -> ItemTemplate | None:
        """The country's test of the grade with that name in any language."""
        key = (place.grade_id, wanted)
        if key not in self._named:
            self._named[key] = self._look_up(place, wanted)
        return self._named[key]

    def _look_up(self, place: ItemPlace, wanted: str) -> ItemTemplate | None:
        if self._profile is None:
            return None
        if place.grade_id not in self._templates:
            code = self._session.get_one(EducationGrade, place.grade_id).code
            known = code in {grade.code for grade in self._profile.grades}
            self._templates[place.grade_id] = self._profile.scheme_of(code).items if known else ()
        templates = self._templates[place.grade_id]
        for one in templates:
            if wanted in {fold(one.code), *(fold(one.name.text(each)) for each in ("en", "fr", "es"))}:
                return one
        return _only_of_part(templates, wanted)

    def _key(self, record: Record, place: ItemPlace) -> str:
        """What all names of a test have in common."""
        template = self._template(place, fold(record.get("item")))
        return fold(record.get("item") if template is None else template.code)

    def _none(self, record: Record, place: ItemPlace) -> Refused:
        name, names = record.get("item") or "–", _names(self._there(place).rows)
        if not names:
            return Refused(
                "There is no test called {name} in this subject and term. Add it first, or give its maximum.",
                field="item",
                name=name,
            )
        return Refused(
            "There is no test called {name} in this subject and term, but there are: {names}. "
            "Use one of these names, or give its maximum.",
            field="item",
            name=name,
            names=names,
        )

    def _make(self, record: Record, place: ItemPlace) -> UUID:
        there = self._there(place)
        template = self._template(place, fold(record.get("item")))
        usual = template if there.weighed or not there.rows else None
        _, default = there.given.get(self._key(record, place), ("", ONE if usual is None else usual.weight))
        item = NewItem(
            name=_name(record),
            maximum=number(record, "maximum", ONE),
            weight=number(record, "weight", default),
            part=part(record, template),
            code="" if template is None else template.code,
        )
        (item_id,) = self._add(place, item)
        there.usual |= usual is not None
        there.rows.append(self._session.get_one(AssessmentItem, item_id))
        return item_id

    def _add(self, place: ItemPlace, item: NewItem) -> tuple[UUID, ...]:
        try:
            return add_items(self._session, place, [item])
        except Refused as refused:
            refused.field = "item" if refused.field == "name" else refused.field
            raise

    def _refuse_beside(self, record: Record, there: _At, *, weighed: bool) -> None:
        """Refuse a test that would change, unasked, how the marks of others count."""
        names = _names(there.before or there.rows) or ", ".join(name for name, _ in there.given.values())
        if sum(row.weight for row in there.before) >= FULL:
            raise Refused(
                "The weights of this subject and term are given out already: {names}. "
                "Use one of these names, or make room on the mark sheet first.",
                field="item",
                names=names,
            )
        if not weighed and not record.get("weight"):
            raise Refused(
                "{name} would change how these count: {names}. "
                "Use one of these names, or give {name} a weight.",
                field="weight",
                name=record.get("item"),
                names=names,
            )

    def _made_at(self, place: ItemPlace, at: _At) -> Iterable[MadeItem]:
        made = [row for row in at.rows if row not in at.before]
        if not made:
            return
        subject = self._session.get_one(Subject, place.subject_id)
        grade = self._session.get_one(EducationGrade, place.grade_id)
        term = self._session.get_one(Term, place.term_id)
        others = tuple(Weighed(row.name, _share(row, at.before), _share(row, at.rows)) for row in at.before)
        for row in made:
            yield MadeItem(
                subject=(subject.name, subject.name_fr, subject.name_es),
                grade=grade.name,
                term=term.number,
                name=row.name,
                part=row.part,
                maximum=plain(row.maximum),
                weight=plain(row.weight),
                share=_share(row, at.rows),
                others=others,
            )


def _name(record: Record) -> str:
    """The name of a test as it is kept."""
    return " ".join(record.get("item").split())


def _only_of_part(rows: Iterable[T], wanted: str) -> T | None:
    """The only one of the part that a test is called by, such as "Exam"."""
    found = [row for row in rows if row.part == PART_OF.get(wanted)]
    return found[0] if len(found) == 1 else None


def _share(row: AssessmentItem, rows: Iterable[AssessmentItem]) -> Decimal:
    """Per cent of the term mark, to one place."""
    return plain(half_up(FULL * row.weight / sum((one.weight for one in rows), Decimal(0)), 1))


def _names(rows: Iterable[AssessmentItem]) -> str:
    return ", ".join(row.name for row in rows)


def _refuse_other_maximum(record: Record, found: AssessmentItem) -> None:
    """A mark out of 100 is no mark out of 50."""
    typed = number(record, "maximum", found.maximum)
    if typed != found.maximum:
        raise Refused(
            "{name} is out of {there} here, and out of {typed} in the file. Correct one of them.",
            name=found.name,
            there=plain(found.maximum),
            typed=plain(typed),
        )


def number(record: Record, column: str, default: Decimal) -> Decimal:
    """The number in a column, ``default`` where it is empty."""
    text = record.get(column)
    if not text:
        return default
    with in_column(column):
        return parse_number(text)


def part(record: Record, template: ItemTemplate | None = None) -> str:
    """The part that the row says, else the country's for that test, else what the name of the test says."""
    if record.get("part"):
        said = PART_OF.get(fold(record.get("part")))
        if said is None:
            raise Refused("Type coursework or exam.", field="part")
        return said
    if template is not None:
        return template.part
    return COURSEWORK if EXAM_WORDS.isdisjoint(fold(record.get("item")).split()) else EXAM
