"""The form of a notice, whose words are kept until they are sent (F44)."""

from flask import request, url_for

from shared import clock
from shared.cases import scope
from shared.cases.models import Case
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.notices import guards, queries
from staff import row_ids, story
from staff.cases import unsent
from staff.cases.unsent import Place, names_of
from staff.notices_form import NoticeForm

HEAD, NEW = "notice", "new"


def of_new(told: Case | None) -> str:
    """*told*: what an improvement story is told of."""
    return f"{HEAD}/{NEW}/{told.archive_number}" if told else f"{HEAD}/{NEW}"


def of(notice_id: int) -> str:
    return f"{HEAD}/{notice_id}"


def _find(tail: str, user: User) -> Place:
    first, _, number = tail.partition("/")
    if first == NEW:
        return _new(number, user)
    notice = queries.read(row_ids.read(tail))
    if not guards.can_edit(user, notice, clock.now()):
        raise NotFound
    return Place(of(notice.id), url_for("staff.edit_notice", notice_id=notice.id), *names_of(NoticeForm))


def _new(number: str, user: User) -> Place:
    told = scope.read(user, number) if number else None
    if not (story.may_be_told(told, user) if told else user.estates_where(Permission.NOTICE_WRITE)):
        raise NotFound
    address = url_for("staff.new_notice", case=number or None)
    return Place(of_new(told), address, *names_of(NoticeForm), told)


def _asked() -> Place:
    number, notice_id = request.args.get("case", ""), (request.view_args or {}).get("notice_id")
    tail = str(notice_id) if notice_id else f"{NEW}/{number}".rstrip("/")
    return Place(f"{HEAD}/{tail}", "", *names_of(NoticeForm))


unsent.declare(HEAD, unsent.Forms(_find, _asked), "new_notice", "edit_notice")
