"""What owners answer on their page: a rating in one tap, an appeal, a yes or no to a time, an urge."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from PIL import Image

from shared import clock
from shared.attachments import verbs
from shared.attachments.models import Attachment
from shared.cases import ending, links
from shared.cases.models import Proposal, Words
from shared.cases.vocabulary import Channel
from shared.database import db, transaction
from shared.deadlines import proposing
from shared.deadlines.models import Deadline
from shared.revisits.models import Appeal, Rating
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

HOUR = timedelta(hours=1)


def some_photo() -> tuple[BytesIO, str]:
    held = BytesIO()
    Image.new("RGB", (40, 40), "teal").save(held, "PNG")
    held.seek(0)
    return held, "x.png"


def lived(cast: Cast, **facts: object) -> Life:
    """A case that began two hours ago: its acts lie in the past."""
    return begin(cast, clock.now() - 2 * HOUR, **facts)


def door_of(story: Life) -> str:
    return f"/c/{links.current_token(story.case)}"


def unlocked(client: CriticalClient, story: Life, code: str) -> Page:
    return client.get(f"/track/{story.case.shown_reference}").submit("/unlock", code=code)


def tap(page: Page, word: str) -> Page:
    """Tap the button that says *word*, in the form it stands in."""
    button = next(b for b in page.soup.find_all("button") if b.get_text(strip=True) == word)
    form = button.find_parent("form")
    assert form is not None
    data = {str(f["name"]): str(f.get("value", "")) for f in form.find_all("input") if f.get("name")}
    if button.get("name"):
        data[str(button["name"])] = str(button["value"])
    return page.client.post(str(form["action"]), data=data, follow_redirects=True)


def test_ms_4_satisfied_is_one_tap_from_the_private_link(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).informed()
    page = client.get(door_of(story))
    assert "您满意吗" in page.words
    after = tap(page, "满意")
    assert "谢谢您的评价" in after.words
    assert (db.session.query(Rating).one().level, db.session.query(Rating).one().door) == (
        "satisfied",
        "link",
    )
    assert "您的评价" in after.words
    assert "您满意吗" not in after.words


def test_ms_4_not_satisfied_says_why_and_begins_anew_with_another_person(
    client: CriticalClient, cast: Cast
) -> None:
    story = lived(cast).informed()
    page = client.get(door_of(story))
    details = page.one(".taps details")
    assert "没解决" in details.get_text()
    form = details.find("form")
    assert form is not None
    sent = {str(f["name"]): f["value"] for f in form.find_all("input", type="hidden")}
    after = client.post(
        f"{door_of(story)}/rating",
        data={
            **sent,
            "reasons": ["unsolved", "no_reply", "nonsense"],
            "note": "门还是响",
            "photos": some_photo(),
        },
        follow_redirects=True,
    )
    for told in ("重新办理", "第 2 轮办理", "换人处理", "不满意：没解决、没回复", "门还是响"):
        assert told in after.words
    kept = db.session.query(Rating).one()
    assert kept.reasons == ["unsolved", "no_reply"]
    photo = db.session.query(Attachment).one()
    assert (photo.act, photo.round, photo.public) == ("rating", 1, True)
    assert client.get(f"{door_of(story)}/files/{photo.id}").status_code == 200
    assert story.case.round == 2


@pytest.mark.parametrize(("sent", "level"), [("yes", "satisfied"), ("no", "dissatisfied")])
def test_a_client_may_say_satisfied_yes_or_no(
    client: CriticalClient, cast: Cast, sent: str, level: str
) -> None:
    story = lived(cast).informed()
    token = client.get(door_of(story)).one("input[name=csrf_token]")["value"]
    client.post(f"{door_of(story)}/rating", data={"csrf_token": token, "satisfied": sent})
    assert db.session.query(Rating).one().level == level


def test_an_empty_rating_says_what_is_missing(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).informed()
    token = client.get(door_of(story)).one("input[name=csrf_token]")["value"]
    page = client.post(f"{door_of(story)}/rating", data={"csrf_token": token, "rating": "5 stars"})
    assert page.status_code == 422
    assert "请点满意、基本满意或不满意" in page.words


def test_details_are_told_after_the_tap(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).informed()
    after = tap(client.get(door_of(story)), "基本满意")
    form = next(f for f in after.soup.find_all("form") if f.find(id="more-note"))
    sent = {str(f["name"]): f["value"] for f in form.find_all("input", type="hidden")}
    client.post(
        f"{door_of(story)}/rating", data={**sent, "timely": "no", "courteous": "yes", "note": "等了两天"}
    )
    standing = db.session.query(Rating).filter_by(replaced_at=None).one()
    assert (standing.level, standing.timely, standing.courteous) == ("basically", False, True)
    assert db.session.get_one(Words, standing.words_id).text == "等了两天"


def test_t39_on_a_case_that_we_entered_the_last_four_rate_nothing(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast, channel=Channel.HOTLINE).informed()
    page = unlocked(client, story, "8000")
    assert "评价请用回执码打开" in page.words
    assert page.soup.select_one(".taps") is None
    token = page.one("input[name=csrf_token]")["value"]
    base = f"/track/{story.case.shown_reference}"
    refused = client.post(f"{base}/rating", data={"csrf_token": token, "rating": "satisfied"})
    assert refused.status_code == 409
    assert "回执码" in refused.words
    assert db.session.query(Rating).count() == 0
    assert tap(refused, "用回执码打开").where == base
    tap(unlocked(client, story, links.receipt_code(story.case)), "满意")
    assert db.session.query(Rating).one().door == "code"


def test_a_refusal_is_told_above_the_case_itself(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).in_handling()
    token = client.get(door_of(story)).one("input[name=csrf_token]")["value"]
    page = client.post(f"{door_of(story)}/rating", data={"csrf_token": token, "rating": "satisfied"})
    assert page.status_code == 409
    assert "办完告知您以后再请您评价" in page.words
    assert "经过" in page.words


def test_a_page_left_open_since_an_earlier_round_judges_nothing_unread(
    client: CriticalClient, cast: Cast
) -> None:
    story = lived(cast).informed()
    page = client.get(door_of(story))
    story.act("limin", ending.reopen, cause="reopening", reason="")
    story.informed(by="zhaolei")
    after = tap(page, "满意")
    assert after.status_code == 409
    assert "有了新进展" in after.words
    assert db.session.query(Rating).count() == 0


def test_ah_3_3a_an_appeal_asks_why_and_begins_the_next_round(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).informed()
    after = tap(client.get(door_of(story)), "满意")
    page = client.get(after.link("要申诉"))
    assert "请选一个原因" in page.submit("/appeal").words
    done = page.submit("/appeal", reasons="unsolved", note="第二天又坏了", photos=some_photo())
    for told in ("已收到您的申诉", "第 2 轮办理", "您申诉了", "第二天又坏了"):
        assert told in done.words
    assert db.session.query(Appeal).one().round == 1
    again = page.submit("/appeal", note="第二天又坏了")
    assert again.status_code == 200
    assert story.case.round == 2


def test_t39_the_last_four_of_a_case_that_we_entered_are_led_to_a_stronger_door(
    client: CriticalClient, cast: Cast
) -> None:
    story = lived(cast, channel=Channel.HOTLINE).informed()
    base = f"/track/{story.case.shown_reference}"
    unlocked(client, story, "8000")
    page = client.get(f"{base}/appeal")
    assert "申诉请用回执码打开，或从专属链接进入" in page.words
    assert page.one(".call a")["href"] == "tel:02088886666"
    assert page.soup.select_one("textarea") is None
    token = page.one("input[name=csrf_token]")["value"]
    refused = client.post(f"{base}/appeal", data={"csrf_token": token, "note": "还在漏", "round": "1"})
    assert refused.status_code == 409
    assert story.case.round == 1
    assert tap(page, "用回执码打开").where == base
    unlocked(client, story, links.receipt_code(story.case))
    assert "重新办理" in client.get(f"{base}/appeal").submit("/appeal", note="还在漏").words


def test_t36_an_appeal_page_left_open_begins_no_second_round(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).informed()
    old = client.get(f"{door_of(story)}/appeal")
    wrong = old.submit("/appeal")
    story.act("limin", ending.reopen, cause="reopening", reason="")
    story.informed(by="zhaolei")
    for page in (old, wrong, wrong.submit("/appeal")):
        after = page.submit("/appeal", note="还在漏")
        assert after.status_code == 409
        assert "有了新进展" in after.words
    assert (db.session.query(Appeal).count(), story.case.round) == (0, 2)


def test_before_the_result_the_appeal_page_says_when(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).in_handling()
    page = client.get(f"{door_of(story)}/appeal")
    assert "现在不能申诉" in page.words


def test_gz_12_the_owner_consents_on_the_page_and_the_clock_moves(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).in_handling()
    limit = db.session.query(Deadline).filter_by(case_id=story.case.id, rule="completion").one().due_at
    later = limit + 48 * HOUR
    story.act("wangqiang", proposing.propose, until=later, reason="配件周五才到")
    page = client.get(door_of(story))
    for told in ("物业想与您约定时间", "配件周五才到"):
        assert told in page.words
    after = tap(page, "同意")
    assert "您同意了约定" in after.words
    db.session.expire_all()
    moved = db.session.query(Deadline).filter_by(case_id=story.case.id, rule="completion").one()
    assert (moved.due_at, moved.original_due_at) == (later, limit)
    assert "已约定" in tap(page, "同意").words


def test_gz_12_declining_leaves_the_time(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).in_handling()
    limit = db.session.query(Deadline).filter_by(case_id=story.case.id, rule="completion").one().due_at
    story.act("wangqiang", proposing.propose, until=limit + 48 * HOUR, reason="配件周五才到")
    after = tap(client.get(door_of(story)), "不同意")
    assert "您没有同意约定" in after.words
    db.session.expire_all()
    assert (
        db.session.query(Deadline).filter_by(case_id=story.case.id, rule="completion").one().due_at == limit
    )


def test_gz_12_the_last_four_bind_nobody(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).in_handling()
    story.act("wangqiang", proposing.propose, until=clock.now() + 72 * HOUR, reason="配件周五才到")
    page = unlocked(client, story, "8000")
    assert "答复请用回执码打开" in page.words
    token = page.one("input[name=csrf_token]")["value"]
    base = f"/track/{story.case.shown_reference}"
    refused = client.post(f"{base}/proposal", data={"csrf_token": token, "answer": "yes"})
    assert refused.status_code == 409
    assert db.session.query(Proposal).one().answered_at is None


def test_the_owner_urges_once_a_day(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).in_handling()
    page = client.get(door_of(story))
    after = tap(page, "催办")
    assert "负责的人都收到了提醒" in after.words
    assert "您已催办 1 次" in after.words
    assert "后可以再催" in after.words
    assert not [b for b in after.soup.find_all("button") if b.get_text(strip=True) == "催办"]
    with time_machine.travel(clock.now() + HOUR, tick=True):
        assert "一天可以催一次" in tap(page, "催办").words
    with time_machine.travel(clock.now() + 25 * HOUR, tick=True):
        assert "您已催办 2 次" in tap(client.get(door_of(story)), "催办").words


def test_photos_before_and_after_stand_side_by_side(client: CriticalClient, cast: Cast) -> None:
    story = lived(cast).completed()
    held = [verbs.receive(some_photo()[0]) for _ in range(2)]
    with transaction():
        for received, act in zip(held, ("filing", "completion"), strict=True):
            verbs.attach(received, public=True, at=story.at, case_id=story.case.id, round=1, act=act)
    pictures = client.get(door_of(story)).one(".pictures").get_text(" ")
    assert "处理前" in pictures
    assert "处理后" in pictures


@pytest.mark.parametrize("act", ["rating", "appeal", "proposal", "urge"])
def test_acts_need_an_open_door(client: CriticalClient, cast: Cast, act: str) -> None:
    story = lived(cast).informed()
    assert client.get(f"/track/{story.case.shown_reference}/{act}").status_code == 404
    assert client.get(f"/c/AAAAAAAAAAAAAAAAAAAAAA/{act}").status_code == 404
