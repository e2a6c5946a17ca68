"""The agent's thread, over syncs that do what the test says."""

import threading
from collections.abc import Callable, Iterator

import pytest

from emis_desktop.errors import Cancelled, CannotSave, EmisError
from emis_desktop.queries.sync_state import Barred, Part, Phase, SyncState
from sync.agent import Agent, barred
from sync.engine.line import NoLine, NotTheServer
from sync.engine.meter import Progress
from sync.engine.refusals import ServerRefused
from sync.engine.run import SyncResult
from sync.protocol.messages import Refusal

DONE = SyncResult(1, 300, 300, 0, 0, 0, 0, 0, "00" * 16, 0.1)


class Script:
    """Makes syncs: each waits for ``go`` and ends as the script has it."""

    def __init__(self, *ends: EmisError | None) -> None:
        self.ends = list(ends)
        self.begun = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.at_once = 0
        self.most_at_once = 0
        self.made = 0

    def make(self, watch: Callable[[Progress], None]) -> "FakeSync":
        self.made += 1
        return FakeSync(self, watch)


class FakeSync:
    """One sync of the script."""

    def __init__(self, script: Script, watch: Callable[[Progress], None]) -> None:
        self.script, self.watch = script, watch
        self.cancelled = threading.Event()

    def run(self) -> SyncResult:
        script = self.script
        script.at_once += 1
        script.most_at_once = max(script.most_at_once, script.at_once)
        self.watch(Progress(Phase.SENDING, sending=Part(1, 4, 100, 400)))
        script.begun.release()
        try:
            while not script.go.acquire(timeout=0.01):
                if self.cancelled.is_set():
                    raise Cancelled("Stopped.")
            end = script.ends.pop(0) if script.ends else None
            if end is not None:
                raise end
            return DONE
        finally:
            script.at_once -= 1

    def cancel(self) -> None:
        self.cancelled.set()


class Heard:
    """Remembers the states and lets the test wait for one."""

    def __init__(self, agent: Agent) -> None:
        self.states: list[SyncState] = []
        self._news = threading.Condition()
        agent.subscribe(self._hear)

    def _hear(self, state: SyncState) -> None:
        with self._news:
            self.states.append(state)
            self._news.notify_all()

    def until(self, wanted: Callable[[SyncState], bool]) -> SyncState:
        with self._news:
            assert self._news.wait_for(lambda: any(map(wanted, self.states)), 20), self.states
            found = next(state for state in self.states if wanted(state))
            self.states.clear()
            return found


Start = Callable[..., tuple[Agent, Script, Heard]]


@pytest.fixture
def start() -> Iterator[Start]:
    agents: list[Agent] = []

    def begin(*ends: EmisError | None, every: int | None = 15) -> tuple[Agent, Script, Heard]:
        script = Script(*ends)
        agent = Agent(script.make, every_minutes=every)
        agents.append(agent)
        heard = Heard(agent)
        agent.start()
        return agent, script, heard

    yield begin
    for agent in agents:
        agent.stop()


def is_idle(state: SyncState) -> bool:
    return state.phase is Phase.IDLE and not state.paused


def test_it_syncs_at_once_and_tells_what_it_is_at(start: Start) -> None:
    agent, script, heard = start()
    assert script.begun.acquire(timeout=20)
    sending = heard.until(lambda state: state.phase is Phase.SENDING)
    assert (sending.bytes_done, sending.bytes_total) == (100, 400)
    assert agent.state().running
    script.go.release()
    over = heard.until(is_idle)
    assert over.error is None
    assert over.contact_at is not None
    assert over.next_at is not None


def test_asked_while_one_runs_it_syncs_once_more_and_never_two_at_once(start: Start) -> None:
    agent, script, _ = start()
    assert script.begun.acquire(timeout=20)
    for _ in range(5):
        agent.now()
    script.go.release()
    assert script.begun.acquire(timeout=20)
    script.go.release()
    assert not script.begun.acquire(timeout=0.2)
    assert (script.made, script.most_at_once) == (2, 1)


def test_a_pause_holds_and_going_on_goes_on(start: Start) -> None:
    agent, script, heard = start()
    assert script.begun.acquire(timeout=20)
    heard.until(lambda state: state.phase is Phase.SENDING)
    agent.pause()
    held = heard.until(lambda state: state.paused and state.bytes_done == 100)
    assert held.running
    agent.go_on()
    assert script.begun.acquire(timeout=20)
    script.go.release()
    heard.until(is_idle)


def test_a_pause_while_idle_lets_none_begin(start: Start) -> None:
    agent, script, heard = start(every=None)
    agent.pause()
    agent.changed()
    assert not script.begun.acquire(timeout=0.2)
    agent.now()
    assert script.begun.acquire(timeout=20)
    script.go.release()
    heard.until(is_idle)


def test_cancelled_is_no_error(start: Start) -> None:
    agent, script, heard = start()
    assert script.begun.acquire(timeout=20)
    heard.until(lambda state: state.phase is Phase.SENDING)
    agent.cancel()
    over = heard.until(is_idle)
    assert over.error is None
    assert not script.begun.acquire(timeout=0.2)


def test_without_a_line_the_error_is_told_and_a_fault_of_ours_too(start: Start) -> None:
    _, script, heard = start(NoLine(), every=15)
    script.go.release()
    over = heard.until(is_idle)
    assert isinstance(over.error, NoLine)
    assert (over.barred, over.contact_at) == (Barred.NONE, None)
    agent, script, heard = start(RuntimeError("a bug"), every=None)  # type: ignore[arg-type]
    agent.now()
    script.go.release()
    assert heard.until(lambda state: state.error is not None).error is not None
    agent.now()
    script.go.release()
    heard.until(lambda state: is_idle(state) and state.error is None)


def test_stopping_ends_the_thread_and_nothing_is_told_after(start: Start) -> None:
    agent, script, heard = start()
    assert script.begun.acquire(timeout=20)
    agent.stop()
    heard.states.clear()
    assert not any(thread.name == "sync" and thread.is_alive() for thread in threading.enumerate())
    assert heard.states == []


def test_what_bars_it() -> None:
    assert barred(None) is Barred.NONE
    assert barred(NoLine()) is Barred.NONE
    assert barred(NotTheServer("x")) is Barred.WRONG_SERVER
    assert barred(CannotSave("x")) is Barred.DISK
    assert barred(ServerRefused(Refusal("revoked"))) is Barred.REVOKED
    assert barred(ServerRefused(Refusal("stolen"))) is Barred.LOST
    assert barred(ServerRefused(Refusal("never heard of"))) is Barred.NONE
