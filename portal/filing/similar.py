"""我也遇到: what several households have reported already is offered, and a tap saves telling it again.

Shown is how many households and the subject of a tile; never a word, a number or a date of anybody's case. When there
are enough of them, so that nobody finds out by inventing some, says `shared.incidents.echoing`.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import request
from flask_babel import gettext as _

from portal import wording
from portal.filing.answers import Answers
from shared import clock, sealing, words
from shared.identity import queries as places
from shared.identity.models import Estate
from shared.incidents import echoing
from shared.incidents.detection import Sighting
from shared.incidents.echoing import Matter

FIELD = "echo"
CHOSEN = "echo_matter"  # in the draft: which incident it is, and how it was called
CALLED = "echo_called"
# What to go by before anything is written: the words of the tiles that mean one thing. Not shown to anybody.
MEANT = {
    "lift": "电梯故障",
    "noise": "噪音扰民",
    "parking": "停车乱停占道",
    "gate": "门禁坏了",
    "cleaning": "垃圾没清理",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """`3号楼 电梯`, `已有 3 户反映，正在处理`; *value* stands for it in the form."""

    value: str
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Similar:
    """What the page shows: what was chosen, else what may be chosen."""

    chosen: str
    offers: list[Offer]


def shown(answers: Answers, estate: Estate) -> Similar:
    """For the draft's place, tile and words as they are now."""
    if answers.get(CHOSEN):
        return Similar(answers[CALLED], [])
    found = _matters(answers, estate, clock.now())
    return Similar("", [Offer(_value(matter), _name(matter), _said(matter)) for matter in found])


def taken(answers: Answers, estate: Estate, at: datetime) -> Answers:
    """Which of the offers was tapped, with neutral words where none were written; or that none is.

    Only what is offered now can be taken: a value from elsewhere is as if nothing had been tapped.
    """
    if FIELD not in request.form:
        return {}
    value = request.form[FIELD]
    matter = next((m for m in _matters(answers, estate, at) if _value(m) == value), None) if value else None
    if matter is None:
        return {CHOSEN: "", CALLED: ""}
    name = _name(matter)
    written = answers.get("description") or _("%(matter)s：我也遇到同样的问题。", matter=name)
    filled = {CHOSEN: str(matter.incident_id), CALLED: name, "description": written}
    if matter.building_id and not answers.get("building"):
        filled["building"] = str(matter.building_id)
    return filled


def incident_of(answers: Answers) -> int | None:
    """The incident that was tapped."""
    return int(answers[CHOSEN]) if answers.get(CHOSEN) else None


def _matters(answers: Answers, estate: Estate, at: datetime) -> list[Matter]:
    text = answers.get("description") or MEANT.get(answers.get("topic", ""), "")
    if not answers.get("category") or not text:
        return []
    said = answers.get("building", "")
    named = (b.name for b in places.buildings(estate.id) if said in (str(b.id), b.name)) if said else iter(())
    report = Sighting(
        id=0,
        at=at,
        building=next(named, ""),
        spot=answers.get("spot", ""),
        category=answers["category"],
        kind=answers.get("kind", "complaint"),
        text=text[: echoing.READ],
    )
    return echoing.matters(report, estate.id)


def _value(matter: Matter) -> str:
    return sealing.token(str(matter.incident_id).encode(), FIELD)


def _name(matter: Matter) -> str:
    subject = (
        words.TOPICS[matter.topic] if matter.topic in words.TOPICS else words.CATEGORIES[matter.category]
    )
    return f"{matter.building or _('小区')} {subject}"


def _said(matter: Matter) -> str:
    return wording.sentences(_("已有 %(n)s 户反映，正在处理。", n=matter.households))
