"""Policies: what the ministry sets for every school, and a school within that; for all grades or one."""

from __future__ import annotations

from functools import partial
from typing import Final

from emis_desktop.queries.policies import Policies
from emis_desktop.queries.school_values import GradeInfo
from emis_desktop.rules.policies import ANY_GRADE, POLICIES, Kind, Policy, Value
from ui.context import UiContext
from ui.settings_page.section import Section
from ui.widgets.fields import ChoiceField, Field, TextField
from ui.widgets.form import FormCard
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

_AS_ABOVE: Final = "as_above"
"""The choice that takes an own value back."""


class PoliciesSection(Section):
    """A field a policy. At the top which grade they are for; who may not set one reads it."""

    tables = frozenset({"setting", "education_grade"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "policies")
        tr = self.words.tr
        self._card = FormCard(tr("Policies"), name="settings.policies.card")
        self._card.body.insertWidget(1, Text(self._explained(), 12, tone="secondary", wrap=True))
        self.grade = ChoiceField(tr("For"), [], self.words, name="settings.policies.grade")
        self.grade.chosen.connect(lambda _key: self._fill())
        self._card.add(self.grade)
        self.body.addWidget(self._card)
        self.body.addStretch(1)
        self._found = Policies()
        self._fields: dict[str, Field] = {policy.name: self._field(policy) for policy in POLICIES}

    def _explained(self) -> str:
        tr = self.words.tr
        if self._country:
            return tr(
                "These hold for every school of the country. A grade may have its own value; an empty field "
                "means no limit."
            )
        return tr(
            "What the ministry has set can only be read here. What the school may set itself can be changed."
        )

    @property
    def _country(self) -> bool:
        return self.context.actor.institution_id is None

    def set_compact(self, compact: bool) -> None:
        """Two columns instead of three."""
        self._card.set_compact(compact)

    def refresh(self) -> None:
        """Read the policies and the grades."""
        queries, actor = self.context.queries, self.context.actor
        self.ask(
            lambda: (queries.policies.policies(actor.institution_id), queries.school.grades()), self._show
        )

    def _show(self, answer: tuple[Policies, tuple[GradeInfo, ...]]) -> None:
        self._found, grades = answer
        chosen = self.grade.value()
        every = (ANY_GRADE, self.words.tr("Every grade"))
        self.grade.set_choices([every, *((one.code, one.name) for one in grades)])
        self.grade.set_value(chosen)
        self._fill()

    def _field(self, policy: Policy) -> Field:
        name, title = f"settings.policies.{policy.name}", self.words.tr(policy.title)
        if policy.kind in {Kind.CHOICE, Kind.YES_NO}:
            choice = ChoiceField(title, [], self.words, name=name)
            choice.chosen.connect(partial(self._keep, policy))
            self._card.add(choice)
            return choice
        line = TextField(title, self.words, name=name, optional=policy.optional)
        line.committed.connect(partial(self._keep, policy))
        self._card.add(line)
        return line

    def _fill(self) -> None:
        grade = self.grade.value()
        for policy in POLICIES:
            field, tr = self._fields[policy.name], self.words.tr
            mine = self._mine(policy)
            sets = (self._country or policy.school) and (not grade or policy.by_grade)
            field.setVisible(not grade or policy.by_grade)
            value = self._found.value(policy, grade)
            own = grade in mine
            if isinstance(field, ChoiceField):
                choices = self._choices(policy)
                if own:
                    choices.insert(0, (_AS_ABOVE, tr("As before")))
                field.set_choices(choices)
                field.set_value(_typed(value))
                field.setEnabled(sets)
            elif isinstance(field, TextField):
                field.set_text(_typed(value))
                field.set_read_only(not sets)
            field.set_help(self._whose(policy, own=own, sets=sets))

    def _mine(self, policy: Policy) -> dict[str, Value]:
        of = self._found.country if self._country else self._found.school
        return dict(of.get(policy.name, {}))

    def _whose(self, policy: Policy, *, own: bool, sets: bool) -> str:
        tr = self.words.tr
        if own:
            return tr("Set for this grade") if self.grade.value() else tr("Set here")
        if not sets:
            return tr("Set by the ministry")
        country = self._found.country.get(policy.name, {})
        return tr("As the ministry has set it") if country and not self._country else tr("The usual value")

    def _choices(self, policy: Policy) -> list[tuple[str, str]]:
        tr = self.words.tr
        if policy.kind is Kind.YES_NO:
            return [("yes", tr("Yes")), ("no", tr("No"))]
        return [(key, tr(text)) for key, text in policy.choices.items()]

    def _keep(self, policy: Policy, text: str) -> None:
        grade, service = self.grade.value(), self.context.services.policies
        school = self.context.actor.institution_id
        if text == _AS_ABOVE:
            self.save(
                lambda: service.clear_policy(policy, school, grade), self._fields[policy.name], self.refresh
            )
            return
        self.save(
            lambda: service.set_policy(policy, text, school, grade), self._fields[policy.name], self.refresh
        )


def _typed(value: Value) -> str:
    """A value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
