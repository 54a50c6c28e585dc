"""Quiet hours hold messages until the morning, never clocks (21:00 to 8:00 on the estate's wall)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from shared.cases.models import Case
from shared.cases.vocabulary import Severity, Urgency
from shared.database import db, transaction
from shared.deadlines import queries as deadlines
from shared.deadlines.sweep import sweep
from shared.identity.models import Estate, Shift
from shared.notifications import quiet
from shared.notifications.models import Message
from shared.outbox import drain
from shared.outbox.models import OutboxRow
from tests.cast import MONDAY, Cast
from tests.domain.test_messages import Sink, sink
from tests.life import begin

__all__ = ["sink"]

HOUR = timedelta(hours=1)
TEN_AT_NIGHT = MONDAY + 12 * HOUR
EIGHT_NEXT_MORNING = MONDAY + 22 * HOUR


@pytest.fixture(autouse=True)
def _night() -> Iterator[None]:
    with time_machine.travel(TEN_AT_NIGHT, tick=False):
        yield


def due(about: str) -> set[datetime]:
    """When the messages about that go out."""
    db.session.expire_all()
    sent = select(OutboxRow).where(OutboxRow.task == "send_message")
    rows = {row.payload["message"]: row.due_at for row in db.session.scalars(sent)}
    found = db.session.scalars(select(Message.id).where(Message.about == about)).all()
    return {rows[message_id] for message_id in found}


def estate(begins: int, ends: int, zone: str = "Asia/Shanghai") -> Estate:
    return Estate(slug="x", code="X", name="x", zone=zone, quiet_from=begins, quiet_until=ends)


@pytest.mark.parametrize(
    ("hour", "minute", "ends"),
    [(12, 0, None), (20, 59, None), (21, 0, 11), (23, 59, 8), (0, 0, 8), (7, 59, 0), (8, 0, None)],
)
def test_the_quiet_time_goes_over_midnight_and_ends_to_the_minute(
    hour: int, minute: int, ends: int | None
) -> None:
    midnight = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # Tuesday 0:00 in Shanghai
    at = midnight + timedelta(hours=hour, minutes=minute)
    found = quiet.ends_at(estate(21 * 60, 8 * 60), at)
    if ends is None:
        assert found is None
    else:
        assert found == midnight + (8 if hour < 8 else 32) * HOUR


def test_within_one_day_none_and_where_the_clocks_are_put_forward() -> None:
    noon = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # 13:00 in Shanghai
    assert quiet.ends_at(estate(12 * 60, 14 * 60), noon) == noon + HOUR
    assert quiet.ends_at(estate(12 * 60, 14 * 60), noon + 2 * HOUR) is None
    assert quiet.ends_at(estate(600, 600), noon) is None
    before = datetime(2026, 3, 28, 21, 0, tzinfo=UTC)  # 22:00 in Berlin, summer time begins that night
    assert quiet.ends_at(estate(1260, 480, "Europe/Berlin"), before) == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_what_happens_at_night_is_told_in_the_morning(cast: Cast, sink: Sink) -> None:
    story = begin(cast, at=TEN_AT_NIGHT).claimed().dispatched()
    assert due("assigned") == due("dispatched") == {EIGHT_NEXT_MORNING}
    drain.run_due(20)
    assert all("已收到" in mail["Subject"] for mail in sink.mails)
    with time_machine.travel(EIGHT_NEXT_MORNING, tick=False):
        drain.run_due(20)
    assert any(story.number in mail["Subject"] for mail in sink.mails)


def test_who_files_at_night_has_the_receipt_at_once(cast: Cast, sink: Sink) -> None:
    begin(cast, at=TEN_AT_NIGHT)
    assert due("received") == {TEN_AT_NIGHT}
    drain.run_due(10)
    assert sink.to == ["xiulan@example.com"]


def test_by_day_nothing_waits(cast: Cast, sink: Sink) -> None:
    with time_machine.travel(MONDAY, tick=False):
        begin(cast).claimed().dispatched()
        assert due("assigned") == {MONDAY}


@pytest.mark.parametrize("grave", [{"urgency": Urgency.URGENT}, {"severity": Severity.MAJOR}])
def test_urgent_and_major_cases_wake_their_people_but_not_the_owner(
    cast: Cast, sink: Sink, grave: dict[str, str]
) -> None:
    story = begin(cast, at=TEN_AT_NIGHT).claimed()
    with transaction():
        for name, value in grave.items():
            setattr(db.session.get_one(Case, story.case.id), name, value)
    story.dispatched()
    assert due("assigned") == {TEN_AT_NIGHT}
    assert due("dispatched") == {EIGHT_NEXT_MORNING}


def test_a_broken_urgent_clock_is_told_at_night_and_who_is_on_duty_is_awake(cast: Cast, sink: Sink) -> None:
    begin(cast, at=TEN_AT_NIGHT, urgency=Urgency.URGENT)
    begin(cast, at=TEN_AT_NIGHT - 13 * HOUR)
    sweep(TEN_AT_NIGHT + timedelta(minutes=4))
    assert due("deadline_broken") == {TEN_AT_NIGHT}, "all lie with the dispatcher on duty"


def test_of_an_ordinary_clock_who_sleeps_hears_in_the_morning_while_it_is_broken_in_time(
    cast: Cast, sink: Sink
) -> None:
    story = begin(cast, at=TEN_AT_NIGHT - 13 * HOUR)
    with transaction():
        db.session.query(Shift).delete()
    with time_machine.travel(TEN_AT_NIGHT + HOUR, tick=False):
        sweep(TEN_AT_NIGHT + HOUR)
    assert due("deadline_broken") == {EIGHT_NEXT_MORNING}
    broken = [d for d in deadlines.of_case(story.case.id) if d.breached_at]
    assert broken
    assert all(d.breached_at == d.due_at for d in broken)


def test_the_estates_own_hours_hold(cast: Cast, sink: Sink) -> None:
    with transaction():
        here = db.session.get_one(Estate, cast.estate.id)
        here.quiet_from, here.quiet_until = 0, 0
    begin(cast, at=TEN_AT_NIGHT).claimed().dispatched()
    assert due("assigned") == {TEN_AT_NIGHT}
