"""Who may open which door of the staff face: every route, every role, every estate (trust.md, decision 9; T09).

The table stands here by hand. A route that is not in it fails the census, so no door is added without a word about
who may open it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from shared.attachments import verbs as attachments
from shared.database import db, transaction
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Outcome, Why
from shared.identity.permissions import Role
from shared.improvement.models import Lesson, Measure, Meeting, Training
from shared.incidents.models import Incident, Membership
from shared.notices import publishing
from shared.notices.models import Notice
from shared.notices.stages import Kind
from shared.reports import making, periods
from shared.supervision import drawing, populations
from tests.cast import MONDAY, PEOPLE, Cast
from tests.critic import CriticalClient, Page
from tests.ledger import Ledger
from tests.life import begin

SignIn = Callable[[str], CriticalClient]

EVERYBODY = frozenset(role.value for role in Role)
FRONT = frozenset({"dispatcher", "specialist", "director"})  # 调度、投诉专员、服务中心主任
DESK = FRONT | {"assistant"}
WORKERS = frozenset({"handler", "department_head"})
MANAGERS = frozenset({"deputy_manager", "general_manager"})
CLOSERS = frozenset({"specialist", "director"})
# Whoever may have to answer for a report from inside comes by the same doors (CO-M5); the guard tells them apart.
KEEPERS = MANAGERS | {"supervisor"}
# Who hears how it goes (GZ-3, MS-7).
REPORTED = KEEPERS | CLOSERS | {"department_head"}

PROPOSERS = KEEPERS | {"director", "department_head"}
DECIDERS = MANAGERS | {"director"}

# endpoint → who may open it; None: nobody needs to be signed in.
DOORS: dict[str, frozenset[str] | None] = {
    "sign_in": None,
    "welcome": None,
    "sign_out": None,
    "two_steps": EVERYBODY,
    "two_steps_new": EVERYBODY,
    "two_steps_confirmation": EVERYBODY,
    "two_steps_ending": EVERYBODY,
    "desk": EVERYBODY,
    "desk_counts": EVERYBODY,
    "register": EVERYBODY - {"administrator"},
    "register_bulk_claim": DESK | KEEPERS,
    "register_bulk_dispatch": FRONT,
    "register_bulk_joining": FRONT,
    "register_export": EVERYBODY - {"administrator"},
    "register_exports": EVERYBODY - {"administrator"},
    "register_exports_file": EVERYBODY - {"administrator"},
    "register_exports_calling_off": EVERYBODY - {"administrator"},
    "register_views": EVERYBODY - {"administrator"},
    "register_views_new": EVERYBODY - {"administrator"},
    "register_views_name": EVERYBODY - {"administrator"},
    "register_views_removal": EVERYBODY - {"administrator"},
    "intake": DESK,
    # Whoever learns of a complaint tells it (VK-3.2).
    "relay": EVERYBODY,
    "caller": DESK,
    "case": EVERYBODY - {"administrator"},
    "case_presence": EVERYBODY - {"administrator"},
    # Which forms are somebody's, the place looks.
    "unsent": EVERYBODY,
    "unsent_discard": EVERYBODY,
    "case_file": EVERYBODY - {"administrator"},
    "case_thumb": EVERYBODY - {"administrator"},
    "case_receipt": DESK,
    "case_record_sheet": EVERYBODY - {"administrator"},
    "case_record_sheet_whole": DESK | WORKERS | KEEPERS,
    "case_follow_up": EVERYBODY - {"administrator"},
    "case_slip": DESK,
    "case_reveal": DESK | WORKERS | KEEPERS,
    "case_claim": DESK | KEEPERS,
    "case_triage": FRONT | KEEPERS,
    "case_finding": FRONT | WORKERS,
    "case_grading": FRONT | MANAGERS,
    "case_plan": WORKERS,
    "case_review": CLOSERS,
    "case_approval": frozenset({"general_manager"}),
    "case_publicity": FRONT,
    "case_publication": CLOSERS | MANAGERS,
    "case_dispatch": FRONT,
    "case_sorting": FRONT,
    "case_acceptance": WORKERS,
    "case_objection": WORKERS,
    "case_returning": WORKERS,
    "case_task": FRONT | WORKERS,
    "case_task_taking": FRONT | WORKERS,
    "case_task_done": FRONT | WORKERS,
    "case_task_calling_off": FRONT | WORKERS,
    "case_task_group": FRONT | MANAGERS,
    "case_return_decision": FRONT,
    "case_contact": DESK | WORKERS | KEEPERS,
    "case_progress": DESK | WORKERS | KEEPERS,
    "case_note": DESK | WORKERS | KEEPERS,
    "case_escalation": DESK | WORKERS,
    "case_transfer": DESK | WORKERS | KEEPERS,
    "case_agreement": DESK | WORKERS,
    "case_proposal": DESK | WORKERS,
    "case_extension": FRONT | {"department_head"},
    "case_supplement": DESK,
    "case_referral": FRONT,
    "case_recall": FRONT,
    "case_report": WORKERS,
    "case_informing": DESK | KEEPERS,
    "case_resending": DESK | KEEPERS,
    "case_revisit": DESK | KEEPERS,
    "revisits": DESK,
    "revisits_sheet": DESK,
    "revisits_visit": DESK,
    "case_closure": CLOSERS | KEEPERS,
    "case_reopening": FRONT | KEEPERS,
    "case_archiving": CLOSERS | KEEPERS,
    "case_outside_order": DESK,
    "case_forum_post": DESK,
    "case_forum_answer": DESK,
    "case_outside_answer": DESK,
    # Asked of one person by name, whatever their role: the verb looks who it is.
    "case_takeover": EVERYBODY - {"administrator"},
    "case_completion": EVERYBODY - {"administrator"},
    "case_redo": EVERYBODY - {"administrator"},
    # Whose the work is, the verb says.
    "case_outstanding": DESK | WORKERS,
    "case_outstanding_date": DESK | WORKERS,
    "case_outstanding_end": DESK | WORKERS,
    "case_joining": FRONT,
    "case_parting": FRONT,
    "case_designation": frozenset({"general_manager"}),
    # Which of the two kinds of mail somebody gets to see, the query says.
    "mails": DESK | KEEPERS,
    "mails_one": DESK | KEEPERS,
    "mails_registration": DESK | KEEPERS,
    "mails_joining": DESK | KEEPERS,
    "mails_ignoring": DESK | KEEPERS,
    "incidents": EVERYBODY - {"administrator"},
    "incident": EVERYBODY - {"administrator"},
    "incident_joining": FRONT,
    "incident_refusal": FRONT,
    "incident_facts": FRONT,
    "incident_ending": FRONT,
    "incident_playbook": EVERYBODY - {"administrator"},
    # On each case the verb looks who may.
    "incident_progress": EVERYBODY - {"administrator"},
    "incident_note": EVERYBODY - {"administrator"},
    "incident_completion": EVERYBODY - {"administrator"},
    "incident_informing": EVERYBODY - {"administrator"},
    "notices": EVERYBODY,
    "notice": EVERYBODY,
    "new_notice": FRONT,
    "edit_notice": FRONT,
    "withdraw_notice": EVERYBODY,
    "approve_notice": CLOSERS | MANAGERS,
    "operations": frozenset({"director", "administrator"}),
    "operations_resending": frozenset({"director", "administrator"}),
    "settings_policies": EVERYBODY,
    "settings_policies_comparison": EVERYBODY,
    "settings_policies_simulation": EVERYBODY - WORKERS,
    "settings_policies_publication": frozenset({"director", "general_manager"}),
    "settings": EVERYBODY - WORKERS,
    "settings_calendar": EVERYBODY - WORKERS,
    "settings_calendar_hours": frozenset({"director", "administrator"}),
    "settings_calendar_days": frozenset({"director", "administrator"}),
    "settings_calendar_removal": frozenset({"director", "administrator"}),
    "settings_calendar_load": frozenset({"director", "administrator"}),
    "settings_calendar_declaration": frozenset({"director", "administrator"}),
    "settings_clauses": EVERYBODY - WORKERS,
    # What is asked of somebody by name: the page holds only that.
    "escalations": EVERYBODY,
    "escalations_answer": EVERYBODY,
    # Whose a handover is, the verb looks.
    "handover": DESK,
    "handover_offer": DESK,
    "handover_acceptance": DESK,
    "handover_refusal": DESK,
    "handover_withdrawal": DESK,
    "settings_roster": EVERYBODY - WORKERS,
    "settings_roster_shift": frozenset({"director", "administrator"}),
    "settings_roster_removal": frozenset({"director", "administrator"}),
    "settings_roster_copy": frozenset({"director", "administrator"}),
    "settings_leave": EVERYBODY - WORKERS,
    "settings_leave_new": frozenset({"director", "administrator"}),
    "settings_leave_end": frozenset({"director", "administrator"}),
    "settings_routing": EVERYBODY - WORKERS,
    "settings_routing_rule": frozenset({"director", "administrator"}),
    "settings_routing_removal": frozenset({"director", "administrator"}),
    "settings_quiet": frozenset({"director", "administrator"}),
    "settings_channels": frozenset({"director", "administrator"}),
    "settings_channels_trial": frozenset({"director", "administrator"}),
    "settings_retention": frozenset({"director", "administrator"}),
    "privacy": frozenset({"administrator", "director", "general_manager", "supervisor"}),
    "privacy_accesses": frozenset({"administrator", "supervisor"}),
    "archive": EVERYBODY - WORKERS - {"administrator"},
    "archive_sheet": CLOSERS | {"supervisor"},
    # Of an internal report those answer for it whom it was given to: the verb looks who it is.
    "case_unsealing": MANAGERS | {"director", "supervisor"},
    "case_data_request": MANAGERS | {"director", "supervisor"},
    "case_data_request_new": MANAGERS | {"director", "supervisor"},
    "case_data_copy": MANAGERS | {"director", "supervisor"},
    # The general manager's office supervises as supervision does (MS-11), a head the own department (GZ-18).
    "supervision": KEEPERS | {"department_head"},
    "supervision_draw": KEEPERS | {"department_head"},
    "supervision_check": KEEPERS | {"department_head"},
    "supervision_item": KEEPERS | {"department_head"},
    "supervision_phone": KEEPERS | {"department_head"},
    "supervision_duties": REPORTED,
    "assessment": EVERYBODY,
    "assessment_entry": EVERYBODY,
    "assessment_appeal": EVERYBODY,
    "assessment_decision": DECIDERS,
    "assessment_waiver": DECIDERS,
    "assessment_hearing": DECIDERS,
    "assessment_counter": PROPOSERS,
    "assessment_naming": PROPOSERS,
    "assessment_new": PROPOSERS,
    "assessment_statement": EVERYBODY,
    "assessment_department": PROPOSERS,
    "assessment_bonuses": DECIDERS,
    "assessment_bonuses_setting": DECIDERS,
    "reports": REPORTED,
    "reports_report": REPORTED,
    "reports_paper": REPORTED,
    # Whose month it is, the query says.
    "assessment_statement_pdf": EVERYBODY,
    "revisits_statistics": REPORTED,
    "revisits_statistics_pdf": REPORTED,
    "revisits_statistics_xlsx": REPORTED,
    "reports_cases": REPORTED,
    "reports_quality": REPORTED,
    "reports_comparison": REPORTED,
    "reports_publication": frozenset({"director"}),
    "reports_analysis": REPORTED - {"department_head"},
    "reports_signature": frozenset({"director"}),
    "reports_receipt": frozenset({"supervisor"}),
    # Which of the cases behind a number somebody sees, the list looks.
    "reports_indicators": REPORTED,
    "reports_indicators_cases": REPORTED,
    "reports_pictures": REPORTED,
    "reports_pictures_cases": REPORTED,
    # Whose measures somebody sees, the query says.
    "improvement": EVERYBODY,
    "improvement_measure": EVERYBODY,
    "improvement_completion": EVERYBODY,
    "improvement_new": REPORTED,
    "improvement_owner": REPORTED,
    "improvement_dropping": REPORTED,
    "improvement_check": KEEPERS | {"director"},
    "improvement_recurrences": REPORTED,
    "improvement_recurrences_taking": REPORTED,
    "improvement_recurrences_dismissal": REPORTED,
    # Who was asked to it, the query says.
    "improvement_meetings": EVERYBODY,
    "improvement_meeting": EVERYBODY,
    "improvement_meetings_new": KEEPERS | {"director"},
    "improvement_meeting_minutes": KEEPERS | {"director"},
    "improvement_meeting_action": KEEPERS | {"director"},
    "improvement_meeting_closing": KEEPERS | {"director"},
    "improvement_meeting_calling_off": KEEPERS | {"director"},
    "improvement_trainings": EVERYBODY,
    "improvement_trainings_one": EVERYBODY,
    "improvement_trainings_new": KEEPERS | {"director"},
    "improvement_trainings_change": KEEPERS | {"director"},
    "improvement_trainings_calling_off": KEEPERS | {"director"},
    "improvement_trainings_attendance": KEEPERS | {"director"},
    # Which drafts somebody sees, the query says.
    "improvement_lessons": EVERYBODY,
    "improvement_lessons_one": EVERYBODY,
    "improvement_lessons_new": REPORTED,
    "improvement_lessons_change": REPORTED,
    "improvement_lessons_approval": KEEPERS | {"director"},
    "improvement_lessons_withdrawal": REPORTED,
    "settings_screens": EVERYBODY - WORKERS,
    "settings_screens_night": frozenset({"director", "administrator"}),
    "settings_screens_removal": frozenset({"director", "administrator"}),
    "settings_spots": EVERYBODY - WORKERS,
    "settings_spots_posters": EVERYBODY - WORKERS,
    "settings_spots_new": frozenset({"director", "administrator"}),
    "settings_spots_name": frozenset({"director", "administrator"}),
    "settings_spots_ending": frozenset({"director", "administrator"}),
    "today": WORKERS,
    "today_photo": WORKERS,
    "settings_phrases": EVERYBODY - WORKERS,
    "settings_phrases_new": frozenset({"director", "administrator"}),
    "settings_phrases_change": frozenset({"director", "administrator"}),
    "settings_phrases_ending": frozenset({"director", "administrator"}),
    "settings_imports": frozenset({"director", "administrator"}),
    "settings_imports_blank": frozenset({"director", "administrator"}),
    "settings_imports_file": frozenset({"director", "administrator"}),
    "settings_imports_confirmation": frozenset({"director", "administrator"}),
    "settings_imports_dismissal": frozenset({"director", "administrator"}),
    "settings_people": frozenset({"director", "administrator"}),
    "settings_people_new": frozenset({"director", "administrator"}),
    "settings_person": frozenset({"director", "administrator"}),
    "settings_person_particulars": frozenset({"director", "administrator"}),
    "settings_person_post": frozenset({"director", "administrator"}),
    "settings_person_post_end": frozenset({"director", "administrator"}),
    "settings_person_link": frozenset({"director", "administrator"}),
    "settings_person_code_reset": frozenset({"director", "administrator"}),
    "settings_person_leaving": frozenset({"director", "administrator"}),
    "settings_person_succession": frozenset({"director", "administrator"}),
    "settings_units": EVERYBODY - WORKERS,
    "settings_units_new": frozenset({"director", "administrator"}),
    "settings_units_removal": frozenset({"director", "administrator"}),
    "settings_places": EVERYBODY - WORKERS,
    "settings_places_new": frozenset({"director", "administrator"}),
    "settings_places_name": frozenset({"director", "administrator"}),
    "settings_places_up": frozenset({"director", "administrator"}),
    "settings_places_removal": frozenset({"director", "administrator"}),
    "settings_places_ending": frozenset({"director", "administrator"}),
    "settings_places_resumption": frozenset({"director", "administrator"}),
    "settings_address": frozenset({"director", "administrator"}),
    "settings_api_keys": frozenset({"director", "administrator"}),
    "settings_api_keys_ending": frozenset({"director", "administrator"}),
}
OF_ONE_THING = {
    "number",
    "notice_id",
    "file",
    "incident_id",
    "mail_id",
    "check_id",
    "item_id",
    "job_id",
    "report_id",
    "measure_id",
    "meeting_id",
    "training_id",
    "lesson_id",
    "entry_id",
}
ROLE_OF = {username: str(role) for username, (_name, role, _department) in PEOPLE.items()}
ONE_OF_EACH = {role: username for username, role in reversed(ROLE_OF.items())}


@dataclass(frozen=True)
class Door:
    endpoint: str
    method: str
    address: str
    is_of_one_thing: bool

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


@dataclass(frozen=True)
class Estate:
    """One case with a photo, one notice, one incident, one mail and one case drawn by lot, all of 锦绣花园."""

    number: str
    file: str
    notice_id: int
    incident_id: int
    mail_id: int = 1
    check_id: int = 1
    item_id: int = 1
    job_id: int = 1
    report_id: int = 1
    measure_id: int = 1
    meeting_id: int = 1
    training_id: int = 1
    lesson_id: int = 1
    entry_id: int = 1

    def doors(self, app: Flask) -> Iterator[Door]:
        """Every staff route that needs a sign-in, by every method, filled with what is here."""
        with app.test_request_context():
            for rule in app.url_map.iter_rules():
                face, _, endpoint = rule.endpoint.partition(".")
                if face != "staff" or DOORS.get(endpoint, EVERYBODY) is None:
                    continue  # what is open to anybody keeps no secret behind it
                assert set(rule.arguments) <= OF_ONE_THING, f"{rule}: say here how to fill it"
                values = {name: getattr(self, name) for name in rule.arguments}
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
                for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                    yield Door(endpoint, method, address, bool(rule.arguments))


@pytest.fixture
def here(cast: Cast) -> Estate:
    story = begin(cast).in_handling()
    photo = BytesIO()
    Image.new("RGB", (40, 30), "gray").save(photo, "JPEG")
    received = attachments.receive(photo.getvalue())
    with transaction():
        attachment = attachments.attach(
            received, case_id=story.case.id, round=1, act="progress", public=True, at=MONDAY
        )
        text = publishing.Text(Kind.NOTICE, "停水通知", "明日九时至十一时停水", MONDAY, None)
        notice = publishing.write(cast.estate.id, text, by=cast.person("limin"), at=MONDAY, submit=True)
        incident = Incident(
            estate_id=cast.estate.id, category="facilities", title="3号楼电梯停运", opened_at=MONDAY
        )
        db.session.add(incident)
        db.session.flush()
        db.session.add(
            Membership(
                incident_id=incident.id, case_id=story.case.id, state="joined", reasons=[], proposed_at=MONDAY
            )
        )
        story.case.incident_id = incident.id
        mail = InboundMail(
            estate_id=cast.estate.id,
            digest=bytes(32),
            received_at=MONDAY,
            outcome=Outcome.WAITING,
            reason=Why.FORGED,
            sender="xiulan@example.com",
            subject="电梯又坏了",
            body="困了人",
        )
        db.session.add(mail)
        day = timedelta(days=1)
        (item,) = drawing.draw(
            cast.estate,
            populations.Kind.CASES,
            since=MONDAY - day,
            until=MONDAY + day,
            size=1,
            by=cast.person("tangwen"),
            at=MONDAY + day,
        ).items
        meeting = Meeting(
            estate_id=cast.estate.id,
            title="三月例会",
            held_at=MONDAY + day,
            called_by_id=cast.person("hemei").id,
            called_at=MONDAY,
        )
        measure = Measure(
            estate_id=cast.estate.id,
            kind="preventive",
            origin="case",
            clause="CO-6",
            what="每季检查门机",
            owner_id=cast.person("gaofeng").id,
            raised_at=MONDAY,
        )
        training = Training(
            estate_id=cast.estate.id,
            kind="course",
            title="接待礼仪",
            held_at=MONDAY,
            minutes=90,
            planned_by_id=cast.person("hemei").id,
            planned_at=MONDAY,
        )
        db.session.add_all([meeting, measure, training])
        db.session.flush()
        estate = Estate(story.number, attachment.id, notice.id, incident.id, mail.id, item.check_id, item.id)
        estate = replace(estate, measure_id=measure.id, meeting_id=meeting.id, training_id=training.id)
        lesson = Lesson(
            estate_id=cast.estate.id,
            case_id=story.case.id,
            title="先回电再等维保",
            category="facilities",
            happened="困人以后按铃没人接",
            learnt="先回电",
            written_by_id=cast.person("chenjing").id,
            written_at=MONDAY,
        )
        db.session.add(lesson)
        db.session.flush()
        estate = replace(estate, lesson_id=lesson.id)
    week = periods.last_ended(periods.Kind.WEEKLY, MONDAY.date())
    (entry,) = Ledger(cast).find("disobedience", "wangqiang", by="tangwen", case=story.case)
    return replace(estate, report_id=making.make(cast.estate, week, at=MONDAY) or 0, entry_id=entry.id)


def _knock(client: CriticalClient, door: Door, token: str) -> Page:
    if door.method == "GET":
        return client.get(door.address)
    return client.open(door.address, method=door.method, data={"csrf_token": token})


def _token(client: CriticalClient, address: str) -> str:
    """What the forms of this browser carry; from here on its pages are counted, not read."""
    client.reads_pages = False
    field = client.get(address).soup.find("input", attrs={"name": "csrf_token"})
    assert field is not None
    return str(field["value"])


# Census


def test_every_door_of_the_staff_face_says_who_may_open_it(app: Flask) -> None:
    endpoints: dict[str, Any] = {
        endpoint.removeprefix("staff."): view
        for endpoint, view in app.view_functions.items()
        if endpoint.startswith("staff.") and endpoint != "staff.static"
    }
    silent = [name for name, view in endpoints.items() if not hasattr(view, "required_permission")]
    assert silent == []
    assert sorted(endpoints) == sorted(DOORS), "a door was added or taken away: say in DOORS who may open it"
    without_sign_in = {name for name, view in endpoints.items() if view.required_permission is None}
    assert without_sign_in == {name for name, roles in DOORS.items() if roles is None}


def test_a_view_that_declares_nothing_is_shut_for_everybody(
    app: Flask, cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("hemei")
    assert client.get("/staff/").status_code == 200
    monkeypatch.setitem(app.view_functions, "staff.desk", lambda: "never shown")
    assert client.get("/staff/").status_code == 403


# Matrix


def test_without_sign_in_every_door_leads_to_the_sign_in_page(
    app: Flask, client: CriticalClient, here: Estate
) -> None:
    token = _token(client, "/staff/sign-in")
    wrong = []
    for door in here.doors(app):
        page = _knock(client, door, token)
        if page.status_code != 303 or not page.headers["Location"].startswith("/staff/sign-in"):
            wrong.append(f"{door}: {page.status_code}")
    assert wrong == []


def test_a_fragment_without_sign_in_is_told_where_to_go_and_given_no_form_to_swap_in(
    app: Flask, client: CriticalClient, here: Estate
) -> None:
    """Decision 20: a sign-in page inside a table cell helps nobody."""
    for door in here.doors(app):
        if door.method != "GET":
            continue
        page = client.get(door.address, headers={"HX-Request": "true"})
        assert (page.status_code, page.data) == (401, b""), str(door)
        assert page.headers["HX-Redirect"].startswith("/staff/sign-in"), str(door)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_role_opens_its_doors_and_no_other(
    app: Flask, here: Estate, signed_in: SignIn, role: str
) -> None:
    client = signed_in(ONE_OF_EACH[role])
    token = _token(client, "/staff/")
    wrong = []
    for door in here.doors(app):
        roles = DOORS[door.endpoint] or frozenset()
        status = _knock(client, door, token).status_code
        if (status == 403) is (role in roles) or status >= 500:
            wrong.append(f"{door}: {status}")
    assert wrong == []


@pytest.mark.parametrize("role", sorted(EVERYBODY - {"administrator"}))
def test_what_belongs_to_another_estate_is_not_there(
    app: Flask, here: Estate, elsewhere: Cast, signed_in: SignIn, role: str
) -> None:
    """T09: 404 at every door and by every method, for the same role of the neighbouring estate."""
    assert elsewhere.slug == "yunhe"
    client = signed_in(f"yunhe-{ONE_OF_EACH[role]}")
    token = _token(client, "/staff/")
    wrong = []
    for door in here.doors(app):
        if not door.is_of_one_thing or role not in (DOORS[door.endpoint] or ()):
            continue
        page = _knock(client, door, token)
        if page.status_code != 404 or "电梯又坏了" in page.get_data(as_text=True):
            wrong.append(f"{door}: {page.status_code}")
    assert wrong == []
    db.session.expire_all()
    notice = db.session.get_one(Notice, here.notice_id)
    assert (notice.approved_at, notice.withdrawn_at) == (None, None)


def test_lists_of_another_estate_name_nothing_of_this_one(
    app: Flask, here: Estate, elsewhere: Cast, signed_in: SignIn
) -> None:
    own = begin(elsewhere, description="云和苑的一件事")
    client = signed_in("yunhe-limin")
    assert own.number in client.get("/staff/cases").words
    for address in ("/staff/", "/staff/cases", f"/staff/cases?q={here.number}", "/staff/notices"):
        page = client.get(address)
        assert page.status_code == 200, address
        for theirs in (
            "电梯又坏了",
            "停水通知",
            f"/staff/cases/{here.number}",
            f"/staff/notices/{here.notice_id}",
        ):
            assert theirs not in page.get_data(as_text=True), f"{theirs} on {address}"


@pytest.mark.parametrize("username", ["sunli", "yunhe-hemei"])
def test_who_has_no_part_in_a_case_finds_none_of_its_doors(
    app: Flask, here: Estate, elsewhere: Cast, signed_in: SignIn, username: str
) -> None:
    role = ROLE_OF[username.removeprefix("yunhe-")]
    client = signed_in(username)
    token = _token(client, "/staff/")
    for door in here.doors(app):
        if here.number in door.address and role in (DOORS[door.endpoint] or ()):
            assert _knock(client, door, token).status_code == 404, str(door)


@pytest.mark.parametrize(
    "username", ["zhouqi", "chenjing", "liujie", "hemei", "yangbo", "gaofeng", "zhaolei"]
)
def test_whom_a_case_is_about_finds_none_of_its_doors(
    app: Flask, cast: Cast, signed_in: SignIn, username: str
) -> None:
    name, role, _department = PEOPLE[username]
    story = begin(cast, about=f"{name}收钱不办事").in_handling()
    client = signed_in(username)
    token = _token(client, "/staff/")
    for door in Estate(story.number, "0" * 32, 1, 1).doors(app):
        if story.number in door.address and role in (DOORS[door.endpoint] or ()):
            assert _knock(client, door, token).status_code == 404, str(door)
    for address in ("/staff/", "/staff/cases", f"/staff/cases?q={story.number}"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert f"/staff/cases/{story.number}" not in page.get_data(as_text=True), address


# The portal


def test_no_address_of_the_public_face_leads_into_the_staff_face(app: Flask) -> None:
    """Whatever is not under /staff needs no sign-in: it must be one of the faces that are meant to be public."""
    faces = {
        rule.endpoint.partition(".")[0]
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/staff")
    }
    # Metrics look by themselves who asks (T33).
    assert faces <= {"portal", "board", "open311", "operations", "metrics", "static", "dev_components"}
