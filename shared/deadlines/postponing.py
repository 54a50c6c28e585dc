"""Putting a later time in place of a case's limits, the original kept beside it (T38)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from shared.cases import acting
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Postponement
from shared.database import db
from shared.deadlines import queries
from shared.deadlines.models import Deadline
from shared.identity.models import User
from shared.policies.versions import policy_of

FARTHEST = timedelta(days=366)  # beyond that somebody has mistyped the year


def clocks_moved_by(case: Case, act: Act) -> Sequence[Deadline]:
    """The clocks of the present round that wait, and that the policy lets *act* move; the nearest first."""
    rules = [clock.rule for clock in policy_of(case.policy_version).clocks if act in clock.moves]
    if not rules:
        return []
    return db.session.scalars(
        select(Deadline)
        .where(
            Deadline.case_id == case.id,
            Deadline.round == case.round,
            Deadline.rule.in_(rules),
            queries.WAITING,
        )
        .order_by(Deadline.due_at, Deadline.id)
    ).all()


def postponements_of(case: Case) -> Sequence[Postponement]:
    """What was agreed or extended, in every round, oldest first."""
    return db.session.scalars(
        select(Postponement).where(Postponement.case_id == case.id).order_by(Postponement.id)
    ).all()


def postpone(
    case: Case,
    act: Act,
    *,
    by: User | None,
    at: datetime,
    until: datetime,
    said: tuple[int | None, Mapping[str, Any]],
    clause: str,
    evidence: str | None = None,
) -> None:
    """Write the record and the act; deriving the clocks from it follows in the same change.

    *by* is None where the owner agreed by their own hand. *said* is what `acting.write_words` gave. Raises Refused
    when no clock can be moved by *act*, or *until* is not ahead.
    """
    acting.refuse_unless(at < until <= at + FARTHEST, _("请填写一个还没有到、一年以内的时间。"), clause)
    acting.refuse_unless(
        bool(clocks_moved_by(case, act)), _("现在没有可以改到这个时间的时限，照原来的时限办。"), clause
    )
    words_id, words = said
    db.session.add(
        Postponement(
            case_id=case.id,
            round=case.round,
            act=act,
            by_id=by.id if by else None,
            at=at,
            until=until,
            evidence=evidence,
            words_id=words_id,
        )
    )
    data = {"until": until.isoformat(), **words}
    if evidence:
        data["evidence"] = evidence
    acting.perform(case, act, by=by, at=at, public=True, data=data)
