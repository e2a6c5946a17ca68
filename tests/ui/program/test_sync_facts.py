"""The three facts about sending in the status bar, at every moment of visual.md section 7."""

from dataclasses import replace
from datetime import timedelta

import pytest

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import Barred, Part, Phase, SyncState
from resources.words import Words
from tests.factories.sync_fakes import NOW, RECEIVING, joined
from ui.program.sync_facts import Told, contact_fact, decision_fact, waiting_fact

WORDS = Words.load("en")
IDLE = SyncState(contact_at=NOW - timedelta(hours=2))


def told(state: SyncState = IDLE, waiting: int = 14, to_decide: int = 0) -> Told:
    return Told(state, joined(), waiting, to_decide)


@pytest.mark.parametrize(
    ("state", "waiting", "said"),
    [
        (IDLE, 14, "14 changes waiting to be sent"),
        (IDLE, 1, "1 change waiting to be sent"),
        (IDLE, 0, "Nothing waiting"),
        (replace(IDLE, phase=Phase.SENDING, sending=Part(6, 14)), 14, "Sending 14 changes, 6 done"),
        (replace(IDLE, phase=Phase.SENDING, sending=Part(1, 1)), 14, "Sending 1 change, 1 done"),
        (RECEIVING, 0, "Receiving 640 changes, 412 done"),
        (replace(RECEIVING, paused=True), 3, "Sync paused"),
        (replace(IDLE, phase=Phase.CONNECTING), 3, "Asking the Ministry"),
    ],
)
def test_what_waits_or_is_under_way(state: SyncState, waiting: int, said: str) -> None:
    fact = waiting_fact(WORDS, told(state, waiting))
    assert (fact.text, fact.tone, fact.leads) == (said, "neutral", True)


def test_a_missing_line_is_normal() -> None:
    fact = contact_fact(WORDS, told(replace(IDLE, error=EmisError("no line"), no_line=True)), NOW)
    assert (fact.text, fact.tone) == ("Last sent 2 h ago, no connection now", "neutral")
    assert "," in fact.tip, "the exact time"


def test_the_last_contact_is_said_between_two_syncs_only() -> None:
    assert contact_fact(WORDS, told(), NOW).text == "Last sent 2 h ago"
    assert contact_fact(WORDS, told(RECEIVING), NOW).text == ""


def test_a_laptop_that_never_reached_the_ministry_says_so() -> None:
    never = Told(SyncState(), replace(joined(), contact_at=None), 0, 0)
    assert contact_fact(WORDS, never, NOW).text == "Not synced yet"


@pytest.mark.parametrize("barred", [one for one in Barred if one])
def test_a_refusal_is_said_with_what_to_do(barred: Barred) -> None:
    fact = contact_fact(WORDS, told(replace(IDLE, barred=barred)), NOW)
    assert fact.tone == "bad"
    assert fact.leads
    assert fact.text
    assert fact.tip.endswith(".")


def test_the_last_days_without_a_line_are_said() -> None:
    near = Told(IDLE, replace(joined(), until=NOW + timedelta(days=3)), 0, 0)
    fact = contact_fact(WORDS, near, NOW)
    assert fact.tone == "warn"
    assert WORDS.date((NOW + timedelta(days=3)).date(), "day_month") in fact.text


def test_what_needs_a_decision_is_amber_and_leads() -> None:
    fact = decision_fact(WORDS, told(to_decide=2))
    assert (fact.text, fact.tone, fact.leads) == ("2 changes need your decision", "warn", True)
    assert decision_fact(WORDS, told()).text == ""
