"""The register as it is taken away: all cases of a filter that somebody may see, with what they may know of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import aliased

from shared.cases import contacts
from shared.cases.models import Case, Party, Statement
from shared.cases.participation import ordinary, party_known_to, visible_to
from shared.cases.telephones import masked
from shared.database import db
from shared.errors import Refused
from shared.identity.models import Building, Department, Estate, User
from shared.identity.permissions import Permission
from shared.register.filters import Filters, Sort, conditions
from shared.register.search import understand

MOST = 200_000  # a fifth of the rows that Excel opens
AT_ONCE = 1_000  # ids in one statement; SQLite takes 32,766 values
MASKED, WHOLE = "export", "export_phone"  # in the register of who saw what (AH-6.2)

_handler = aliased(User)
_responder = aliased(User)
_COLUMNS: tuple[Any, ...] = (
    Case.id,
    Case.archive_number,
    Case.estate_id,
    Estate.name.label("estate"),
    Estate.zone,
    Case.filed_at,
    Case.kind,
    Case.category,
    Case.channel,
    Case.urgency,
    Case.severity,
    Case.validity,
    Building.name.label("building"),
    Case.spot,
    Statement.description,
    Statement.demands,
    Party.name.label("party"),
    Party.phone,
    Case.state,
    Case.round,
    Department.name.label("department"),
    _handler.name.label("handler"),
    _responder.name.label("first_responder"),
    Case.next_due_at,
    Case.sealed_at,
)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A case as a line of the file; what its reader may not know is empty."""

    facts: Row[Any]
    spot: str
    said: str
    demands: str
    party: str
    phone: str
    shows_phone: bool = False  # whole

    @property
    def case_id(self) -> int:
        found: int = self.facts.id
        return found


def ids_of(user: User, filters: Filters, at: datetime, zone: str) -> Sequence[int]:
    """Every case of *filters* that *user* may see, in their order. Raises Refused for more than MOST."""
    wanted: list[ColumnElement[bool]] = [visible_to(user), *conditions(filters, user, at, zone)]
    sought = understand(filters.q, at, zone, user)
    if sought is not None:
        wanted.append(sought.condition)
    order: Any = Case.filed_at.asc() if filters.sort is Sort.OLDEST else Case.filed_at.desc()
    if filters.sort is Sort.DUE:
        order = Case.next_due_at.asc()
        wanted.append(Case.next_due_at.is_not(None))
    ids = db.session.scalars(
        select(Case.id).where(*wanted).order_by(order, Case.id.desc()).limit(MOST + 1)
    ).all()
    if len(ids) > MOST:
        raise Refused(_("符合条件的超过 %(n)s 件，一次最多导出 %(n)s 件。请按登记日期分几次导出。", n=MOST))
    return ids


def read(user: User, ids: Sequence[int], *, whole_phones: bool = False) -> list[ExportRow]:
    """Those of the cases that *user* may see now, in that order.

    Telephones are masked unless they are asked for whole and the person may reveal them at that estate. Who reported a
    complaint about staff, or anything from inside, stays empty for whom the case page does not tell either.
    """
    reveals = set(user.estates_where(Permission.CONTACT_REVEAL)) if whole_phones else set()
    found: dict[int, ExportRow] = {}
    for start in range(0, len(ids), AT_ONCE):
        for row in db.session.execute(_statement(ids[start : start + AT_ONCE], user)):
            found[row.id] = _row(row, row.estate_id in reveals)
    return [found[case_id] for case_id in ids if case_id in found]


def _statement(ids: Sequence[int], user: User) -> Any:
    return (
        select(*_COLUMNS, (ordinary() & party_known_to(user)).label("is_known"))
        .select_from(Case)
        .join(Estate, Estate.id == Case.estate_id)
        .outerjoin(Building, Building.id == Case.building_id)
        .outerjoin(Department, Department.id == Case.lead_department_id)
        .outerjoin(_handler, _handler.id == Case.handler_id)
        .outerjoin(_responder, _responder.id == Case.first_responder_id)
        .outerjoin(Statement, Statement.case_id == Case.id)
        .outerjoin(Party, Party.case_id == Case.id)
        .where(Case.id.in_(ids), visible_to(user))
    )


def _row(row: Row[Any], reveals: bool) -> ExportRow:
    """Of a sealed case no word leaves: it is opened one at a time, and each time on record (PIPL 47)."""
    if row.sealed_at is not None:
        return ExportRow(row, "", _("内容已封存"), "", "", "")
    known = row.phone if row.is_known and row.phone else ""
    return ExportRow(
        facts=row,
        spot=row.spot or "",
        said=row.description or "",
        demands=row.demands or "",
        party=(row.party or "") if row.is_known else "",
        phone=known if reveals or not known else masked(known),
        shows_phone=bool(known) and reveals,
    )


def record(rows: Sequence[ExportRow], *, by: User, at: datetime) -> None:
    """One entry for each case that leaves, in the register of who saw what (AH-6.2, T28)."""
    for what, whole in ((WHOLE, True), (MASKED, False)):
        contacts.register([row.case_id for row in rows if row.shows_phone is whole], what, by=by, at=at)
