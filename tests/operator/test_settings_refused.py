"""A setting or a word that cannot be used: whoever gave a command reads one sentence, and the command fails."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from shared.config import Misconfigured, from_environment
from tests.cast import Cast
from tests.databases import settings as configured
from tests.nursery import ROOT
from wsgi import create_app


def test_a_command_under_settings_that_cannot_be_used_says_so_and_nothing_else(tmp_path: Path) -> None:
    settings = {**os.environ, "APP_ENV": "holiday", "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "doctor"],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: APP_ENV is 'holiday'; it is development or production.\n"


@pytest.mark.parametrize("name", ["", "bad name", "张三", "../x"])
def test_a_user_name_with_which_nobody_could_sign_in_is_refused(app: Flask, cast: Cast, name: str) -> None:
    words = ["user", "add", name, "张三", "--estate", "jinxiu", "--role", "handler"]
    said = app.test_cli_runner().invoke(args=words)
    assert (said.exit_code, "用户名要用" in said.output) == (1, True)


@pytest.mark.parametrize(
    "address", ["the desk's", "mysql://desk:secret@db/desk", "postgres://desk:secret@db/desk"]
)
def test_a_database_that_this_desk_cannot_speak_to_is_told_at_start_without_its_password(
    address: str,
) -> None:
    keys = {"SECRET_KEY": "k" * 43, "FIELD_KEY": "k" * 43}
    with pytest.raises(Misconfigured, match="DATABASE_URL cannot be used") as refused:
        from_environment({**keys, "DATABASE_URL": address})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("words", [["outbox", "status"], ["storage", "check"], ["user", "list"]])
def test_a_command_whose_database_is_away_says_so_and_nothing_else(tmp_path: Path, words: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    app = create_app(configured(tmp_path, DATABASE_URL=f"postgresql://desk:secret@127.0.0.1:{port}/desk"))
    said = app.test_cli_runner().invoke(args=words)
    assert said.exit_code == 1
    assert said.output.startswith("Error: The database does not answer: ")
    assert said.output.endswith("See flask doctor.\n")
    assert "secret" not in said.output
