"""An improvement story (MS-8): told of a closed case, in words of its own that another person approves."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from shared import words
from shared.cases import scope
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import User
from shared.notices import guards
from shared.notices.models import Notice
from shared.notices.stages import Kind

OVER = (State.CLOSED, State.ARCHIVED)


def may_be_told(case: Case, user: User) -> bool:
    """Of a closed case, by whoever writes notices; what staff report from inside is never public (CO-M5)."""
    return case.stage in OVER and not case.is_internal and guards.can_write(user, case.estate_id)


def address(case: Case, user: User) -> str:
    """Where to write it; empty for whoever may not."""
    return url_for("staff.new_notice", case=case.archive_number) if may_be_told(case, user) else ""


def asked(user: User) -> Case | None:
    """The case that the address names. Raises NotFound where *user* may tell nothing of it."""
    number = request.args.get("case")
    if not number:
        return None
    case = scope.read(user, number)
    if not may_be_told(case, user):
        raise NotFound
    return case


def beginning(case: Case) -> dict[str, Any]:
    """What the form begins with: category and building, and nothing that anybody wrote on the case."""
    what = str(words.CATEGORIES[case.category])
    where = case.building.name if case.building else _("小区公共区域")
    return {
        "kind": Kind.IMPROVEMENT,
        "estate": case.estate_id,
        "title": _("%(where)s%(what)s改进", where=where, what=what),
        "body": _(
            "有业主反映%(where)s%(what)s方面的问题。我们查明：\n现在已经：\n从今以后：",
            where=where,
            what=what,
        ),
    }


def told_of(notice: Notice, user: User) -> Case | None:
    """The case behind a notice, for staff who may see that case."""
    if notice.case_id is None:
        return None
    return db.session.scalar(select(Case).where(Case.id == notice.case_id, visible_to(user)))
