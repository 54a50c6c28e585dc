"""A desk for the stories of clauses: an estate of its own under one rule book, whose hours the story sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import select, update

from shared.cases import drafts, filing
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.deadlines.sweep import SweepResult, sweep
from shared.escalation import climbing
from shared.escalation.models import Rung
from shared.incidents import grouping
from shared.policies.clauses import known_clauses
from shared.policies.proofs import by_clause
from shared.policies.schema import Policy
from shared.policies.versions import in_force, policy_of
from tests.cast import LONG_AGO, MONDAY, Cast, report, settle
from tests.clauses.hours import datetime, instant
from tests.clauses.matter import Matter

_estates = count(1)


class Desk:
    """One estate. *cited* are the clauses that the story's name or docstring speaks of: it may ask of no other."""

    def __init__(self, clock: time_machine.Traveller, cast: Cast, cited: frozenset[str]) -> None:
        self._clock, self.cast, self.cited = clock, cast, cited
        self._callers = count(1)
        self.swept_at: datetime | None = None

    @property
    def policy(self) -> Policy:
        """The rule book in force."""
        return policy_of(in_force(self.cast.estate.id, LONG_AGO))

    def at(self, when: str) -> datetime:
        """The machine's clock moves to *when*."""
        moment = instant(when)
        self._clock.move_to(moment)
        return moment

    def files(self, when: str, *, by: str | None = None, received: str | None = None, **facts: Any) -> Matter:
        """Somebody nobody has heard of reports a matter; *by* enters it at the desk, maybe later than *received*.

        Two reports of one person are told by the same `phone` and `unit`.
        """
        moment, caller = self.at(when), next(self._callers)
        more: dict[str, Any] = {
            "building_id": self.cast.building("3号楼").id,
            "phone": f"139{caller:08d}",
            "unit": f"3-2-{caller:04d}",
            "channel": "hotline" if by else "portal",
            "received_at": instant(received) if received else None,
            **facts,
        }
        if more.get("anonymous"):
            more |= {"name": "", "phone": "", "unit": "", "email": ""}
        with transaction():
            case, _new = filing.file_case(
                report(**more),
                self.cast.estate,
                submission_key=drafts.new_key(),
                at=moment,
                by=self.cast.person(by) if by else None,
            )
        return Matter(self, case.archive_number)

    def sweep(self, when: str) -> SweepResult:
        """The machine looks at every clock of its database."""
        self.swept_at = self.at(when)
        return sweep(self.swept_at)

    def climb(self, when: str) -> int:
        """What nobody answered in time goes one level up; how many rungs were given."""
        return climbing.climb_due(self.at(when))

    def together(self, when: str, *cases: Matter) -> int:
        """The dispatcher finds them to be of one matter; the id of the incident."""
        moment, ids = self.at(when), [case.row.id for case in cases]
        with transaction():
            held = grouping.hold_cases(ids)
            user = self.cast.person("limin")
            return grouping.begin([held[n] for n in ids], by=user, at=moment, title="电梯停运").id

    def leave(self) -> None:
        """Nothing of this story is left for the sweeps of others."""
        db.session.rollback()
        of_here = select(Case.id).where(Case.estate_id == self.cast.estate.id)
        now = instant("12-31 23:59")
        with transaction():
            for row in (Deadline, Rung):
                db.session.execute(update(row).where(row.case_id.in_(of_here)).values(ended_at=now))
            db.session.execute(update(Case).where(Case.id.in_(of_here)).values(clocks_parked=None))


def settled(preset: str, body: str | None = None) -> Cast:
    """An estate that nobody else has."""
    number = next(_estates)
    letters = "".join(ascii_uppercase[number // 26**place % 26] for place in (3, 2, 1, 0))
    return settle(f"e{number}", f"第{number}小区", letters, preset, body)


@contextmanager
def opened(app: Flask, preset: str, cited: frozenset[str], body: str | None = None) -> Iterator[Desk]:
    """A desk of its own on the database of *app*, which lives by *preset* or by the text of *body*."""
    with app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        desk = Desk(clock, settled(preset, body), cited)
        try:
            yield desk
        finally:
            desk.leave()


@cache
def clauses_of_stories() -> dict[str, frozenset[str]]:
    """Which clauses a story speaks of, in its name or its docstring: by `clauses/test_file.py::test_name`."""
    found: dict[str, set[str]] = defaultdict(set)
    for clause, stories in by_clause(known_clauses(), Path(__file__).parent).items():
        for story in stories:
            found[story].add(clause)
    return {story: frozenset(clauses) for story, clauses in found.items()}


def cited_by(story: Callable[..., object]) -> frozenset[str]:
    file = Path(story.__code__.co_filename)
    return clauses_of_stories().get(f"{file.parent.name}/{file.name}::{story.__name__}", frozenset())
