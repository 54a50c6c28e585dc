"""The assessment ledger: what is proposed by itself, who decides it, and what a month comes to (GZ-5 to GZ-20)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from shared.assessment import bonuses, deciding, statements
from shared.assessment.deciding import Choice
from shared.assessment.models import Decision, Entry
from shared.assessment.standing import State
from shared.assessment.standings import standing_now
from shared.database import db, transaction
from shared.deadlines.sweep import sweep
from shared.errors import Refused
from tests.at_once import at_once
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

MARCH = 202603
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def entries(**wanted: object) -> list[Entry]:
    return list(db.session.scalars(select(Entry).filter_by(**wanted).order_by(Entry.id)))


def only(**wanted: object) -> Entry:
    (entry,) = entries(**wanted)
    return entry


def silent(cast: Cast) -> Life:
    """王强 signs for it, and is not heard of for twelve hours (GZ-12)."""
    story = begin(cast).in_handling()
    sweep(MONDAY + 13 * HOUR)
    return story


def decide(cast: Cast, entry: Entry, by: str = "hemei", at: object = None, **choice: object) -> Decision:
    with transaction():
        fresh = db.session.get_one(Entry, entry.id)
        return deciding.decide(fresh, by=cast.person(by), at=MONDAY + DAY, choice=Choice(**choice))  # type: ignore[arg-type]


def test_gz_12_a_broken_clock_proposes_an_entry_which_somebody_decides_and_the_month_shows(
    cast: Cast,
) -> None:
    story = silent(cast)
    entry = only(rule="handling", case_id=story.case.id)
    assert (entry.clause, entry.kind, entry.least, entry.most) == ("GZ-12", "fine", 50, 50)
    assert (entry.person, entry.department) == (cast.person("wangqiang"), cast.department("工程部"))
    assert (entry.month, entry.proposed_by) == (MARCH, None)
    assert standing_now(entry).state is State.PROPOSED

    decide(cast, entry, amount=50)
    statement = statements.of_person(cast.estate, cast.person("wangqiang"), MARCH)
    assert (statement.fines, statement.paid) == (50, None)  # nobody has said what the bonus is
    with transaction():
        bonuses.set_bonus(
            cast.estate, cast.person("wangqiang"), MARCH, 30, by=cast.person("hemei"), at=MONDAY
        )
    statement = statements.of_person(cast.estate, cast.person("wangqiang"), MARCH)
    assert (statement.fines, statement.paid, statement.unpaid) == (50, 30, 20)
    department = statements.of_department(cast.estate, cast.department("工程部").id, MARCH)
    assert (len(department.people), department.fines) == (1, 50)


def test_a_breach_is_proposed_once_however_many_sweeps_run(cast: Cast) -> None:
    silent(cast)
    before = len(entries())
    sweep(MONDAY + 14 * HOUR)
    sweep(MONDAY + 15 * HOUR)
    assert len(entries(rule="handling")) == 1
    assert len(entries()) == before


def test_of_two_who_decide_at_once_one_is_told_that_the_other_was_first(app: Flask, cast: Cast) -> None:
    silent(cast)
    entry = only(rule="handling")

    def decided_by(username: str) -> str:
        try:
            decide(cast, entry, by=username, amount=50)
        except Refused as refusal:
            return refusal.message
        return "done"

    answers = at_once(app, lambda: decided_by("hemei"), lambda: decided_by("xufei"))
    assert sorted(answer == "done" for answer in answers) == [False, True]
    assert any("处理过了" in answer for answer in answers)
    db.session.rollback()  # what was read before is not what stands now
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_the_ledger_is_never_edited(cast: Cast) -> None:
    silent(cast)
    decide(cast, only(rule="handling"), amount=50)
    for change in (
        "UPDATE assessment_entries SET most = 1",
        "DELETE FROM assessment_entries",
        "UPDATE assessment_decisions SET amount = 1",
        "DELETE FROM assessment_decisions",
    ):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(change))
