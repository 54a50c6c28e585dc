"""A revisit is recorded; what follows from it follows at once (GZ-17A, VK-4k, TR-14)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events
from shared.cases import acting, ending
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Hindrance, Method
from shared.database import db
from shared.deadlines import naming
from shared.deadlines import queries as deadlines
from shared.deadlines.models import Deadline
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Role
from shared.policies.versions import policy_of
from shared.revisits import guards
from shared.revisits.events import FoundUnsatisfied
from shared.revisits.models import Revisit


@dataclass(frozen=True, slots=True)
class Answers:
    """The four of VK-4k: timeliness, satisfaction with the result, attitude, opinions or suggestions."""

    satisfied: bool
    timely: bool
    courteous: bool


def of_round(case: Case) -> list[Revisit]:
    """Revisits and attempts of the present round, oldest first."""
    return list(
        db.session.scalars(
            select(Revisit)
            .where(Revisit.case_id == case.id, Revisit.round == case.round)
            .order_by(Revisit.id)
        )
    )


def record(
    case: Case,
    *,
    by: User,
    at: datetime,
    method: Method,
    answers: Answers | None,
    opinions: str = "",
    documented: bool = False,
    companion: User | None = None,
    hindrance: Hindrance | None = None,
    again_at: datetime | None = None,
) -> Revisit:
    """Write down a revisit, or an attempt: *answers* is None when nobody was reached. Raises Refused.

    *documented*: there is a written record or receipt (GZ-17A, TR-12). *companion*: who came along (TR-11).
    *hindrance*: why there is no answer, and *again_at* when the next attempt is meant to be made. Not satisfied opens
    the next round in the same change (TR-14).
    """
    _refuse_unfit(case, by, companion, again_at, at)
    words_id, words = acting.write_words(case, opinions, public=False)
    revisit = Revisit(
        case_id=case.id,
        round=case.round,
        by_id=by.id,
        at=at,
        method=method,
        reached=answers is not None,
        hindrance=None if answers else hindrance,
        again_at=None if answers else again_at,
        documented=documented,
        companion_id=companion.id if companion else None,
        words_id=words_id,
        **(asdict(answers) if answers else {}),
    )
    db.session.add(revisit)
    acting.perform(case, Act.REVISIT, by=by, at=at, public=revisit.reached, data=_told(revisit) | words)
    if answers is not None and not answers.satisfied:
        events.publish(FoundUnsatisfied(case.id, case.round, case.lead_department_id))
        ending.reopen(case, by=by, at=at, cause="revisit", reason=opinions)
    return revisit


def _refuse_unfit(
    case: Case, by: User, companion: User | None, again_at: datetime | None, at: datetime
) -> None:
    acting.refuse_unless(
        guards.can_revisit(by, case), _("回访由处理人以外的物业助理或投诉专员来做。"), "TR-11"
    )
    acting.refuse_unless(
        companion is None or guards.can_accompany(companion, by, case),
        _("同去的人不能是处理人、回访人本人或这件诉求涉及的人，请另选。"),
        "TR-11",
    )
    acting.refuse_unless(again_at is None or again_at > at, _("下次联系的时间要在以后。"), "VK-4k")


def _told(revisit: Revisit) -> dict[str, Any]:
    """What the timeline says of it: codes and an instant."""
    return {
        "method": revisit.method,
        "reached": revisit.reached,
        "satisfied": revisit.satisfied,
        "documented": revisit.documented,
        "accompanied": revisit.companion_id is not None,
        **({"hindrance": revisit.hindrance} if revisit.hindrance else {}),
        **({"again_at": revisit.again_at.isoformat()} if revisit.again_at else {}),
    }


def ground_for_closing(case: Case, by: User | None = None) -> str | None:
    """On what ground the round may be closed now, or None (contract: leaving `informed`).

    The service-centre director may also end it after two rounds that left the owner dissatisfied (settled 7).
    """
    revisits = of_round(case)
    if any(r.satisfied for r in revisits):
        return ending.SATISFIED if unmet_visit(case) is None else None
    if not ending.has_contact(case):
        return ending.NO_CONTACT
    if len(revisits) >= policy_of(case.policy_version).revisit.attempts:
        return ending.UNREACHABLE
    may_end_it = by is not None and Role.DIRECTOR in by.roles_at(case.estate_id)
    return (
        ending.DISSATISFIED if may_end_it and case.round > ending.ROUNDS_BEFORE_CLOSING_DISSATISFIED else None
    )


def unmet_visit(case: Case) -> Deadline | None:
    """A duty of this round that only a visit of another form can meet: at the door, in writing, by two of us.

    Else the closure would end it, and nobody would ever have to go (GZ-17A, TR-11).
    """
    return next(filter(lambda d: is_of_visits(case, d), deadlines.waiting_in_round(case)), None)


def is_of_visits(case: Case, deadline: Deadline) -> bool:
    """Whether nothing but a revisit can meet it."""
    clock = policy_of(case.policy_version).clock(deadline.rule)
    return bool(clock and clock.is_duty and {pattern.act for pattern in clock.stop} == {Act.REVISIT})


def close(case: Case, *, by: User, at: datetime, reason: str = "") -> None:
    """Close the round if a revisit, or the policy's number of attempts, allows it (AH-3.3a)."""
    ground = ground_for_closing(case, by)
    unmet = unmet_visit(case) if ground is None and any(r.satisfied for r in of_round(case)) else None
    if unmet is not None:
        raise Refused(
            _(
                "诉求人满意，但规则要求的“%(name)s”还没有做到，不能结案：看它要不要上门、书面记录或两人同去。",
                name=naming.name(unmet.rule),
            ),
            unmet.clause,
        )
    if ground is None:
        attempts = policy_of(case.policy_version).revisit.attempts
        raise Refused(_("还没有回访满意，也没有联系满 %(n)s 次，不能结案。", n=attempts), "GZ-17A")
    acting.refuse_unless(
        ground != ending.DISSATISFIED or bool(reason.strip()),
        _("诉求人两轮后仍不满意。结案要写明理由，业主会看到。"),
        "AH-3.3a",
    )
    ending.close(case, by=by, at=at, ground=ground, reason=reason)
