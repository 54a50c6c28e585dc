"""The assessment ledger: what is proposed by itself, who decides it, and what a month comes to (GZ-5 to GZ-20)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from shared.assessment import attributing, bonuses, deciding, missing, reckoning, statements, sweeping
from shared.assessment.deciding import Choice
from shared.assessment.models import Decision, Entry
from shared.assessment.standing import State
from shared.assessment.standings import standing_now
from shared.cases import finding, handling
from shared.cases.vocabulary import Evidence, Outcome
from shared.database import db, transaction
from shared.deadlines import agreement
from shared.deadlines.sweep import sweep
from shared.errors import Refused
from shared.identity.models import Appointment
from shared.identity.permissions import Role
from shared.ownership import dispatching
from shared.policies.versions import preset_text
from tests.at_once import at_once
from tests.cast import LONG_AGO, MONDAY, Cast, settle
from tests.ledger import Ledger, refused
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


def judged_by(limit: str) -> str:
    """The standard rules, judging by that due time."""
    return preset_text("standard").replace('judged_by = "current"', f'judged_by = "{limit}"')


def agreed(cast: Cast) -> Life:
    """王强 agrees with the owner on four more hours for his twelve, and completes it within them."""
    story = begin(cast).in_handling()
    story.act(
        "wangqiang",
        agreement.agree,
        until=MONDAY + 17 * HOUR,
        evidence=Evidence.MESSAGE,
        text="短信确认，配件下午到",
    )
    story.at = MONDAY + 15 * HOUR
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    return story


@pytest.mark.parametrize(("limit", "proposed"), [("current", 0), ("original", 1)])
def test_t38_the_rule_book_says_whether_a_time_agreed_with_the_owner_counts(
    app: Flask, cast: Cast, limit: str, proposed: int
) -> None:
    here = settle("t38", "第三十八小区", "TT", body=judged_by(limit))
    story = agreed(here)
    sweep(MONDAY + 16 * HOUR)
    assert sweeping.sweep(MONDAY + 16 * HOUR) == proposed * len(
        entries(case_id=story.case.id, rule="handling")
    )
    found = entries(case_id=story.case.id, rule="handling")
    assert len(found) == proposed
    for entry in found:
        told = entry.evidence
        assert told["due_at"] != told["original_due_at"] == entry.occurred_at.isoformat()
        assert told["moved_by"] == "agreement"
        assert [move["by"] for move in told["moves"]] == [here.person("wangqiang").id]
        assert entry.person == here.person("wangqiang")
    assert sweeping.sweep(MONDAY + 16 * HOUR) == 0


def test_gz_12_an_entry_is_of_whoever_held_the_duty_when_it_fell_due_and_says_who_had_the_case(
    cast: Cast,
) -> None:
    """王强 lets the twelve hours pass; it is 赵磊's by the time anybody looks."""
    story = begin(cast).in_handling()
    story.at = MONDAY + 20 * HOUR
    story.act(
        "limin",
        dispatching.dispatch,
        department=cast.department("工程部"),
        handler=cast.person("zhaolei"),
        requirements="马上到现场",
    )
    entry = only(rule="handling", case_id=story.case.id)
    assert entry.person == cast.person("wangqiang")
    held = {share["user"]: share["ms"] for share in entry.evidence["shares"]["held"]}
    assert set(held) == {cast.person("wangqiang").id}


def test_where_several_share_a_duty_somebody_says_whose_it_was(cast: Cast) -> None:
    with transaction():
        db.session.add(
            Appointment(
                user_id=cast.person("sunli").id, estate_id=cast.estate.id, role=Role.ASSISTANT, since=LONG_AGO
            )
        )
    story = begin(cast).informed()
    sweep(story.at + 8 * DAY)
    nameless = only(rule="revisit", case_id=story.case.id)
    assert nameless.person is None
    assert set(nameless.evidence["candidates"]) == {cast.person(name).id for name in ("sunli", "liujie")}
    with pytest.raises(Refused, match="先写明"):
        decide(cast, nameless, amount=30)
    with transaction():
        named = attributing.name_person(
            db.session.get_one(Entry, nameless.id),
            cast.person("liujie"),
            by=cast.person("tangwen"),
            at=story.at + 9 * DAY,
            note="本周由刘洁回访",
        )
    assert standing_now(nameless).state is State.NAMED
    decide(cast, named, amount=30)
    assert statements.of_person(cast.estate, cast.person("liujie"), MARCH).wages == 30


def test_what_the_record_says_now_is_what_a_decision_rests_on(cast: Cast) -> None:
    """Nobody relayed it within five minutes, and somebody did later: the amount for ignoring it falls away (GZ-8)."""
    story = begin(cast)
    sweep(MONDAY + timedelta(minutes=6))
    entry = only(rule="relay")
    assert (entry.kind, entry.most, entry.person) == ("fine", 50, cast.person("limin"))
    assert reckoning.reckon(entry, MONDAY).most == 50
    strong = replace(finding.circumstances_of(story.case), strong_complaint=True)
    story.act("limin", finding.find, circumstances=strong, text="业主堵了大堂，要求当天答复")
    assert reckoning.reckon(entry, MONDAY).flags == (), "that article asks nothing about it"
    story.dispatched()
    found = reckoning.reckon(entry, story.at)
    assert (found.most, found.flags) == (None, ())
    decide(cast, entry)  # that it was late is noted; no reason is asked for, since nothing is deducted
    assert statements.of_person(cast.estate, cast.person("limin"), MARCH).fines == 0


def test_gz_17b_a_duty_that_was_missed_is_entered_once_for_the_director_and_the_leader(cast: Cast) -> None:
    def missed() -> int:
        with transaction():
            return len(
                missing.propose_missed(
                    cast.estate,
                    cast.person("hemei"),
                    "summary_false",
                    "summary:202602",
                    at=MONDAY,
                    occurred_at=MONDAY,
                    evidence={"period": 202602},
                )
            )

    assert (missed(), missed()) == (2, 0)
    found = {entry.person: (entry.kind, entry.most) for entry in entries(origin="duty")}
    assert found == {cast.person("hemei"): ("wage", 200), cast.person("xufei"): ("wage", 100)}


def test_co_m5_a_report_from_inside_is_in_no_entry(cast: Cast) -> None:
    begin(cast, channel="internal")
    sweep(MONDAY + 10 * DAY)
    assert entries() == []


def test_the_file_of_a_case_holds_its_entries(app: Flask, cast: Cast) -> None:
    story = silent(cast)
    decide(cast, only(rule="handling"), amount=50)
    printed = app.test_cli_runner().invoke(args=["case", "show", story.number, "--json"])
    told = {entry["rule"]: entry for entry in json.loads(printed.output)["assessments"]}
    wanted = {"clause": "GZ-12", "person": "wangqiang", "kind": "fine", "amount": 50, "multiplier": 1}
    assert told["handling"].items() >= {**wanted, "state": "decided"}.items()


def test_gz_20_a_month_under_the_guangzhou_rules_to_the_yuan(cast: Cast) -> None:
    """Late on the 2nd (GZ-12), a refusal on the 3rd (GZ-11): doubled, for 高峰 too; the bonus pays 300 of 450."""
    ledger = Ledger(settle("gz", "广州花园", "GZ", preset="guangzhou"))
    story = begin(ledger.cast).in_handling()
    sweep(MONDAY + 13 * HOUR)
    late = ledger.only(rule="handling", case_id=story.case.id)
    (refusal,) = ledger.find("disobedience", "wangqiang", at=MONDAY + DAY)
    ledger.decide(late, 50)
    ledger.decide(refusal, 200)
    ledger.decide(ledger.only(origin="doubling"), 200)
    ledger.set_bonus("wangqiang", 500)
    ledger.set_bonus("wangqiang", 300)  # the first was a slip; the newest holds
    month = ledger.month("wangqiang")
    assert [(line.standing.effect, line.paid.paid if line.paid else None) for line in month.lines] == [
        (50, 50),
        (400, 250),
    ]
    assert (month.fines, month.paid, month.unpaid, month.open) == (450, 300, 150, 0)
    assert ledger.month("gaofeng").fines == 400
    department = statements.of_department(ledger.cast.estate, ledger.cast.department("工程部").id, MARCH)
    assert [(s.user.name, s.fines) for s in department.people] == [("王强", 450), ("高峰", 400)]


def test_gz_20_nobody_sets_their_own_bonus(cast: Cast) -> None:
    ledger = Ledger(cast)
    assert "自己的奖金" in refused(ledger.set_bonus, "hemei", 9_999)
    assert "有权的人" in refused(ledger.set_bonus, "wangqiang", 9_999, by="gaofeng")
    assert "月份" in refused(ledger.set_bonus, "wangqiang", 500, 202613)
