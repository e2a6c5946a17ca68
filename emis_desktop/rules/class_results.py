"""A class's results in one call: every pupil's subjects, term and position, and the class's own figures.

This is what screens, exports and cards ask; none of them computes a figure of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from emis_desktop.rules.averages import TermResult, averaged_value, term_result
from emis_desktop.rules.figures import ClassFigures, class_figures
from emis_desktop.rules.positions import Position, rank
from emis_desktop.rules.results import Entries, SubjectResult, subject_result
from emis_desktop.rules.scheme import SchemeRules, SubjectPlan


@dataclass(frozen=True, slots=True)
class PupilMarks:
    """What a pupil brings: the subjects taken (pupils share the plans) and the marks by item.

    ``awaited``: how many more subjects are to be assessed and have no test yet.
    """

    key: UUID
    plans: Sequence[SubjectPlan]
    entries: Entries
    awaited: int = 0


@dataclass(frozen=True, slots=True)
class PupilResults:
    """A pupil's results. ``position`` is None for who is not ranked, and for everybody where ranks are
    hidden.
    """

    subjects: tuple[SubjectResult, ...]
    term: TermResult
    position: Position | None


@dataclass(frozen=True, slots=True)
class ClassResults:
    """Results by pupil, in the order given; the class's figures by key of the subject, and of the term
    average.
    """

    pupils: Mapping[UUID, PupilResults]
    subjects: Mapping[UUID, ClassFigures]
    term: ClassFigures


def class_results(pupils: Sequence[PupilMarks], rules: SchemeRules) -> ClassResults:
    """Everything about one group of pupils who are compared (a class, a stream, a year group) in one term."""
    subjects = {
        pupil.key: tuple(subject_result(plan, rules, pupil.entries) for plan in pupil.plans)
        for pupil in pupils
    }
    terms = {pupil.key: term_result(subjects[pupil.key], rules, pupil.awaited) for pupil in pupils}
    averages = [value for term in terms.values() if (value := _of_term(term, rules)) is not None]
    term_figures = class_figures(averages, rules, rules.average_places)
    positions = {}
    if term_figures.shown:
        positions = rank({key: term.final for key, term in terms.items()}, rules.position_places)
    return ClassResults(
        pupils={key: PupilResults(subjects[key], term, positions.get(key)) for key, term in terms.items()},
        subjects=_subject_figures(subjects.values(), rules),
        term=term_figures,
    )


def subject_positions(results: ClassResults, subject: UUID, rules: SchemeRules) -> dict[UUID, Position]:
    """Positions in one subject, by pupil; empty where they are hidden."""
    if not results.subjects[subject].shown:
        return {}
    marks = {
        key: result.final
        for key, pupil in results.pupils.items()
        for result in pupil.subjects
        if result.plan.key == subject
    }
    return rank(marks, rules.position_places)


def _subject_figures(
    results: Iterable[tuple[SubjectResult, ...]], rules: SchemeRules
) -> dict[UUID, ClassFigures]:
    values: dict[UUID, list[Fraction]] = {}
    for subjects in results:
        for subject in subjects:
            marks = values.setdefault(subject.plan.key, [])
            value = averaged_value(subject.final, subject.mark, rules)
            if value is not None and not subject.pending:
                marks.append(value)
    return {key: class_figures(marks, rules, rules.mark_places) for key, marks in values.items()}


def _of_term(term: TermResult, rules: SchemeRules) -> Fraction | None:
    """What a pupil's term adds to the class average, None while it is incomplete."""
    return None if term.pending else averaged_value(term.exact, term.average, rules)
