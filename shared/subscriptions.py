"""EVENT → who listens: all wiring on one screen."""

from flask import Flask

from shared import events
from shared.cases import scope
from shared.cases.events import CaseTouched
from shared.database import after_commit, before_commit, db
from shared.deadlines import tracking
from shared.events import subscribe
from shared.outbox import nudge


def _note_touched(event: CaseTouched) -> None:
    db.session.info.setdefault("touched", {})[event.case_id] = True


def _finish() -> None:
    """At the end of every change: handle the news, then derive the clocks of each touched case once."""
    events.drain()
    for case_id in db.session.info.pop("touched", {}):
        tracking.derive(scope.read_by_id(case_id))
    events.drain()


def init_app(app: Flask) -> None:
    subscribe(CaseTouched, _note_touched)
    before_commit(_finish)
    after_commit(nudge.nudge_pending)
