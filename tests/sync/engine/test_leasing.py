"""Asking for a block of numbers inside a sync."""

from uuid import UUID

import pytest

from sync.engine.calls import Caller
from sync.engine.leasing import LEASE, lease_numbers
from sync.engine.line import Request, Response
from sync.protocol.leases import LeaseAnswer, LeaseAsk
from sync.protocol.messages import decode, encode


class Device:
    """Signs nothing: a token is used."""

    def sign(self, text: bytes) -> bytes:
        return text


class Stock:
    """Wants a block until it has one."""

    def __init__(self, wanted: LeaseAsk | None) -> None:
        self.wanted, self.kept = wanted, list[LeaseAnswer]()

    def ask(self) -> LeaseAsk | None:
        return self.wanted

    def keep(self, answer: LeaseAnswer) -> None:
        self.kept.append(answer)


def run(stock: Stock, status: int = 200, token: str = "t") -> tuple[list[Request], bool]:
    caller = Caller(UUID(int=1), UUID(int=2), Device(), token)
    steps = lease_numbers(caller, stock)
    asked: list[Request] = []
    try:
        step = next(steps)
        while True:
            assert isinstance(step, Request)
            asked.append(step)
            step = steps.send(Response(status, (), encode(LeaseAnswer("student", 201, 400))))
    except StopIteration as done:
        return asked, bool(done.value)


def test_a_block_is_asked_for_and_kept() -> None:
    stock = Stock(LeaseAsk("student", 200))
    (request,), again = run(stock)
    assert (request.method, request.target, again) == ("POST", LEASE, False)
    assert request.body is not None
    assert decode(LeaseAsk, bytes(request.body)) == LeaseAsk("student", 200)
    assert stock.kept == [LeaseAnswer("student", 201, 400)]


def test_with_enough_left_nothing_is_asked() -> None:
    assert run(Stock(None)) == ([], False)


def test_without_a_token_another_hello_is_asked_for_first() -> None:
    assert run(Stock(LeaseAsk("student", 200)), token="") == ([], True)


@pytest.mark.parametrize("status", [400, 404, 503])
def test_a_server_that_leases_nothing_now_stops_no_sync(status: int) -> None:
    stock = Stock(LeaseAsk("student", 200))
    assert run(stock, status)[1] is False
    assert stock.kept == []
