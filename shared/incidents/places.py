"""Where a report is about, from its form and from what it says. Pure."""

import re
from dataclasses import dataclass

_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_TOP = 99  # the floor of 顶楼

_BUILDING = re.compile(
    rf"(?<![这那哪每整同\d])第?({_NUMBER}|[a-z])(?:号楼|[号#]?栋|幢|#楼?|[号]搂|好楼)|({_NUMBER})楼(?={_NUMBER}单元)"
    r"|(?<![a-z\d])(\d{1,2}|[a-h])座|(?<![\d-])(\d{1,2})(?=-\d{1,2}-\d{3,4})"
)
_ELSEWHERE = re.compile(r"(隔壁|对面|旁边|不像|人家|前面|后面|邻近|不是)(的|是)?$")
_HOME = re.compile(r"(我住|我是|我家|家住|住在|本人)(在|是)?$")
_UNIT = re.compile(rf"({_NUMBER}|[a-d甲乙丙丁])(?:单元|门洞)|(?<![\d-])\d{{1,2}}-(\d{{1,2}})(?=-\d{{3,4}})")
_FLOOR = re.compile(rf"(?<![号负下第\d-])({_NUMBER})(?:楼|层)(?!栋|{_NUMBER}单元)")
_TOP_FLOOR = re.compile(r"顶楼|顶层|最高层")
_ROOM = re.compile(
    r"(?<!\d)(\d{3,4})(?:室|房|户|号房|住户|家|业主)|(?:号楼|栋|幢|座|单元|楼|#|-)(\d{3,4})(?![\d年元块天瓦度米个次])"
)
_LEVEL = re.compile(
    rf"(?:负|地下|-)({_NUMBER})(?:层|楼)|负([一二三四])|(?<![a-z\d])b([1-4])(?!\d)"
    rf"|(?:地库|车库|停车场)({_NUMBER})(?:层|楼)"
)
_GARAGE = re.compile(r"地库|车库|地下停车|停车场(?!费)|地下室")
# Below a building of its own, not in the garage of all.
_CELLAR = re.compile(r"地下室|储[藏物]|杂物[间房]")
_VEHICLES = re.compile(r"地库|车库|停车|车位|充电桩")
_GATE = re.compile(
    r"([东南西北]{1,2}|[前后侧正])(?:大|侧|小)?门(?!禁|诊|店|铺)|(\d|[一二三四五])号(?:大)?门(?!禁)"
)
_ZONE = re.compile(r"([东南西北])(?:区|侧|边|头|面)|(?<![a-z\d])([a-h])区|区([a-h])(?![a-z\d])")
# Spots that many matters have.
_EVERYWHERE = re.compile(
    r"全楼|整栋|楼下|楼上|楼道|门口|附近|旁边|外面|里面|厨房|卫生间|客厅|阳台|家里|小区|广场|走廊|绿化带|电梯|单元|\d+室?|[旁口内里边侧]"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Empty sets mean: not said."""

    buildings: frozenset[str]
    units: frozenset[str]
    floors: frozenset[int]
    rooms: frozenset[str]
    levels: frozenset[str]
    gates: frozenset[str]
    zones: frozenset[str]
    garage: bool
    named: bool  # the report's own words name the building
    grounds: bool  # the form names no building but a place of all: 小区, 地下车库


def _value(written: str) -> str:
    """One way to write a number: 十二 → 12; letters, and what is no number, stay."""
    if written.isdigit():
        return str(int(written))
    tens, ten, ones = written.partition("十")
    if not ten:
        return "".join(str(_DIGITS.get(c, c)) for c in written)
    if {tens, ones} <= {"", *_DIGITS}:
        return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
    return written


def _values(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    return frozenset(_value(next(filter(None, found.groups()))) for found in pattern.finditer(text))


def _buildings(form: str, text: str) -> tuple[frozenset[str], bool]:
    """The report's words go before the form, which often holds the owner's own building."""
    said: set[str] = set()
    homes: set[str] = set()
    for found in _BUILDING.finditer(text):
        before = text[max(0, found.start() - 4) : found.start()]
        if _ELSEWHERE.search(before):
            continue
        (homes if _HOME.search(before) else said).add(_value(next(filter(None, found.groups()))))
    if said:
        return frozenset(said), True
    return (_values(_BUILDING, form) or (frozenset() if form else frozenset(homes))), False


def place(building: str, spot: str, text: str) -> Place:
    """All three in plain writing."""
    everything = f"{building}，{spot}，{text}"
    buildings, named = _buildings(building, f"{spot}，{text}")
    rooms = _values(_ROOM, everything) | ({spot} if re.fullmatch(r"\d{3,4}", spot) else frozenset())
    # Where the form says a floor, floors in the text are what was seen or heard, not where.
    floors = {int(v) for v in _values(_FLOOR, spot) or _values(_FLOOR, text) if v.isdigit()}
    floors |= {int(room) // 100 for room in rooms}
    if _TOP_FLOOR.search(everything):
        floors.add(_TOP)
    levels = _values(_LEVEL, everything)
    return Place(
        buildings=buildings,
        units=_values(_UNIT, everything),
        floors=frozenset(floors),
        rooms=frozenset(rooms),
        levels=levels,
        gates=_values(_GATE, f"{building}，{spot}") or _values(_GATE, text),
        zones=_values(_ZONE, f"{building}，{spot}") or _values(_ZONE, text),
        garage=_in_garage(everything, bool(buildings), bool(levels)),
        named=named,
        grounds=bool(building) and not buildings,
    )


def _in_garage(everything: str, with_building: bool, with_level: bool) -> bool:
    if with_building and _CELLAR.search(everything) and not _VEHICLES.search(everything):
        return False
    return with_level or _GARAGE.search(everything) is not None


def without_places(text: str) -> str:
    for pattern in (_BUILDING, _UNIT, _LEVEL, _FLOOR):
        text = pattern.sub("", text)
    return text


def telling(spot: str) -> str:
    """The spot when it names one particular thing, as 班车 or 大堂 do; else empty."""
    return _EVERYWHERE.sub("", without_places(spot))
