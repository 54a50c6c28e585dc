"""Answers by mail: where the party's go, and what of a mail of theirs was not taken."""

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from shared.audit.models import TimelineRow
from shared.cases import replies
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db


def address(case: Case) -> str:
    """Where an answer to a mail about *case* is read; empty when no mailbox of its estate is."""
    boxes = current_app.extensions["shouwen"].mailboxes
    base = next((box.address for box in boxes if box.estate == case.estate.slug), "")
    return replies.address_of(case, base) if base else ""


def closing(case: Case) -> str:
    """The last line of a mail to the party."""
    if address(case):
        return _("这封邮件由系统发出。要补充情况或照片，直接回复就行，前面的内容不用删。")
    return _("这封邮件由系统发出，请不要直接回复。")


def left_out(case: Case, mail: str | None = None) -> list[str]:
    """What is to be said of files that were not taken: of the mail that made *case*, or of the one with this id."""
    rows = db.session.scalars(
        select(TimelineRow).where(
            TimelineRow.case_id == case.id,
            TimelineRow.act == (Act.ADDITION if mail else Act.FILING),
        )
    )
    row = next((row for row in rows if mail is None or str(row.data.get("mail")) == mail), None)
    counts: dict[str, int] = row.data.get("left_out", {}) if row else {}
    if not counts:
        return []
    why = _("，").join(_reason(code, n) for code, n in sorted(counts.items()))
    return [_("您发来的附件有 %(n)s 个没有收下：%(why)s。", n=sum(counts.values()), why=why)]


def _reason(code: str, n: int) -> str:
    return {
        "too_large": _("%(n)s 个太大（每张最多 15 MB）", n=n),
        "too_many_pixels": _("%(n)s 个尺寸太大", n=n),
        "too_many": _("%(n)s 个超出一次 6 张", n=n),
        "animated": _("%(n)s 个是动态图片", n=n),
        "not_stored": _("%(n)s 个没有存上，请稍后再发", n=n),
        "empty": _("%(n)s 个是空的", n=n),
        "broken": _("%(n)s 个打不开", n=n),
    }.get(code, _("%(n)s 个不是照片", n=n))
