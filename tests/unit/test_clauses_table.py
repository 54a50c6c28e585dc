"""The table of clauses is read strictly, joined with the rules of the presets and with the tests."""

import json

import pytest
from opencc import OpenCC

from shared.policies import clauses, proofs
from shared.policies.clauses import Status, parse, rules_by_clause
from shared.policies.reading import PolicyError
from tools.words import HONG_KONG

HEAD = """
[source.ZZ]
preset = "sample"
zh_Hans = "样例"
zh_Hant = "樣例"
en = "Sample"
"""
ENTRY = """
[[clause]]
id = "ZZ-9"
article = { zh_Hans = "第九条", zh_Hant = "第九條", en = "Article 9" }
zh_Hans = "急事先办"
zh_Hant = "急事先辦"
en = "Urgent first"
status = "enforced"
acts = ["dispatch"]
"""
PRESET = """
title = "规则"
[referral]
clause = "ZZ-1"
[[clock]]
rule = "relay"
clause = "ZZ-9"
[[clock.penalty]]
clause = "ZZ-2"
[[criterion]]
of = "owners"
clause = "ZZ-9"
"""


def test_an_entry_is_read_with_its_source():
    clause = parse(HEAD + ENTRY, "sample")["ZZ-9"]
    assert (clause.article["en"], clause.status, clause.acts) == ("Article 9", Status.ENFORCED, ("dispatch",))
    assert clause.regulation.preset == "sample"
    assert clause.titles["en"] == "Urgent first"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "ZZ-9"', "", "line 8, clause 1: id is missing"),
        ('id = "ZZ-9"', 'id = "YY-9"', "line 9, YY-9: is no clause of a source named here"),
        ('id = "ZZ-9"', 'id = "ZZ9"', "line 9, ZZ9: is no clause"),
        ('id = "ZZ-9"', 'id = "ZZ-"', "is no clause"),
        ('zh_Hans = "急事先办"', "", "ZZ-9: zh_Hans is missing"),
        ('en = "Urgent first"', 'en = " "', "en is empty"),
        ('zh_Hans = "急事先办"', f'zh_Hans = "{"急" * 21}"', "line 11, ZZ-9: the title is longer than 20"),
        ('status = "enforced"', 'status = "done"', "line 14, ZZ-9: 'done' is no status"),
        ('acts = ["dispatch"]', "", "a status needs acts, pages or code"),
        ('acts = ["dispatch"]', 'acts = ["dispatch", "dispatch"]', "acts must be different names"),
        ('acts = ["dispatch"]', "acts = [1]", "acts must be different names"),
        ('acts = ["dispatch"]', 'act = ["dispatch"]', "a status needs acts, pages or code"),
        ("article = {", "artikel = {", "does not know artikel"),
        ('"第九條", en', '"第九條", fr', "ZZ-9, article: en is missing"),
        ('"Article 9" }', '"Article 9", fr = "9" }', "ZZ-9, article: does not know fr"),
    ],
)
def test_what_is_not_understood_is_named(old, new, complaint):
    entry = ENTRY.replace(old, new)
    assert entry != ENTRY
    with pytest.raises(PolicyError, match=r"^sample") as error:
        parse(HEAD + entry, "sample")
    assert complaint in str(error.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + ENTRY + ENTRY, "stands there twice"),
        (HEAD + ENTRY + "[extra]\na = 1\n", "does not know extra"),
        (HEAD.replace('preset = "sample"', "") + ENTRY, "preset is missing"),
        (HEAD.replace("preset", "presets") + ENTRY, "preset is missing"),
        (HEAD, "clause is missing"),
        ("[[clause", "no TOML"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(text, complaint):
    with pytest.raises(PolicyError, match=complaint):
        parse(text, "sample")


# What makes a clause happen


def test_rules_are_found_by_the_clause_they_cite_and_amounts_are_no_rules():
    found = rules_by_clause({"sample": PRESET, "standard": PRESET})
    assert sorted(found) == ["ZZ-1", "ZZ-9"]
    assert [str(rule) for rule in found["ZZ-9"]] == [
        "standard: relay",
        "standard: criterion owners",
        "sample: relay",
        "sample: criterion owners",
    ]
    assert str(found["ZZ-1"][0]) == "standard: referral"


def test_a_clause_without_a_status_is_open_until_a_rule_cites_it(monkeypatch):
    bare = ENTRY.replace('status = "enforced"\n', "")
    monkeypatch.setattr(clauses, "table", lambda: parse(HEAD + bare, "sample"))
    [row] = clauses.rows({"sample": "title = '规则'"})
    assert (row.status, row.where) == (Status.OPEN, [])
    [row] = clauses.rows({"sample": PRESET})
    assert (row.status, row.where) == (
        Status.ENFORCED,
        ["sample: relay", "sample: criterion owners", "act dispatch"],
    )


def test_a_clause_said_to_be_open_stays_so_and_shows_what_there_is_of_it(monkeypatch):
    part = ENTRY.replace('status = "enforced"', 'status = "open"')
    monkeypatch.setattr(clauses, "table", lambda: parse(HEAD + part, "sample"))
    [row] = clauses.rows({"sample": PRESET})
    assert row.status is Status.OPEN
    assert row.where == ["sample: relay", "sample: criterion owners", "act dispatch"]


# The tests of a clause

STORIES = '''
import pytest

CASES = [("ZZ-3.2b", 4), ("ZZ-30", 4)]

def test_zz_17a_by_its_name(): ...
def test_what_zz_4c_asks_for(): ...

def test_told():
    """The owner hears of it (ZZ-5.1, ZZ-T)."""

@pytest.mark.parametrize(("clause", "n"), CASES)
def test_listed(clause, n): ...

@pytest.mark.parametrize("clause", ["ZZ-8"])
async def test_written_there(clause): ...

class TestMore:
    def test_refused(self):
        assert "ZZ-9" in refusal()

def zz_1_is_no_test():
    assert "ZZ-1"
'''


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "tests"
    (folder / "architecture").mkdir(parents=True)
    (folder / "test_stories.py").write_text(STORIES, encoding="utf-8")
    (folder / "test_all_of_it.py").write_text('"""A whole file (ZZ-6)."""\n', encoding="utf-8")
    (folder / "architecture" / "test_house.py").write_text("def test_zz_1(): ...\n", encoding="utf-8")
    return folder


def test_a_test_belongs_to_the_clauses_it_names_cites_expects_or_is_run_with(folder):
    file = "tests/test_stories.py::"
    expected = {
        "ZZ-17A": [file + "test_zz_17a_by_its_name"],
        "ZZ-3.2b": [file + "test_listed"],
        "ZZ-30": [file + "test_listed"],
        "ZZ-4c": [file + "test_what_zz_4c_asks_for"],
        "ZZ-5.1": [file + "test_told"],
        "ZZ-6": ["tests/test_all_of_it.py"],
        "ZZ-8": [file + "test_written_there"],
        "ZZ-9": [file + "test_refused"],
        "ZZ-T": [file + "test_told"],
    }
    known = {"ZZ-1", "ZZ-3", "ZZ-3.2", "ZZ-4", "ZZ-5", "ZZ-7", "ZZ-17"} | expected.keys()
    assert proofs.by_clause(known, folder) == expected


def test_where_no_tests_are_installed_there_are_none(tmp_path):
    assert proofs.by_clause({"ZZ-1"}, tmp_path / "tests") == {}


# The table that comes with the product


def test_traditional_titles_are_the_simplified_ones_in_hong_kong_forms():
    convert = OpenCC("s2hk").convert
    wrong = []
    for clause in clauses.table().values():
        for titles in filter(None, (clause.titles, clause.article, clause.regulation.titles)):
            wanted = convert(titles["zh_Hans"])
            for word, ours in HONG_KONG.items():
                wanted = wanted.replace(word, ours)
            if titles["zh_Hant"] != wanted:
                wrong.append((clause.id, titles["zh_Hant"], wanted))
    assert wrong == []


def test_a_screen_can_name_a_clause_in_three_languages():
    relay = "GZ-9"
    named = [clauses.title(relay, locale) for locale in clauses.LOCALES]
    assert named == [
        "紧急立即转达，其他按时反馈",
        "緊急立即轉達，其他按時反饋",
        "Urgent ones relayed at once, others in time",
    ]
    assert clauses.source(relay, "zh_Hans") == "广州物业投诉处理与考核规则 第九条"
    assert clauses.source("TR-15", "en") == "Staff handbook on complaints"
    with pytest.raises(KeyError):
        clauses.title("ZZ-1", "en")


# The command


def test_the_command_prints_every_clause_with_what_makes_it_happen(app):
    said = app.test_cli_runner().invoke(args=["clauses", "--json"])
    assert said.exit_code == 0, said.output
    rows = {row["clause"]: row for row in json.loads(said.output)}
    assert rows.keys() == clauses.known_clauses()
    late = rows["GZ-8"]
    assert late["status"] == "enforced"
    assert late["where"].startswith("standard: relay")
    assert "tests/unit/test_engine.py::test_gz_8_the_machine_never_meets_a_duty" in late["tests"]
    assert all(row["where"] for row in rows.values() if row["status"] != "open")


def test_without_json_each_clause_has_a_line(app):
    said = app.test_cli_runner().invoke(args=["clauses"])
    lines = said.output.splitlines()
    assert len(lines) == len(clauses.known_clauses())
    assert any(
        line.startswith("GZ-8 ") and "enforced" in line and "standard: relay" in line for line in lines
    )
