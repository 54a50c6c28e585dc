"""The receipt as a picture, for whoever keeps things in the album of the telephone; it needs no script."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import segno
from flask import Response
from flask_babel import gettext as _
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

from portal import blueprint, wording
from portal.tracking import doors, presenting
from shared import addresses
from shared.cases import links
from shared.cases.models import Case

WIDTH, MARGIN = 1080, 80
INK, SOFT, PAPER, SEAL = "#1B1F24", "#59605F", "#FFFFFF", "#B3261E"
SMALL, PLAIN, LARGE, HUGE = 40, 46, 60, 124
QR, QUIET = 420, 64  # four modules of white around it, or scanners miss it
LEADING = 1.45


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    size: int = PLAIN
    colour: str = INK
    above: int = 0  # further space over it


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(sans_path()), size)


@blueprint.get("/c/<token>/receipt.png")
def receipt_picture(token: str) -> Response:
    """Opened it can be pressed and saved, in WeChat too."""
    door = doors.of_link(token)
    picture = draw(door.case(), addresses.whole(addresses.private_link(token)))
    response = Response(picture, mimetype="image/png")
    response.headers["Content-Disposition"] = 'inline; filename="receipt.png"'
    return doors.private(response)


def draw(case: Case, link: str) -> bytes:
    """Numbers, what was promised, the telephone; and the private link as a code to scan."""
    lines = _broken(_lines(case))
    height = MARGIN * 2 + sum(_height(line) for line in lines) + QR + QUIET
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, 18), fill=SEAL)
    y = MARGIN
    for line in lines:
        pen.text((MARGIN, y + line.above), line.text, font=_font(line.size), fill=line.colour)
        y += _height(line)
    picture.paste(_code(link), (MARGIN, y + QUIET))
    held = BytesIO()
    picture.quantize(16).save(held, "PNG", optimize=True)
    return held.getvalue()


def _lines(case: Case) -> list[Line]:
    estate, code = case.estate, links.receipt_code(case)
    unlock = _("没有链接时，用查询号加回执码查。")
    return [
        Line(estate.name, LARGE),
        Line(_("诉求回执"), PLAIN, SOFT),
        Line(_("查询号"), SMALL, SOFT, above=50),
        Line(case.shown_reference, HUGE),
        Line(_("回执码"), SMALL, SOFT, above=20),
        Line(f"{code[:3]} {code[3:]}", LARGE),
        Line(_("档案编号"), SMALL, SOFT, above=20),
        Line(case.archive_number, LARGE),
        Line(_("%(day)s收到", day=wording.date(case.received_at, estate.zone)), PLAIN, above=40),
        *(Line(name) for name in dict.fromkeys(promise.name for promise in presenting.promises(case))),
        Line(_("服务电话"), SMALL, SOFT, above=40),
        Line(estate.hotline, LARGE),
        Line(_("接听时间") + " " + estate.hours, SMALL, SOFT),
        Line(unlock, SMALL, SOFT, above=40),
        Line(_("这张图不要发给别人。"), SMALL, SEAL),
    ]


def _height(line: Line) -> int:
    return line.above + round(line.size * LEADING)


def _broken(lines: list[Line]) -> list[Line]:
    """What is too long for the width goes on below: Chinese breaks anywhere, other words between words."""
    found: list[Line] = []
    for line in lines:
        parts = _parts(line.text, _font(line.size))
        found += [
            Line(part, line.size, line.colour, line.above if n == 0 else 0) for n, part in enumerate(parts)
        ]
    return found


def _parts(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    parts, held = [], ""
    for character in text:
        if held and font.getlength(held + character) > WIDTH - 2 * MARGIN:
            cut = held.rfind(" ") + 1 if character.isascii() and held[-1].isascii() else 0
            parts.append(held[:cut] if cut else held)
            held = held[cut:] if cut else ""
        held += character
    return [*parts, held]


def _code(link: str) -> Image.Image:
    held = BytesIO()
    code = segno.make(link, error="m", micro=False)
    side, _side = code.symbol_size(border=0)
    code.save(held, kind="png", scale=QR // side, border=0)
    return Image.open(held).convert("RGB")
