"""What is owed each month and year is opened, reminded of, met or missed once, and entered when missed (GZ-17B)."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from shared.assessment.models import Entry
from shared.cases import scope
from shared.database import db, transaction
from shared.duties import keeping
from shared.duties.models import Occurrence
from shared.outbox.models import OutboxRow
from shared.supervision import drawing, finding, queries
from shared.supervision.finding import Found
from shared.supervision.populations import Kind
from tests.cast import MONDAY, Cast
from tests.life import begin

DAY = timedelta(days=1)
MARCH_ENDS = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)  # midnight of 1 April in Shanghai


def _of(cast: Cast, rule: str) -> Occurrence:
    found = db.session.scalars(
        select(Occurrence)
        .filter_by(estate_id=cast.estate.id, duty=rule)
        .order_by(Occurrence.starts_on)
        .execution_options(populate_existing=True)
    ).first()
    assert found is not None
    return found


def _entries(cast: Cast) -> dict[tuple[str, str], tuple[str, int | None]]:
    found = db.session.scalars(select(Entry).filter_by(estate_id=cast.estate.id, origin="duty"))
    return {(str(e.rule), e.person.username): (e.kind, e.most) for e in found if e.person}


def _told(event: str) -> set[int]:
    rows = db.session.scalars(select(OutboxRow).filter_by(task="send_duty"))
    return {row.payload["user"] for row in rows if row.payload["event"] == event}


def _check(cast: Cast, at: datetime) -> None:
    """Supervision draws one case and finds it as the record says."""
    user = cast.person("tangwen")
    with transaction():
        check = drawing.draw(
            cast.estate, Kind.CASES, since=MONDAY - DAY, until=MONDAY + DAY, size=1, by=user, at=at
        )
        item = queries.lock_item(user, check.id, check.items[0].id)
        case = scope.lock(user, item.case.archive_number)
        finding.record(case, item=item, by=user, at=at, found=Found.AGREES, text="")


def test_gz_17b_two_checks_in_the_month_meet_the_duty_when_the_second_is_looked_through(cast: Cast) -> None:
    begin(cast)
    keeping.sweep(MONDAY)
    duty = _of(cast, "spot_checks")
    assert (str(duty.starts_on), str(duty.ends_on), duty.needed) == ("2026-03-01", "2026-03-31", 2)
    assert duty.due_at == MARCH_ENDS
    for days in (3, 5):
        _check(cast, MONDAY + days * DAY)
        keeping.sweep(MONDAY + days * DAY + timedelta(hours=1))
    assert _of(cast, "spot_checks").met_at == MONDAY + 5 * DAY
    keeping.sweep(MARCH_ENDS)
    assert ("supervision_missing", "tangwen") not in _entries(cast)


def test_gz_17b_one_check_too_few_is_reminded_of_then_missed_once_for_200_of_the_wage(cast: Cast) -> None:
    begin(cast)
    keeping.sweep(MONDAY)
    _check(cast, MONDAY + 3 * DAY)
    keeping.sweep(MARCH_ENDS - 8 * DAY)
    assert cast.person("tangwen").id not in _told("reminder")
    keeping.sweep(MARCH_ENDS - 7 * DAY)
    assert cast.person("tangwen").id in _told("reminder")
    keeping.sweep(MARCH_ENDS - timedelta(minutes=1))
    assert _of(cast, "spot_checks").missed_at is None
    for late in (0, 1):  # whoever looks again finds it written
        keeping.sweep(MARCH_ENDS + timedelta(minutes=late))
    assert _of(cast, "spot_checks").missed_at == MARCH_ENDS
    assert _entries(cast)["supervision_missing", "tangwen"] == ("wage", 200)
    _check(cast, MARCH_ENDS + DAY)
    keeping.sweep(MARCH_ENDS + 2 * DAY)
    assert _of(cast, "spot_checks").met_at is None, "what was missed stays missed"
