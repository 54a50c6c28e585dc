"""Why a large part of the register leaves the house, or telephones in whole: asked before, and kept for good (T28)."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from shared.audit.models import Export
from shared.cases import contacts
from shared.database import db
from shared.errors import Refused
from shared.exports.models import ExportJob
from shared.exports.register_rows import MASKED, WHOLE, ExportRow
from shared.identity.models import Appointment, User
from shared.identity.permissions import Permission

FREE = 200  # cases that leave without a word, within a day
SHOWN = 20
LONGEST_REASON = 200


class Unsaid(Refused):
    """It has not been said what for."""


def needs_reason(rows: Sequence[ExportRow], by: User, at: datetime) -> bool:
    """In many small parts the register leaves as well as in one: what left without a word that day counts too."""
    return any(row.shows_phone for row in rows) or len(rows) + _left_without_a_word(by, at) > FREE


def _left_without_a_word(by: User, at: datetime) -> int:
    taken = contacts.entered((MASKED, WHOLE), by, at)
    # Of a long one as many as have left by now: whoever calls it off has said nothing for others.
    said = db.session.scalar(
        select(func.sum(func.coalesce(ExportJob.done, Export.cases)))
        .select_from(Export)
        .outerjoin(ExportJob, ExportJob.export_id == Export.id)
        .where(Export.user_id == by.id, Export.at > at - contacts.DAY)
    )
    return max(0, taken - (said or 0))


def note(
    rows: Sequence[ExportRow], *, by: User, at: datetime, form: str, asked: str, reason: str
) -> Export | None:
    """Keep who took how much and why; nothing for a small part without telephones.

    *asked*: the filters as an address, without the words searched for. Raises Unsaid where a reason is missing.
    """
    contacts.take_turn(by)
    if not needs_reason(rows, by, at):
        return None
    phones = sum(row.shows_phone for row in rows)
    return keep(len(rows), phones, by=by, at=at, form=form, asked=asked, reason=reason)


def keep(cases: int, phones: int, *, by: User, at: datetime, form: str, asked: str, reason: str) -> Export:
    """As `note`, however little it is."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise Unsaid(_("请写明导出做什么用，最多 %(n)s 个字。", n=LONGEST_REASON), "AH-6.2")
    export = Export(at=at, user_id=by.id, form=form, cases=cases, phones=phones, asked=asked, reason=said)
    db.session.add(export)
    return export


def latest(user: User) -> Sequence[tuple[Export, str]]:
    """With the name of whoever took it: who then worked at one of the estates whose accesses *user* may read."""
    overseen = user.estates_where(Permission.ACCESS_VIEW)
    held_a_post = (
        select(Appointment.id)
        .where(
            Appointment.user_id == Export.user_id,
            Appointment.estate_id.in_(overseen),
            Appointment.since <= Export.at,
            or_(Appointment.until.is_(None), Appointment.until > Export.at),
        )
        .exists()
    )
    found = db.session.execute(
        select(Export, User.name)
        .join(User, User.id == Export.user_id)
        .where(held_a_post)
        .order_by(Export.id.desc())
        .limit(SHOWN)
    )
    return [(export, name) for export, name in found]
