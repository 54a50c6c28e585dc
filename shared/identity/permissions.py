"""What a role may do. Denied unless it stands in this table."""

from enum import StrEnum


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    ASSISTANT = "assistant"
    DEPARTMENT_HEAD = "department_head"
    DEPUTY_MANAGER = "deputy_manager"
    DIRECTOR = "director"
    DISPATCHER = "dispatcher"
    GENERAL_MANAGER = "general_manager"
    HANDLER = "handler"
    SPECIALIST = "specialist"
    SUPERVISOR = "supervisor"


class Permission(StrEnum):
    """One per door; a view declares the one it needs (`staff.access.requires`)."""

    ACCESS_VIEW = "access_view"
    ARCHIVE_OPEN = "archive_open"
    ASSESSMENT_DECIDE = "assessment_decide"
    ASSESSMENT_OWN = "assessment_own"
    ASSESSMENT_PROPOSE = "assessment_propose"
    ASSESSMENT_VIEW = "assessment_view"
    BONUS_SET = "bonus_set"
    CASE_ACCEPT = "case_accept"
    CASE_ANSWER_INTERNAL = "case_answer_internal"
    CASE_APPROVE = "case_approve"
    CASE_ARCHIVE = "case_archive"
    CASE_CLAIM = "case_claim"
    CASE_CLOSE = "case_close"
    CASE_COMPLETE = "case_complete"
    CASE_CONTACT = "case_contact"
    CASE_COOPERATE = "case_cooperate"
    CASE_DESIGNATE = "case_designate"
    CASE_DISPATCH = "case_dispatch"
    CASE_ESCALATE = "case_escalate"
    CASE_EXTEND = "case_extend"
    CASE_FIND = "case_find"
    CASE_GRADE = "case_grade"
    CASE_INFORM = "case_inform"
    CASE_PLAN = "case_plan"
    CASE_PROGRESS = "case_progress"
    CASE_REFER = "case_refer"
    CASE_REGISTER = "case_register"
    CASE_REOPEN = "case_reopen"
    CASE_REVIEW = "case_review"
    CASE_REVISIT = "case_revisit"
    CASE_TRANSFER = "case_transfer"
    CASE_TRIAGE = "case_triage"
    CASE_VIEW = "case_view"
    CASE_VIEW_ESTATE = "case_view_estate"
    CASE_VIEW_INTERNAL = "case_view_internal"
    CONTACT_REVEAL = "contact_reveal"
    CONTACT_REVEAL_ABOUT_STAFF = "contact_reveal_about_staff"
    DATA_ANSWER = "data_answer"
    DEPARTMENT_CHECK = "department_check"
    DESK_VIEW = "desk_view"
    INCIDENT_MANAGE = "incident_manage"
    INCIDENT_VIEW = "incident_view"
    LEARN = "learn"
    LESSON_APPROVE = "lesson_approve"
    LESSON_WRITE = "lesson_write"
    MEASURE_CHECK = "measure_check"
    MEASURE_SET = "measure_set"
    MEETING_HOLD = "meeting_hold"
    NOTICE_APPROVE = "notice_approve"
    NOTICE_WRITE = "notice_write"
    OPERATIONS_VIEW = "operations_view"
    POLICY_PUBLISH = "policy_publish"
    POLICY_VIEW = "policy_view"
    PRIVACY_VIEW = "privacy_view"
    REPORT_ANALYSE = "report_analyse"
    REPORT_RECEIVE = "report_receive"
    REPORT_SIGN = "report_sign"
    REPORT_VIEW = "report_view"
    SETTINGS_MANAGE = "settings_manage"
    SETTINGS_VIEW = "settings_view"
    SPOT_CHECK = "spot_check"
    TRAINING_HOLD = "training_hold"


P = Permission
# Everybody sees what is said of them, and may learn from what happened (GZ-20, CO-7).
_OWN = {P.ASSESSMENT_OWN, P.LEARN}
_SEES_ALL = {P.CASE_VIEW, P.CASE_VIEW_ESTATE, P.INCIDENT_VIEW, P.POLICY_VIEW, P.SETTINGS_VIEW} | _OWN
# Those who answer for how the desk does its work (GZ-4, MS-7, MS-11).
_LEADS = {
    P.ASSESSMENT_PROPOSE,
    P.ASSESSMENT_VIEW,
    P.LESSON_APPROVE,
    P.LESSON_WRITE,
    P.MEASURE_CHECK,
    P.MEASURE_SET,
    P.MEETING_HOLD,
    P.REPORT_ANALYSE,
    P.REPORT_VIEW,
    P.TRAINING_HOLD,
}
_FRONT = _SEES_ALL | {
    P.CASE_CLAIM,
    P.CASE_CONTACT,
    P.CASE_COOPERATE,
    P.CASE_DISPATCH,
    P.CASE_ESCALATE,
    P.CASE_EXTEND,
    P.CASE_FIND,
    P.CASE_GRADE,
    P.CASE_INFORM,
    P.CASE_PROGRESS,
    P.CASE_REFER,
    P.CASE_REGISTER,
    P.CASE_TRANSFER,
    P.CASE_TRIAGE,
    P.CONTACT_REVEAL,
    P.DESK_VIEW,
    P.INCIDENT_MANAGE,
    P.NOTICE_WRITE,
}
_WORKS = _OWN | {
    P.CASE_ACCEPT,
    P.CASE_COMPLETE,
    P.CASE_CONTACT,
    P.CASE_COOPERATE,
    P.CASE_ESCALATE,
    P.CASE_FIND,
    P.CASE_PLAN,
    P.CASE_PROGRESS,
    P.CASE_TRANSFER,
    P.CASE_VIEW,
    P.CONTACT_REVEAL,
    P.DESK_VIEW,
    P.INCIDENT_VIEW,
    P.POLICY_VIEW,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            P.ACCESS_VIEW,
            P.ASSESSMENT_OWN,
            P.DESK_VIEW,
            P.LEARN,
            P.OPERATIONS_VIEW,
            P.POLICY_VIEW,
            P.PRIVACY_VIEW,
            P.SETTINGS_MANAGE,
            P.SETTINGS_VIEW,
        }
    ),
    Role.ASSISTANT: frozenset(
        _SEES_ALL
        | {
            P.CASE_CLAIM,
            P.CASE_CONTACT,
            P.CASE_ESCALATE,
            P.CASE_INFORM,
            P.CASE_PROGRESS,
            P.CASE_REGISTER,
            P.CASE_REVISIT,
            P.CASE_TRANSFER,
            P.CONTACT_REVEAL,
            P.DESK_VIEW,
        }
    ),
    Role.DEPARTMENT_HEAD: frozenset(
        _WORKS
        | {
            P.ASSESSMENT_PROPOSE,
            P.CASE_EXTEND,
            P.DEPARTMENT_CHECK,
            P.LESSON_WRITE,
            P.MEASURE_SET,
            P.REPORT_VIEW,
        }
    ),
    Role.DEPUTY_MANAGER: frozenset(
        _SEES_ALL
        | _LEADS
        | {
            P.ASSESSMENT_DECIDE,
            P.BONUS_SET,
            P.CASE_ANSWER_INTERNAL,
            P.CASE_GRADE,
            P.CASE_PROGRESS,
            P.DESK_VIEW,
            P.NOTICE_APPROVE,
            P.SPOT_CHECK,
        }
    ),
    Role.DIRECTOR: frozenset(
        _FRONT
        | _LEADS
        | {
            P.ARCHIVE_OPEN,
            P.ASSESSMENT_DECIDE,
            P.BONUS_SET,
            P.CASE_ARCHIVE,
            P.CASE_CLOSE,
            P.CASE_REOPEN,
            P.CASE_REVIEW,
            P.CASE_REVISIT,
            P.CONTACT_REVEAL_ABOUT_STAFF,
            P.DATA_ANSWER,
            P.NOTICE_APPROVE,
            P.OPERATIONS_VIEW,
            P.POLICY_PUBLISH,
            P.PRIVACY_VIEW,
            P.REPORT_SIGN,
            P.SETTINGS_MANAGE,
        }
    ),
    Role.DISPATCHER: frozenset(_FRONT | {P.CASE_REVISIT, P.CASE_REOPEN}),
    Role.GENERAL_MANAGER: frozenset(
        _SEES_ALL
        | _LEADS
        | {
            P.ASSESSMENT_DECIDE,
            P.BONUS_SET,
            P.CASE_ANSWER_INTERNAL,
            P.CASE_APPROVE,
            P.CASE_DESIGNATE,
            P.CASE_GRADE,
            P.CASE_PROGRESS,
            P.DATA_ANSWER,
            P.DESK_VIEW,
            P.NOTICE_APPROVE,
            P.POLICY_PUBLISH,
            P.PRIVACY_VIEW,
            P.SPOT_CHECK,
        }
    ),
    Role.HANDLER: frozenset(_WORKS),
    Role.SPECIALIST: frozenset(
        _FRONT
        | {
            P.CASE_ARCHIVE,
            P.CASE_CLOSE,
            P.CASE_REOPEN,
            P.CASE_REVIEW,
            P.CASE_REVISIT,
            P.CONTACT_REVEAL_ABOUT_STAFF,
            P.LESSON_WRITE,
            P.MEASURE_SET,
            P.NOTICE_APPROVE,
            P.REPORT_ANALYSE,
            P.REPORT_VIEW,
        }
    ),
    # Reports from inside are supervision's own; managers answer for one only when it is about supervision (CO-M5).
    Role.SUPERVISOR: frozenset(
        _SEES_ALL
        | _LEADS
        | {
            P.ACCESS_VIEW,
            P.ARCHIVE_OPEN,
            P.CASE_ANSWER_INTERNAL,
            P.CASE_VIEW_INTERNAL,
            P.CONTACT_REVEAL_ABOUT_STAFF,
            P.DESK_VIEW,
            P.PRIVACY_VIEW,
            P.REPORT_RECEIVE,
            P.SPOT_CHECK,
        }
    ),
}
