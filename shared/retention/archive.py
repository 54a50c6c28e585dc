"""Sealed cases: contacts and photos are shut, and opened by few, for half an hour, on record (AH-6.2, T40, T41)."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from shared.audit.models import Access
from shared.cases import acting, contacts, internal_reports
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.presence import unsent

OPENED = "archive"
OPEN_FOR = timedelta(minutes=30)


def seal(case: Case, *, at: datetime) -> None:
    """Shut contacts and photos of *case*, which has ended; what somebody typed and never sent goes."""
    case.sealed_at = at
    unsent.forget_of_case(case.id)
    _by_the_machine(case, Act.SEALING, at)


def unseal(case: Case) -> None:
    """A case taken up again needs its contacts; its term begins anew with its next end."""
    case.sealed_at = None


def erased(case: Case, *, at: datetime) -> None:
    """Record that what was personal in *case* has gone."""
    case.sealed_at = case.sealed_at or at
    _by_the_machine(case, Act.ERASURE, at)
    case.erased_at = at


def _by_the_machine(case: Case, act: Act, at: datetime) -> None:
    """Not handling: a case of last year must not come up as changed, in the lobby of all places."""
    changed_at = case.changed_at
    acting.perform(case, act, by=None, at=at, public=True)
    case.changed_at = changed_at


def can_open(user: User, case: Case) -> bool:
    """Who leads the centre, and who checks it; of a report from inside, who answers for it (AH-6.2, CO-M5)."""
    if case.is_internal:
        return internal_reports.is_kept_by(case, user)
    return user.can(Permission.ARCHIVE_OPEN, case.estate_id)


def open_for(case: Case, *, by: User, at: datetime) -> None:
    """Let *by* see contacts and photos of a sealed case for half an hour. The row of the register is the right."""
    acting.refuse_unless(case.erased_at is None, _("这件诉求里的个人信息已经删除。"))
    acting.refuse_unless(can_open(by, case), _("打开封存的档案，要由服务中心主任或督导专员来做。"), "AH-6.2")
    if is_shut(case, by, at):
        contacts.register([case.id], OPENED, by=by, at=at)


def is_shut(case: Case, user: User, at: datetime) -> bool:
    """Whether contacts and photos of *case* are kept from *user* now. Costs a query for sealed cases only."""
    if case.sealed_at is None:
        return False
    opened = select(Access.id).where(
        Access.case_id == case.id,
        Access.user_id == user.id,
        Access.what == OPENED,
        Access.at > at - OPEN_FOR,
    )
    return not can_open(user, case) or db.session.scalar(opened.limit(1)) is None
