"""Loading the demo: step by step, each a change of its own, so that one cut short can be taken up again."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from shared.attachments import verbs as photos
from shared.audit import roots
from shared.audit.models import DailyRoot, TimelineRow
from shared.cases import links
from shared.cases.lifecycle import OF_THE_MACHINE, Act
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines import sweep
from shared.demo import assessing, column, drawing, estate, learning, lobby, people, playing, story
from shared.demo.matters import matters
from shared.demo.story import Step
from shared.errors import Refused
from shared.identity.models import Estate


class NotHere(Exception):
    """The demo cannot be loaded on this desk; the message says why."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; `new` is False when everything stood already."""

    new: bool
    cases: int
    acts: int = 0
    broken: int = 0


def load(now: datetime) -> Loaded:
    """Make the demo estate and play its sixteen weeks up to *now*; a second time changes nothing.

    Raises NotHere on a desk that is in use.
    """
    settled = estate.find()
    if settled is not None and column.is_filled(settled.id):
        return Loaded(False, _case_count(settled.id))
    _refuse_a_desk_in_use(settled)
    if settled is None:
        with transaction():
            settled = estate.settle(now.replace(microsecond=0))
    began = estate.anchor(settled)
    played = _play_all(settled, began)
    broken = sweep.sweep(now).broken
    # The notices come last: where they stand, the load was finished.
    with transaction():
        lobby.fill(db.session.get_one(Estate, settled.id), began)
        assessing.fill(db.session.get_one(Estate, settled.id), began, now)
        learning.fill(db.session.get_one(Estate, settled.id), began)
        column.fill(db.session.get_one(Estate, settled.id), began)
    roots.make_due_roots(now)
    return Loaded(True, _case_count(settled.id), played, broken)


def _refuse_a_desk_in_use(settled: Estate | None) -> None:
    """Cases of the past would no longer fit the roots of days that are sealed."""
    if db.session.scalar(select(DailyRoot.on).limit(1)):
        raise NotHere("this desk is in use: its past days are sealed. Load the demo into an empty DATA_DIR")
    if settled is None and (username := people.taken()):
        raise NotHere(f"somebody here is called {username}. Load the demo into an empty DATA_DIR")


def _play_all(settled: Estate, began: datetime) -> int:
    estate_id = settled.id
    done = _acts_done(estate_id)
    waiting = [
        step
        for step in story.steps(matters(), began)
        if step.number >= done[playing.submission_key(step.matter)]
    ]
    for step in waiting:
        pictures = [photos.receive(drawing.picture(name)) for name in _pictures_of(step)]
        try:
            with transaction():
                # Held until the change ends: the session alone forgets a case, and would read it for each listener.
                _case = playing.play(step, estate_id, pictures)
        except Refused as error:
            raise RuntimeError(f"{step.matter.key}, {step.line.act}: {error}") from error
    return len(waiting)


def _pictures_of(step: Step) -> tuple[str, ...]:
    if step.number == 0:
        return step.matter.photos
    return step.matter.result_photos if step.line.act == "complete" else ()


def _acts_done(estate_id: int) -> Counter[str]:
    """How many acts of each matter stand, by its submission key.

    A reopening is part of the revisit, the rating or the appeal that it follows; what the machine did by itself is
    no line of a story.
    """
    keys = {links.seed_of(key): key for key in map(playing.submission_key, matters())}
    rows = db.session.execute(
        select(Case.seed, TimelineRow.act)
        .join(TimelineRow, TimelineRow.case_id == Case.id)
        .where(
            Case.estate_id == estate_id,
            or_(TimelineRow.actor_id.is_not(None), TimelineRow.act.not_in(OF_THE_MACHINE)),
        )
    )
    return Counter(keys[bytes(seed)] for seed, act in rows if bytes(seed) in keys and act != Act.REOPENING)


def _case_count(estate_id: int) -> int:
    return len(db.session.scalars(select(Case.id).where(Case.estate_id == estate_id)).all())
