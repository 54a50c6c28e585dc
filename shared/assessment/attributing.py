"""Where several shared a duty, somebody says whose it was; the entry that named nobody stays beside it."""

from datetime import datetime

from flask_babel import gettext as _

from shared.assessment import guards, liability
from shared.assessment.models import Entry
from shared.assessment.proposing import enter
from shared.assessment.standing import Origin
from shared.assessment.standings import standing_now
from shared.cases.acting import refuse_unless
from shared.database import db
from shared.errors import Refused
from shared.identity.models import User


def name_person(entry: Entry, person: User, *, by: User, at: datetime, note: str) -> Entry:
    """A new entry like *entry*, of *person*. Raises Refused; of two who name somebody at once one is told."""
    state = standing_now(entry).state
    refuse_unless(guards.can_name(by, entry, state), _("这一条现在不用写明责任人。"), entry.clause)
    refuse_unless(person.id != by.id, _("自己的事请由别人提出。"), entry.clause)
    refuse_unless(bool(person.roles_at(entry.estate_id)), _("这个人不在本项目。"), entry.clause)
    refuse_unless(bool(note.strip()), _("请写明看到了什么，依据是什么。"), entry.clause)
    named = enter(
        entry.estate,
        Origin(entry.origin),
        f"named:{entry.id}",
        at=at,
        occurred_at=entry.occurred_at,
        clause=entry.clause,
        rule=entry.rule,
        kind=entry.kind,
        least=entry.least,
        most=entry.most,
        person_id=person.id,
        department_id=liability.department_of(person, entry.estate_id, entry.occurred_at)
        or entry.department_id,
        case_id=entry.case_id,
        round=entry.round,
        deadline_id=entry.deadline_id,
        evidence=entry.evidence,
        about_id=entry.id,
        proposed_by_id=by.id,
        note=note.strip(),
    )
    if named is None:
        raise Refused(_("这一条刚刚已经有人提出了，请刷新查看。"))
    return db.session.get_one(Entry, named)
