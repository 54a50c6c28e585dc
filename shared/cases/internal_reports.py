"""Reports from inside (内部反映, CO-M5): who answers for one, and that nobody else has to do with it."""

from datetime import datetime

from flask_babel import gettext as _

from shared import words
from shared.cases import participation
from shared.cases.models import Case
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_with, person_named_in

# Who answers: supervision. When it is about all of them the general manager, then the deputy.
IN_TURN = (Role.SUPERVISOR, Role.GENERAL_MANAGER, Role.DEPUTY_MANAGER)


def keepers(case: Case) -> list[User]:
    """Who answers for *case*, by name. Nobody where everybody who could is whom it is about."""
    for role in IN_TURN:
        people = [
            user for user in people_with([role], case.estate_id) if not participation.is_about(case, user)
        ]
        if people:
            return people
    return []


def is_kept_by(case: Case, user: User) -> bool:
    """Whether *user* sees it and answers for it: of supervision, or asked in its place."""
    is_theirs = user.can(Permission.CASE_VIEW_INTERNAL, case.estate_id) or participation.holds(
        case, user, participation.TOLD
    )
    return is_theirs and not participation.is_about(case, user)


def whom_it_names(text: str, estate_id: int) -> list[User]:
    """Staff whom *text* names, or whose office it names where that office could answer for the report.

    Too many rather than too few: whoever is only mentioned is kept away as well.
    """
    named = {user.id: user for user in person_named_in(text, estate_id)}
    for role in sorted(IN_TURN, key=lambda role: -len(str(words.ROLES[role]))):
        if (office := str(words.ROLES[role])) in text:
            text = text.replace(office, "")  # 副总经理 is no 总经理
            named.update({user.id: user for user in people_with([role], estate_id)})
    return list(named.values())


def entrust(case: Case, at: datetime) -> None:
    """Let whoever answers for it see it, after it became known whom it is about.

    Raises Refused when nobody is left: it would lie unseen for ever.
    """
    people = keepers(case)
    if not people:
        raise Refused(
            _("您写到的人里，有全部能看内部反映的人，这里没人能公正处理。请改向街道办或 12345 反映。"),
            "CO-M5",
        )
    for user in people:
        is_told = participation.holds(case, user, participation.TOLD)
        if not user.can(Permission.CASE_VIEW_INTERNAL, case.estate_id) and not is_told:
            participation.enter(case, participation.TOLD, at, user_id=user.id)
