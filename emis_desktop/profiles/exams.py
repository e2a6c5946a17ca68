"""The examination part of a profile: who takes what, and the grades each examination gives."""

from dataclasses import dataclass

from emis_desktop.profiles.entry import Entry


@dataclass(frozen=True, slots=True)
class Exam:
    """An examination that is taken in the country, with the words its source uses for grade and status."""

    code: str
    grade: str
    status: str


@dataclass(frozen=True, slots=True)
class ExamScheme:
    """An examination as its body describes it; the grades run from best to worst, ``passing`` names
    those that pass.

    ``max_mark`` is given where the result is a total; ``unit_based`` is true where units are graded.
    """

    code: str
    name: str
    body: str
    grades: tuple[str, ...]
    profile_grades: tuple[str, ...]
    module_grades: tuple[str, ...]
    passing: tuple[str, ...]
    not_graded: tuple[str, ...]
    sittings: tuple[str, ...]
    max_mark: int | None
    unit_based: bool


def read_exam(row: Entry) -> Exam:
    """A row of ``exams``."""
    row.group("code", "grade", "status")
    return Exam(row.word("code"), row.word("grade"), row.word("status"))


def read_exam_scheme(row: Entry) -> ExamScheme:
    """A row of ``exam_schemes``; the names of rules kept in words are allowed and not read."""
    row.group(
        *("code", "name", "body", "grades", "profile_grades", "module_grades", "passing", "not_graded"),
        *("sittings", "max_mark", "unit_based", "pass_rule", "certificate", "papers", "old_scheme"),
    )

    def words(name: str) -> tuple[str, ...]:
        return tuple(one.text() for one in row.rows_of(name))

    grades = words("grades")
    for one in row.rows_of("passing"):
        one.choice(grades)
    maximum, unit_based = row.find("max_mark"), row.find("unit_based")
    return ExamScheme(
        code=row.word("code"),
        name=row.word("name"),
        body=row.word("body"),
        grades=grades,
        profile_grades=words("profile_grades"),
        module_grades=words("module_grades"),
        passing=words("passing"),
        not_graded=words("not_graded"),
        sittings=words("sittings"),
        max_mark=maximum.whole(1, 9999) if maximum else None,
        unit_based=unit_based.flag() if unit_based else False,
    )
