"""Flats (房号): which there are in which building. Nothing about who lives there is looked at."""

from collections.abc import Sequence
from datetime import datetime
from unicodedata import normalize

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from shared import words as trade
from shared.database import db
from shared.identity.models import Building, Estate, Unit, User
from shared.imports.fates import Fate, Outlook, Planned, formulas_of, refused
from shared.imports.headings import Column, Entry, Table, one_line

LONGEST = 40
COLUMNS = (
    Column(
        "building", "楼栋", ("楼号", "楼", "栋", "栋号", "幢", "楼宇", "楼栋号", "building"), True, "3号楼"
    ),
    Column(
        "unit",
        "房号",
        ("房间号", "房间", "单元房号", "户号", "室号", "门牌", "门牌号", "unit"),
        True,
        "2-1101",
    ),
)


def place_key(name: str) -> str:
    """`3号楼`, `３ 栋` and `3幢` are one building."""
    plain = "".join(normalize("NFKC", name).upper().split())
    for ending in ("号楼", "号栋", "栋", "幢", "座", "楼"):
        if plain.endswith(ending) and len(plain) > len(ending):
            return plain[: -len(ending)].lstrip("0") or plain
    return plain.lstrip("0") or plain


def buildings_of(estate: Estate) -> dict[str, Building]:
    """By the key of their names; of two that are written almost alike, the first."""
    found: dict[str, Building] = {}
    for building in db.session.scalars(
        select(Building).where(Building.estate_id == estate.id).order_by(Building.position, Building.id)
    ):
        found.setdefault(place_key(building.name), building)
    return found


def look(table: Table, estate: Estate, at: datetime, by: User) -> Outlook:
    """The fate of each row. A building that is not there yet is made with its first flat."""
    known = buildings_of(estate)
    standing = {
        (place_key(building.name), unit.name)
        for unit, building in db.session.execute(
            select(Unit, Building).join(Unit.building).where(Building.estate_id == estate.id)
        )
    }
    seen: dict[tuple[str, str], int] = {}
    made: dict[str, str] = {}
    rows = [_planned(entry, known, standing, seen, made) for entry in table.entries]
    return Outlook(rows, _remarks(made))


def _remarks(made: dict[str, str]) -> tuple[str, ...]:
    if not made:
        return ()
    names = trade.listed(list(made.values())[:12])
    said = ngettext(
        "会新加 %(num)s 栋楼：%(names)s", "会新加 %(num)s 栋楼：%(names)s", len(made), names=names
    )
    return (_("%(said)s。楼名写错了的话，请先改好再导入。", said=said),)


def _planned(
    entry: Entry,
    known: dict[str, Building],
    standing: set[tuple[str, str]],
    seen: dict[tuple[str, str], int],
    made: dict[str, str],
) -> Planned:
    building, unit = one_line(entry.text("building")), one_line(entry.text("unit"))
    title = f"{building} {unit}".strip()
    words = formulas_of(entry) or _faults(entry, building, unit)
    key = place_key(building), normalize("NFKC", unit)
    if not words and key in seen:
        words = [_("和第 %(n)s 行一样。", n=seen[key])]
    if words:
        return refused(entry, title, words)
    seen[key] = entry.number
    if key[0] in known and known[key[0]].ended_at is not None:
        ended = known[key[0]].name
        return refused(entry, title, [_("“%(name)s”停用了。要加房号，请先在“设置”里恢复。", name=ended)])
    if key in standing:
        return Planned(entry.number, title, Fate.SAME)
    if key[0] not in known:
        made.setdefault(key[0], building)
    return Planned(entry.number, title, Fate.NEW, what=(made.get(key[0], building), *key))


def _faults(entry: Entry, building: str, unit: str) -> list[str]:
    found = []
    for name, value, empty in (
        ("building", building, _("楼栋没有填。")),
        ("unit", unit, _("房号没有填。")),
    ):
        if not value:
            found.append(empty)
        elif len(value) > LONGEST:
            found.append(_("%(at)s 太长，最多 %(n)s 个字。", at=entry.cell(name).at, n=LONGEST))
    return found


def enter(rows: Sequence[Planned], estate: Estate, *, by: User, at: datetime) -> list[tuple[str, str]]:
    """Make the flats of these rows; nobody is invited, so there is nothing to hand out."""
    known = buildings_of(estate)
    position = db.session.scalar(
        select(func.coalesce(func.max(Building.position), 0)).where(Building.estate_id == estate.id)
    )
    for row in rows:
        name, key, unit = row.what
        if key not in known:
            position = (position or 0) + 1
            known[key] = Building(estate_id=estate.id, name=name, position=position)
            db.session.add(known[key])
            db.session.flush()
        db.session.add(Unit(building_id=known[key].id, name=unit))
    return []
