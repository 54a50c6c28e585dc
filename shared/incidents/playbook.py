"""The checklist for collective complaints and disturbances (VK-5.4): what is done, by whom, when, with what words."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shared.cases import acting
from shared.database import db
from shared.identity.models import User
from shared.incidents import guards
from shared.incidents.models import Incident, PlaybookStep
from shared.words import Table

COLLECTIVE = 10  # VK-4h
LONGEST_NOTE = 400

STEPS: Table = {
    "specialist": _l("投诉专员第一个到场，或第一个与代表谈"),
    "leaders": _l("马上告诉公司领导，说清人数、诉求、情绪"),
    "calm": _l("请到单独的房间，先听完，留下代表和联系方式"),
    "promise": _l("没有授权，不作任何承诺，不评论责任"),
    "discussion": _l("领导商议，定出对外口径和底线"),
    "department": _l("商议后指定一个部门牵头，写明负责人"),
    "legal": _l("法务同时介入，核对合同、承诺和证据"),
    "media": _l("有媒体到场或网上传播，同时由专人应对"),
    "answer": _l("各方意见一致之后，才统一答复"),
    "follow": _l("答复之后逐户回访，把结果记入每件诉求"),
}


def is_due(incident: Incident, owners: int) -> bool:
    """Whether the matter is collective (VK-4h): by those counted on the spot, or by the owners who wrote."""
    return max(incident.people, owners) >= COLLECTIVE


def tick(incident: Incident, step: str, *, by: User, at: datetime, note: str = "") -> PlaybookStep:
    """A step is done. Raises Refused when somebody has ticked it before."""
    acting.refuse_unless(guards.can_manage(by, incident), _("并案由调度、投诉专员或服务中心主任来做。"))
    acting.refuse_unless(step in STEPS, _("清单里没有这一步。"), "VK-5.4")
    known = db.session.scalar(
        select(PlaybookStep)
        .where(PlaybookStep.incident_id == incident.id, PlaybookStep.step == step)
        .execution_options(populate_existing=True)
    )
    acting.refuse_unless(
        known is None, _("这一步已由%(name)s记下。", name=known.by.name if known else ""), "VK-5.4"
    )
    done = PlaybookStep(
        incident_id=incident.id, step=step, done_at=at, by_id=by.id, note=note.strip()[:LONGEST_NOTE]
    )
    db.session.add(done)
    db.session.flush()
    return done
