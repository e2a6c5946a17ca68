"""What one signed-in person works with: every question and every command, made for their store and rights.

Screens and the command line get these objects and nothing below them.
"""

from __future__ import annotations

from dataclasses import dataclass

from emis_desktop.laptop import OpenLaptop
from emis_desktop.profiles.absence import absence_reasons
from emis_desktop.queries.admissions import AdmissionQueries
from emis_desktop.queries.attendance import RegisterQueries
from emis_desktop.queries.calendar import CalendarQueries
from emis_desktop.queries.conflicts import ConflictQueries
from emis_desktop.queries.custom_fields import CustomFieldQueries
from emis_desktop.queries.duplicates import DuplicateQueries
from emis_desktop.queries.grading import GradingQueries
from emis_desktop.queries.groups import GroupQueries
from emis_desktop.queries.guardians import GuardianQueries
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.home import HomeQueries
from emis_desktop.queries.incidents import IncidentQueries
from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.queries.number_stock import NumberQueries
from emis_desktop.queries.options import OptionQueries
from emis_desktop.queries.pairs import PairQueries
from emis_desktop.queries.policies import PolicyQueries
from emis_desktop.queries.proposals import ProposalQueries
from emis_desktop.queries.pupil_subjects import PupilSubjectQueries
from emis_desktop.queries.report_cards import ReportCardQueries
from emis_desktop.queries.results import ResultQueries
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.queries.schools import SchoolLifeQueries
from emis_desktop.queries.search import StudentSearch
from emis_desktop.queries.staff import StaffQueries
from emis_desktop.queries.staff_records import StaffRecordQueries
from emis_desktop.queries.students import StudentQueries
from emis_desktop.queries.suspensions import SuspensionQueries
from emis_desktop.queries.textbooks import TextbookQueries
from emis_desktop.queries.transfers import TransferQueries
from emis_desktop.queries.unfinished import UnfinishedQueries
from emis_desktop.queries.users import UserQueries
from emis_desktop.queries.year_end import YearEndQueries
from emis_desktop.services.approvals import ApprovalService
from emis_desktop.services.calendar import CalendarService
from emis_desktop.services.classes import ClassService
from emis_desktop.services.conflicts import ConflictService
from emis_desktop.services.contacts import ContactService
from emis_desktop.services.custom_fields import CustomFieldService
from emis_desktop.services.groups import GroupService
from emis_desktop.services.handing_over import HandOverService
from emis_desktop.services.health import HealthService
from emis_desktop.services.health_records import HealthRecordService
from emis_desktop.services.identities import IdentityService
from emis_desktop.services.incidents import IncidentService
from emis_desktop.services.items import ItemService
from emis_desktop.services.marks import MarkService
from emis_desktop.services.merging import MergeService
from emis_desktop.services.new_year.service import NewYearService
from emis_desktop.services.options import OptionService
from emis_desktop.services.photos import PhotoService
from emis_desktop.services.policies import PolicyService
from emis_desktop.services.proposals import ProposalService
from emis_desktop.services.registers import RegisterService
from emis_desktop.services.relations import RelationService
from emis_desktop.services.remarks import RemarkService
from emis_desktop.services.school import SchoolService
from emis_desktop.services.schools import SchoolLifeService
from emis_desktop.services.staff import StaffService
from emis_desktop.services.staff_learning import StaffLearningService
from emis_desktop.services.structure import StructureService
from emis_desktop.services.students import StudentService
from emis_desktop.services.subjects import SubjectService
from emis_desktop.services.suspensions import SuspensionService
from emis_desktop.services.textbooks import TextbookService
from emis_desktop.services.transfers import TransferService
from emis_desktop.services.undo import UndoService
from emis_desktop.services.users import UserService
from emis_desktop.services.year_end import YearEndService
from emis_desktop.services.years import YearService


@dataclass(frozen=True, slots=True)
class Queries:
    """Questions; each answer is plain, frozen data, limited to what the person may see."""

    admissions: AdmissionQueries
    calendar: CalendarQueries
    conflicts: ConflictQueries
    custom_fields: CustomFieldQueries
    duplicates: DuplicateQueries
    grading: GradingQueries
    groups: GroupQueries
    guardians: GuardianQueries
    history: HistoryQueries
    home: HomeQueries
    incidents: IncidentQueries
    mark_sheet: MarkSheetQueries
    pairs: PairQueries
    proposals: ProposalQueries
    numbers: NumberQueries
    options: OptionQueries
    policies: PolicyQueries
    pupil_subjects: PupilSubjectQueries
    registers: RegisterQueries
    report_cards: ReportCardQueries
    results: ResultQueries
    school: SchoolQueries
    school_life: SchoolLifeQueries
    search: StudentSearch
    staff: StaffQueries
    staff_records: StaffRecordQueries
    students: StudentQueries
    suspensions: SuspensionQueries
    textbooks: TextbookQueries
    transfers: TransferQueries
    unfinished: UnfinishedQueries
    users: UserQueries
    year_end: YearEndQueries


@dataclass(frozen=True, slots=True)
class Services:
    """Commands; each is one act, checked and recorded as the person's."""

    approvals: ApprovalService
    calendar: CalendarService
    classes: ClassService
    conflicts: ConflictService
    contacts: ContactService
    custom_fields: CustomFieldService
    groups: GroupService
    hand_over: HandOverService
    health: HealthService
    health_records: HealthRecordService
    identities: IdentityService
    incidents: IncidentService
    items: ItemService
    marks: MarkService
    merging: MergeService
    new_year: NewYearService
    options: OptionService
    photos: PhotoService
    proposals: ProposalService
    policies: PolicyService
    registers: RegisterService
    relations: RelationService
    remarks: RemarkService
    school: SchoolService
    school_life: SchoolLifeService
    staff: StaffService
    staff_learning: StaffLearningService
    structure: StructureService
    students: StudentService
    subjects: SubjectService
    suspensions: SuspensionService
    textbooks: TextbookService
    transfers: TransferService
    undo: UndoService
    users: UserService
    year_end: YearEndService
    years: YearService


@dataclass(frozen=True, slots=True)
class Desk:
    """Both, with the open laptop they belong to."""

    laptop: OpenLaptop
    queries: Queries
    services: Services


def open_desk(laptop: OpenLaptop) -> Desk:
    """Lay out the desk of whoever is signed in."""
    return Desk(laptop, _queries(laptop), _services(laptop))


def _queries(laptop: OpenLaptop) -> Queries:
    db, actor = laptop.db, laptop.actor
    return Queries(
        admissions=AdmissionQueries(db, actor),
        calendar=CalendarQueries(db, actor),
        conflicts=ConflictQueries(db, actor),
        custom_fields=CustomFieldQueries(db, actor),
        duplicates=DuplicateQueries(db, actor),
        grading=GradingQueries(db, actor),
        groups=GroupQueries(db, actor),
        guardians=GuardianQueries(db, actor),
        history=HistoryQueries(db, actor),
        home=HomeQueries(db, actor),
        incidents=IncidentQueries(db, actor),
        mark_sheet=MarkSheetQueries(db, actor),
        pairs=PairQueries(db, actor),
        proposals=ProposalQueries(db, actor),
        numbers=NumberQueries(db, actor),
        options=OptionQueries(db, actor),
        policies=PolicyQueries(db, actor),
        pupil_subjects=PupilSubjectQueries(db, actor),
        registers=RegisterQueries(db, actor),
        report_cards=ReportCardQueries(db, actor),
        results=ResultQueries(db, actor),
        school=SchoolQueries(db, actor),
        school_life=SchoolLifeQueries(db, actor),
        search=StudentSearch(db, actor),
        staff=StaffQueries(db, actor),
        staff_records=StaffRecordQueries(db, actor),
        students=StudentQueries(db, actor),
        suspensions=SuspensionQueries(db, actor),
        textbooks=TextbookQueries(db, actor),
        transfers=TransferQueries(db, actor),
        unfinished=UnfinishedQueries(db, actor),
        users=UserQueries(db),
        year_end=YearEndQueries(db, actor),
    )


def _services(laptop: OpenLaptop) -> Services:
    db, actor = laptop.db, laptop.actor
    return Services(
        approvals=ApprovalService(db, actor),
        calendar=CalendarService(db, actor),
        classes=ClassService(db, actor),
        conflicts=ConflictService(db, actor),
        contacts=ContactService(db, actor),
        custom_fields=CustomFieldService(db, actor),
        groups=GroupService(db, actor),
        hand_over=HandOverService(db, actor),
        health=HealthService(db, actor, laptop.box),
        health_records=HealthRecordService(db, actor, laptop.box),
        identities=IdentityService(db, actor),
        incidents=IncidentService(db, actor),
        items=ItemService(db, actor),
        marks=MarkService(db, actor),
        merging=MergeService(db, actor),
        new_year=NewYearService(db, actor, laptop.profile),
        options=OptionService(db, actor),
        photos=PhotoService(db, actor),
        proposals=ProposalService(db, actor),
        policies=PolicyService(db, actor),
        registers=RegisterService(db, actor, absence_reasons(laptop.profile)),
        relations=RelationService(db, actor),
        remarks=RemarkService(db, actor),
        school=SchoolService(db, actor),
        school_life=SchoolLifeService(db, actor),
        staff=StaffService(db, actor),
        staff_learning=StaffLearningService(db, actor),
        structure=StructureService(db, actor, laptop.profile),
        students=StudentService(db, actor),
        subjects=SubjectService(db, actor),
        suspensions=SuspensionService(db, actor),
        textbooks=TextbookService(db, actor),
        transfers=TransferService(db, actor),
        undo=UndoService(db, actor),
        users=UserService(db, actor, laptop.user_keys),
        year_end=YearEndService(db, actor),
        years=YearService(db, actor),
    )
