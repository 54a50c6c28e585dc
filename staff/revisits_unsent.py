"""The forms of a revisit, whose words and answers are kept until they are sent (F44): the call sheet and the visit."""

import re
from collections.abc import Iterable

from flask import request, url_for

from shared.cases import scope
from shared.cases.models import Case
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.revisits import calling, guards
from staff.cases import unsent
from staff.cases.unsent import Place, names_of
from staff.revisits_forms import AnswersForm, CallForm, VisitForm

SHEET, VISIT = "revisit", "visit"
# What was answered is worth as much as what was written: nobody likes to be asked twice.
ANSWERS, SAID = names_of(AnswersForm)[0], {"opinions", "satisfied", "timely", "courteous"}
OF_A_CASE = re.compile(r"c[0-9]+-")  # before the names of the answers on a sheet of several cases


def prefix_of(case: Case) -> str:
    """Before the names of the answers about *case* on a sheet."""
    return f"c{case.id}"


def of_sheet(case: Case) -> str:
    """*case*: the one by which the sheet was opened."""
    return f"{SHEET}/{case.archive_number}"


def of_visit(case: Case) -> str:
    return f"{VISIT}/{case.archive_number}"


def _sheet(name: str, address: str, prefixes: Iterable[str], case: Case | None = None) -> Place:
    prefixes = [f"{prefix.removesuffix('-')}-" for prefix in prefixes]
    names = {prefix + answer for prefix in prefixes for answer in ANSWERS} | names_of(CallForm)[0]
    return Place(
        name, address, frozenset(names), frozenset(p + said for p in prefixes for said in SAID), case
    )


def _visit(name: str, address: str, case: Case | None = None) -> Place:
    return Place(name, address, names_of(VisitForm)[0] | ANSWERS - {"skipped"}, frozenset(SAID), case)


def _find_sheet(number: str, user: User) -> Place:
    case = _revisited(number, user)
    call = calling.call_of(user, case)
    if call is None:
        raise NotFound
    prefixes = [prefix_of(due.case) for due in call.due if guards.can_revisit(user, due.case)]
    return _sheet(of_sheet(case), url_for("staff.revisits_sheet", number=number), prefixes, case)


def _find_visit(number: str, user: User) -> Place:
    case = _revisited(number, user)
    if not guards.can_revisit(user, case):
        raise NotFound
    return _visit(of_visit(case), url_for("staff.revisits_visit", number=number), case)


def _revisited(number: str, user: User) -> Case:
    if not user.estates_where(Permission.CASE_REVISIT):
        raise NotFound
    return scope.read(user, number)


def _asked_sheet() -> Place:
    found = {match[0] for match in map(OF_A_CASE.match, request.form) if match}
    return _sheet(_asked(SHEET), "", found)


def _asked_visit() -> Place:
    return _visit(_asked(VISIT), "")


def _asked(head: str) -> str:
    return f"{head}/{(request.view_args or {}).get('number', '')}"


unsent.declare(SHEET, unsent.Forms(_find_sheet, _asked_sheet), "revisits_sheet")
unsent.declare(VISIT, unsent.Forms(_find_visit, _asked_visit), "revisits_visit")
