"""Who is told by mail that a report was made or signed, with the way to it; no figure leaves the house (MS-6).

A report is of no case, so these letters stand in the outbox alone.
"""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared import addresses, sealing
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.identity.queries import people_who_may
from shared.notifications import quiet
from shared.notifications.channels import Letter, mail
from shared.outbox import rows
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
        rows.write(TASK, payload, f"report:{report_id}:{event}:{person.id}", quiet.ends_at(estate, at))


@task(TASK)
def send_report(payload: dict[str, Any]) -> None:
    """One letter, to somebody who may still read the report; nothing where no mail can be sent. Raises Undone."""
    report = db.session.scalar(
        select(Report).where(Report.id == payload["report"]).options(joinedload(Report.estate))
    )
    person = db.session.get(User, payload["user"])
    letter = _letter(report, person, payload["event"]) if report and person else None
    db.session.rollback()  # no snapshot is held while the server thinks
    if letter is not None and mail.is_configured() and mail.is_usable(letter.to):
        mail.send(letter)


def _letter(report: Report, person: User, event: str) -> Letter | None:
    if not (person.is_active and person.can(Permission.REPORT_VIEW, report.estate_id) and person.email):
        return None
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
        facts = {"estate": report.estate.name, "report": naming.title(report)}
        if event == MADE:
            subject = _("%(estate)s：%(report)s已生成", **facts)
            lines = [_("%(estate)s的%(report)s已按期生成，请查看。", **facts)]
            if report.kind in ANSWERED_FOR:
                lines = [_("%(estate)s的%(report)s已按期生成，请查看、分析、签发。", **facts)]
        else:
            subject = _("%(estate)s：%(report)s已签发", **facts)
            lines = [_("%(estate)s的%(report)s已由服务中心签发，请督导接收。", **facts)]
        link = addresses.staff_report(report.id)
        shown = link if link.startswith("http") else ""
        if shown:
            lines.append(_("打开：%(link)s", link=shown))
            lines.append(_("要登录才能看；每个数字都能点开它的诉求件。"))
        return Letter(
            to=person.email,
            subject=subject,
            text="\n\n".join([_("您好，"), *lines]) + "\n",
            mark=sealing.token(f"{report.id}:{event}:{person.id}".encode(), "report"),
            sender=report.estate.name,
            link=shown,
        )
