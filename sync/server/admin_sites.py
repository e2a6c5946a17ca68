"""``emis-server enrol``, ``site``, ``revoke`` and ``extend``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.rights import ROLE_READS, Role, SensitivityClass
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Deeds, Parser, WrongUsage, one_of, whole
from sync.server import audit, codes, phone, places, revoking, sites
from sync.server.admin_words import STATES, moment_of, word
from sync.server.codes import DAY_MS, Grant
from sync.server.control import ACTIVE, LOST, REVOKED, STOLEN
from sync.server.countersigning import record
from sync.server.desk import Desk
from sync.server.granting import ROLES, check_role, set_rights, with_classes, with_role
from sync.server.office import Office
from sync.server.sites import DISTRICT, NATION_KIND, SCHOOL, Enrolled, Place

_NONE = N_("No laptop is called {name}. “emis-server site list” shows them all.")
_SEVERAL = N_("{count} laptops are called {name}. Take one's number or id from “emis-server site list”.")
_NOTHING = N_("Say what is to change: --with, --without, --role, --name or --limit-days.")
_BOTH = N_("{name} is both given and taken away.")
_NO_NAME = N_("Give the laptop a name of up to {most} letters.")
_MOST_NAME: Final = 80
_CLASSES: Final = tuple(str(one) for one in SensitivityClass)
_SENSITIVE: Final = tuple(one for one in _CLASSES if one != SensitivityClass.BASIC)


_ALL_ROLES: Final = tuple(role.value for roles in ROLES.values() for role in roles)


def declare(name: str, parser: Parser) -> None:
    """Options and arguments of a command on laptops."""
    {"enrol": _declare_enrol, "site": _declare_site, "revoke": _declare_revoke}.get(name, _declare_extend)(
        parser
    )


def _declare_enrol(parser: Parser) -> None:
    tr = parser.words.tr
    parser.set_defaults(run=_enrol)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--school", metavar="CODE", help=tr("the laptop belongs to that school"))
    where.add_argument("--district", metavar="CODE", help=tr("the laptop belongs to that district"))
    where.add_argument("--nation", action="store_true", help=tr("the laptop belongs to the ministry"))
    parser.add_argument("--name", default="", metavar="NAME", help=tr("name of a place that is new here"))
    parser.add_argument(
        "--role",
        type=one_of(_ALL_ROLES),
        metavar="ROLE",
        help=tr("the most that anybody on the laptop may do"),
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        type=one_of(_CLASSES),
        metavar="CLASS",
        help=tr("sensitive data that is not to be on the laptop: contact, health, case, finance, staff"),
    )
    parser.add_argument("--days", type=whole(1, 90), default=14, metavar="N", help=tr("days the code counts"))
    parser.add_argument(
        "--limit-days",
        type=whole(1, 365),
        metavar="N",
        help=tr("days the laptop may be used without a line"),
    )
    _common(parser)


def _declare_site(parser: Parser) -> None:
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", metavar=tr("COMMAND"), required=True)
    listed = parser.command("list", tr("Show every laptop, when it was last heard of, and its state."), deeds)
    listed.set_defaults(run=_list)
    listed.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    changed = parser.command("set", tr("Change what a laptop may, or its name."), deeds)
    changed.set_defaults(run=_set)
    changed.add_argument("site", metavar="SITE", help=tr("its name, number (L007) or id"))
    for name, text in (
        ("--with", tr("sensitive data that may be on the laptop from now on")),
        ("--without", tr("sensitive data that leaves the laptop at its next synchronisation")),
    ):
        changed.add_argument(
            name,
            action="append",
            default=[],
            dest="more" if name == "--with" else "less",
            type=one_of(_SENSITIVE),
            metavar="CLASS",
            help=text,
        )
    changed.add_argument(
        "--role",
        type=one_of(_ALL_ROLES),
        metavar="ROLE",
        help=tr("the most that anybody on the laptop may do"),
    )
    changed.add_argument("--name", metavar="NAME", help=tr("what the laptop is called from now on"))
    changed.add_argument(
        "--limit-days",
        type=whole(1, 365),
        metavar="N",
        help=tr("days the laptop may be used without a line"),
    )
    _common(changed)


def _declare_revoke(parser: Parser) -> None:
    tr = parser.words.tr
    parser.set_defaults(run=_revoke)
    parser.add_argument("site", metavar="SITE", help=tr("its name, number (L007) or id"))
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--lost", action="store_true", help=tr("it seals and sends what waits, then destroys its keys")
    )
    how.add_argument(
        "--stolen", action="store_true", help=tr("it destroys its keys at once, sending nothing")
    )
    how.add_argument("--undo", action="store_true", help=tr("it was found, or revoked by mistake"))
    _common(parser)


def _declare_extend(parser: Parser) -> None:
    tr = parser.words.tr
    parser.set_defaults(run=_extend)
    parser.add_argument("site", metavar="SITE", help=tr("its name, number (L007) or id"))
    _common(parser)


def _common(parser: Parser) -> None:
    parser.add_argument("--by", default="", metavar="NAME", help=parser.words.tr("who gives the command"))
    parser.add_argument("--json", action="store_true", help=parser.words.tr("print one JSON document"))


# -- Enrolling -------------------------------------------------------------------------------------


def _enrol(desk: Desk, options: argparse.Namespace) -> int:
    tr = desk.words.tr
    with desk.office() as office:
        by = desk.by(office, "enrol", options.by)
        now = office.now_ms()
        with office.store.write() as connection:
            place = _place(office, connection, options)
            grant = _grant(office, place, options)
            code = codes.make(
                connection, office.keys, office.entropy, grant, now=now, days=options.days, by=by
            )
            about = f"{place.kind} {place.code} {grant.role} by {by}"
        record(office, audit.Fact("ministry", "enrol", about))
    expires = datetime.fromtimestamp((now + options.days * DAY_MS) / 1000, UTC)
    desk.say(tr("Code for one laptop of {name}: {code}", name=place.name, code=code))
    desk.say(tr("It counts once, until {day}.", day=desk.words.date(expires.date(), "long")))
    desk.result(
        {
            "code": code,
            "place": {"kind": place.kind, "code": place.code, "name": place.name},
            "role": grant.role.value,
            "classes": sorted(str(one) for one in grant.classes),
            "limit_days": grant.limit_days,
            "expires_at": expires.isoformat(),
        }
    )
    return DONE


def _place(office: Office, connection: Connection, options: argparse.Namespace) -> Place:
    if options.nation:
        return places.need(connection, NATION_KIND, places.NATION_CODE)
    kind, code = (SCHOOL, options.school) if options.school else (DISTRICT, options.district)
    if options.name:
        return places.put(connection, kind, code, options.name, office.now_ms())
    return places.need(connection, kind, code)


def _grant(office: Office, place: Place, options: argparse.Namespace) -> Grant:
    role = Role(options.role) if options.role else ROLES[place.kind][0]
    check_role(place.kind, role)
    classes = ROLE_READS[role] - {SensitivityClass(one) for one in options.without}
    return Grant(place.id, role, classes, options.limit_days or office.choices.limit_days)


# -- Laptops ---------------------------------------------------------------------------------------


def told(site: Enrolled) -> dict[str, object]:
    """A laptop in JSON."""
    return {
        "id": str(site.id),
        "number": sites.site_code(site.number),
        "name": site.name,
        "place": {"kind": site.place.kind, "code": site.place.code, "name": site.place.name},
        "role": site.role.value,
        "classes": sorted(str(one) for one in site.classes),
        "state": site.state,
        "limit_days": site.limit_days,
        "joined_at": _moment(site.joined_at),
        "seen_at": None if site.seen_at is None else _moment(site.seen_at),
    }


def need(office: Office, text: str) -> Enrolled:
    """The laptop that an operator means; raises :class:`Refused` for none or several."""
    with office.store.read() as connection:
        found = sites.find_by_text(connection, text)
    if not found:
        raise Refused(_NONE, name=text)
    if len(found) > 1:
        raise Refused(_SEVERAL, count=len(found), name=text)
    return found[0]


def _list(desk: Desk, _options: argparse.Namespace) -> int:
    with desk.office() as office, office.store.read() as connection:
        found = sites.all_sites(connection)
    tr = desk.words.tr
    desk.table(
        (tr("Number"), tr("Name"), tr("Place"), tr("State"), tr("Last heard of")),
        [
            (
                sites.site_code(one.number),
                one.name,
                f"{one.place.code} {one.place.name}",
                word(desk.words, STATES, one.state),
                "–" if one.seen_at is None else desk.moment(moment_of(one.seen_at)),
            )
            for one in found
        ],
    )
    desk.result([told(one) for one in found])
    return DONE


def _set(desk: Desk, options: argparse.Namespace) -> int:
    tr = desk.words.tr
    _check_set(options)
    with desk.office() as office:
        by = desk.by(office, "enrol", options.by)
        wanted = _wanted(need(office, options.site), options)
        site = set_rights(office, wanted, by)
    desk.say(tr("{name} is changed. It hears of it at its next synchronisation.", name=site.name))
    desk.result(told(site))
    return DONE


def _check_set(options: argparse.Namespace) -> None:
    """Raises :class:`WrongUsage` where nothing is asked, or one thing and its contrary."""
    if not (options.more or options.less or options.role or options.name is not None or options.limit_days):
        raise WrongUsage(_NOTHING)
    both = set(options.more) & set(options.less)
    if both:
        raise WrongUsage(_BOTH, name=", ".join(sorted(both)))


def _wanted(site: Enrolled, options: argparse.Namespace) -> Enrolled:
    """The laptop as it is to be; raises :class:`Refused` for what cannot be."""
    more, less = (frozenset(map(SensitivityClass, given)) for given in (options.more, options.less))
    if options.role:
        site = with_role(site, Role(options.role))
    site = with_classes(site, more, less)
    if options.name is not None:
        name = " ".join(options.name.split())
        if not 1 <= len(name) <= _MOST_NAME:
            raise Refused(_NO_NAME, field="name", most=_MOST_NAME)
        site = replace(site, name=name)
    return replace(site, limit_days=options.limit_days or site.limit_days)


def _revoke(desk: Desk, options: argparse.Namespace) -> int:
    tr = desk.words.tr
    state = ACTIVE if options.undo else LOST if options.lost else STOLEN if options.stolen else REVOKED
    with desk.office() as office:
        by = desk.by(office, "revoke", options.by)
        site = need(office, options.site)
        revoking.set_state(office, site, state, by)
    said = {
        ACTIVE: tr("{name} may exchange again.", name=site.name),
        REVOKED: tr("{name} may exchange no more.", name=site.name),
        LOST: tr("{name} is lost: it seals and sends what waits, then destroys its keys.", name=site.name),
        STOLEN: tr("{name} is stolen: it destroys its keys at its next contact.", name=site.name),
    }
    desk.say(said[state])
    desk.result({"id": str(site.id), "name": site.name, "state": state})
    return DONE


def _extend(desk: Desk, options: argparse.Namespace) -> int:
    tr = desk.words.tr
    with desk.office() as office:
        by = desk.by(office, "extend", options.by)
        site = need(office, options.site)
        spoken = phone.next_code(office, site, by)
    desk.say(tr("Code to read out for {name}: {code}", name=site.name, code=spoken.code))
    desk.say(
        desk.words.ntr(
            "Typed in there, it counts once and gives {n} day from then on.",
            "Typed in there, it counts once and gives {n} days from then on.",
            spoken.days,
        )
    )
    desk.result({"id": str(site.id), "code": spoken.code, "number": spoken.index, "days": spoken.days})
    return DONE


def _moment(ms: int) -> str:
    return moment_of(ms).isoformat(timespec="seconds")
