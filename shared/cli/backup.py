"""`flask backup …`"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from shared import clock
from shared.attachments.port import NotStored, Unreachable
from shared.backup import ageing, creating, examining, restoring
from shared.backup.examining import Findings
from shared.backup.manifest import Manifest, Unusable
from shared.backup.restoring import Occupied
from shared.backup.scratch import Busy
from shared.backup.snapshots import UNREADABLE
from shared.cli import printing
from shared.database import transaction
from shared.heartbeats.beating import BACKUP, beat
from shared.heartbeats.models import Heartbeat

commands = AppGroup("backup", help="The whole desk in one file, without its keys.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@commands.command("create")
@click.argument("file", required=False)
@click.option("--keep-days", type=click.IntRange(1), help="Then delete older backups in that folder.")
@click.option("--no-photos", is_flag=True, help="The database alone; photos are backed up where they lie.")
@_JSON
def create(file: str | None, keep_days: int | None, no_photos: bool, as_json: bool) -> None:
    """Write a backup into FILE, or by its time into a folder (DATA_DIR/backups), while the desk works.

    A folder exists already, or ends in a slash. Fails when a photo is lost or spoilt.
    """
    at, began = clock.now(), time.monotonic()
    folder, name = _place(file)
    if keep_days and name:
        raise click.ClickException("--keep-days is for a folder, where each backup has the name of its time.")
    try:
        path, manifest = creating.create(folder, at, name, with_photos=not no_photos)
    except OSError as error:
        raise click.ClickException(f"No backup was made: {error.strerror or error}.") from error
    except UNREADABLE as error:
        raise click.ClickException(f"No backup was made: the database cannot be read ({error}).") from error
    except Unreachable as error:
        raise click.ClickException(
            f"No backup was made: {error}. With --no-photos the database alone is backed up."
        ) from error
    if Heartbeat.__tablename__ in manifest.tables:  # before an upgrade there may be none yet
        with transaction():
            beat(BACKUP, "backup", at, path.name)
    deleted = ageing.prune(folder, timedelta(days=keep_days), at) if keep_days else []
    facts = {
        "file": str(path),
        "bytes": path.stat().st_size,
        "cases": manifest.cases,
        "files": manifest.files,
        "seconds": round(time.monotonic() - began, 1),
        "deleted": len(deleted),
    }
    lost = {"missing": manifest.missing, "damaged": manifest.damaged}
    printing.as_json(facts | lost) if as_json else printing.as_table([facts])
    for what, names in lost.items():
        for name in names:
            click.echo(f"photo {name} is {what}.", err=True)
    sys.exit(1 if any(lost.values()) else 0)


def _place(file: str | None) -> tuple[Path, str]:
    """The folder, and the name in it; none where it is to be that of its time."""
    if file is None:
        return current_app.extensions["shouwen"].data_dir / "backups", ""
    path = Path(file)
    return (path, "") if path.is_dir() or file.endswith(os.sep) else (path.parent, path.name)


@commands.command("verify")
@_FILE
@_JSON
def verify(file: Path, as_json: bool) -> None:
    """Try everything in FILE: its parts, database, record and photos. Fails naming what does not fit."""
    try:
        findings = examining.verify(file)
    except Unusable as error:
        raise click.ClickException(f"{file} cannot be restored: {error}.") from error
    except OSError as error:
        raise click.ClickException(f"{file} could not be tried: {error.strerror or error}.") from error
    _say(findings, as_json)
    sys.exit(1 if findings.faults else 0)


@commands.command("restore")
@_FILE
@click.option("--yes", is_flag=True, help="Do it.")
@click.option("--replace", is_flag=True, help="Even where a desk stands; it is gone then.")
@_JSON
def restore(file: Path, yes: bool, replace: bool, as_json: bool) -> None:
    """Put FILE in the place of this desk; stop web, worker and schedule first. Killed, it has changed nothing."""
    if not yes:
        raise click.ClickException("This puts the backup in the place of what is here. Say --yes to do it.")
    _must_be_owner()
    began = time.monotonic()
    try:
        findings = restoring.restore(file, clock.now(), replace=replace)
    except Unusable as error:
        raise click.ClickException(f"Nothing was changed. {file} cannot be restored: {error}.") from error
    except Occupied as error:
        raise click.ClickException(
            "Nothing was changed. People work on this desk already; back it up, then say --replace to lose it."
        ) from error
    except Busy as error:
        raise click.ClickException(
            "Nothing was changed. The desk is in use; stop web, worker and schedule, then run this again."
        ) from error
    except (OSError, NotStored) as error:
        raise click.ClickException(
            f"Nothing was changed. There is no room for {file} here: {error}."
        ) from error
    _say(findings, as_json, seconds=round(time.monotonic() - began, 1))
    click.echo(
        "Next: flask privacy purge (what was erased since is back), flask audit verify, flask storage check; then\n"
        "flask storage release, when you have looked at files without rows. Everybody signs in anew.",
        err=True,
    )


@commands.command("prune")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--keep-days", type=click.IntRange(1), required=True)
def prune(folder: Path, keep_days: int) -> None:
    """Delete the backups in FOLDER that are older than that; the newest always stays."""
    for path in ageing.prune(folder, timedelta(days=keep_days), clock.now()):
        click.echo(f"{path.name} deleted.")


def _must_be_owner() -> None:
    """What root writes there, web and schedule could not write any more."""
    folder = current_app.extensions["shouwen"].data_dir
    if folder.exists() and (owner := folder.stat().st_uid) != os.geteuid():
        raise click.ClickException(
            f"Nothing was changed. {folder} belongs to another user (number {owner}); run this as that user."
        )


def _say(findings: Findings, as_json: bool, **more: float) -> None:
    facts = {**_facts(findings.manifest), "timeline_rows": findings.timeline_rows, **more}
    printing.as_json({**facts, "faults": findings.faults}) if as_json else printing.as_table([facts])
    for fault in [] if as_json else findings.faults:
        click.echo(fault)


def _facts(manifest: Manifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at.isoformat(),
        "engine": manifest.engine,
        "revision": manifest.revision,
        "cases": manifest.cases,
        "files": manifest.files,
        "latest_root": manifest.latest_root
        and f"{manifest.latest_root['on']} {manifest.latest_root['hash']}",
    }
