"""Where this laptop syncs, how often, and what it is called there."""

from __future__ import annotations

from datetime import datetime

from emis_desktop.queries.sync_state import Joined
from emis_desktop.rules.rights import Right, offers
from resources.words import Words
from ui.context import UiContext
from ui.settings_page.section import FACTS, Section
from ui.sync_page.join_form import address_of
from ui.sync_page.watch import SyncWatch
from ui.sync_page.words import exact_words
from ui.widgets.base import identify
from ui.widgets.card import Card, FactRow
from ui.widgets.empty import EmptyState
from ui.widgets.fields import ChoiceField, TextField
from ui.widgets.form import FormCard
from ui.work_queue import WorkQueue

NEVER = "0"
MINUTES = (5, 15, 30, 60, 240)


class SyncSection(Section):
    """Name, address and interval save when they are left; below stands where it belongs."""

    tables = frozenset({"joined", "site"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "sync")
        watch = context.sync
        assert watch is not None  # noqa: S101  - without one there is no such part
        self._watch: SyncWatch = watch
        self._may = offers(context.actor, Right.MANAGE_USERS)
        tr = self.words.tr
        self._card = FormCard(tr("Sync"), name="settings.sync.card")
        self.address = TextField(
            tr("Address of the server"),
            self.words,
            help_text=tr("Only the same server is taken at another address."),
            name="settings.sync.address",
        )
        self.every = ChoiceField(
            tr("Syncs by itself"), every_choices(self.words), self.words, name="settings.sync.every"
        )
        self.laptop = TextField(
            tr("Name of this laptop"),
            self.words,
            help_text=tr(
                "Shown here. Others see the name in the Ministry’s register; when the Ministry changes it "
                "there, it changes here, too."
            ),
            name="settings.sync.laptop",
        )
        for field in (self.laptop, self.every):
            self._card.add(field)
        self._card.add(self.address, 2)
        self._card.set_compact(True)
        self._facts = Card(name="settings.sync.facts")
        self._facts.add_head(tr("Where it belongs"))
        self._server, self._since = FactRow(tr("Joined to"), ""), FactRow(tr("Joined on"), "")
        self._contact, self._until = FactRow(tr("Last contact"), ""), FactRow(tr("No line needed until"), "")
        for row in (self._server, self._since, self._contact, self._until):
            row.setMaximumWidth(FACTS)
            self._facts.body.addWidget(row)
        identify(self._contact.value, "settings.sync.contact")
        self._none = EmptyState(
            "refresh-cw",
            tr("This laptop works on its own"),
            tr("Open Sync to join it to the Ministry with a code."),
            name="settings.sync.none",
        )
        for part in (self._card, self._facts, self._none):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._connect()
        self.show_joined(watch.joined)

    def _connect(self) -> None:
        choices = self._watch.doors.choices
        self.address.committed.connect(
            lambda text: self.save(lambda: choices.move(address_of(text)), self.address, self.refresh)
        )
        self.laptop.committed.connect(
            lambda text: self.save(lambda: choices.rename(text), self.laptop, self._renamed)
        )
        self.every.chosen.connect(
            lambda key: self.save(lambda: choices.set_every(int(key) or None), self.every, self.refresh)
        )
        self._watch.ended.connect(self.refresh)

    def _renamed(self) -> None:
        self._watch.count()  # it is said in the head of the Sync page, too
        self.refresh()

    def refresh(self) -> None:
        """Read where it belongs."""
        self.ask(self._watch.doors.facts.joined, self.show_joined)

    def show_joined(self, joined: Joined | None) -> None:
        """Show it, or that it works on its own."""
        self._card.setVisible(joined is not None)
        self._facts.setVisible(joined is not None)
        self._none.setVisible(joined is None)
        if joined is None:
            return
        words = self.words
        if not self.address.pending():
            self.address.set_text(joined.address)
        if not self.laptop.pending():
            self.laptop.set_text(joined.laptop)
        for field in (self.address, self.laptop):
            field.set_read_only(not self._may)
        self.every.setEnabled(self._may)
        self.every.set_choices(every_choices(words, joined.every_minutes))
        self.every.set_value(str(joined.every_minutes or NEVER))
        self._server.value.setText(joined.server)
        self._since.value.setText(words.date(joined.joined_at.astimezone().date(), "long"))
        contact = self._watch.state.contact_at or joined.contact_at
        now = datetime.now().astimezone()
        self._contact.value.setText(
            words.relative(contact.astimezone(), now) if contact else words.tr("none yet")
        )
        self._contact.value.setToolTip(exact_words(words, contact) if contact else "")
        until = joined.until
        self._until.setVisible(until is not None)
        if until is not None:
            self._until.value.setText(words.date(until.astimezone().date(), "long"))


def every_choices(words: Words, now: int | None = None) -> list[tuple[str, str]]:
    """Intervals with their words; one that is none of ours is added."""
    minutes = sorted({*MINUTES, *([now] if now else [])})
    return [
        *((str(n), words.ntr("every {n} minute", "every {n} minutes", n)) for n in minutes),
        (NEVER, words.tr("only when asked")),
    ]
