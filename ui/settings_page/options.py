"""Options of a grade: blocks with their limits, and a grid of who takes what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt

from emis_desktop.queries.grading import SubjectLine
from emis_desktop.queries.options import BlockInfo, OptionGrid, OptionInfo, PupilOptions
from emis_desktop.queries.school import GradeInfo
from resources.words import Words
from ui.context import UiContext
from ui.program.sitting import today
from ui.settings_page.option_dialogs import AddOption, ChooseOptions, EditBlock
from ui.settings_page.section import Section
from ui.staff.lines import Line, LinesCard, Verb
from ui.widgets.base import discard, row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.fields import ChoiceField
from ui.widgets.scroll import ScrollColumn
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

ALL, TO_CHOOSE = "all", "to_choose"


@dataclass(frozen=True, slots=True)
class Found:
    """What the part shows."""

    grades: tuple[GradeInfo, ...]
    grade_id: UUID | None
    grid: OptionGrid
    subjects: tuple[SubjectLine, ...]


class OptionsSection(Section):
    """The grade is chosen at the top; the blocks at the start, the pupils at the end."""

    tables = frozenset(
        {*("option_block", "option_subject", "subject_choice", "enrolment"), "person", "class_pupil"}
    )

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "options", scrolls=False)
        tr = self.words.tr
        self._found: Found | None = None
        bar = row(None, 12)
        self.grade = ChoiceField(tr("Grade"), [], self.words, width=220, name="options.grade")
        self.grade.chosen.connect(lambda _key: self.refresh())
        self.which = ChoiceField(tr("Show"), [], self.words, width=260, name="options.which")
        self.which.chosen.connect(lambda _key: self._show_pupils())
        self.grade.setFixedWidth(220)
        self.which.setFixedWidth(280)
        bar.addWidget(self.grade)
        bar.addStretch(1)
        bar.addWidget(self.which)
        groups = Button(tr("Groups"), icon="users-round", name="options.groups")
        groups.clicked.connect(lambda: self.part_asked.emit("groups"))
        bar.addWidget(groups, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(bar)
        line = row(None, 12)
        self.blocks = LinesCard(
            tr("Blocks of options"),
            tr("No block for this grade yet. A block has subjects, and says how many of them a pupil takes."),
            "options.blocks",
        )
        self.blocks.add_verb(tr("Add a block"), "plus", lambda: self._edit_block(None))
        self.blocks.body.addStretch(1)
        scroll = ScrollColumn(0)
        scroll.body.addWidget(self.blocks)
        line.addWidget(scroll, 4)
        line.addWidget(self._pupils_card(), 6)
        self.body.addLayout(line, 1)

    def _pupils_card(self) -> Card:
        tr = self.words.tr
        card = Card(flush=True, name="options.pupils")
        self._model, self.table = self._make_table(())
        self._table_card = card
        card.body.addWidget(self.table, 1)
        foot = CardFoot()
        self._says = Text("", 12, tone="secondary", elide=True)
        self._open = Button(tr("Choose for this pupil"), name="options.choose")
        self._open.clicked.connect(self._choose_current)
        foot.line.addWidget(self._says, 1)
        foot.line.addWidget(self._open)
        self.foot = foot
        card.body.addWidget(foot)
        return card

    def _make_table(self, blocks: tuple[BlockInfo, ...]) -> tuple[RowsModel[PupilOptions], TableView]:
        """A table with a column for each block."""
        tr = self.words.tr
        columns = (
            Column("name", tr("Pupil"), 170, stretch=2),
            Column("class", tr("Class"), 110, stretch=1),
            *(Column(str(block.id), block.name, 130, stretch=2) for block in blocks),
        )
        model: RowsModel[PupilOptions] = RowsModel(columns, self._cells)
        table = TableView(model, tr("Who takes what"), name="options.table")
        table.opened.connect(lambda place: self._choose(model.row(place)))
        return model, table

    def refresh(self) -> None:
        """Read blocks and pupils of the grade."""
        place = self.context.place
        if place.institution_id is not None and place.year is not None:
            chosen = self.grade.value()
            wanted = UUID(chosen) if chosen else None
            self.ask(partial(self._read, place.institution_id, place.year.id, wanted), self._show)

    def _read(self, school: UUID, year: UUID, wanted: UUID | None) -> Found:
        queries, language = self.context.queries, self.words.language
        classes = queries.school.classes(school, year, self._day())
        taught = {grade.id for one in classes for grade in one.grades}
        grades = tuple(one for one in queries.school.grades(year) if not taught or one.id in taught)
        if wanted is None:
            blocks = queries.options.blocks(school, year, language)
            wanted = blocks[0].grade_id if blocks else (grades[-1].id if grades else None)
        grid = OptionGrid((), ())
        if wanted is not None:
            grid = queries.options.grid(school, year, wanted, self._day(), language)
        return Found(grades, wanted, grid, queries.grading.subjects(language))

    def _day(self) -> date:
        """Today, within the chosen year."""
        year = self.context.place.year
        return today() if year is None else min(max(today(), year.starts_on), year.ends_on)

    def _show(self, found: Found) -> None:
        self._found = found
        self.grade.set_choices([(str(one.id), one.name) for one in found.grades])
        self.grade.set_value(str(found.grade_id) if found.grade_id is not None else "")
        self.blocks.show_lines([line for block in found.grid.blocks for line in self._block_lines(block)])
        kept = self.which.value() or ALL
        self.which.set_choices(_choices(self.words, found.grid.blocks))
        self.which.set_value(kept)
        if not self.which.value():
            self.which.set_value(ALL)
        names = [block.name for block in found.grid.blocks]
        if [column.title for column in self._model.columns[2:]] != names:
            old = self.table
            self._model, self.table = self._make_table(found.grid.blocks)
            self._table_card.body.insertWidget(0, self.table, 1)
            discard(old)
        self._show_pupils()

    def _show_pupils(self) -> None:
        found = self._found
        if found is None:
            return
        which, grid = self.which.value(), found.grid
        pupils = grid.pupils
        if which == TO_CHOOSE:
            pupils = tuple(one for one in pupils if any(one.lacks(block) for block in grid.blocks))
        elif which not in {ALL, ""}:
            block, _, subject = which.partition(":")
            pupils = grid.takers(UUID(block), UUID(subject))
        self._model.set_rows(pupils)
        if pupils:
            self.table.pick(0)
        self._open.setEnabled(bool(pupils) and bool(grid.blocks))
        shown = self.words.ntr("{n} pupil", "{n} pupils", len(pupils))
        left = self.words.ntr("{n} still to choose", "{n} still to choose", grid.to_choose)
        self._says.setText(f"{shown}, {left}" if grid.blocks else shown)

    def _cells(self, pupil: PupilOptions) -> tuple[Cell, ...]:
        blocks = self._found.grid.blocks if self._found is not None else ()
        return (
            Cell(pupil.name),
            Cell(pupil.class_name or MISSING, "text2"),
            *(self._taken(pupil, block) for block in blocks),
        )

    def _taken(self, pupil: PupilOptions, block: BlockInfo) -> Cell:
        names = {option.subject_id: option.name for option in block.subjects}
        chosen = ", ".join(names.get(one, MISSING) for one in pupil.chosen.get(block.id, ()))
        lacks = pupil.lacks(block)
        if lacks and not chosen:
            return Cell(self.words.ntr("{n} to choose", "{n} to choose", lacks), "warn")
        note = self.words.ntr("{n} to choose", "{n} to choose", lacks) if lacks else ""
        return Cell(chosen or MISSING, note=note)

    # -- Blocks ---------------------------------------------------------------------------------------

    def _block_lines(self, block: BlockInfo) -> list[Line]:
        tr = self.words.tr
        facts = tr(
            "{least} to {most} of {n}",
            least=block.choose_min,
            most=block.choose_max,
            n=len(block.subjects),
        )
        change = Verb(
            "change", tr("Change"), tr("Change {name}", name=block.name), partial(self._edit_block, block)
        )
        add = Verb(
            "subject",
            tr("Add a subject"),
            tr("Add a subject to {name}", name=block.name),
            partial(self._add_subject, block),
        )
        away = Verb(
            "remove", tr("Remove"), tr("Take {name} away", name=block.name), partial(self._drop_block, block)
        )
        lines = [Line(block.id.hex, block.name, facts, (add, change, away))]
        for option in block.subjects:
            spoken = tr("Take {name} away", name=option.name)
            verb = Verb("drop", tr("Remove"), spoken, partial(self._drop_subject, block, option))
            key = f"{block.id.hex}.{option.code}"
            lines.append(Line(key, f"    {option.name}", f"    {self._places(option)}", (verb,)))
        return lines

    def _places(self, option: OptionInfo) -> str:
        words = self.words
        if option.places is None:
            return words.ntr("{n} pupil", "{n} pupils", option.taken)
        said = words.tr("{taken} of {places} places", taken=option.taken, places=option.places)
        return f"{said}, {words.tr('full')}" if option.full else said

    def _edit_block(self, block: BlockInfo | None) -> None:
        found = self._found
        if found is None or found.grade_id is None:
            return
        grade = next((one.name for one in found.grades if one.id == found.grade_id), "")
        dialog = EditBlock(self.context, found.grade_id, grade, block, self.window())
        dialog.done_well.connect(lambda _made: self.refresh())
        dialog.ask()

    def _add_subject(self, block: BlockInfo) -> None:
        if self._found is None:
            return
        there = {option.subject_id for option in block.subjects}
        others = tuple(one for one in self._found.subjects if one.id not in there)
        dialog = AddOption(self.context, block, others, self.window())
        dialog.done_well.connect(lambda _made: self.refresh())
        dialog.ask()

    def _drop_block(self, block: BlockInfo) -> None:
        options = self.context.services.options
        self.do(
            lambda: options.remove_block(block.id), self.words.tr("{name} is taken away", name=block.name)
        )

    def _drop_subject(self, block: BlockInfo, option: OptionInfo) -> None:
        options = self.context.services.options
        self.do(lambda: options.drop_subject(block.id, option.subject_id), _gone(self.words, option.name))

    # -- Choosing -------------------------------------------------------------------------------------

    def _choose_current(self) -> None:
        place = self.table.current_row()
        if 0 <= place < self._model.count():
            self._choose(self._model.row(place))

    def _choose(self, pupil: PupilOptions) -> None:
        if self._found is None or not self._found.grid.blocks:
            return
        dialog = ChooseOptions(self.context, self._found.grid, pupil, self.window())
        dialog.stored.connect(self.refresh)
        dialog.next_asked.connect(self._choose_next)
        dialog.ask()

    def _choose_next(self, enrolment_id: UUID) -> None:
        """The pupil after this one, read anew: places may be taken by now."""
        rows = [self._model.row(place) for place in range(self._model.count())]
        at = next((place for place, one in enumerate(rows) if one.enrolment_id == enrolment_id), -1)
        if 0 <= at < len(rows) - 1:
            following = rows[at + 1].enrolment_id
            self.ask(lambda: None, lambda _nothing: self._choose_by_id(following))

    def _choose_by_id(self, enrolment_id: UUID) -> None:
        for place in range(self._model.count()):
            if self._model.row(place).enrolment_id == enrolment_id:
                self.table.pick(place)
                self._choose(self._model.row(place))
                return


def _gone(words: Words, name: str) -> str:
    return words.tr("{name} is taken away", name=name)


def _choices(words: Words, blocks: tuple[BlockInfo, ...]) -> list[tuple[str, str]]:
    """Everybody, who is still to choose, and the class list of each option."""
    lists = [
        (f"{block.id}:{option.subject_id}", f"{block.name}: {option.name}")
        for block in blocks
        for option in block.subjects
    ]
    return [(ALL, words.tr("Everybody")), (TO_CHOOSE, words.tr("Still to choose")), *lists]
