"""The Settings page: its parts as tabs, each made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.rules.rights import Actor, Right, offers
from resources.words import N_
from ui.context import UiContext
from ui.settings_page.about import AboutSection
from ui.settings_page.classes import ClassesSection
from ui.settings_page.grading import GradingSection
from ui.settings_page.groups import GroupsSection
from ui.settings_page.laptop import LaptopSection
from ui.settings_page.options import OptionsSection
from ui.settings_page.own_fields import OwnFieldsSection
from ui.settings_page.people import PeopleSection
from ui.settings_page.policies import PoliciesSection
from ui.settings_page.school import SchoolSection
from ui.settings_page.schools import SchoolsSection
from ui.settings_page.section import Section
from ui.settings_page.sync import SyncSection
from ui.settings_page.years import YearsSection
from ui.settings_page.you import YouSection
from ui.shell.page import Page
from ui.widgets.avatar import TickStatus
from ui.widgets.chips import TabChips
from ui.work_queue import WorkQueue

TAB_GAP = 4
"""A dozen parts stand beside each other in the longest language, also in a small window."""
WITHIN = {"groups": "options"}
"""Parts without a tab of their own: a button of the other part leads to them."""
MakeSection = Callable[[UiContext, WorkQueue], Section]


class SettingsPage(Page):
    """``language_asked(code)`` when another language is chosen."""

    language_asked = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "settings", context.words.tr("Settings"))
        tr = self.words.tr
        self.queue = WorkQueue(self)
        self._makers = sections_of(context.actor, syncs=context.sync is not None)
        self._sections: dict[str, Section] = {}
        self.tabs = TabChips(
            [(key, tr(title)) for key, (title, _make) in self._makers.items() if key not in WITHIN],
            tr("Parts of the settings"),
            name="settings.tab",
        )
        tabs = self.tabs.layout()
        if tabs is not None:
            tabs.setSpacing(TAB_GAP)
        self.tabs.chosen.connect(self.show_section)
        self._status = TickStatus(name="settings.status")
        self.head.add(self._status)
        self._stack = QStackedWidget()
        self.body.addWidget(self.tabs)
        self.body.addWidget(self._stack, 1)
        self.head.set_facts(tr("Everything here saves by itself"))
        context.place.changed.connect(self._place_changed)
        self._current = ""
        self._wanted = next(iter(self._makers))

    @property
    def tables(self) -> frozenset[str]:  # type: ignore[override]
        """Those of the part that is open."""
        section = self._sections.get(self._current)
        return section.tables if section is not None else frozenset()

    def section(self) -> Section:
        """The part that is open."""
        return self._sections[self._current]

    def show_section(self, key: str) -> None:
        """Open a part; the one before must let go."""
        before = self._sections.get(self._current)
        if key not in self._makers or (before is not None and key != self._current and not before.leave()):
            self.tabs.set_value(WITHIN.get(self._current, self._current))
            return
        section = self._sections.get(key)
        if section is None:
            section = self._sections[key] = self._makers[key][1](self.context, self.queue)
            section.saved.connect(self._status.saved)
            section.part_asked.connect(self.show_section)
            section.refused.connect(self._refused)
            if isinstance(section, LaptopSection):
                section.language_asked.connect(self.language_asked)
            self._stack.addWidget(section)
        self._current = key
        self.tabs.set_value(WITHIN.get(key, key))
        section.set_compact(self.compact)
        self._stack.setCurrentWidget(section)
        self._status.clear()
        section.refresh()

    def refresh(self) -> None:
        """Read the open part again."""
        if self._current:
            self.section().refresh()
        else:
            self.show_section(self._wanted)

    def open_with(self, **arguments: object) -> None:
        """Open a part: ``tab`` is its key."""
        self.show_section(str(arguments.get("tab", self._wanted)))

    def bookmark(self) -> dict[str, object]:
        """The open part."""
        return {"tab": self._current}

    def apply_compact(self, compact: bool) -> None:
        """Pass it on."""
        for section in self._sections.values():
            section.set_compact(compact)

    def foot(self) -> QWidget | None:
        """That of the open part."""
        return self.section().foot if self._current else None

    def leave(self) -> bool:
        """Finish what is being typed."""
        self.setFocus()
        return self._current == "" or self.section().leave()

    def _place_changed(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _refused(self, text: str) -> None:
        self._status.refused(text)


def sections_of(actor: Actor, *, syncs: bool = False) -> dict[str, tuple[str, MakeSection]]:
    """The parts that ``actor`` may open, by key: title and how to make it. ``syncs``: there is an engine."""
    found: dict[str, tuple[str, MakeSection]] = {}
    if offers(actor, Right.MANAGE_USERS):
        found["people"] = (N_("People"), PeopleSection)
    if offers(actor, Right.MANAGE_STRUCTURE):
        if actor.institution_id is not None:
            found["school"] = (N_("School"), SchoolSection)
        else:
            found["schools"] = (N_("Schools"), SchoolsSection)
        found["years"] = (N_("Years and terms"), YearsSection)
        found["classes"] = (N_("Classes"), ClassesSection)
        found["groups"] = (N_("Groups"), GroupsSection)
        found["options"] = (N_("Options"), OptionsSection)
        found["grading"] = (N_("Grading"), GradingSection)
        found["policies"] = (N_("Policies"), PoliciesSection)
        if actor.institution_id is None:
            found["fields"] = (N_("Own fields"), OwnFieldsSection)
    found["you"] = (N_("You"), YouSection)
    found["laptop"] = (N_("This laptop"), LaptopSection)
    if syncs:
        found["sync"] = (N_("Sync"), SyncSection)
    found["about"] = (N_("About"), AboutSection)
    return found
