"""Reports (报告): made by themselves, once, and frozen; signed by the centre, received by supervision (CO-8, MS-11)."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from shared.audit.models import TimelineRow
from shared.cases import ending, handling, scope, triage
from shared.cases.vocabulary import Channel, Kind, Method, Outcome
from shared.cases.vocabulary import Rating as Level
from shared.database import db, transaction
from shared.deadlines import sweep
from shared.deadlines.models import Deadline
from shared.errors import Refused
from shared.improvement import causes
from shared.improvement.models import Measure
from shared.outbox import drain
from shared.reports import behind, comparing, making, periods, queries, signing
from shared.reports.models import Report
from shared.revisits import rating, recording
from shared.revisits.rating import Judgement
from tests.cast import MONDAY, Cast, file
from tests.life import CONTENT, NOT_CONTENT, begin
from tests.standins.mail_server import Mailbox, mail_server

THE_26TH = datetime(2026, 3, 25, 16, 5, tzinfo=UTC)  # 00:05 of the 26th on the estate's wall
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AFTER = THE_26TH + DAY


def _report(cast: Cast, kind: str = "monthly") -> Report:
    """The latest of that kind, as the database has it now."""
    return (
        db.session.query(Report)
        .filter_by(kind=kind)
        .order_by(Report.id.desc())
        .populate_existing()
        .limit(1)
        .one()
    )


def _sums(report: Report, axis: str) -> dict[str, int]:
    return {line["name"] or line["key"]: line["n"] for line in report.figures["by"][axis]}


def test_gz_3_the_monthly_summary_is_of_the_26th_to_the_25th_and_made_once(cast: Cast) -> None:
    begin(cast, MONDAY).closed()
    begin(cast, MONDAY, kind=Kind.REPAIR, phone="13900139000").in_handling()
    begin(cast, datetime(2026, 3, 25, 15, 59, tzinfo=UTC), phone="13700137000")  # the last minute of the 25th
    begin(cast, datetime(2026, 3, 25, 16, 1, tzinfo=UTC), phone="13600136000")  # the first of the 26th
    assert making.make_due(THE_26TH) == 2, "the month's and the week's; the last quarter was before our time"
    assert making.make_due(THE_26TH) == 0
    report = _report(cast)
    assert (str(report.starts_on), str(report.ends_on)) == ("2026-02-26", "2026-03-25")
    assert (report.figures["received"], report.figures["completed"], report.figures["open"]) == (3, 1, 2)
    assert _sums(report, "kind") == {"complaint": 2, "repair": 1}
    assert _sums(report, "state") == {"closed": 1, "handling": 1, "received": 1}
    assert making.is_intact(report)


def test_gz_3_a_schedule_that_stood_still_makes_up_for_what_it_missed(cast: Cast) -> None:
    making.make_due(MONDAY)
    assert str(_report(cast).ends_on) == "2026-02-25"
    making.make_due(MONDAY + timedelta(days=70))
    months = db.session.query(Report).filter_by(kind="monthly").order_by(Report.starts_on)
    assert [str(report.ends_on) for report in months] == ["2026-02-25", "2026-03-25", "2026-04-25"]
    assert str(_report(cast, "quarterly").ends_on) == "2026-03-31"


def test_gz_3_the_service_centre_signs_and_supervision_receives(cast: Cast) -> None:
    making.make_due(THE_26TH)
    report_id = _report(cast).id

    def do(username: str, verb: object, **more: object) -> None:
        with transaction():
            who = cast.person(username)
            verb(queries.lock(who, report_id), by=who, at=AFTER, **more)  # type: ignore[operator]

    hemei, weekly_id = cast.person("hemei"), _report(cast, "weekly").id
    with pytest.raises(Refused, match="周报只供查看"), transaction():
        signing.sign(queries.lock(hemei, weekly_id), by=hemei, at=AFTER, seen="")
    with pytest.raises(Refused, match="签发以后"):
        do("tangwen", signing.receive)
    with pytest.raises(Refused, match="服务中心签发"):
        do("xufei", signing.sign, seen="")
    do("hemei", signing.sign, seen="")
    with pytest.raises(Refused, match="已经签发"):
        do("hemei", signing.sign, seen="")
    with pytest.raises(Refused, match="由督导接收"):
        do("hemei", signing.receive)
    do("tangwen", signing.receive)
    report = _report(cast)
    assert (report.signed_by, report.received_by) == (cast.person("hemei"), cast.person("tangwen"))


def test_vk_4l_the_quarter_is_not_signed_before_somebody_says_what_it_means(cast: Cast) -> None:
    """MS-10: the trend over four quarters; MS-7: what each department did, for the quarterly assessment."""
    begin(cast, MONDAY).completed()
    making.make_due(datetime(2026, 4, 1, 1, tzinfo=UTC))
    figures, report_id = _report(cast, "quarterly").figures, _report(cast, "quarterly").id
    assert [line["received"] for line in figures["trend"]] == [0, 0, 0, 1]
    (engineers,) = figures["departments"]
    assert (engineers["name"], engineers["handling"]["cases"]) == ("工程部", 1)
    hemei = cast.person("hemei")
    with transaction(), pytest.raises(Refused, match="先写分析"):
        signing.sign(queries.lock(hemei, report_id), by=hemei, at=AFTER, seen="")
    with transaction():
        specialist = cast.person("chenjing")
        report = queries.lock(specialist, report_id)
        signing.analyse(report, "电梯投诉多在早高峰，维保改到夜间。", by=specialist, seen="")
        with pytest.raises(Refused, match="同事刚改过"):
            signing.analyse(report, "另一种看法", by=cast.person("tangwen"), seen="")
        with pytest.raises(Refused, match="看过再签发"):
            signing.sign(report, by=cast.person("hemei"), at=AFTER, seen="")
        signing.sign(report, by=cast.person("hemei"), at=AFTER, seen=report.analysis)
        with pytest.raises(Refused, match="不能再改"):
            signing.analyse(report, "改口", by=specialist, seen=report.analysis)


def test_co_m5_what_staff_report_inside_is_in_no_figure(cast: Cast) -> None:
    file(cast, MONDAY, channel=Channel.INTERNAL, anonymous=True, name="", phone="", email="", unit="")
    making.make_due(THE_26TH)
    figures = _report(cast).figures
    assert (figures["received"], figures["open"], figures["by"]["channel"]) == (0, 0, [])


def test_gz_17b_counted_again_it_says_what_differs_and_why_and_the_report_stays(cast: Cast) -> None:
    story = begin(cast, MONDAY).in_handling()
    sweep.sweep(THE_26TH)
    making.make_due(THE_26TH)
    frozen = dict(_report(cast).figures)
    # Life goes on: what happens after the end is of the next period.
    story.at = AFTER
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已修好")
    assert comparing.compare(_report(cast), AFTER).differences == []
    # An emergency of the 20th is written down on the 27th, and the lift turns out to be no complaint.
    late = file(cast, AFTER, received_at=MONDAY, phone="13900139000", channel=Channel.HOTLINE)
    judged = triage.judgement_of(story.case)
    story.act("limin", triage.triage, judgement=replace(judged, kind=Kind.REPAIR), reason="是报修")
    found = comparing.compare(_report(cast), AFTER)
    differing = {"/".join(each.path): (each.frozen, each.now) for each in found.differences}
    assert differing["received"] == (1, 2)
    assert differing["by/kind/repair/n"] == (None, 1)
    assert (found.late, found.decided) == ([late.archive_number], [story.number])
    assert found.definitions == found.policies == []
    assert _report(cast).figures == frozen
    assert making.is_intact(_report(cast))


def test_gz_17b_what_owners_say_after_the_end_changes_nothing_that_was_counted_before(cast: Cast) -> None:
    """Else every month would differ from its report, and nothing would say why."""
    told, taken_back = begin(cast, MONDAY).informed(), begin(cast, MONDAY, phone="13900139000")
    new = begin(cast, THE_26TH - HOUR, phone="13700137000")
    sweep.sweep(THE_26TH)
    making.make_due(THE_26TH)
    for story in (told, taken_back, new):
        story.at = AFTER
    with transaction():
        rating.rate(told.case, Judgement(Level.SATISFIED, solved=True), door=rating.LINK, at=AFTER)
        ending.withdraw(scope.lock_by_id(taken_back.case.id), at=AFTER)
    told.act("liujie", recording.record, method=Method.TELEPHONE, answers=CONTENT, opinions="")
    told.act("chenjing", recording.close)
    new.in_handling()
    assert comparing.compare(_report(cast), AFTER + DAY).differences == []


def test_gz_17b_what_was_counted_otherwise_is_named(cast: Cast) -> None:
    begin(cast, MONDAY)
    making.make_due(THE_26TH)
    with transaction():
        report = _report(cast)
        words = {**report.definitions["words"], "open": "另一种算法"}
        report.definitions = {**report.definitions, "words": words}
    assert comparing.compare(_report(cast), AFTER).definitions == ["open"]
    assert not making.is_intact(_report(cast)), "whoever changes the definitions breaks the seal"


def test_gz_17b_gaps_of_the_record_stand_in_the_report_with_their_cases(cast: Cast) -> None:
    silent = begin(cast, MONDAY, phone="13900139000")
    nobody = file(cast, MONDAY, channel=Channel.HOTLINE, phone="", email="", name="王先生")
    untold = begin(cast, MONDAY, phone="13700137000", building_id=cast.building("5号楼").id).completed()
    sweep.sweep(THE_26TH)
    making.make_due(THE_26TH)
    gaps = {line["code"]: line["cases"] for line in _report(cast).figures["quality"]}
    assert gaps["unrelayed"] == [silent.number, nobody.archive_number]
    assert gaps["without_contact"] == gaps["without_time"] == [nobody.archive_number]
    assert gaps["unreported"] == [untold.number]
    assert "uncaused" not in gaps


def test_the_operator_makes_shows_and_compares_a_report(app: Flask, cast: Cast) -> None:
    begin(cast, MONDAY)
    with time_machine.travel(AFTER, tick=False):
        run = app.test_cli_runner().invoke
        assert "2026-02-26 to 2026-03-25" in run(args=["reports", "make", "monthly"]).output
        again = run(args=["reports", "make", "monthly", "--on", "2026-03-01"])
        assert (again.exit_code, "already" in again.output) == (1, True)
        assert "not over yet" in run(args=["reports", "make", "monthly", "--on", "2026-03-26"]).output
        shown = json.loads(run(args=["reports", "show", str(_report(cast).id), "--json"]).output)
        assert shown["figures"]["received"] == 1
        compare = ["reports", "compare", str(_report(cast).id), "--json"]
        assert json.loads(run(args=compare).output)["differences"] == []
        with transaction():
            _report(cast).figures = {**shown["figures"], "received": 0}
        found = run(args=compare)
        assert json.loads(found.output)["differences"] == [{"figure": "received", "frozen": 0, "now": 1}]
        assert found.exit_code == 1, "nobody entered or judged anything since: somebody has to look"


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    with mail_server(app) as kept:
        yield kept


def test_ms_6_who_may_read_it_is_told_in_the_morning_without_a_figure(cast: Cast, mailbox: Mailbox) -> None:
    begin(cast, MONDAY, email="")
    with time_machine.travel(THE_26TH, tick=False) as clock:
        making.make_due(THE_26TH)
        drain.run_due(100)
        assert mailbox.mails == [], "at five past midnight nobody is woken by a report"
        clock.shift(timedelta(hours=8))
        with transaction():
            cast.person("gaofeng").appointments[0].until = THE_26TH
        drain.run_due(100)
    month = [mail for mail in mailbox.mails if "月度汇总" in mail["Subject"]]
    told = {mail["To"].partition("@")[0] for mail in month}
    assert told == {"chenjing", "hemei", "tangwen", "xufei", "yangbo"}, "and not who has left since"
    text = month[0].get_content()
    assert f"http://localhost/staff/reports/{_report(cast).id}" in text
    assert "1 件" not in text


def _rows(cast: Cast, act: str) -> list[TimelineRow]:
    """The acts of that name within the month, as the record has them."""
    begins, ends = periods.containing(periods.Kind.MONTHLY, MONDAY.date()).instants(cast.estate.zone)
    found = db.session.query(TimelineRow).filter_by(act=act).order_by(TimelineRow.id)
    return [row for row in found if begins <= row.at < ends]


def test_ah_5_1_the_figures_are_those_of_the_event_log(cast: Cast) -> None:
    """Counted once more by hand, from the timeline alone."""
    stories = [begin(cast, MONDAY + n * DAY, phone=f"1380013800{n % 3}") for n in range(5)]
    stories[0].closed()
    stories[1].informed().revisited(NOT_CONTENT)  # the next round begins by itself
    stories[1].completed("zhaolei")
    stories[2].completed("sunli", "秩序部").act("limin", handling.redo, reason="没有修好")
    stories[3].in_handling()
    sweep.sweep(THE_26TH)
    making.make_due(THE_26TH)
    figures = _report(cast).figures

    redone = {(row.case_id, row.round) for row in _rows(cast, "redo")}
    done = [row for row in _rows(cast, "completion") if (row.case_id, row.round) not in redone]
    began = {(row.case_id, 1): row.at for row in _rows(cast, "filing")}
    began |= {(row.case_id, row.round): row.at for row in _rows(cast, "reopening")}
    took = sorted((row.at - began[row.case_id, row.round]) // timedelta(seconds=1) for row in done)
    revisits = [row.data for row in _rows(cast, "revisit")]

    assert figures["received"] == len(_rows(cast, "filing")) == 5
    assert figures["completed"] == len(done) == 3
    assert figures["handling"] == {"cases": 3, "median": took[1], "ninetieth": took[2]}
    assert figures["outcomes"] == Counter(row.data["outcome"] for row in done)
    assert figures["grounds"] == Counter(row.data["ground"] for row in _rows(cast, "closure"))
    assert figures["revisits"]["satisfied"] == [sum(data["satisfied"] for data in revisits), len(revisits)]
    assert figures["repeats"] == {"parties": 2, "cases": 4}
    states = Counter(story.case.state for story in stories)
    assert {line["key"]: line["n"] for line in figures["by"]["state"]} == states
    by_name = {line["name"]: line for line in figures["departments"]}
    assert (by_name["秩序部"]["received"], by_name["秩序部"]["handling"]["cases"]) == (1, 0)
    assert by_name["工程部"]["satisfied"] == [1, 2]
    broken = db.session.query(Deadline).filter(Deadline.breached_at < THE_26TH, Deadline.duty != "nobody")
    assert {(line["clause"], line["rule"]): line["n"] for line in figures["broken"]} == Counter(
        (deadline.clause, deadline.rule) for deadline in broken
    )
    assert figures["trend"][-1]["received"] == 5


def test_an_older_register_that_is_taken_over_counts_when_it_was_kept(cast: Cast) -> None:
    """What was filed long ago and entered now is no case of this month; of its own it is one entered late."""
    making.make_due(MONDAY)
    story = begin(cast, MONDAY + DAY)
    with transaction():
        story.case.filed_at = MONDAY - 20 * DAY  # as an import of what is not settled leaves it
    making.make_due(THE_26TH)
    assert _report(cast).figures["received"] == 0
    before = db.session.query(Report).filter_by(kind="monthly").order_by(Report.id).limit(1).one()
    assert comparing.compare(before, AFTER).late == [story.number]


def test_ah_5_2_why_matters_came_about_and_what_is_done_about_it_stand_beside_the_numbers(cast: Cast) -> None:
    story = begin(cast, MONDAY).closed()
    with transaction():
        causes.record(story.case, by=cast.person("chenjing"), at=MONDAY + DAY, code="ageing", words_id=None)
        db.session.add(
            Measure(
                estate_id=cast.estate.id,
                kind="preventive",
                origin="case",
                clause="CO-6",
                what="维保改到夜间",
                raised_at=MONDAY + DAY,
                due_on=(MONDAY + 5 * DAY).date(),
            )
        )
    making.make_due(THE_26TH)
    report = _report(cast)
    assert report.figures["causes"] == {"ageing": 1}
    assert report.figures["measures"] == {"raised": 1, "done": 0, "overdue": 1}
    month = periods.containing(periods.Kind.MONTHLY, MONDAY.date())
    listed = behind.cases(cast.estate, month, "causes", "ageing")
    assert listed is not None
    assert db.session.scalars(listed).all() == [story.case.id]
