"""The rows of the register kept so far, cell by cell: what each says, and what is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from shared import clock, sealing
from shared import words as trade
from shared.cases import links, outside_orders
from shared.cases.filing import Report
from shared.cases.telephones import normalised
from shared.cases.vocabulary import Category, Channel, Kind
from shared.identity.models import Building, Estate
from shared.imports import saying
from shared.imports.fates import Fate, Planned, formulas_of, refused
from shared.imports.headings import Column, Entry, one_line
from shared.imports.sheets import folded
from shared.imports.units import buildings_of, place_key

LONGEST = {"number": outside_orders.LONGEST, "spot": 60, "name": 40, "unit": 40, "about": 120}
COLUMNS = (
    Column(
        "number",
        "原编号",
        ("编号", "序号", "台账编号", "投诉编号", "单号", "工单号", "流水号", "档案编号"),
        True,
        "2025-018",
    ),
    Column(
        "on",
        "日期",
        ("登记日期", "投诉日期", "受理日期", "接报日期", "时间", "投诉时间", "受理时间", "登记时间"),
        True,
        "2025-03-08",
    ),
    Column("kind", "性质", ("类型", "诉求类型", "事项性质"), False, "投诉"),
    Column("category", "类别", ("分类", "投诉类别", "投诉类型", "诉求类别", "问题类别"), True, "设施设备"),
    Column("building", "楼栋", ("楼号", "栋号", "楼", "幢"), False, "3号楼"),
    Column("spot", "地点", ("位置", "具体位置", "发生地点"), False, "2单元电梯"),
    Column(
        "words",
        "内容",
        ("投诉内容", "诉求内容", "事项", "问题描述", "投诉事由", "事由", "描述"),
        True,
        "电梯门关不上",
    ),
    Column("name", "姓名", ("业主姓名", "投诉人", "诉求人", "业主", "称呼", "来电人"), False, "王女士"),
    Column("phone", "电话", ("联系电话", "手机", "手机号", "联系方式", "业主电话"), False, "13800138000"),
    Column("unit", "房号", ("房间号", "业主房号", "门牌号", "住址"), False, "3-2-1101"),
    Column("channel", "来源", ("渠道", "投诉渠道", "受理方式", "来源渠道", "投诉方式"), False, "热线电话"),
    Column("about", "被投诉人", ("涉及人员", "投诉对象", "被投诉部门或人员"), False, ""),
    Column("state", "状态", ("办理状态", "处理状态", "是否办结", "是否完成", "进度"), False, "已结案"),
    Column(
        "done_on",
        "办结日期",
        ("完成日期", "结案日期", "办结时间", "完成时间", "处理日期"),
        False,
        "2025-03-10",
    ),
    Column(
        "result",
        "结果",
        ("处理结果", "办理结果", "处理情况", "处理措施", "回复内容", "处理意见"),
        False,
        "更换了门锁",
    ),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the old register, understood. *done_at* is None while it is open."""

    number: str
    seed: bytes
    digest: str
    report: Report
    at: datetime
    done_at: datetime | None
    result: str


def seed_of(estate: Estate, number: str) -> bytes:
    """One row of one estate's old register is one case for ever, whoever imports it however often."""
    return links.seed_of(f"former register {estate.id} {number}")


class Reading:
    """One file read against one estate; remembers the numbers above."""

    def __init__(self, estate: Estate, at: datetime) -> None:
        self.estate, self.at = estate, at
        self.buildings = buildings_of(estate)
        self.named: dict[str, Mapping[str, str]] = {
            "category": saying.categories(),
            "kind": saying.kinds(),
            "channel": saying.channels(),
            "state": saying.states(),
        }
        self.above: dict[str, int] = {}

    def planned(self, entry: Entry) -> Planned:
        number = outside_orders.as_written(one_line(entry.text("number")))
        title = f"{number} {one_line(entry.text('words'))[:24]}".strip()
        faults = formulas_of(entry)
        kept = self._kept(entry, number, faults)
        if not faults and number in self.above:
            faults.append(_("原编号和第 %(n)s 行一样。", n=self.above[number]))
        if faults or kept is None:
            return refused(entry, title, faults)
        self.above[number] = entry.number
        state = _("已办结，存档") if kept.done_at else _("没办结，从导入起计时")
        return Planned(entry.number, title, Fate.NEW, [state], kept)

    def _kept(self, entry: Entry, number: str, faults: list[str]) -> Kept | None:
        if not number:
            faults.append(_("原编号要填，最多 %(n)s 个字。", n=LONGEST["number"]))
        words = entry.text("words").strip()
        if not words:
            faults.append(_("内容没有填。"))
        began, done = self._times(entry, faults)
        report = self._report(entry, words, faults)
        if faults or began is None:
            return None
        digest = sealing.index(
            json.dumps({name: cell.text for name, cell in sorted(entry.cells.items())}), "former row"
        ).hex()
        return Kept(number, seed_of(self.estate, number), digest, report, began, done, entry.text("result"))

    def _times(self, entry: Entry, faults: list[str]) -> tuple[datetime | None, datetime | None]:
        """When it was reported, and when it was settled; None of what is open, or cannot be read."""
        began = self._instant(entry, "on", faults)
        if not entry.text("on"):
            faults.append(_("日期没有填。"))
        done = self._instant(entry, "done_on", faults)
        state = self._named(entry, "state", faults)
        if not state:
            state = saying.CLOSED if done or entry.text("result") else saying.OPEN
        if began is None or state == saying.OPEN:
            return began, None
        done = done or began
        if done < began:
            faults.append(_("办结日期在登记日期之前。"))
        if done <= self.at - timedelta(days=self.estate.erased_after):
            faults.append(_("办结已超过保留期限（%(n)s 天），个人信息不能再存。", n=self.estate.erased_after))
        return began, max(done, began)

    def _instant(self, entry: Entry, name: str, faults: list[str]) -> datetime | None:
        cell = entry.cell(name)
        if not cell.text:
            return None
        found = saying.instant(cell.value, self.estate.zone)
        if found is None or clock.local(found, self.estate.zone).year not in clock.YEARS:
            faults.append(
                _("%(at)s 看不懂日期“%(said)s”，请写成 2025-03-08。", at=cell.at, said=cell.text[:20])
            )
            return None
        # Of today without a time, midday may not have come yet.
        if clock.local_date(found, self.estate.zone) > clock.local_date(self.at, self.estate.zone):
            faults.append(_("%(at)s 的日期还没有到。", at=cell.at))
            return None
        return min(found, self.at)

    def _named(self, entry: Entry, name: str, faults: list[str]) -> str:
        """The code of what a cell says; empty when it says nothing."""
        said = one_line(entry.text(name))
        code = self.named[name].get(folded(said), "") if said else ""
        if said and not code:
            offered: trade.Table = {
                "category": trade.CATEGORIES,
                "kind": trade.KINDS,
                "channel": trade.CHANNELS,
            }.get(name, {})
            names = trade.listed(word for key, word in offered.items() if key != Channel.INTERNAL)
            faults.append(
                _(
                    "%(at)s 看不懂“%(said)s”。可以填：%(names)s。",
                    at=entry.cell(name).at,
                    said=said[:20],
                    names=names or _("已结案、办理中"),
                )
            )
        return code

    def _building(self, entry: Entry, faults: list[str]) -> Building | None:
        said = one_line(entry.text("building"))
        found = self.buildings.get(place_key(said)) if said else None
        if said and found is None:
            faults.append(_("%(at)s 没有“%(said)s”这栋楼。", at=entry.cell("building").at, said=said[:20]))
        return found

    def _report(self, entry: Entry, words: str, faults: list[str]) -> Report:
        given = {name: one_line(entry.text(name)) for name in ("spot", "name", "unit", "about")}
        for name, text in given.items():
            if len(text) > LONGEST[name]:
                faults.append(_("%(at)s 太长，最多 %(n)s 个字。", at=entry.cell(name).at, n=LONGEST[name]))
        phone = one_line(entry.text("phone"))
        if phone and normalised(phone) is None:
            faults.append(_("%(at)s 不像电话号码。", at=entry.cell("phone").at))
        building = self._building(entry, faults)
        category, kind = self._named(entry, "category", faults), self._named(entry, "kind", faults)
        return Report(
            kind=Kind(kind or Kind.COMPLAINT),
            category=Category(category or Category.OTHER),
            channel=Channel(self._named(entry, "channel", faults) or Channel.HOTLINE),
            description=words,
            building_id=building.id if building else None,
            phone=phone,
            anonymous=not (given["name"] or phone or given["unit"]),
            spot=given["spot"],
            name=given["name"],
            unit=given["unit"],
            about=given["about"],
        )
