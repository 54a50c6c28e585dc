"""Entries of the ledger as lines of a list: what, whose, of which case, how much, and where it stands."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from shared.assessment import guards, queries, wording
from shared.assessment.models import Entry
from shared.assessment.standing import DERIVED, Origin, Standing, State
from shared.assessment.statements import Line
from shared.cases.models import Case
from shared.identity.models import User
from staff.access import me
from staff.cases import wording as spoken
from staff.lists import case_url

CHIPS = {
    State.PROPOSED: "running",
    State.APPEALED: "near",
    State.DECIDED: "kept",
    State.UPHELD: "kept",
    State.CHANGED: "kept",
}


def drawn(lines: Sequence[Line], unit: str) -> list[dict[str, Any]]:
    """Each with its address; the case's number only where its page is open to whoever looks."""
    known = queries.cases_open_to(me(), [line.entry for line in lines])
    return [_line(line, unit, known) for line in lines]


def drawn_one(entry: Entry, standing: Standing, unit: str) -> dict[str, Any]:
    return drawn([Line(entry, standing)], unit)[0]


def of_case(case: Case, user: User) -> dict[str, Any]:
    """What of the ledger came of *case*, as far as *user* sees it; and the way to propose more, for who may."""
    may_add = guards.can_propose(user, case.estate_id) and not case.is_internal
    return {
        "lines": [
            {
                "url": url_for("staff.assessment_entry", entry_id=entry.id),
                "name": heading(entry),
                "clause": entry.clause,
                "who": whose(entry),
            }
            for entry in queries.seen_of_case(user, case.id)
        ],
        "new_url": url_for("staff.assessment_new", estate=case.estate.slug, case=case.archive_number)
        if may_add
        else "",
    }


def _line(line: Line, unit: str, known: Collection[int | None]) -> dict[str, Any]:
    entry, standing = line.entry, line.standing
    is_open = entry.case is not None and entry.case_id in known
    return {
        "url": url_for("staff.assessment_entry", entry_id=entry.id),
        "name": heading(entry),
        "clause": entry.clause,
        "kind": str(wording.KINDS[entry.kind]),
        "origin": str(wording.ORIGINS[entry.origin]),
        "who": whose(entry),
        "department": entry.department.name if entry.department and entry.person_id else "",
        "day": spoken.day(entry.occurred_at, entry.estate.zone),
        "number": entry.case.archive_number if is_open and entry.case else "",
        "case_url": case_url(entry.case.archive_number) if is_open and entry.case else "",
        "amount": amount(entry, standing, unit),
        "state": str(wording.STATES[standing.state]),
        "chip": CHIPS.get(standing.state, "ended"),
    }


def heading(entry: Entry) -> str:
    """`办结超时`, `冲销：接待来访失礼`; of a finding what was found."""
    name = wording.rule_name(entry)
    if entry.origin == Origin.BREACH:
        return _("%(name)s超时", name=name)
    if entry.origin in DERIVED and entry.rule:
        return _("%(what)s：%(name)s", what=wording.ORIGINS[entry.origin], name=name)
    return name


def whose(entry: Entry) -> str:
    """The person; a department rewarded as a team; else that nobody has said whose it was."""
    if entry.person is not None:
        return entry.person.name
    if entry.origin == Origin.REWARD and entry.department is not None:
        return _("%(name)s（集体）", name=entry.department.name)
    return _("还没写明是谁")


def amount(entry: Entry, standing: Standing, unit: str) -> str:
    """What was decided, with its grade and its doubling; before that what the article sets."""
    if standing.state in (State.PROPOSED, State.WAIVED, State.NAMED, State.LAPSED):
        return wording.range_of(entry.least, entry.most, unit)
    parts = [str(wording.GRADES[standing.grade])] if standing.grade else []
    if standing.whole is not None or not parts:
        parts.append(wording.amount(standing.whole, unit))
    whole = " ".join(parts)
    is_doubled = standing.multiplier > 1 and standing.whole
    return _("%(amount)s（加倍）", amount=whole) if is_doubled else whole
