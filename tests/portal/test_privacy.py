"""The privacy notice: in versions, with the terms that the estate really has, and true (PIPL 17)."""

import pytest

from portal.privacy import VERSIONS
from shared import clock
from shared.cases import links, notice
from shared.database import db, transaction
from tests import cast as company
from tests.cast import Cast
from tests.critic import CriticalClient


def test_the_version_in_force_is_one_of_those_that_can_be_read() -> None:
    assert notice.CURRENT in VERSIONS


@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_every_version_stays_readable(client: CriticalClient, cast: Cast, version: str) -> None:
    page = client.get(f"/privacy?version={version}")
    assert page.status_code == 200
    assert f"{version} 版" in page.words


@pytest.mark.parametrize("version", ["2019-01", "../owner", "%00", "1" * 300])
def test_a_version_that_never_was_is_not_found(client: CriticalClient, cast: Cast, version: str) -> None:
    assert client.get(f"/privacy?version={version}").status_code == 404


def test_it_says_who_why_how_long_and_what_one_may_ask(client: CriticalClient, cast: Cast) -> None:
    told = client.get("/privacy").words
    for words in (
        "锦绣花园的物业服务方",
        "020-8888 6666",
        "履行物业服务合同",
        "办完 180 天后封存",
        "办完 3 年后删除",
    ):
        assert words in told
    for right in ("查看", "复制", "要求删除", "15 个工作日内", "网信部门"):
        assert right in told


def test_the_terms_in_it_are_those_of_the_estate(client: CriticalClient, cast: Cast) -> None:
    with transaction():
        cast.estate.sealed_after, cast.estate.erased_after = 90, 400
    told = client.get("/privacy").words
    assert "办完 90 天后封存" in told
    assert "办完 400 天后删除" in told


def test_the_receipt_leads_to_the_version_the_case_was_filed_under(
    client: CriticalClient, cast: Cast
) -> None:
    case = company.file(cast, clock.now())
    assert case.notice_version == notice.CURRENT
    page = client.get(f"/c/{links.current_token(case)}/receipt")
    assert page.link(f"{notice.CURRENT} 版").endswith(f"/privacy?version={notice.CURRENT}")
    db.session.rollback()


def test_no_sentence_of_it_is_longer_than_people_like_to_read(client: CriticalClient, cast: Cast) -> None:
    main = client.get("/privacy").one("main").get_text("\n")
    assert [
        s for line in main.splitlines() for s in line.replace("；", "。").split("。") if len(s) > 30
    ] == []


def test_a_term_in_english_is_a_length_and_not_what_something_took(
    client: CriticalClient, cast: Cast
) -> None:
    client.set_cookie("lang", "en")
    page = client.get("/privacy")
    assert "180 days" in page.words
    assert "took" not in page.words
