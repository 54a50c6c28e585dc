"""The case in facts: what it is, where, who reported it, who has had to do with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared import words
from shared.cases import participation
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.cases.telephones import masked
from shared.catalogues import gettext as _
from shared.clock import local
from shared.policies import versions
from staff.access import me
from staff.cases import gravity, reception, wording
from staff.cases.queries import Dossier

Pairs = list[tuple[str, Any]]

STAGE_MARK = {
    State.CLOSED: "kept",
    State.ARCHIVED: "kept",
    State.WITHDRAWN: "ended",
    State.REFERRED: "parked",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The reporting party as the page shows it; numbers are masked until they are asked for."""

    head: str
    unit: str
    phone: str
    email: str
    phone_open: bool
    email_open: bool


def place(case: Case, shut: bool = False) -> str:
    """*shut*: the case is sealed to the reader, and with it where exactly it was."""
    parts = (case.building.name if case.building else "", "" if shut else case.spot or "")
    return " ".join(part for part in parts if part)


def title(case: Case, shut: bool = False) -> str:
    """What and where, as people would call it."""
    if case.is_internal:
        return str(words.CHANNELS[case.channel])
    subject = words.TOPICS.get(case.topic or "", words.CATEGORIES[case.category])
    return " · ".join(part for part in (str(subject), place(case, shut)) if part)


def chips(case: Case, severity: str = "") -> list[tuple[str, str]]:
    """(state of the mark, word): where it stands, and what makes it special. *severity*: `重大 · 暂定`."""
    found = [(STAGE_MARK.get(case.stage, "running"), words.state_name(case.state))]
    if case.urgency == "urgent":
        found.append(("broken", _("紧急")))
    if case.severity == "major":
        found.append(("broken", severity or _("重大")))
    if case.complexity == "complex":
        found.append(("", _("复杂")))
    if case.validity == "invalid":
        found.append(("ended", _("认定无效")))
    if case.erased_at is not None:
        found.append(("ended", _("个人信息已删除")))
    elif case.sealed_at is not None:
        found.append(("parked", _("已封存")))
    if case.round > 1:
        found.append(("near", _("第 %(n)s 轮", n=case.round)))
    return found


def _urgency(case: Case) -> str:
    word = str(words.URGENCIES[case.urgency])
    if case.urgency_reported != case.urgency:
        return _("%(now)s（诉求人报的是%(then)s）", now=word, then=words.URGENCIES[case.urgency_reported])
    return word


def facts(dossier: Dossier, now: datetime, shut: bool = False) -> Pairs:
    """*shut*: the case is sealed to the reader; what is of the person's own making is left out."""
    case = dossier.case
    zone = case.estate.zone
    filing = dossier.rows[0].data if dossier.rows else {}
    version = case.policy_version

    def said(at: datetime | None) -> str:
        return wording.when(at, now, zone) if at else ""

    return [
        (_("性质"), words.KINDS[case.kind]),
        (_("类别"), words.CATEGORIES[case.category]),
        (_("地点"), place(case, shut)),
        (_("渠道"), words.CHANNELS[case.channel]),
        (_("对方编号"), "" if dossier.orders else filing.get("their_number", "")),
        (_("原编号"), filing.get("former", "")),
        (_("接待要点"), reception.told(filing)),
        (_("发生时间"), said(case.occurred_at)),
        (_("接报时间"), said(case.received_at)),
        (_("登记时间"), said(case.filed_at) if case.filed_at != case.received_at else ""),
        (_("希望答复"), "" if shut else said(case.wanted_reply_by)),
        (_("方便上门"), "" if shut else _visit(case, now)),
        (_("紧急程度"), _urgency(case)),
        (_("严重程度"), gravity.word(case, dossier.grading)),
        (_("复杂程度"), words.COMPLEXITIES[case.complexity]),
        (_("有效性"), words.VALIDITIES[case.validity]),
        *circumstances(dossier),
        (_("查询号"), case.shown_reference),
        (_("适用规则"), _("%(name)s 第 %(n)s 版", name=versions.policy_of(version).title, n=version.version)),
    ]


def _visit(case: Case, now: datetime) -> str:
    """`11 月 24 日 08:00–12:00`: when somebody is at home for a repair."""
    if case.visit_from is None or case.visit_until is None:
        return ""
    zone = case.estate.zone
    return f"{wording.when(case.visit_from, now, zone)}–{local(case.visit_until, zone):%H:%M}"


def circumstances(dossier: Dossier) -> Pairs:
    """Whose fault, and what came of it: nothing is said of what nobody has found."""
    found = dossier.finding
    flags = [str(called) for name, called in wording.FOUND.items() if found and getattr(found, name)]
    return [
        (_("责任"), words.FAULTS[dossier.case.fault]),
        (_("损失"), _("%(n)s 元", n=found.loss) if found and found.loss else ""),
        (_("一起反映"), _("%(n)s 人", n=found.people) if found and found.people else ""),
        (_("查明"), words.listed(flags)),
    ]


def people(dossier: Dossier, now: datetime) -> Pairs:
    """Lead department and handler, and how far they are."""
    case, assignment = dossier.case, dossier.assignment
    handler = dossier.name(case.handler_id)
    if handler and assignment:
        zone = case.estate.zone
        handler += (
            _("（%(time)s 签收）", time=wording.when(assignment.accepted_at, now, zone))
            if assignment.accepted_at
            else _("（还没签收）")
        )
    return [
        (_("主办"), dossier.department(case.lead_department_id)),
        (_("处理人"), handler),
        (
            _("希望办完"),
            wording.when(assignment.wanted_by, now, case.estate.zone)
            if assignment and assignment.wanted_by
            else "",
        ),
        (_("专项小组"), _group(dossier)),
        (
            _("移交中"),
            _("等%(name)s接手首问责任", name=dossier.name(dossier.transfer.receiver_id))
            if dossier.transfer
            else "",
        ),
    ]


def _group(dossier: Dossier) -> str:
    """`组长高峰，成员孙丽、高峰`: the task group of the present round, as it was last formed (AH-3.3c)."""
    formed = [r for r in dossier.rows if r.round == dossier.case.round and r.data.get("group")]
    if not formed:
        return ""
    group = formed[-1].data["group"]
    leaders = [r.data["to"] for r in formed if r.act == Act.TASK_GROUP and r.data["to"] in group]
    names = _("、").join(map(dossier.name, group))
    if not leaders:
        return names
    return _("组长%(leader)s，成员%(names)s", leader=dossier.name(leaders[-1]), names=names)


def responsible_since(dossier: Dossier) -> str:
    """The day on which the present first responder took it."""
    case = dossier.case
    for row in reversed(dossier.rows):
        took = row.act in ("claim", "takeover", "reopening") and row.actor_id == case.first_responder_id
        if took and (row.act != "takeover" or row.data.get("accepted")):
            return wording.day(row.at, case.estate.zone)
    return ""


def masked_email(address: str) -> str:
    """`w***@example.com`"""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def party(case: Case, revealed: str = "", *, is_kept: bool | None = None) -> Shown | None:
    """Who reported it; None when anonymous. *revealed* is `phone` or `email`.

    Of a complaint about staff nobody but the specialist, the director and supervision is told who made it.
    """
    who = case.party
    if who is None:
        return None
    if participation.is_party_kept_from(case, me()) if is_kept is None else is_kept:
        return Shown(
            _("涉及员工，诉求人身份保密。要联系，请找投诉专员、主任或督导。"), "", "", "", False, False
        )
    kind = str(words.PARTY_TYPES[who.type])
    return Shown(
        head=" ".join(part for part in (who.name or "", kind) if part),
        unit=who.unit or "",
        phone=(who.phone if revealed == "phone" else masked(who.phone)) if who.phone else "",
        email=(who.email if revealed == "email" else masked_email(who.email)) if who.email else "",
        phone_open=revealed == "phone",
        email_open=revealed == "email",
    )
