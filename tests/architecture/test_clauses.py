"""The rule book is whole: every clause is named, stands where the table says, and is shown by a test."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from shared.cases.lifecycle import Act
from shared.policies import clauses, proofs, versions
from shared.policies.clauses import Row, Status
from staff.cases.acts import ACTS

ROOT = Path(__file__).parents[2]


def _ids(text: str) -> frozenset[str]:
    return frozenset(text.split())


# By hand, from the six regulations.
ALL = _ids(
    """
    CO-1 CO-2 CO-3 CO-4 CO-5 CO-6 CO-7 CO-8 CO-9
    CO-M1 CO-M2 CO-M3 CO-M4 CO-M5 CO-M6 CO-M7 CO-M8
    GZ-3 GZ-4 GZ-5 GZ-6 GZ-7 GZ-8 GZ-9 GZ-10 GZ-11 GZ-12 GZ-13 GZ-14 GZ-15 GZ-16 GZ-17A GZ-17B
    GZ-18 GZ-19 GZ-20 GZ-21 GZ-22
    AH-1 AH-2.1 AH-2.2 AH-2.3 AH-3.1 AH-3.2 AH-3.2b AH-3.3a AH-3.3b AH-3.3c AH-4.1 AH-4.2
    AH-5.1 AH-5.2 AH-6.1 AH-6.2 AH-7.1 AH-7.2
    MS-1 MS-2 MS-3 MS-4 MS-5 MS-6 MS-7 MS-8 MS-9 MS-10 MS-11 MS-T
    VK-2 VK-3.1 VK-3.2 VK-3.3
    VK-4a VK-4b VK-4c VK-4d VK-4e VK-4f VK-4g VK-4h VK-4i VK-4j VK-4k VK-4l
    VK-5.1 VK-5.2 VK-5.3 VK-5.4 VK-7 VK-8
    TR-1 TR-2 TR-3 TR-4 TR-5 TR-6 TR-7 TR-8 TR-9 TR-10 TR-11 TR-12 TR-13 TR-14 TR-15 TR-16 TR-17
    """
)
# Those that speak of time: a clock of a preset runs for each.
CLOCKED = _ids(
    """
    CO-M2 CO-5 GZ-8 GZ-9 GZ-12 GZ-13 GZ-16 GZ-17A AH-2.3 AH-3.2 AH-3.2b AH-4.1 AH-4.2 MS-1 MS-3
    VK-3.3 VK-4c VK-4d VK-4f VK-4h VK-4i VK-5.1 TR-3 TR-10 TR-11
    """
)
# Those of severity, repeats, incidents, escalation, routing and the published policy.
JUDGED = _ids("AH-3.3c CO-M3 CO-M6 GZ-21 GZ-22 MS-2 VK-4e VK-4g VK-5.4 VK-8 TR-7 TR-9")


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    found = clauses.rows({name: versions.preset_text(name) for name in versions.presets()})
    return {row.clause.id: row for row in found}


@pytest.fixture(scope="module")
def tests() -> dict[str, list[str]]:
    return proofs.by_clause(ALL)


def test_no_clause_is_missing_and_none_is_invented() -> None:
    assert sorted(clauses.known_clauses() ^ ALL) == []


def test_every_regulation_has_its_preset() -> None:
    made_of = {clause.regulation.preset for clause in clauses.table().values()}
    assert sorted(made_of - set(versions.presets())) == []


# What the table says is there


def _performed() -> set[str]:
    """The acts that stand in modules whose verbs write to the timeline."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "shared").rglob("*.py"))
    verbs = [text for text in texts if "perform(" in text or "timeline.append(" in text]
    return {Act[name] for text in verbs for name in re.findall(r"\bAct\.([A-Z_]+)\b", text)}


def test_the_acts_of_the_table_are_done_by_somebody(app: Flask) -> None:
    done = {act.act for act in ACTS.values()} | _performed()
    wrong = [f"{c.id}: {act}" for c in clauses.table().values() for act in c.acts if act not in done]
    assert wrong == []


def test_the_pages_of_the_table_can_be_opened(app: Flask) -> None:
    wrong = [
        f"{c.id}: {page}"
        for c in clauses.table().values()
        for page in c.pages
        if page not in app.view_functions
    ]
    assert wrong == []


def _found(path: str) -> Any:
    """What stands at a dotted path: a module, or something in one."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        thing: Any
        try:
            thing = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            thing = getattr(thing, name, None)
        return thing
    return None


def test_the_code_of_the_table_exists() -> None:
    wrong = [f"{c.id}: {path}" for c in clauses.table().values() for path in c.code if _found(path) is None]
    assert wrong == []


def test_a_path_that_leads_nowhere_is_noticed() -> None:
    assert _found("shared.policies.clauses.title") is clauses.title
    assert [_found(path) for path in ("shared.policies.clauses.titel", "shared.polices", "nothing")] == [
        None
    ] * 3


def test_an_act_that_rests_on_a_clause_is_among_its_acts(app: Flask) -> None:
    wrong = [
        f"{act.slug} cites {act.clause}"
        for act in ACTS.values()
        if act.clause and act.act not in clauses.table()[act.clause].acts
    ]
    assert wrong == []


# What is cited is known

CITATION = re.compile(r"\b(?:AH|CO|GZ|MS|TR|VK)-(?:[MT]?\d+(?:\.\d+)?[A-Za-z]?|T)(?![\w-])")


def _sources() -> Iterator[Path]:
    for package in ("portal", "shared", "staff"):
        for kind in ("*.py", "*.html", "*.toml"):
            yield from (ROOT / package).rglob(kind)


def test_whatever_cites_a_clause_cites_one_that_exists() -> None:
    """A countdown that names an article nobody can look up explains nothing."""
    wrong = [
        f"{path.relative_to(ROOT)}: {cited}"
        for path in _sources()
        for cited in sorted(set(CITATION.findall(path.read_text(encoding="utf-8"))) - ALL)
    ]
    assert wrong == []


def test_the_pattern_finds_every_clause() -> None:
    assert {clause for clause in ALL if CITATION.fullmatch(clause)} == ALL


# What is built is shown to hold


def test_a_clause_that_is_built_has_a_test(rows: dict[str, Row], tests: dict[str, list[str]]) -> None:
    untested = [id_ for id_, row in rows.items() if row.status is not Status.OPEN and not tests.get(id_)]
    assert untested == []


def test_the_clauses_of_time_run_on_a_clock(rows: dict[str, Row]) -> None:
    still = [id_ for id_ in sorted(CLOCKED) if not any(r.section == "clock" for r in rows[id_].rules)]
    assert still == []


def test_the_clauses_that_the_rule_book_makes_happen_are_none_of_them_open(rows: dict[str, Row]) -> None:
    assert [id_ for id_ in sorted(CLOCKED | JUDGED) if rows[id_].status is Status.OPEN] == []


def test_each_of_them_has_a_test_of_its_own(tests: dict[str, list[str]]) -> None:
    """A file that names a clause at its head is not enough: one of its tests must."""
    without = [
        id_ for id_ in sorted(CLOCKED | JUDGED) if not any("::" in test for test in tests.get(id_, []))
    ]
    assert without == []
