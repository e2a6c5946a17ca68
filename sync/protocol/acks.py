"""The server's answer to a batch, to and from what travels in a welcome."""

from __future__ import annotations

from typing import Final

from emis_desktop.rules.clock import Clock, Tick
from sync.operations import Ack, Answer, Outcome
from sync.protocol.columns import plain_value, stored_value
from sync.protocol.messages import AckWire, AnswerWire, decode, encode
from sync.protocol.numbers import bad
from sync.protocol.reading import guarded

_OUTCOMES: Final = tuple(Outcome)


def ack_wire(ack: Ack) -> AckWire:
    """An acknowledgement as it travels."""
    answers = tuple(_wire(index, answer) for index, answer in sorted(ack.not_applied.items()))
    return AckWire(ack.batch, ack.first, ack.tag, answers)


def ack_of(wire: AckWire) -> Ack:
    """The acknowledgement that travelled; :class:`~sync.protocol.errors.BadMessage` when it is none."""
    return guarded(_ack, wire)


def encode_ack(ack: Ack) -> bytes:
    """The packed bytes of an acknowledgement, as it is stored with its batch."""
    return encode(ack_wire(ack))


def decode_ack(packed: bytes) -> Ack:
    """The acknowledgement in packed bytes; :class:`~sync.protocol.errors.BadMessage` for anything else."""
    return ack_of(decode(AckWire, packed))


def _wire(index: int, answer: Answer) -> AnswerWire:
    values = {name: plain_value(value) for name, value in answer.values.items()}
    ticks = {name: (*tick.clock, tick.rank, tick.reopens) for name, tick in answer.ticks.items()}
    outcome = _OUTCOMES.index(answer.outcome)
    return AnswerWire(index, outcome, answer.reason, values, ticks, answer.logged)


def _ack(wire: AckWire) -> Ack:
    answers = {one.index: _answer(one) for one in wire.not_applied}
    if len(answers) != len(wire.not_applied):
        raise bad("two answers for one operation")
    return Ack(wire.batch, wire.first, wire.tag, answers)


def _answer(wire: AnswerWire) -> Answer:
    if not 0 <= wire.outcome < len(_OUTCOMES):
        raise bad("an outcome of no kind")
    values = {name: stored_value(value) for name, value in wire.values.items()}
    ticks = {
        name: Tick(Clock(stamp, actor), rank, reopens)
        for name, (stamp, actor, rank, reopens) in wire.ticks.items()
    }
    return Answer(_OUTCOMES[wire.outcome], wire.reason, values, ticks, wire.logged)
