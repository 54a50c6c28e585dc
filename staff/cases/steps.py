"""What comes next on a case, by when, and who does it: me, or whom we wait for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared import words
from shared.cases import guards, measures
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.catalogues import gettext as _
from shared.deadlines.promises import Promise, PromiseState
from shared.identity.models import User
from shared.identity.permissions import GRANTS, Permission, Role
from shared.revisits import recording
from staff.cases.acts import ACTS, CaseAct
from staff.cases.queries import Dossier

# The acts that carry a case on, the awaited one first; whoever may not do it may owe one of the others.
ONWARD: dict[State, tuple[str, ...]] = {
    State.RECEIVED: ("claim",),
    State.CLAIMED: ("dispatch", "contact"),
    State.DISPATCHED: ("acceptance",),
    State.HANDLING: ("completion",),
    State.REFERRED: ("completion", "recall"),
    State.COMPLETED: ("informing", "report"),
    State.INFORMED: ("revisit",),  # or closure, once there is a ground for it
    State.CLOSED: ("archiving",),
    State.WITHDRAWN: ("archiving",),
    State.ARCHIVED: (),
}
# Which clocks an act meets, the stricter first.
MEETS: dict[str, tuple[str, ...]] = {
    "claim": ("relay_urgent", "relay"),
    "dispatch": ("relay_urgent", "relay"),
    "contact": ("first_response",),
    "completion": ("completion_complex", "completion"),
    "report": ("report",),
    "informing": ("first_response",),
    "revisit": ("revisit",),
    "closure": ("revisit",),
}
# Answers, and the act that asks for them: before it nobody has to look whether an answer is due.
ANSWERS = {"takeover": Act.TRANSFER, "return_decision": Act.RETURN_REQUEST}
BY_HANDLER = ("acceptance", "objection", "plan", "completion", "report")
BY_FIRST_RESPONDER = ("redo", "transfer")
ORDER = (
    "takeover",
    "claim",
    "designation",
    "return_decision",
    "dispatch",
    "acceptance",
    "approval",
    "review",
    "publication",
    "completion",
    "informing",
    "revisit",
    "closure",
    "archiving",
    "report",
    "outstanding",
    "contact",
    "sorting",
    "triage",
    "finding",
    "plan",
    "task_group",
    "task",
    "grading",
    "objection",
    "returning",
    "escalation",
    "redo",
    "referral",
    "recall",
    "proposal",
    "agreement",
    "extension",
    "supplement",
    "outside_order",
    "forum_answer",
    "forum_post",
    "transfer",
    "publicity",
    "reopening",
)
# Nearest to the owner first.
RANK = (
    Role.DISPATCHER,
    Role.SPECIALIST,
    Role.ASSISTANT,
    Role.HANDLER,
    Role.DEPARTMENT_HEAD,
    Role.DIRECTOR,
    Role.SUPERVISOR,
    Role.DEPUTY_MANAGER,
    Role.GENERAL_MANAGER,
    Role.ADMINISTRATOR,
)
# What is worth naming when another has to do it.
OF_OTHERS = ("dispatch", "acceptance", "completion", "informing", "report", "revisit", "closure", "archiving")
WAITING = (PromiseState.BROKEN, PromiseState.NEAR, PromiseState.RUNNING, PromiseState.PARKED)


@dataclass(frozen=True, slots=True)
class Step:
    """`mine` is the one primary act, if it is for me; `sentence` says what is awaited; `promise` by when."""

    mine: CaseAct | None
    sentence: str
    promise: Promise | None
    duties: list[tuple[CaseAct, Promise]]  # further clocks that I could meet now
    more: list[CaseAct]  # everything else that I may do now
    writing: list[CaseAct]  # to the owner, among ourselves
    others: list[tuple[CaseAct, str]]  # what others may do, and who

    @property
    def mine_to_do(self) -> list[CaseAct]:
        """Every act offered to me, the primary first."""
        first = [self.mine] if self.mine else []
        return [*first, *(act for act, _promise in self.duties), *self.more, *self.writing]


def is_waiting(promise: Promise) -> bool:
    return promise.met_at is None and promise.state in WAITING


def step(case: Case, user: User, dossier: Dossier, promises: Sequence[Promise]) -> Step:
    """What *user* sees as the way on."""
    measure = measures.awaited(case)
    held_up = ("completion",) if measure else ()
    happened = {row.act for row in dossier.rows}
    idle = (*held_up, *(slug for slug, asking in ANSWERS.items() if asking not in happened))
    allowed = {slug: act for slug, act in ACTS.items() if slug not in idle and act.allowed(user, case)}
    waiting = [p for p in promises if p.round == case.round and is_waiting(p)]
    onward = (measure.act.value,) if measure else _onward(case, allowed)
    mine = next((allowed[slug] for slug in onward if slug in allowed), None)
    awaited = onward[0] if onward else None
    duties = [
        (allowed[slug], promise)
        for slug in ("contact", "report")
        if slug in allowed and allowed[slug] is not mine and (promise := _clock(slug, waiting))
    ]
    shown = {mine, *(act for act, _promise in duties)}
    return Step(
        mine=mine,
        sentence=_sentence(case, mine, awaited, dossier),
        promise=_by_when(mine.slug if mine else awaited, waiting, [p for _act, p in duties]),
        duties=duties,
        more=[allowed[slug] for slug in ORDER if slug in allowed and allowed[slug] not in shown],
        writing=[allowed[slug] for slug in ("progress", "note") if slug in allowed],
        others=[
            (ACTS[slug], who_may(slug, dossier))
            for slug in OF_OTHERS
            if slug not in (*allowed, *held_up, awaited if mine is None else None)
            and _possible(slug, case)
            and not case.is_internal
        ],
    )


def _possible(slug: str, case: Case) -> bool:
    """Whether the case allows it now, whoever does it."""
    if slug == "informing":
        return guards.allows(case, ACTS[slug].act) and (
            case.stage is State.COMPLETED or case.validity == "invalid"
        )
    return guards.allows(case, ACTS[slug].act)


def _onward(case: Case, allowed: Iterable[str]) -> tuple[str, ...]:
    onward = ONWARD[case.stage]
    if case.is_internal and case.stage is State.CLAIMED:
        onward = ("completion", "contact")  # it is given to nobody (CO-M5)
    if case.validity == "invalid" and case.stage in (State.CLAIMED, State.HANDLING):
        onward = ("informing", *onward)  # explained, not dispatched (GZ-8)
    if case.stage is State.INFORMED:
        onward = ("revisit",) if recording.ground_for_closing(case) is None else ("closure",)
    # What somebody asked of me in person comes before the case's own way.
    asked = tuple(slug for slug in ("takeover", "return_decision") if slug in allowed)
    return (*asked, *onward)


def _clock(slug: str, waiting: Sequence[Promise]) -> Promise | None:
    return next((p for rule in MEETS.get(slug, ()) for p in waiting if p.rule == rule), None)


def _by_when(slug: str | None, waiting: Sequence[Promise], elsewhere: Sequence[Promise]) -> Promise | None:
    """The clock that the step meets, else whichever falls due first of those not named *elsewhere*."""
    if slug is None:
        return None
    rest = [p for p in waiting if p not in elsewhere]
    return _clock(slug, waiting) or min(rest, key=lambda p: p.due_at, default=None)


def _sentence(case: Case, mine: CaseAct | None, awaited: str | None, dossier: Dossier) -> str:
    if mine is not None:
        return str(mine.title)
    if awaited is None:
        return _("已归档，没有后续。")
    return _("等%(who)s%(act)s", who=who_may(awaited, dossier), act=ACTS[awaited].label)


def who_may(slug: str, dossier: Dossier) -> str:
    """Whom an act waits for: a person where it is one person's, else the roles that may."""
    case = dossier.case
    if slug == "takeover" and dossier.transfer:
        return dossier.name(dossier.transfer.receiver_id)
    if case.stage is State.REFERRED and slug == "completion":
        return dossier.name(case.first_responder_id)
    if slug in BY_HANDLER and case.handler_id:
        return dossier.name(case.handler_id)
    if slug in (*BY_FIRST_RESPONDER, "informing") and case.first_responder_id:
        return dossier.name(case.first_responder_id)
    if case.is_internal:
        return dossier.name(case.first_responder_id) or str(words.ROLES[Role.SUPERVISOR])
    return roles_with(ACTS[slug].permission)


def roles_with(permission: Permission) -> str:
    """`调度员、投诉专员或服务中心主任`"""
    named = [str(words.ROLES[role]) for role in RANK if permission in GRANTS[role]]
    if len(named) < 2:
        return "".join(named)
    return _("%(some)s或%(last)s", some=words.listed(named[:-1]), last=named[-1])
