"""What owners read at /policy is what the machine does: made from the version in force, and from nothing else."""

import re
from datetime import timedelta

import pytest

from shared.clock import now
from shared.database import transaction
from shared.policies.schema import parse
from shared.policies.versions import preset_text, presets, publish
from tests.cast import Cast
from tests.critic import CriticalClient


def put_in_force(cast: Cast, preset: str, body: str | None = None) -> None:
    with transaction():
        publish(cast.estate, preset, now() - timedelta(minutes=1), body=body)


@pytest.mark.parametrize("preset", presets())
def test_co_m3_every_rule_of_the_book_in_force_is_published_with_its_article(
    cast: Cast, client: CriticalClient, preset: str
) -> None:
    put_in_force(cast, preset)
    page = client.get("/policy")
    policy = parse(preset_text(preset), preset)
    shown = {cell.get_text() for cell in page.soup.select("table td")}
    duties = {clock.clause for clock in policy.clocks if clock.is_duty}
    assert duties | {c.clause for c in policy.criteria} | {m.clause for m in policy.major} <= shown
    assert policy.title in page.words


def test_co_m3_a_changed_limit_is_read_as_it_is_counted(cast: Cast, client: CriticalClient) -> None:
    assert "48 小时内办结" in client.get("/policy").words
    put_in_force(cast, "standard", preset_text("standard").replace("hours = 48", "hours = 36"))
    assert "36 小时内办结" in client.get("/policy").words


def test_ms_t_the_targets_we_set_ourselves_are_published(cast: Cast, client: CriticalClient) -> None:
    words = client.get("/policy").words
    assert "办结超时率不高于 5%" in words
    assert "满意率（答复了的）不低于 75%" in words
    assert "再到 90%" in words
    assert "回访率达到 100%" in words
    assert "办理用时比去年同期，减少 30% 以上" in words
    put_in_force(cast, "company")
    assert "我们给自己定的目标" not in client.get("/policy").words


def test_gz_21_gz_22_vk_8_the_page_names_interpreter_date_number_and_version(
    cast: Cast, client: CriticalClient
) -> None:
    put_in_force(cast, "vanke")
    source = client.get("/policy").one("#source").parent
    assert source
    words = source.get_text(" ", strip=True)
    assert "WHVK/QP-15-02" in words
    assert "第 2 版 · A/1" in words
    assert "投诉受理专员" in words
    assert re.search(r"执行时间 .*\d+ 月 \d+ 日", words)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "48 hours"), ("zh_Hant", "48 小時"), ("zh_Hans", "48 小时")]
)
def test_the_rules_are_read_in_three_languages(
    cast: Cast, client: CriticalClient, language: str, said: str
) -> None:
    page = client.get(f"/policy?lang={language}")
    assert said in page.words


def test_tr_9_the_page_says_when_a_clock_stands_still(cast: Cast, client: CriticalClient) -> None:
    assert "办理期间，时限暂停" in client.get("/policy").words
    put_in_force(cast, "guangzhou")
    assert "办理期间，时限暂停" not in client.get("/policy").words
