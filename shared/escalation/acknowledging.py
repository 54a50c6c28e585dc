"""Saying that one has heard (知悉). It stops the climbing from that rung, never the clock."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import CursorResult, select, update

from shared.cases import participation
from shared.cases.models import Case, Escalation
from shared.database import db
from shared.errors import NotFound, Refused
from shared.escalation.models import Rung, RungPerson
from shared.identity.models import User


def answer_rung(rung_id: int, *, by: User, at: datetime) -> Case:
    """*by*, whom the rung asks, has heard. Raises NotFound for anybody else, Refused where a colleague was first.

    A second answer of the same person, or one after the duty was done, changes nothing.
    """
    case = db.session.scalar(
        select(Case)
        .join(Rung, Rung.case_id == Case.id)
        .join(RungPerson, RungPerson.rung_id == Rung.id)
        .where(Rung.id == rung_id, RungPerson.user_id == by.id, participation.visible_to(by))
    )
    if case is None:
        raise NotFound
    won = db.session.execute(
        update(Rung)
        .where(Rung.id == rung_id, Rung.answered_at.is_(None), Rung.ended_at.is_(None))
        .values(answered_at=at, answered_by_id=by.id),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(won, CursorResult)
    if not won.rowcount:
        _refuse_unless_mine(db.session.get_one(Rung, rung_id, populate_existing=True), by)
    return case


def _refuse_unless_mine(rung: Rung, by: User) -> None:
    if rung.answered_by is not None and rung.answered_by_id != by.id:
        raise Refused(_("%(name)s已经知悉。", name=rung.answered_by.name), "GZ-13")


def answer_escalation(escalation_id: int, *, by: User, at: datetime) -> Case:
    """*by*, to whom a person escalated, has heard. Raises NotFound for anybody else; twice changes nothing."""
    case = db.session.scalar(
        select(Case)
        .join(Escalation, Escalation.case_id == Case.id)
        .where(Escalation.id == escalation_id, Escalation.to_id == by.id, participation.visible_to(by))
    )
    if case is None:
        raise NotFound
    db.session.execute(
        update(Escalation)
        .where(Escalation.id == escalation_id, Escalation.answered_at.is_(None))
        .values(answered_at=at),
        execution_options={"synchronize_session": False},
    )
    return case
