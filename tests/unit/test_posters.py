"""Posters: on each size of paper, with names of any length, and of text that would like to be markup (T17)."""

import socket
from datetime import UTC, datetime

import pytest

from shared.errors import Refused
from shared.exports import posters
from shared.exports.posters import Poster, Size
from shared.exports.typesetting import typeset
from shared.identity.models import Estate
from tests.paper import carries_code_of, fonts_of, lines_of, pages_of, text_of

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ADDRESS = "https://wuye.example.com/?place=k7m2x9qa"
POINTS = 72 / 25.4
LINE = {Size.A4: 174 * POINTS, Size.A6: 87 * POINTS, Size.FOUR: 87 * POINTS}


def _estate(**more: str) -> Estate:
    facts = {
        "name": "锦绣花园",
        "hotline": "020-8888 6666",
        "hours": "8:00–20:00",
        "emergency_line": "020-8888 6667",
        **more,
    }
    return Estate(**facts)


def _drawn(*names: str, size: Size = Size.A4, address: str = ADDRESS, **more: str) -> bytes:
    return posters.draw(_estate(**more), [Poster(name, address) for name in names], size, AT)


@pytest.mark.parametrize(("size", "sheets"), [(Size.A4, 5), (Size.A6, 5), (Size.FOUR, 2)])
def test_a_poster_says_the_same_on_every_size_of_paper(size: Size, sheets: int) -> None:
    pdf = _drawn("3号楼 2单元电梯", *(f"3号楼 {n}层" for n in range(4)), size=size)
    assert pages_of(pdf) == sheets
    lines = text_of(pdf).splitlines()
    for words in (
        "锦绣花园",
        "有事请说",
        "3号楼 2单元电梯",
        "wuye.example.com/?place=k7m2x9qa",
        "020-8888 6666",
        "接听时间 8:00–20:00",
        "020-8888 6667",
    ):
        assert words in lines, words


def test_the_code_may_be_scratched_and_leads_to_the_place() -> None:
    pdf = _drawn("大堂")
    assert carries_code_of(ADDRESS, pdf, "q")
    assert not carries_code_of(f"{ADDRESS}b", pdf, "q")


@pytest.mark.parametrize("size", list(Size))
@pytest.mark.parametrize("name", ["12号楼 " + "长" * 40, "楼" * 40 + " " + "长" * 60, "W" * 60])
def test_a_long_name_stays_on_the_paper(name: str, size: Size) -> None:
    """It is set smaller, and broken; nothing of it is lost."""
    pdf = _drawn(
        name, size=size, name="锦" * 60, hours="每天 8:00–20:00，" * 6, hotline="020-8888 6666 转 " + "1" * 20
    )
    assert pages_of(pdf) == 1
    assert "".join(name.split()) in "".join(text_of(pdf).split())
    for text, points in lines_of(pdf):
        signs = sum(sign > "⺀" for sign in text)
        assert signs * points <= LINE[size] + 1, text


@pytest.mark.parametrize(
    "text",
    [
        '#image("/etc/passwd")',
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        '#eval("1") *重* _斜_ $x^2$',
        '=HYPERLINK("http://127.0.0.1")',
        "<script>alert(1)</script>",
        "\\u{41} // 注 /* 注 */ @ref <label>",
        '"] #panic() [',
    ],
)
def test_text_that_looks_like_markup_is_printed_as_it_stands(text: str) -> None:
    """T17."""
    pdf = _drawn(text, name=text, hotline=text)
    said = "".join(text_of(pdf).split())
    assert said.count("".join(text.split())) == 3
    assert "root:" not in said


def test_nothing_is_fetched_that_a_name_names() -> None:
    """T17: the listener gets no visit."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        _drawn(f'#image("http://127.0.0.1:{port}/a.png")', f'<img src="http://127.0.0.1:{port}/">')
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_the_fonts_are_within_the_file_and_the_file_is_light() -> None:
    one, many = _drawn("大堂"), _drawn(*(f"{n}号楼 大堂" for n in range(posters.MOST)))
    assert fonts_of(one) == fonts_of(many) == (1, 1)
    assert len(one) < 40_000
    assert len(many) / posters.MOST < 10_000


def test_a_file_holds_no_more_than_sixty_and_never_none() -> None:
    for count, told in ((0, "还没有地点"), (posters.MOST + 1, "请按楼栋分开印")):
        with pytest.raises(Refused, match=told):
            _drawn(*["大堂"] * count)


def test_a_press_that_fails_is_no_empty_sheet() -> None:
    with pytest.raises(RuntimeError, match="the press failed on posters"):
        typeset("posters", {}, AT)
