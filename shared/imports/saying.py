"""What the cells of a register say, understood: kinds, categories, channels, states and days as estates write them."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from shared import words as trade
from shared.cases.vocabulary import Category, Channel, Kind
from shared.imports.sheets import Value, folded

CLOSED, OPEN = "closed", "open"
_CATEGORIES = {
    Category.FACILITIES: ("设施", "设备", "工程", "维修", "工程维修", "电梯", "水电", "公共设施", "设施维修"),
    Category.SECURITY: ("安全", "秩序", "安保", "保安", "停车", "车辆", "消防", "秩序维护", "车辆管理"),
    Category.ENVIRONMENT: ("环境", "卫生", "保洁", "清洁", "绿化", "噪音", "环境绿化", "保洁绿化"),
    Category.ATTITUDE: ("态度", "服务", "客服", "客户服务", "人员服务", "员工服务"),
    Category.OTHER: ("其它", "综合", "收费", "费用", "邻里纠纷", "装修"),
}
_KINDS = {
    Kind.COMPLAINT: ("投诉件", "意见", "投诉建议"),
    Kind.REPAIR: ("维修", "报事", "报事报修"),
    Kind.HELP: ("咨询", "求助咨询", "建议", "服务"),
}
_CHANNELS = {
    Channel.HOTLINE: ("电话", "热线", "来电", "客服电话"),
    Channel.WALK_IN: ("上门", "前台", "现场", "当面"),
    Channel.LETTER: ("信函", "书信", "信件"),
    Channel.EMAIL: ("邮件", "邮箱"),
    Channel.FORUM: ("论坛", "业主论坛", "微信群", "业主群"),
    Channel.CITY_HOTLINE: ("12345", "政务热线", "市长热线", "12345工单"),
    Channel.STREET_OFFICE: ("街道", "居委会", "社区", "街道办事处"),
    Channel.RELAY: ("转达", "员工", "巡查", "管家"),
    Channel.PORTAL: ("网站", "网页", "小程序", "微信", "公众号"),
}
_STATES = {
    CLOSED: (
        "已结案",
        "已办结",
        "办结",
        "结案",
        "完成",
        "已完成",
        "已处理",
        "关闭",
        "已关闭",
        "已解决",
        "完结",
        "是",
    ),
    OPEN: ("办理中", "处理中", "未办结", "未结案", "未完成", "待处理", "跟进中", "进行中", "未解决", "否"),
}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时](\d{1,2})?.*)?")
MIDDAY = time(12, 0)  # of a day without a time: no zone and no summer time moves it to another


def _names(also: Mapping[Any, tuple[str, ...]], table: trade.Table) -> dict[str, str]:
    with force_locale("zh_Hans"):
        named = {folded(str(name)): code for code, name in table.items()}
    return {folded(name): code for code, names in also.items() for name in (code, *names)} | named


def categories() -> dict[str, str]:
    return _names(_CATEGORIES, trade.CATEGORIES)


def kinds() -> dict[str, str]:
    return _names(_KINDS, trade.KINDS)


def channels() -> dict[str, str]:
    """Never a report from inside: what was told in confidence stands in no common table (CO-M5)."""
    found = _names(_CHANNELS, trade.CHANNELS)
    return {name: code for name, code in found.items() if code not in (Channel.INTERNAL, Channel.PARTNER)}


def states() -> dict[str, str]:
    return {folded(name): code for code, names in _STATES.items() for name in (code, *names)}


def instant(value: Value, zone: str) -> datetime | None:
    """The instant that a cell means in the estate's zone, or None when it means no day."""
    if isinstance(value, datetime):
        wall = value if value.time() != time() else datetime.combine(value.date(), MIDDAY)
    elif isinstance(value, date):
        wall = datetime.combine(value, MIDDAY)
    else:
        found = _DAY.fullmatch(normalize("NFKC", value).strip())
        if found is None:
            return None
        year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
        try:
            on = date(year or 0, month or 0, day or 0)
            wall = datetime.combine(on, MIDDAY if hour is None else time(hour, minute or 0))
        except ValueError:
            return None
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
