"""`flask backup …`: a desk goes into one file and comes out on either engine, or is refused in one sentence (F39)."""

import json
from pathlib import Path

import pytest
from flask import Flask

from shared.attachments import check
from shared.attachments import verbs as attachments
from shared.attachments.storage import current_storage
from shared.audit import roots
from shared.cases.models import Case
from shared.database import db, transaction
from shared.heartbeats.models import Heartbeat
from shared.identity.models import StaffSession
from tests.cast import MONDAY, Cast
from tests.databases import ENGINES, fresh
from tests.held import PERSONAL, photo
from tests.life import Life, begin
from wsgi import create_app

both = pytest.mark.parametrize("engine", ENGINES, indirect=True)


def run(app: Flask, *words: str, fails: bool = False) -> str:
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["backup", *words])
    assert (result.exit_code != 0) == fails, result.output
    return result.output


@pytest.fixture
def lived_in(cast: Cast) -> Life:
    """A desk with a case that was handled, and its photo."""
    story = begin(cast, building_id=cast.building("7号楼").id, **PERSONAL).informed()
    received = attachments.receive(photo())
    with transaction():
        attachments.attach(received, case_id=story.case.id, round=1, act="filing", public=True, at=MONDAY)
    return story


@both
@pytest.mark.parametrize("other", ENGINES)
def test_a_desk_comes_out_of_its_backup_on_either_engine(
    app: Flask, lived_in: Life, tmp_path: Path, engine: str, other: str
) -> None:
    made = json.loads(run(app, "create", str(tmp_path), "--json"))
    file = made["file"]
    assert (made["cases"], made["files"], made["missing"], made["damaged"]) == (1, 2, [], [])
    assert db.session.get_one(Heartbeat, ("backup", "backup")).note == Path(file).name
    assert json.loads(run(app, "verify", file, "--json"))["faults"] == []
    rows, photos = len(lived_in.rows), sorted(current_storage().names())
    db.session.remove()
    with fresh(other) as config:
        elsewhere = create_app(config)
        with elsewhere.app_context():
            assert "seconds=" in run(elsewhere, "restore", file, "--yes")
            case = db.session.query(Case).one()
            assert case.party is not None
            assert (case.archive_number, case.party.name) == (lived_in.number, PERSONAL["name"])
            assert roots.verify() == (rows, [])
            assert sorted(current_storage().names()) == photos
            assert check.examine(MONDAY).missing == []
            assert check.is_on_hold(), "photos of later cases look like orphans now (trust.md, decision 7)"
            assert db.session.query(StaffSession).filter_by(ended_at=None).count() == 0
            db.session.remove()
            db.engine.dispose()
