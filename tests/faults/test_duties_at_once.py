"""Schedules in several processes look at the same duties at the same moment: each is opened, missed and told once."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select

from shared.assessment.models import Entry
from shared.database import db
from shared.duties import keeping
from shared.duties.models import Occurrence
from shared.outbox.models import OutboxRow
from tests.at_once import times_at_once
from tests.cast import MONDAY, Cast
from tests.life import begin

MARCH_ENDS = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)


def test_gz_17b_a_duty_is_opened_and_missed_once_however_many_look(app: Flask, cast: Cast) -> None:
    begin(cast)
    db.session.remove()
    times_at_once(app, 3, lambda _n: keeping.sweep(MONDAY))
    twice = select(Occurrence.duty).group_by(Occurrence.duty, Occurrence.starts_on).having(func.count() > 1)
    assert db.session.scalars(twice).all() == []
    db.session.remove()
    times_at_once(app, 3, lambda _n: keeping.sweep(MARCH_ENDS))
    (entry,) = db.session.scalars(select(Entry).filter_by(rule="supervision_missing"))
    assert entry.occurred_at == MARCH_ENDS
    missed = db.session.scalars(
        select(Occurrence).filter_by(duty="spot_checks").order_by(Occurrence.starts_on)
    ).first()
    assert missed is not None
    assert missed.missed_at == MARCH_ENDS
    told = [row.payload for row in db.session.scalars(select(OutboxRow).filter_by(task="send_duty"))]
    assert [row["event"] for row in told if row["occurrence"] == missed.id] == ["missed"]
