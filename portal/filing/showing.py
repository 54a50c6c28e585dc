"""A draft read back: the lines of the check page."""

from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import wording
from portal.filing import visit
from portal.filing.answers import Answers
from portal.filing.form import DetailsForm
from shared import words
from shared.cases.vocabulary import TOPICS

HINTS: dict[str, LazyString] = {
    "lift": _l("困人、异响、停运"),
    "water_power": _l("漏水、停电、堵塞"),
    "cleaning": _l("垃圾、异味、绿化"),
    "noise": _l("装修、宠物、抛物"),
    "parking": _l("乱停、占道、充电"),
    "gate": _l("门禁、巡逻、外人"),
    "public": _l("路灯、健身、大门"),
    "attitude": _l("员工、态度、效率"),
    "fees": _l("物业费、公共收益"),
    "home": _l("报修，上门修理"),
    "errand": _l("求助，搬运、开门"),
    "other": _l("由客服帮您分"),
}


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    value: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Tile:
    topic: str
    value: str
    label: str
    hint: str


def tiles() -> list[Tile]:
    """The choices of step one, in the words people use; a tap settles kind and category."""
    return [
        Tile(topic, f"{category}:{topic}", str(words.TOPICS[topic]), str(HINTS.get(topic, "")))
        for topic, (_kind, category) in TOPICS.items()
    ]


def matter(answers: Answers) -> str:
    if not answers.get("category"):
        return ""
    return wording.matter(answers.get("kind", "complaint"), answers["category"], answers.get("topic"))


def _label(field: object) -> str:
    return str(field.label.text)  # type: ignore[attr-defined]


def _choice(field: object) -> str:
    return dict(field.choices)[field.data]  # type: ignore[attr-defined]


def _time(text: str | None) -> str:
    return (text or "").replace("T", " ")


def place(form: DetailsForm) -> str:
    """`3号楼 2单元电梯`, as far as it was said."""
    building = _choice(form.building) if form.building.data else ""
    return " ".join(part for part in (building, form.spot.data) if part)


def _visit(form: DetailsForm) -> str:
    """The day and the part of it, as they were picked; empty without a day."""
    if not form.visit_on.data:
        return ""
    return f"{visit.named(date.fromisoformat(form.visit_on.data))} {_choice(form.visit_part)}"


def summary(answers: Answers, form: DetailsForm) -> list[Line]:
    """What will be sent, in the order of the questions; answers left empty are left out, but for the main ones."""
    anonymous = bool(form.anonymous.data)
    described = form.description.data or ""
    if form.call_me.data:
        described = "\n".join(part for part in (described, _("请给我打电话，我口头说")) if part)
    contact = _("匿名，凭查询号和回执码查询") if anonymous else form.phone.data or form.email.data
    rows: list[tuple[str, str | None, str]] = [
        (_("问题"), matter(answers), ""),
        (_label(form.building), place(form) or _("没有写"), "building"),
        (_label(form.description), described, "description"),
        (_("上门修理"), _visit(form), "visit_on"),
        (_label(form.unit), None if anonymous else form.unit.data, "unit"),
        (_("怎么联系您"), contact, "phone"),
        (_label(form.name), None if anonymous else form.name.data, "name"),
        (_label(form.email), None if anonymous or not form.phone.data else form.email.data, "email"),
        (_label(form.urgency), _("紧急") if form.urgency.data == "urgent" else None, "urgency-0"),
        (_label(form.demands), form.demands.data, "demands"),
        (_label(form.occurred_at), _time(form.occurred_at.data), "occurred_at"),
        (_label(form.wanted_reply_by), _time(form.wanted_reply_by.data), "wanted_reply_by"),
        (_label(form.about), form.about.data, "about"),
        (
            _label(form.about_department),
            _choice(form.about_department) if form.about_department.data else None,
            "about_department",
        ),
    ]
    return [Line(name, value, _change(field)) for name, value, field in rows if value]


def _change(field: str) -> str:
    return url_for("portal.details", _anchor=field) if field else url_for("portal.file")
