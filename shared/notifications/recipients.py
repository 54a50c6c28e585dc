"""Who is told of what. Nobody is told of a case that is about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.cases import participation
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.identity import queries
from shared.identity.models import User
from shared.identity.permissions import Role


@dataclass(frozen=True, slots=True)
class Recipient:
    user: User
    role: str  # as what they are told


def handler(case: Case) -> list[Recipient]:
    return _fit(case, [case.handler], Role.HANDLER)


def first_responder(case: Case) -> list[Recipient]:
    return _fit(case, [case.first_responder], "first_responder")


def on_duty(case: Case, at: datetime) -> list[Recipient]:
    """Who answers by the roster for what nobody has claimed."""
    return _fit(case, [queries.on_duty(case.estate_id, at)], Role.DISPATCHER)


def directors(case: Case) -> list[Recipient]:
    return _fit(case, queries.people_with([Role.DIRECTOR], case.estate_id), Role.DIRECTOR)


def general_managers(case: Case) -> list[Recipient]:
    return _fit(case, queries.people_with([Role.GENERAL_MANAGER], case.estate_id), Role.GENERAL_MANAGER)


def department_heads(case: Case, department_id: int | None) -> list[Recipient]:
    if department_id is None:
        return []
    heads = queries.people_with([Role.DEPARTMENT_HEAD], case.estate_id, department_id)
    return _fit(case, heads, Role.DEPARTMENT_HEAD)


def holder(case: Case, rule: str, at: datetime) -> list[Recipient]:
    """With whom the duty of *rule* lies: handler, first responder, else who is on duty, else the director.

    Relaying is never the handler's duty, even where its breach is noticed only when the case has reached him;
    reporting the result still is when the case has left him.
    """
    with_handler = case.state in (State.DISPATCHED, State.HANDLING) or rule == "report"
    return (
        (handler(case) if with_handler and not rule.startswith("relay") else [])
        or first_responder(case)
        or on_duty(case, at)
        or directors(case)
        or general_managers(case)
    )


def holder_and_next(case: Case, rule: str, at: datetime) -> list[Recipient]:
    """The holder and the next level up: of a handler the department's head, of the others the director."""
    holding = holder(case, rule, at)
    roles = {recipient.role for recipient in holding}
    above: list[Recipient] = []
    if Role.HANDLER in roles:
        above = department_heads(case, case.lead_department_id) + first_responder(case)
    if Role.DIRECTOR in roles:
        above = general_managers(case)
    return _once(holding + (above or directors(case) or general_managers(case)))


def both_heads(case: Case, department_id: int | None) -> list[Recipient]:
    """The head of the department that handled it, and the director (TR-14)."""
    return _once(department_heads(case, department_id) + directors(case))


def _fit(case: Case, users: Iterable[User | None], role: str) -> list[Recipient]:
    return [
        Recipient(user, str(role))
        for user in users
        if user is not None and user.is_active and not participation.is_about(case, user)
    ]


def _once(recipients: list[Recipient]) -> list[Recipient]:
    """The first mention of each person."""
    return list({recipient.user.id: recipient for recipient in reversed(recipients)}.values())[::-1]
