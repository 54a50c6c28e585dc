"""First responsibility (首问责任, GZ-15): one person, set once, by whoever takes the matter first."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from shared import counting, events
from shared.cases import acting, guards, participation
from shared.cases.events import CaseClaimed
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Participation
from shared.clock import local
from shared.counting import What
from shared.database import db
from shared.errors import Refused
from shared.identity import people
from shared.identity.models import User
from shared.identity.permissions import Permission


def _told_who(case: Case, at: datetime) -> Refused:
    """The sentence for whoever came second: who has it, and since when."""
    held = db.session.execute(
        select(User.name, Participation.since)
        .join(Participation, Participation.user_id == User.id)
        .where(
            Participation.case_id == case.id,
            Participation.part == participation.FIRST_RESPONDER,
            Participation.user_id == case.first_responder_id,
        )
        .order_by(Participation.id.desc())
    ).first()
    if held is None:
        return Refused(_("这件诉求现在不能领取。"), "GZ-15")
    since, today = local(held.since, case.estate.zone), local(at, case.estate.zone).date()
    when = since.strftime("%H:%M" if since.date() == today else "%m-%d %H:%M")
    return Refused(_("已由%(name)s于 %(when)s 领取。", name=held.name, when=when), "GZ-15")


def claim(case: Case, *, by: User, at: datetime) -> None:
    """*by* becomes first responder. Of any number of simultaneous claims exactly one succeeds (F25).

    One conditional UPDATE decides, and its row count says who won; nothing read before it is trusted.
    Raises Refused, naming the winner, for the others.
    """
    acting.refuse_unless(
        guards.is_entitled(by, case, Act.CLAIM, Permission.CASE_CLAIM), _("您的岗位不能领取诉求。"), "GZ-15"
    )
    won = db.session.execute(
        update(Case)
        .where(Case.id == case.id, Case.first_responder_id.is_(None), Case.state == State.RECEIVED)
        .values(first_responder_id=by.id)
        .execution_options(synchronize_session=False)
    ).rowcount  # type: ignore[attr-defined]
    db.session.refresh(case)
    if not won:
        counting.count(What.CLAIM_LOST)
        raise _told_who(case, at)
    participation.enter(case, participation.FIRST_RESPONDER, at, user_id=by.id)
    people.refuse_if_gone(by)
    acting.perform(case, Act.CLAIM, by=by, at=at, public=True)
    events.publish(CaseClaimed(case.id))
