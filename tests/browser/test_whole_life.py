"""The whole life of a case, everybody at a browser of their own: owner, dispatcher, handlers, assistant, specialist."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import DESKTOP, LOBBY, PHONE, Desk

Open = Callable[..., Page]

WORDS = "3号楼2单元电梯又坏了，早上困了我半个小时，按铃没人理"
TELEPHONE = "13800138000"
NAME = "王秀兰"


def photo() -> FilePayload:
    """A photo as a phone takes it: large, with a place and a time in its EXIF."""
    image = Image.new("RGB", (3000, 2000), "#8a9a8f")
    ImageDraw.Draw(image).rectangle((900, 200, 2100, 1900), fill="#5b6570")
    exif = Image.Exif()
    exif[0x010F] = "ThePhoneOfAnOwner"
    data = io.BytesIO()
    image.save(data, "JPEG", exif=exif)
    return {"name": "IMG_2026.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


@dataclass
class Receipt:
    """What the owner holds afterwards."""

    reference: str
    code: str
    archive_number: str
    link: str


def file_a_complaint(page: Page) -> Receipt:
    page.goto("/")
    page.get_by_role("link", name="我要反映").click()
    page.get_by_role("button", name="电梯").click()
    page.wait_for_url("**/details")  # its script is there then, and listens
    page.get_by_label("在哪里").select_option(label="3号楼")
    page.get_by_label("发生了什么").fill(WORDS)
    page.locator("[name=photos]").set_input_files([photo()])
    expect(page.locator(".photos img")).to_have_count(1)
    page.get_by_label("手机号").fill("138 0013 8000")
    page.get_by_label("怎么称呼您").fill(NAME)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("核对")
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url("**/receipt")
    holder = page.locator("[data-reference]")
    link = page.locator("a[href*='/c/']").first.get_attribute("href")
    number = page.get_by_text("JX-").first.inner_text()
    return Receipt(
        reference=holder.get_attribute("data-reference") or "",
        code=holder.get_attribute("data-code") or "",
        archive_number="JX-" + number.split("JX-")[1][:7],
        link=(link or "").removesuffix("/receipt"),
    )


class Stage:
    """Everybody's browser on one case."""

    def __init__(self, desk: Desk, browse: Open, staff: Open) -> None:
        self.desk = desk
        self.owner = browse(PHONE)
        self.lobby = browse(LOBBY)
        self.dispatcher = staff("limin")
        self.handler = staff("wangqiang", PHONE)
        self.second_handler = staff("zhaolei", PHONE)
        self.assistant = staff("liujie")
        self.specialist = staff("chenjing", DESKTOP)
        self.receipt = file_a_complaint(self.owner)

    def act(self, page: Page, name: str, button: str, **answers: str) -> None:
        """Open the case, take the act called *name*, answer, press *button*; a refusal fails the test."""
        page.goto(f"/staff/cases/{self.receipt.archive_number}")
        page.locator("main").get_by_role("link", name=name, exact=True).click()
        for field, answer in answers.items():
            self._answer(page, field, answer)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("#toasts")).not_to_be_empty()

    def _answer(self, page: Page, field: str, answer: str) -> None:
        control = page.locator(f"main [name={field}]")
        kind = control.first.evaluate("e => e.type || e.tagName")
        if kind == "radio":
            page.locator(f"main [name={field}][value='{answer}']").check()
        elif kind == "select-one":
            value = control.locator("option", has_text=answer).first.get_attribute("value")
            control.select_option(value=value)
        else:
            control.fill(answer)

    def press(self, page: Page, button: str) -> None:
        """One act without questions."""
        page.goto(f"/staff/cases/{self.receipt.archive_number}")
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("#toasts")).not_to_be_empty()

    def owner_reads(self, *words: str) -> None:
        self.owner.goto(self.receipt.link)
        for said in words:
            expect(self.owner.locator("main")).to_contain_text(said)

    def lobby_reads(self, *words: str) -> None:
        """The board shows the stage, and nothing of the person."""
        self.lobby.goto("/board/jinxiu")
        board = self.lobby.content()
        for said in words:
            assert said in board, f"{said} is not on the board"
        for private in (NAME, TELEPHONE, TELEPHONE[-4:], WORDS[:8], self.receipt.reference):
            assert private not in board, f"{private} is on the board"


def live(stage: Stage) -> None:
    number = stage.receipt.archive_number
    stage.owner_reads("已收到", WORDS)
    stage.lobby_reads("待受理")

    stage.press(stage.dispatcher, "领取")
    stage.owner_reads("已受理", "首问责任人", "李敏")
    stage.act(stage.dispatcher, "研判", "研判", validity="valid")
    stage.act(stage.dispatcher, "派单", "派单", handler="王强", requirements="请先到现场安抚住户")
    stage.owner_reads("已派单", "工程部")
    stage.lobby_reads("已派单")

    stage.press(stage.handler, "签收")
    stage.act(stage.handler, "联系诉求人", "联系诉求人", method="telephone", reached="yes", note="已致歉")
    stage.act(stage.handler, "写给业主", "发给业主", note="维保师傅已到现场，正在更换门机皮带")
    stage.act(stage.handler, "内部备注", "只记给内部", note="维保费用走年度合同")
    stage.owner_reads("处理中", "正在更换门机皮带")
    assert "年度合同" not in stage.owner.content()
    stage.lobby_reads("办理中")

    result = "更换门机皮带并试运行两小时，恢复正常"
    stage.act(stage.handler, "办结", "办结", outcome="resolved", result=result)
    stage.owner_reads("已处理", result)
    stage.act(stage.handler, "反馈结果", "反馈结果", note="皮带已换，维保单已签")
    stage.act(
        stage.dispatcher,
        "告知结果",
        "已这样告知诉求人",
        method="telephone",
        note="电梯已恢复运行，给您添麻烦了",
    )
    stage.owner_reads("待您确认", "电梯已恢复运行")
    stage.lobby_reads("待回访")

    stage.act(
        stage.assistant,
        "回访",
        "回访",
        method="telephone",
        reached="yes",
        satisfied="no",
        timely="yes",
        courteous="yes",
        opinions="今天早上又停了一次",
    )
    stage.owner_reads("已受理", "首问责任人", "李敏")
    stage.dispatcher.goto(f"/staff/cases/{number}")
    expect(stage.dispatcher.locator("main")).to_contain_text("第 2 轮")

    stage.act(stage.dispatcher, "派单", "派单", handler="赵磊")
    stage.press(stage.second_handler, "签收")
    better = "更换控制主板，连续观察一天未再停梯"
    stage.act(stage.second_handler, "办结", "办结", outcome="resolved", result=better)
    stage.act(
        stage.dispatcher, "告知结果", "已这样告知诉求人", method="telephone", note="主板已更换，请您放心使用"
    )
    stage.act(
        stage.assistant,
        "回访",
        "回访",
        method="telephone",
        reached="yes",
        satisfied="yes",
        timely="yes",
        courteous="yes",
    )
    stage.act(stage.specialist, "结案", "结案")
    stage.owner_reads("已结案", better, "李敏")
    stage.lobby_reads("已结案")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
def test_a_case_lives_from_filing_to_closure(desk: Desk, browse: Open, staff: Open) -> None:
    live(Stage(desk, browse, staff))


def test_a_photo_comes_back_without_where_and_when_it_was_taken(desk: Desk, browse: Open) -> None:
    owner = browse(PHONE)
    receipt = file_a_complaint(owner)
    owner.goto(receipt.link)
    address = owner.locator("main a:has(img)").first.get_attribute("href") or ""
    answer = owner.request.get(address)
    assert answer.status == 200
    image = Image.open(io.BytesIO(answer.body()))
    assert max(image.size) == 2048
    assert not image.getexif()
    stranger = browse(PHONE)
    assert stranger.request.get(address.replace(receipt.link, "/c/AAAAAAAAAAAAAAAAAAAAAA")).status == 404
