"""Reading without a network: what an owner keeps on the telephone is there, and nothing that they did not keep."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from shared.cases import links
from shared.clock import now
from tests import cast as company
from tests.browser.conftest import PHONE, Desk, until

Open = Callable[..., Page]

CACHED = """async () => {
  const held = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      held[new URL(request.url).pathname] = await (await cache.match(request)).text();
    }
  }
  return held;
}"""


@pytest.fixture
def doors(desk: Desk) -> tuple[str, str]:
    """The private links of two cases."""
    with desk.app.app_context():
        first = company.file(desk.cast, now())
        other = company.file(desk.cast, now(), phone="13900139000", description="车位前面堆满了纸箱")
        return f"/c/{links.current_token(first)}", f"/c/{links.current_token(other)}"


def cached(page: Page) -> dict[str, str]:
    """Everything in every cache of the browser, by path."""
    held: dict[str, str] = page.evaluate(CACHED)
    return held


def keep(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="存到手机").click()
    page.get_by_text("已存到手机").wait_for()


def without_network(page: Page) -> None:
    """As in a lift: neither the page nor its service worker reaches anybody."""
    page.context.set_offline(True)


def test_a_kept_receipt_is_read_without_a_network(desk: Desk, browse: Open, doors: tuple[str, str]) -> None:
    page = browse(PHONE)
    keep(page, f"{doors[0]}/receipt")
    number = page.locator(".reference-big").inner_text()
    without_network(page)
    page.reload()
    expect(page.locator(".reference-big")).to_have_text(number)
    expect(page.get_by_text("这是存在手机上的")).to_be_visible()
    expect(page.get_by_role("button", name="长辈版")).to_be_hidden()
    rule = page.evaluate("getComputedStyle(document.querySelector('.reference')).borderTopWidth")
    assert rule == "3px", "the copy has lost its styles"


def test_a_kept_progress_page_is_read_without_a_network(
    desk: Desk, browse: Open, doors: tuple[str, str]
) -> None:
    page = browse(PHONE)
    keep(page, doors[0])
    without_network(page)
    page.goto(doors[0])
    expect(page.get_by_text("困了我半个小时")).to_be_visible()


def test_what_was_not_kept_is_in_no_cache_and_the_telephone_is_shown_instead(
    desk: Desk, browse: Open, doors: tuple[str, str]
) -> None:
    page = browse(PHONE)
    page.goto(doors[1])
    assert cached(page) == {}
    keep(page, f"{doors[0]}/receipt")
    for address in (doors[1], f"{doors[1]}/receipt", doors[0], "/", "/track"):
        page.goto(address)
    held = cached(page)
    assert f"{doors[0]}/receipt" in held
    assert {doors[0], doors[1], f"{doors[1]}/receipt", "/", "/track"}.isdisjoint(held)
    everything = json.dumps(held, ensure_ascii=False)
    assert "车位前面堆满了纸箱" not in everything
    assert doors[1] not in everything
    without_network(page)
    page.goto(doors[1])
    expect(page.get_by_role("heading", name="存在手机上的")).to_be_visible()
    expect(page.get_by_text("020-8888 6666").first).to_be_visible()
    expect(page.get_by_text("车位前面堆满了纸箱")).to_have_count(0)


def test_what_was_kept_is_listed_and_deleted_again(desk: Desk, browse: Open, doors: tuple[str, str]) -> None:
    page = browse(PHONE)
    keep(page, doors[0])
    keep(page, f"{doors[1]}/receipt")
    page.goto("/offline")
    rows = page.locator(".saved-list li")
    rows.first.wait_for()
    expect(rows).to_have_count(2)
    rows.first.get_by_role("button").click()
    page.get_by_text("已从手机删除").wait_for()
    expect(rows).to_have_count(1)
    rows.first.get_by_role("button").click()
    page.get_by_text("还没有存下的页面").wait_for()
    until(page, "caches.keys().then(names => names.length === 0)")


def test_a_kept_page_is_deleted_where_it_was_kept(desk: Desk, browse: Open, doors: tuple[str, str]) -> None:
    page = browse(PHONE)
    keep(page, doors[0])
    page.get_by_role("button", name="从手机删除").click()
    page.get_by_text("已从手机删除").wait_for()
    until(page, "caches.keys().then(names => names.length === 0)")


def test_the_list_is_there_without_a_network_too(desk: Desk, browse: Open, doors: tuple[str, str]) -> None:
    page = browse(PHONE)
    keep(page, doors[0])
    without_network(page)
    page.goto("/")
    row = page.locator(".saved-list a")
    row.wait_for()
    row.click()
    page.get_by_text("困了我半个小时").wait_for()


def test_staff_and_board_are_never_answered_by_the_worker(
    desk: Desk, browse: Open, doors: tuple[str, str]
) -> None:
    page = browse(PHONE)
    keep(page, doors[0])
    answered: list[tuple[str, Any]] = []
    page.on("response", lambda answer: answered.append((answer.url, answer.from_service_worker)))
    for address in ("/staff/sign-in", "/board/jinxiu"):
        page.goto(address)
    page.wait_for_load_state("load")
    assert answered
    assert [url for url, by_worker in answered if by_worker] == []


def test_a_copy_follows_its_case_when_it_is_read_with_a_network(
    desk: Desk, browse: Open, doors: tuple[str, str]
) -> None:
    page = browse(PHONE)
    keep(page, doors[0])
    page.get_by_label("补充说明", exact=True).fill("今天又响了一次")
    page.get_by_role("button", name="提交补充").click()
    page.get_by_text("已收到您的补充").wait_for()
    path = json.dumps(doors[0])
    until(page, f"caches.match({path}).then(copy => copy.text()).then(html => html.includes('今天又响'))")
    without_network(page)
    page.goto(doors[0])
    page.get_by_text("今天又响了一次").wait_for()
