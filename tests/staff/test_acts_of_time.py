"""The forms that give a case another time, and the one that completes an emergency's record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from shared.cases import urging
from shared.cases.models import Case
from shared.cases.vocabulary import Rating
from shared.clock import now
from shared.database import db, transaction
from shared.revisits import rating
from shared.revisits.rating import Judgement
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
WALL = "%Y-%m-%dT%H:%M"


def _wall(days: float) -> str:
    return (now() + timedelta(days=days, hours=8)).strftime(WALL)  # Shanghai is eight hours ahead of UTC


def test_an_agreed_time_needs_its_evidence_and_shows_the_original(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, now() - timedelta(hours=2)).in_handling()
    client = signed_in("wangqiang")
    form = client.get(f"/staff/cases/{story.number}/agreement")
    assert "现在的时限：" in form.words
    assert "MS-3" in form.words
    wrong = form.submit("/agreement", until=_wall(4), evidence="message")
    assert wrong.status_code == 422
    assert "请写明凭证上是怎么约定的" in wrong.words
    page = wrong.submit("/agreement", text="短信：周五下午三点来修")
    assert "已记下约定时限" in page.words
    assert "凭短信或微信" in page.words
    assert "原定" in page.words


def test_an_extension_belongs_to_the_head_and_tells_the_owner(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, now() - timedelta(hours=2)).in_handling()
    assert signed_in("wangqiang").get(f"/staff/cases/{story.number}/extension").status_code == 403
    form = signed_in("gaofeng").get(f"/staff/cases/{story.number}/extension")
    early = form.submit("/extension", until=_wall(1), reason="配件从外地发货")
    assert early.status_code == 409
    assert "只能往后" in early.words
    page = early.submit("/extension", until=_wall(3))
    assert "已延期" in page.words
    assert "配件从外地发货" in page.words


def test_an_emergency_is_entered_bare_and_completed_later(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    form = client.get("/staff/cases/new")
    answers: dict[str, Any] = {
        "description": "水管爆了，已关总阀",
        "category": "facilities",
        "urgency": "urgent",
        "building": str(cast.building("3号楼").id),
    }
    bare = form.submit("/cases/new", **answers)
    assert bare.status_code == 422
    assert bare.submit("/cases/new", paperless="y").status_code == 200
    case = db.session.query(Case).one()
    page = client.get(f"/staff/cases/{case.archive_number}/supplement")
    assert page.submit("/supplement").status_code == 409, "nothing is no supplement"
    page = page.submit("/supplement", name="王女士", phone="138 0013 8000", description="2 单元立管爆裂")
    assert "补录：情况、称呼、电话" in page.words
    assert "2 单元立管爆裂" in page.words


def test_a_time_is_proposed_to_the_owner_and_moves_nothing_by_itself(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, now() - timedelta(hours=2)).in_handling()
    form = signed_in("wangqiang").get(f"/staff/cases/{story.number}/proposal")
    assert "现在的时限：" in form.words
    wrong = form.submit("/proposal", until=_wall(4))
    assert wrong.status_code == 422
    page = wrong.submit("/proposal", reason="配件周五才到")
    assert "同意之前照原来的时限办" in page.words
    assert "征求约定" in page.words
    assert "原定" not in page.words


def test_the_timeline_tells_what_the_owner_did(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, now() - timedelta(hours=6))
    with transaction():
        urging.urge(story.case, at=story.at)
    story.informed()
    with transaction():
        said = Judgement(Rating.DISSATISFIED, courteous=False, reasons=("unsolved",), text="门还是响")
        rating.rate(story.case, said, door="link", at=story.at)
    page = signed_in("limin").get(f"/staff/cases/{story.number}")
    for told in ("催办：第 1 次", "评价：不满意，态度不好，没解决", "门还是响", "重新办理：评价不满意"):
        assert told in page.words
