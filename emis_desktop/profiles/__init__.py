"""Country profiles: names, structure, calendar, subjects, grading and code lists of a country, as data.

Nothing here reads the store. Rules get what they need from a profile passed in; they never read one.
"""

from emis_desktop.profiles.assessment import GradingScale, ItemTemplate, Part, ScaleBand, Scheme
from emis_desktop.profiles.calendar_rules import CalendarRules, HolidayRule, TermRule
from emis_desktop.profiles.country import CountryProfile, Identity
from emis_desktop.profiles.entry import Mark
from emis_desktop.profiles.exams import Exam, ExamScheme
from emis_desktop.profiles.lists import Code, CodeList, Named, ReportCardTexts, Subject
from emis_desktop.profiles.loading import DEMO, ProfileName, list_profiles, load_profile
from emis_desktop.profiles.structure import Area, AreaTree, Grade, Language, Level, MonthDay, PhonePlan
from emis_desktop.profiles.texts import Texts
from emis_desktop.profiles.years import (
    Holiday,
    SchoolYear,
    TermDates,
    holidays,
    school_days,
    school_year,
    school_year_on,
    unproclaimed,
)

__all__ = [
    "DEMO",
    "Area",
    "AreaTree",
    "CalendarRules",
    "Code",
    "CodeList",
    "CountryProfile",
    "Exam",
    "ExamScheme",
    "Grade",
    "GradingScale",
    "Holiday",
    "HolidayRule",
    "Identity",
    "ItemTemplate",
    "Language",
    "Level",
    "Mark",
    "MonthDay",
    "Named",
    "Part",
    "PhonePlan",
    "ProfileName",
    "ReportCardTexts",
    "ScaleBand",
    "Scheme",
    "SchoolYear",
    "Subject",
    "TermDates",
    "TermRule",
    "Texts",
    "holidays",
    "list_profiles",
    "load_profile",
    "school_days",
    "school_year",
    "school_year_on",
    "unproclaimed",
]
