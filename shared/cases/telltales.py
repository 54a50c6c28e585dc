"""What in a text would say whose case it tells of, who worked on it, or where: names, telephones, flats, plates.

Each question gives the words that tell, as they stand in the text without spaces, or nothing.
"""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import or_, select

from shared.audit.models import TimelineRow
from shared.cases.models import Case, Participation
from shared.database import db
from shared.identity.models import Building, User

# A room, a telephone, a plate: in a line that is read in passing, three figures in a row are nobody's business.
_FIGURES = re.compile(r"\d{3}|\d+[-–—]\d+|室|单元")
# In a longer text a year, a sum or a voltage may be told, and the lines that everybody calls.
_MEASURED = (
    "年|月|日|天|小时|点|分|秒|元|万|%|°|度|伏|瓦|安|赫|米|毫米|厘米|公斤|吨|升|平|人|次|件|个|条|台|部|:"
    "|(?:k?[vw]|hz|[cm]?m|kg)(?![a-z])"
)
_DATES = re.compile(r"20\d\d[-/.]\d{1,2}[-/.]\d{1,2}")
_NUMBERS = re.compile(
    r"\d(?:[-–—()]*\d){6,}"  # a telephone
    rf"|(?<!\d)(?!(?:12345|1[12]\d)(?!\d))\d{{3,}}(?!\d|\.|{_MEASURED})"  # a room
    rf"|\d+(?:[-–—]\d+)+(?!\d|[-–—]\d|{_MEASURED})"  # a flat
    r"|[\da-z一二三四五六七八九十百〇零]+(?:室(?![内外温])|号房|单元|栋|幢|号楼)"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·•.]?(?=[a-z]*\d)[a-z0-9]{4,6}"  # a plate
)
_CALLED = "(?:女士|先生|小姐|太太|阿姨|大爷|大妈|师傅|经理|主任|主管|队长)"
# What people type who give no name: it names nobody.
_NOBODY = frozenset({"业主", "住户", "租户", "租客", "匿名", "先生", "女士", "不详"})
_TAIL = 7  # the last figures of a telephone, from which it is known
_SHORTEST_UNIT = 3  # characters: a unit called 5 would be found in every text


def _folded(text: str) -> str:
    """Without what is not seen, and letters and figures of one width and case; spaces stay."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join("".join(kept).casefold().split())


def _closed_up(text: str) -> str:
    return _folded(text).replace(" ", "")


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group() if match else ""


def figures_in(text: str) -> str:
    """Anything in a short line that may be a number of somebody's, a room or a staircase."""
    return _found(_FIGURES, _closed_up(text))


def numbers_in(text: str) -> str:
    """What reads like a telephone, a flat or a plate."""
    return _found(_NUMBERS, _DATES.sub("", _closed_up(text)))


def party_in(case: Case, text: str) -> str:
    """The name, flat, telephone or address of whoever reported *case*."""
    party = case.party
    if party is None:
        return ""
    said = _closed_up(text)
    given = [_closed_up(value or "") for value in (party.unit, party.email)]
    known = [value for value in given if len(value) >= _SHORTEST_UNIT and value in said]
    return (known or [_name_in([party.name], text) or _tail_in(party.phone, said)])[0]


def _tail_in(phone: str | None, said: str) -> str:
    tail = re.sub(r"\D", "", phone or "")[-_TAIL:]
    return tail if len(tail) == _TAIL and tail in re.sub(r"[-–—().·]", "", said) else ""


def staff_in(case: Case, text: str) -> str:
    """The name of somebody who had to do with *case*, or whom it is about."""
    acted = select(TimelineRow.actor_id).where(TimelineRow.case_id == case.id)
    part = select(Participation.user_id).where(Participation.case_id == case.id)
    concerned = or_(User.id.in_(acted), User.id.in_(part.where(Participation.user_id.is_not(None))))
    return _name_in(db.session.scalars(select(User.name).where(concerned)), text)


def _name_in(names: Iterable[str | None], text: str) -> str:
    """The first of *names* in *text*, in whole or as one is called by the surname (`王女士`)."""
    spaced, said = _folded(text), _closed_up(text)
    for name in (_folded(name or "") for name in names):
        if not name or name in _NOBODY:
            continue
        if name.isascii():
            found = _found(re.compile(rf"(?<![a-z]){re.escape(name)}(?![a-z])"), spaced)
        else:
            whole = name.replace(" ", "")
            surname = whole[: 2 if len(whole) == 4 else 1]
            found = whole if len(whole) > 1 and whole in said else ""
            found = found or _found(re.compile(re.escape(surname) + _CALLED), said)
        if found:
            return found
    return ""


def building_in(case: Case, text: str) -> str:
    """A building of the estate, by its name."""
    said = _closed_up(text)
    here = db.session.scalars(select(Building.name).where(Building.estate_id == case.estate_id))
    names = (_closed_up(name) for name in here)
    # A building that is called 1 or A would be found in every text.
    return next((name for name in names if len(name) > 1 and not name.isdigit() and name in said), "")
