"""A drawn story done by the verbs, act by act, as people would have done it at those instants."""

from datetime import datetime
from typing import Any

from shared.cases import drafts, ending, filing, handling, scope, triage
from shared.cases.models import Case
from shared.cases.vocabulary import Evidence, Method, Outcome
from shared.cases.vocabulary import Rating as Level
from shared.database import transaction
from shared.deadlines import agreement, extension
from shared.notices import publicity
from shared.ownership import claiming, dispatching
from shared.revisits import rating, recording
from shared.revisits.recording import Answers
from tests.cast import Cast, report
from tests.life import A_WHILE, Life
from tests.year import Event, Story

SAID = "写明了"


def drive(cast: Cast, story: Story) -> Case:
    """File it and do all that follows. A reopening that a verb brings with it is not done twice."""
    first, *others = story.events
    with transaction():
        by = cast.person(first.by) if first.by else None
        case, _new = filing.file_case(
            _report(cast, story), cast.estate, submission_key=drafts.new_key(), at=first.at, by=by
        )
        life = Life(cast, case.archive_number, first.at)
    for event in others:
        _do(life, event)
    return life.case


def _report(cast: Cast, story: Story) -> filing.Report:
    party = {"anonymous": True, "name": "", "phone": "", "unit": "", "email": ""}
    building = cast.estate.buildings[story.building].id
    return report(
        kind=story.kind,
        category=story.category,
        channel=story.channel,
        urgency=story.urgency,
        received_at=story.received_at,
        topic=None,
        building_id=building,
        spot=story.spot or None,
        **(party if story.anonymous else {"phone": story.phone, "unit": "", "email": ""}),
    )


def _do(life: Life, event: Event) -> None:
    if event.act in ("withdrawal", "rating"):
        _by_the_owner(life, event)
    elif event.act != "reopening" or event.data["cause"] == "reopening":
        life.at = event.at - A_WHILE
        assert event.by is not None
        verb, more = _verb(life, event)
        life.act(event.by, verb, **more)


def _by_the_owner(life: Life, event: Event) -> None:
    with transaction():
        case = scope.lock_by_id(life.case.id)
        if event.act == "withdrawal":
            ending.withdraw(case, at=event.at)
        else:
            said = rating.Judgement(Level(event.data["level"]), event.data["solved"])
            rating.rate(case, said, door=rating.LINK, at=event.at)


def _verb(life: Life, event: Event) -> tuple[Any, dict[str, Any]]:
    data = event.data
    match event.act:
        case "claim":
            return claiming.claim, {}
        case "triage":
            names = ("kind", "category", "urgency", "complexity", "validity")
            return triage.triage, {"judgement": _judgement(*(data[n] for n in names)), "reason": SAID}
        case "dispatch":
            handler = life.cast.person(data["handler"])
            return dispatching.dispatch, {"department": life.cast.department("工程部"), "handler": handler}
        case "acceptance":
            return dispatching.accept, {}
        case "contact":
            return handling.contact, {"method": Method.TELEPHONE, "reached": data["reached"]}
        case "progress":
            return handling.progress, {"text": SAID, "public": False}
        case "extension":
            return extension.extend, {"until": datetime.fromisoformat(data["until"]), "reason": SAID}
        case "agreement":
            until = datetime.fromisoformat(data["until"])
            return agreement.agree, {"until": until, "evidence": Evidence.MESSAGE, "text": SAID}
        case "completion":
            return handling.complete, {"outcome": Outcome(data["outcome"]), "result": SAID}
        case "informing":
            return handling.inform, {"method": Method.TELEPHONE, "text": SAID}
        case "revisit":
            content = data["satisfied"]
            answers = Answers(content, content, content) if data["reached"] else None
            return recording.record, {"method": Method.TELEPHONE, "answers": answers}
        case "publicity":
            return publicity.decide, {"shown": data["shown"], "line": "", "reason": SAID}
        case _:
            return _PLAIN[event.act]


def _judgement(*words: str) -> triage.Judgement:
    kinds: tuple[Any, ...] = tuple(triage.Judgement.__annotations__.values())
    return triage.Judgement(*(kind(word) for kind, word in zip(kinds, words, strict=True)))


_PLAIN: dict[str, tuple[Any, dict[str, Any]]] = {
    "referral": (ending.refer, {"body": "供水公司", "reason": SAID}),
    "recall": (ending.recall, {"reason": SAID}),
    "redo": (handling.redo, {"reason": SAID}),
    "report": (handling.report, {"text": SAID}),
    "reopening": (ending.reopen, {"cause": "reopening", "reason": SAID}),
    "closure": (recording.close, {}),
    "archiving": (ending.archive, {"cause": SAID, "prevention": SAID}),
}
