"""Tables of a store, one aggregate a file; importing this package registers all with ``Base.metadata``."""

from emis_desktop.models.assessment import (
    AssessmentItem,
    AssessmentScheme,
    AttendanceTotal,
    ConductRating,
    GradeBand,
    GradingScale,
    Mark,
    SchemeUse,
    SubjectRemark,
    TermRemark,
)
from emis_desktop.models.base import Base, Merge, Synced, key_columns, synced_tables
from emis_desktop.models.classes import ClassGrade, ClassPupil, ClassSubject, SchoolClass
from emis_desktop.models.enrolment import Enrolment
from emis_desktop.models.journal import Act, CaptureContext, Change, Site
from emis_desktop.models.people import (
    Guardianship,
    HealthNote,
    Person,
    PersonContact,
    PersonIdentity,
    PersonNote,
    PersonPhoto,
    StaffPosition,
)
from emis_desktop.models.report_card import ReportCard
from emis_desktop.models.structure import AcademicPeriod, Area, EducationGrade, Institution, Subject, Term
from emis_desktop.models.users import Setting, User

__all__ = [
    "AcademicPeriod",
    "Act",
    "Area",
    "AssessmentItem",
    "AssessmentScheme",
    "AttendanceTotal",
    "Base",
    "CaptureContext",
    "Change",
    "ClassGrade",
    "ClassPupil",
    "ClassSubject",
    "ConductRating",
    "EducationGrade",
    "Enrolment",
    "GradeBand",
    "GradingScale",
    "Guardianship",
    "HealthNote",
    "Institution",
    "Mark",
    "Merge",
    "Person",
    "PersonContact",
    "PersonIdentity",
    "PersonNote",
    "PersonPhoto",
    "ReportCard",
    "SchemeUse",
    "SchoolClass",
    "Setting",
    "Site",
    "StaffPosition",
    "Subject",
    "SubjectRemark",
    "Synced",
    "Term",
    "TermRemark",
    "User",
    "key_columns",
    "synced_tables",
]
