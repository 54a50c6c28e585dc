"""One step of a story, done with the verb that people use. Each runs in a change that the caller opened."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select

from shared import sealing
from shared.attachments import verbs as photos
from shared.attachments.verbs import Received
from shared.cases import ending, filing, finding, handling, links, scope, triage
from shared.cases.circumstances import Circumstances
from shared.cases.finding import circumstances_of
from shared.cases.models import Case
from shared.cases.triage import Judgement
from shared.cases.vocabulary import (
    Complexity,
    Fault,
    Method,
    Outcome,
    Severity,
    Urgency,
    Validity,
)
from shared.database import db
from shared.demo import intake, office_acts, owner_acts, part_acts, people
from shared.demo.matters import Line, Matter
from shared.demo.scene import Acts, Scene
from shared.demo.story import Step
from shared.identity.models import Department, Estate, User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_with
from shared.improvement import causes
from shared.ownership import claiming, dispatching, planning, transferring
from shared.revisits import recording
from shared.revisits.recording import Answers
from shared.severity import grading

JUDGEMENTS: dict[str, tuple[str, object]] = {
    "valid": ("validity", Validity.VALID),
    "invalid": ("validity", Validity.INVALID),
    "complex": ("complexity", Complexity.COMPLEX),
    "urgent": ("urgency", Urgency.URGENT),
    "normal": ("urgency", Urgency.NORMAL),
}
FLAGS = ("injury", "litigation", "media", "facility_failure", "strong_complaint", "serious_consequences")
CALLED = "已与您电话沟通情况"
REPORTED = "现场已处理，结果见办结说明"
INFORMED = "处理结果已告诉您。如仍有问题，请直接回复或拨打服务热线"


def submission_key(matter: Matter) -> str:
    """The key under which the matter is filed; nobody outside this desk can guess it."""
    return sealing.token(matter.key.encode(), "demo submission")


def play(step: Step, estate_id: int, pictures: Sequence[Received] = ()) -> Case:
    """Do the step, and attach its pictures; the case it is about. Raises Refused when the verb refuses."""
    key = submission_key(step.matter)
    if step.number == 0:
        by = people.user(step.matter.by) if step.matter.by else None
        estate = db.session.get_one(Estate, estate_id)
        report = intake.report_of(step.matter, estate, step.at)
        case, _new = filing.file_case(report, estate, submission_key=key, at=step.at, by=by)
    else:
        found = select(Case.id).where(Case.seed == links.seed_of(key))
        case = scope.lock_by_id(db.session.scalars(found).one())
        _ACTS[step.line.act](Scene(case, step.line, _actor(case, step.line), step.at))
    act = "filing" if step.number == 0 else "completion"
    for picture in pictures:
        photos.attach(picture, public=True, at=step.at, case_id=case.id, round=case.round, act=act)
    return case


def _actor(case: Case, line: Line) -> User | None:
    """Whom the line names, else whose act it usually is."""
    if line.name:
        return people.user(line.name)
    match line.act:
        case act if act in owner_acts.ACTS:
            return None
        case "accept" | "progress" | "plan" | "complete" | "report" | "objection" | "escalate" | "propose":
            return case.handler or case.first_responder
        case "sendback" | "task" | "offtask" | "leftover" | "redate" | "endwork":
            return case.handler
        case "revisit":
            return people.user("刘洁")
        case "close" | "archive" | "review" | "grade":
            return people.user("陈静")
        case "approve":
            return people.user("杨波")
        case "allow" | "answer":
            return people.user("何建英")
        case "hide" | "line":
            return people.user("周琪")
        case "find":
            return case.handler or _front(case, line.act)
        case "takeover":
            asked = transferring.pending(case)
            return asked.receiver if asked else None
        case _:
            return _front(case, line.act)


def _front(case: Case, act: str) -> User:
    """The first responder, or the first dispatcher where there is none or they have not the right."""
    first = case.first_responder
    needed = {
        "dispatch": Permission.CASE_DISPATCH,
        "triage": Permission.CASE_TRIAGE,
        "refer": Permission.CASE_REFER,
        "takeback": Permission.CASE_DISPATCH,
        "group": Permission.CASE_GRADE,
    }.get(act, Permission.CASE_CONTACT)
    return first if first and first.can(needed, case.estate_id) else people.user("李敏")


def _claim(scene: Scene) -> None:
    claiming.claim(scene.case, by=scene.staff, at=scene.at)


def _triage(scene: Scene) -> None:
    answers = asdict(triage.judgement_of(scene.case)) | dict(JUDGEMENTS[word] for word in scene.line.words)
    triage.triage(scene.case, Judgement(**answers), by=scene.staff, at=scene.at, reason=scene.line.text)


def _find(scene: Scene) -> None:
    """`find ours injury loss=800 people=12 | what it rests on`."""
    known = asdict(circumstances_of(scene.case))
    for word in scene.line.words:
        name, _equals, number = word.partition("=")
        known |= {name: int(number)} if number else {name: True} if name in FLAGS else {"fault": Fault(name)}
    circumstances = Circumstances(**known)
    finding.find(scene.case, circumstances, by=scene.staff, at=scene.at, text=scene.line.text)


def _grade(scene: Scene) -> None:
    (severity,) = scene.line.words
    grading.grade(scene.case, Severity(severity), by=scene.staff, at=scene.at, reason=scene.line.text)


def _plan(scene: Scene) -> None:
    """`plan told 高志远 陈静 | the measures`: the task group by name."""
    group = [people.user(word) for word in scene.line.words if word != "told"]
    told = "told" in scene.line.words
    planning.plan(scene.case, by=scene.staff, at=scene.at, text=scene.line.text, told=told, group=group)


def _review(scene: Scene) -> None:
    passed = scene.line.words == ("yes",)
    planning.review(scene.case, by=scene.staff, at=scene.at, passed=passed, text=scene.line.text)


def _approve(scene: Scene) -> None:
    passed = scene.line.words == ("yes",)
    planning.approve(scene.case, by=scene.staff, at=scene.at, passed=passed, text=scene.line.text)


def _dispatch(scene: Scene) -> None:
    (name,) = scene.line.words
    department_id = intake.id_of(Department, scene.case.estate, people.OF_NAME[name].department)
    dispatching.dispatch(
        scene.case,
        by=scene.staff,
        at=scene.at,
        department=db.session.get_one(Department, department_id),
        handler=people.user(name),
        requirements=scene.line.text,
    )


def _contact(scene: Scene) -> None:
    handling.contact(
        scene.case,
        by=scene.staff,
        at=scene.at,
        method=scene.method,
        reached="missed" not in scene.line.words,
        note=scene.line.text or CALLED,
    )


def _progress(scene: Scene) -> None:
    public = {"public": True, "internal": False}[scene.line.words[0]]
    handling.progress(scene.case, by=scene.staff, at=scene.at, text=scene.line.text, public=public)


def _complete(scene: Scene) -> None:
    (outcome,) = scene.line.words
    handling.complete(
        scene.case, by=scene.staff, at=scene.at, outcome=Outcome(outcome), result=scene.line.text
    )


def _report_result(scene: Scene) -> None:
    handling.report(scene.case, by=scene.staff, at=scene.at, text=scene.line.text or REPORTED)


def _inform(scene: Scene) -> None:
    handling.inform(
        scene.case, by=scene.staff, at=scene.at, method=scene.method, text=scene.line.text or INFORMED
    )


def _revisit(scene: Scene) -> None:
    words = scene.line.words
    answers = None
    at_the_door = scene.method is Method.DOOR
    if "missed" not in words:
        answers = Answers(satisfied="yes" in words, timely="late" not in words, courteous="rude" not in words)
    recording.record(
        scene.case,
        by=scene.staff,
        at=scene.at,
        method=scene.method,
        answers=answers,
        opinions=scene.line.text,
        documented=at_the_door,
        companion=people_with([Role.DIRECTOR], scene.case.estate_id)[0] if at_the_door else None,
    )


def _archive(scene: Scene) -> None:
    """`archive ageing | why | what prevents it`."""
    (code,), (cause, prevention) = scene.line.words, scene.line.texts
    by, at = scene.staff, scene.at
    words_id = ending.archive(scene.case, by=by, at=at, cause=cause, prevention=prevention)
    causes.record(scene.case, by=by, at=at, code=code, words_id=words_id)


def _refer(scene: Scene) -> None:
    body, reason = scene.line.texts
    ending.refer(scene.case, by=scene.staff, at=scene.at, body=body, reason=reason)


def _transfer(scene: Scene) -> None:
    (name,) = scene.line.words
    transferring.ask(scene.case, by=scene.staff, to=people.user(name), at=scene.at, reason=scene.line.text)


def _escalate(scene: Scene) -> None:
    (name,) = scene.line.words
    dispatching.escalate(
        scene.case, by=scene.staff, at=scene.at, to=people.user(name), reason=scene.line.text
    )


_ACTS: Acts = {
    "claim": _claim,
    "triage": _triage,
    "find": _find,
    "grade": _grade,
    "plan": _plan,
    "review": _review,
    "approve": _approve,
    "dispatch": _dispatch,
    "accept": lambda s: dispatching.accept(s.case, by=s.staff, at=s.at),
    "objection": lambda s: dispatching.object_to(s.case, by=s.staff, at=s.at, reason=s.line.text),
    "escalate": _escalate,
    "contact": _contact,
    "progress": _progress,
    "complete": _complete,
    "report": _report_result,
    "inform": _inform,
    "revisit": _revisit,
    "close": lambda s: recording.close(s.case, by=s.staff, at=s.at, reason=s.line.text),
    "archive": _archive,
    "refer": _refer,
    "transfer": _transfer,
    "takeover": lambda s: transferring.answer(s.case, by=s.staff, at=s.at, accepted=True, reason=s.line.text),
    "redo": lambda s: handling.redo(s.case, by=s.staff, at=s.at, reason=s.line.text),
    **owner_acts.ACTS,
    **office_acts.ACTS,
    **part_acts.ACTS,
}
