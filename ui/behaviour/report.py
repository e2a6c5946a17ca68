"""The dialogs of an incident: reporting one, correcting it, somebody's part, a step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.incidents import IncidentLine
from emis_desktop.rules.rights import SensitivityClass, may_read
from emis_desktop.services.incidents import NewIncident
from resources.words import N_
from ui.behaviour.people_field import Known, PeopleField
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.record.days import day_field
from ui.students.saying import Sayer
from ui.widgets.fields import ChoiceField, TextField
from ui.widgets.form import FormGrid
from ui.widgets.long_field import LongField


class IncidentDialog(AskDialog):
    """What happened. Subclasses say what is done with it."""

    def __init__(
        self,
        context: UiContext,
        today: Callable[[], date],
        question: str,
        line: IncidentLine | None,
        parent: QWidget,
    ) -> None:
        super().__init__(context, question, name="behaviour.incident", parent=parent)
        self.setMinimumWidth(620)
        tr, words = self.words.tr, self.words
        self.say = Sayer(words, context.profile)
        self.day = day_field(
            words,
            tr("Day"),
            "behaviour.incident.day",
            line.happened_on if line else today(),
            latest=today(),
            optional=False,
        )
        self.category = ChoiceField(
            tr("Category"), self.say.listed("behaviour_category"), words, name="behaviour.incident.category"
        )
        self.category.chosen.connect(self._propose)
        self.classification = ChoiceField(
            tr("Classification"),
            self.say.listed("behaviour_classification"),
            words,
            name="behaviour.incident.classification",
        )
        self.place = TextField(tr("Place"), words, optional=True, name="behaviour.incident.place")
        self.summary = TextField(
            tr("What happened, in one line"),
            words,
            help_text=tr("Whoever sees the pupil reads this line."),
            name="behaviour.incident.summary",
        )
        grid = FormGrid()
        grid.set_columns(2)
        for field in (self.day, self.place, self.category, self.classification):
            grid.add(field)
        self.body.addWidget(grid)
        self._fields.update(
            {
                "happened_on": self.day,
                "date": self.day,
                "place": self.place,
                "category": self.category,
                "classification": self.classification,
            }
        )
        self.put(self.summary, "summary")
        if line is not None:
            self.category.set_value(line.category)
            self.classification.set_value(line.classification)
            self.place.set_text(line.place or "")
            self.summary.set_text(line.summary)

    def _propose(self, category: str) -> None:
        """The classification that the country's list gives for a category; it can be changed."""
        wanted = self.say.maps_to("behaviour_category", category).upper()
        if wanted in dict(self.say.listed("behaviour_classification")):
            self.classification.set_value(wanted)

    def typed(self) -> NewIncident:
        """What is typed now."""
        day = self.day.value()
        if day is None:
            raise Refused(N_("Type the date."), field="happened_on")
        return NewIncident(
            day, self.category.value(), self.classification.value(), self.summary.text(), self.place.text()
        )


class ReportDialog(IncidentDialog):
    """A new incident with the people who were part of it; ``done_well`` gives its id."""

    def __init__(
        self,
        context: UiContext,
        today: Callable[[], date],
        school_id: UUID,
        parent: QWidget,
        first: Known | None = None,
    ) -> None:
        """``first``: the pupil on whose record the report was begun."""
        tr = context.words.tr
        super().__init__(context, today, tr("Report an incident"), None, parent)
        self._school_id = school_id
        self.people = PeopleField(context, school_id, today, "behaviour.incident.people")
        self.put(self.people, "people", "student", "part")
        self.account: LongField | None = None
        if may_read(context.actor, SensitivityClass.CASE):
            self.account = LongField(
                tr("Account"),
                self.words,
                lines=3,
                optional=True,
                help_text=tr("Only the principal and the counsellor read the account."),
                name="behaviour.incident.account",
            )
            self.put(self.account, "account")
        if first is not None:
            self.people.choose(first, "did")
        self.set_deed(tr("Report"))

    def deed_of(self) -> Callable[[], object]:
        """Write it."""
        typed, school = self.typed(), self._school_id
        account = self.account.text() if self.account is not None else ""
        new = NewIncident(
            typed.happened_on,
            typed.category,
            typed.classification,
            typed.summary,
            typed.place,
            account,
            self.people.involved(),
        )
        incidents = self.context.services.incidents
        return lambda: incidents.report(school, new)


class ChangeDialog(IncidentDialog):
    """Corrects day, category, classification, summary and place."""

    def __init__(
        self, context: UiContext, today: Callable[[], date], line: IncidentLine, parent: QWidget
    ) -> None:
        super().__init__(context, today, context.words.tr("Change the incident"), line, parent)
        self._id = line.id
        self.set_deed(self.words.tr("Save"))

    def deed_of(self) -> Callable[[], object]:
        """Write it."""
        typed, incidents, incident_id = self.typed(), self.context.services.incidents, self._id
        return lambda: incidents.change(incident_id, typed)
