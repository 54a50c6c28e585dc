"""What the record says of an entry: the article in its words, what happened, who had it how long, what was decided."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from shared import words
from shared.assessment import plain as assessing
from shared.assessment import wording
from shared.assessment.models import Decision, Entry
from shared.assessment.reckoning import Reckoning
from shared.assessment.rulebook import rules_of
from shared.assessment.sharing import Division, Share
from shared.assessment.standing import Origin
from shared.cases import acting
from shared.cases.models import Case
from shared.deadlines import plain
from shared.deadlines.postponing import postponements_of
from shared.deadlines.promises import promise, span
from shared.identity.queries import every_department, names_of
from shared.policies import clauses
from shared.retention import archive
from shared.web.language import chosen
from staff.access import me
from staff.assessment_lines import whose
from staff.cases import wording as spoken
from staff.cases.facts import title

Pairs = list[tuple[str, str]]


def summary(entry: Entry, case: Case | None, now: datetime) -> Pairs:
    """Who, what, when, and who says so. *case*: as far as it is open to whoever looks."""
    zone = entry.estate.zone
    who = whose(entry)
    if entry.person_id and entry.department:
        who = _("%(name)s（%(what)s）", name=who, what=entry.department.name)
    by = entry.proposed_by.name if entry.proposed_by else _("系统按记录提出")
    what = str(wording.ORIGINS[entry.origin])
    return [
        (_("谁"), who),
        (_("怎么来的"), what),
        (_("什么时候"), spoken.when(entry.occurred_at, now, zone)),
        (_("哪件诉求"), title(case, archive.is_shut(case, me(), now)) if case else ""),
        (_("谁提出的"), _("%(name)s，%(when)s", name=by, when=spoken.when(entry.proposed_at, now, zone))),
    ]


def article(entry: Entry) -> dict[str, Any]:
    """Where it stands, what it is called, and what the rule book of that time says in plain words."""
    known = entry.clause in clauses.known_clauses()
    return {
        "clause": entry.clause,
        "title": clauses.title(entry.clause, chosen()) if known else "",
        "source": clauses.source(entry.clause, chosen()) if known else "",
        "lines": list(_said(entry)),
    }


def _said(entry: Entry) -> Iterator[plain.Line]:
    rules = rules_of(entry)
    if rules is None:
        return
    keys = {f"amount {entry.rule}", f"finding {entry.rule}"}
    if entry.origin in (Origin.DOUBLING, Origin.ADVICE):
        keys = {"in_a_row"}
    for section in assessing.sections(rules):
        yield from (line for line in section.lines if line.key in keys)


def happened(entry: Entry, found: Reckoning, case: Case | None, now: datetime) -> dict[str, Any]:
    """The clock with both its due times, who moved it, who had the case how long, and what was seen."""
    zone, deadline = entry.estate.zone, found.deadline
    return {
        "promise": promise(deadline, now, zone) if deadline else None,
        "clock": _clock(entry, found, now),
        "moves": _moves(entry, case, now),
        "shares": _shares(entry, found.division) if found.division else [],
        "flags": [str(wording.FLAGS[flag]) for flag in found.flags if flag in wording.FLAGS],
        "special_report": bool(entry.evidence.get("special_report")),
        "follows": _follows(entry),
        "note": entry.note,
    }


def _follows(entry: Entry) -> str:
    """Why the machine proposed it, of what follows from violations in a row (GZ-19)."""
    name = entry.about.person.name if entry.about is not None and entry.about.person else ""
    if entry.origin == Origin.DOUBLING:
        return _("%(name)s连续违规，条款要求部门负责人一并加倍。", name=name)
    if entry.origin == Origin.ADVICE:
        return _("%(name)s连续违规，条款要求提出劝退建议，由公司决定。", name=name)
    return ""


def _clock(entry: Entry, found: Reckoning, now: datetime) -> Pairs:
    deadline, zone = found.deadline, entry.estate.zone
    if deadline is None:
        return []
    met = deadline.met_at
    late = (met or deadline.ended_at or now) - deadline.due_at
    moved = deadline.due_at != deadline.original_due_at
    return [
        (_("起算"), spoken.when(deadline.started_at, now, zone)),
        (_("原来时限"), spoken.when(deadline.original_due_at, now, zone)),
        (_("改后时限"), spoken.when(deadline.due_at, now, zone) if moved else _("没有改过")),
        (_("做完"), spoken.when(met, now, zone) if met else _("还没有做")),
        (_("晚了"), span(late) if late > timedelta() else ""),
    ]


def _moves(entry: Entry, case: Case | None, now: datetime) -> list[dict[str, str]]:
    """Who put the time off, until when and why; why only where the case is open to the reader and not sealed."""
    moves = entry.evidence.get("moves", [])
    names = names_of(move["by"] for move in moves)
    is_told = case is not None and not archive.is_shut(case, me(), now)
    why = {}
    if moves and case is not None and is_told:
        why = {(p.act, p.at): acting.words_of(p.words_id) for p in postponements_of(case)}
    zone = entry.estate.zone
    return [
        {
            "act": str(words.ACTS[move["act"]]),
            "by": names.get(move["by"] or 0, _("诉求人")),
            "at": spoken.when(_read(move["at"]), now, zone),
            "until": spoken.when(_read(move["until"]), now, zone),
            "why": why.get((move["act"], _read(move["at"])), ""),
        }
        for move in moves
    ]


def _read(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _shares(entry: Entry, division: Division) -> list[dict[str, str]]:
    """Each who had it, the longest first, then the waiting, which is nobody's; nothing where nothing lasted."""
    whole = sum(share.ms for share in division.shares) + division.waiting_ms
    if not whole:
        return []
    names = names_of(share.user_id for share in division.shares)
    departments = {d.id: d.name for d in every_department(entry.estate_id)}

    def row(who: str, ms: int) -> dict[str, str]:
        return {"who": who, "lasted": span(timedelta(milliseconds=ms)), "percent": f"{ms * 100 / whole:.0f}%"}

    def name(share: Share) -> str:
        if share.user_id is None:
            return departments.get(share.department_id or 0, _("还没有人领取"))
        person, department = names.get(share.user_id, "—"), departments.get(share.department_id or 0)
        return _("%(name)s（%(what)s）", name=person, what=department) if department else person

    rows = [row(name(s), s.ms) for s in sorted(division.shares, key=lambda s: -s.ms) if s.ms]
    return [*rows, row(_("等别人，不算谁的"), division.waiting_ms)] if division.waiting_ms else rows


def decisions(entry: Entry, unit: str, now: datetime) -> list[dict[str, Any]]:
    """Every step that was taken, in order."""
    return [
        {
            "title": str(wording.STEPS[decision.kind]),
            "by": decision.by.name,
            "at": decision.at,
            "when": spoken.when(decision.at, now, entry.estate.zone),
            "what": _decided(decision, unit),
            "reason": decision.reason,
        }
        for decision in entry.decisions
    ]


def _decided(decision: Decision, unit: str) -> str:
    """`罚款 100 元，加倍后 200 元`; nothing where a step sets nothing."""
    parts = [str(wording.GRADES[decision.grade])] if decision.grade else []
    if decision.amount is not None:
        parts.append(wording.amount(decision.amount, unit))
    if decision.amount and decision.multiplier > 1:
        parts.append(
            _("加倍后 %(amount)s", amount=wording.amount(decision.amount * decision.multiplier, unit))
        )
    return _("，").join(parts)
