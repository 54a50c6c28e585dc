"""A notice is written by one person, approved by another, and shown for as long as it says (MS-8)."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared.database import db
from shared.errors import Refused
from shared.identity.models import User
from shared.notices import guards
from shared.notices.models import Notice
from shared.notices.stages import Kind
from shared.sealing import digest


@dataclass(frozen=True, slots=True)
class Text:
    """What a notice says and from when to when, checked by the form that took it."""

    kind: Kind
    title: str
    body: str
    publish_at: datetime
    expire_at: datetime | None
    pinned: bool = False
    case_id: int | None = None  # of an improvement story: the closed case it is told of, for staff alone


def _refuse_unless(condition: bool, message: str) -> None:
    if not condition:
        raise Refused(message, "MS-8")


def _put(notice: Notice, text: Text, at: datetime, submit: bool) -> None:
    _refuse_unless(
        text.expire_at is None or text.expire_at > max(text.publish_at, at),
        _("结束时间要晚于开始时间和现在。"),
    )
    notice.kind, notice.title, notice.body = text.kind, text.title, text.body
    notice.publish_at, notice.expire_at = text.publish_at, text.expire_at
    notice.pinned, notice.case_id = text.pinned, text.case_id
    notice.submitted_at = at if submit else None


def write(estate_id: int, text: Text, *, by: User, at: datetime, submit: bool) -> Notice:
    """A new draft; *submit* asks for approval at once."""
    _refuse_unless(guards.can_write(by, estate_id), _("您的岗位不能写公告。"))
    notice = Notice(estate_id=estate_id, written_by_id=by.id, written_at=at)
    _put(notice, text, at, submit)
    db.session.add(notice)
    db.session.flush()
    return notice


def edit(notice: Notice, text: Text, *, by: User, at: datetime, submit: bool) -> None:
    """Its writer changes what nobody has approved yet; the caller has locked the row."""
    _refuse_unless(guards.can_edit(by, notice, at), _("公告批准以后不能再改，只能撤下后重写。"))
    _put(notice, text, at, submit)


def seen(notice: Notice) -> str:
    """What an approver has read, as a digest: an approval is of these words and no others."""
    said = (
        notice.kind,
        notice.title,
        notice.body,
        notice.publish_at.isoformat(),
        str(notice.expire_at),
        str(bool(notice.pinned)),
    )
    return digest("\x1f".join(said)).hex()[:32]


def approve(notice: Notice, *, by: User, at: datetime, read: str) -> None:
    """Another person than the writer stands for it. *read* is `seen` as it was when they read it."""
    _refuse_unless(notice.written_by_id != by.id, _("公告要由写的人以外的人批准。"))
    _refuse_unless(guards.can_approve(by, notice, at), _("这条公告现在不能批准。"))
    _refuse_unless(read == seen(notice), _("公告内容刚刚改过，请重新看一遍再批准。"))
    notice.approved_by_id, notice.approved_at = by.id, at


def withdraw(notice: Notice, *, by: User, at: datetime) -> None:
    """Off every screen at once; the record stays."""
    _refuse_unless(guards.can_withdraw(by, notice, at), _("这条公告现在不能撤下。"))
    notice.withdrawn_by_id, notice.withdrawn_at = by.id, at
