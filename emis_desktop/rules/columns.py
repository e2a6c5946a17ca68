"""What a column of a mark sheet says: the values of one item over a class, and how much of it is entered."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from emis_desktop.rules.marks import MarkEntry, MarkState
from emis_desktop.rules.numbers import plain, round_ratio, to_scaled
from emis_desktop.rules.results import SubjectResult, whole_percent
from emis_desktop.rules.scheme import AbsentPolicy, ItemSpec, SchemeRules, SubjectPlan


def column_values(entries: Iterable[MarkEntry], rules: SchemeRules) -> list[Fraction]:
    """The marks that a column's average is made of, in the item's own points.

    Absent counts as 0 where the scheme says so; exempt and missing never count.
    """
    values = []
    for entry in entries:
        if entry.value is not None:
            values.append(Fraction(entry.value))
        elif entry.state is MarkState.ABSENT and rules.absent is AbsentPolicy.ZERO:
            values.append(Fraction(0))
    return values


def entered(entries: Iterable[MarkEntry]) -> int:
    """How many entries somebody has made: scored, absent and exempt."""
    return sum(entry.state is not MarkState.MISSING for entry in entries)


def weight_percent(plan: SubjectPlan, item: ItemSpec) -> Decimal:
    """The share of the term mark that ``item`` has, in per cent with at most one decimal."""
    return plain(round_ratio(100 * to_scaled(item.weight), plan.weights.total, 1))


def term_coverage(subjects: Iterable[SubjectResult], awaited: int = 0) -> int:
    """How much of a term is entered over the subjects that apply, in whole per cent: 100 only when all is.

    ``awaited``: how many more subjects have no test yet.
    """
    shares = [subject.coverage for subject in subjects if subject.plan.counts and not subject.left_out]
    shares += [Fraction(0)] * awaited
    return whole_percent(sum(shares, Fraction(0)) / len(shares)) if shares else 0
