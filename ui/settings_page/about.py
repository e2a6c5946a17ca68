"""About: version, licences, where the records lie, whether they are whole, and the log."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from emis_desktop import files
from emis_desktop.doctor import DoctorReport, Finding, diagnose
from emis_desktop.errors import EmisError, Refused
from emis_desktop.log import NAME
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.program import opening
from ui.settings_page.section import FACTS, Section
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card, FactRow
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Sign
from ui.widgets.scroll import ScrollColumn
from ui.widgets.system_windows import choose_target
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

LICENCES: Final = (
    ("EMIS Desktop", "Apache License 2.0"),
    ("Inter", "SIL Open Font License 1.1"),
    ("Lucide", "ISC License"),
    ("Qt, PySide6", "GNU LGPL 3"),
    ("SQLCipher, SQLite", "BSD 3-Clause, Public Domain"),
    ("SQLAlchemy, Alembic, msgspec, rapidfuzz", "MIT, BSD 3-Clause"),
    ("cryptography, Argon2", "Apache License 2.0, CC0"),
    ("ReportLab, pypdfium2, zxing-cpp", "BSD, Apache License 2.0"),
    ("Babel, platformdirs, XlsxWriter, calamine", "BSD 3-Clause, MIT"),
)
"""What the program is made of; the texts lie beside it."""


class AboutSection(Section):
    """Facts, the doctor's button with its result in words, and the log for whoever helps."""

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "about")
        tr = self.words.tr
        laptop = context.laptop
        self._root = laptop.home.root if laptop is not None else Path()
        card = Card(name="settings.about.card")
        card.add_head("EMIS Desktop")
        facts = [
            (tr("Version"), opening.version() or tr("from its source")),
            (tr("Data folder"), str(self._root)),
        ]
        if laptop is not None:
            facts.append((tr("Country"), laptop.profile.name.text(self.words.language)))
            facts.append((tr("Code of these records"), laptop.site.code))
        for label, value in facts:
            fact = FactRow(label, value)
            fact.setMaximumWidth(FACTS)
            card.body.addWidget(fact)
        line = row(None, 8)
        folder = Button(tr("Open the folder"), icon="folder-open", name="settings.about.folder")
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._root))))
        licences = Button(tr("Licences"), icon="file-text", name="settings.about.licences")
        licences.clicked.connect(self.show_licences)
        log = Button(tr("Save the log"), icon="file-down", name="settings.about.log")
        log.clicked.connect(self._ask_where)
        for button in (folder, licences, log):
            line.addWidget(button)
        line.addStretch(1)
        card.body.addLayout(line)
        self.body.addWidget(card)
        if offers(context.actor, Right.RUN_DOCTOR):
            self.body.addWidget(self._doctor_card())
        self.body.addStretch(1)

    # -- The doctor -----------------------------------------------------------------------------------

    def _doctor_card(self) -> Card:
        tr = self.words.tr
        card = Card(name="settings.doctor.card")
        card.add_head(tr("Are the records whole?"))
        card.body.addWidget(
            Text(
                tr("Reads every page and follows every link. Work can go on meanwhile."),
                12,
                tone="secondary",
                wrap=True,
            )
        )
        line = row(None, 8)
        self._check = Button(tr("Check the records"), icon="shield-check", name="settings.doctor.check")
        self._check.clicked.connect(self.check)
        line.addWidget(self._check)
        self._sign = Sign("clock", "text2")
        self._found = Text("", wrap=True)
        line.addWidget(self._sign)
        line.addWidget(self._found, 1)
        card.body.addLayout(line)
        self._lines = column(None, 2)
        card.body.addLayout(self._lines)
        self._sign.hide()
        return card

    def check(self) -> None:
        """Examine the store away from the screen's thread."""
        laptop = self.context.laptop
        if laptop is None or not self._check.isEnabled():
            return
        self._check.setEnabled(False)
        self._say("clock", "text2", self.words.tr("Checking"))
        task = self.context.tasks.run(lambda _control: diagnose(laptop.db, laptop.home, laptop.actor))
        task.succeeded.connect(self._examined)
        task.refused.connect(self._not_examined)

    def _examined(self, report: DoctorReport) -> None:
        tr = self.words.tr
        self._check.setEnabled(True)
        findings = (*report.damage, *report.disagreements)
        if not report.sound:
            self._say(
                "circle-alert", "bad", tr("The records are damaged. Restore the newest copy, in Backup.")
            )
        elif findings:
            self._say("circle-alert", "warn", tr("The records are whole; some of them want looking at."))
        else:
            self._say("check", "ok", tr("The records are whole."))
        self._list(findings)

    def _not_examined(self, refusal: EmisError) -> None:
        self._check.setEnabled(True)
        self._say("circle-alert", "bad", refusal.text(self.words))
        self._list(())

    def _list(self, findings: tuple[Finding, ...]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for finding in findings:
            said = self.words.tr(finding.message)
            places = self.words.ntr("{n} place", "{n} places", finding.count)
            self._lines.addWidget(Text(f"{said} ({places})", 12, wrap=True))

    def _say(self, icon: str, ink: str, text: str) -> None:
        self._sign.set_sign(icon, ink)
        self._sign.show()
        self._found.set_tone({"text2": "secondary"}.get(ink, ink))
        self._found.setText(text)

    # -- Licences and log -----------------------------------------------------------------------------

    def show_licences(self) -> None:
        """What the program is made of, and under which licence each part is."""
        tr = self.words.tr
        dialog = Dialog(
            tr("Licences"),
            tr("The texts lie beside the program."),
            name="settings.licences",
            parent=self.window(),
        )
        scroll = ScrollColumn(2)
        scroll.setMinimumHeight(260)
        for name, licence in LICENCES:
            scroll.body.addWidget(FactRow(name, licence))
        scroll.body.addStretch(1)
        dialog.body.addWidget(scroll)
        dialog.add_verb("close", tr("Close"), safe=True)
        dialog.ask()

    def _ask_where(self) -> None:
        choose_target(self, self.words.tr("Save the log"), Path(NAME), self.save_log)

    def save_log(self, target: Path) -> None:
        """Copy the log of this laptop, oldest lines first; it holds no personal data."""
        logs = self._root / "logs"
        self.save(
            lambda: save_log(logs, target),
            None,
            lambda: self.context.notify(self.words.tr("The log is saved")),
        )


def save_log(logs: Path, target: Path) -> None:
    """Put the files of the log into one. Raises :class:`Refused` where there is none, :class:`CannotSave`."""
    found = sorted(logs.glob(f"{NAME}*"), reverse=True)
    if not found:
        raise Refused("There is no log on this laptop yet.")
    with files.new_file(target) as part, part.open("wb") as out:
        for path in found:
            with path.open("rb") as source:
                shutil.copyfileobj(source, out)
