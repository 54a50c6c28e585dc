"""Leaving (离职): nobody goes while something is theirs to do, so that no case is left without anybody.

What they hold is handed over by force where they do not do it themselves; with them go their posts and shifts.
"""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shared.cases import acting, scope
from shared.cases.models import Case
from shared.database import db
from shared.errors import Refused
from shared.identity import offices, people, posts, sessions
from shared.identity.models import Appointment, Estate, User
from shared.ownership import loose_ends, succeeding
from shared.ownership.models import Handover

MOST = 100  # things handed over with one press: more takes longer than a person waits for an answer


class StillHolds(Refused):
    """*cases* are those that the person still answers for."""

    def __init__(self, user: User, cases: list[Case]) -> None:
        super().__init__(
            _("%(name)s手上还有没办完的诉求，先移交再停用，免得没有人管。", name=user.name), "GZ-15"
        )
        self.cases = cases


def held_by(user: User) -> list[Case]:
    """Cases in which something is theirs now: open ones they lead, handle or help with, and works after the answer."""
    return list({item.case.id: item.case for item in succeeding.items_of(user)}.values())


def leave(user: User, estate: Estate, *, by: User, at: datetime) -> None:
    """*user* signs in no more. Raises StillHolds with what they hold, Refused for whom *by* may not send away."""
    cases = _hold(user, estate, by)
    held = held_by(user)
    if held:
        raise StillHolds(user, held)
    _go(user, estate, cases, by, at)


def hand_over(
    user: User, estate: Estate, choices: Mapping[str, User], *, by: User, at: datetime, reason: str
) -> int:
    """What *user* holds passes to whom *choices* name (`succeeding`), and they go; how much is left for another press.

    Raises Refused as `leave` and `succeeding.carry_out`; then nothing has changed.
    """
    acting.refuse_unless(user.is_active, _("%(name)s已经停用了。", name=user.name))
    cases = _hold(user, estate, by)
    items = [item for item in succeeding.items_of(user) if item.case.id in cases]
    succeeding.carry_out(items[:MOST], user, choices, by=by, at=at, reason=reason)
    db.session.flush()
    left = len(succeeding.items_of(user))
    if not left:
        _go(user, estate, cases, by, at)
    return left


def _hold(user: User, estate: Estate, by: User) -> dict[int, Case]:
    """All that names *user*, then *user* themselves, held until the change ends, by whoever may send them away."""
    posts.hold(estate.id, by)
    people.refuse_unless_manageable(user, by)  # who may not send them away is not told what they hold
    cases = _lock(user)
    people.refuse_unless_manageable(user, by)
    return cases


def _lock(user: User) -> dict[int, Case]:
    """In the order in which everybody waits: handovers, cases by their ids, people.

    What comes to *user* meanwhile is seen by then, or refused by `people.refuse_if_gone`.
    """
    db.session.scalars(
        select(Handover).where(loose_ends.handovers_of(user)).order_by(Handover.id).with_for_update()
    ).all()
    ids = {item.case.id for item in succeeding.items_of(user)} | loose_ends.case_ids(user)
    cases = {case_id: scope.lock_by_id(case_id) for case_id in sorted(ids)}
    db.session.get_one(User, user.id, with_for_update=True, populate_existing=True)
    return cases


def leave_by_command(user: User, at: datetime) -> None:
    """As `leave`, by whoever runs the machine: nobody is named in the record. Raises StillHolds."""
    cases = _lock(user)
    held = held_by(user)
    if held:
        raise StillHolds(user, held)
    loose_ends.tie_off(user, cases.values(), by=None, at=at)
    sessions.deactivate(user, at)
    estate_id = next((post.estate_id for post in user.appointments), 0)
    offices.end_all(user, estate_id=estate_id, by=None, at=at)
    loose_ends.keep_internal(user, cases.values(), at)
    loose_ends.keep_opinions({post.estate_id for post in user.appointments})


def _go(user: User, estate: Estate, cases: Mapping[int, Case], by: User, at: datetime) -> None:
    loose_ends.tie_off(user, cases.values(), by=by, at=at)
    people.deactivate(user, estate, by=by, at=at)
    offices.end_all(user, estate_id=estate.id, by=by, at=at)
    loose_ends.keep_internal(user, cases.values(), at)
    loose_ends.keep_opinions({post.estate_id for post in user.appointments})


def give_up(post: Appointment, *, by: User, at: datetime) -> None:
    """The post ends; the last one at an estate only when nothing of that estate is left to do. Raises as `leave`."""
    user = post.user
    others = [
        a for a in user.appointments if a.until is None and a.estate_id == post.estate_id and a.id != post.id
    ]
    posts.end(post, by=by, at=at)
    held = [case for case in held_by(user) if case.estate_id == post.estate_id]
    if held and not others:
        raise StillHolds(user, held)
