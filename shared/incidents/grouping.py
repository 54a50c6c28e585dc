"""Cases become one matter, or cease to be: by a person's decision, each with its own reference, privacy and clocks."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared import events
from shared.cases import acting
from shared.cases.lifecycle import OPEN, Act
from shared.cases.models import Case
from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity.models import User
from shared.incidents import guards, repeats
from shared.incidents.events import ReportsCounted
from shared.incidents.models import Incident, Membership
from shared.incidents.queries import JOINED, PARTED, PROPOSED, REFUSED

LONGEST_TITLE = 80
MOST_PEOPLE = 100_000


def hold(incident_id: int) -> Incident:
    """The incident, to be changed: read afresh and held until the change ends. Before its cases, never after."""
    incident = db.session.scalar(
        select(Incident)
        .where(Incident.id == incident_id)
        .with_for_update(of=Incident)
        .execution_options(populate_existing=True)
    )
    if incident is None:
        raise NotFound
    return incident


def hold_cases(case_ids: Sequence[int], incident: Incident | None = None) -> dict[int, Case]:
    """These cases and all that stand in *incident*, held in the order of their ids: nobody waits in a ring."""
    wanted = set(case_ids)
    if incident is not None:
        wanted |= set(db.session.scalars(select(Case.id).where(Case.incident_id == incident.id)))
    found = db.session.scalars(
        select(Case)
        .where(Case.id.in_(wanted))
        .options(joinedload(Case.policy_version), joinedload(Case.estate))
        .order_by(Case.id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )
    return {case.id: case for case in found}


def membership_of(incident: Incident, case: Case) -> Membership | None:
    return db.session.scalar(
        select(Membership)
        .where(Membership.incident_id == incident.id, Membership.case_id == case.id)
        .execution_options(populate_existing=True)
    )


def begin(cases: Sequence[Case], *, by: User, at: datetime, title: str) -> Incident:
    """A person says that these are one matter. Raises Refused for fewer than two, or of two estates."""
    acting.refuse_unless(len(cases) > 1, _("至少两件诉求才能成为群诉事件。"))
    first = cases[0]
    acting.refuse_unless(
        all(case.estate_id == first.estate_id for case in cases), _("不同小区的诉求不能并成一件事。")
    )
    incident = Incident(
        estate_id=first.estate_id,
        building_id=first.building_id if len({case.building_id for case in cases}) == 1 else None,
        category=first.category,
        title=_checked(title),
        opened_at=at,
        opened_by_id=by.id,
        confirmed_at=at,
        confirmed_by_id=by.id,
    )
    db.session.add(incident)
    db.session.flush()
    for case in cases:
        _put(incident, case, by, at)
    _count(incident, at)
    return incident


def join(incident: Incident, case: Case, *, by: User, at: datetime) -> None:
    """Put *case* with the others; it keeps its reference, its privacy and its clocks.

    Incident and cases are held. Raises Refused when it stands in an incident already, or the matter was put right.
    """
    _put(incident, case, by, at)
    _count(incident, at)


def join_by_party(incident: Incident, case: Case, *, at: datetime) -> None:
    """The same, by the word of the case's own party; only where a person of ours has confirmed the incident."""
    acting.refuse_unless(incident.confirmed_at is not None, _("还没有人确认这是同一件事。"))
    _enter(incident, case, None, at)
    _count(incident, at)


def _put(incident: Incident, case: Case, by: User, at: datetime) -> None:
    _refuse_strangers(incident, by)
    _enter(incident, case, by, at)
    if incident.confirmed_at is None:
        incident.confirmed_at, incident.confirmed_by_id = at, by.id


def _enter(incident: Incident, case: Case, by: User | None, at: datetime) -> None:
    acting.refuse_unless(incident.ended_at is None, _("这件事已经办结。之后再报的是重复发生，另立一件。"))
    acting.refuse_unless(case.estate_id == incident.estate_id, _("不同小区的诉求不能并成一件事。"))
    _refuse_joined(incident, case)
    membership = membership_of(incident, case)
    if membership is None:
        membership = Membership(
            incident_id=incident.id, case_id=case.id, score=None, reasons=[], proposed_at=at
        )
        db.session.add(membership)
    _decide(membership, JOINED, by, at)
    case.incident_id = incident.id
    acting.perform(case, Act.JOINING, by=by, at=at, public=False, data={"incident": incident.id})
    _drop_other_proposals(case, incident, by, at)
    repeats.notice(case, at)


def confirm(incident: Incident, cases: Sequence[Case], *, by: User, at: datetime) -> int:
    """Everything that is proposed is the same matter. Gives how many cases were joined."""
    joined = 0
    for case in cases:
        membership = membership_of(incident, case)
        if membership is not None and membership.state == PROPOSED and case.is_open:
            _put(incident, case, by, at)
            joined += 1
    acting.refuse_unless(joined > 0, _("没有可以并入的诉求：可能已由别人处理。"))
    _count(incident, at)
    return joined


def refuse(incident: Incident, case: Case, *, by: User, at: datetime) -> None:
    """A proposed case is another matter; it is not proposed for this one again."""
    _refuse_strangers(incident, by)
    membership = membership_of(incident, case)
    if membership is None or membership.state != PROPOSED:
        raise Refused(_("这条建议已由别人处理。"))
    _decide(membership, REFUSED, by, at)


def part(incident: Incident, case: Case, *, by: User, at: datetime, reason: str) -> None:
    """A joined case turns out to be another matter; the reason stays with the case."""
    _refuse_strangers(incident, by)
    membership = membership_of(incident, case)
    if membership is None or membership.state != JOINED or case.incident_id != incident.id:
        raise Refused(_("这件诉求已经不在这件群诉里。"))
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么不是同一件事。"))
    _decide(membership, PARTED, by, at)
    case.incident_id = None
    _id, words = acting.write_words(case, reason, public=False)
    acting.perform(case, Act.PARTING, by=by, at=at, public=False, data={"incident": incident.id, **words})
    _count(incident, at)
    events.publish(ReportsCounted(case.id, at))


def name(incident: Incident, title: str, *, by: User) -> None:
    """Staff's own words for the matter; they name no owner."""
    _refuse_strangers(incident, by)
    incident.title = _checked(title)


def count_people(incident: Incident, people: int, *, by: User, at: datetime) -> None:
    """How many complain together, counted on the spot (VK-4h): at ten the matter is collective by policy."""
    _refuse_strangers(incident, by)
    acting.refuse_unless(0 <= people <= MOST_PEOPLE, _("人数好像写错了，请核对。"), "VK-4h")
    incident.people = people
    _count(incident, at)


def end(incident: Incident, *, by: User, at: datetime) -> None:
    """The matter is put right; what is reported later is a repeat. Its cases go on, each to its own end."""
    _refuse_strangers(incident, by)
    acting.refuse_unless(incident.ended_at is None, _("这件事已经办结。"))
    acting.refuse_unless(incident.confirmed_at is not None, _("还没有人确认这是同一件事。"))
    incident.ended_at = at


def _refuse_strangers(incident: Incident, by: User) -> None:
    acting.refuse_unless(guards.can_manage(by, incident), _("并案由调度、投诉专员或服务中心主任来做。"))


def _refuse_joined(incident: Incident, case: Case) -> None:
    if case.incident_id is None:
        return
    here = membership_of(incident, case)
    if case.incident_id == incident.id and here is not None and here.decided_by_id:
        person = db.session.get(User, here.decided_by_id)
        raise Refused(_("%(name)s已经把这件诉求并入。", name=person.name if person else ""))
    raise Refused(_("这件诉求已并入另一件群诉，请先移出。"))


def _drop_other_proposals(case: Case, incident: Incident, by: User | None, at: datetime) -> None:
    """It can only be one matter."""
    others = db.session.scalars(
        select(Membership).where(
            Membership.case_id == case.id,
            Membership.incident_id != incident.id,
            Membership.state == PROPOSED,
        )
    )
    for other in others:
        _decide(other, REFUSED, by, at)


def _decide(membership: Membership, state: str, by: User | None, at: datetime) -> None:
    """*by* None: the party of the case has said so."""
    membership.state, membership.decided_at = state, at
    membership.decided_by_id = by.id if by else None
    db.session.flush()


def _count(incident: Incident, at: datetime) -> None:
    """Every open case of it is judged again: three owners, ten people (TR-3, VK-4h)."""
    incident.version += 1
    db.session.flush()
    open_cases = select(Case.id).where(Case.incident_id == incident.id, Case.state.in_(sorted(OPEN)))
    for case_id in db.session.scalars(open_cases.order_by(Case.id)):
        events.publish(ReportsCounted(case_id, at))


def _checked(title: str) -> str:
    said = " ".join(title.split())
    acting.refuse_unless(bool(said), _("请写一句话，说明是什么事。"))
    acting.refuse_unless(len(said) <= LONGEST_TITLE, _("最多 %(n)s 个字。", n=LONGEST_TITLE))
    return said
