"""The forms of a revisit that some rules ask for: at the door, in writing, by two of us (GZ-17A, TR-11, TR-12)."""

from datetime import timedelta

from shared.cases.vocabulary import Method, Severity
from shared.database import db
from shared.deadlines.models import Deadline
from shared.revisits import recording
from shared.revisits.models import Revisit
from shared.severity import grading
from tests.cast import Cast
from tests.life import CONTENT, Life, begin


def grave(cast: Cast) -> Life:
    """A major case whose owner has been told the result."""
    story = begin(cast).informed()
    story.act("hemei", grading.grade, severity=Severity.MAJOR, reason="业主多次上访")
    return story


def door_clock(story: Life) -> Deadline:
    found = db.session.query(Deadline).filter_by(case_id=story.case.id, rule="revisit_major")
    return found.populate_existing().one()


def test_gz_17a_a_call_does_not_do_for_a_major_case_and_its_closure_waits_for_the_door(cast: Cast) -> None:
    story = grave(cast)
    story.revisited()
    assert door_clock(story).met_at is None
    refusal = story.refused("chenjing", recording.close)
    assert "不能结案" in refusal
    assert "GZ-17A" in refusal
    visit = {"method": Method.DOOR, "answers": CONTENT, "documented": True}
    story.act("liujie", recording.record, **visit, companion=cast.person("gaofeng"))
    assert door_clock(story).met_at == story.at
    story.act("chenjing", recording.close)
    assert story.case.state == "closed"


def test_tr_11_who_came_along_stands_in_the_record_and_is_not_whoever_handled_it(cast: Cast) -> None:
    story = grave(cast)
    visit = {"method": Method.DOOR, "answers": CONTENT, "documented": True}
    for username in ("wangqiang", "liujie"):
        assert "TR-11" in story.refused("liujie", recording.record, **visit, companion=cast.person(username))
    story.act("liujie", recording.record, **visit, companion=cast.person("gaofeng"))
    revisit = db.session.query(Revisit).one()
    assert (revisit.documented, revisit.companion_id) == (True, cast.person("gaofeng").id)
    assert story.rows[-1].data["accompanied"] is True


def test_gz_17a_a_major_case_nobody_can_be_found_for_closes_after_the_attempts(cast: Cast) -> None:
    story = grave(cast)
    for _attempt in range(3):
        story.at += timedelta(hours=3)
        story.revisited(None)
    story.act("chenjing", recording.close)
    assert story.case.state == "closed"


def test_an_ordinary_case_closes_after_a_call(cast: Cast) -> None:
    story = begin(cast).closed()
    assert story.case.state == "closed"
