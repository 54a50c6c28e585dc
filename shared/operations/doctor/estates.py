"""Each estate: somebody who runs it, somebody who takes the calls, a rule book in force, the holidays of the year."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from shared.calendars.holidays import PROVISIONAL
from shared.calendars.models import CalendarYear
from shared.clock import local
from shared.config import Config
from shared.database import db
from shared.identity import one_time_codes
from shared.identity.models import Estate, User
from shared.identity.permissions import Role
from shared.operations.doctor.findings import Finding, fail, ok, warn
from shared.policies.schema import PolicyError
from shared.policies.versions import NoPolicyInForce, in_force, policy_of

NEEDED = {Role.ADMINISTRATOR: fail, Role.DISPATCHER: fail, Role.DIRECTOR: warn}
NEXT_YEAR_FROM = 11  # the State Council announces a year in the November before


def examine(config: Config, at: datetime) -> Iterator[Finding]:
    estates = db.session.scalars(select(Estate).order_by(Estate.slug)).all()
    people = [user for user in db.session.scalars(select(User)).all() if user.is_active]
    if not estates:
        yield fail("estates", "there is none", "flask init, or flask backup restore.")
        return
    for estate in estates:
        yield from _posts(estate, people)
        yield _policy(estate, at)
    yield from _years(local(at, estates[0].zone))
    if config.is_production:
        yield _second_steps(people)


def _posts(estate: Estate, people: list[User]) -> Iterator[Finding]:
    held = {role for user in people for role in user.roles_at(estate.id)}
    missing = [role for role in NEEDED if role not in held]
    for role in missing:
        yield NEEDED[role](
            f"estate {estate.slug}",
            f"nobody is {role}",
            f"flask user add <name> <姓名> --estate {estate.slug} --role {role}",
        )
    if not missing:
        yield ok(f"estate {estate.slug}", "administrator, dispatcher and director are there")


def _policy(estate: Estate, at: datetime) -> Finding:
    check = f"rules of {estate.slug}"
    try:
        version = in_force(estate.id, at)
        policy_of(version)
    except NoPolicyInForce:
        return fail(
            check, "none is in force: nothing can be filed", "flask policy publish standard --estate …"
        )
    except PolicyError as error:
        return fail(
            check, f"cannot be read: {error}", "flask policy check names the line; publish a mended one."
        )
    return ok(check, f"{version.preset}, version {version.version}")


def _years(today: datetime) -> Iterator[Finding]:
    known = {year.year: year.status for year in db.session.scalars(select(CalendarYear))}
    do = "Load it under Settings, 工作日历."
    if today.year not in known:
        yield fail("holidays", f"{today.year} is not loaded: every deadline counts wrong days", do)
    elif known[today.year] == PROVISIONAL:
        yield warn("holidays", f"{today.year} is only computed in advance", do)
    else:
        yield ok("holidays", f"{today.year} as announced")
    if today.month >= NEXT_YEAR_FROM and today.year + 1 not in known:
        yield warn("holidays", f"{today.year + 1} is not loaded", do)


def _second_steps(people: list[User]) -> Finding:
    administrators = [
        u for u in people if any(a.until is None and a.role == Role.ADMINISTRATOR for a in u.appointments)
    ]
    without = sorted(user.username for user in administrators if not one_time_codes.is_on(user))
    if without:
        return warn(
            "second step",
            f"{', '.join(without)} has none yet",
            "They set it up at the next sign-in; remind them.",
        )
    if len(administrators) < 2:
        return warn("second step", "one administrator: a lost telephone locks them out", "Appoint another.")
    return ok("second step", "every administrator has one")
