"""What was decided wrongly is taken back by a counter-entry (冲销), which another person decides; nothing is edited."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shared.assessment import guards
from shared.assessment.finding import free_key, key_if_free
from shared.assessment.models import Entry
from shared.assessment.proposing import enter
from shared.assessment.standing import Origin, Standing
from shared.assessment.standings import standing_now, standings_of
from shared.cases.acting import refuse_unless
from shared.database import db
from shared.errors import Refused
from shared.identity.models import User


def propose_counter(entry: Entry, *, by: User, at: datetime, note: str) -> Entry:
    """Of an entry that stands, whole; in the month of what it takes back. Raises Refused."""
    standing = standing_now(entry)
    refuse_unless(guards.can_counter(by, entry, standing.state), _("这一条现在不能由您冲销。"), entry.clause)
    refuse_unless(bool(note.strip()), _("请写明为什么冲销。"), entry.clause)
    key = free_key(entry.estate_id, _key(entry))
    counter_id = _enter(entry, standing, key, at, by=by, note=note.strip())
    if counter_id is None:
        raise Refused(_("这一条刚刚已经有人提出了，请刷新查看。"))
    return db.session.get_one(Entry, counter_id)


def undo_what_hangs_on(entry: Entry, at: datetime) -> None:
    """What was decided because *entry* stood, which it no longer does, is proposed for taking back by the machine.

    What was not decided yet lapses by itself.
    """
    hanging = db.session.scalars(
        select(Entry)
        .where(Entry.about_id == entry.id, Entry.origin.in_((Origin.DOUBLING, Origin.ADVICE)))
        .options(selectinload(Entry.decisions))
    ).all()
    standings = standings_of(hanging)
    for each in hanging:
        key = key_if_free(each.estate_id, _key(each)) if standings[each.id].stands else None
        if key is not None:  # else somebody has proposed just that already
            _enter(each, standings[each.id], key, at, by=None, note="")


def _key(entry: Entry) -> str:
    return f"counter:{entry.id}"


def _enter(
    entry: Entry, standing: Standing, key: str, at: datetime, *, by: User | None, note: str
) -> int | None:
    whole = standing.whole
    return enter(
        entry.estate,
        Origin.COUNTER,
        key,
        at=at,
        occurred_at=entry.occurred_at,
        clause=entry.clause,
        rule=entry.rule,
        kind=entry.kind,
        least=None if whole is None else -whole,
        most=None if whole is None else -whole,
        person_id=entry.person_id,
        department_id=entry.department_id,
        case_id=entry.case_id,
        round=entry.round,
        about_id=entry.id,
        proposed_by_id=by.id if by else None,
        note=note,
    )
