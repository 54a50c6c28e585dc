"""`flask import …`: flats, people and the register kept so far, from Excel or CSV."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from shared import clock
from shared.cli import printing
from shared.database import db
from shared.errors import Refused
from shared.identity.models import Estate, User
from shared.identity.permissions import Role
from shared.identity.queries import people_with
from shared.imports import running
from shared.imports.fates import Fate, Outlook
from shared.imports.running import Done, Kind

commands = AppGroup("import", help="Take over flats, people and the register kept so far from Excel or CSV.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _estate(slug: str | None) -> Estate:
    found = db.session.scalars(select(Estate).where(Estate.slug == slug) if slug else select(Estate)).all()
    if len(found) != 1:
        raise click.ClickException(f"There is no estate {slug}." if slug else "Say which with --estate.")
    return found[0]


def _person(username: str | None, estate: Estate) -> User:
    """Whose name stands in the record: who is named, else the first administrator of the estate."""
    if username is None:
        administrators = people_with([Role.ADMINISTRATOR], estate.id)
        if not administrators:
            raise click.ClickException("Say with --by whose name shall stand in the record.")
        return administrators[0]
    found = db.session.scalar(select(User).where(User.username == username))
    if found is None:
        raise click.ClickException(f"There is nobody called {username}.")
    return found


def _import(kind: Kind, file: Path, estate: str | None, by: str | None, dry_run: bool, as_json: bool) -> None:
    where = _estate(estate)
    who, data = _person(by, where), file.read_bytes()
    try:
        outlook = running.look(kind, data, file.name, where, by=who, at=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    ids = where.id, who.id
    db.session.rollback()
    done = Done(left=len(outlook.to_do)) if dry_run else running.carry_out(kind, outlook, data, *ids)
    _tell(outlook, done, dry_run, as_json)


def _tell(outlook: Outlook, done: Done, dry_run: bool, as_json: bool) -> None:
    counts = {fate.value: number for fate, number in outlook.counts.items()}
    if as_json:
        printing.as_json(
            {
                "dry_run": dry_run,
                **counts,
                "written": done.written,
                "remarks": outlook.remarks,
                "rows": [row.as_data() for row in outlook.rows],
                "links": [{"name": name, "link": link} for name, link in done.links],
            }
        )
        return
    for row in outlook.rows:
        if row.fate is not Fate.SAME:
            click.echo(f"{row.number}  {row.fate.value}  {row.title}  {' '.join(row.words)}".rstrip())
    for remark in outlook.remarks:
        click.echo(remark)
    click.echo("  ".join(f"{name}={number}" for name, number in counts.items()))
    click.echo("Nothing was written." if dry_run else f"Written: {done.written}.")
    for name, link in done.links:
        click.echo(f"{name} chooses a password here, once, within 30 minutes:\n  {link}")


def _declare(kind: Kind, help: str) -> None:
    @commands.command(kind.value, help=help)
    @click.argument("file", type=FILE)
    @click.option("--estate", help="Its short name; left out where there is but one.")
    @click.option("--by", help="User name that stands in the record; left out: the first administrator.")
    @click.option("--dry-run", is_flag=True, help="Say what would become of each row, and write nothing.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    def command(file: Path, estate: str | None, by: str | None, dry_run: bool, as_json: bool) -> None:
        _import(kind, file, estate, by, dry_run, as_json)


HELP: dict[Kind, str] = {
    Kind.UNITS: "Flats, by building.",
    Kind.STAFF: "People and their posts; each new one chooses a password by a one-time link.",
    Kind.REGISTER: "The register kept so far: settled rows as closed cases, the others with clocks from now on.",
}
for _kind, _help in HELP.items():
    _declare(_kind, _help)
