"""A scanned letter becomes photos of its pages; what is no letter, or means harm, is refused and harms nobody (T30)."""

import zlib
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from PIL import Image

from shared.attachments import papers
from shared.attachments.images import LARGEST_FILE, Reason, Unfit, prepare
from shared.attachments.papers import is_paper, pages

A4 = (595, 842)
COLOURS = ("red", "green", "blue")


def letter(*colours: str, size: tuple[int, int] = A4) -> bytes:
    """As a scanner makes it: a picture on each page."""
    first, *more = [Image.new("RGB", size, colour) for colour in colours]
    written = BytesIO()
    first.save(written, "PDF", save_all=True, append_images=more)
    return written.getvalue()


def why_refused(data: bytes, most: int = 6) -> Reason:
    with pytest.raises(Unfit) as refused:
        pages(data, most)
    return refused.value.reason


def test_each_page_is_a_photo_in_its_order() -> None:
    found = [prepare(page) for page in pages(letter(*COLOURS), 6)]
    assert [(page.width, page.height) for page in found] == [(1448, 2048)] * 3
    middles = [Image.open(BytesIO(page.jpeg)).getpixel((700, 1000)) for page in found]
    brightest = [pixel.index(max(pixel)) for pixel in middles if isinstance(pixel, tuple)]
    assert brightest == [0, 1, 2]


def test_a_scanners_words_before_the_letter_hide_it_from_nobody() -> None:
    assert is_paper(b"\r\n" + letter("red"))
    assert not is_paper(b"\x89PNG")
    assert not is_paper(b" " * 1024 + letter("red"))


def test_more_pages_than_there_is_room_for_are_refused_before_one_is_drawn() -> None:
    assert why_refused(letter(*COLOURS), most=2) is Reason.TOO_MANY_PAGES
    assert why_refused(letter("red"), most=0) is Reason.TOO_MANY_PAGES


@pytest.mark.parametrize("cut", [9, 60, 300])
def test_half_a_letter_is_said_to_be_broken(cut: int) -> None:
    assert why_refused(letter("red")[:cut]) is Reason.BROKEN


def test_a_letter_without_pages_is_broken() -> None:
    nothing = BytesIO()
    pdfium.PdfDocument.new().save(nothing)
    assert why_refused(nothing.getvalue()) is Reason.BROKEN


def test_a_page_a_kilometre_long_stays_small() -> None:
    document = pdfium.PdfDocument.new()
    document.new_page(10, 2_834_645)
    written = BytesIO()
    document.save(written)
    (page,) = [prepare(page) for page in pages(written.getvalue(), 6)]
    assert page.height <= 2048
    assert page.width <= 2


def test_a_letter_too_large_is_not_even_looked_at() -> None:
    assert why_refused(letter("red") + bytes(LARGEST_FILE)) is Reason.TOO_LARGE


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a hundred thousand strokes: with more patience it would come out in some ten seconds."""
    monkeypatch.setattr("shared.attachments.papers._PATIENCE", 1)
    assert why_refused(_drawn(b"q " + b"0 0 m 500 500 l S " * 100_000)) is Reason.BROKEN


def test_two_kilobytes_that_unfold_to_half_a_gigabyte_do_not_take_it() -> None:
    """A small machine would end the desk for it."""
    bomb = zlib.compress(zlib.compress(bytes(600 << 20), 1), 9)
    assert why_refused(_drawn(bomb, b"/Filter[/FlateDecode/FlateDecode]")) is Reason.BROKEN


def test_letters_are_drawn_one_after_the_other_and_nobody_waits_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.attachments.papers._PATIENCE", 0.1)
    with papers._one_at_a_time:
        assert why_refused(letter("red")) is Reason.BUSY
    monkeypatch.undo()
    assert len(pages(letter("red"), 6)) == 1


@pytest.mark.parametrize("said", [b"\x00", b"\x00\x00\x00\x09short", b"\xff\xff\xff\xff"])
def test_what_the_program_says_is_believed_no_more_than_the_letter(said: bytes) -> None:
    with pytest.raises(Unfit) as refused:
        papers._cut(said)
    assert refused.value.reason is Reason.BROKEN


def _drawn(strokes: bytes, coded: bytes = b"") -> bytes:
    """The smallest document around what draws a page."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(strokes), coded, strokes),
    ]
    body = b"%PDF-1.4\n"
    for number, part in enumerate(parts, 1):
        body += b"%d 0 obj%s endobj\n" % (number, part)
    return body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"
