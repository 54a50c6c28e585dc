"""`flask incidents …`"""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared.cases.models import Case
from shared.cli import printing
from shared.database import db
from shared.identity.queries import estates
from shared.incidents import proof, proposing
from shared.incidents.models import Incident, Membership
from shared.incidents.repeats import owners_of

commands = AppGroup("incidents", help="Cases that are one matter.")


@commands.command("list")
@click.option("--limit", default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_incidents(limit: int, as_json: bool) -> None:
    """Incidents, the newest first, each with its cases."""
    found = db.session.scalars(
        select(Incident)
        .options(joinedload(Incident.estate), joinedload(Incident.building))
        .order_by(Incident.opened_at.desc(), Incident.id.desc())
        .limit(limit)
    ).all()
    members = _members([incident.id for incident in found])
    rows = [_row(incident, members[incident.id]) for incident in found]
    printing.as_json(rows) if as_json else printing.as_table(rows)


def _members(incident_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    rows = db.session.execute(
        select(Membership, Case.archive_number)
        .join(Case, Case.id == Membership.case_id)
        .where(Membership.incident_id.in_(incident_ids))
        .order_by(Case.received_at, Case.id)
    )
    found: dict[int, list[dict[str, Any]]] = {incident_id: [] for incident_id in incident_ids}
    for membership, number in rows:
        found[membership.incident_id].append(
            {
                "case": number,
                "state": membership.state,
                "score": membership.score,
                "reasons": membership.reasons,
            }
        )
    return found


def _row(incident: Incident, members: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": incident.id,
        "estate": incident.estate.slug,
        "building": incident.building.name if incident.building else None,
        "category": incident.category,
        "title": incident.title,
        "opened_at": incident.opened_at,
        "confirmed_at": incident.confirmed_at,
        "ended_at": incident.ended_at,
        "people": incident.people,
        "owners": owners_of(incident.id),
        "cases": members,
    }


@commands.command("propose")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Only measure: labelled reports as tab-separated lines. Nothing is written.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def propose(file: Path | None, as_json: bool) -> None:
    """Look through all open cases for such as are one matter; running it again changes nothing."""
    if file is not None:
        _measure(file, as_json)
        return
    waiting = _unproposed()
    made = {incident_id for case_id in waiting if (incident_id := proposing.propose(case_id)) is not None}
    proposed = len(set(waiting) - set(_unproposed()))
    if as_json:
        printing.as_json({"looked_at": len(waiting), "proposed": proposed, "incidents": sorted(made)})
        return
    click.echo(f"{len(waiting)} cases looked at, {proposed} proposed for {len(made)} incidents.")


def _unproposed() -> list[int]:
    return [case_id for estate in estates() for case_id in proposing.unproposed(estate.id)]


def _measure(file: Path, as_json: bool) -> None:
    try:
        reports = proof.read(file.read_text(encoding="utf-8-sig").splitlines())
    except (proof.Unreadable, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name}: {error}") from error
    found = proof.prove(reports)
    told = {
        "reports": found.reports,
        "groups": len(found.groups),
        "pairs_proposed": found.proposed,
        "pairs_true": found.true,
        "pairs_right": found.right,
        "precision": round(found.precision, 4),
        "recall": round(found.recall, 4),
    }
    if as_json:
        printing.as_json({**told, "proposed": found.groups})
        return
    printing.as_table([told])
    for group in found.groups:
        click.echo(" ".join(map(str, group)))
