"""Whole syncs between a store and a server in memory, over a line that breaks at every byte."""

import hashlib
import itertools
from collections.abc import Callable, Sequence

import pytest
from msgspec.structs import replace

from emis_desktop.errors import Cancelled
from emis_desktop.queries.sync_state import Phase
from sync.engine.backoff import Patience
from sync.engine.calls import DOWN, Caller
from sync.engine.fetch import TooLarge
from sync.engine.line import LineFault, NoLine, Request, Response, drive
from sync.engine.meter import Progress
from sync.engine.refusals import NoToken
from sync.engine.run import ROUNDS, Engine, Surroundings, SyncResult
from sync.operations import Page
from sync.protocol.errors import BadMessage
from sync.protocol.messages import Flag, Upload, Welcome, decode, encode
from sync.protocol.packing import join, split
from sync.protocol.pages import encode_page
from tests.sync.engine.fakes import SERVER, SITE, Device, FakeLine, FakeServer, FakeStore, row


def sync(
    store: FakeStore,
    server: FakeServer,
    cuts: Sequence[int] = (),
    watch: list[Progress] | None = None,
    tries: int = 6,
) -> tuple[SyncResult, FakeLine]:
    line = FakeLine(server, cuts)
    seconds = itertools.count()
    around = Surroundings(
        wall_ms=lambda: 1000,
        clock=lambda: float(next(seconds)),
        chance=lambda: 0.5,
        watch=(watch if watch is not None else []).append,
        patience=Patience(tries=tries),
    )
    engine = Engine(store, Caller(SITE, SERVER, Device()), line.tally, around)
    return drive(engine.steps(), line, lambda _seconds: None), line


def equal(store: FakeStore, server: FakeServer) -> None:
    assert store.rows == server.rows()
    assert not store.batches
    assert len(store.applied) == len(set(store.applied)), "an entry was applied twice"
    assert server.stale == 0, "a lost answer was taken for a clone"


def test_nothing_to_do_is_one_request() -> None:
    store, server = FakeStore(), FakeServer()
    result, _ = sync(store, server)
    result, _ = sync(store, server)
    assert (result.requests, result.ops_sent, result.ops_received) == (1, 0, 0)
    assert result.nothing
    assert server.asked == ["hello", "hello"]


def test_a_few_edits_each_way_are_one_request() -> None:
    store, server = FakeStore(), FakeServer()
    store.type("ours")
    server.write("theirs")
    server.write("theirs too")
    result, _ = sync(store, server)
    assert (result.requests, result.ops_sent, result.ops_received) == (1, 1, 2)
    equal(store, server)
    assert store.offsets == [9 - 1000]


def test_only_where_nothing_came_either_way_have_the_sums_been_compared() -> None:
    store, server = FakeStore(), FakeServer()
    server.write("theirs")
    sync(store, server)
    assert store.settled_count == 0, "with a page the server does not compare"
    sync(store, server)
    assert store.settled_count == 1


def noise(who: str, number: int) -> str:
    """A text that packs badly."""
    return who + hashlib.sha256(str(number).encode()).hexdigest()[:30]


def much(store: FakeStore, server: FakeServer) -> None:
    """So much each way that it takes uploads and pages."""
    for number in range(90):
        server.write(noise("theirs", number))
    for number in range(900):
        store.type(noise("ours", number))


def test_much_each_way_goes_by_upload_and_pages() -> None:
    store, server = FakeStore(), FakeServer()
    much(store, server)
    watch: list[Progress] = []
    result, _ = sync(store, server, watch=watch)
    equal(store, server)
    assert (result.ops_sent, result.ops_received) == (900, 90)
    assert "up" in server.asked
    assert server.asked.count("hello") == 1
    done = [one.bytes_done for one in watch]
    assert done == sorted(done), "progress never goes back"
    assert watch[-1].bytes_done <= watch[-1].bytes_total
    assert {Phase.CONNECTING, Phase.SENDING, Phase.RECEIVING} <= {one.phase for one in watch}
    assert watch[-1].sending.done == 900


def test_a_cut_at_every_byte_of_a_small_sync() -> None:
    def fresh() -> tuple[FakeStore, FakeServer]:
        store, server = FakeStore(), FakeServer(page_size=3)
        for number in range(8):
            server.write(f"theirs {number}")
        store.type("ours")
        return store, server

    store, server = fresh()
    _, line = sync(store, server)
    for cut in range(line.total):
        store, server = fresh()
        result, _ = sync(store, server, [cut])
        equal(store, server)
        assert (result.ops_sent, store.cursor) == (1, 9)


def test_cuts_of_a_large_sync_cost_little() -> None:
    step = 211
    store, server = FakeStore(), FakeServer()
    much(store, server)
    _, whole = sync(store, server)
    for cut in range(step, whole.total, step * 7):
        store, server = FakeStore(), FakeServer()
        much(store, server)
        _, line = sync(store, server, [cut])
        equal(store, server)
        assert line.total <= whole.total + 1200, "what had come was not sent again"


def test_a_line_that_is_cut_again_and_again_gets_there() -> None:
    store, server = FakeStore(), FakeServer()
    much(store, server)
    result, _ = sync(store, server, list(range(900, 60_000, 900)))
    equal(store, server)
    assert result.resumed > 5


def test_without_progress_it_is_given_up_and_nothing_is_lost() -> None:
    store, server = FakeStore(), FakeServer()
    store.type("ours")
    with pytest.raises(NoLine):
        sync(store, server, [10] * 50)
    result, _ = sync(store, server)
    assert result.ops_sent == 1
    equal(store, server)


def test_waits_grow_and_are_short_again_after_progress() -> None:
    store, server = FakeStore(), FakeServer()
    store.type("ours")
    engine = Engine(
        store, Caller(SITE, SERVER, Device()), FakeLine(server).tally, Surroundings(chance=lambda: 1.0)
    )
    steps = engine.steps()
    waits: list[float] = []

    class Never(FakeLine):
        def send(self, request: Request) -> Response:
            raise NoLine

    with pytest.raises(NoLine):
        drive(steps, Never(server), waits.append)
    assert waits == [0.5, 1.0, 2.0, 4.0]


def test_the_first_snapshot_is_merged_and_resumed() -> None:
    def fresh() -> tuple[FakeStore, FakeServer]:
        store, server = FakeStore(), FakeServer(page_size=1000)
        for number in range(300):
            server.write(noise("theirs", number))
        server.take_snapshot(3)
        server.write("written since")
        store.type("ours")
        return store, server

    store, server = fresh()
    watch: list[Progress] = []
    result, whole = sync(store, server, watch=watch)
    equal(store, server)
    assert (result.ops_received, result.ops_sent) == (301, 1)
    assert Phase.FIRST in {one.phase for one in watch}
    for cut in range(50, whole.total, 211):
        store, server = fresh()
        _, line = sync(store, server, [cut])
        equal(store, server)
        assert line.total <= whole.total + 1200


def test_a_snapshot_that_is_gone_begins_anew() -> None:
    class Forgetful(FakeServer):
        def handle(self, request: Request, body: bytes, *, whole: bool) -> Response:
            if request.target.endswith("/1") and self.asked.count("snap") < 2:
                return Response(410, {}, b'{"reason": "gone"}')
            return super().handle(request, body, whole=whole)

    store, server = FakeStore(), Forgetful()
    for number in range(30):
        server.write(f"theirs {number}")
    server.take_snapshot(3)
    sync(store, server)
    assert store.rows == server.rows()
    assert server.asked.count("snap") == 2


def test_a_restored_store_becomes_a_new_generation_and_sends_its_work() -> None:
    store, server = FakeStore(), FakeServer()
    for number in range(3):
        server.write(f"theirs {number}")
        sync(store, server)
    store.nonce = (1).to_bytes(8)
    store.type("typed in the copy")
    result, _ = sync(store, server)
    assert server.stale == 1
    assert store.generation == 2
    assert result.ops_sent == 1
    assert store.rows == server.rows()


def test_another_history_is_asked_for_once_more() -> None:
    store, server = FakeStore(), FakeServer()
    server.write("theirs")
    sync(store, server)
    server.history = b"history2"
    result, _ = sync(store, server)
    assert result.requests == 2
    assert store.history == b"history2"


def test_how_pupils_came_is_told_before_what_was_done_since() -> None:
    store, server = FakeStore(came=b"moves"), FakeServer()
    server.write("theirs")
    sync(store, server)
    assert server.offers == 0
    server.history = b"history2"
    store.type("ours")
    before = len(server.asked)
    sync(store, server)
    assert server.asked[before:] == ["hello", "offers", "hello"]
    assert server.told == [b"moves"]
    assert "ours" in server.rows().values()


def test_roots_that_differ_are_put_right_and_unknown_rows_offered() -> None:
    store, server = FakeStore(), FakeServer()
    server.write("theirs")
    sync(store, server)
    store.rows.clear()
    server.check_roots = True
    sync(store, server)
    assert store.rows == server.rows()
    assert server.asked[-2:] == ["digest", "rows"]
    store.rows[SITE] = "only here"
    sync(store, server)
    assert server.offers == 1
    assert SITE in store.rows, "a row that the server lacks is never deleted here"


def test_what_gave_way_is_told_page_by_page_and_again_only_where_a_cut_left_it_unsure() -> None:
    pages = [(b"one", 4), (b"two", 9)]
    store, server = FakeStore(gave_way=list(pages)), FakeServer()
    _, whole = sync(store, server)
    assert (server.told, store.gave_way) == ([b"one", b"two"], [])
    sync(store, server)
    assert server.offers == 2
    for cut in range(0, whole.total, 7):
        store, server = FakeStore(gave_way=list(pages)), FakeServer()
        sync(store, server, [cut])
        assert (list(dict.fromkeys(server.told)), store.gave_way) == ([b"one", b"two"], [])
        assert server.offers <= 3


def test_a_refusal_ends_it_at_once() -> None:
    class Refusing(FakeServer):
        def handle(self, request: Request, body: bytes, *, whole: bool) -> Response:
            return Response(403, {}, b'{"reason": "revoked"}')

    store = FakeStore()
    store.type("kept")
    with pytest.raises(Exception, match="ended this laptop") as fault:
        sync(store, Refusing())
    assert not isinstance(fault.value, LineFault)
    assert len(store.batches) == 1


def test_nonsense_from_the_server_changes_nothing() -> None:
    class Odd(FakeServer):
        def handle(self, request: Request, body: bytes, *, whole: bool) -> Response:
            return Response(200, {}, b"\x05nonsense")

    store = FakeStore(nonce=b"n")
    with pytest.raises(Exception, match="could not be read"):
        sync(store, Odd())
    assert (store.nonce, store.cursor) == (b"n", 0)


def test_cancelled_where_it_applies_a_page() -> None:
    store, server = FakeStore(), FakeServer()
    server.write("theirs")

    def breathe() -> None:
        raise Cancelled("Stopped.")

    line = FakeLine(server)
    engine = Engine(store, Caller(SITE, SERVER, Device()), line.tally, Surroundings(breathe=breathe))
    with pytest.raises(Cancelled):
        drive(engine.steps(), line, lambda _seconds: None)
    assert store.cursor == 0
    sync(store, server)
    equal(store, server)


def test_a_kept_page_that_was_damaged_is_fetched_anew() -> None:
    store, server = FakeStore(), FakeServer()
    for number in range(90):
        server.write(noise("theirs", number))
    target = f"{DOWN}?after=20&upto=90"
    true = server._down(target, {})
    store.keep(target, true.heads["etag"], true.body[:40] + bytes(true.body[40:60][::-1]))
    sync(store, server)
    assert store.cursor == 90


def test_bytes_that_the_server_never_has_are_not_asked_for_for_ever() -> None:
    class Without(FakeServer):
        def _down(self, target: str, heads: dict[str, str]) -> Response:
            self.asked.append("down again")
            return Response(416, {})

    store, server = FakeStore(), Without()
    for number in range(90):
        server.write(noise("theirs", number))
    sync(store, server)
    equal(store, server)
    assert 0 < server.asked.count("down again") < 10


def test_more_than_any_page_has_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    store, server = FakeStore(), FakeServer()
    for number in range(90):
        server.write(noise("theirs", number))
    monkeypatch.setattr("sync.engine.fetch.MOST", 300)
    with pytest.raises(TooLarge):
        sync(store, server)
    assert store.kept_ == {}


def test_a_page_beyond_a_gap_is_not_taken_from_a_welcome() -> None:
    class Ahead(FakeServer):
        def _page(self, after: int, upto: int) -> Page | None:
            return super()._page(after + 3, upto)

    store, server = FakeStore(), Ahead()
    for number in range(9):
        server.write(noise("theirs", number))
    with pytest.raises(BadMessage):
        sync(store, server)
    assert store.cursor == 0


def test_talk_without_records_is_no_progress() -> None:
    class Forgetful(FakeServer):
        """Hands tokens that it does not know afterwards."""

        def _down(self, target: str, heads: dict[str, str]) -> Response:
            return Response(403, {}, b'{"reason": "bad_token"}')

        def _page(self, after: int, upto: int) -> Page | None:
            return None

        def _hello(self, body: bytes) -> Response:
            response = super()._hello(body)
            welcome = replace(decode(Welcome, split(response.body)[0]), flags=int(Flag.MORE), token="token")
            return Response(200, {}, join(encode(welcome)))

    store, server = FakeStore(), Forgetful()
    server.write("theirs")
    with pytest.raises(NoToken):
        sync(store, server)
    assert server.asked.count("hello") < 10


class Odd(FakeServer):
    """Answers as a server does, but for one kind of request: ``odd`` changes the answer to it."""

    def __init__(self, kind: str, odd: Callable[[Response], Response], times: int = 1_000) -> None:
        super().__init__()
        self._kind, self._odd, self._times = kind, odd, times

    def handle(self, request: Request, body: bytes, *, whole: bool) -> Response:
        answer = super().handle(request, body, whole=whole)
        path = request.target.split("?")[0].removeprefix("/sync/v1/")
        if not path.startswith(self._kind) or self._times <= 0:
            return answer
        self._times -= 1
        return self._odd(answer)


def filled(server: FakeServer) -> FakeServer:
    for number in range(90):
        server.write(noise("theirs", number))
    return server


def empty(_answer: Response) -> Response:
    return Response(200, {}, join())


def test_an_answer_without_a_welcome_changes_nothing() -> None:
    store = FakeStore()
    with pytest.raises(BadMessage, match="no welcome"):
        sync(store, Odd("hello", empty))
    assert (store.history, store.cursor) == (b"", 0)


def test_a_page_of_another_place_in_the_log_is_dropped_and_fetched_anew() -> None:
    def another(_answer: Response) -> Response:
        return Response(200, {"etag": '"x"'}, encode_page(Page(3, 5, 90, (), ())))

    for times in (1, 1_000):  # always: what comes with the welcomes is enough
        store, server = FakeStore(), filled(Odd("down", another, times))
        sync(store, server)
        equal(store, server)
        assert store.kept_ == {}
        assert "down" in server.asked


def test_bytes_that_are_not_there_though_all_were_asked_for_are_no_page() -> None:
    store, server = FakeStore(), filled(Odd("down", lambda _answer: Response(416, {})))
    sync(store, server)
    equal(store, server)
    assert "down" in server.asked


def test_a_part_of_a_snapshot_with_another_hash_is_fetched_anew() -> None:
    def turned(answer: Response) -> Response:
        return Response(answer.status, answer.heads, answer.body[::-1])

    store, server = FakeStore(), filled(Odd("snap/", turned, times=1))
    server.take_snapshot(3)
    sync(store, server)
    equal(store, server)
    store, server = FakeStore(), filled(Odd("snap/", turned))
    server.take_snapshot(3)
    with pytest.raises(BadMessage, match="another hash"):
        sync(store, server)
    assert store.applied == []


def test_rows_of_a_comparison_that_are_none_and_no_page_with_them() -> None:
    store, server = FakeStore(), Odd("rows", empty)
    server.check_roots = True
    server.write("theirs")
    sync(store, server)
    store.rows[row(0)] = "another"
    with pytest.raises(BadMessage, match="no rows"):
        sync(store, server)

    def without_page(answer: Response) -> Response:
        return Response(200, {}, join(split(answer.body)[0]))

    bare = Odd("rows", without_page)
    bare.check_roots = True
    bare.write("theirs")
    store = FakeStore()
    sync(store, bare)
    store.rows[row(77)] = "ours alone"
    sync(store, bare)
    assert bare.offers > 0


def test_an_upload_whose_result_is_missing_waits_and_one_that_lost_bytes_goes_on() -> None:
    def no_result(_answer: Response) -> Response:
        return Response(200, {}, encode(Upload(5)))

    store = FakeStore()
    for number in range(900):
        store.type(noise("ours", number))
    with pytest.raises(BadMessage, match="without a result"):
        sync(store, Odd("up/", no_result))
    assert len(store.batches) == 1
    lost, again = [0], FakeServer()
    handle = again._up

    def forgets(name: str, heads: dict[str, str], body: bytes) -> Response:
        if body and not lost[0]:
            lost[0] = 1
            return Response(308, {"range": "bytes=0-9"})
        return handle(name, heads, body)

    again._up = forgets  # type: ignore[method-assign]
    fresh = FakeStore(batches=dict(store.batches), rows=dict(store.rows))
    sync(fresh, again)
    assert not fresh.batches
    assert lost == [1]


def test_a_sync_is_told_as_a_document() -> None:
    result, _ = sync(FakeStore(), FakeServer())
    told = result.document()
    assert told["requests"] == result.requests
    assert {"bytes_up", "bytes_down", "ops_sent", "ops_received", "conflicts", "root"} <= told.keys()


def test_a_page_that_was_kept_whole_is_fetched_anew_where_nothing_is_left_of_it() -> None:
    class Short(FakeServer):
        """Has nothing beyond what is kept, by its own account."""

        def _down(self, target: str, heads: dict[str, str]) -> Response:
            return Response(416, {}) if "Range" in heads else super()._down(target, heads)

    store, server = FakeStore(), Short()
    filled(server)
    target = f"{DOWN}?after=20&upto=90"
    true = server._down(target, {})
    store.keep(target, true.heads["etag"], true.body)
    sync(store, server)
    equal(store, server)


def test_an_answer_to_another_batch_than_was_sent_counts_as_none_of_ours() -> None:
    def another(answer: Response) -> Response:
        frames = split(answer.body)
        welcome = decode(Welcome, frames[0])
        if welcome.ack is None:
            return answer
        return Response(200, {}, join(encode(replace(welcome, ack=replace(welcome.ack, batch=b"x" * 16)))))

    store, server = FakeStore(), Odd("hello", another, times=1)
    store.type("ours")
    result, _ = sync(store, server)
    assert result.ops_sent == 1, "it is sent once more, and counted when its own answer comes"
    equal(store, server)


def test_a_server_that_never_settles_is_left_for_another_time() -> None:
    def never(answer: Response) -> Response:
        welcome = decode(Welcome, split(answer.body)[0])
        return Response(200, {}, join(encode(replace(welcome, flags=int(Flag.NEW_GENERATION)))))

    store, server = FakeStore(), Odd("hello", never)
    sync(store, server)
    assert server.asked == ["hello"] * ROUNDS
