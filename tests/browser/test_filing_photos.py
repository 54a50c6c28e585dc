"""Photos travel while the owner writes; a line that drops costs the unfinished one and nothing else (F30)."""

import io
import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Request, expect

from tests.browser.conftest import PHONE, Desk

LITTLE = 20_000  # bytes: a request without photos is smaller


def noise(name: str, size: tuple[int, int], quality: int = 92) -> FilePayload:
    """A photo that is not to be made much smaller."""
    data = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(data, "JPEG", quality=quality)
    return {"name": name, "mimeType": "image/jpeg", "buffer": data.getvalue()}


class Line:
    """The line between a telephone and the desk: bytes go through until it is cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.cut_at: int | None = None  # bytes upwards on one connection, after which it is gone
        self.clear = Event()  # while it is not, what is large stands in the queue
        self.clear.set()
        Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                phone, _address = self._door.accept()
            except OSError:
                return
            desk = socket.create_connection(("127.0.0.1", self._port))
            Thread(target=self._carry, args=(phone, desk, True), daemon=True).start()
            Thread(target=self._carry, args=(desk, phone, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, upwards: bool) -> None:
        carried = 0
        with suppress(OSError):
            while data := source.recv(16_384):
                while upwards and carried > LITTLE and not self.clear.wait(0.1):
                    pass
                carried += len(data)
                if upwards and self.cut_at is not None and carried > self.cut_at:
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        self._door.close()


@pytest.fixture
def line(desk: Desk) -> Iterator[Line]:
    line = Line(int(desk.url.rpartition(":")[2]))
    yield line
    line.hang_up()


@pytest.fixture
def page(chromium: Browser, line: Line) -> Iterator[Page]:
    """A phone on step two. Lines that drop are errors to the console, so it is not watched here."""
    context = chromium.new_context(base_url=line.url, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto("/file")
    page.get_by_role("button", name="电梯").click()
    page.wait_for_url("**/details")
    yield page
    page.wait_for_load_state("networkidle")
    context.close()


def uploads(page: Page) -> list[Request]:
    sent: list[Request] = []
    page.on("request", lambda r: sent.append(r) if r.url.endswith("/file/photos") else None)
    return sent


def test_f30_of_three_photos_only_the_one_that_was_cut_off_is_sent_again(page: Page, line: Line) -> None:
    sent = uploads(page)
    choose = page.locator("[name=photos]")
    choose.set_input_files([noise("1.jpg", (400, 300)), noise("2.jpg", (410, 300))])
    expect(page.locator(".photos img")).to_have_count(2)
    line.cut_at = 100_000
    large = noise("3.jpg", (900, 700))
    assert len(large["buffer"]) > 2 * line.cut_at
    choose.set_input_files([large])
    expect(page.locator(".photo.failed")).to_have_count(1)
    expect(page.locator(".said")).to_contain_text("没有传上")
    expect(page.locator(".photos img")).to_have_count(2)
    line.cut_at = None
    page.locator(".photo.failed").get_by_role("button", name="重试").click()
    expect(page.locator(".photos img")).to_have_count(3)
    assert len(sent) == 4


def test_f30_what_was_lost_goes_by_itself_when_the_network_is_back(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("[name=photos]").set_input_files([noise("1.jpg", (400, 300)), noise("2.jpg", (410, 300))])
    expect(page.locator(".photo.failed")).to_have_count(2)
    page.context.set_offline(False)
    expect(page.locator(".photos img")).to_have_count(2)
    expect(page.locator(".photo.failed")).to_have_count(0)


def test_a_failed_photo_is_sent_again_by_hand(page: Page) -> None:
    page.route("**/file/photos", lambda route: route.abort())
    page.locator("[name=photos]").set_input_files([noise("1.jpg", (400, 300))])
    failed = page.locator(".photo.failed")
    expect(failed).to_have_count(1)
    page.unroute("**/file/photos")
    failed.get_by_role("button", name="重试").click()
    expect(page.locator(".photos img")).to_have_count(1)
    page.reload()
    expect(page.locator(".photos img")).to_have_count(1)


def test_a_case_is_filed_though_a_photo_was_lost(page: Page) -> None:
    page.route("**/file/photos", lambda route: route.abort())
    page.get_by_label("发生了什么").fill("早上异响，停了两次")
    page.get_by_label("手机号").fill("13800138000")
    page.locator("[name=photos]").set_input_files([noise("1.jpg", (400, 300))])
    expect(page.locator(".photo.failed")).to_have_count(1)
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/check")
    expect(page.locator(".toasts")).to_contain_text("有 1 张照片未上传，可稍后补传")
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator("[data-reference]")).to_be_visible()


def test_the_next_step_waits_for_photos_on_their_way(page: Page, line: Line) -> None:
    page.get_by_label("发生了什么").fill("早上异响，停了两次")
    page.get_by_label("手机号").fill("13800138000")
    line.clear.clear()
    page.locator("[name=photos]").set_input_files([noise("1.jpg", (900, 700))])
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".said")).to_contain_text("照片还在上传")
    line.clear.set()
    page.wait_for_url("**/check")
    expect(page.locator("dl.summary img")).to_have_count(1)


def test_a_button_tapped_while_photos_travel_is_remembered(page: Page, line: Line) -> None:
    line.clear.clear()
    page.locator("[name=photos]").set_input_files([noise("1.jpg", (900, 700))])
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or "") if r.url.endswith("/details") else None)
    page.evaluate(
        """() => {
            const button = document.createElement("button");
            button.name = "echo"; button.value = "7"; button.textContent = "我也遇到";
            document.querySelector("form[data-draft]").appendChild(button);
        }"""
    )
    page.get_by_role("button", name="我也遇到").click()
    expect(page.locator(".said")).to_contain_text("照片还在上传")
    with page.expect_navigation():
        line.clear.set()
    assert 'name="echo"\r\n\r\n7' in sent[0]


def test_a_large_photo_is_made_small_on_the_telephone(page: Page) -> None:
    large = noise("8mb.jpg", (3000, 2400), quality=92)
    assert len(large["buffer"]) > 4_000_000
    with page.expect_request("**/file/photos", timeout=40_000) as sent:
        page.locator("[name=photos]").set_input_files([large])
    expect(page.locator(".photos img")).to_have_count(1)
    assert sent.value.sizes()["requestBodySize"] < len(large["buffer"]) / 3


def test_a_photo_the_telephone_cannot_read_is_sent_as_it_is(page: Page) -> None:
    """HEIC, and what old WeChat makes of a canvas: the server reads it, or says why not."""
    data = io.BytesIO()
    Image.effect_noise((1200, 900), 90).convert("RGB").save(data, "HEIF", quality=95)
    assert len(data.getvalue()) > 700_000
    heic: FilePayload = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": data.getvalue()}
    page.locator("[name=photos]").set_input_files([heic])
    expect(page.locator(".photos img")).to_have_count(1)


def test_what_is_no_photo_is_told_and_taken_away(page: Page) -> None:
    text: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    empty: FilePayload = {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": b""}
    choose = page.locator("[name=photos]")
    choose.set_input_files([text])
    expect(page.locator(".said")).to_contain_text("不是可以使用的照片")
    expect(page.get_by_role("button", name="重试")).to_have_count(0)
    page.get_by_role("button", name="删除").click()
    expect(page.locator(".photo.failed")).to_have_count(0)
    choose.set_input_files([empty])
    expect(page.locator(".said")).to_contain_text("这个文件是空的")


def test_six_photos_and_one_taken_out_without_leaving_the_page(page: Page) -> None:
    page.get_by_label("发生了什么").fill("还没有保存的话")
    page.locator("[name=photos]").set_input_files([noise(f"{n}.jpg", (80 + n, 60)) for n in range(7)])
    expect(page.locator(".said")).to_contain_text("最多 6 张照片")
    expect(page.locator(".photos img")).to_have_count(6)
    expect(page.locator(".empty-slot:visible")).to_have_count(0)
    page.get_by_role("button", name="删除 照片 1", exact=True).click()
    expect(page.locator(".photos img")).to_have_count(5)
    expect(page.locator(".empty-slot:visible")).to_have_count(1)
    expect(page.get_by_label("发生了什么")).to_have_value("还没有保存的话")


def test_a_telephone_offers_camera_and_album(chromium: Browser, desk: Desk) -> None:
    context = chromium.new_context(base_url=desk.url, viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto("/file")
    page.get_by_role("button", name="电梯").tap()
    camera, album = page.get_by_label("拍照"), page.get_by_label("选照片")
    expect(camera).to_have_attribute("capture", "environment")
    assert camera.get_attribute("multiple") is None
    assert album.get_attribute("multiple") is not None
    assert album.get_attribute("capture") is None
    camera.set_input_files([noise("1.jpg", (400, 300))])
    album.set_input_files([noise("2.jpg", (401, 300)), noise("3.jpg", (402, 300))])
    expect(page.locator(".photos img")).to_have_count(3)
    context.close()
