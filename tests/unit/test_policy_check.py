"""`flask policy list`, `show` and `check`: what is wrong is said before anything changes."""

import json

import pytest

from shared.policies.versions import preset_text, presets
from tests.policy_text import CLOCK, HEAD


@pytest.fixture
def run(app):
    return lambda *args: app.test_cli_runner().invoke(args=["policy", *args])


def test_every_preset_that_comes_with_the_product_is_good(run):
    said = run("check")
    assert said.exit_code == 0, said.output
    assert [line.split(":")[0] for line in said.output.splitlines()] == presets()


def test_a_file_of_ones_own_is_checked_where_it_lies(run, tmp_path):
    file = tmp_path / "my.toml"
    file.write_text(HEAD + CLOCK, encoding="utf-8")
    said = run("check", str(file))
    assert (said.exit_code, said.output) == (0, "my.toml: good, 1 clocks\n")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + CLOCK.replace("GZ-8", "GZ-99"), "my.toml, line 12, clock 1 (GZ-99): 'GZ-99' is no clause"),
        (HEAD + CLOCK.replace("= 5", "= -5"), "my.toml, line 16, clock 1 (GZ-8): working_minutes must be"),
        ("title = ", "my.toml: no TOML"),
    ],
)
def test_a_file_that_cannot_be_used_fails_with_file_line_and_clause(run, tmp_path, text, complaint):
    file = tmp_path / "my.toml"
    file.write_text(text, encoding="utf-8")
    said = run("check", str(file))
    assert said.exit_code == 1
    assert said.output.startswith(complaint)


def test_a_file_in_another_encoding_is_no_policy(run, tmp_path):
    file = tmp_path / "my.toml"
    file.write_bytes((HEAD + CLOCK).encode("gb18030"))
    said = run("check", str(file))
    assert (said.exit_code, said.output) == (1, "my.toml: no TOML: not in UTF-8\n")


def test_a_file_that_is_not_there_is_named(run):
    said = run("check", "/nowhere/my.toml")
    assert said.exit_code == 2
    assert "/nowhere/my.toml" in said.output


def test_the_presets_are_listed_with_number_and_title(run):
    rows = {row["preset"]: row for row in json.loads(run("list", "--json").output)}
    assert list(rows) == presets()
    assert rows["vanke"]["number"] == "WHVK/QP-15-02"
    assert "WHVK/QP-15-02" in run("list").output


def test_a_preset_is_shown_as_it_is_written(run):
    assert run("show", "aid").output == preset_text("aid") + "\n"
    said = run("show", "nothing")
    assert said.exit_code == 1
    assert "no such preset" in said.output
