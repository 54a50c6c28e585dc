"""Which columns the register shows; chosen by hand, kept in the address like everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from shared.catalogues import gettext as _
from shared.catalogues import lazy_gettext as _l
from shared.clock import local
from shared.identity.models import User
from shared.register.rows import CaseRow
from shared.words import CATEGORIES, CHANNELS, KINDS, Table
from staff.lists import Line, lines

# In the order in which they stand. The first five are drawn like every list of cases, the rest as plain words.
NAMES: Table = {
    "due": _l("时限"),
    "number": _l("档案编号"),
    "text": _l("摘要和地点"),
    "who": _l("处理人"),
    "stage": _l("状态"),
    "filed": _l("登记时间"),
    "responder": _l("首问责任人"),
    "kind": _l("性质"),
    "category": _l("类别"),
    "channel": _l("渠道"),
    "building": _l("楼栋"),
    "round": _l("轮次"),
}
USUAL = ("due", "number", "text", "who", "stage")
ALWAYS = "text"  # it is the way to the case


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line with the words of the columns that other lists do not have, by name of column."""

    line: Line
    more: Mapping[str, str]


def chosen(args: MultiDict[str, str]) -> tuple[str, ...]:
    """The columns an address asks for (`columns=number,who`, or once for each); nonsense means the usual ones."""
    asked = {name for value in args.getlist("columns") for name in value.split(",")} & set(NAMES)
    return tuple(name for name in NAMES if name in asked or name == ALWAYS) if asked else USUAL


def written(columns: Sequence[str]) -> str:
    """As the address has them; empty for the usual ones."""
    return "" if tuple(columns) == USUAL else ",".join(columns)


def draw(rows: list[CaseRow], columns: Sequence[str], user: User, *, several_estates: bool) -> list[Drawn]:
    """The lines of the register for *user*."""
    plain = [name for name in columns if name not in USUAL]
    told = lines(rows, user, several_estates=several_estates)
    return [
        Drawn(line, {name: _words(name, row) for name in plain}) for line, row in zip(told, rows, strict=True)
    ]


def _words(name: str, row: CaseRow) -> str:
    match name:
        case "filed":
            return f"{local(row.filed_at, row.zone):%Y-%m-%d %H:%M}"
        case "responder":
            return row.first_responder or "—"
        case "kind":
            return str(KINDS[row.kind])
        case "category":
            return str(CATEGORIES[row.category])
        case "channel":
            return str(CHANNELS[row.channel])
        case "building":
            return row.building or "—"
        case _:
            return _("第 %(n)s 轮", n=row.round)
