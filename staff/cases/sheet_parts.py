"""What the forms of a case have in common: who it is from, what was said, what was done, who signs."""

from datetime import datetime

from flask import g, request
from flask_babel import gettext as _

from shared import clock, words
from shared.audit.models import TimelineRow
from shared.cases import measures, participation
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Validity
from shared.errors import NotFound
from shared.exports.record_sheets import Part, Signature
from shared.revisits.models import Revisit
from staff.access import me
from staff.cases import facts, round_queries, wording
from staff.cases.round_queries import RoundRecord


def asked_round(case: Case) -> int:
    """From the address. Raises NotFound for one there has not been."""
    asked = request.args.get("round", str(case.round))
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 4 and 0 < int(asked) <= case.round):
        raise NotFound
    return int(asked)


def procedure(case: Case) -> str:
    """`客户投诉处理程序 WHVK/QP-15-02　A/1`: the rules it is handled by, with their edition (VK-8)."""
    rules = measures.rules_of(case)
    return f"{rules.title} {rules.number}　{rules.edition}".strip() if rules else ""


def serial(record: RoundRecord) -> str:
    number = record.case.archive_number
    return _("%(number)s 第 %(n)s 轮", number=number, n=record.number) if record.case.round > 1 else number


def footer(case: Case) -> str:
    return _(
        "查询号 %(reference)s · %(name)s %(at)s 打印",
        reference=case.shown_reference,
        name=me().name,
        at=clock.written(g.at, case.estate.zone),
    )


def top(case: Case, revealed: str = "") -> list[tuple[str, str]]:
    """Name, channel, contact: as far as the page tells them to whoever prints. *revealed* is `phone`."""
    who = facts.party(case, revealed)
    return [
        (_("客户姓名"), who.head if who else _("匿名")),
        (_("投诉渠道"), str(words.CHANNELS[case.channel])),
        (_("联系方式"), "  ".join(filter(None, [who.phone, who.email, who.unit])) if who else ""),
    ]


def content(record: RoundRecord) -> str:
    """Of a further round why there is one, then what was said in the beginning."""
    case, said = record.case, []
    if record.number > 1:
        cause, why = wording.cause_of_round(record.opened.cause), record.why_opened
        said.append(_("第 %(n)s 轮：%(why)s", n=record.number, why=f"{cause} {why}".strip()))
    if case.statement:
        said.append(case.statement.description)
        if case.statement.demands:
            said.append(_("要求：%(what)s", what=case.statement.demands))
    return "\n".join(filter(None, said))


def content_part(record: RoundRecord, name: str) -> Part:
    """What was said, by when an answer is wanted, who wrote it down."""
    first, opened = record.dossier.rows[0], record.opened
    by, at = (first.actor_id, first.at) if record.number == 1 else (opened.opened_by_id, opened.opened_at)
    return Part(
        name,
        content(record),
        notes=[(_("要求回复时间"), record.on(record.case.wanted_reply_by))],
        signatures=[Signature(_("（记录人）签名"), record.name(by) or _("诉求人本人填写"), record.on(at))],
    )


def handling(record: RoundRecord) -> list[str]:
    """What was found, what was planned, what came of it."""
    finding, plan, resolution = record.finding, record.plan, record.resolution
    said = []
    if finding:
        found = _("查明：%(fault)s。", fault=words.FAULTS[finding.fault])
        said.append(found + record.words(finding.words_id))
    if plan:
        said.append(_("措施：%(what)s", what=record.words(plan.words_id)))
    if resolution:
        outcome = words.OUTCOMES[resolution.outcome]
        said.append(_("结果：%(outcome)s。%(what)s", outcome=outcome, what=record.words(resolution.words_id)))
    return said


def told(record: RoundRecord, row: TimelineRow) -> str:
    """How the party was told of the result, and what."""
    how = words.METHODS.get(row.data.get("method", ""), "")
    return _("已告知（%(how)s）：%(what)s", how=how, what=record.said(row))


def signed(record: RoundRecord, role: str, by_id: int | None, at: datetime) -> Signature:
    return Signature(role, record.name(by_id), record.on(at))


def handler_signed(record: RoundRecord) -> Signature:
    last = record.resolution or record.plan or record.finding
    return signed(record, _("经办人签名"), last.by_id, last.at) if last else Signature(_("经办人签名"))


def customer_signed(record: RoundRecord) -> Signature:
    """At the door, on the owner's page, or by telephone, which is said instead of a signature (VK-4j, TR-12, TR-16)."""
    revisit, rated = record.revisit, record.rating
    picture = (
        b"" if participation.is_party_kept_from(record.case, me()) else round_queries.signature_of(record)
    )
    if revisit and picture:
        return Signature(_("客户签名"), date=record.on(revisit.at), picture=picture)
    if revisit and revisit.reached and revisit.method == "telephone":
        return Signature(_("客户签名"), _("电话回访"), record.on(revisit.at))
    if rated:
        return Signature(_("客户签名"), _("本人网上评价"), record.on(rated.at))
    return Signature(_("客户签名"))


def revisitor_signed(record: RoundRecord) -> Signature:
    revisit = record.revisit
    if revisit is None:
        return Signature(_("签名"))
    names = filter(None, [record.name(revisit.by_id), record.name(revisit.companion_id)])
    return Signature(_("签名"), words.listed(names), record.on(revisit.at))


def lines(said: list[str]) -> str:
    return "\n".join(filter(None, said))


def validity(record: RoundRecord) -> str:
    """As it was last judged in that round, else as it stands; empty while nobody has judged."""
    triage = record.last(Act.TRIAGE)
    judged = triage.data.get("validity", "") if triage else record.case.validity
    return str(words.VALIDITIES[judged]) if judged != Validity.UNDECIDED else ""


def answers(revisit: Revisit) -> tuple[str, str, str]:
    """In time, content with the result, courteous; empty where nobody was asked (VK-4k)."""
    return (
        _yes_no(revisit.timely, _("及时"), _("不及时")),
        _yes_no(revisit.satisfied, _("满意"), _("不满意")),
        _yes_no(revisit.courteous, _("态度好"), _("态度不好")),
    )


def _yes_no(answer: bool | None, yes: str, no: str) -> str:
    return "" if answer is None else yes if answer else no
