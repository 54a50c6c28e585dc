"""Who may do what to this case now; the screens' buttons and the verbs ask the same functions.

Each takes the person and the case and answers yes or no. None looks at whether the case is about the person:
`participation.visible_to` keeps such a case out of sight, and `acting.perform` refuses in any event.
"""

from shared.cases import internal_reports, lifecycle, participation
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission


def allows(case: Case, act: Act) -> bool:
    """Whether the state allows *act*, whoever does it."""
    if case.erased_at is not None and act not in lifecycle.AFTER_ERASURE:
        return False
    return act in lifecycle.acts_from(case.stage, internal=case.is_internal)


def is_entitled(user: User, case: Case, act: Act, permission: Permission) -> bool:
    """By their role. With a report from inside nobody has to do but those who answer for it (CO-M5)."""
    if case.is_internal:
        return act in lifecycle.OF_SUPERVISION and internal_reports.is_kept_by(case, user)
    return user.can(permission, case.estate_id)


def may(user: User, case: Case, act: Act, permission: Permission) -> bool:
    """State and role together; what remains is the object rule of each act."""
    return allows(case, act) and is_entitled(user, case, act, permission)


def is_first_responder(user: User, case: Case) -> bool:
    return case.first_responder_id == user.id


def is_handling(user: User, case: Case) -> bool:
    """The handler, or the head of the lead department, who answers for it (VK-3.3)."""
    return case.handler_id == user.id or user.heads(case.lead_department_id)


def serves_estate(user: User, case: Case) -> bool:
    """Somebody whose work is the whole estate's cases: dispatch, specialist, director."""
    return user.can(Permission.CASE_TRIAGE, case.estate_id)


def can_triage(user: User, case: Case) -> bool:
    return may(user, case, Act.TRIAGE, Permission.CASE_TRIAGE)


def can_contact(user: User, case: Case) -> bool:
    return may(user, case, Act.CONTACT, Permission.CASE_CONTACT) and (
        is_first_responder(user, case) or is_handling(user, case) or serves_estate(user, case)
    )


def can_find(user: User, case: Case) -> bool:
    """Front desk, handler, head of department: whoever hears or sees what the matter is (TR-6)."""
    return may(user, case, Act.FINDING, Permission.CASE_FIND) and (
        is_first_responder(user, case) or is_handling(user, case) or serves_estate(user, case)
    )


def can_grade(user: User, case: Case) -> bool:
    return may(user, case, Act.GRADING, Permission.CASE_GRADE)


def can_progress(user: User, case: Case) -> bool:
    """Whoever sees the case and writes on cases may say what is new (VK-3.2)."""
    return may(user, case, Act.PROGRESS, Permission.CASE_PROGRESS)


def can_reveal(user: User, case: Case, *, is_kept: bool | None = None) -> bool:
    """Whether *user* may have the party's contacts shown in full (T40).

    *is_kept*: the answer of `participation.is_party_kept_from`, where the caller has asked already.
    """
    if case.is_internal:
        return internal_reports.is_kept_by(case, user)
    if user.can(Permission.CONTACT_REVEAL_ABOUT_STAFF, case.estate_id):
        return user.can(Permission.CONTACT_REVEAL, case.estate_id) or participation.is_about_staff(case)
    if is_kept is None:
        is_kept = participation.is_party_kept_from(case, user)
    return user.can(Permission.CONTACT_REVEAL, case.estate_id) and not is_kept


def can_complete(user: User, case: Case) -> bool:
    if case.is_internal:
        return may(user, case, Act.COMPLETION, Permission.CASE_COMPLETE) and is_first_responder(user, case)
    if case.stage is lifecycle.State.REFERRED:
        return allows(case, Act.COMPLETION) and (is_first_responder(user, case) or serves_estate(user, case))
    return may(user, case, Act.COMPLETION, Permission.CASE_COMPLETE) and is_handling(user, case)


def can_leave_outstanding(user: User, case: Case) -> bool:
    """Whoever answered, or answers for it, says what is still to be done. A report from inside is handed to nobody."""
    return (
        not case.is_internal
        and may(user, case, Act.OUTSTANDING, Permission.CASE_CONTACT)
        and (is_first_responder(user, case) or is_handling(user, case) or serves_estate(user, case))
    )


def can_redo(user: User, case: Case) -> bool:
    return allows(case, Act.REDO) and is_first_responder(user, case)


def can_report(user: User, case: Case) -> bool:
    return may(user, case, Act.REPORT, Permission.CASE_COMPLETE) and is_handling(user, case)


def can_inform(user: User, case: Case) -> bool:
    """The first responder tells the complainant (GZ-15); dispatch may do it for them."""
    return may(user, case, Act.INFORMING, Permission.CASE_INFORM) and (
        case.stage is lifecycle.State.COMPLETED or case.validity == "invalid"
    )


def can_refer(user: User, case: Case) -> bool:
    return may(user, case, Act.REFERRAL, Permission.CASE_REFER)


def can_recall(user: User, case: Case) -> bool:
    return may(user, case, Act.RECALL, Permission.CASE_REFER)


def can_close(user: User, case: Case) -> bool:
    return may(user, case, Act.CLOSURE, Permission.CASE_CLOSE)


def can_reopen(user: User, case: Case) -> bool:
    return may(user, case, Act.REOPENING, Permission.CASE_REOPEN)


def can_archive(user: User, case: Case) -> bool:
    return may(user, case, Act.ARCHIVING, Permission.CASE_ARCHIVE)
