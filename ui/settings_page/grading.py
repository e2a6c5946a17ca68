"""Grading: which scheme each grade of the school uses."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from emis_desktop.queries.grading import GradeScheme, SchemeLine
from ui.context import UiContext
from ui.settings_page.section import Section
from ui.widgets.fields import ChoiceField
from ui.widgets.form import FormCard
from ui.widgets.text import Text
from ui.work_queue import WorkQueue


class GradingSection(Section):
    """One choice a grade, among the schemes of the country's profile."""

    tables = frozenset({"scheme_use", "assessment_scheme", "education_grade"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "grading")
        tr = self.words.tr
        self._card = FormCard(tr("Grading scheme of each grade"), name="settings.grading.card")
        what = tr(
            "A scheme says how tests and examinations are weighed, how absence counts, which letters stand "
            "for which marks and what is a pass. Results and cards that are not issued yet follow at once."
        )
        self._card.body.insertWidget(1, Text(what, 12, tone="secondary", wrap=True))
        self.body.addWidget(self._card)
        self.body.addStretch(1)
        self._fields: dict[UUID, ChoiceField] = {}

    def set_compact(self, compact: bool) -> None:
        """Two columns instead of three."""
        self._card.set_compact(compact)

    def refresh(self) -> None:
        """Read schemes and uses."""
        school_id, grading = self.context.place.institution_id, self.context.queries.grading
        if school_id is not None:
            self.ask(lambda: (grading.schemes(), grading.uses(school_id)), partial(self._show, school_id))

    def _show(self, school_id: UUID, found: tuple[tuple[SchemeLine, ...], tuple[GradeScheme, ...]]) -> None:
        schemes, uses = found
        if school_id != self.context.place.institution_id:
            return  # another school was chosen meanwhile
        for grade_id in self._fields.keys() - {use.grade.id for use in uses}:
            self._card.remove(self._fields.pop(grade_id))
        choices = [(str(one.id), self._name(one)) for one in schemes]
        for use in uses:
            field = self._fields.get(use.grade.id) or self._add(use)
            field.set_choices(choices)
            field.set_value(str(use.scheme_id or ""))
            field.set_help("" if use.own else self.words.tr("The country’s own choice"))

    def _add(self, use: GradeScheme) -> ChoiceField:
        field = ChoiceField(use.grade.name, [], self.words, name=f"settings.grading.{use.grade.code}")
        field.chosen.connect(partial(self._keep, use.grade.id))
        self._fields[use.grade.id] = field
        self._card.add(field)
        return field

    def _name(self, scheme: SchemeLine) -> str:
        profile = self.context.profile
        known = profile.schemes.get(scheme.code) if profile is not None else None
        return known.name.text(self.words.language) if known is not None else scheme.name

    def _keep(self, grade_id: UUID, key: str) -> None:
        school_id, service = self.context.place.institution_id, self.context.services.structure
        if school_id is not None:
            self.save(
                lambda: service.use_scheme(UUID(key), school_id, grade_id),
                self._fields[grade_id],
                self.refresh,
            )
