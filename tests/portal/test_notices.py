"""The notice column: only what was approved and stands now (MS-8)."""

from datetime import timedelta

import pytest

from shared.database import transaction
from shared.notices import publishing, queries
from shared.notices.publishing import Text
from shared.notices.stages import Kind
from tests.cast import MONDAY

pytestmark = pytest.mark.usefixtures("monday")

HOUR = timedelta(hours=1)


def _notice(cast, title, *, approved=True, kind=Kind.NOTICE, begin=MONDAY - HOUR, end=None):
    with transaction():
        notice = publishing.write(
            cast.estate.id,
            Text(kind, title, f"{title}的正文 <b>粗</b>", begin, end),
            by=cast.person("limin"),
            at=MONDAY - 2 * HOUR,
            submit=True,
        )
        if approved:
            publishing.approve(
                notice, by=cast.person("hemei"), at=MONDAY - 2 * HOUR, read=publishing.seen(notice)
            )
        return notice.id


def test_only_what_stands_now_is_shown(cast, client, monday):
    _notice(cast, "公示中的")
    hidden = [
        _notice(cast, "没批准的", approved=False),
        _notice(cast, "还没到的", begin=MONDAY + HOUR),
        _notice(cast, "过了期的", end=MONDAY - HOUR / 2),
    ]
    words = client.get("/notices?estate=jinxiu").words
    assert "公示中的" in words
    for text in ("没批准的", "还没到的", "过了期的"):
        assert text not in words
    for notice_id in hidden:
        assert client.get(f"/notices/{notice_id}").status_code == 404


def test_the_urgent_one_stands_first(cast, client):
    _notice(cast, "停水", kind=Kind.URGENT, begin=MONDAY - 2 * HOUR)
    _notice(cast, "新的小事")
    titles = [h.get_text() for h in client.get("/notices?estate=jinxiu").soup.select(".notice h2")]
    assert "停水" in titles[0]
    assert "新的小事" in titles[1]


def test_a_notice_is_shown_as_text(cast, client):
    page = client.get(f"/notices/{_notice(cast, '停水')}")
    assert "<b>粗</b>" in page.soup.get_text()


def test_a_notice_that_expires_is_gone_the_same_minute(cast, client, monday):
    notice_id = _notice(cast, "停水", end=MONDAY + HOUR)
    assert client.get(f"/notices/{notice_id}").status_code == 200
    monday.shift(HOUR)
    assert client.get(f"/notices/{notice_id}").status_code == 404


def test_without_notices_the_page_says_what_will_be_there(cast, client):
    assert "现在没有公告" in client.get("/notices?estate=jinxiu").words


def test_notices_are_an_estates_own(cast, elsewhere, client):
    _notice(cast, "锦绣的事")
    assert "锦绣的事" not in client.get("/notices?estate=yunhe").words
    assert queries.published(elsewhere.estate.id, MONDAY) == []


def test_the_column_leads_home_and_to_what_every_page_leads_to(cast, client):
    for address in ("/notices", f"/notices/{_notice(cast, '停水')}"):
        page = client.get(address)
        assert page.soup.select_one("main .back")["href"] in ("/", "/notices")
        assert page.soup.find("a", string="我们的承诺") is not None


def test_the_column_has_pages_and_no_notice_is_on_two_or_none(cast, client):
    for n in range(queries.PAGE + 3):
        _notice(cast, f"第{n}条", begin=MONDAY - timedelta(minutes=1 + n // 2))
    _notice(cast, "停电", kind=Kind.URGENT, begin=MONDAY - HOUR)
    first = client.get("/notices?estate=jinxiu")
    second = client.get(first.link("下一页"))
    titles = [h.get_text() for page in (first, second) for h in page.soup.select(".notice h2 a")]
    assert len(titles) == len(set(titles)) == queries.PAGE + 4
    assert titles[0] == "停电"
    assert "下一页" not in second.words
    for nonsense in ("x", "9.9.9", "1.99999999999999999.1"):
        assert client.get(f"/notices?after={nonsense}").status_code == 200


def test_however_much_is_pinned_what_is_urgent_is_on_the_wall(cast):
    for n in range(5):
        notice_id = _notice(cast, f"置顶{n}")
        with transaction():
            queries.lock(notice_id).pinned = True
    _notice(cast, "停电", kind=Kind.URGENT)
    shown = [notice.title for notice in queries.published(cast.estate.id, MONDAY, 4)]
    assert shown == ["置顶4", "置顶3", "置顶2", "停电"]
