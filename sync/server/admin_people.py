"""``emis-server user``: people of the ministry who may use these commands."""

from __future__ import annotations

import argparse

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import ROLE_NAMES, Role
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Deeds, Parser, one_of
from sync.server import audit, operators
from sync.server.countersigning import record
from sync.server.desk import EVERYTHING, Desk
from sync.server.operators import ROLES, Operator

_THERE = N_("{name} is among the people of the ministry already.")
_NOBODY = N_("Nobody of the ministry is called {name}. “emis-server user list” shows who there is.")
_LAST = N_("{name} is the last system administrator. Add another one first.")
_FIRST = N_("The first one must be a system administrator, who can add the others.")


def declare(_name: str, parser: Parser) -> None:
    """Commands and options of ``user``."""
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", metavar=tr("COMMAND"), required=True)
    listed = parser.command("list", tr("Show who may use these commands."), deeds)
    listed.set_defaults(run=_list)
    added = parser.command("add", tr("Let somebody use them."), deeds)
    added.set_defaults(run=_add)
    changed = parser.command("role", tr("Give somebody another role."), deeds)
    changed.set_defaults(run=_role)
    ended = parser.command("end", tr("Let somebody use them no more."), deeds)
    ended.set_defaults(run=_end)
    for each in (added, changed, ended):
        each.add_argument("name", metavar="NAME", help=tr("the person's name"))
        each.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))
    for each in (added, changed):
        each.add_argument(
            "--role",
            required=True,
            type=one_of([role.value for role in ROLES]),
            metavar="ROLE",
            help=tr("what the person may do: {all}", all=", ".join(role.value for role in ROLES)),
        )
    for each in (listed, added, changed, ended):
        each.add_argument("--json", action="store_true", help=tr("print one JSON document"))


def _told(one: Operator) -> dict[str, object]:
    return {"name": one.name, "role": one.role.value, "ended": one.ended_at is not None}


def _list(desk: Desk, _options: argparse.Namespace) -> int:
    with desk.office() as office, office.store.read() as connection:
        found = operators.everybody(connection)
    tr = desk.words.tr
    desk.table(
        (tr("Name"), tr("Role"), ""),
        [(one.name, tr(ROLE_NAMES[one.role]), tr("ended") if one.ended_at else "") for one in found],
    )
    desk.result([_told(one) for one in found])
    return DONE


def _add(desk: Desk, options: argparse.Namespace) -> int:
    role = Role(options.role)
    with desk.office() as office:
        by = desk.by(office, EVERYTHING, options.by)
        with office.store.write() as connection:
            people = operators.present(connection)
            if any(fold(one.name) == fold(options.name) for one in people):
                raise Refused(_THERE, name=options.name)
            if not people and role is not Role.SYSTEM_ADMINISTRATOR:
                raise Refused(_FIRST)
            made = operators.add(connection, options.name, role, new_id, office.now_ms())
        record(office, audit.Fact("ministry", "user_add", f"{made.id} {role} by {by}"))
    desk.say(desk.words.tr("{name} may use these commands.", name=made.name))
    desk.result(_told(made))
    return DONE


def _role(desk: Desk, options: argparse.Namespace) -> int:
    role = Role(options.role)
    with desk.office() as office:
        by = desk.by(office, EVERYTHING, options.by)
        with office.store.write() as connection:
            people = operators.present(connection)
            who = _find(people, options.name)
            if role is not Role.SYSTEM_ADMINISTRATOR:
                _check_not_last(people, who)
            operators.set_role(connection, who, role)
        record(office, audit.Fact("ministry", "user_role", f"{who.id} {role} by {by}"))
    desk.say(desk.words.tr("{name} has another role now.", name=who.name))
    desk.result({"name": who.name, "role": role.value, "ended": False})
    return DONE


def _end(desk: Desk, options: argparse.Namespace) -> int:
    with desk.office() as office:
        by = desk.by(office, EVERYTHING, options.by)
        with office.store.write() as connection:
            people = operators.present(connection)
            who = _find(people, options.name)
            if len(people) > 1:
                _check_not_last(people, who)
            operators.end(connection, who, office.now_ms())
        record(office, audit.Fact("ministry", "user_end", f"{who.id} by {by}"))
    desk.say(desk.words.tr("{name} may use these commands no more.", name=who.name))
    desk.result({"name": who.name, "role": who.role.value, "ended": True})
    return DONE


def _find(people: list[Operator], name: str) -> Operator:
    found = next((one for one in people if fold(one.name) == fold(name)), None)
    if found is None:
        raise Refused(_NOBODY, name=name)
    return found


def _check_not_last(people: list[Operator], who: Operator) -> None:
    """Raise :class:`Refused` for the only system administrator: nobody could add people then."""
    admins = [one for one in people if one.role is Role.SYSTEM_ADMINISTRATOR]
    if admins == [who]:
        raise Refused(_LAST, name=who.name)
