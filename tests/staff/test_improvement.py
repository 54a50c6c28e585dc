"""What is to be done so that it does not happen again, from the archived case to whether it worked (CO-6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from shared.cases import handling
from shared.cases.vocabulary import Channel, Method, Outcome
from shared.database import db, transaction
from shared.improvement import measures
from shared.improvement.measures import Kind, Origin, Wanted
from shared.improvement.models import Cause, Measure
from shared.ownership import claiming
from shared.revisits import recording
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
IN_A_WEEK = "2026-03-09"


def _archived(
    cast: Cast, signed_in: SignIn, owner: str = "高峰", due_on: str = IN_A_WEEK
) -> tuple[Life, Page]:
    """Closed, and archived with its cause and what will prevent it, which *owner* sees to."""
    story = begin(cast).closed()
    form = signed_in("chenjing").get(f"/staff/cases/{story.number}/archiving")
    page = form.submit(
        "/archiving",
        code="ageing",
        cause="门机老化",
        prevention="每季检查门机",
        owner=form.option("owner", owner) if owner else "",
        due_on=due_on,
    )
    return story, page


def test_co_6_the_cause_is_kept_by_code_and_prevention_becomes_a_measure_with_owner_and_date(
    cast: Cast, signed_in: SignIn
) -> None:
    story, page = _archived(cast, signed_in)
    assert "预防措施已列入清单" in page.words
    (cause,) = db.session.query(Cause)
    assert (cause.code, cause.round, cause.case_id) == ("ageing", 1, story.case.id)
    (measure,) = db.session.query(Measure)
    assert (measure.kind, measure.clause, measure.owner, str(measure.due_on)) == (
        "preventive",
        "CO-6",
        cast.person("gaofeng"),
        IN_A_WEEK,
    )


def test_co_6_who_without_when_is_asked_for_and_prevention_without_either_is_words_alone(
    cast: Cast, signed_in: SignIn
) -> None:
    _story, page = _archived(cast, signed_in, due_on="")
    assert page.status_code == 422
    assert "请写什么时候落实" in page.words
    assert "已归档" in page.submit("/archiving", owner="").words
    assert db.session.query(Measure).count() == 0


def test_co_6_a_measure_is_done_by_its_owner_and_looked_at_by_another(cast: Cast, signed_in: SignIn) -> None:
    story, _page = _archived(cast, signed_in)
    owner = signed_in("gaofeng")
    mine = owner.get("/staff/improvement")
    assert "还有 7 天" in mine.words
    page = owner.get(mine.link("每季检查门机"))
    assert story.number in page.words
    late = page.submit("/completion", result="四部电梯门机查过，换了一台", check_on="2036-03-02")
    assert "最晚在一年以内" in late.words
    done = late.submit("/completion", check_on="2026-04-02")
    assert "之后由别人来看效果" in done.words
    assert "/check" not in str(done.soup), "whoever did it does not judge it"

    director = signed_in("hemei")
    waiting = director.get("/staff/improvement?view=to_check")
    page = director.get(waiting.link("每季检查门机"))
    page = page.submit("/check", effect="ineffective", note="一个月里又停了两次")
    assert "看过效果：无效" in page.words
    assert "四部电梯门机查过" in page.words
    further = director.get(page.link("再提一项措施"))
    assert "每季检查门机" in further.one("textarea").get_text()


def test_co_6_what_is_not_done_in_time_is_said_and_its_owner_cannot_drop_it(
    cast: Cast, signed_in: SignIn
) -> None:
    _archived(cast, signed_in)
    with time_machine.travel(MONDAY + timedelta(days=9), tick=False):
        owner = signed_in("gaofeng")
        page = owner.get("/staff/improvement?view=overdue")
        assert "过期 2 天" in page.words
        page = owner.get(page.link("每季检查门机"))
        assert "/dropping" not in str(page.soup)
        refused = page.submit("/owner", due_on="2026-03-10")
        assert refused.status_code == 409
        assert "完成日期不能早于今天" in refused.words

        director = signed_in("hemei")
        page = director.get(director.get("/staff/improvement?view=overdue").link("每季检查门机"))
        assert "不做了" in page.submit("/dropping", reason="整梯更换已经签约").words
        over = director.get("/staff/improvement?view=over")
        assert "每季检查门机" in over.words


def test_a_handler_sees_only_the_measures_that_are_theirs(cast: Cast, signed_in: SignIn) -> None:
    _archived(cast, signed_in)
    (measure,) = db.session.query(Measure)
    address = f"/staff/improvement/measures/{measure.id}"
    assert signed_in("hemei").get(address).status_code == 200
    assert signed_in("wangqiang").get(address).status_code == 404, "it is not theirs to do"
    assert "没有要您落实的措施" in signed_in("wangqiang").get("/staff/improvement").words


def test_a_measure_raised_by_hand_is_given_to_somebody_at_once(cast: Cast, signed_in: SignIn) -> None:
    form = signed_in("hemei").get("/staff/improvement/measures/new")
    wrong = form.submit("/measures/new", what="", due_on="2026-03-20")
    assert wrong.status_code == 422
    page = wrong.submit("/measures/new", what="装修前发告知单", owner=wrong.option("owner", "李敏"))
    assert "负责人会收到通知" in page.words
    assert "装修前发告知单" in signed_in("limin").get("/staff/improvement").words


def test_co_m5_a_report_from_inside_is_archived_with_its_cause_and_raises_no_measure(
    cast: Cast, signed_in: SignIn
) -> None:
    """Whoever was to do it would learn of the report by it."""
    story = begin(cast, channel=Channel.INTERNAL, anonymous=True, topic=None, spot=None)
    story.act("tangwen", claiming.claim)
    story.act("tangwen", handling.complete, outcome=Outcome.RESOLVED, result="差价已追回，责任人已处理")
    story.act("tangwen", handling.inform, method=Method.MESSAGE, text="已查实并追回")
    story.act("tangwen", recording.close)
    form = signed_in("tangwen").get(f"/staff/cases/{story.number}/archiving")
    assert form.soup.select_one("[name=owner]") is None
    page = form.submit("/archiving", code="procedure", cause="验收没有两人", prevention="入库两人签字")
    assert "已归档" in page.words
    assert db.session.query(Cause).one().code == "procedure"
    assert db.session.query(Measure).count() == 0


def test_whom_a_case_is_about_is_given_no_measure_of_it(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, about="高峰收钱不办事")
    with transaction():
        wanted = Wanted("重新培训", Kind.CORRECTIVE, Origin.CASE, "CO-6", case_id=story.case.id)
        measure = measures.propose(cast.estate, wanted, by=cast.person("hemei"), at=MONDAY)
        assert measure is not None
    page = signed_in("hemei").get(f"/staff/improvement/measures/{measure.id}")
    refused = page.submit("/owner", owner=page.option("owner", "高峰"), due_on=IN_A_WEEK)
    assert refused.status_code == 409
    assert "涉及此人" in refused.words
    assert signed_in("gaofeng").get(f"/staff/improvement/measures/{measure.id}").status_code == 404
