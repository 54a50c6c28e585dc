"""Finding (查明): what the investigation, or the owner's account, shows of fault and circumstances (TR-3, TR-6)."""

from dataclasses import asdict, fields
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from shared import events
from shared.audit import timeline
from shared.cases import acting, guards
from shared.cases.circumstances import Circumstances
from shared.cases.events import CircumstancesFound
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Finding
from shared.cases.vocabulary import Fault
from shared.database import db
from shared.identity.models import User

# Built once: every filing asks it.
_LATEST = select(Finding).where(Finding.case_id == bindparam("case")).order_by(Finding.id.desc()).limit(1)


def latest_finding(case: Case) -> Finding | None:
    """The finding that stands; what was found in an earlier round stays found."""
    return None if timeline.lacks(case, Act.FINDING) else db.session.scalar(_LATEST, {"case": case.id})


def circumstances_of(case: Case) -> Circumstances:
    """What is known of the matter now."""
    found = latest_finding(case)
    if found is None:
        return Circumstances(fault=Fault(case.fault))
    answers = {field.name: getattr(found, field.name) for field in fields(Circumstances)}
    return Circumstances(**(answers | {"fault": Fault(found.fault)}))


def find(case: Case, circumstances: Circumstances, *, by: User, at: datetime, text: str) -> Finding:
    """Record what is known from now on, and in words on what it rests.

    A strong complaint and serious consequences are judgements that the source leaves to people (GZ): the words are
    their reason. Raises Refused without words.
    """
    acting.refuse_unless(
        guards.can_find(by, case), _("查明情况由首问责任人、处理人、部门负责人或调度来做。"), "TR-6"
    )
    acting.refuse_unless(bool(text.strip()), _("请写明查到了什么，依据是什么。"), "TR-6")
    case.fault = circumstances.fault
    words_id, words = acting.write_words(case, text, public=False)
    finding = Finding(
        case_id=case.id, round=case.round, by_id=by.id, at=at, words_id=words_id, **asdict(circumstances)
    )
    db.session.add(finding)
    acting.perform(case, Act.FINDING, by=by, at=at, public=False, data={**asdict(circumstances), **words})
    events.publish(CircumstancesFound(case.id))
    return finding
