"""`flask init` and `flask user …`"""

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from shared import addresses, clock
from shared.calendars.holidays import load_year
from shared.calendars.models import OpeningHours
from shared.cli import printing
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity import invitations, one_time_codes
from shared.identity.models import Appointment, Department, Estate, User
from shared.identity.people import username_of
from shared.identity.permissions import Role
from shared.ownership import leaving
from shared.policies.versions import publish

commands = AppGroup("user", help="People and what they are appointed to.")
ROLES = click.Choice([role.value for role in Role])


def _estate(slug: str) -> Estate:
    estate = db.session.scalar(select(Estate).where(Estate.slug == slug))
    if estate is None:
        raise click.ClickException(f"There is no estate {slug}.")
    return estate


def _person(username: str) -> User:
    user = db.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise click.ClickException(f"There is nobody called {username}.")
    return user


def _appoint(user: User, estate: Estate, role: str, department: str | None) -> None:
    department_id = None
    if department:
        department_id = db.session.scalar(
            select(Department.id).where(Department.estate_id == estate.id, Department.name == department)
        )
        if department_id is None:
            raise click.ClickException(f"{estate.slug} has no department {department}.")
    db.session.add(
        Appointment(
            user_id=user.id, estate_id=estate.id, department_id=department_id, role=role, since=clock.now()
        )
    )


def _new_person(username: str, name: str) -> tuple[User, str]:
    """A person without a password yet, and the address at which they choose one."""
    try:
        username = username_of(username)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    if db.session.scalar(select(User.id).where(User.username == username)) is not None:
        raise click.ClickException(f"{username} exists already.")
    user = User(username=username, name=name, password_hash=invitations.nobodys_password())
    db.session.add(user)
    db.session.flush()
    return user, addresses.welcome(invitations.invite(user, clock.now()))


def _say_welcome(username: str, link: str) -> None:
    minutes = int(invitations.VALID.total_seconds() // 60)
    click.echo(f"{username} chooses a password here, once, within {minutes} minutes:\n  {link}")


@click.command("init")
@click.option("--slug", prompt="Estate's short name in addresses (letters)", help="For example jinxiu.")
@click.option("--name", prompt="Estate's name")
@click.option("--code", prompt="Two to four capital letters that begin archive numbers")
@click.option("--hotline", prompt="Service telephone")
@click.option("--username", prompt="User name of the first administrator", default="admin")
def init(slug: str, name: str, code: str, hotline: str, username: str) -> None:
    """The first estate, with policy `standard`, and a one-time link for the first administrator."""
    with transaction():
        if db.session.scalar(select(func.count(User.id))):
            raise click.ClickException("This desk has people already; use `flask user add`.")
        at = clock.now()
        estate = Estate(
            slug=slug,
            code=code.upper(),
            name=name,
            zone="Asia/Shanghai",
            hotline=hotline,
            hours="8:00–20:00",
            emergency_line=hotline,
        )
        db.session.add(estate)
        db.session.flush()
        db.session.add_all(
            OpeningHours(estate_id=estate.id, weekday=day, opens=480, closes=1200) for day in range(7)
        )
        for year in (at.year, at.year + 1):
            load_year(year)
        publish(estate, "standard", at)
        user, link = _new_person(username, username)
        _appoint(user, estate, Role.ADMINISTRATOR, None)
    click.echo(f"Estate {slug} stands.")
    _say_welcome(user.username, link)


@commands.command("add")
@click.argument("username")
@click.argument("name")
@click.option("--estate", required=True)
@click.option("--role", required=True, type=ROLES)
@click.option("--department", help="Name of a department of the estate.")
def add(username: str, name: str, estate: str, role: str, department: str | None) -> None:
    """A new person, and the one-time link by which they choose a password."""
    with transaction():
        user, link = _new_person(username, name)
        _appoint(user, _estate(estate), role, department)
    _say_welcome(user.username, link)


@commands.command("appoint")
@click.argument("username")
@click.option("--estate", required=True)
@click.option("--role", required=True, type=ROLES)
@click.option("--department", help="Name of a department of the estate.")
def appoint(username: str, estate: str, role: str, department: str | None) -> None:
    """A further role for somebody."""
    with transaction():
        _appoint(_person(username), _estate(estate), role, department)


@commands.command("invite")
@click.argument("username")
def invite(username: str) -> None:
    """A new one-time link for somebody; the old password works until it is used."""
    with transaction():
        link = addresses.welcome(invitations.invite(_person(username), clock.now()))
    _say_welcome(username, link)


@commands.command("deactivate")
@click.argument("username")
def deactivate(username: str) -> None:
    """The person leaves: sessions, posts and shifts end. Refused while a case is theirs."""
    with transaction():
        try:
            leaving.leave_by_command(_person(username), clock.now())
        except leaving.StillHolds as held:
            numbers = ", ".join(case.archive_number for case in held.cases)
            raise click.ClickException(
                f"{username} still has something to do in {numbers}. Hand these over first."
            ) from held
        except Refused as refusal:
            raise click.ClickException(refusal.message) from refusal


@commands.command("reset-otp")
@click.argument("username")
@click.option("--by", required=True, help="User name of the administrator who answers for it.")
@click.option("--reason", required=True, help="Why; it stands in the record of changes.")
def reset_otp(username: str, by: str, reason: str) -> None:
    """A lost telephone: the password alone signs in again, and open sessions end."""
    try:
        with transaction():
            administrator = _person(by)
            estate_id = next((a.estate_id for a in administrator.appointments if _administers(a)), None)
            if estate_id is None or not administrator.is_active:
                raise click.ClickException(f"{by} is no administrator.")
            estate = db.session.get_one(Estate, estate_id)
            user = _person(username)
            one_time_codes.reset_by_operator(user, estate, reason, by=administrator, at=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{username} signs in with the password alone.")


def _administers(post: Appointment) -> bool:
    return post.until is None and post.role == Role.ADMINISTRATOR


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_people(as_json: bool) -> None:
    """Everybody, with their roles."""
    estates = dict(db.session.execute(select(Estate.id, Estate.slug)).all())
    rows = [
        {
            "username": user.username,
            "name": user.name,
            "active": user.is_active,
            "roles": [f"{a.role}@{estates[a.estate_id]}" for a in user.appointments if a.until is None],
        }
        for user in db.session.scalars(select(User).order_by(User.username))
    ]
    printing.as_json(rows) if as_json else printing.as_table(rows)
