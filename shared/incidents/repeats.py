"""How many have reported the matter of a case, and who came back with it (TR-3, VK-4e, VK-4h; settled 4)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from shared import events
from shared.cases import acting, measures
from shared.cases.ending import was_withdrawn
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Party
from shared.cases.participation import ordinary
from shared.database import db
from shared.incidents import wording
from shared.incidents.events import SpecialReportMade
from shared.incidents.models import Incident, SpecialReport
from shared.outbox.rows import insert_once

USUAL_WINDOW = timedelta(days=90)  # † where a policy asks for no special report and so names no window
LOOKED_AT = 200  # newest cases of one party or one place: more would be no further evidence


@dataclass(frozen=True, slots=True)
class Counts:
    """*owners* are parties, each once; *reports* count anonymous ones too; *people* were counted on the spot."""

    owners: int
    reports: int
    people: int
    cases: tuple[str, ...]  # archive numbers, the earliest first


@dataclass(frozen=True, slots=True)
class Sent:
    """A case as counting sees it: by whom, digested, and of what."""

    id: int
    number: str
    at: datetime
    withdrawn: bool  # what was withdrawn was not said
    incident_id: int | None
    estate_id: int
    building_id: int | None
    category: str
    topic: str | None
    spot: str
    party: str  # empty: nothing tells who it is

    def is_same_problem(self, later: "Sent", window: timedelta) -> bool:
        """The same incident; or the same category and spot, within the window (settled 4)."""
        if self.incident_id is not None and self.incident_id == later.incident_id:
            return True
        return (
            (self.estate_id, self.category, self.building_id, self.spot)
            == (later.estate_id, later.category, later.building_id, later.spot)
            and (not self.topic or not later.topic or self.topic == later.topic)
            and later.at - self.at <= window
        )


def counts_of(case: Case, earlier: Sequence[Sent] | None = None) -> Counts:
    """Over the cases of its incident, and the *earlier* ones in which its party reported the same problem."""
    before = earlier_of(case) if earlier is None else earlier
    together = {sent.id: sent for sent in [*_of_incident(case), *before, _sent(case)]}
    ordered = sorted(together.values(), key=lambda sent: (sent.at, sent.id))
    incident = db.session.get(Incident, case.incident_id) if case.incident_id else None
    return Counts(
        owners=len({sent.party for sent in ordered if sent.party}),
        reports=len(ordered),
        people=incident.people if incident else 0,
        cases=tuple(sent.number for sent in ordered),
    )


def owners_of(incident_id: int) -> int:
    """How many parties stand behind the cases of an incident."""
    return len({sent.party for sent in _read(Case.incident_id == incident_id) if sent.party})


def parties_of(case_ids: Collection[int]) -> dict[int, str]:
    """Who stands behind each of these cases, as counting tells them apart; empty where nothing tells who it is."""
    if not case_ids:
        return {}
    return {sent.id: sent.party for sent in _read(Case.id.in_(case_ids), newest=None)}


def earlier_of(case: Case) -> list[Sent]:
    """The cases in which the party of *case* reported the same problem before, the oldest first.

    An anonymous party is nobody; what was withdrawn was not said.
    """
    now, window = _sent(case), window_of(case)
    if not now.party:
        return []
    phone = case.party.phone_index if case.party else None
    found = _gathered(
        _earlier(by_incident=case.incident_id is not None, by_phone=phone is not None),
        {
            "case": case.id,
            "estate": case.estate_id,
            "category": case.category,
            "building": case.building_id,
            "until": case.received_at,
            "since": case.received_at - window,
            "incident": case.incident_id,
            "phone": phone,
        },
    )
    return [
        sent
        for sent in found
        if sent.party == now.party
        and (sent.at, sent.id) < (now.at, now.id)
        and not sent.withdrawn
        and sent.is_same_problem(now, window)
    ]


@cache
def _earlier(*, by_incident: bool, by_phone: bool) -> Select[*tuple[Any, ...]]:
    """Built once: every filing asks it twice. The telephone's digest finds them; a unit is compared after reading."""
    alike = and_(
        Case.category == bindparam("category"),
        Case.building_id.is_not_distinct_from(bindparam("building")),
        Case.received_at >= bindparam("since"),
    )
    return _sent_where(
        Case.estate_id == bindparam("estate"),
        Case.received_at <= bindparam("until"),
        Case.id != bindparam("case"),
        or_(alike, Case.incident_id == bindparam("incident")) if by_incident else alike,
        Party.phone_index == bindparam("phone") if by_phone else Party.phone_index.is_(None),
    )


def window_of(case: Case) -> timedelta:
    """How long a problem is the same one by the rules of the case."""
    rules = measures.rules_of(case)
    repeats = rules.repeats if rules else None
    return timedelta(days=repeats.window_days) if repeats else USUAL_WINDOW


def complained_again(cases: Collection[Case]) -> set[str]:
    """Of *cases*, the archive numbers of those whose party came back with the same problem (GZ-8, GZ-9).

    Whatever the policy asks for then: a rule book without special reports has these amounts too.
    """
    found: set[str] = set()
    mine = {sent.id: sent for sent in _read(Case.id.in_([case.id for case in cases]), newest=None)}
    indexes = {bytes.fromhex(sent.party) for sent in mine.values() if _is_telephone(sent.party)}
    later = _read(Party.phone_index.in_(indexes), newest=None) if indexes else []
    by_party: dict[str, list[Sent]] = {}
    for sent in later:
        by_party.setdefault(sent.party, []).append(sent)
    for sent in mine.values():
        if any(
            (sent.at, sent.id) < (other.at, other.id)
            and not other.withdrawn
            and sent.is_same_problem(other, USUAL_WINDOW)
            for other in by_party.get(sent.party, ())
        ):
            found.add(sent.number)
    households = {sent.number for sent in mine.values() if sent.party and not _is_telephone(sent.party)}
    return found | (_named_in_reports(households, cases) if households else set())


def notice(case: Case, at: datetime, earlier: Sequence[Sent] | None = None) -> SpecialReport | None:
    """The machine reports to the general manager what a party had to say again (VK-4e), once for each case.

    *earlier*: what `earlier_of` gives, where it has been asked already.
    """
    rules = measures.rules_of(case)
    if case.is_internal or rules is None or rules.repeats is None or not case.is_open:
        return None
    earlier = earlier_of(case) if earlier is None else earlier
    nth = len(earlier) + 1
    if nth < rules.repeats.report_at:
        return None
    clause = rules.repeats.clause
    report_id = insert_once(
        SpecialReport,
        ["case_id", "clause"],
        {
            "case_id": case.id,
            "clause": clause,
            "nth": nth,
            "earlier": [sent.number for sent in earlier],
            "made_at": at,
        },
    )
    if report_id is None:
        return None
    acting.perform(
        case,
        Act.SPECIAL_REPORT,
        by=None,
        at=at,
        public=False,
        data={"report": report_id, "clause": clause, "nth": nth},
    )
    events.publish(SpecialReportMade(case.id, report_id, at))
    return db.session.get_one(SpecialReport, report_id)


def special_reports_of(case: Case) -> Sequence[SpecialReport]:
    return db.session.scalars(
        select(SpecialReport).where(SpecialReport.case_id == case.id).order_by(SpecialReport.id)
    ).all()


def _of_incident(case: Case) -> list[Sent]:
    return _read(Case.incident_id == case.incident_id, newest=None) if case.incident_id else []


def _sent(case: Case) -> Sent:
    """The case itself, which whoever counts has loaded with its party."""
    party = case.party
    return Sent(
        id=case.id,
        number=case.archive_number,
        at=case.received_at,
        withdrawn=case.state == State.WITHDRAWN,
        incident_id=case.incident_id,
        estate_id=case.estate_id,
        building_id=case.building_id,
        category=case.category,
        topic=case.topic,
        spot=wording.plain(case.spot or ""),
        party=_who(case.anonymous, party.phone_index, party.unit, case.building_id) if party else "",
    )


def _read(*conditions: ColumnElement[bool], newest: int | None = LOOKED_AT) -> list[Sent]:
    return _gathered(_sent_where(*conditions, newest=newest), {})


def _sent_where(*conditions: ColumnElement[bool], newest: int | None = LOOKED_AT) -> Select[*tuple[Any, ...]]:
    """Only what counting needs: names and numbers stay sealed; no report from inside (CO-M5)."""
    return (
        select(
            Case.id,
            Case.archive_number,
            Case.received_at,
            was_withdrawn().label("withdrawn"),
            Case.incident_id,
            Case.estate_id,
            Case.building_id,
            Case.category,
            Case.topic,
            Case.spot,
            Case.anonymous,
            Party.phone_index,
        )
        .outerjoin(Party, Party.case_id == Case.id)
        .where(ordinary(), *conditions)
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(newest)
    )


def _gathered(statement: Select[*tuple[Any, ...]], given: Mapping[str, Any]) -> list[Sent]:
    """What *statement* finds with what is *given* to it, the oldest first."""
    rows = db.session.execute(statement, given).all()
    units = _units(row.id for row in rows if row.phone_index is None and not row.anonymous)
    return [
        Sent(
            id=row.id,
            number=row.archive_number,
            at=row.received_at,
            withdrawn=row.withdrawn,
            incident_id=row.incident_id,
            estate_id=row.estate_id,
            building_id=row.building_id,
            category=row.category,
            topic=row.topic,
            spot=wording.plain(row.spot or ""),
            party=_who(row.anonymous, row.phone_index, units.get(row.id), row.building_id),
        )
        for row in reversed(rows)
    ]


def _units(case_ids: Iterable[int]) -> dict[int, str | None]:
    wanted = list(case_ids)
    if not wanted:
        return {}
    rows = db.session.execute(select(Party.case_id, Party.unit).where(Party.case_id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def _who(anonymous: bool, phone_index: bytes | None, unit: str | None, building_id: int | None) -> str:
    """What tells one party from another: the telephone, else the flat; an anonymous one is nobody."""
    if anonymous:
        return ""
    return phone_index.hex() if phone_index else _household(unit, building_id)


def _household(unit: str | None, building_id: int | None) -> str:
    """`unit 3-2-1101`; a bare number of a flat is one only together with its building."""
    said = wording.plain(unit or "")
    if not said:
        return ""
    return f"unit {building_id} {said}" if said.isdecimal() else f"unit {said}"


def _is_telephone(party: str) -> bool:
    return bool(party) and not party.startswith("unit ")


def _named_in_reports(numbers: set[str], cases: Collection[Case]) -> set[str]:
    """Those that a special report has named: parties known by their unit are among them."""
    estates = {case.estate_id for case in cases}
    reports = db.session.scalars(
        select(SpecialReport.earlier)
        .join(Case, Case.id == SpecialReport.case_id)
        .where(Case.estate_id.in_(estates))
    )
    return numbers & {number for earlier in reports for number in earlier}
