"""One writer, readers that never wait, nothing lost that was acknowledged, faults in words."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import traceback
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from emis_desktop import cipher, turns
from emis_desktop.database import Database
from emis_desktop.errors import CannotSave, EmisError, Refused
from emis_desktop.journal import Changed, Reading
from emis_desktop.models import Act, Area, CaptureContext, Change, Person, Site
from tests.factories.stores import Somebody, key, new_store

ROOT = Path(__file__).resolve().parents[2]
AREA = UUID(int=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    db = new_store(path)
    yield db
    db.close()


def add_area(db: Database, name: str = "0") -> None:
    with db.write(Somebody(), "add_area") as session:
        session.add(Area(id=AREA, code="A", name=name, level="nation"))


def rename(db: Database, name: str) -> None:
    with db.write(Somebody(), "edit") as session:
        session.execute(update(Area).values(name=name))


def name_of(session: Session) -> str | None:
    return session.scalar(select(Area.name).where(Area.id == AREA))


def count_up(db: Database, times: int) -> None:
    for _ in range(times):
        with db.write(Somebody(), "count") as session:
            session.execute(update(Area).values(name=str(int(name_of(session) or 0) + 1)))


def test_two_threads_that_count_lose_nothing(db: Database) -> None:
    add_area(db)
    threads = [threading.Thread(target=count_up, args=(db, 100)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with db.read() as session:
        assert name_of(session) == "200"
        assert session.scalar(select(func.count()).select_from(Change)) == 201


def test_a_look_stays_as_it_was_while_others_write(db: Database) -> None:
    add_area(db, "before")
    with db.read() as early:
        assert name_of(early) == "before"
        with db.write(Somebody(), "edit") as session:
            session.execute(update(Area).values(name="after"))
            with db.read() as beside:
                assert name_of(beside) == "before"
            assert name_of(session) == "after"
        assert name_of(early) == "before"
        with db.read() as late:
            assert name_of(late) == "after"


def test_nothing_can_be_written_through_a_look(db: Database) -> None:
    add_area(db, "before")
    with pytest.raises(CannotSave), db.read() as session:
        session.execute(update(Area).values(name="after"))
    with db.read() as session:
        assert name_of(session) == "before"


def test_a_write_inside_a_write_is_told_at_once(db: Database) -> None:
    with db.write(Somebody(), "outer") as session:
        session.add(Area(id=AREA, code="A", name="kept", level="nation"))
        for inner in (lambda: db.write(Somebody(), "inner"), db.replicate, db.maintain):
            with pytest.raises(RuntimeError, match="open on this thread already"), inner():
                pass
    with db.read() as session:
        assert name_of(session) == "kept"


def test_a_thread_waits_its_turn_and_not_for_ever(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    refused: list[Refused] = []

    def try_to_write() -> None:
        try:
            add_area(db)
        except Refused as reason:
            refused.append(reason)

    with db.write(Somebody(), "long"):
        thread = threading.Thread(target=try_to_write)
        thread.start()
        thread.join(30)
    assert "busy with a longer piece of work" in str(refused[0])


def test_another_program_that_writes_for_long_is_told_in_words(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cipher, "BUSY_SECONDS", 0.05)
    db.close()
    again = Database(path, key())
    with closing(cipher.connect(path, key())) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="Another program is using the records"):
            add_area(again)
        other.execute("ROLLBACK")
    add_area(again, "later")
    with again.read() as session:
        assert name_of(session) == "later"
    again.close()


def test_two_open_programs_take_turns(db: Database, path: Path) -> None:
    add_area(db)
    other = Database(path, key())
    threads = [threading.Thread(target=count_up, args=(one, 30)) for one in (db, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with other.read() as session:
        assert name_of(session) == "60"
    other.close()


def test_listeners_hear_after_the_commit_and_outside_it(db: Database) -> None:
    heard: list[tuple[Changed, str | None]] = []

    def listen(changed: Changed) -> None:
        with db.read() as session:
            heard.append((changed, name_of(session)))
        if len(heard) == 1:
            with db.write(Somebody(), "answer") as session:
                session.execute(update(Area).values(name="answered"))

    leave = db.subscribe(listen)
    add_area(db, "asked")
    leave()
    leave()
    with db.write(Somebody(), "edit") as session:
        session.execute(update(Area).values(name="unheard"))
    assert heard == [
        (Changed(frozenset({"area"}), 1), "asked"),
        (Changed(frozenset({"area"}), 2), "answered"),
    ]


def test_a_listener_that_fails_harms_nobody(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Changed] = []

    def fail(_changed: Changed) -> None:
        raise ValueError("a listener's own fault")

    db.subscribe(fail)
    db.subscribe(heard.append)
    add_area(db)
    assert [changed.act for changed in heard] == [1]
    assert "a listener failed" in caplog.text


def test_what_another_program_wrote_is_told_once_and_ones_own_not_again(db: Database, path: Path) -> None:
    heard: list[Changed] = []
    add_area(db)
    db.subscribe(heard.append)
    db.catch_up()
    db.catch_up()
    assert heard == [], "what was there before the first look is no news"
    with closing(Database(path, key())) as other:
        rename(other, "theirs")
        rename(db, "ours")
        with other.write(Somebody(), "look", about=Reading("area", AREA)):
            pass
    assert [changed.act for changed in heard] == [3]
    db.catch_up()
    assert heard[1:] == [Changed(frozenset({"area"}), 4)]
    db.catch_up()
    assert len(heard) == 2


def test_what_another_program_received_is_told_once_for_every_table(db: Database, path: Path) -> None:
    heard: list[Changed] = []
    add_area(db)
    db.subscribe(heard.append)
    db.catch_up()
    with closing(Database(path, key())) as other:
        other.catch_up()
        with other.replicate() as session:
            session.execute(update(Area).values(name="from elsewhere"))
            session.info["tables"].add("area")
        other.catch_up()
    db.catch_up()
    assert [("area" in changed.tables, len(changed.tables) > 20) for changed in heard] == [(True, True)]
    db.catch_up()
    assert len(heard) == 1


def test_what_was_received_is_published_after_the_commit(db: Database) -> None:
    heard: list[tuple[Changed, str | None]] = []

    def listen(changed: Changed) -> None:
        with db.read() as session:
            heard.append((changed, name_of(session)))

    add_area(db)
    db.subscribe(listen)
    db.catch_up()
    with db.replicate() as session:
        session.execute(update(Area).values(name="from elsewhere"))
        session.info["tables"].add("area")
    with suppress(ZeroDivisionError), db.replicate() as session:
        session.info["tables"].add("area")
        raise ZeroDivisionError
    db.catch_up()
    assert heard == [(Changed(frozenset({"area"}), 0), "from elsewhere")]


def test_a_local_transaction_is_no_act_and_cannot_write_a_record(db: Database) -> None:
    add_area(db)
    with db.local() as connection:
        connection.exec_driver_sql("UPDATE site SET card_number = 7")
    with pytest.raises(IntegrityError), db.local() as connection:
        connection.exec_driver_sql("UPDATE area SET name = 'slipped past'")
    with db.read() as session:
        assert session.scalar(select(Site.card_number)) == 7
        assert session.scalar(select(func.count()).select_from(Act)) == 1


def test_an_exception_takes_everything_back(db: Database) -> None:
    heard: list[Changed] = []
    db.subscribe(heard.append)
    with suppress(ZeroDivisionError), db.write(Somebody(), "edit") as session:
        session.add(Area(id=AREA, code="A", name="gone", level="nation"))
        session.flush()
        raise ZeroDivisionError
    with db.read() as session:
        assert name_of(session) is None
        assert session.scalar(select(func.count()).select_from(Act)) == 0
        assert session.scalar(select(Site.clock)) == 0
        assert session.scalars(select(CaptureContext.act)).one() is None
    assert heard == []


def test_an_act_that_changes_nothing_leaves_no_trace_but_a_reading_does(db: Database) -> None:
    add_area(db)
    heard: list[Changed] = []
    db.subscribe(heard.append)
    with db.write(Somebody(), "look") as session:
        session.execute(update(Area).values(name="0"))
    with db.write(Somebody(), "read_health", about=Reading("health_note", AREA)):
        pass
    with db.read() as session:
        acts = session.scalars(select(Act).order_by(Act.seq)).all()
    assert [(act.seq, act.verb, act.about_table, act.about_id) for act in acts] == [
        (1, "add_area", None, None),
        (2, "read_health", "health_note", AREA),
    ]
    assert heard == [Changed(frozenset(), 2)]


def test_downloads_leave_no_trace_in_the_journal_and_are_counted(db: Database) -> None:
    with db.replicate() as session:
        session.add(Area(id=AREA, code="A", name="from elsewhere", level="nation"))
    with suppress(ZeroDivisionError), db.replicate() as session:
        session.execute(update(Area).values(name="gone"))
        raise ZeroDivisionError
    with db.read() as session:
        context = session.scalars(select(CaptureContext)).one()
        assert (name_of(session), context.muted, context.received) == ("from elsewhere", False, 1)
        assert session.scalar(select(func.count()).select_from(Change)) == 0
    count_up_from_text(db)


def count_up_from_text(db: Database) -> None:
    """After a download that was taken back, changes are captured again."""
    with db.write(Somebody(), "edit") as session:
        session.execute(update(Area).values(name="by hand"))
    with db.read() as session:
        assert session.scalars(select(Change.after)).one() == "by hand"


def test_a_clock_that_goes_back_never_takes_an_act_back(path: Path) -> None:
    times = iter([1_800_000_000_000, 1_000, 1_800_000_000_001])
    db = new_store(path, wall_ms=lambda: next(times))
    add_area(db)
    for name in ("one", "two"):
        with db.write(Somebody(), "edit") as session:
            session.execute(update(Area).values(name=name))
    with db.read() as session:
        clocks = session.scalars(select(Act.clock).order_by(Act.seq)).all()
        assert session.scalar(select(Site.clock)) == clocks[-1]
    assert clocks == sorted(set(clocks))
    db.close()


def test_many_threads_read_while_one_writes(db: Database) -> None:
    add_area(db)
    faults: list[BaseException] = []

    def look() -> None:
        try:
            for _ in range(30):
                with db.read() as session:
                    first = name_of(session)
                    assert first == name_of(session)
        except BaseException as fault:  # noqa: BLE001 - shown below, on the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=look) for _ in range(10)]
    for thread in threads:
        thread.start()
    count_up(db, 30)
    for thread in threads:
        thread.join(60)
    assert faults == []


ACKNOWLEDGING = """
    import sys
    from pathlib import Path
    from emis_desktop.database import Database
    from emis_desktop.models import Area
    from tests.factories.stores import Somebody, key

    db = Database(Path(sys.argv[1]), key())
    number = 0
    while True:
        number += 1
        with db.write(Somebody(), "add") as session:
            session.add(Area(code=str(number), name="x", level="nation"))
        print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_what_was_acknowledged_survives_a_kill(path: Path) -> None:
    new_store(path).close()
    program = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(ACKNOWLEDGING), str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    with program:
        for line in program.stdout:
            if int(line) == 25:
                break
        program.send_signal(signal.SIGKILL)
        seen = [25, *(int(line) for line in program.stdout)]
    cipher.verify(path, key())
    db = Database(path, key())
    with db.read() as session:
        codes = sorted(int(code) for code in session.scalars(select(Area.code)))
        acts = session.scalar(select(func.count()).select_from(Act))
    assert codes == list(range(1, len(codes) + 1))
    assert len(codes) in {seen[-1], seen[-1] + 1}
    assert acts == len(codes)
    db.close()


def test_the_log_beside_the_store_stays_small(db: Database, path: Path) -> None:
    log = path.with_name(path.name + "-wal")
    for number in range(60):
        with db.write(Somebody(), "add") as session:
            session.add_all(
                Area(code=f"{number}-{other}", name="x" * 100, level="y" * 2_000) for other in range(100)
            )
    assert path.stat().st_size > 12_000_000
    assert log.stat().st_size < 8_000_000


def test_closing_leaves_one_file_and_a_closed_store_says_so(db: Database, path: Path) -> None:
    add_area(db, "kept")
    assert path.with_name(path.name + "-wal").exists()
    db.close()
    db.close()
    assert [item.name for item in path.parent.iterdir() if item.is_file()] == [path.name]
    assert not any(db._key)
    for use in (db.read, lambda: db.write(Somebody(), "late"), db.replicate, db.maintain):
        with pytest.raises(Refused, match="locked"), use():
            pass


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux which files are open")
def test_a_look_that_outlives_the_closing_ends_its_own_connection(db: Database, path: Path) -> None:
    add_area(db, "seen")
    with db.read() as session:
        db.close()
        assert name_of(session) == "seen"
        assert open_files(path)
    assert not open_files(path)


def open_files(path: Path) -> list[str]:
    """Which of the store's files this process holds."""
    held = [str(item.readlink()) for item in Path("/proc/self/fd").iterdir() if item.is_symlink()]
    return [name for name in held if name.startswith(str(path))]


def test_a_new_key_waits_for_looks_and_lets_nobody_look_meanwhile(db: Database, path: Path) -> None:
    add_area(db, "kept")
    steps: list[str] = []

    def settle() -> bytearray:
        steps.append("settled")
        late.start()
        cipher.give_new_key(path, key(), key(3))
        return key(3)

    def look(word: str) -> None:
        with db.read() as session:
            steps.append(f"{word} {name_of(session)}")

    late = threading.Thread(target=look, args=("late",))
    changing = threading.Thread(target=db.change_key, args=(settle,))
    with db.read() as session:
        changing.start()
        steps.append(f"early {name_of(session)}")
    for thread in (changing, late):
        thread.join(30)
    assert steps == ["early kept", "settled", "late kept"]
    with pytest.raises(cipher.WrongKey):
        cipher.connect(path, key())
    with db.write(Somebody(), "edit") as session:
        session.execute(update(Area).values(name="under the new key"))


def test_a_new_key_is_not_given_while_somebody_keeps_looking(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with db.read(), pytest.raises(Refused):
        db.change_key(lambda: key(3))
    with pytest.raises(ZeroDivisionError):
        db.change_key(lambda: bytearray(1 // 0))
    add_area(db, "still the old key")


def test_a_store_that_cannot_be_tidied_closes_all_the_same(
    db: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("the disk went away")

    monkeypatch.setattr(db, "maintain", fail)
    db.close()
    assert "closed without its last upkeep" in caplog.text
    with pytest.raises(Refused), db.read():
        pass


def test_a_full_disk_is_told_and_nothing_is_half_written(db: Database) -> None:
    add_area(db, "before")
    with db.maintain() as bare:
        pages = bare.execute("PRAGMA page_count").fetchone()[0]
        bare.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CannotSave, match="disk is full"):
        rename_and_add(db, "after", 2_000)
    with db.maintain() as bare:
        bare.execute("PRAGMA max_page_count = 1000000")
    with db.read() as session:
        assert name_of(session) == "before"
        assert session.scalar(select(func.count()).select_from(Area)) == 1
    with db.write(Somebody(), "again") as session:
        session.execute(update(Area).values(name="room again"))


def test_watchers_hear_that_the_laptop_cannot_save_and_that_it_can_again(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[bool] = []

    def fail(_fault: EmisError | None) -> None:
        raise ValueError("a watcher's own fault")

    db.watch_saving(fail)
    db.watch_saving(lambda fault: heard.append(fault is None))
    add_area(db)
    with db.maintain() as bare:
        bare.execute(f"PRAGMA max_page_count = {bare.execute('PRAGMA page_count').fetchone()[0]}")
    many = [Area(code=str(number), name="x" * 100, level="y") for number in range(2_000)]
    with suppress(CannotSave), db.write(Somebody(), "bulk") as session:
        session.add_all(many)
    assert heard == [False]
    with db.maintain() as bare:
        bare.execute("PRAGMA max_page_count = 1000000")
    for name in ("room again", "and again"):
        with db.write(Somebody(), "again") as session:
            session.execute(update(Area).values(name=name))
    assert heard == [False, True]
    assert "a watcher of saving failed" in caplog.text


def rename_and_add(db: Database, name: str, count: int) -> None:
    with db.write(Somebody(), "bulk") as session:
        session.execute(update(Area).values(name=name))
        session.add_all(Area(code=str(number), name="x" * 100, level="y") for number in range(count))


NO_ROOM = """
    import resource, sys
    from pathlib import Path
    from emis_desktop.database import Database
    from emis_desktop.errors import CannotSave
    from emis_desktop.models import Area
    from tests.factories.stores import Somebody, key

    db = Database(Path(sys.argv[1]), key())
    room = 2_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    kept = 0
    try:
        while True:
            with db.write(Somebody(), "add") as session:
                session.add_all(Area(code=f"{kept}", name="x" * 100, level="y" * 90) for _ in range(500))
            kept += 500
    except CannotSave:
        print(kept)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the limit on a file's size is a POSIX one")
def test_a_disk_that_really_has_no_room_keeps_every_whole_act(path: Path) -> None:
    new_store(path).close()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(NO_ROOM), str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    db = Database(path, key())
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Area)) == int(done.stdout) > 0
    db.close()
    cipher.verify(path, key())


def test_a_fault_of_the_program_is_not_dressed_up(db: Database) -> None:
    add_area(db)
    with pytest.raises(IntegrityError), db.write(Somebody(), "again") as session:
        session.add(Area(id=AREA, code="A", name="twice", level="nation"))


def test_a_row_that_points_nowhere_is_refused_when_the_act_ends(db: Database) -> None:
    orphan = Area(id=uuid4(), code="B", name="b", level="district", parent_id=AREA)
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), db.write(Somebody(), "add") as session:
        session.add(orphan)
    with db.write(Somebody(), "child first") as session:
        session.add(Area(id=uuid4(), code="B", name="b", level="district", parent_id=AREA))
        session.flush()
        session.add(Area(id=AREA, code="A", name="a", level="nation"))


def test_the_planner_gets_its_figures(db: Database) -> None:
    with db.write(Somebody(), "add") as session:
        session.add_all(Person(given_names=str(number), family_name="x") for number in range(50))
    db.analyze()
    with db.read() as session:
        figures = session.connection().exec_driver_sql("SELECT tbl FROM sqlite_stat1").scalars().all()
    assert "person" in figures


def test_a_fault_says_what_failed_and_no_value(db: Database) -> None:
    add_area(db)
    with pytest.raises(IntegrityError) as caught, db.write(Somebody(), "add_area") as session:
        session.add(Area(id=AREA, code="A", name="Somebody's name", level="nation"))
    assert "UNIQUE constraint failed: area.id" in str(caught.value)
    assert "Somebody" not in "".join(traceback.format_exception(caught.value)).split("[SQL")[1]


def test_nothing_is_written_to_a_file_that_is_not_there_any_more(tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir()
    db = new_store(home / "s.db")
    heard: list[EmisError | None] = []
    db.watch_saving(heard.append)
    add_area(db, "before")
    with db.read() as session:
        assert name_of(session) == "before"
    home.rename(tmp_path / "pulled out")  # the store stays open, as on a stick that was pulled out
    for _ in range(2):
        with pytest.raises(CannotSave, match="data folder is not there any more"):
            rename(db, "lost")
    assert isinstance(heard[-1], CannotSave)
    with db.read() as session:
        assert session.scalars(select(Area.name)).all() == ["before"], "what shows can still be read"
        with pytest.raises(Refused, match="then look again"), db.read():
            pytest.fail("no other look opens a file that is not there")
    assert not db.damaged
    (tmp_path / "pulled out").rename(home)
    rename(db, "after")
    assert heard[-1] is None
    db.close()
    with closing(Database(home / "s.db", key())) as again, again.read() as session:
        assert session.scalars(select(Area.name)).all() == ["after"]


def test_a_look_does_not_hide_from_the_writer_that_the_file_is_another_one(tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir()
    with closing(new_store(home / "s.db")) as db:
        add_area(db, "before")
        with db.maintain() as bare:
            bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        with db.read() as first, db.read() as second:
            assert name_of(first) == name_of(second) == "before"
        shutil.copytree(home, tmp_path / "copy")
        with db.read():  # what is open meanwhile keeps its connection
            shutil.rmtree(home)
            (tmp_path / "copy").rename(home)
            with db.read() as other:
                assert name_of(other) == "before"
        rename(db, "after")
        with db.read() as first, db.read() as second, db.read() as third:
            assert [name_of(each) for each in (first, second, third)] == ["after"] * 3
    with closing(Database(home / "s.db", key())) as again, again.read() as session:
        assert name_of(session) == "after"


def test_a_stick_that_comes_back_as_another_file_is_opened_anew(tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir()
    with closing(new_store(home / "s.db")) as db:
        add_area(db, "before")
        with db.maintain() as bare:
            bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        shutil.copytree(home, tmp_path / "copy")
        shutil.rmtree(home)
        with pytest.raises(CannotSave):
            rename(db, "lost")
        (tmp_path / "copy").rename(home)
        rename(db, "after")
        with db.read() as session:
            assert session.scalars(select(Area.name)).all() == ["after"]
    with closing(Database(home / "s.db", key())) as again, again.read() as session:
        assert session.scalars(select(Area.name)).all() == ["after"]
