"""`flask doctor`: a line for each thing that an operator can set wrong, with what to do, and an exit for scripts."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from shared import file_systems, schedule
from shared.attachments import check
from shared.attachments import verbs as attachments
from shared.attachments.port import name_of
from shared.cases.models import Case
from shared.config import Config, Misconfigured
from shared.database import cut_log, db, transaction
from shared.demo import people as demonstration
from shared.identity import passwords
from shared.operations import integrity
from shared.operations.doctor import queues, settings
from tests.cast import MONDAY, Cast
from tests.databases import ENGINES
from tests.databases import settings as configured
from tests.faults.test_queue import Server
from tests.held import photo
from tests.life import begin
from wsgi import create_app

both = pytest.mark.parametrize("engine", ENGINES, indirect=True)
Findings = dict[str, dict[str, str]]


@pytest.fixture
def doctor(app: Flask) -> Callable[..., Findings]:
    """What it finds of this desk, by the thing; *fails*: what its exit says."""

    def ask(*, fails: bool = False) -> Findings:
        db.session.remove()
        with time_machine.travel(MONDAY, tick=False):
            result = app.test_cli_runner().invoke(args=["doctor", "--json"])
        assert (result.exit_code != 0) == fails, result.output
        return {found["check"]: found for found in json.loads(result.stdout)}

    return ask


def production(folder: Path, **more: str) -> Config:
    return configured(folder, APP_ENV="production", **more)


@both
def test_a_desk_in_order_is_said_to_be_and_nothing_is_written(
    app: Flask, cast: Cast, engine: str, doctor: Callable[..., Findings]
) -> None:
    begin(cast)
    found = doctor()
    assert {what for what, of in found.items() if of["state"] == "fail"} == set()
    for what in (
        "database",
        "migrations",
        "integrity",
        "sealed fields",
        "storage",
        "queue",
        "rules of jinxiu",
    ):
        assert found[what]["state"] == "ok", found[what]
    assert all(of["do"] for of in found.values() if of["state"] != "ok"), (
        "whoever is warned is told what to do"
    )
    printed = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "warn  APP_ENV: development" in printed


def test_a_desk_under_the_wrong_key_is_found_before_a_telephone_is_needed(
    app: Flask, cast: Cast, doctor: Callable[..., Findings]
) -> None:
    begin(cast)
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], field_key=b"k" * 32)
    found = doctor(fails=True)["FIELD_KEY"]
    assert "sealed under another FIELD_KEY" in found["said"]
    assert found["do"].startswith("Set FIELD_KEY")


def test_a_damaged_database_is_found(app: Flask, cast: Cast, doctor: Callable[..., Findings]) -> None:
    """F40: bytes flipped in the file; no backup is made of it that somebody would rely on, the last good one helps."""
    number = begin(cast).number
    commands = app.test_cli_runner()
    good = json.loads(commands.invoke(args=["backup", "create", "--json"]).stdout)["file"]
    path = Path(str(db.engine.url.database))
    page = db.session.scalar(text("SELECT rootpage FROM sqlite_master WHERE name = 'timeline'"))
    db.session.remove()
    assert cut_log()
    db.engine.dispose()
    with path.open("r+b") as file:
        file.seek((int(page or 0) - 1) * 4096)
        file.write(b"\xa5" * 512)
    assert "damaged" in doctor(fails=True)["integrity"]["said"]
    daily = next(line for line in schedule.TIMETABLE if line.name == "integrity")
    with pytest.raises(integrity.Damaged):  # for which the line is told as failing
        daily.do(lambda: False)
    said = commands.invoke(args=["backup", "create"])
    assert said.exit_code == 1
    assert "No backup was made: the database cannot be read" in said.output
    assert [str(kept) for kept in (path.parent / "backups").iterdir()] == [good]
    for spoil in (lambda: None, lambda: path.write_bytes(b"?" * 9000)):
        db.session.remove()
        db.engine.dispose()
        spoil()
        restored = commands.invoke(args=["backup", "restore", good, "--yes", "--replace"])
        assert restored.exit_code == 0, restored.output
        assert doctor()["integrity"]["state"] == "ok"
        assert db.session.scalars(select(Case.archive_number)).all() == [number]


def test_an_older_database_and_one_that_does_not_answer_are_told_and_the_round_ends_there(
    app: Flask, cast: Cast, doctor: Callable[..., Findings]
) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    found = doctor(fails=True)
    assert found["migrations"]["do"].startswith("flask db upgrade")
    assert "storage" not in found


def test_what_a_restore_left_to_do_is_told(app: Flask, cast: Cast, doctor: Callable[..., Findings]) -> None:
    check.hold()
    assert "flask storage release" in doctor()["sweep of files"]["do"]
    app.test_cli_runner().invoke(args=["storage", "release"])
    assert "sweep of files" not in doctor()


def test_photos_that_cannot_be_read_are_told_and_the_round_goes_on(
    app: Flask, cast: Cast, doctor: Callable[..., Findings]
) -> None:
    """F20: a folder in the place of the photo stands for what its owner does not let us read."""
    story = begin(cast)
    received = attachments.receive(photo())
    with transaction():
        attachments.attach(received, case_id=story.case.id, round=1, act="filing", public=True, at=MONDAY)
    path = app.extensions["shouwen"].data_dir / "files" / name_of(received.id)
    path.unlink()
    path.mkdir()
    found = doctor(fails=True)
    assert found["photos"]["said"] == f"{name_of(received.id)} cannot be read: Is a directory"
    assert "estate jinxiu" in found
    said = app.test_cli_runner().invoke(args=["storage", "check"])
    assert said.exit_code == 2
    assert said.output == f"{path} cannot be read: Is a directory.\n"


def test_an_estate_without_people_rules_or_holidays_is_told(
    cast: Cast, doctor: Callable[..., Findings]
) -> None:
    with transaction():
        for post in cast.person("limin").appointments + cast.person("zhouqi").appointments:
            post.until = MONDAY
        for table in ("policy_versions", "calendar_years"):
            db.session.execute(text(f"DELETE FROM {table}"))
    found = doctor(fails=True)
    assert (found["estate jinxiu"]["state"], found["estate jinxiu"]["said"]) == (
        "fail",
        "nobody is dispatcher",
    )
    assert found["rules of jinxiu"]["said"] == "none is in force: nothing can be filed"
    assert found["holidays"]["state"] == "fail"


def test_in_production_known_passwords_and_missing_second_steps_are_told(
    app: Flask, cast: Cast, doctor: Callable[..., Findings]
) -> None:
    """T23: the demonstration's password is in everybody's hands."""
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], app_env="production")
    with transaction():
        cast.person("limin").username = demonstration.STAFF[0].username
        db.session.flush()
        cast.person(demonstration.STAFF[0].username).password_hash = passwords.hashed(
            demonstration.password()
        )
    found = doctor(fails=True)
    assert found["accounts"]["said"] == "dispatcher have the demonstration's password"
    assert (found["second step"]["state"], found["second step"]["said"]) == ("warn", "admin has none yet")
    assert found["schedule"]["state"] == found["backup"]["state"] == "fail", "where people depend on them"


def of(config: Config, **env: str) -> dict[str, str]:
    return {found.check: found.state for found in settings.examine(config, env)}


def test_settings_that_let_others_in_or_mislead_them_are_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    good = {
        "PUBLIC_URL": "https://shouwen.example.com",
        "STAFF_URL": "https://desk.example.com",
        "TRUSTED_PROXY_COUNT": "1",
        "STAFF_NETWORKS": "10.0.0.0/8",
        "MAIL_URL": "smtp://mail.example.com?from=desk@example.com",
    }
    assert set(of(production(tmp_path, **good)).values()) == {"ok"}
    bare = of(production(tmp_path, PUBLIC_URL=""))
    assert (bare["PUBLIC_URL"], bare["STAFF_NETWORKS"], bare["CHANNEL_URLS"]) == ("fail", "warn", "warn")
    plain = of(production(tmp_path, **{**good, "PUBLIC_URL": "http://shouwen.example.com"}))
    assert plain["PUBLIC_URL"] == "fail"
    stray = of(production(tmp_path, **good, TRUSTED_HOSTS="desk.example.com"))
    assert stray["TRUSTED_HOSTS"] == "fail"
    assert of(production(tmp_path, **{**good, "TRUSTED_PROXY_COUNT": "0"}))["TRUSTED_PROXY_COUNT"] == "warn"
    key = tmp_path / "field_key"
    key.touch(0o644)
    assert of(production(tmp_path, **good), FIELD_KEY_FILE=str(key)) | {
        "secrets": "fail",
        "FIELD_KEY": "warn",
    } == of(production(tmp_path, **good), FIELD_KEY_FILE=str(key))


def test_a_queue_that_forgets_or_lets_strangers_in_is_told(tmp_path: Path) -> None:
    """Decision 2, T34; and one that is away is no failure, for the schedule does its work."""

    def found(url: str) -> dict[str, tuple[str, str]]:
        return {one.check: (one.state, one.do) for one in queues.examine(configured(tmp_path, REDIS_URL=url))}

    server = Server()
    try:
        server.start()
        assert found(server.url)["queue appendonly"] == ("warn", "Set appendonly yes.")
        server.client.config_set("appendonly", "yes")
        assert {state for state, _do in found(server.url).values()} == {"ok"}
        server.client.config_set("maxmemory-policy", "allkeys-lru")
        assert found(server.url)["queue memory"] == ("warn", "Set maxmemory-policy noeviction.")
        server.client.config_set("requirepass", "secret")
        assert found(server.url)["queue"] == ("fail", "Set the right one.")
    finally:
        server.stop()
        shutil.rmtree(server.folder)
    assert found(server.url)["queue"][0] == "warn"


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p"])
def test_sqlite_is_refused_where_two_machines_may_hold_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """F17: at start, with what to do."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"40 22 0:50 / {tmp_path} rw,relatime shared:9 - {kind} files:/desk rw\n"
    )
    monkeypatch.setattr(file_systems, "MOUNTS", mounts)
    with pytest.raises(Misconfigured, match=rf"on a network file system \({kind}\). Set DATA_DIR"):
        create_app(configured(tmp_path))
    assert file_systems.kind_of(Path("/etc")) == "ext4"


def test_sqlite_is_refused_where_files_cannot_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F17: as on a mount without a lock service."""

    def refused(*_what: Any) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(file_systems.fcntl, "lockf", refused)
    with pytest.raises(Misconfigured, match="No locks available"):
        create_app(configured(tmp_path))
    assert list(tmp_path.iterdir()) == []
