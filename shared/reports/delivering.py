"""Who is told by mail that a report was made or signed, with the way to it; no figure leaves the house (MS-6).

A report is of no case, so these letters stand in the outbox alone.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared import addresses
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.identity.queries import people_who_may
from shared.notifications import letters
from shared.notifications.channels import Letter
from shared.notifications.letters import Said
from shared.outbox.tasks import task
from shared.reports import naming
from shared.reports.models import Report
from shared.reports.periods import ANSWERED_FOR

TASK = "send_report"
MADE, SIGNED = "made", "signed"


def on_made(report_id: int, estate: Estate, at: datetime) -> None:
    """To all who may read it, not before the quiet hours end."""
    _write(report_id, MADE, estate, at)


def on_signed(report_id: int, estate: Estate, at: datetime) -> None:
    _write(report_id, SIGNED, estate, at)


def _write(report_id: int, event: str, estate: Estate, at: datetime) -> None:
    for person in people_who_may(Permission.REPORT_VIEW, estate.id):
        payload = {"report": report_id, "event": event, "user": person.id}
        letters.owe(TASK, payload, f"report:{report_id}:{event}:{person.id}", estate, at)


@task(TASK)
def send_report(payload: dict[str, Any]) -> None:
    """One letter, to somebody who may still read the report. Raises Undone."""
    report = db.session.scalar(
        select(Report).where(Report.id == payload["report"]).options(joinedload(Report.estate))
    )
    person = db.session.get(User, payload["user"])
    letters.send(_letter(report, person, payload["event"]) if report and person else None)


def _letter(report: Report, person: User, event: str) -> Letter | None:
    if not person.can(Permission.REPORT_VIEW, report.estate_id):
        return None
    with letters.in_our_language():
        facts = {"estate": report.estate.name, "report": naming.title(report)}
        if event == MADE:
            subject = _("%(estate)s：%(report)s已生成", **facts)
            line = _("%(estate)s的%(report)s已按期生成，请查看。", **facts)
            if report.kind in ANSWERED_FOR:
                line = _("%(estate)s的%(report)s已按期生成，请查看、分析、签发。", **facts)
        else:
            subject = _("%(estate)s：%(report)s已签发", **facts)
            line = _("%(estate)s的%(report)s已由服务中心签发，请督导接收。", **facts)
        mark, link = f"{report.id}:{event}:{person.id}", addresses.staff_report(report.id)
        below = _("要登录才能看；每个数字都能点开它的诉求件。")
        return letters.to(person, Said(subject, [line], link, mark, "report", below), report.estate.name)
