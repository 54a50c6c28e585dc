"""The copy of one's data in words: sections of lines, as the page and its print show them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.cases.models import Case
from shared.clock import local
from shared.notifications import reasons
from shared.retention import copies, wording
from shared.words import Table

CHANNELS: Table = {
    "mail": _l("邮件"),
    "sms": _l("短信"),
    "push": _l("网页提醒"),
    "wechat": _l("微信"),
}
Line = tuple[str, str]
When = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of data; *photos* by id. *empty* says that there is none of it."""

    title: str
    lines: list[Line] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    empty: str = ""


def sections(case: Case) -> list[Section]:
    """Everything in `copies.of`, in the order in which people ask for it."""
    copy, zone = copies.of(case), case.estate.zone

    def when(instant: datetime) -> str:
        return f"{local(instant, zone):%Y-%m-%d %H:%M}"

    return [
        Section(_("这件事"), _matter(copy, case, when)),
        Section(_("您是谁"), _party(copy["party"]), empty=_("没有记下您是谁。")),
        Section(_("您反映的"), _statement(copy["statement"], when)),
        Section(_("照片"), photos=[p["id"] for p in copy["photos"]], empty=_("没有照片。")),
        Section(_("经过和文字"), [_happened(row, when) for row in copy["timeline"]]),
        Section(_("您的评价"), [_answer(row, when) for row in copy["answers"]], empty=_("还没有。")),
        Section(_("发给您的通知"), _messages(copy, when), empty=_("没有发过。")),
        Section(
            _("谁打开过您的信息"), [_viewed(row, when) for row in copy["viewed"]], empty=_("没有人打开过。")
        ),
        Section(_("您的请求"), [_request(row, when) for row in copy["requests"]], empty=_("还没有。")),
    ]


def _filled(*lines: tuple[str, Any]) -> list[Line]:
    return [(name, str(value)) for name, value in lines if value]


def _about(copy: dict[str, Any], case: Case) -> str:
    subject = words.TOPICS.get(case.topic or "", words.CATEGORIES[copy["category"]])
    return f"{words.KINDS[copy['kind']]} · {subject}"


def _matter(copy: dict[str, Any], case: Case, when: When) -> list[Line]:
    return _filled(
        (_("查询号"), copy["reference"]),
        (_("档案编号"), copy["archive_number"]),
        (_("事项"), _about(copy, case)),
        (_("从哪里来"), words.CHANNELS[copy["channel"]]),
        (_("对方编号"), words.listed(copy["numbers_elsewhere"])),
        (_("登记时间"), when(copy["filed_at"])),
        (_("办完"), when(copy["ended_at"]) if copy["ended_at"] else ""),
        (_("封存"), when(copy["sealing_at"]) if copy["sealing_at"] else ""),
        (_("删除"), when(copy["erasure_at"]) if copy["erasure_at"] else ""),
        (_("提交时的个人信息说明"), copy["notice_version"]),
    )


def _party(party: dict[str, Any] | None) -> list[Line]:
    if party is None:
        return []
    return _filled(
        (_("身份"), words.PARTY_TYPES[party["type"]]),
        (_("称呼"), party["name"]),
        (_("手机号"), party["phone"]),
        (_("邮箱"), party["email"]),
        (_("房号"), party["unit"]),
    )


def _statement(said: dict[str, Any], when: When) -> list[Line]:
    def at(name: str) -> str:
        return when(said[name]) if said[name] else ""

    return _filled(
        (_("地点"), " ".join(part for part in (said["building"], said["spot"]) if part)),
        (_("情况"), said["description"]),
        (_("希望"), said["demands"]),
        (_("涉及"), said["about"]),
        (_("发生时间"), at("occurred_at")),
        (_("希望答复"), at("wanted_reply_by")),
        (_("在家时间"), " – ".join(part for part in (at("visit_from"), at("visit_until")) if part)),
        (_("回电"), _("请给我打电话") if said["call_me"] else ""),
        (_("匿名"), _("是") if said["anonymous"] else ""),
    )


def _happened(row: dict[str, Any], when: When) -> Line:
    act = str(words.ACTS_FOR_OWNERS.get(row["act"], words.ACTS[row["act"]]))
    return when(row["at"]), "\n".join(part for part in (act, row["words"]) if part)


def _answer(row: dict[str, Any], when: When) -> Line:
    said: dict[bool | None, str] = {True: _("是"), False: _("否")}
    marks = [
        (_("满意"), said.get(row.get("satisfied"))),
        (_("解决"), said.get(row.get("solved"))),
        (_("及时"), said.get(row.get("timely"))),
        (_("态度好"), said.get(row.get("courteous"))),
    ]
    level = words.RATINGS.get(row.get("level", ""), "")
    told = [str(level), *(_("%(name)s：%(value)s", name=name, value=value) for name, value in marks if value)]
    act = {"ratings": "rating", "appeals": "appeal", "revisits": "revisit"}[row["of"]]
    return when(row["at"]), " ".join([str(words.ACTS_FOR_OWNERS[act]), *(part for part in told if part)])


def _messages(copy: dict[str, Any], when: When) -> list[Line]:
    found = []
    for m in copy["messages"]:
        name = CHANNELS.get(m["channel"], _("通知"))
        if m["state"] == "sent":
            how = _("已发送")
        else:
            how = _("没有发出：%(why)s", why=reasons.shown(m["reason"])) if m["reason"] else _("等待发送")
        found.append((when(m["sent_at"] or m["made_at"]), f"{name} {how}"))
    found += [(when(a["made_at"]), _("您开了%(name)s", name=_name(a))) for a in copy["addresses"]]
    return found


def _name(address: dict[str, Any]) -> str:
    return str(CHANNELS.get(address["channel"], _("通知")))


def _viewed(row: dict[str, Any], when: When) -> Line:
    roles = words.listed(words.ROLES[role] for role in row["roles"]) or _("工作人员")
    return when(row["at"]), f"{roles} {wording.what(row['what'])}"


def _request(row: dict[str, Any], when: When) -> Line:
    answer = {True: _("已同意"), False: _("没有同意"), None: _("等待答复")}[row["granted"]]
    return when(row["at"]), f"{wording.REQUESTS[row['kind']]} {answer}"
