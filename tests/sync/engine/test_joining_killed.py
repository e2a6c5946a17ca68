"""A laptop that is killed between the server's yes and its own store joins with the same code once more."""

import pytest

from emis_desktop.errors import Refused
from emis_desktop.folder import FolderState, folder_state
from emis_desktop.jobs import joining
from emis_desktop.laptop import Laptop
from emis_desktop.settings import Home
from sync.engine.line import LineFault
from sync.enrolled import Enrolled
from tests.helpers.wire import Wire
from tests.sync.engine.real_world import PASSWORD, World, opened, sync_open, world

__all__ = ["world"]


class Killed(BaseException):
    """The process is no more."""


def killed(*_arguments: object) -> None:
    raise Killed


def laptops(world: World) -> int:
    return len(world.server.command("site", "list"))


def keys_that_wait(home: Home) -> bool:
    return (home.root / "device" / "joining.json").exists()


def test_a_new_laptop_goes_on_with_the_code_that_it_had_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, code = world.home(), world.server.code("GD-201")
    before = laptops(world)
    with monkeypatch.context() as patch:
        patch.setattr(Laptop, "set_up", killed)
        with pytest.raises(Killed):
            world.join(code, home)
    assert laptops(world) == before + 1
    assert folder_state(home) is FolderState.NEW
    with pytest.raises(Refused, match="used before"):
        world.join(code)
    world.join(code, home)
    assert laptops(world) == before + 1
    assert not keys_that_wait(home)
    with opened(home) as laptop:
        assert sync_open(laptop).requests >= 1
    site = next(one for one in world.server.command("site", "list") if one["id"] == world.site(home))
    assert site["place"]["code"] == "GD-201"


def test_so_does_one_that_is_in_use(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    home = world.school("GD-202")
    wish = joining.JoinWish(world.address, world.server.code("GD-202"), "Office again")
    with opened(home) as laptop:
        with monkeypatch.context() as patch:
            patch.setattr(Enrolled, "note", killed)
            with pytest.raises(Killed):
                joining.join_existing(laptop, wish)
        assert keys_that_wait(home)
        done = joining.join_existing(laptop, wish)
        assert done.first is not None
        assert not keys_that_wait(home)


def test_a_lost_answer_keeps_the_keys_and_a_refusal_of_the_code_throws_them_away(world: World) -> None:
    home, code = world.home(), world.server.code("GD-203")
    with Wire(world.running.port) as wire:
        wire.lose_answers(1.0, seed=1)
        with pytest.raises(LineFault):
            joining.join(home, wish_of(world, f"http://127.0.0.1:{wire.port}", code))
    assert keys_that_wait(home)
    world.join(code, home)
    assert not keys_that_wait(home)
    other = world.home()
    with pytest.raises(Refused, match="used before"):
        world.join(code, other)
    assert not keys_that_wait(other)


def wish_of(world: World, address: str, code: str) -> joining.JoinWish:
    return joining.JoinWish(address, code, f"Laptop {world.count}", "Somebody", PASSWORD)
