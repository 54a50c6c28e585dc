"""Somebody finds something of somebody's work (GZ-5 to GZ-18, AH-7.1), and proposes what the article sets for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from shared.assessment import guards, liability
from shared.assessment.amounts import circumstances_in
from shared.assessment.models import Entry
from shared.assessment.proposing import enter
from shared.assessment.rulebook import rules_for
from shared.assessment.standing import FALLEN, Kind, Origin
from shared.assessment.standings import standings_of
from shared.cases.acting import refuse_unless
from shared.cases.models import Case
from shared.database import db
from shared.deadlines.facts import facts_of
from shared.errors import Refused
from shared.identity.models import Department, Estate, User
from shared.incidents.repeats import complained_again
from shared.policies.findings import (
    DEPARTMENT_HEAD,
    GRADED,
    LEADER,
    PERSON,
    REWARD,
    Amount,
    FindingRule,
    amounts_for,
)
from shared.policies.schema import holds

LETTERS = {PERSON: "p", DEPARTMENT_HEAD: "h", LEADER: "l"}  # in keys, of which 60 characters are kept


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found: by which rule, when it happened, on which case if any, and in words.

    *flags* are those that `FindingRule.flags` asks for and that hold.
    """

    rule: str
    occurred_at: datetime
    note: str
    flags: frozenset[str] = frozenset()


def propose_finding(
    estate: Estate, person: User, found: Found, *, by: User, at: datetime, case: Case | None = None
) -> list[Entry]:
    """An entry for *person*, and under GZ-14 for the head and the leader above them. Raises Refused.

    A case is loaded in the scope of *by*. What was found of the same work before is refused, unless nothing came
    of it.
    """
    rule = _rule(estate, found, case, rewards=False)
    _check(estate, found, by=by, at=at, case=case)
    refuse_unless(person.id != by.id, _("自己的事请由别人提出。"), rule.clause)
    refuse_unless(_can_be_found_of(rule, person, estate.id), _("这一条不适用于这个人的岗位。"), rule.clause)
    flags = _flags(rule, found.flags, case)
    if rule.outcome == GRADED:
        sets: Mapping[str, Amount | None] = {PERSON: None}
    else:
        sets = amounts_for(rule, flags)
    evidence = {"flags": sorted(key for key, value in flags.items() if value)}
    if rule.report_when and holds(rule.report_when, flags):
        evidence["special_report"] = True  # type: ignore[assignment]
    department = liability.department_of(person, estate.id, found.occurred_at)
    entries = []
    for who, amount in sets.items():
        people = payers(who, person, department, estate.id)
        if who != PERSON and not people:
            continue
        payer = people[0] if len(people) == 1 else None
        more = {} if payer else {"candidates": [user.id for user in people]}
        entries.append(
            _enter(
                estate,
                Origin.FINDING,
                rule,
                found,
                case,
                by=by,
                at=at,
                kind=amount.kind if amount else Kind.GRADED,
                least=amount.least if amount else None,
                most=amount.most if amount else None,
                person_id=payer.id if payer else None,
                department_id=department,
                evidence={**evidence, **more, "who": who},
                of=f"{person.id}{LETTERS[who]}",
            )
        )
    return entries


def propose_reward(
    estate: Estate,
    whom: User | Department,
    found: Found,
    *,
    by: User,
    at: datetime,
    case: Case | None = None,
) -> Entry:
    """For a person, or a department as a team (CO-M7, AH-7.2). Nobody proposes their own. Raises Refused."""
    rule = _rule(estate, found, case, rewards=True)
    _check(estate, found, by=by, at=at, case=case)
    if isinstance(whom, User):
        refuse_unless(whom.id != by.id, _("自己的事请由别人提出。"), rule.clause)
        refuse_unless(_is_of(whom, estate.id), _("这个人不在本项目。"), rule.clause)
        person: int | None = whom.id
        department, of = liability.department_of(whom, estate.id, found.occurred_at), f"{whom.id}"
    else:
        refuse_unless(whom.estate_id == estate.id, _("这个部门不在本项目。"), rule.clause)
        person, department, of = None, whom.id, f"team {whom.id}"
    return _enter(
        estate,
        Origin.REWARD,
        rule,
        found,
        case,
        by=by,
        at=at,
        kind=Kind.REWARD,
        least=None,
        most=None,
        person_id=person,
        department_id=department,
        evidence={},
        of=of,
    )


def rules_open(
    estate: Estate, at: datetime, case: Case | None = None, *, rewards: bool = False
) -> list[FindingRule]:
    """What can be found there, or rewarded, in the order of the rule book; nothing where nothing is assessed."""
    rules = rules_for(estate, case, at)
    return [rule for rule in (rules.findings if rules else ()) if (rule.outcome == REWARD) == rewards]


def _rule(estate: Estate, found: Found, case: Case | None, *, rewards: bool) -> FindingRule:
    rules = rules_open(estate, found.occurred_at, case, rewards=rewards)
    rule = next((rule for rule in rules if rule.rule == found.rule), None)
    if rule is None:
        raise Refused(_("现行规则里没有这一条。"))
    return rule


def _check(estate: Estate, found: Found, *, by: User, at: datetime, case: Case | None) -> None:
    refuse_unless(guards.can_propose(by, estate.id), _("考核由管理人员提出。"))
    refuse_unless(bool(found.note.strip()), _("请写明看到了什么，依据是什么。"))
    refuse_unless(found.occurred_at <= at, _("发生时间不能晚于现在。"))
    if case is not None:
        refuse_unless(
            case.estate_id == estate.id and not case.is_internal, _("这件诉求不能用来考核。"), "CO-M5"
        )


def _can_be_found_of(rule: FindingRule, person: User, estate_id: int) -> bool:
    roles = {str(role) for role in person.roles_at(estate_id)}
    return bool(roles & set(rule.whose)) if rule.whose else bool(roles)


def _is_of(person: User, estate_id: int) -> bool:
    return bool(person.roles_at(estate_id))


def _flags(rule: FindingRule, said: Collection[str], case: Case | None) -> dict[str, Any]:
    """What whoever finds it says, and what the record of the case says already (GZ-14)."""
    flags: dict[str, Any] = {key: key in said for key in rule.flags}
    if case is not None and flags:
        again = "repeated" in flags and case.archive_number in complained_again([case])
        known = circumstances_in(facts_of(case), repeated=again)
        flags = {key: value or bool(known.get(key)) for key, value in flags.items()}
    return flags


def payers(who: str, person: User, department: int | None, estate_id: int) -> Sequence[User]:
    if who == DEPARTMENT_HEAD:
        return [head for head in liability.heads_of(department, estate_id) if head.id != person.id]
    if who == LEADER:
        return [leader for leader in liability.leaders(estate_id) if leader.id != person.id]
    return [person]


def _enter(
    estate: Estate,
    origin: Origin,
    rule: FindingRule,
    found: Found,
    case: Case | None,
    *,
    by: User,
    at: datetime,
    of: str,
    **facts: Any,
) -> Entry:
    where = f"{case.id}:{case.round}" if case else f"{found.occurred_at:%Y%m%d%H%M}"
    entry_id = enter(
        estate,
        origin,
        free_key(estate.id, f"{origin}:{rule.rule}:{where}:{of}"),
        at=at,
        occurred_at=found.occurred_at,
        clause=rule.clause,
        rule=rule.rule,
        case_id=case.id if case else None,
        round=case.round if case else None,
        note=found.note.strip(),
        proposed_by_id=by.id,
        **facts,
    )
    if entry_id is None:
        raise Refused(_("这一条刚刚已经有人提出了，请刷新查看。"))
    return db.session.get_one(Entry, entry_id)


def free_key(estate_id: int, prefix: str) -> str:
    """A key for what may be proposed anew once nothing came of it. Raises Refused while something may still."""
    key = key_if_free(estate_id, prefix)
    if key is None:
        raise Refused(_("这一条已经有人提出过了。"))
    return key


def key_if_free(estate_id: int, prefix: str) -> str | None:
    """The same; None while something may still come of it."""
    earlier = db.session.scalars(
        select(Entry)
        .where(
            Entry.estate_id == estate_id,
            or_(Entry.origin_key == prefix, Entry.origin_key.startswith(f"{prefix}#", autoescape=True)),
        )
        .options(selectinload(Entry.decisions))
    ).all()
    if any(standing.state not in FALLEN for standing in standings_of(earlier).values()):
        return None
    return f"{prefix}#{len(earlier)}" if earlier else prefix
