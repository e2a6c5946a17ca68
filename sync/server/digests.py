"""Sums over what each node holds, kept with every write, so that two ends see in 16 bytes whether they agree.

A facet of a row counts once at every node that sees it: the schools, the areas over them and the whole
country; what everybody sees counts apart, under :data:`~sync.server.access.NATION`. A site's sums are those
of its node and of the nation together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, cast

from sync.digest import BUCKETS, ROUND, SUM_BYTES, bucket_of, root_of, row_term
from sync.server.access import ALL, NATION, Reach, SiteRights, classes_read, reads_everything, shows
from sync.server.areas import nodes_over
from sync.server.model import ServerModel, TableModel
from sync.server.raw import Raw

_ALL: Final = ALL.bytes
_NATION: Final = NATION.bytes
_UPSERT: Final = (
    "INSERT INTO digest (node, sensitivity, bucket, sum) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (node, sensitivity, bucket) DO UPDATE SET sum = excluded.sum"
)


class Sums:
    """What a transaction changes in the sums."""

    def __init__(self, raw: Raw, over: Mapping[bytes, tuple[bytes, ...]]) -> None:
        """``over``: the areas over each school."""
        self._raw = raw
        self._over = over
        self._nodes: dict[frozenset[bytes], frozenset[bytes]] = {}
        self._changes: defaultdict[tuple[bytes, str], dict[int, int]] = defaultdict(dict)

    def nodes(self, scopes: frozenset[bytes]) -> frozenset[bytes]:
        """The nodes at which something seen by those scopes counts."""
        found = self._nodes.get(scopes)
        if found is None:
            if _NATION in scopes:
                found = frozenset((_NATION,))
            else:
                areas = (area for scope in scopes for area in self._over.get(scope, ()))
                found = frozenset((*scopes, *areas, _ALL))
            self._nodes[scopes] = found
        return found

    def move(
        self,
        facet: str,
        sensitivity: str,
        row: bytes,
        before: tuple[int, frozenset[bytes]] | None,
        after: tuple[int, frozenset[bytes]] | None,
    ) -> None:
        """A facet of a row had one version at some nodes and has another at others."""
        bucket = bucket_of(row)
        for side, sign in ((before, -1), (after, 1)):
            if side is None:
                continue
            term = sign * row_term(facet, row, side[0])
            for node in side[1]:
                sums = self._changes[node, sensitivity]
                sums[bucket] = sums.get(bucket, 0) + term

    def write(self) -> None:
        """Keep what changed."""
        sql = "SELECT bucket, sum FROM digest WHERE node = ? AND sensitivity = ?"
        changed: list[tuple[object, ...]] = []
        for (node, sensitivity), sums in self._changes.items():
            held = dict(self._raw.rows(sql, (node, sensitivity)))
            for bucket, change in sums.items():
                if change % ROUND:
                    number = int.from_bytes(held.get(bucket, b"")) + change
                    changed.append((node, sensitivity, bucket, (number % ROUND).to_bytes(SUM_BYTES)))
        self._raw.many(_UPSERT, changed)
        self._changes.clear()


def sums_of(raw: Raw, site: SiteRights) -> dict[str, bytes]:
    """What a site should hold: by class, the sums of the buckets one after the other."""
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0] * BUCKETS)
    sql = "SELECT sensitivity, bucket, sum FROM digest WHERE node IN (?, ?)"
    classes = classes_read(site)
    for sensitivity, bucket, number in raw.rows(sql, (site.node.bytes, _NATION)):
        if sensitivity in classes:
            totals[sensitivity][bucket] += int.from_bytes(number)
    return {
        sensitivity: b"".join((one % ROUND).to_bytes(SUM_BYTES) for one in sums)
        for sensitivity, sums in totals.items()
        if any(one % ROUND for one in sums)
    }


def root(raw: Raw, site: SiteRights) -> bytes | None:
    """One number for all that a site should hold; ``None`` for one that does not receive every table."""
    return root_of(sums_of(raw, site)) if reads_everything(site) else None


def rebuild(raw: Raw, model: ServerModel, areas: Iterable[bytes]) -> None:
    """Make the sums of areas anew from their rows, after a school or an area came to lie elsewhere."""
    over = nodes_over(raw)
    for area in areas:
        raw.run("DELETE FROM digest WHERE node = ?", (area,))
        schools = frozenset(school for school, nodes in over.items() if area in nodes)
        if schools:
            sums = Sums(raw, {})
            for table in model.tables.values():
                _add_table(raw, sums, table, schools, area)
            sums.write()


def _add_table(raw: Raw, sums: Sums, table: TableModel, schools: frozenset[bytes], area: bytes) -> None:
    reaches: dict[bytes, int] = {}
    sql = "SELECT row_id, reach FROM sight WHERE scope = ? AND table_name = ?"
    for school in schools:
        for row, reach in raw.rows(sql, (school, table.name)):
            reaches[row] = max(reach, reaches.get(row, 0))
    everybody = {row for row, _ in raw.rows(sql, (_NATION, table.name))} if reaches else set()
    classes: dict[bytes, str] = {}
    if table.name == "conflict":
        found = raw.read(table.table, ("id", "sensitivity"), "id", reaches)
        classes = {cast(bytes, row): str(of) for row, of in found}
    clocks = "SELECT row_id, version FROM row_clock WHERE facet = ? AND row_id {ids}"
    for facet in table.facets:
        shown = [
            row
            for row, reach in reaches.items()
            if shows(reach, facet.sensitivity)
            and not (row in everybody and shows(Reach.REFERENCE, facet.sensitivity))
        ]
        for row, version in raw.among(clocks, shown, (facet.name,)):
            sensitivity = classes.get(row, str(facet.sensitivity))
            sums.move(facet.name, sensitivity, row, None, (version, frozenset((area,))))
