"""`flask api-key …`"""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from shared import clock
from shared.cli import printing
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity import api_keys
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.identity.queries import estate_by_slug

commands = AppGroup("api-key", help="Keys by which partners' apps file over Open311.")


def _estate(slug: str) -> Estate:
    estate = estate_by_slug(slug)
    if estate is None:
        raise click.ClickException(f"There is no estate {slug}.")
    return estate


def _manager(username: str, estate: Estate) -> User:
    """Whoever could do it on the settings page, since the record names a person."""
    user = db.session.scalar(select(User).where(User.username == username))
    if user is None or not user.is_active or not user.can(Permission.SETTINGS_MANAGE, estate.id):
        raise click.ClickException(f"{username} does not manage the settings of {estate.slug}.")
    return user


@commands.command("make")
@click.argument("name")
@click.option("--estate", required=True)
@click.option("--by", "username", required=True, help="User name of the administrator who answers for it.")
@click.option("--per-day", default=api_keys.PER_DAY, show_default=True, help="Filings in a day.")
def make(name: str, estate: str, username: str, per_day: int) -> None:
    """A new key for NAME; its secret is printed once and kept nowhere."""
    try:
        with transaction():
            place = _estate(estate)
            by = _manager(username, place)
            _key, secret = api_keys.make(place, name, per_day, by=by, at=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(secret)


@commands.command("list")
@click.option("--estate", required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(estate: str, as_json: bool) -> None:
    """Every key ever made for an estate, without its secret."""
    at = clock.now()
    rows = [
        {
            "id": key.id,
            "name": key.name,
            "per_day": key.per_day,
            "used_today": api_keys.used(key, at),
            "made_at": key.made_at,
            "made_by": key.made_by.username,
            "ended_at": key.ended_at,
        }
        for key in api_keys.of_estate(_estate(estate).id)
    ]
    printing.as_json(rows) if as_json else printing.as_table(rows)


@commands.command("end")
@click.argument("key_id", type=int)
@click.option("--estate", required=True)
@click.option("--by", "username", required=True, help="User name of the administrator who answers for it.")
def end(key_id: int, estate: str, username: str) -> None:
    """Nothing is filed with key KEY_ID any more."""
    try:
        with transaction():
            place = _estate(estate)
            by = _manager(username, place)
            key = api_keys.of_id(key_id, place.id)
            if key is None:
                raise click.ClickException(f"{estate} has no key {key_id}.")
            api_keys.end(key, by=by, at=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{key.name}: ended.")
