"""`flask backup …`: a desk goes into one file and comes out on either engine, or is refused in one sentence (F39)."""

import json
import os
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from shared.attachments import check
from shared.attachments import queries as photos
from shared.attachments import verbs as attachments
from shared.attachments.storage import current_storage
from shared.audit import roots
from shared.backup import ageing, creating, restoring, snapshots
from shared.cases.models import Case
from shared.database import db, transaction
from shared.heartbeats.models import Heartbeat
from shared.identity.models import StaffSession
from shared.outbox import drain
from shared.register import terms
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
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


def files() -> list[str]:
    return [name for _shelf, names in current_storage().shelves() for name in names]


@pytest.fixture
def lived_in(cast: Cast) -> Life:
    """A desk with a case that was handled, and its photo."""
    story = begin(cast, building_id=cast.building("7号楼").id, **PERSONAL).informed()
    received = attachments.receive(photo())
    with transaction():
        attachments.attach(received, case_id=story.case.id, round=1, act="filing", public=True, at=MONDAY)
    return story


def test_a_backup_has_the_name_it_was_given_or_in_a_folder_one_of_its_time(
    app: Flask, lived_in: Life, tmp_path: Path
) -> None:
    for _again in range(2):  # last night's of the same name is the new one's when that is whole
        run(app, "create", str(tmp_path / "desk" / "monday.tar"))
    assert [path.name for path in (tmp_path / "desk").iterdir()] == ["monday.tar"]
    run(app, "verify", str(tmp_path / "desk" / "monday.tar"))
    for folder in (f"{tmp_path}/to-be/", str(tmp_path / "desk")):
        made = json.loads(run(app, "create", folder, "--json"))["file"]
        assert Path(made).parent == Path(folder)
        assert ageing.made_at(Path(made)) is not None
    assert "folder" in run(app, "create", str(tmp_path / "one.tar"), "--keep-days", "30", fails=True)


@both
@pytest.mark.parametrize("other", ENGINES)
def test_a_desk_comes_out_of_its_backup_on_either_engine(
    app: Flask, lived_in: Life, tmp_path: Path, engine: str, other: str
) -> None:
    made = json.loads(run(app, "create", str(tmp_path), "--json"))
    file = made["file"]
    assert (made["cases"], made["files"], made["missing"], made["damaged"]) == (1, 2, [], [])
    assert db.session.get_one(Heartbeat, ("backup", "backup")).note == Path(file).name
    if engine == other:  # a restore looks for the same
        assert json.loads(run(app, "verify", file, "--json"))["faults"] == []
    rows, stored = len(lived_in.rows), files()
    db.session.remove()
    with fresh(other) as config:
        elsewhere = create_app(config)
        with elsewhere.app_context():
            assert "seconds=" in run(elsewhere, "restore", file, "--yes")
            case = db.session.query(Case).one()
            assert case.party is not None
            assert (case.archive_number, case.party.name) == (lived_in.number, PERSONAL["name"])
            assert roots.verify() == (rows, [])
            found = terms.candidates("鞋柜")
            assert found is not None
            assert db.session.scalars(found).all() == [case.id], "words are found as before"
            assert files() == stored
            assert check.examine(MONDAY).missing == []
            assert check.is_on_hold(), "photos of later cases look like orphans now (trust.md, decision 7)"
            assert db.session.query(StaffSession).filter_by(ended_at=None).count() == 0
            begin(lived_in.cast)
            assert db.session.query(Case).count() == 2, "new rows are numbered after the last one"
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def file(app: Flask, lived_in: Life, tmp_path: Path) -> Path:
    """A backup of that desk."""
    path, _manifest = creating.create(tmp_path / "backups", MONDAY)
    return path


def test_a_file_that_was_cut_or_altered_anywhere_is_refused(app: Flask, file: Path) -> None:
    """F40, T37: a flipped bit in any part, in the manifest or in its seal, and a file that was not finished."""
    whole = file.read_bytes()
    size = len(whole)
    for at in (600, size // 3, size // 2, *(whole.rindex(word) + 3 for word in (b'"cases"', b'"ends"'))):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert "cannot be restored: " in run(app, "verify", str(file), fails=True), at
    for end in (0, 700, size // 2, whole.rindex(b"manifest.json")):
        file.write_bytes(whole[:end])
        said = run(app, "restore", str(file), "--yes", "--replace", fails=True)
        assert "Nothing was changed." in said, end
    assert not check.is_on_hold()


def _with(file: Path, stranger: tarfile.TarInfo) -> None:
    """Put that in front of its parts."""
    whole = file.read_bytes()
    file.write_bytes(stranger.tobuf() + whole)


def _stranger(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, target
    return found


def test_t37_a_file_that_holds_a_link_or_a_way_out_of_its_folder_is_refused(app: Flask, file: Path) -> None:
    """In a sentence: nothing of it is followed, made or written."""
    whole = file.read_bytes()
    for stranger in (
        _stranger("files/../../x"),
        _stranger("database/.."),
        _stranger("/etc/x"),
        _stranger("database/x", tarfile.SYMTYPE, "/etc/passwd"),
        _stranger("database/x", tarfile.LNKTYPE, "manifest.json"),
        _stranger("database/x", tarfile.FIFOTYPE),
        _stranger("database/x", tarfile.DIRTYPE),
    ):
        file.write_bytes(whole)
        _with(file, stranger)
        for words in (("verify",), ("restore", "--yes", "--replace")):
            said = run(app, words[0], str(file), *words[1:], fails=True)
            assert f"it holds {stranger.name!r}, which is no part of a backup" in said


def test_where_there_is_no_room_for_it_that_is_said_and_nothing_is_changed(
    app: Flask, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in the way").touch()
    db.session.remove()
    with fresh("sqlite") as config:
        other = create_app(replace(config, storage_url=f"file://{tmp_path}/in the way/files"))
        with other.app_context():
            said = run(other, "restore", str(file), "--yes", fails=True)
            assert "Nothing was changed. There is no room for" in said
            assert restoring.is_empty()
            assert not check.is_on_hold()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "in the way"))
    assert f"{file} could not be tried: Not a directory." in run(app, "verify", str(file), fails=True)


def test_a_backup_opens_under_its_own_key_only(app: Flask, file: Path, lived_in: Life) -> None:
    """The key is not in it; under another one nothing could be read, and nobody would notice before it is too late."""
    assert app.extensions["shouwen"].field_key not in file.read_bytes()
    db.session.remove()
    with fresh("sqlite") as config:
        other = create_app(replace(config, field_key=b"k" * 32))
        with other.app_context():
            said = run(other, "restore", str(file), "--yes", fails=True)
    assert "made under another FIELD_KEY" in said
    assert "Set FIELD_KEY to the key of that desk" in said


def test_a_backup_of_a_newer_release_is_refused(app: Flask, file: Path, cast: Cast) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    path, _manifest = creating.create(file.parent, MONDAY + timedelta(hours=1))
    assert "made by a newer one. Install that release first" in run(app, "verify", str(path), fails=True)


def test_a_desk_with_people_is_replaced_only_when_that_is_said(
    app: Flask, file: Path, lived_in: Life
) -> None:
    assert "Say --yes" in run(app, "restore", str(file), fails=True)
    assert "say --replace to lose it" in run(app, "restore", str(file), "--yes", fails=True)
    later = begin(lived_in.cast).number
    run(app, "restore", str(file), "--yes", "--replace")
    assert [case.archive_number for case in db.session.query(Case)] == [lived_in.number] != [later]


def test_who_is_not_the_desks_user_does_not_restore_it(
    app: Flask, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of root would leave a desk that nobody can write to."""
    mine = app.extensions["shouwen"].data_dir.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert "run this as that user" in run(app, "restore", str(file), "--yes", "--replace", fails=True)


def test_who_signed_in_before_the_restore_signs_in_anew(
    app: Flask, lived_in: Life, tmp_path: Path, signed_in: Callable[[str], CriticalClient]
) -> None:
    """A session that was ended after the backup must not live again with it (T21)."""
    limin = signed_in("limin")
    path, _manifest = creating.create(tmp_path, MONDAY)
    assert limin.get("/staff/").status_code == 200
    run(app, "restore", str(path), "--yes", "--replace")
    assert limin.get("/staff/").status_code in (302, 303)


@both
def test_a_desk_that_is_in_use_is_not_replaced(app: Flask, file: Path, engine: str) -> None:
    """Whoever writes here while it is replaced would be told that it is done, and it would be gone (P1)."""
    with create_app(app.extensions["shouwen"]).app_context():
        db.session.execute(text("SELECT count(*) FROM cases"))  # and the transaction stays open
        with app.app_context():
            said = run(app, "restore", str(file), "--yes", "--replace", fails=True)
        assert "The desk is in use; stop web, worker and schedule" in said
        db.session.remove()
        db.engine.dispose()
    assert not check.is_on_hold()
    assert db.session.query(Case).count() == 1


def test_photos_that_are_lost_or_spoilt_are_named(app: Flask, lived_in: Life, tmp_path: Path) -> None:
    """F35: the desk is backed up all the same, for a database is worth more than a photo."""
    storage = current_storage()
    picture, thumb = sorted(files(), key=len)
    storage.delete(thumb)
    storage.put(picture, b"not the photo that was stored")
    said = run(app, "create", str(tmp_path), fails=True)
    assert f"photo {thumb} is missing." in said
    assert f"photo {picture} is damaged." in said
    (path,) = tmp_path.glob("*.tar")
    said = run(app, "verify", str(path), fails=True)
    assert f"photo {thumb}: was missing when the backup was made" in said
    assert f"photo {picture}: was not as it had been stored" in said
    assert "seconds=" in run(app, "restore", str(path), "--yes", "--replace"), "what there is can be had back"


def test_a_photo_that_is_erased_while_the_backup_is_made_is_not_lost(
    app: Flask, lived_in: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = snapshots.take

    def take(folder: Path) -> snapshots.Snapshot:
        found = taken(folder)
        with transaction():
            (photo,) = photos.of_case(lived_in.case.id)
            attachments.remove(photo)
        drain.run_due(100)
        return found

    monkeypatch.setattr(snapshots, "take", take)
    path, manifest = creating.create(tmp_path, MONDAY)
    assert (manifest.files, manifest.missing) == (0, [])
    assert json.loads(run(app, "verify", str(path), "--json"))["faults"] == []


def test_backups_age_out_and_the_last_one_stays(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """T41: what was erased from the desk must not stand on in its backups."""
    *_old, recent = (creating.create(tmp_path, MONDAY - timedelta(days=n))[0] for n in (90, 31, 29))
    (tmp_path / "notes.txt").touch()
    for killed, when in ((".unfinished-a", MONDAY - timedelta(days=2)), (".unfinished-b", MONDAY)):
        (tmp_path / killed).mkdir()
        os.utime(tmp_path / killed, (when.timestamp(), when.timestamp()))
    with time_machine.travel(MONDAY, tick=False):
        made = Path(json.loads(run(app, "create", str(tmp_path), "--keep-days", "30", "--json"))["file"])
    assert {path.name for path in tmp_path.iterdir()} == {
        recent.name,
        made.name,
        "notes.txt",
        ".unfinished-b",
    }
    with time_machine.travel(MONDAY + timedelta(days=400), tick=False):
        run(app, "prune", str(tmp_path), "--keep-days", "30")
    assert {path.name for path in tmp_path.glob("*.tar")} == {made.name}


def test_without_photos_the_database_alone_comes_back(app: Flask, lived_in: Life, tmp_path: Path) -> None:
    """For an object store that keeps versions of its own."""
    stored = files()
    made = json.loads(run(app, "create", str(tmp_path), "--no-photos", "--json"))
    assert made["files"] == 0
    assert json.loads(run(app, "verify", made["file"], "--json"))["faults"] == []
    run(app, "restore", made["file"], "--yes", "--replace")
    assert files() == stored
    assert db.session.query(Case).count() == 1


def _killed_at_the_last_moment(path: Path) -> None:
    """A restore in a process of its own, which dies before its last step as `kill -9` has it: nothing is tidied up."""
    pid = os.fork()
    if pid == 0:
        db.engine.dispose(close=False)
        restoring._take_over = lambda *_what: os._exit(9)
        restoring.restore(path, MONDAY, replace=True)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9


@both
def test_a_restore_that_is_killed_has_changed_nothing_and_the_same_command_finishes_it(
    app: Flask, file: Path, lived_in: Life, engine: str
) -> None:
    later = begin(lived_in.cast).number
    db.session.remove()
    db.engine.dispose()
    _killed_at_the_last_moment(file)
    assert [case.archive_number for case in db.session.query(Case).order_by(Case.id)] == [
        lived_in.number,
        later,
    ]
    assert roots.verify()[1] == []
    run(app, "restore", str(file), "--yes", "--replace")
    assert [case.archive_number for case in db.session.query(Case)] == [lived_in.number]
    assert list(app.extensions["shouwen"].data_dir.glob(".restoring-*")) == []
