"""The clock of a running desk is moved from outside (F21): an urgent complaint, and nobody acts.

A real server, a real schedule and real commands; the library that answers them what time it is reads a file.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock_watch
from shared.database import db
from shared.deadlines.models import Deadline
from shared.notifications.models import Message
from tests.cast import MONDAY, Cast
from tests.machine import Machine, Visitor, machine, until

WORDS = "3号楼2单元电梯又坏了，里面困了一位老人"
AFTER_THREE_MINUTES = {"GZ-9"}
AFTER_A_DAY = {"CO-M2", "GZ-13"}


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Iterator[Machine]:
    with machine(app, MONDAY) as desk:
        yield desk


def file_urgently(visitor: Visitor) -> str:
    """As far as the receipt, which shows the reference."""
    visitor.get("/file")
    visitor.submit("/file", category="facilities:lift")
    visitor.submit("/file/details", description=WORDS, phone="138 0013 8000", urgency="urgent")
    visitor.submit("/file/check")
    shown = visitor.page.select_one("[data-reference]")
    assert shown, visitor.page.get_text(" ", strip=True)[:400]
    return str(shown["data-reference"])


def broken(desk: Machine, reference: str) -> dict[str, dict[str, Any]]:
    """The broken clocks of the case, by clause."""
    clocks = [d for d in desk.flask("case", "show", reference)["deadlines"] if d["breached_at"]]
    assert all(d["breached_at"] == d["due_at"] for d in clocks)
    found = {d["clause"]: d for d in clocks}
    assert len(found) == len(clocks), "a clause was broken twice"
    return found


def told() -> Counter[tuple[str, str]]:
    """How often each person was told of each breach, by clause."""
    db.session.rollback()
    rows = db.session.execute(
        select(Deadline.clause, Message.to_role)
        .join(
            Deadline,
            (Message.case_id == Deadline.case_id) & (Message.detail == db.cast(Deadline.id, db.String)),
        )
        .where(Message.about == "deadline_broken")
    ).all()
    return Counter((clause, role) for clause, role in rows)


def unanswered() -> Counter[str]:
    """How often each level above was told that nobody answered."""
    db.session.rollback()
    return Counter(db.session.scalars(select(Message.to_role).where(Message.about == "deadline_unanswered")))


def five_sweeps(desk: Machine) -> None:
    """At once, and beside what the schedule does."""
    results = desk.flask_at_once(5, "deadlines", "sweep")
    assert [result["failed"] for result in results] == [0] * 5


def test_an_urgent_complaint_that_nobody_acts_on_breaks_each_clock_once(desk: Machine) -> None:
    visitor = desk.serve()
    running = desk.schedule()
    reference = file_urgently(visitor)
    assert not told()

    desk.move(timedelta(minutes=3, seconds=10))
    five_sweeps(desk)
    assert set(broken(desk, reference)) == AFTER_THREE_MINUTES
    assert told()["GZ-9", "dispatcher"] == 1, "whoever is on duty answers for what nobody has claimed"
    assert set(told().values()) == {1}
    assert clock_watch.noted(desk.folder) == []

    desk.move(timedelta(hours=24, minutes=1))
    five_sweeps(desk)
    until(lambda: clock_watch.noted(desk.folder))
    clauses = set(broken(desk, reference))
    assert clauses >= AFTER_THREE_MINUTES | AFTER_A_DAY
    assert {clause for clause, _role in told()} >= AFTER_THREE_MINUTES | AFTER_A_DAY
    assert set(told().values()) == {1}
    assert set(unanswered().values()) == {1}
    assert running.poll() is None
