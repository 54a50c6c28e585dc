"""The form of a revisit asks who came along and whether it stands in writing (TR-11, GZ-17A)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from shared.cases.vocabulary import Severity
from shared.clock import now
from shared.severity import grading
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]


def test_gz_17a_a_door_visit_with_receipt_and_companion_opens_the_way_to_closure(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast, now() - timedelta(hours=5)).informed()
    story.act("hemei", grading.grade, severity=Severity.MAJOR, reason="业主多次上访")
    client = signed_in("liujie")
    answers: dict[str, Any] = {"reached": "yes", "satisfied": "yes", "timely": "yes", "courteous": "yes"}
    form = client.get(f"/staff/cases/{story.number}/revisit")
    assert "高峰（部门负责人）" in form.words
    assert "王强" not in form.one("select[name=companion]").get_text()
    page = form.submit("/revisit", **answers, method="telephone")
    assert "还没有做到（GZ-17A）" in page.words
    form = client.get(f"/staff/cases/{story.number}/revisit")
    gaofeng = str(cast.person("gaofeng").id)
    page = form.submit("/revisit", **answers, method="door", documented="y", companion=gaofeng)
    assert "可以结案了" in page.words
    assert "有书面记录" in page.words
