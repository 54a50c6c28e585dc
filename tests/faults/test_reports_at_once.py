"""Two schedules at the same hour make one report, and tell each person once (F07)."""

from datetime import UTC, datetime

from flask import Flask

from shared.database import db
from shared.identity.permissions import Permission
from shared.identity.queries import people_who_may
from shared.outbox.models import OutboxRow
from shared.reports import delivering, making
from shared.reports.models import Report
from tests.at_once import times_at_once
from tests.cast import MONDAY, Cast, file

THE_26TH = datetime(2026, 3, 25, 16, 5, tzinfo=UTC)


def test_gz_3_three_schedules_at_once_make_each_report_once(app: Flask, cast: Cast) -> None:
    file(cast, MONDAY)
    made = times_at_once(app, 3, lambda _n: making.make_due(THE_26TH))
    kinds = [report.kind for report in db.session.query(Report).order_by(Report.kind)]
    assert kinds == ["monthly", "weekly"]
    assert sum(made) == 2
    letters = db.session.query(OutboxRow).filter_by(task=delivering.TASK).count()
    assert letters == 2 * len(people_who_may(Permission.REPORT_VIEW, cast.estate.id))
