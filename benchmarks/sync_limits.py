"""What one exchange may cost at most, and what it cost others: the table that the engine was designed to.

The peers were measured once with 10,000 records of 22 fields and a proxy that counts as ours does: Morango
0.8.15 (Kolibri's engine) and PouchDB 9 with batches of 1,000. The floor is the least that records, clocks and
signed heads were found to pack into. Bytes are those of HTTP heads and bodies both ways, in clear.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Cost:
    """Bytes both ways, requests and seconds; ``None`` where nothing was said or measured."""

    size: float | None = None
    requests: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: at most so much, the peers' figures, the floor."""

    name: str
    most: Cost
    morango: Cost = Cost()
    pouchdb: Cost = Cost()
    floor: Cost = Cost()


TABLE: Final[dict[str, Line]] = {
    "push": Line(
        "first push of 10,000",
        Cost(560_000, 15, 2.0),
        Cost(1_144_178, 35, 32.6),
        Cost(7_531_670, 48, 2.1),
        Cost(479_000),
    ),
    "pull": Line(
        "first pull of 10,000",
        Cost(480_000, 12, 2.0),
        Cost(14_861_151, 55, 32.2),
        Cost(2_352_670, 54, 2.1),
        Cost(407_000),
    ),
    "nothing": Line("nothing to do", Cost(700, 1), Cost(33_817, 26), Cost(6_223, 10), Cost(633)),
    "nothing_ministry": Line("nothing to do, ministry of 120 schools", Cost(700, 1), floor=Cost(633)),
    "nothing_slow": Line(
        "nothing to do, 64 kbit/s, 600 ms",
        Cost(seconds=1.5),
        Cost(seconds=27.8),
        Cost(seconds=12.9),
        Cost(seconds=1.2),
    ),
    "nothing_tls": Line(
        "the same, new connection, TLS 1.3", Cost(2_500 + 700, None, 2.2), floor=Cost(633 + 1_820, None, 1.8)
    ),
    "one_field": Line("send one edited field", Cost(850, 1), Cost(34_931, 27), Cost(8_959, 13), Cost(785)),
    "one_value": Line("send 500 fields of one value", Cost(11_000), Cost(89_757), Cost(403_708), Cost(8_071)),
    "distinct": Line("send 500 distinct marks", Cost(16_000), floor=Cost(13_600)),
    "receive": Line("receive 500 edited fields", Cost(12_000), Cost(775_118), Cost(173_292), Cost(8_071)),
}
CUT_SHARE: Final = 0.05
"""Of the bytes of an exchange without a cut: what five random cuts may add."""
SILENCE_S: Final = 60.0
"""Seconds in which a line that went silent is noticed."""
SERVER_MB: Final = 300
"""Megabytes of memory of a serving process at most."""
