"""QR posters (海报): the place, where to say what is wrong, whom to call; on A4, A6, or four of A6 on a sheet of A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _

from shared.errors import Refused
from shared.exports.typesetting import code_of, typeset
from shared.identity.models import Estate
from shared.identity.spots import MOST_IN_BUILDING

MOST = MOST_IN_BUILDING  # a second of work, and paper enough; beyond it, building by building


class Size(StrEnum):
    A4 = "a4"
    A6 = "a6"
    FOUR = "four"  # four of A6 on a sheet of A4, to be cut


@dataclass(frozen=True, slots=True)
class Poster:
    """*address* is what the code holds, whole."""

    place: str
    address: str


def draw(estate: Estate, posters: Sequence[Poster], size: Size, at: datetime) -> bytes:
    """The PDF. Raises Refused when there are none, or more than one file should hold."""
    if not posters:
        raise Refused(_("还没有地点。请先加一个。"))
    if len(posters) > MOST:
        raise Refused(_("一次最多印 %(n)s 张。请按楼栋分开印。", n=MOST))
    return typeset(
        "posters",
        {
            "size": size.value,
            "estate": {
                "name": estate.name,
                "hotline": estate.hotline,
                "hours": estate.hours,
                "emergency": estate.emergency_line,
            },
            "words": _words(),
            "posters": [_facts(poster) for poster in posters],
        },
        at,
    )


def _facts(poster: Poster) -> dict[str, str]:
    """A quarter of the code may be lost: in a lift, posters are scratched and written on."""
    _scheme, _colon, letters = poster.address.partition("://")
    return {
        "place": poster.place,
        "letters": letters or poster.address,
        "code": code_of(poster.address, error="q"),
    }


def _words() -> dict[str, str]:
    return {
        "title": _("有事请说"),
        "lead": _("谁先受理，谁负责到底。"),
        "scan": _("微信扫一扫，地点已经填好"),
        "easy": _("投诉、报修、求助，约 1 分钟。不用下载，不用注册。"),
        "or_type": _("扫不了码，请在浏览器里输入"),
        "hotline": _("服务电话"),
        "hours": _("接听时间"),
        "emergency": _("电梯困人、漏电、火警，请直接打电话"),
    }
