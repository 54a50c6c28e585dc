"""Who may take, give and sign for a case now; asked by the buttons and by the verbs."""

from shared.cases import measures
from shared.cases.guards import is_first_responder, is_handling, may, serves_estate
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Complexity, Severity
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership.models import Return, Task, Transfer


def can_claim(user: User, case: Case) -> bool:
    return case.first_responder_id is None and may(user, case, Act.CLAIM, Permission.CASE_CLAIM)


def can_dispatch(user: User, case: Case) -> bool:
    return may(user, case, Act.DISPATCH, Permission.CASE_DISPATCH)


def can_accept(user: User, case: Case) -> bool:
    """Only the named handler signs (MS-3)."""
    return may(user, case, Act.ACCEPTANCE, Permission.CASE_ACCEPT) and case.handler_id == user.id


def can_object(user: User, case: Case) -> bool:
    return may(user, case, Act.OBJECTION, Permission.CASE_ACCEPT) and is_handling(user, case)


def can_ask_return(user: User, case: Case) -> bool:
    return may(user, case, Act.RETURN_REQUEST, Permission.CASE_ACCEPT) and is_handling(user, case)


def can_answer_return(user: User, case: Case, asked: Return | None) -> bool:
    """Somebody who dispatches and has no part in the asking: neither the asker nor those who have the case."""
    return (
        asked is not None
        and asked.decided_at is None
        and asked.by_id != user.id
        and not is_handling(user, case)
        and may(user, case, Act.RETURN_REFUSAL, Permission.CASE_DISPATCH)
    )


def can_ask_task(user: User, case: Case) -> bool:
    """Who dispatches, or the department that leads."""
    return may(user, case, Act.TASK, Permission.CASE_COOPERATE) and (
        is_handling(user, case) or user.can(Permission.CASE_DISPATCH, case.estate_id)
    )


def can_take_task(user: User, case: Case, task: Task) -> bool:
    return (
        task.ended_at is None
        and task.taken_by_id is None
        and task.department_id in user.department_ids
        and may(user, case, Act.TASK_TAKING, Permission.CASE_COOPERATE)
    )


def can_finish_task(user: User, case: Case, task: Task) -> bool:
    """Whoever took it, or the head of their department."""
    return (
        task.ended_at is None
        and task.taken_by_id is not None
        and (task.taken_by_id == user.id or user.heads(task.department_id))
        and may(user, case, Act.TASK_DONE, Permission.CASE_COOPERATE)
    )


def can_call_off_task(user: User, case: Case, task: Task) -> bool:
    """Whoever asked for it, the department that leads, or who dispatches."""
    return (
        task.ended_at is None
        and may(user, case, Act.TASK_CALLING_OFF, Permission.CASE_COOPERATE)
        and (
            task.asked_by_id == user.id
            or is_handling(user, case)
            or user.can(Permission.CASE_DISPATCH, case.estate_id)
        )
    )


def can_form_group(user: User, case: Case) -> bool:
    """Of a major case; whoever may say that it is one."""
    return case.severity == Severity.MAJOR and may(user, case, Act.TASK_GROUP, Permission.CASE_GRADE)


def can_escalate(user: User, case: Case) -> bool:
    return may(user, case, Act.ESCALATION, Permission.CASE_ESCALATE) and (
        is_first_responder(user, case) or is_handling(user, case) or serves_estate(user, case)
    )


def can_transfer(user: User, case: Case) -> bool:
    """The first responder asks, or the service-centre director where the person cannot."""
    return (
        case.first_responder_id is not None
        and may(user, case, Act.TRANSFER, Permission.CASE_TRANSFER)
        and (is_first_responder(user, case) or user.can(Permission.OPERATIONS_VIEW, case.estate_id))
    )


def can_answer_transfer(user: User, case: Case, transfer: Transfer | None) -> bool:
    return (
        transfer is not None
        and transfer.answered_at is None
        and transfer.receiver_id == user.id
        and may(user, case, Act.TAKEOVER, Permission.CASE_VIEW)
    )


def can_plan(user: User, case: Case) -> bool:
    """The department that handles it works out the measures (VK-4f)."""
    return may(user, case, Act.PLAN, Permission.CASE_PLAN) and is_handling(user, case)


def can_review(user: User, case: Case) -> bool:
    """A plan that nobody has given an opinion of, and not one's own."""
    if not may(user, case, Act.REVIEW, Permission.CASE_REVIEW):
        return False
    standing = measures.standing_on(case)
    return (
        standing.plan is not None
        and standing.review is None
        and standing.approval is None
        and standing.plan.by_id != user.id
    )


def can_approve(user: User, case: Case) -> bool:
    """Of major cases, and of complex ones; where the rules want a review first, after it (VK-4f, VK-4g)."""
    is_grave = case.severity == Severity.MAJOR or case.complexity == Complexity.COMPLEX
    if not is_grave or not may(user, case, Act.APPROVAL, Permission.CASE_APPROVE):
        return False
    standing = measures.standing_on(case)
    if standing.plan is None or standing.approval is not None or standing.plan.by_id == user.id:
        return False
    if standing.review is None and measures.review_of(case) is not None:
        return False
    demanded = measures.demanded_of_major(case, "approval")
    return not standing.is_returned and (
        demanded is None or bool(user.roles_at(case.estate_id).intersection(demanded[1]))
    )
