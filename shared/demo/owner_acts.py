"""What the owners of the demo do themselves on their page, with their private link."""

from shared.cases import ending, urging
from shared.cases.vocabulary import Rating as Level
from shared.deadlines import proposing
from shared.demo.scene import Acts, Scene
from shared.retention import requests
from shared.revisits import appeal, rating
from shared.revisits.rating import Judgement
from shared.words import REASONS


def _rate(scene: Scene) -> None:
    """`rate basically slow | the owner's words`: a reason says no, `solved`, `timely` and `courteous` say yes."""
    level, *said = scene.line.words
    judgement = Judgement(
        level=Level(level),
        solved=_answer(said, "solved", "unsolved"),
        timely=_answer(said, "timely", "slow"),
        courteous=_answer(said, "courteous", "attitude"),
        reasons=_reasons(scene),
        text=scene.line.text,
    )
    rating.rate(scene.case, judgement, door=rating.LINK, at=scene.at)


def _answer(said: list[str], yes: str, no: str) -> bool | None:
    return True if yes in said else False if no in said else None


def _reasons(scene: Scene) -> tuple[str, ...]:
    return tuple(word for word in scene.line.words if word in REASONS)


def _ask(scene: Scene) -> None:
    """`ask copy`, `ask deletion`."""
    (kind,) = scene.line.words
    requests.ask(scene.case, kind, at=scene.at)


ACTS: Acts = {
    "add": lambda s: ending.add(s.case, at=s.at, text=s.line.text, photos=[]),
    "withdraw": lambda s: ending.withdraw(s.case, at=s.at, reason=s.line.text),
    "urge": lambda s: urging.urge(s.case, at=s.at),
    "rate": _rate,
    "appeal": lambda s: appeal.appeal(
        s.case, door=rating.LINK, at=s.at, reasons=_reasons(s), text=s.line.text
    ),
    "agree": lambda s: proposing.answer(s.case, at=s.at, agrees=True),
    "decline": lambda s: proposing.answer(s.case, at=s.at, agrees=False),
    "ask": _ask,
}
