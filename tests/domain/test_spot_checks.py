"""Supervision draws by lot, anybody can draw again, and what it finds stands on the case's internal record (GZ-17B)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import delete

from shared.cases import drafts, ending, filing, handling, scope, triage
from shared.cases.vocabulary import Category, Channel, Method, Outcome, Severity
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.ownership import dispatching
from shared.revisits import recording
from shared.revisits.models import Revisit
from shared.severity import grading
from shared.supervision import drawing, finding, queries, sampling
from shared.supervision.finding import Found
from shared.supervision.models import SpotCheck
from shared.supervision.populations import Kind, of_period
from tests.cast import MONDAY, Cast, report
from tests.life import CONTENT, Life, begin

DAY = timedelta(days=1)
LATER = MONDAY + 7 * DAY


def _closed(cast: Cast, number: int, **facts: object) -> list[Life]:
    """Each of another person at another place: one problem reported three times is a grave one."""
    return [
        begin(
            cast,
            MONDAY + n * timedelta(hours=1),
            **{
                "phone": f"1380013800{n}",
                "spot": f"{n}单元",
                "building_id": cast.building(f"{n + 1}号楼").id,
                "description": f"{n}单元门口的灯不亮",
                "topic": None,
                **facts,
            },
        ).closed()
        for n in range(number)
    ]


def _draw(
    cast: Cast,
    size: int = 2,
    *,
    kind: Kind = Kind.REVISITS,
    by: str = "tangwen",
    since: datetime = MONDAY,
    until: datetime = MONDAY + DAY,
) -> SpotCheck:
    with transaction():
        return drawing.draw(
            cast.estate, kind, since=since, until=until, size=size, by=cast.person(by), at=LATER
        )


def _find(cast: Cast, check: SpotCheck, nth: int, found: Found, text: str = "", by: str = "tangwen") -> None:
    with transaction():
        user = cast.person(by)
        item = queries.lock_item(user, check.id, check.items[nth].id)
        case = scope.lock(user, item.case.archive_number)
        finding.record(case, item=item, by=user, at=LATER, found=found, text=text)


def test_gz_17b_the_same_seed_draws_the_same_sample_on_any_day(cast: Cast) -> None:
    _closed(cast, 5)
    check = _draw(cast, 3)
    assert (check.population, len({item.case_id for item in check.items})) == (5, 3)
    assert drawing.is_reproduced(check)
    ids = [member.id for member in of_period(Kind.REVISITS, cast.estate.id, check.since, check.until)]
    assert check.digest == sampling.digest(ids)
    begin(cast, LATER).closed()
    assert drawing.is_reproduced(check), "what ended later is of another period"


def test_a_record_that_somebody_has_changed_does_not_give_the_sample_again(cast: Cast) -> None:
    stories = _closed(cast, 3)
    check = _draw(cast, 2)
    with transaction():
        moved = stories[0].case
        moved.channel = Channel.INTERNAL
    assert not drawing.is_reproduced(check)


def test_gz_17b_nothing_that_is_done_after_the_draw_steers_a_case_into_it_or_out_of_it(
    app: Flask, cast: Cast
) -> None:
    """Reopened, put elsewhere and given to others, withdrawn, filed in the period afterwards: it is drawn as it was."""
    stories = _closed(cast, 2)
    stories += [begin(cast, MONDAY, phone="13800139000").in_handling(), begin(cast, phone="13800139001")]
    checks = [_draw(cast, 2), _draw(cast, 3, kind=Kind.CASES), _of_engineers(cast, 2)]
    drawn = [[(item.case_id, item.round) for item in check.items] for check in checks]
    stories[0].act("chenjing", ending.reopen, cause="reopening", reason="又坏了")
    changed = replace(triage.judgement_of(stories[2].case), category=Category.ENVIRONMENT)
    stories[2].act("limin", triage.triage, judgement=changed)
    team, other = cast.department("秩序部"), cast.person("sunli")
    stories[2].act("limin", dispatching.dispatch, department=team, handler=other, requirements="换人去看")
    with transaction():
        ending.withdraw(scope.lock_by_id(stories[3].case.id), at=LATER)
    begin(cast, MONDAY + timedelta(hours=1), phone="13800139009").informed()  # as an import would write it
    for check, then in zip(checks, drawn, strict=True):
        stands = db.session.get_one(SpotCheck, check.id, populate_existing=True)
        assert [(item.case_id, item.round) for item in stands.items] == then
        assert drawing.is_reproduced(stands)
    said = app.test_cli_runner().invoke(args=["supervision", "redraw", str(checks[0].id), "--json"])
    assert (said.exit_code, json.loads(said.output)["reproduced"]) == (0, True)


def test_a_revisit_that_vanishes_after_the_draw_is_noticed_and_the_sample_stands(
    app: Flask, cast: Cast
) -> None:
    """No act of the desk takes one away; whoever does it in the database does not get the case out of the sample."""
    stories = _closed(cast, 2)
    check = _draw(cast, 1)
    drawn = check.items[0].case_id
    with transaction():
        db.session.execute(delete(Revisit).where(Revisit.case_id.in_([each.case.id for each in stories])))
    assert [item.case_id for item in db.session.get_one(SpotCheck, check.id).items] == [drawn]
    said = app.test_cli_runner().invoke(args=["supervision", "redraw", str(check.id)])
    assert (said.exit_code, "another sample" in said.output) == (1, True)
    assert "no spot check 99" in app.test_cli_runner().invoke(args=["supervision", "redraw", "99"]).output


# Of a department by its head (GZ-18)


def _of_engineers(cast: Cast, size: int = 1, by: str = "gaofeng") -> SpotCheck:
    with transaction():
        return drawing.draw(
            cast.estate,
            Kind.CASES,
            since=MONDAY,
            until=MONDAY + DAY,
            size=size,
            by=cast.person(by),
            at=LATER,
            department=cast.department("工程部"),
        )


def test_gz_18_a_head_draws_from_what_the_department_took_on_and_nothing_else(cast: Cast) -> None:
    ours = begin(cast).in_handling()
    begin(cast, MONDAY, phone="13800139001").in_handling("sunli", "秩序部")
    begin(cast, MONDAY, phone="13800139002").dispatched()  # not signed for
    check = _of_engineers(cast, 9)
    assert [item.case_id for item in check.items] == [ours.case.id]
    assert queries.handled(check) == (0, 1)
    ours.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换")
    assert queries.handled(check) == (1, 1)


def test_gz_18_what_the_head_handled_is_not_drawn_and_what_the_head_had_to_say_of_is(cast: Cast) -> None:
    begin(cast).in_handling("gaofeng")
    ours = begin(cast, MONDAY, phone="13800139001").in_handling()
    ours.act("gaofeng", handling.progress, text="已催厂家", public=False)
    check = _of_engineers(cast, 9)
    assert [item.case_id for item in check.items] == [ours.case.id]
    _find(cast, check, 0, Found.AGREES, by="gaofeng")


def test_gz_18_another_head_or_a_dispatcher_does_not_draw_and_supervision_sees_what_was_drawn(
    cast: Cast, elsewhere: Cast
) -> None:
    begin(cast).in_handling()
    for by in ("limin", "tangwen"):
        with pytest.raises(Refused, match="本部门负责人"):
            _of_engineers(cast, by=by)
    check = _of_engineers(cast)
    assert queries.read(cast.person("tangwen"), check.id).id == check.id
    with pytest.raises(NotFound):
        queries.read(elsewhere.person("gaofeng"), check.id)
    whole = _draw(cast, 1, kind=Kind.CASES)
    with pytest.raises(NotFound):
        queries.read(cast.person("gaofeng"), whole.id)
    ((mine, _tally),) = queries.of_estate(cast.estate.id, cast.person("gaofeng").headed_departments)
    assert mine.id == check.id
    _find(cast, check, 0, Found.AGREES)  # by supervision, where the head cannot


def test_drawn_from_are_rounds_that_ended_after_a_revisit_and_no_report_from_inside(cast: Cast) -> None:
    (closed,) = _closed(cast, 1)
    begin(cast, MONDAY).informed()
    begin(cast, MONDAY, phone="", email="", name="", anonymous=True)
    assert [m.case_id for m in of_period(Kind.REVISITS, cast.estate.id, MONDAY, MONDAY + DAY)] == [
        closed.case.id
    ]
    begin(cast, MONDAY, channel=Channel.INTERNAL, anonymous=True, phone="", email="", name="")
    filed = of_period(Kind.CASES, cast.estate.id, MONDAY, MONDAY + DAY)
    assert len(filed) == 3, "of cases everything that was filed, but for what supervision keeps to itself"


def test_two_rounds_of_one_case_are_drawn_apart(cast: Cast) -> None:
    (story,) = _closed(cast, 1)
    story.act("chenjing", ending.reopen, cause="reopening", reason="又坏了")
    story.act(
        "limin",
        dispatching.dispatch,
        department=cast.department("工程部"),
        handler=cast.person("zhaolei"),
        requirements="换人再看",
    )
    story.act("zhaolei", dispatching.accept)
    story.act("zhaolei", handling.complete, outcome=Outcome.RESOLVED, result="换了整流器")
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="修好了")
    story.revisited().act("chenjing", recording.close)
    check = _draw(cast, 5)
    assert sorted((item.case_id, item.round) for item in check.items) == [
        (story.case.id, 1),
        (story.case.id, 2),
    ]


def test_everything_is_drawn_where_there_is_less_than_was_asked_for(cast: Cast) -> None:
    _closed(cast, 2)
    check = _draw(cast, 20)
    assert (check.asked, check.population, len(check.items)) == (20, 2, 2)
    assert drawing.is_reproduced(check)


@pytest.mark.parametrize("by", ["limin", "hemei", "wangqiang", "admin", "yunhe-tangwen"])
def test_gz_4_nobody_but_supervision_draws(cast: Cast, elsewhere: Cast, by: str) -> None:
    _closed(cast, 1)
    there = elsewhere if by.startswith("yunhe-") else cast
    with pytest.raises(Refused, match="督导"), transaction():
        drawing.draw(
            cast.estate,
            Kind.CASES,
            since=MONDAY,
            until=MONDAY + DAY,
            size=1,
            by=there.person(by.removeprefix("yunhe-")),
            at=LATER,
        )


def test_a_period_that_has_not_ended_is_not_drawn_from(cast: Cast) -> None:
    _closed(cast, 1)
    with pytest.raises(Refused, match="最晚到昨天"):
        _draw(cast, 1, until=LATER + DAY)
    with pytest.raises(Refused, match="没有可抽的"):
        _draw(cast, 1, since=MONDAY - 9 * DAY, until=MONDAY - 8 * DAY)


def test_what_is_found_stands_on_the_record_and_the_owner_sees_nothing_of_it(cast: Cast) -> None:
    (story,) = _closed(cast, 1)
    check = _draw(cast, 1)
    _find(cast, check, 0, Found.DIFFERS, "业主说没有接到回访电话")
    row = story.rows[-1]
    assert (row.act, row.public, row.data["finding"]) == ("spot_check", False, "differs")
    assert story.words_of(row) == "业主说没有接到回访电话"
    assert story.case.state == "closed"
    ((_check, tally),) = queries.of_estate(cast.estate.id)
    assert (tally.drawn, tally.differ, tally.left, tally.percent_differing) == (1, 1, 0, 100)


def test_a_finding_is_made_once_and_says_what_is_otherwise(cast: Cast) -> None:
    _closed(cast, 1)
    check = _draw(cast, 1)
    with pytest.raises(Refused, match="哪里与记录不符"):
        _find(cast, check, 0, Found.DIFFERS, "  ")
    _find(cast, check, 0, Found.UNREACHED)
    with pytest.raises(Refused, match="已经核对过"):
        _find(cast, check, 0, Found.AGREES, by="yangbo")
    ((_check, tally),) = queries.of_estate(cast.estate.id)
    assert (tally.unreached, tally.percent_differing) == (1, None), "who was not reached is on neither side"


def test_nobody_checks_a_case_that_they_revisited(cast: Cast) -> None:
    """The general manager went along to the door; supervision checks that visit, and he does not."""
    story = begin(cast).informed()
    story.act(
        "liujie",
        recording.record,
        method="door",
        answers=CONTENT,
        companion=cast.person("yangbo"),
        documented=True,
    )
    story.act("chenjing", recording.close)
    check = _draw(cast, 1)
    with pytest.raises(Refused, match="办理过或回访过"):
        _find(cast, check, 0, Found.AGREES, by="yangbo")
    _find(cast, check, 0, Found.AGREES)


def test_nobody_checks_a_case_in_which_they_had_a_say(cast: Cast) -> None:
    """A manager who graded it, or approved the plan, holds no part in the case and would yet judge themselves."""
    story = begin(cast)
    story.act("yangbo", grading.grade, severity=Severity.MAJOR, reason="困人半小时")
    check = _draw(cast, 1, kind=Kind.CASES)
    with pytest.raises(Refused, match="办理过或回访过"):
        _find(cast, check, 0, Found.AGREES, by="yangbo")
    _find(cast, check, 0, Found.AGREES)


def test_who_passed_a_complaint_on_may_check_what_became_of_it(cast: Cast) -> None:
    """Everybody is to pass on what they hear, supervision too (VK-3.2)."""
    told = report(channel=Channel.RELAY)
    with transaction():
        key, by = drafts.new_key(), cast.person("tangwen")
        filing.file_case(told, cast.estate, submission_key=key, at=MONDAY, by=by)
    check = _draw(cast, 1, kind=Kind.CASES)
    _find(cast, check, 0, Found.AGREES)


def test_whom_a_case_is_about_does_not_see_that_it_was_drawn(cast: Cast) -> None:
    _closed(cast, 1, about="唐文收钱不办事")
    check = _draw(cast, 1)
    assert queries.visible(cast.person("tangwen"), check) == set()
    with pytest.raises(NotFound):
        queries.item_of(cast.person("tangwen"), check.id, check.items[0].id)
    _find(cast, check, 0, Found.AGREES, by="yangbo")


def test_the_checks_of_one_estate_are_not_there_for_the_supervision_of_another(
    cast: Cast, elsewhere: Cast
) -> None:
    _closed(cast, 1)
    check = _draw(cast, 1)
    with pytest.raises(NotFound):
        queries.read(elsewhere.person("tangwen"), check.id)
    assert queries.of_estate(elsewhere.estate.id) == []


def test_the_lots_are_the_numbers_that_python_promises_for_a_seed() -> None:
    """Kept from the day it was written: with another release of Python an old sample must not come out otherwise."""
    assert sampling.sample(range(1, 11), "9f2c", 4) == [3, 9, 5, 7]
    assert sampling.digest([1, 2, 3]) == sha256(b"1,2,3").digest()
    assert sampling.sample([], "9f2c", 4) == []
