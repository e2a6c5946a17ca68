"""The gallery's sign-in and first run: dark panel, people, password, answers as cards and rows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from resources.words import LANGUAGE_NAMES, Words
from ui.theme.fonts import SEMIBOLD
from ui.widgets.avatar import Ring
from ui.widgets.base import column, row, styled
from ui.widgets.button import Button
from ui.widgets.card import Card, Rule
from ui.widgets.chips import TabChips
from ui.widgets.choices import ChoiceCard, ChoiceRow, PersonRow
from ui.widgets.crest import Crest, SidePanel
from ui.widgets.fields import Sign
from ui.widgets.focus import FocusRing
from ui.widgets.form import PasswordField
from ui.widgets.text import Text

FACTS = (
    ("check", "All work saved on this laptop"),
    ("refresh-cw", "14 changes waiting to be sent"),
    ("clock", "Last sent 2 h ago, no connection now"),
)
STEPS = (("Who works here", "and where the records come from"), ("You", "name and password"), ("Ready", ""))


class Canvas(QWidget):
    """A window of its own."""

    def __init__(self, title: str) -> None:
        super().__init__()
        styled(self)
        self.setWindowTitle(title)


def languages() -> TabChips:
    """The languages at the top end."""
    return TabChips(list(LANGUAGE_NAMES.items()), "Language", name="sign_in.language")


def sign_in(words: Words) -> QWidget:
    """Who is at the laptop?"""
    window = Canvas("Sign in")
    line = row(window)
    panel = SidePanel(456)
    box = column(panel, 8, (40, 44, 40, 32))
    box.addWidget(Crest(60, 68))
    box.addSpacing(16)
    box.addWidget(Text("Windward Demo\nPrimary School", 26, SEMIBOLD, "rail_strong"))
    box.addWidget(Text("Thursday 5 November 2026, week 9 of 14", tone="rail"))
    box.addStretch(1)
    for icon, fact in FACTS:
        facts = row(None, 10)
        facts.addWidget(Sign(icon, "rail_mark"))
        facts.addWidget(Text(fact, tone="rail_strong"), 1)
        box.addLayout(facts)
    line.addWidget(panel)
    right = column(None, 12, (20, 20, 24, 20))
    right.addWidget(languages(), 0, Qt.AlignmentFlag.AlignRight)
    right.addStretch(1)
    right.addWidget(_people(words), 0, Qt.AlignmentFlag.AlignHCenter)
    right.addStretch(1)
    line.addLayout(right, 1)
    FocusRing(window)
    return window


def _people(words: Words) -> Card:
    card = Card(name="sign_in.card")
    card.setFixedWidth(440)
    card.body.setContentsMargins(24, 20, 24, 20)
    card.body.addWidget(Text("Who is at the laptop?", 20, SEMIBOLD))
    card.body.addWidget(Text("Locked after 10 minutes. Everything is as it was left.", tone="secondary"))
    people = column(None, 4)
    for person, role, seen in (
        ("User 01", "School administrator", "locked 10 min ago"),
        ("Teacher 01", "Teacher, Grade 5 Coral", "today 08:52"),
        ("Principal 01", "Principal", "yesterday"),
    ):
        line = PersonRow(person, role, seen, name=f"sign_in.{person}")
        line.setChecked(person == "User 01")
        people.addWidget(line)
    card.body.addLayout(people)
    card.body.addWidget(Rule())
    password = PasswordField("Password of User 01", words, name="sign_in.password")
    password.line.setText("12345678")
    card.body.addWidget(password)
    verbs = row(None, 8)
    verbs.addWidget(Button("Someone else", icon="user", name="sign_in.other"))
    verbs.addStretch(1)
    unlock = Button("Unlock", "primary", "lock", name="sign_in.unlock")
    unlock.setMinimumWidth(120)
    verbs.addWidget(unlock)
    card.body.addLayout(verbs)
    return card


def first_run(words: Words) -> QWidget:
    """Who works on this laptop?"""
    window = Canvas("First run")
    line = row(window)
    line.addWidget(_steps(words))
    right = column(None, 8, (48, 20, 48, 24))
    right.addWidget(languages(), 0, Qt.AlignmentFlag.AlignRight)
    right.addStretch(1)
    right.addWidget(Text("Who works on this laptop?", 26, SEMIBOLD))
    right.addWidget(Text("This decides what it keeps and what it shows.", tone="secondary"))
    answers = QWidget()
    cards = row(answers, 12)
    for icon, title, text in (
        ("school", "School", "One school. Pupils, marks and report cards; works for weeks without a line."),
        ("building-2", "Ministry", "All schools of the country. Examinations, risk, returns and sign-off."),
        ("globe", "Regional", "Totals of nine territories. No pupil’s record ever comes here."),
    ):
        card = ChoiceCard(icon, title, text, name=f"first.{title}")
        card.setChecked(title == "School")
        cards.addWidget(card, 1)
    right.addWidget(answers)
    right.addSpacing(8)
    right.addWidget(Text("Where do the records come from?", 14, SEMIBOLD))
    sources = Card(flush=True)
    for number, (icon, title, text) in enumerate(
        (
            ("key-round", "Join with a code", "Then the school’s records come down, current term first."),
            ("usb-stick", "Restore from a USB copy", "For a laptop that was lost, broken or reinstalled."),
            ("flag", "Try the demo country", "Invented schools and pupils. It never meets real records."),
        )
    ):
        if number:
            sources.body.addWidget(Rule())
        choice = ChoiceRow(icon, title, text, name=f"first.{icon}")
        choice.setChecked(number == 0)
        sources.body.addWidget(choice)
    right.addWidget(sources)
    right.addStretch(2)
    verbs = row(None, 8)
    verbs.addWidget(Text("No line now? Restore and demo work without one.", 12, tone="secondary"), 1)
    verbs.addWidget(Button("Back", name="first.back"))
    go_on = Button("Continue", "primary", name="first.continue")
    verbs.addWidget(go_on)
    right.addLayout(verbs)
    line.addLayout(right, 1)
    FocusRing(window)
    return window


def _steps(words: Words) -> SidePanel:
    panel = SidePanel(320)
    box = column(panel, 12, (32, 36, 32, 32))
    brand = row(None, 18)
    brand.addWidget(Crest(40, 46))
    brand.addWidget(Text(words.tr("School records"), 20, SEMIBOLD, "rail_strong"), 1)
    box.addLayout(brand)
    box.addSpacing(20)
    for number, (title, text) in enumerate(STEPS):
        line = row(None, 12)
        line.addWidget(Ring(number + 1, "now" if number == 0 else "later"))
        both = column(None)
        now = number == 0
        both.addWidget(Text(title, 13, SEMIBOLD if now else 500, "rail_strong" if now else "rail"))
        both.addWidget(Text(text, 12, tone="rail"))
        line.addLayout(both, 1)
        box.addLayout(line)
    box.addStretch(1)
    promise = "Everything you type stays on this laptop, encrypted. It is sent only to the Ministry."
    box.addWidget(Text(promise, 12, tone="rail", wrap=True))
    return panel
