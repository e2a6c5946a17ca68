"""A password or a recovery code exchanged on a full disk, or killed half way: the old counts, or the new."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emis_desktop.errors import CannotSave, WrongPassword
from emis_desktop.keyring import new_recovery_code
from emis_desktop.laptop import OpenLaptop
from emis_desktop.rules.rights import Role
from tests.factories.laptops import PRINCIPAL, SetUp, new_laptop, password_of, users_of

ROOT = Path(__file__).parents[3]
CLERK = "Clerk 01"
NEW = "walk the yellow dog tonight"
MINISTRY = new_recovery_code()

Exchange = Callable[[SetUp, OpenLaptop], None]


def own(_setup: SetUp, mine: OpenLaptop) -> None:
    users_of(mine).change_own_password(password_of(PRINCIPAL), NEW)


def reset(setup: SetUp, mine: OpenLaptop) -> None:
    users_of(mine).reset_password(setup.id_of(CLERK), NEW)


def code(_setup: SetUp, mine: OpenLaptop) -> None:
    users_of(mine).renew_recovery(password_of(PRINCIPAL), MINISTRY.public)


def recover(setup: SetUp, mine: OpenLaptop) -> None:
    mine.lock()
    setup.laptop.recover(setup.code, setup.id_of(CLERK), NEW)


EXCHANGES: dict[str, Exchange] = {"own": own, "reset": reset, "code": code, "recover": recover}


@pytest.fixture
def setup(tmp_path: Path) -> SetUp:
    made = new_laptop(tmp_path / "home")
    made.add(CLERK, Role.SCHOOL_ADMINISTRATOR)
    return made


def fits(setup: SetUp, name: str, password: str) -> bool:
    try:
        setup.sign_in(name, password).lock()
    except WrongPassword:
        setup.laptop.ring.tries.right(str(setup.id_of(name)))
        return False
    return True


def opens(setup: SetUp, text: str) -> bool:
    try:
        setup.laptop.ring.unlock_with_recovery(text).wipe()
    except WrongPassword:
        return False
    return True


def counts(setup: SetUp, what: str) -> str:
    """Which of the two counts, "old" or "new": never both, never none."""
    if what == "code":
        old, new = opens(setup, setup.code), opens(setup, MINISTRY.text)
    else:
        name = PRINCIPAL if what == "own" else CLERK
        old, new = fits(setup, name, password_of(name)), fits(setup, name, NEW)
    assert old is not new
    return "new" if new else "old"


@pytest.mark.parametrize("what", EXCHANGES)
def test_what_the_store_could_not_save_has_not_happened_to_the_keys(
    setup: SetUp, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise CannotSave("The disk is full.")

    ring = setup.home.keyring
    with setup.sign_in() as mine:
        before = (ring.read_bytes(), ring.with_name("keyring.json.bak").read_bytes())
        with monkeypatch.context() as patch:
            patch.setattr("emis_desktop.database.finish_act", full)
            with pytest.raises(CannotSave):
                EXCHANGES[what](setup, mine)
        assert (ring.read_bytes(), ring.with_name("keyring.json.bak").read_bytes()) == before
    assert not list(setup.home.root.glob(".keyring*"))
    assert counts(setup, what) == "old"
    with setup.sign_in() as mine:
        EXCHANGES[what](setup, mine)
    assert counts(setup, what) == "new"


# -- A disk that is really full -----------------------------------------------------------------------

FULL = '''
"""Exchange something on a disk of its own with so much room left, and tell how it ended."""
import json, shutil, sys
from pathlib import Path
from tests.emis_desktop.services import test_users_faults as faults
from tests.factories.laptops import SetUp, cheap_laptop
from emis_desktop.errors import CannotSave

what, home, code = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
place = Path("/mnt/home")
shutil.copytree(home, place)
setup = SetUp(cheap_laptop(place), code)
filler = Path("/mnt/filler")
for kilobytes in map(int, sys.argv[4:]):
    mine = setup.sign_in()
    free = shutil.disk_usage("/mnt").free
    filler.write_bytes(bytes(max(0, free - kilobytes * 1024)))
    try:
        faults.EXCHANGES[what](setup, mine)
        ended = "new"
    except CannotSave as fault:
        ended = "old"
    filler.unlink()
    mine.lock()
    print(json.dumps([kilobytes, ended, faults.counts(setup, what)]), flush=True)
    if ended == "new":
        break
'''


def on_a_small_disk(*command: str) -> "subprocess.CompletedProcess[str]":
    mount = 'mount -t tmpfs -o size=8m tmpfs /mnt && exec "$0" "$@"'
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def has_small_disks() -> bool:
    return shutil.which("unshare") is not None and on_a_small_disk("true").returncode == 0


@pytest.mark.skipif(not has_small_disks(), reason="needs the right to mount a small disk")
@pytest.mark.parametrize("what", ["own", "reset", "code"])
def test_on_a_full_disk_what_is_told_is_what_counts(setup: SetUp, what: str) -> None:
    rooms = [str(kilobytes) for kilobytes in range(0, 200, 4)]
    done = on_a_small_disk(sys.executable, "-c", FULL, what, str(setup.home.root), setup.code, *rooms)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [ended for _, ended, _ in told] == [counted for _, _, counted in told], told
    assert {ended for _, ended, _ in told} == {"old", "new"}


# -- Killed at every step -----------------------------------------------------------------------------

KILLED = '''
"""Exchange something again and again, killed one step later each time, and print what was left."""
import json, os, shutil, sys
from pathlib import Path
from tests.emis_desktop.services import test_users_faults as faults
from tests.factories.laptops import SetUp, cheap_laptop
from emis_desktop import database

what, home, code = sys.argv[1], Path(sys.argv[2]), sys.argv[3]

def killed_at(step, before):
    left = [step]
    def counting(call):
        def counted(*arguments, **named):
            left[0] -= 1
            if left[0] == 0 and before:
                os._exit(9)
            result = call(*arguments, **named)
            if left[0] == 0:
                os._exit(9)
            return result
        return counted
    os.fsync = counting(os.fsync)
    Path.replace = counting(Path.replace)
    database.finish_act = counting(database.finish_act)
    database.Announcer.committed = counting(database.Announcer.committed)

step, ended = 0, {9}
while ended != {0}:
    step += 1
    ended = set()
    for before in (True, False):
        place = home.parent / f"{step}-{before}"
        shutil.copytree(home, place)
        setup = SetUp(cheap_laptop(place), code)
        child = os.fork()
        if not child:
            mine = setup.sign_in()
            killed_at(step, before)
            faults.EXCHANGES[what](setup, mine)
            os._exit(0)
        ended.add(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        found = faults.counts(setup, what)
        (place / "keyring.json").unlink()
        print(json.dumps([step, before, found, faults.counts(setup, what)]), flush=True)
        shutil.rmtree(place)
'''


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("what", EXCHANGES)
def test_killed_at_any_step_one_of_the_two_counts_in_the_ring_and_in_its_copy(
    setup: SetUp, what: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, what, str(setup.home.root), setup.code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    ring = [counted for _, _, counted, _ in found]
    assert ring == sorted(ring, reverse=True), "old up to one step, new from there"
    assert {counted for *_, counted in found} == {"old", "new"}
