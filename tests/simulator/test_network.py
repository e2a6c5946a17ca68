"""The virtual line does what its weather says, and to one laptop always one thing at a time."""

import random
from collections.abc import Mapping

from sync.engine.line import NoLine, Request, Response, Tally
from tests.simulator.events import Clockwork, Record
from tests.simulator.network import FAIR, STALL_MS, Carried, CutPlan, Network, Weather


class Ear:
    """A sink and a listener."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.heard: list[Response | NoLine] = []

    def begin(self, status: int, heads: Mapping[str, str]) -> None:
        self.status = status

    def write(self, chunk: bytes) -> None:
        self.body += chunk


class Post:
    """A network with a server that keeps what it gets and answers with ``answer``."""

    def __init__(self, weather: Weather = FAIR, answer: bytes = b"0123456789", seed: int = 1) -> None:
        self.clock = Clockwork()
        self.record = Record(self.clock, keep=True)
        self.got: list[Carried] = []
        self.tally = Tally()
        self.answer = answer
        self.network = Network(self.clock, self.record, random.Random(seed), self._serve)
        self.network.weather = weather

    def _serve(self, carried: Carried) -> Response | None:
        self.got.append(carried)
        return Response(200, {}, self.answer) if carried.whole else None

    def send(self, body: bytes = b"abcd", sink: Ear | None = None) -> Response | NoLine:
        ear = Ear()
        self.network.send("A", Request("PUT", "/x", body=body, sink=sink), self.tally, ear.heard.append)
        assert self.clock.run()
        assert len(ear.heard) == 1
        return ear.heard[0]


def test_in_fair_weather_everything_arrives_once_and_takes_time() -> None:
    post = Post()
    began = post.clock.now_ms
    assert post.send() == Response(200, {}, b"0123456789")
    assert [carried.body for carried in post.got] == [b"abcd"]
    assert post.clock.now_ms > began
    assert (post.tally.requests, post.tally.up, post.tally.down) == (1, 4, 10)


def test_a_lost_request_is_never_served_and_given_up_after_the_stall() -> None:
    post = Post(Weather(lost=1))
    began = post.clock.now_ms
    assert isinstance(post.send(), NoLine)
    assert post.got == []
    assert post.clock.now_ms == began + STALL_MS


def test_an_unheard_answer_was_served() -> None:
    post = Post(Weather(unheard=1))
    assert isinstance(post.send(), NoLine)
    assert len(post.got) == 1


def test_a_cut_on_the_way_up_brings_the_first_bytes_and_no_more() -> None:
    lengths = set()
    for seed in range(40):
        post = Post(Weather(cut_up=1), seed=seed)
        assert isinstance(post.send(), NoLine)
        assert not post.got[0].whole
        assert b"abcd".startswith(post.got[0].body)
        lengths.add(len(post.got[0].body))
    assert lengths == {0, 1, 2, 3, 4}


def test_a_cut_on_the_way_down_leaves_what_had_come() -> None:
    for seed in range(20):
        post, sink = Post(Weather(cut_down=1), seed=seed), Ear()
        assert isinstance(post.send(sink=sink), NoLine)
        assert sink.status == 200
        assert b"0123456789".startswith(sink.body)


def test_a_sink_gets_the_body_instead_of_the_answer() -> None:
    post, sink = Post(), Ear()
    assert post.send(sink=sink) == Response(200, {}, b"")
    assert sink.body == b"0123456789"


def test_a_doubled_request_is_served_twice_and_heard_once() -> None:
    post = Post(Weather(doubled=1))
    assert isinstance(post.send(), Response)
    assert len(post.got) == 2


def test_a_late_copy_arrives_behind_what_was_sent_after_it() -> None:
    post = Post(Weather(late=1))
    heard: list[Response | NoLine] = []
    post.network.send("A", Request("POST", "/first"), post.tally, heard.append)
    assert post.clock.run(until_ms=post.clock.now_ms + 1_000)
    post.network.weather = Weather()
    post.network.send("A", Request("POST", "/second"), post.tally, heard.append)
    assert post.clock.run()
    assert [carried.request.target for carried in post.got] == ["/first", "/second", "/first"]
    assert len(heard) == 2


def test_a_planned_cut_is_of_that_request_at_that_byte() -> None:
    post = Post()
    post.network.plan = CutPlan(1, 2)
    assert isinstance(post.send(), Response)
    assert isinstance(post.send(), NoLine)
    assert post.got[1].body == b"ab"
    post.network.plan = CutPlan(2, 3, answer=True)
    sink = Ear()
    assert isinstance(post.send(sink=sink), NoLine)
    assert sink.body == b"012"
    assert post.network.sizes == [(4, 10), (4, 0), (4, 10)]
