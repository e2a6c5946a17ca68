"""The screens of the rail: those that exist and that the role may use, each loaded when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from emis_desktop.rules.rights import Actor, Right, offers
from resources.words import N_
from ui.context import UiContext
from ui.shell.navigation import NavItem
from ui.shell.page import Page


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: where its page is, what it is called, who may open it (``None``: everybody)."""

    key: str
    page: str
    title: str
    short: str
    icon: str
    right: Right | None = None
    group: int = 0


SYNC = "sync"
"""The screen that only a program with an engine has."""
SCREENS = (
    Screen("home", "ui.home.page:HomePage", N_("Home"), "", "house", Right.VIEW_STUDENTS),
    Screen("students", "ui.students.page:StudentsPage", N_("Students"), "", "users", Right.VIEW_STUDENTS),
    Screen(
        "attendance",
        "ui.attendance.page:AttendancePage",
        N_("Attendance"),
        "",
        "calendar-check",
        Right.VIEW_STUDENTS,
    ),
    Screen("marks", "ui.marks.page:MarksPage", N_("Marks"), "", "table", Right.VIEW_MARKS),
    Screen("behaviour", "ui.behaviour.page:BehaviourPage", N_("Behaviour"), "", "flag", Right.VIEW_STUDENTS),
    Screen(
        "report_cards",
        "ui.report_cards.page:ReportCardsPage",
        N_("Report cards"),
        N_("Cards"),
        "file-text",
        Right.VIEW_MARKS,
    ),
    Screen("staff", "ui.staff.page:StaffPage", N_("Staff"), "", "user-check", Right.MANAGE_STRUCTURE),
    Screen("sync", "ui.sync_page.page:SyncPage", N_("Sync"), "", "refresh-cw", None, 1),
    Screen("backup", "ui.backup.page:BackupPage", N_("Backup"), "", "usb-stick", Right.BACKUP, 1),
    Screen(
        "settings", "ui.settings_page.page:SettingsPage", N_("Settings"), "", "sliders-horizontal", None, 1
    ),
)


def screens_of(actor: Actor) -> list[Screen]:
    """The screens that ``actor`` may open."""
    return [one for one in SCREENS if _exists(one) and (one.right is None or offers(actor, one.right))]


def items_of(context: UiContext, made: Callable[[Page], None]) -> list[NavItem]:
    """The same as items of the rail; ``made`` is told each page when it is made."""
    tr = context.words.tr
    return [
        NavItem(
            one.key,
            tr(one.title),
            one.icon,
            partial(_make, one, context, made),
            group=one.group,
            short=tr(one.short) if one.short else "",
        )
        for one in screens_of(context.actor)
        if one.key != SYNC or context.sync is not None
    ]


def _make(screen: Screen, context: UiContext, made: Callable[[Page], None]) -> Page:
    module, _, name = screen.page.partition(":")
    page: Page = getattr(import_module(module), name)(context)
    made(page)
    return page


def _exists(screen: Screen) -> bool:
    try:
        return find_spec(screen.page.partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False
