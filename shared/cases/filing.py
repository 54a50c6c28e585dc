"""A case comes into being: by an owner on the portal, or by staff at the desk."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm.attributes import instance_dict, set_committed_value

from shared import events, sealing
from shared.audit import timeline
from shared.cases import internal_reports, links, notice, numbering, participation
from shared.cases.events import CaseFiled, CaseTouched
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Party, Round, Statement
from shared.cases.telephones import normalised
from shared.cases.vocabulary import (
    Category,
    Channel,
    Complexity,
    Fault,
    Kind,
    PartyType,
    Severity,
    Urgency,
    Validity,
)
from shared.database import db, know, run, write
from shared.identity.models import Estate, User
from shared.identity.queries import person_named_in
from shared.outbox.rows import insert_once
from shared.policies.versions import in_force

# Built once: every filing asks them.
_OF_SEED = select(Case.id).where(Case.seed == bindparam("seed"))
_NEW_ROUND = insert(cast("Table", Round.__table__))


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported and by whom, checked by the form that took it."""

    kind: Kind
    category: Category
    channel: Channel
    description: str
    topic: str | None = None
    demands: str = ""
    building_id: int | None = None
    spot: str | None = None
    occurred_at: datetime | None = None
    wanted_reply_by: datetime | None = None
    visit_from: datetime | None = None  # when somebody is at home for a repair
    visit_until: datetime | None = None
    urgency: Urgency = Urgency.NORMAL
    about: str = ""
    about_department_id: int | None = None
    about_user_id: int | None = None
    anonymous: bool = False
    call_me: bool = False
    party_type: PartyType = PartyType.OWNER
    name: str = ""
    phone: str = ""
    email: str = ""
    unit: str = ""
    locale: str = "zh_Hans"
    received_at: datetime | None = None  # earlier than the entry in an emergency (VK-5.1)
    extra: dict[str, Any] = field(default_factory=dict)  # ids and codes for the timeline


def filed_already(submission_key: str) -> Case | None:
    """The case that this submission has become, if it has (F02, F24)."""
    found = run(_OF_SEED, {"seed": links.seed_of(submission_key)}).scalar()
    return None if found is None else db.session.get(Case, found)


def words_index(text: str) -> bytes | None:
    """A keyed digest of the words alone: other spaces, signs or widths are no other words (T24). None of no words."""
    words = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    return sealing.index(words, "words") if words else None


def party_of(
    case_id: int, *, type: PartyType, name: str, phone: str, email: str, unit: str, locale: str
) -> Party:
    """The row of who reports, with the digests by which it is found."""
    number = normalised(phone) if phone else None
    return Party(
        case_id=case_id,
        type=type,
        name=name or None,
        phone=number,
        email=email or None,
        unit=unit or None,
        locale=locale,
        name_index=sealing.index(name, "name") if name else None,
        phone_index=sealing.index(number, "phone") if number else None,
        phone_tail_index=sealing.index(number[-4:], "phone tail") if number else None,
    )


def _keep_from_those_it_is_about(case: Case, report: Report, estate: Estate, at: datetime) -> None:
    people = {user.id for user in person_named_in(report.about, estate.id)}
    if case.is_internal:
        said = f"{report.description}\n{report.demands}\n{report.about}"
        people |= {user.id for user in internal_reports.whom_it_names(said, estate.id)}
    if report.about_user_id:
        people.add(report.about_user_id)
    for user_id in sorted(people):
        participation.enter(case, participation.ABOUT, at, user_id=user_id)
    if report.about_department_id:
        participation.enter(case, participation.ABOUT, at, department_id=report.about_department_id)
    if case.is_internal:
        db.session.flush()
        internal_reports.entrust(case, at)


def _case(report: Report, estate: Estate, seed: bytes, year: int, at: datetime) -> dict[str, Any]:
    """The row of a new case, without its reference."""
    is_internal = report.channel is Channel.INTERNAL
    serial, number = (numbering.take_apart if is_internal else numbering.take)(estate, year)
    return {
        "seed": seed,
        "archive_year": year,
        "archive_serial": serial,
        "archive_number": number,
        "estate_id": estate.id,
        "building_id": report.building_id,
        "spot": report.spot or None,
        "kind": report.kind,
        "category": report.category,
        "topic": report.topic,
        "channel": report.channel,
        "state": State.RECEIVED,
        "round": 1,
        "urgency_reported": report.urgency,
        "urgency": report.urgency,
        "severity": Severity.ORDINARY,
        "complexity": Complexity.ORDINARY,
        "validity": Validity.UNDECIDED,
        "fault": Fault.PRESUMED,
        "anonymous": report.anonymous,
        "call_me": report.call_me,
        "occurred_at": report.occurred_at,
        "wanted_reply_by": report.wanted_reply_by,
        "visit_from": report.visit_from,
        "visit_until": report.visit_until,
        "received_at": report.received_at or at,
        "filed_at": at,
        "changed_at": at,
        "policy_version_id": in_force(estate.id, at).id,
        "notice_version": notice.CURRENT if report.channel == Channel.PORTAL else None,
        "version": 0,
        "last_seq": 0,
        "last_hash": b"",
    }


def _written(row: dict[str, Any], estate: Estate) -> Case:
    """The case of *row*, under the first reference of its seed that is free; known to the session."""
    for attempt in range(256):
        named = row | {"reference": links.reference_of(row["seed"], attempt)}
        if (case_id := insert_once(Case, "reference", named)) is not None:
            case = Case(id=case_id)
            instance_dict(case).update(named)  # each set by itself would be looked at for what it changes
            know(case)
            set_committed_value(case, "estate", estate)
            return case
    raise RuntimeError("no free reference")


def _write_down(case: Case, report: Report) -> None:
    """What was said and by whom, in rows that can be erased."""
    said = Statement(
        case_id=case.id,
        description=report.description,
        demands=report.demands,
        about=report.about,
        text_index=words_index(report.description),
    )
    write(said)
    party = (
        None
        if report.anonymous
        else party_of(
            case.id,
            type=report.party_type,
            name=report.name,
            phone=report.phone,
            email=report.email,
            unit=report.unit,
            locale=report.locale,
        )
    )
    if party is not None:
        write(party)
    set_committed_value(case, "statement", said)
    set_committed_value(case, "party", party)


def file_case(
    report: Report, estate: Estate, *, submission_key: str, at: datetime, by: User | None = None
) -> tuple[Case, bool]:
    """Make the case of this submission, once: gives it, and whether it is new.

    Concurrent submissions of one key wait for each other at the counter; all get the same case.
    """
    numbering.lock(estate, at)
    known = filed_already(submission_key)
    if known is not None:
        return known, False
    return file_new(report, estate, submission_key=submission_key, at=at, by=by), True


def file_new(
    report: Report, estate: Estate, *, submission_key: str, at: datetime, by: User | None = None
) -> Case:
    """The case of a submission that was found to be new behind `numbering.lock` in the same change."""
    year = numbering.lock(estate, at)
    case = enter(report, estate, seed=links.seed_of(submission_key), year=year, at=at, by=by)
    events.publish(CaseTouched(case.id))
    events.publish(CaseFiled(case.id))
    return case


def enter(report: Report, estate: Estate, *, seed: bytes, year: int, at: datetime, by: User | None) -> Case:
    """Write down a new case of *year*, whose counter is held, and tell nobody: `file_case` does, an import does not."""
    case = _written(_case(report, estate, seed, year, at), estate)
    opened = {"case_id": case.id, "number": 1, "opened_at": at, "opened_by_id": by.id if by else None}
    run(_NEW_ROUND, opened | {"cause": "filing"})
    links.issue(case, links.FIRST, at)
    _write_down(case, report)
    _keep_from_those_it_is_about(case, report, estate, at)
    said = f"{report.description}\n{report.demands}\n{report.about}"
    timeline.append(
        case,
        Act.FILING,
        at=at,
        actor_id=by.id if by else None,
        public=True,
        data={
            "kind": report.kind,
            "category": report.category,
            "urgency": report.urgency,
            "channel": report.channel,
            "digest": sealing.digest(said).hex(),
            **report.extra,
        },
    )
    return case
