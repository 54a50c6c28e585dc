"""Everything a case page shows, read in a number of queries that does not grow with the case."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from shared.attachments import queries as photos
from shared.attachments.models import Attachment
from shared.audit import timeline
from shared.audit.models import TimelineRow
from shared.cases import forum_posts, outside_orders
from shared.cases.finding import latest_finding
from shared.cases.handling import current_resolution
from shared.cases.internal_reports import keepers
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Finding, OutsideOrder, Participation, Party, Round, Words
from shared.cases.participation import (
    ABOUT,
    designated,
    is_party_kept_from,
    party_known_to,
    traceable_by,
    visible_to,
)
from shared.database import db
from shared.deadlines import queries as deadlines
from shared.deadlines.models import Deadline
from shared.identity.models import Department, User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import departments, every_department, names_of, people_who_may, people_with
from shared.ownership import routing, transferring
from shared.ownership.models import Assignment, Transfer
from shared.revisits.guards import can_accompany
from shared.revisits.models import Revisit
from shared.sealing import index
from shared.severity.models import Grading
from shared.severity.queries import latest_grading
from staff.access import me

EARLIER_CASES = 8
Record = TypeVar("Record", Assignment, Revisit, Round, Words)


@dataclass(frozen=True, slots=True)
class Names:
    """People and departments by id, and the zone by which the estate's clocks go."""

    people: dict[int, str]
    places: dict[int, str]
    zone: str

    def name(self, user_id: int | None) -> str:
        return self.people.get(user_id, "") if user_id else ""

    def department(self, department_id: int | None) -> str:
        return self.places.get(department_id, "") if department_id else ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with all that belongs to it."""

    case: Case
    rows: Sequence[TimelineRow]
    words: dict[int, Words]
    photos: list[Attachment]
    deadlines: Sequence[Deadline]
    assignments: Sequence[Assignment]
    revisits: Sequence[Revisit]
    rounds: Sequence[Round]
    transfer: Transfer | None
    finding: Finding | None
    grading: Grading | None
    orders: Sequence[OutsideOrder]
    names: Names

    def name(self, user_id: int | None) -> str:
        return self.names.name(user_id)

    def department(self, department_id: int | None) -> str:
        return self.names.department(department_id)

    @property
    def assignment(self) -> Assignment | None:
        """Whom the case is with now."""
        return next((a for a in reversed(self.assignments) if a.ended_at is None), None)


def _people_in(rows: Sequence[TimelineRow]) -> set[int | None]:
    keys = ("handler", "previous", "to", "from", "by")
    group = {member for row in rows for member in row.data.get("group", ())}
    return {row.actor_id for row in rows} | {row.data.get(key) for row in rows for key in keys} | group


def _of_case(model: type[Record], case: Case) -> Sequence[Record]:
    """All records of one kind that belong to the case, oldest first."""
    return db.session.scalars(_records(model), {"case_id": case.id}).all()


@cache
def _records(model: type[Record]) -> Select[Record]:
    return select(model).where(model.case_id == bindparam("case_id")).order_by(model.id)


def dossier(case: Case) -> Dossier:
    """All of *case*, which the caller has read through its scope."""
    rows = timeline.rows_of(case.id)
    acts = {row.act for row in rows}  # what never happened needs no query
    assignments = _of_case(Assignment, case)
    revisits = _of_case(Revisit, case)
    transfer = transferring.pending(case) if Act.TRANSFER in acts else None
    kept = _kept_words(case, rows)
    people = _people_in(rows) | {case.first_responder_id, case.handler_id}
    people |= {a.handler_id for a in assignments} | {r.by_id for r in revisits}
    return Dossier(
        case=case,
        rows=rows,
        words={words.id: words for words in _of_case(Words, case) if words.id not in kept},
        photos=photos.of_case(case.id),
        deadlines=deadlines.of_case(case.id),
        assignments=assignments,
        revisits=revisits,
        rounds=_of_case(Round, case),
        transfer=transfer,
        finding=latest_finding(case) if Act.FINDING in acts else None,
        grading=latest_grading(case) if Act.GRADING in acts else None,
        orders=outside_orders.of_case(case.id) if _has_orders(case, acts) else (),
        names=_names(case, people | ({transfer.receiver_id, transfer.giver_id} if transfer else set())),
    )


def _has_orders(case: Case, acts: set[str]) -> bool:
    """At the desk's intake the channel tells it."""
    return Act.OUTSIDE_ORDER in acts or case.channel in outside_orders.ISSUERS


def _kept_words(case: Case, rows: Sequence[TimelineRow]) -> set[int]:
    """What stands on the internet under somebody's name, where the reader is not told who complains of staff."""
    found = {row.data["words"] for row in rows if forum_posts.holds_address(row) and row.data.get("words")}
    return found if found and is_party_kept_from(case, me()) else set()


def _names(case: Case, people: set[int | None]) -> Names:
    return Names(names_of(people), {d.id: d.name for d in every_department(case.estate_id)}, case.estate.zone)


def last_change(case: Case) -> tuple[TimelineRow, Names] | None:
    """The newest row of the timeline, with the names in it."""
    row = db.session.scalar(
        select(TimelineRow).where(TimelineRow.case_id == case.id).order_by(TimelineRow.seq.desc()).limit(1)
    )
    return (row, _names(case, _people_in([row]))) if row else None


def last_changes(case: Case, most: int) -> tuple[Sequence[TimelineRow], dict[int, str], Names]:
    """The newest rows of the timeline, newest first, with what was written with them and the names in them."""
    rows = db.session.scalars(
        select(TimelineRow)
        .where(TimelineRow.case_id == case.id)
        .order_by(TimelineRow.seq.desc())
        .limit(max(most, 1))
    ).all()
    ids = {row.data["words"] for row in rows if row.data.get("words")} - _kept_words(case, rows)
    words = db.session.scalars(select(Words).where(Words.id.in_(ids))) if ids else ()
    return rows, {said.id: said.text for said in words}, _names(case, _people_in(rows))


def result_of(case: Case) -> str:
    """What the completion that stands says; empty before there is one."""
    resolution = current_resolution(case)
    words = db.session.get(Words, resolution.words_id) if resolution and resolution.words_id else None
    return words.text if words else ""


def registrar_of(case: Case) -> int | None:
    """Who of us entered the case; None when the owner filed it."""
    return db.session.scalar(
        select(TimelineRow.actor_id).where(TimelineRow.case_id == case.id, TimelineRow.seq == 1)
    )


def attachment_of(case: Case, attachment_id: str) -> Attachment | None:
    """A photo of this very case (T07)."""
    return db.session.scalar(
        select(Attachment).where(Attachment.id == attachment_id, Attachment.case_id == case.id)
    )


def _kept_away(case: Case) -> tuple[set[int | None], set[int | None]]:
    """People and departments the case is about."""
    found = db.session.execute(
        select(Participation.user_id, Participation.department_id).where(
            Participation.case_id == case.id, Participation.part == ABOUT
        )
    ).all()
    return {row.user_id for row in found}, {row.department_id for row in found}


def people_for(case: Case, permission: Permission) -> list[User]:
    """Who could do this on *case*: holds the permission at its estate, and the case is not about them."""
    if case.is_internal:
        return keepers(case)
    people, places = _kept_away(case)
    return [
        user
        for user in people_who_may(permission, case.estate_id)
        if user.id not in people and not places.intersection(user.department_ids)
    ]


def superiors_for(case: Case, roles: Sequence[Role]) -> list[tuple[User, Role]]:
    """Whom *case* can be escalated to, level by level; once there is a lead department, only its head."""
    if case.is_internal:
        return []
    people, places = _kept_away(case)
    found: list[tuple[User, Role]] = []
    for role in roles:
        department = case.lead_department_id if role is Role.DEPARTMENT_HEAD else None
        for user in people_with([role], case.estate_id, department):
            if user.id not in people and not places.intersection(user.department_ids):
                found.append((user, role))
    return found


def companions_for(case: Case, visitor: User) -> list[tuple[User, Role]]:
    """Who could come along to a visit (TR-11), each once, the head of the department first."""
    roles = (Role.DEPARTMENT_HEAD, Role.DIRECTOR, Role.SPECIALIST, Role.ASSISTANT)
    found = {
        user.id: (user, role)
        for user, role in reversed(superiors_for(case, roles))
        if can_accompany(user, visitor, case)
    }
    return list(found.values())[::-1]


def handlers_for(case: Case) -> list[tuple[Department, User, int]]:
    """Whom *case* could be dispatched to, with what they have in hand.

    The department routed for it comes first, then who has least. In a further round the handler of the last one is
    left out (product.md): the verb would refuse them. So would it whom the general manager has not named (VK-4e).
    """
    route, last = routing.route_of(case), routing.last_handler(case)
    able = [user for user in people_for(case, Permission.CASE_ACCEPT) if user.id != last]
    named = designated(case)
    if named is not None and named.user_id is not None and named.user_id != last:
        able = [user for user in able if user.id == named.user_id]
    load = routing.in_hand([user.id for user in able])
    places = {d.id: d for d in departments(case.estate_id)}
    routed = route.department_id if route else None
    found = [
        (places[department_id], user, load.get(user.id, 0))
        for user in able
        for department_id in user.department_ids
        if department_id in places
        and (named is None or named.department_id is None or named.department_id == department_id)
    ]
    return sorted(found, key=lambda row: (row[0].id != routed, row[0].position, row[2], row[1].name))


def number_of(case_id: int, user: User) -> str | None:
    """The archive number of that case, if *user* may see it."""
    return db.session.scalar(select(Case.archive_number).where(Case.id == case_id, visible_to(user)))


def visible_numbers(numbers: Collection[str], user: User, *, of_one_party: bool = False) -> set[str]:
    """Of these archive numbers those of cases that *user* may see.

    *of_one_party*: that they stand together tells that one person reported them all, which *user* may not be told of
    every case.
    """
    if not numbers:
        return set()
    statement = select(Case.archive_number).where(Case.archive_number.in_(numbers), visible_to(user))
    return set(db.session.scalars(statement.where(party_known_to(user)) if of_one_party else statement))


def cases_of_caller(phone: str, user: User) -> Sequence[Case]:
    """The newest cases of a telephone number, as far as *user* may see them."""
    statement = (
        select(Case)
        .join(Party, Party.case_id == Case.id)
        .where(Party.phone_index == index(phone, "phone"), visible_to(user), traceable_by(user))
        .where(party_known_to(user))
        .options(joinedload(Case.statement), joinedload(Case.estate))
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(EARLIER_CASES)
    )
    return db.session.scalars(statement).all()
