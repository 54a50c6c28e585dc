"""What people do with a report: write its analysis, sign it, receive it (GZ-3, AH-5.2, VK-4l)."""

from datetime import datetime

from flask_babel import gettext as _

from shared.cases.acting import refuse_unless
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.reports import delivering
from shared.reports.models import Report
from shared.reports.periods import ANSWERED_FOR, Kind

ANALYSED = frozenset(
    {Kind.QUARTERLY, Kind.ANNUAL}
)  # not signed without a word on what the numbers mean (VK-4l)


def can_analyse(user: User, report: Report) -> bool:
    return report.signed_at is None and user.can(Permission.REPORT_ANALYSE, report.estate_id)


def can_sign(user: User, report: Report) -> bool:
    return (
        report.kind in ANSWERED_FOR
        and report.signed_at is None
        and user.can(Permission.REPORT_SIGN, report.estate_id)
    )


def can_receive(user: User, report: Report) -> bool:
    return (
        report.signed_at is not None
        and report.received_at is None
        and report.signed_by_id != user.id
        and user.can(Permission.REPORT_RECEIVE, report.estate_id)
    )


def analyse(report: Report, text: str, *, by: User, seen: str) -> None:
    """Trend, cause and effect in somebody's words; until the report is signed (AH-5.2).

    *seen* is what stood there when *by* began to write: what a colleague has written since is not overwritten.
    """
    refuse_unless(report.signed_at is None, _("报告已经签发，分析不能再改。"), "GZ-3")
    refuse_unless(can_analyse(by, report), _("您的岗位不写报告分析。"), "AH-5.2")
    refuse_unless(seen == report.analysis, _("同事刚改过分析。请对照着改，再保存。"), "AH-5.2")
    report.analysis, report.analysed_by_id = text.strip(), by.id


def sign(report: Report, *, by: User, at: datetime, seen: str) -> None:
    """The service centre answers for the numbers and sends them to supervision (GZ-3).

    *seen* is the analysis that *by* has read: nobody signs for words written meanwhile.
    """
    refuse_unless(report.signed_at is None, _("报告已经签发。"), "GZ-3")
    refuse_unless(report.kind in ANSWERED_FOR, _("周报只供查看，不用签发。"), "MS-6")
    refuse_unless(can_sign(by, report), _("报告由服务中心签发。"), "GZ-3")
    refuse_unless(
        Kind(report.kind) not in ANALYSED or bool(report.analysis), _("先写分析，再签发。"), "VK-4l"
    )
    refuse_unless(seen == report.analysis, _("同事刚改过分析。请看过再签发。"), "AH-5.2")
    report.signed_by_id, report.signed_at = by.id, at
    delivering.on_signed(report.id, report.estate, at)


def receive(report: Report, *, by: User, at: datetime) -> None:
    """Supervision has it; by another than who signed (GZ-3, GZ-17B)."""
    refuse_unless(report.signed_at is not None, _("报告签发以后，督导才能接收。"), "GZ-3")
    refuse_unless(report.received_at is None, _("报告已经接收。"), "GZ-3")
    refuse_unless(can_receive(by, report), _("报告由督导接收，签发的人不能自己接收。"), "GZ-3")
    report.received_by_id, report.received_at = by.id, at
