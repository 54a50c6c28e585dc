"""What staff of the demo do around a case: ask for a time, answer 12345, choose what the wall shows, answer on data."""

from datetime import datetime, timedelta

from shared.cases import outside_orders
from shared.cases.outside_orders import Order
from shared.cases.vocabulary import Channel
from shared.deadlines import proposing
from shared.demo.matters import length
from shared.demo.scene import Acts, Scene
from shared.notices import publicity
from shared.retention import requests

HOUR = timedelta(hours=1)


def on_the_hour(at: datetime) -> datetime:
    """Nobody agrees on 17:43."""
    return at.replace(minute=0, second=0, microsecond=0) + HOUR


def _propose(scene: Scene) -> None:
    """`propose 2d | why`."""
    (wait,) = scene.line.words
    until = on_the_hour(scene.at + length(wait))
    proposing.propose(scene.case, by=scene.staff, at=scene.at, until=until, reason=scene.line.text)


def _order(scene: Scene) -> None:
    """`order GZ12345-0311 3d`: their number, and how long they give us."""
    number, wait = scene.line.words
    order = Order(Channel(scene.case.channel), number, on_the_hour(scene.at + length(wait)))
    outside_orders.record(scene.case, order, by=scene.staff, at=scene.at)


def _reply(scene: Scene) -> None:
    (order,) = outside_orders.unanswered(scene.case)
    outside_orders.answer(scene.case, order, by=scene.staff, at=scene.at)


def _hide(scene: Scene) -> None:
    _decide(scene, shown=False, line="")


def _line(scene: Scene) -> None:
    """`line | what the wall says`, which waits for somebody else's `allow`."""
    _decide(scene, shown=True, line=scene.line.text)


def _decide(scene: Scene, *, shown: bool, line: str) -> None:
    reason = "" if shown else scene.line.text
    publicity.decide(scene.case, by=scene.staff, at=scene.at, shown=shown, line=line, reason=reason)


def _allow(scene: Scene) -> None:
    decision = publicity.standing(scene.case.id)
    assert decision is not None
    publicity.approve(scene.case, by=scene.staff, at=scene.at, read=decision.id)


def _answer(scene: Scene) -> None:
    """`answer copy yes`, `answer deletion no | why`."""
    kind, said = scene.line.words
    request = requests.waiting(scene.case, kind)
    assert request is not None
    requests.answer(
        request, scene.case, by=scene.staff, at=scene.at, granted=said == "yes", reason=scene.line.text
    )


ACTS: Acts = {
    "propose": _propose,
    "order": _order,
    "reply": _reply,
    "hide": _hide,
    "line": _line,
    "allow": _allow,
    "answer": _answer,
}
