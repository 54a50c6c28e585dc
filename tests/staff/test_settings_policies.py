"""The rule books on the staff face: versions, two side by side, another tried on real cases, a new one published."""

from collections.abc import Callable
from datetime import timedelta

from shared.clock import now
from shared.database import db
from shared.policies.models import PolicyVersion
from shared.policies.versions import in_force, preset_text
from tests.cast import Cast, file
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
WALL = "%Y-%m-%dT%H:%M"


def test_a_new_version_leaves_open_cases_under_theirs(cast: Cast, signed_in: SignIn) -> None:
    old = begin(cast, now() - timedelta(hours=1)).claimed()
    client = signed_in("hemei")
    page = client.get("/staff/settings/policies/publication")
    assert "在办的 1 件不受影响" in page.words
    page = page.submit("/publication", preset="vanke")
    assert "已公布第 2 版" in page.words
    assert "正在施行" in page.words
    assert in_force(cast.estate.id, now()).preset == "vanke"
    assert old.case.policy_version.preset == "standard"
    assert file(cast, now()).policy_version.preset == "vanke"


def test_a_version_may_begin_later_and_owners_read_it_beforehand(cast: Cast, signed_in: SignIn) -> None:
    later = (now() + timedelta(days=30, hours=8)).strftime(WALL)
    page = signed_in("hemei").get("/staff/settings/policies/publication")
    page = page.submit("/publication", preset="vanke", effective_at=later)
    assert "将要施行" in page.words
    assert in_force(cast.estate.id, now()).preset == "standard"
    public = signed_in("hemei").get("/policy")
    assert "起改用第 2 版" in public.words


def test_the_past_is_not_changed(cast: Cast, signed_in: SignIn) -> None:
    before = (now() - timedelta(days=1)).strftime(WALL)
    page = signed_in("hemei").get("/staff/settings/policies/publication")
    page = page.submit("/publication", preset="vanke", effective_at=before)
    assert page.status_code == 422
    assert "规则不能改变过去" in page.words


def test_a_text_of_ones_own_is_checked_line_by_line_and_kept_when_wrong(
    cast: Cast, signed_in: SignIn
) -> None:
    wrong = preset_text("standard").replace("hours = 48", "hours = -48")
    page = signed_in("hemei").get("/staff/settings/policies/publication")
    page = page.submit("/publication", preset="standard", body=wrong)
    assert page.status_code == 422
    assert "这份文本不能用：standard, line" in page.words
    assert "MS-3" in page.words
    assert "hours = -48" in page.one("textarea").get_text()
    assert db.session.query(PolicyVersion).count() == 1
    page = page.submit("/publication", body=wrong.replace("hours = -48", "hours = 36"))
    assert "由范本 standard 改成" in page.words


def test_two_rule_books_stand_side_by_side(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("tangwen").get("/staff/settings/policies/comparison?left=v1&right=vanke")
    assert "第 1 版" in page.words
    assert "VK-4c" in page.words
    assert "没有这一条" in page.words
    same = signed_in("tangwen").get(
        "/staff/settings/policies/comparison?left=vanke&right=vanke&only=differences"
    )
    assert "两份规则没有不同" in same.words


def test_an_unknown_book_is_not_found(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in("tangwen").get("/staff/settings/policies/comparison?left=v9").status_code == 404


def test_what_violations_cost_is_compared_in_plain_words_and_owners_do_not_read_it(
    cast: Cast, client: CriticalClient, signed_in: SignIn
) -> None:
    """Every kind of it: GZ-9, GZ-14, GZ-19, GZ-20, AH-7.1, CO-M7."""
    page = signed_in("tangwen").get("/staff/settings/policies/comparison?left=guangzhou&right=aid")
    for said in (
        "紧急转达：扣罚 100 元；造成严重后果的，扣罚 200 元",
        "处理方法不当、解释不足：扣罚 100 元；强烈投诉的，扣罚 200 元；强烈投诉的，部门负责人扣罚 100 元；"
        "强烈投诉的，分管领导扣罚 100 元；造成严重后果的，另写专题报告",
        "首问不负责，致使未处理：当月工资下浮 100 元",
        "连续第 2 次，本人和部门负责人加倍；连续第 3 次，另建议劝退",
        "扣罚从本人当月奖金里扣，扣完为止",
        "故意拖延：视轻重给予批评、警告、罚款、降职、辞退",
        "挽回损失",
    ):
        assert said in page.words
    page = client.get("/policy")
    assert page.status_code == 200
    assert "扣罚" not in page.words


def test_another_rule_book_is_tried_on_the_cases_that_are_over(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, now() - timedelta(days=2)).closed()
    page = signed_in("yangbo").get("/staff/settings/policies/simulation")
    assert "件的结果" not in page.words
    page = signed_in("yangbo").get("/staff/settings/policies/simulation?preset=vanke&days=30")
    assert "1 件的结果" in page.words
    assert "VK-4d" in page.words
    assert story.case.policy_version.preset == "standard"


def test_whoever_may_not_publish_is_not_offered_it(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("limin").get("/staff/settings/policies")
    assert "公布新版" not in page.words
    assert signed_in("limin").get("/staff/settings/policies/publication").status_code == 403
