"""An emergency was taken without a record; the record is completed later (VK-5.1)."""

from dataclasses import dataclass, fields
from datetime import datetime

from flask_babel import gettext as _

from shared import events, sealing
from shared.cases import acting, guards
from shared.cases.events import StatementGrew
from shared.cases.filing import party_of
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import PartyType
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission


@dataclass(frozen=True, slots=True)
class Missing:
    """What was not written down at reception; what is already on record stays as it is."""

    description: str = ""
    demands: str = ""
    name: str = ""
    phone: str = ""
    unit: str = ""


def can_supplement(user: User, case: Case) -> bool:
    return guards.may(user, case, Act.SUPPLEMENT, Permission.CASE_REGISTER)


def supplement(case: Case, missing: Missing, *, by: User, at: datetime) -> None:
    """Complete the record. Raises Refused when nothing is added."""
    acting.refuse_unless(can_supplement(by, case), _("补录由接报的岗位来做。"), "VK-5.1")
    given = [field.name for field in fields(missing) if getattr(missing, field.name).strip()]
    acting.refuse_unless(bool(given), _("请至少补一项。"), "VK-5.1")
    _add_words(case, missing)
    if not case.anonymous:
        _add_party(case, missing)
    said = "\n".join(getattr(missing, name) for name in given)
    acting.perform(
        case,
        Act.SUPPLEMENT,
        by=by,
        at=at,
        public=False,
        data={"given": given, "paperless": False, "digest": sealing.digest(said).hex()},
    )
    events.publish(StatementGrew(case.id))


def _add_words(case: Case, missing: Missing) -> None:
    """Nothing on record is written over: what is new stands below what was said first."""
    statement = case.statement
    if statement is None:
        return
    statement.description = "\n".join(filter(None, [statement.description, missing.description.strip()]))
    statement.demands = "\n".join(filter(None, [statement.demands, missing.demands.strip()]))


def _add_party(case: Case, missing: Missing) -> None:
    known = case.party
    fresh = party_of(
        case.id,
        type=PartyType(known.type) if known else PartyType.OWNER,
        name=(known.name if known else None) or missing.name.strip(),
        phone=(known.phone if known else None) or missing.phone.strip(),
        email=(known.email if known else None) or "",
        unit=(known.unit if known else None) or missing.unit.strip(),
        locale=known.locale if known else "zh_Hans",
    )
    case.party = db.session.merge(fresh)
