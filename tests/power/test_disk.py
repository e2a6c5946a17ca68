"""What a crash may leave: certain is what a flush waited for, everything else may be there, torn or gone."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.power.calls import Create, Event, Flush, Remove, Rename, Resize, Write
from tests.power.disk import Disk, Loss, written

F, G, D = "/d/f", "/d/g", "/d"


def disk(*events: Event) -> Disk:
    made = Disk()
    for event in events:
        made.apply(event)
    return made


def left(made: Disk, loss: Loss, seed: int = 0) -> dict[str, bytes]:
    return {
        path: content
        for path, content in made.crashed(loss, random.Random(seed)).items()
        if not path.endswith("-shm")
    }


def test_nothing_is_certain_without_a_flush() -> None:
    made = disk(Create(F), Write(F, 0, b"abc"))
    assert left(made, Loss.ALL) == {}
    assert left(made, Loss.NAMES_KEPT) == {F: b""}
    assert left(made, Loss.NONE) == made.now() == {F: b"abc"}


def test_a_flush_of_the_file_does_not_make_its_name_certain_nor_the_other_way() -> None:
    assert left(disk(Create(F), Write(F, 0, b"abc"), Flush(F, 2)), Loss.ALL) == {}
    assert left(disk(Create(F), Write(F, 0, b"abc"), Flush(D, 2)), Loss.ALL) == {F: b""}
    assert left(disk(Create(F), Write(F, 0, b"abc"), Flush(F, 2), Flush(D, 3)), Loss.ALL) == {F: b"abc"}


def test_a_flush_covers_only_what_was_there_when_it_began() -> None:
    made = disk(Create(F), Flush(D, 1), Write(F, 0, b"a"), Write(F, 1, b"b"), Flush(F, 3))
    assert left(made, Loss.ALL) == {F: b"a"}


def test_a_rename_is_one_step_whatever_is_lost() -> None:
    made = disk(
        Create(F), Write(F, 0, b"old"), Flush(F, 2), Flush(D, 3),
        Create(G), Write(G, 0, b"new"), Rename(G, F),
    )  # fmt: skip
    found = [left(made, Loss.TORN, seed) for seed in range(200)]
    assert all(F in each for each in found)
    assert {each[F] for each in found} == {b"old", b"", b"new"}  # without a flush the new name may be empty


def test_a_name_that_is_gone_may_come_back() -> None:
    made = disk(Create(F), Write(F, 0, b"x"), Flush(F, 2), Flush(D, 3), Remove(F))
    assert left(made, Loss.ALL) == {F: b"x"}
    assert left(made, Loss.NONE) == {}


def test_writes_tear_at_sectors_and_a_later_one_may_outlive_an_earlier() -> None:
    made = disk(Create(F), Flush(D, 1), Write(F, 0, b"1" * 1024), Write(F, 1024, b"2" * 512))
    found = {left(made, Loss.TORN, seed)[F] for seed in range(400)}
    assert bytes(1024) + b"2" * 512 in found
    assert bytes(512) + b"1" * 512 in found
    for each in found:
        for at in range(0, len(each), 512):
            assert each[at : at + 512] in {bytes(512), b"1" * 512, b"2" * 512}


def test_shared_memory_is_never_certain() -> None:
    shm, wal = "/d/s-shm", "/d/s-wal"
    made = disk(Create(shm), Write(shm, 0, b"x"), Flush(shm, 2), Create(wal), Flush(D, 4))
    assert shm not in made.crashed(Loss.NONE, random.Random(0))
    garbage = {made.crashed(Loss.TORN, random.Random(seed)).get(shm) for seed in range(20)}
    assert None in garbage
    assert len(garbage) > 2


OPS = st.one_of(
    st.builds(Write, st.just(F), st.integers(0, 3000), st.binary(min_size=1, max_size=1500)),
    st.builds(Resize, st.just(F), st.integers(0, 3000)),
    st.just("flush"),
)


@given(st.lists(OPS, max_size=12), st.integers(0, 1_000_000))
def test_every_sector_after_a_crash_is_one_that_was_certain_or_came_since(
    ops: list[Write | Resize | str], seed: int
) -> None:
    made = disk(Create(F), Flush(D, 1))
    model = b""
    versions = [b""]
    for number, op in enumerate(ops):
        if isinstance(op, str):
            made.apply(Flush(F, number + 2))
            versions = [model]
        else:
            made.apply(op)
            model = written(model, [op])
            versions.append(model)
    assert made.now()[F] == model
    assert left(made, Loss.ALL)[F] == versions[0]
    found = left(made, Loss.TORN, seed)[F]
    writes = [op for op in ops if isinstance(op, Write)]
    for at, byte in enumerate(found):
        came = {each[at] for each in versions if at < len(each)}
        came |= {0} if len(versions) > 1 else set()
        came |= {op.data[at - op.offset] for op in writes if 0 <= at - op.offset < len(op.data)}
        assert byte in came
