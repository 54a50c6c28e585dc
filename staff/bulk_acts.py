"""The acts that may be done on many cases at once: each case in a change of its own, each with its result (F27)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from shared import clock, words
from shared.cases import guards, scope
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity.models import Department, User
from shared.incidents import grouping
from shared.incidents import queries as incidents
from shared.ownership import claiming, dispatching
from shared.words import act_name, state_name
from staff.cases import page
from staff.cases.forms import instant

log = logging.getLogger(__name__)


class Fate(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    CHANGED = "changed"  # by somebody else, since the list was drawn
    MISSING = "missing"  # there is no such case, or this person may not know of it (T09)
    BROKEN = "broken"  # the database did not take it


@dataclass(frozen=True, slots=True)
class Pick:
    """A ticked case, with the version of it that stood on the screen."""

    number: str
    version: int | None

    @property
    def written(self) -> str:
        return self.number if self.version is None else f"{self.number}.{self.version}"


@dataclass(frozen=True, slots=True)
class Result:
    pick: Pick  # for another try: with the version that the person has been told of
    fate: Fate
    said: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done; of its parts each act uses its own."""

    handler_id: int = 0
    department_id: int = 0
    requirements: str = ""
    wanted_by: datetime | None = None  # on the wall of the estate
    incident_id: int = 0


# Gives the sentence for the row; for one that this very order has been carried out on before, too.
Deed = Callable[[Case, Order, User, datetime], str]
Before = Callable[[Case, Order, User], bool]


@dataclass(frozen=True, slots=True)
class BulkAct:
    slug: str
    act: Act
    do: Deed
    was_done: Before  # so that sending the form again does nothing twice
    checks_version: bool = True
    # Whoever comes second is told by the verb who was first; the state alone would tell less.
    asks_state: bool = True


def read_picks(values: Iterable[str]) -> list[Pick]:
    """`JX-26-0001.7` as the boxes have it, each case once, in their order."""
    found: dict[str, Pick] = {}
    for value in values:
        number, _dot, version = value.strip().upper()[:40].rpartition(".")
        if not number or not (version.isascii() and version.isdecimal() and len(version) < 10):
            number, version = value.strip().upper()[:20], ""
        if number:
            found.setdefault(number, Pick(number, int(version) if version else None))
    return list(found.values())


def carry_out(act: BulkAct, picks: Iterable[Pick], order: Order, user_id: int) -> list[Result]:
    """Do it on one case after the other. What stops half-way is taken up by sending the same again."""
    return [_one(act, pick, order, user_id) for pick in picks]


def _one(act: BulkAct, pick: Pick, order: Order, user_id: int) -> Result:
    try:
        with transaction():
            by = db.session.get_one(User, user_id)
            return _within(act, pick, order, by)
    except NotFound:
        return Result(pick, Fate.MISSING, _("没有这件诉求，或您不能查看。"))
    except Refused as refusal:
        return Result(pick, Fate.REFUSED, words.refusal(refusal))
    except SQLAlchemyError:
        log.exception("a row of a bulk act was not written")
        return Result(pick, Fate.BROKEN, _("没有写进去，这一件没有任何改动。请再试一次。"))


def _within(act: BulkAct, pick: Pick, order: Order, by: User) -> Result:
    """Inside the change of this one case."""
    if order.incident_id:
        _hold_matter(order.incident_id, pick.number, by)
    case = scope.lock(by, pick.number)
    if act.was_done(case, order, by):
        return Result(pick, Fate.DONE, _("之前已经办好。"))
    if act.checks_version and pick.version not in (None, case.version):
        told = page.last_change(case) or _("这件诉求刚刚有变动。")
        return Result(Pick(pick.number, case.version), Fate.CHANGED, told)
    if act.asks_state and not guards.allows(case, act.act):
        state, name = state_name(case.state), act_name(act.act)
        raise Refused(_("现在是“%(state)s”，不能再做“%(act)s”。", state=state, act=name))
    return Result(pick, Fate.DONE, act.do(case, order, by, clock.now()))


def _claim(case: Case, _order: Order, by: User, at: datetime) -> str:
    claiming.claim(case, by=by, at=at)
    return _("已由您领取。")


def _is_mine(case: Case, _order: Order, by: User) -> bool:
    return case.first_responder_id == by.id


def _dispatch(case: Case, order: Order, by: User, at: datetime) -> str:
    department = db.session.get(Department, order.department_id)
    handler = db.session.get(User, order.handler_id)
    if department is None or handler is None:
        raise NotFound
    dispatching.dispatch(
        case,
        by=by,
        at=at,
        department=department,
        handler=handler,
        requirements=order.requirements,
        wanted_by=instant(order.wanted_by, case.estate.zone),
    )
    return _("已派给%(department)s%(handler)s", department=department.name, handler=handler.name) + _("。")


def _is_dispatched(case: Case, order: Order, by: User) -> bool:
    standing = dispatching.current_assignment(case)
    return (
        standing is not None
        and standing.round == case.round
        and (standing.handler_id, standing.department_id) == (order.handler_id, order.department_id)
        and standing.by_id == by.id
    )


def _hold_matter(incident_id: int, number: str, by: User) -> None:
    """The incident before its cases, and these in the order of their ids: nobody waits in a ring."""
    incidents.read(by, incident_id)
    case = scope.read(by, number)
    grouping.hold_cases([case.id], grouping.hold(incident_id))


def _join(case: Case, order: Order, by: User, at: datetime) -> str:
    incident = incidents.read(by, order.incident_id)
    grouping.join(incident, case, by=by, at=at)
    return _("已并入“%(title)s”。", title=incident.title)


def _is_joined(case: Case, order: Order, _by: User) -> bool:
    return case.incident_id == order.incident_id and bool(order.incident_id)


CLAIM = BulkAct("claim", Act.CLAIM, _claim, _is_mine, checks_version=False, asks_state=False)
DISPATCH = BulkAct("dispatch", Act.DISPATCH, _dispatch, _is_dispatched)
JOINING = BulkAct("joining", Act.JOINING, _join, _is_joined, checks_version=False)
