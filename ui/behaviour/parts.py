"""The cards of an incident: people, what follows, attachments."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Signal

from emis_desktop import files
from emis_desktop.errors import Refused
from emis_desktop.queries.incidents import IncidentRecord, InvolvedLine
from emis_desktop.rules.code_words import PARTS, STEPS
from emis_desktop.services.incidents import Involved
from resources.words import N_
from ui.behaviour.files import ENDINGS, small_file
from ui.behaviour.people_field import PeopleField
from ui.behaviour.scope import IncidentScope
from ui.students.asking import AskDialog
from ui.students.record.days import day_field
from ui.widgets.entries import Entry, EntryCard
from ui.widgets.fields import ChoiceField, SegmentField
from ui.widgets.file_drop import FileDrop
from ui.widgets.long_field import LongField
from ui.widgets.system_windows import choose_file, choose_target

RECORD, CHANGE, REMOVE, DONE, NOT_DONE, SAVE = "record", "change", "remove", "done", "not_done", "save"
Verbs = tuple[tuple[str, str], ...]


class PeopleCard(EntryCard):
    """Who was part of it and what was done; ``record_asked(id)`` opens a pupil's record."""

    record_asked = Signal(object)

    def __init__(self, scope: IncidentScope) -> None:
        tr = scope.words.tr
        super().__init__(tr("People"), tr("Add a person") if scope.edits else "", "", name="behaviour.people")
        self._scope, self.words = scope, scope.words
        self._known: dict[str, InvolvedLine] = {}
        self.add_asked.connect(self._ask_add)
        self.asked.connect(self._do)

    def show_record(self, record: IncidentRecord) -> None:
        """Show them, who did it first."""
        tr = self.words.tr
        self._known = {str(one.person_id): one for one in record.line.people}
        entries = []
        for key, one in self._known.items():
            verbs: Verbs = ((RECORD, tr("Open record")),) if one.pupil else ()
            if self._scope.edits:
                verbs = (*verbs, (CHANGE, tr("Part and action")), (REMOVE, tr("Remove")))
            tone = {"did": "warn", "suffered": "accent"}.get(one.part, "neutral")
            entries.append(
                Entry(key, one.name, self._action(one), tr(PARTS.get(one.part, one.part)), tone, verbs)
            )
        self.show_entries(entries)

    def _action(self, one: InvolvedLine) -> str:
        say = self._scope.say
        if not one.action:
            return "" if one.pupil else self.words.tr("Staff")
        span = say.span(one.action_from, one.action_until)
        action = say.code("behaviour_action", one.action)
        return f"{action}, {span}" if span else action

    def _ask_add(self) -> None:
        record = self._scope.record
        if record is None:
            return
        dialog = AddPerson(self._scope, record, self)
        dialog.done_well.connect(partial(self._scope.did, self.words.tr("Person added")))
        dialog.ask()

    def _do(self, key: str, verb: str) -> None:
        one, incidents, incident_id = (
            self._known[key],
            self._scope.context.services.incidents,
            self._scope.incident_id,
        )
        if verb == RECORD:
            self.record_asked.emit(one.person_id)
        elif verb == REMOVE:
            told = self.words.tr("{name} removed", name=one.name)
            self._scope.do(partial(incidents.remove_part, incident_id, one.person_id), told)
        else:
            self._ask_part(one)

    def _ask_part(self, one: InvolvedLine) -> None:
        tr, words, say = self.words.tr, self.words, self._scope.say
        part = SegmentField(
            tr("Part in it"), [(key, tr(text)) for key, text in PARTS.items()], words, name="behaviour.part"
        )
        part.set_value(one.part)
        actions = [("", tr("None yet")), *say.listed("behaviour_action")]
        action = ChoiceField(tr("Action"), actions, words, optional=True, name="behaviour.action")
        action.set_value(one.action or "")
        first = day_field(words, tr("From"), "behaviour.action.from", one.action_from)
        last = day_field(words, tr("Until"), "behaviour.action.until", one.action_until)
        incidents, incident_id = self._scope.context.services.incidents, self._scope.incident_id

        def act() -> Callable[[], object]:
            typed = Involved(one.person_id, part.value(), action.value(), first.value(), last.value())
            return lambda: incidents.set_part(incident_id, typed)

        self._scope.ask(
            one.name,
            ((part, "part"), (action, "action"), (first, "action_from"), (last, "action_until")),
            act,
            deed=tr("Save"),
            told=tr("Saved"),
            parent=self,
        )


class AddPerson(AskDialog):
    """Finds and adds people to an incident that is there."""

    def __init__(self, scope: IncidentScope, record: IncidentRecord, parent: PeopleCard) -> None:
        tr = scope.words.tr
        super().__init__(scope.context, tr("Add a person"), name="behaviour.add", parent=parent.window())
        self.setMinimumWidth(520)
        self._id = record.line.id
        self.people = PeopleField(scope.context, record.institution_id, scope.today, "behaviour.add.people")
        self.put(self.people, "people", "part")
        self.set_deed(tr("Add"))

    def deed_of(self) -> Callable[[], object]:
        """Add each; those that are there already get the part that is chosen now."""
        chosen, incidents, incident_id = self.people.involved(), self.context.services.incidents, self._id
        if not chosen:
            raise Refused(N_("Find somebody and choose the name."), field="people")

        return lambda: incidents.set_part(incident_id, *chosen)


class StepsCard(EntryCard):
    """What is to follow, and what was done."""

    def __init__(self, scope: IncidentScope) -> None:
        tr = scope.words.tr
        super().__init__(
            tr("To follow"),
            tr("Add a step") if scope.edits else "",
            tr("Nothing is to follow."),
            name="behaviour.steps",
        )
        self._scope, self.words = scope, scope.words
        self.add_asked.connect(self._ask)
        self.asked.connect(self._do)

    def show_record(self, record: IncidentRecord) -> None:
        """Show the steps: those to do first."""
        tr, words, today, entries = self.words.tr, self.words, self._scope.today(), []
        for one in record.steps:
            facts, pill, tone = one.note or "", "", "neutral"
            verbs: Verbs = ((DONE, tr("Done")),)
            if one.done_on is not None:
                pill, tone, verbs = (
                    tr("done {day}", day=words.date(one.done_on, "day_month")),
                    "ok",
                    ((NOT_DONE, tr("Not done")),),
                )
            elif one.due_on is not None:
                pill = tr("due {day}", day=words.date(one.due_on, "day_month"))
                tone = "bad" if one.due_on < today else "neutral"
            verbs = (*verbs, (REMOVE, tr("Remove"))) if self._scope.edits else ()
            entries.append(Entry(str(one.id), tr(STEPS.get(one.kind, one.kind)), facts, pill, tone, verbs))
        self.show_entries(entries)

    def _ask(self) -> None:
        tr, words, scope = self.words.tr, self.words, self._scope
        kind = ChoiceField(
            tr("What"), [(key, tr(text)) for key, text in STEPS.items()], words, name="behaviour.step.kind"
        )
        due = day_field(words, tr("Due"), "behaviour.step.due")
        note = LongField(tr("Note"), words, lines=3, optional=True, name="behaviour.step.note")
        note.set_help(tr("Only the principal and the counsellor read the note."))
        incidents, incident_id = scope.context.services.incidents, scope.incident_id

        def act() -> Callable[[], object]:
            what, day, said = kind.value(), due.value(), note.text()
            return lambda: incidents.add_step(incident_id, what, day, said)

        fields = [(kind, "kind"), (due, "due_on"), *([(note, "note")] if scope.reads_cases else [])]
        scope.ask(tr("Add a step"), fields, act, deed=tr("Add"), told=tr("Step added"), parent=self)

    def _do(self, key: str, verb: str) -> None:
        incidents, step_id, tr = self._scope.context.services.incidents, UUID(key), self.words.tr
        today = self._scope.today()
        if verb == DONE:
            self._scope.do(lambda: incidents.set_done(step_id, today), tr("Noted as done"))
        elif verb == NOT_DONE:
            self._scope.do(lambda: incidents.set_done(step_id, None), tr("Noted as not done"))
        else:
            self._scope.do(lambda: incidents.remove_step(step_id), tr("Step removed"))


class FilesCard(EntryCard):
    """Pictures and papers, for those who read cases; takes a file that is dropped on it."""

    def __init__(self, scope: IncidentScope) -> None:
        tr = scope.words.tr
        super().__init__(
            tr("Attachments"),
            tr("Attach a file") if scope.edits else "",
            tr("No file. Pictures are made smaller; a PDF may have 300 kB."),
            name="behaviour.files",
        )
        self._scope, self.words = scope, scope.words
        self._names: dict[str, str] = {}
        self.add_asked.connect(self._choose)
        self.asked.connect(self._do)
        drop = FileDrop(self)
        drop.dropped.connect(self.take)
        self.setAcceptDrops(scope.edits)

    def show_record(self, record: IncidentRecord) -> None:
        """Show the names."""
        tr, words = self.words.tr, self.words
        self._names = {str(one.id): one.name for one in record.files}
        verbs: Verbs = ((SAVE, tr("Save as…")),)
        verbs = (*verbs, (REMOVE, tr("Remove"))) if self._scope.edits else verbs
        self.show_entries(
            [
                Entry(
                    str(one.id),
                    one.name,
                    tr("{size} kB", size=words.number(-(-one.size // 1000))),
                    verbs=verbs,
                )
                for one in record.files
            ]
        )

    def _choose(self) -> None:
        tr, incident_id = self.words.tr, self._scope.incident_id

        def taken(path: Path) -> None:
            record = self._scope.record
            if record is not None and record.line.id == incident_id:
                self.take(path)

        choose_file(self, tr("Attach a file"), taken, [f"{tr('Picture or PDF')} ({' '.join(ENDINGS)})"])

    def take(self, path: Path) -> None:
        """Make the file small and attach it."""
        incidents, incident_id = self._scope.context.services.incidents, self._scope.incident_id
        self._scope.do(
            lambda: incidents.add_file(incident_id, path.name[-120:], small_file(path)),
            self.words.tr("File attached"),
        )

    def _do(self, key: str, verb: str) -> None:
        file_id, name = UUID(key), self._names[key]
        if verb == REMOVE:
            incidents = self._scope.context.services.incidents
            told = self.words.tr("{what} removed", what=name)
            self._scope.do(lambda: incidents.remove_file(file_id), told)
        else:
            choose_target(
                self, self.words.tr("Save the file"), Path(Path(name).name), partial(self._save, file_id)
            )

    def _save(self, file_id: UUID, target: Path) -> None:
        queries, scope = self._scope.context.queries.incidents, self._scope

        def done(_result: object) -> None:
            scope.context.notify(self.words.tr("Saved as {file}", file=target.name))

        scope.queue.run(lambda: files.write(target, queries.file(file_id)), done, scope.refused)
