"""What files of records hold, and the columns of each kind: name, meaning, example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from emis_desktop.errors import N_
from emis_desktop.exchange.headings import ALSO


class Kind(StrEnum):
    """What a file holds."""

    STUDENTS = "students"
    GUARDIANS = "guardians"
    STAFF = "staff"
    MARKS = "marks"
    ATTENDANCE = "attendance"
    TERM_RESULTS = "term-results"
    ONEROSTER = "oneroster"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, whether a file must have it, its meaning, an example.

    ``like`` is a column of other kinds whose headings mean this one here: the first name in a file of
    guardians is the guardian's.
    """

    name: str
    meaning: str
    example: str
    needed: bool = False
    like: str = ""

    @property
    def also(self) -> tuple[str, ...]:
        """Other headings that mean it."""
        own = ALSO.get(self.name, ())
        return (*own, self.like, *ALSO.get(self.like, ())) if self.like else own


_YEAR_MEANING = N_("Label of the school year; empty: the year of today.")
_NUMBER = Column(
    "number",
    N_("The pupil's number: national, provisional or the school's own. Text; zeros in front count."),
    "0000 0001-7",
)
STUDENTS = (
    _NUMBER,
    Column("given_names", N_("Given names as on the birth certificate."), "Élodie-Ann", needed=True),
    Column("family_name", N_("Family name."), "Example", needed=True),
    Column("preferred_name", N_("The name usually used, when it is another."), "Élodie"),
    Column("sex", N_("F or M."), "F", needed=True),
    Column("birth_date", N_("Date of birth, such as 2016-03-12 or 12/3/2016 (day first)."), "2016-03-12"),
    Column("birth_place", N_("Place of birth."), "Demo Bay"),
    Column("nationality", N_("Country code of two or three letters."), "GD"),
    Column("address", N_("Where the pupil lives."), "Harbour Road, Demo Bay"),
    Column("phone", N_("Phone at home."), "000 0142"),
    Column("institution", N_("Code or name of the school; empty: the school of this laptop."), "D-0107"),
    Column("grade", N_("Code or name of the grade; empty: the grade of the class."), "Grade 5"),
    Column("class", N_("Name of the class; it is made when it is not there yet and the grade is given."),
           "Grade 5 Coral"),
    Column("year", N_("School year; empty: the one of the first day. A year that is over becomes history."),
           "2026-27"),
    Column("starts_on", N_("First day; empty: the first day of the school year."), "2026-09-07"),
    Column("ends_on", N_("Last day, of a pupil who left or of a year that is over."), ""),
    Column("outcome", N_("What came of the year: promoted, repeated or graduated."), ""),
    Column("exit", N_("Why the pupil left: transferred, emigrated, dropped_out, expelled, deceased ..."),
           ""),
    Column("exit_reason", N_("The same more closely, a code of the country’s list."), ""),
    Column("repeater", N_("yes when the pupil repeats the grade."), "no"),
    Column("guardian_given_names", N_("Given names of a guardian; both names are needed."), "Ann"),
    Column("guardian_family_name", N_("Family name of the guardian; both names are needed."), "Example"),
    Column("guardian_name", N_("Or the guardian’s whole name in one column, the family name last."),
           "Ann Example"),
    Column("guardian_relation", N_("Mother, father, aunt ... as in the country’s list; it needs the name."),
           "MOTHER"),
    Column("guardian_phone", N_("Phone of the guardian; it needs the name."), "000 0143"),
    Column("mother_name", N_("The mother’s whole name, the family name last."), "Ann Example"),
    Column("mother_phone", N_("Phone of the mother; it needs the name."), "000 0143"),
    Column("father_name", N_("The father’s whole name, the family name last."), "Ben Example"),
    Column("father_phone", N_("Phone of the father; it needs the name."), "000 0144"),
    Column("synthetic", N_("yes for invented pupils of a demonstration."), "no"),
)  # fmt: skip
MARKS = (
    Column("number", _NUMBER.meaning, _NUMBER.example, needed=True),
    Column("subject", N_("Code or name of the subject."), "Mathematics", needed=True),
    Column("term", N_("Number or name of the term; empty: the term of today."), "1"),
    Column("item", N_("Code or name of the test or paper."), "Test 1", needed=True),
    Column("mark", N_("The mark, or the code for absent or exempt; empty: not entered."), "17.5",
           needed=True),
    Column("maximum", N_("Highest possible mark; with it an item that is not there yet is made."), "20"),
    Column("weight", N_("Weight of an item that is made; empty: the country’s for it, else 1."), "40"),
    Column("part", N_("coursework or exam, of an item that is made."), "coursework"),
    Column("year", _YEAR_MEANING, "2026-27"),
)  # fmt: skip
_SAME = N_("A word that stands in every row of one person, such as the mother of two pupils; any will do.")
GUARDIANS = (
    Column("number", N_("The number of the pupil whose guardian this is."), _NUMBER.example, needed=True),
    Column("guardian_number", N_("A number of the guardian, if there is one."), "ID 100 200"),
    Column("guardian_given_names", N_("Given names of the guardian."), "Ann", like="given_names"),
    Column("guardian_family_name", N_("Family name of the guardian."), "Example", like="family_name"),
    Column("guardian_name", N_("Or the guardian’s whole name in one column, the family name last."),
           "Ann Example"),
    Column("guardian_relation", N_("Mother, father, aunt ... as in the country’s list."), "MOTHER"),
    Column("guardian_phone", N_("Phone of the guardian."), "000 0143", like="phone"),
    Column("guardian_email", N_("E-mail address of the guardian."), "ann@example.org", like="email"),
    Column("priority", N_("1 for who is called first, 2 for the next; empty: last."), "1"),
    Column("may_collect", N_("yes when the guardian may collect the pupil; empty: yes."), "yes"),
    Column("court_order", N_("yes when an order of a court concerns the guardian; empty: no."), "no"),
    Column("same_person", _SAME, "G1"),
    Column("synthetic", N_("yes for invented people of a demonstration."), "no"),
)  # fmt: skip
STAFF = (
    Column("staff_number", N_("The number of the member of staff. Text; zeros in front count."), "T-0042",
           like="number"),
    Column("given_names", N_("Given names as on the birth certificate."), "Ben", needed=True),
    Column("family_name", N_("Family name."), "Example", needed=True),
    Column("preferred_name", N_("The name usually used, when it is another."), ""),
    Column("sex", N_("F or M."), "M"),
    Column("birth_date", N_("Date of birth, such as 2016-03-12 or 12/3/2016 (day first)."), "1984-05-02"),
    Column("phone", N_("Phone."), "000 0150"),
    Column("email", N_("E-mail address."), "ben@example.org"),
    Column("institution", N_("Code or name of the school; empty: the school of this laptop."), "D-0107"),
    Column("post", N_("Teacher, principal ... as in the country’s list; empty: teacher."), "TEACH"),
    Column("employment", N_("full_time, part_time, substitute or volunteer."), "full_time"),
    Column("starts_on", N_("First day in the post."), "2026-09-01"),
    Column("ends_on", N_("Last day in the post; empty: it goes on."), ""),
    Column("end_reason", N_("Why the post ended."), ""),
    Column("same_person", _SAME, "S1"),
    Column("synthetic", N_("yes for invented people of a demonstration."), "no"),
)  # fmt: skip
ATTENDANCE = (
    Column("number", _NUMBER.meaning, _NUMBER.example, needed=True),
    Column("date", N_("The day, in a file of register rows."), "2026-09-14"),
    Column("session", N_("Number or name of the session of the day; empty: the first."), "1"),
    Column("code", N_("P present, L late, A absent, E excused; with a reason E/ILL; empty: not marked."),
           "E/ILL"),
    Column("subject", N_("Code or name of the subject, where a subject keeps the register."), ""),
    Column("term", N_("Number or name of the term; empty: totals of the whole year."), "1"),
    Column("possible", N_("Days that school was open."), "61"),
    Column("absent", N_("Days absent, excused ones among them."), "5"),
    Column("excused", N_("Of them, days excused."), "3"),
    Column("late", N_("Times late."), "4"),
    Column("year", _YEAR_MEANING, "2026-27"),
)  # fmt: skip
COLUMNS: Mapping[Kind, tuple[Column, ...]] = MappingProxyType(
    {
        Kind.STUDENTS: STUDENTS,
        Kind.GUARDIANS: GUARDIANS,
        Kind.STAFF: STAFF,
        Kind.MARKS: MARKS,
        Kind.ATTENDANCE: ATTENDANCE,
    }
)
