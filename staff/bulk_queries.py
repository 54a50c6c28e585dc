"""What the forms of the bulk acts show: the ticked cases that one may see, and who and what could be chosen."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.identity import leaves
from shared.identity.models import Department, Leave, User
from shared.identity.permissions import Permission
from shared.identity.queries import departments, people_who_may
from shared.incidents import queries as incidents
from shared.incidents.models import Incident
from shared.ownership import routing
from shared.register.rows import CaseRow, load, selection

Offer = tuple[Department, User, int, Leave | None]


def seen(numbers: Collection[str], user: User, at: datetime) -> list[CaseRow]:
    """Of these cases those that *user* may see, as lines, in the order in which they came."""
    keys = select(Case.id).where(Case.archive_number.in_(numbers), visible_to(user))
    return load(selection(keys).order_by(Case.filed_at, Case.id), at)


def handlers_at(estate_id: int, at: datetime) -> list[Offer]:
    """Whom cases of the estate can be given to, with what they have in hand and whether they are away."""
    able = people_who_may(Permission.CASE_ACCEPT, estate_id)
    ids = [user.id for user in able]
    load_of, away = routing.in_hand(ids), leaves.away(ids, at)
    places = {d.id: d for d in departments(estate_id)}
    found: list[Offer] = [
        (places[i], user, load_of.get(user.id, 0), away.get(user.id))
        for user in able
        for i in user.department_ids
        if i in places
    ]
    return sorted(found, key=lambda row: (row[0].position, row[3] is not None, row[2], row[1].name))


def matters_at(estate_ids: Collection[int], user: User) -> Sequence[Incident]:
    """The incidents that cases of these estates could be put with."""
    managed = set(user.estates_where(Permission.INCIDENT_MANAGE)) & set(estate_ids)
    return [incident for estate_id in sorted(managed) for incident in incidents.open_at(user, estate_id)]
