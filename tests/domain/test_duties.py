"""What is owed each month and year is opened, reminded of, met or missed once, and entered when missed (GZ-17B)."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from shared.assessment.models import Entry
from shared.cases import scope
from shared.database import db, transaction
from shared.duties import keeping
from shared.duties.models import Occurrence
from shared.identity.models import Appointment, User
from shared.identity.permissions import Role
from shared.improvement.models import Meeting, Training
from shared.outbox import drain
from shared.outbox.models import OutboxRow
from shared.reports.models import Report
from shared.supervision import drawing, finding, queries
from shared.supervision.finding import Found
from shared.supervision.populations import Kind
from tests.cast import LONG_AGO, MONDAY, Cast, settle
from tests.life import begin
from tests.standins.mail_server import mail_server

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


def _told(occurrence: Occurrence) -> set[tuple[str, str]]:
    """What letters there are about it, and to whom."""
    rows = [row.payload for row in db.session.scalars(select(OutboxRow).filter_by(task="send_duty"))]
    return {
        (row["event"], db.session.get_one(User, row["user"]).username)
        for row in rows
        if row["occurrence"] == occurrence.id
    }


def _check(cast: Cast, at: datetime, by: str = "tangwen", department: str = "", size: int = 1) -> None:
    """Somebody draws *size* cases and finds them as the record says."""
    user = cast.person(by)
    with transaction():
        check = drawing.draw(
            cast.estate,
            Kind.CASES,
            since=MONDAY - DAY,
            until=MONDAY + DAY,
            size=size,
            by=user,
            at=at,
            department=cast.department(department) if department else None,
        )
        for drawn in check.items:
            item = queries.lock_item(user, check.id, drawn.id)
            case = scope.lock(user, item.case.archive_number)
            finding.record(case, item=item, by=user, at=at, found=Found.AGREES, text="")


def _signed(cast: Cast, kind: str, first: date, last: date, at: datetime | None, **more: datetime) -> Report:
    with transaction():
        report = Report(
            estate_id=cast.estate.id,
            kind=kind,
            starts_on=first,
            ends_on=last,
            figures={},
            definitions={},
            digest=bytes(32),
            signed_at=at,
            **{"made_at": MONDAY, **more},
        )
        db.session.add(report)
    return report


def _training(cast: Cast, at: datetime, closed_at: datetime | None) -> Training:
    return Training(
        estate_id=cast.estate.id,
        kind="course",
        title="接待礼仪",
        held_at=at,
        minutes=90,
        planned_by_id=cast.person("hemei").id,
        planned_at=MONDAY,
        closed_at=closed_at,
    )


def _meeting(
    cast: Cast, at: datetime, closed_at: datetime | None, owners_present: int | None = None
) -> Meeting:
    return Meeting(
        estate_id=cast.estate.id,
        title="三月例会",
        held_at=at,
        called_by_id=cast.person("hemei").id,
        called_at=MONDAY,
        closed_at=closed_at,
        owners_present=owners_present,
    )


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


def test_gz_17b_a_check_of_fewer_than_three_counts_only_where_there_are_no_more(cast: Cast) -> None:
    for n in range(4):
        begin(cast, phone=f"1390000000{n}", unit=f"{n}-101")
    keeping.sweep(MONDAY)
    for days, size in ((3, 1), (4, 2), (5, 3), (6, 3)):
        assert _of(cast, "spot_checks").met_at is None
        _check(cast, MONDAY + days * DAY, size=size)
        keeping.sweep(MONDAY + days * DAY)
    assert _of(cast, "spot_checks").met_at == MONDAY + 6 * DAY


def test_gz_17b_one_check_too_few_is_reminded_of_then_missed_once_for_200_of_the_wage(cast: Cast) -> None:
    begin(cast)
    keeping.sweep(MONDAY)
    _check(cast, MONDAY + 3 * DAY)
    keeping.sweep(MARCH_ENDS - 8 * DAY)
    assert _told(_of(cast, "spot_checks")) == set()
    keeping.sweep(MARCH_ENDS - 7 * DAY)
    assert _told(_of(cast, "spot_checks")) == {("reminder", "tangwen")}
    keeping.sweep(MARCH_ENDS - timedelta(minutes=1))
    assert _of(cast, "spot_checks").missed_at is None
    for late in (0, 1):  # whoever looks again finds it written
        keeping.sweep(MARCH_ENDS + timedelta(minutes=late))
    assert _of(cast, "spot_checks").missed_at == MARCH_ENDS
    assert _told(_of(cast, "spot_checks")) == {("reminder", "tangwen"), ("missed", "tangwen")}
    assert _entries(cast)["supervision_missing", "tangwen"] == ("wage", 200)
    _check(cast, MARCH_ENDS + DAY)
    keeping.sweep(MARCH_ENDS + 2 * DAY)
    assert _of(cast, "spot_checks").met_at is None, "what was missed stays missed"


def test_gz_17b_a_summary_not_signed_by_the_27th_is_200_for_the_director_and_100_for_the_leader(
    cast: Cast,
) -> None:
    keeping.sweep(MONDAY)
    duty = _of(cast, "summary")
    assert (str(duty.starts_on), str(duty.ends_on)) == ("2026-02-26", "2026-03-25")
    assert duty.due_at == datetime(2026, 3, 27, 16, 0, tzinfo=UTC)
    keeping.sweep(duty.due_at - DAY)
    assert _told(duty) == {("reminder", "hemei")}
    keeping.sweep(duty.due_at)
    assert _entries(cast) == {
        ("summary_false", "hemei"): ("wage", 200),
        ("summary_false", "xufei"): ("wage", 100),
    }


def test_gz_17b_where_two_lead_it_is_said_first_which_of_them_pays(cast: Cast) -> None:
    with transaction():
        second = Appointment(
            user_id=cast.person("liujie").id,
            estate_id=cast.estate.id,
            role=Role.DEPUTY_MANAGER,
            since=LONG_AGO,
        )
        db.session.add(second)
    keeping.sweep(MONDAY)
    keeping.sweep(_of(cast, "summary").due_at)
    assert _entries(cast) == {("summary_false", "hemei"): ("wage", 200)}
    (nameless,) = db.session.scalars(select(Entry).filter_by(origin="duty", person_id=None))
    assert nameless.most == 100
    assert set(nameless.evidence["candidates"]) == {cast.person("xufei").id, cast.person("liujie").id}


def test_gz_3_a_summary_signed_in_time_is_met_though_it_is_looked_at_late(cast: Cast) -> None:
    keeping.sweep(MONDAY)
    signed = datetime(2026, 3, 26, 2, 0, tzinfo=UTC)
    _signed(cast, "monthly", date(2026, 2, 26), date(2026, 3, 25), signed)
    keeping.sweep(signed + 5 * DAY)
    assert (_of(cast, "summary").met_at, _entries(cast)) == (signed, {})


def test_gz_18_a_head_who_checked_nothing_of_what_the_department_took_on_pays_300(cast: Cast) -> None:
    begin(cast).in_handling()
    keeping.sweep(MONDAY)
    keeping.sweep(MARCH_ENDS)
    assert _entries(cast)["department_unchecked", "gaofeng"] == ("fine", 300)


def test_gz_18_a_head_whose_department_took_on_nothing_has_nothing_to_check(cast: Cast) -> None:
    begin(cast).in_handling("sunli", "秩序部")  # a department without a head
    keeping.sweep(MONDAY)
    keeping.sweep(MARCH_ENDS)
    assert _of(cast, "department_checks").met_at == MARCH_ENDS
    assert ("department_unchecked", "gaofeng") not in _entries(cast)


def test_gz_18_a_head_who_checked_the_own_department_has_done_it(cast: Cast) -> None:
    begin(cast).in_handling()
    keeping.sweep(MONDAY)
    at = MONDAY + 3 * DAY
    _check(cast, at, by="gaofeng", department="工程部")
    keeping.sweep(at)
    assert _of(cast, "department_checks").met_at == at
    assert _of(cast, "spot_checks").met_at is None, "it is no check of supervision"


def test_whoever_came_in_the_middle_of_a_period_does_not_pay_for_it(cast: Cast) -> None:
    begin(cast)
    keeping.sweep(MONDAY)
    with transaction():
        (post,) = cast.person("tangwen").appointments
        post.since = MONDAY + 10 * DAY
    keeping.sweep(MARCH_ENDS)
    assert _of(cast, "spot_checks").missed_at == MARCH_ENDS
    assert ("supervision_missing", "tangwen") not in _entries(cast)


def test_ms_5_ms_7_ms_10_trainings_and_meetings_count_once_they_are_closed(cast: Cast) -> None:
    """Four trainings a year, a review each month; with representatives of the owners it is the quarter's forum too."""
    keeping.sweep(MONDAY)
    with transaction():
        for n in range(4):
            db.session.add(_training(cast, MONDAY + n * DAY, closed_at=MONDAY + n * DAY))
        db.session.add(_meeting(cast, MONDAY + DAY, closed_at=None))
    keeping.sweep(MONDAY + 5 * DAY)
    assert _of(cast, "trainings").met_at == MONDAY + 3 * DAY
    assert _of(cast, "review_meeting").met_at is None, "its minutes do not stand yet"
    with transaction():
        db.session.add(_meeting(cast, MONDAY + DAY, closed_at=MONDAY + 6 * DAY))
    keeping.sweep(MONDAY + 7 * DAY)
    assert _of(cast, "review_meeting").met_at == MONDAY + 6 * DAY
    assert _of(cast, "owner_forum").met_at is None, "nobody spoke for the owners"
    with transaction():
        db.session.add(_meeting(cast, MONDAY + DAY, closed_at=MONDAY + 8 * DAY, owners_present=3))
    keeping.sweep(MONDAY + 9 * DAY)
    assert _of(cast, "owner_forum").met_at == MONDAY + 8 * DAY


def test_ms_6_vk_4l_co_m8_reports_of_the_week_the_quarter_and_the_year(cast: Cast) -> None:
    keeping.sweep(MONDAY)
    at = MONDAY + 8 * DAY
    made = MONDAY + 7 * DAY - timedelta(hours=9)  # an hour into the next week
    _signed(cast, "weekly", date(2026, 3, 2), date(2026, 3, 8), None, made_at=made)
    _signed(cast, "quarterly", date(2026, 1, 1), date(2026, 3, 31), at)
    _signed(cast, "annual", date(2026, 1, 1), date(2026, 12, 31), at, published_at=at)
    keeping.sweep(at)
    assert _of(cast, "weekly_trend").met_at == made
    assert (_of(cast, "trend_report").met_at, _of(cast, "annual_report").met_at) == (at, at)


def test_months_that_nobody_swept_are_made_up_for_and_what_was_before_the_first_is_owed_by_nobody(
    cast: Cast,
) -> None:
    keeping.sweep(MONDAY)
    keeping.sweep(MONDAY + 70 * DAY)
    found = db.session.scalars(
        select(Occurrence).filter_by(duty="review_meeting").order_by(Occurrence.starts_on)
    )
    assert [str(each.starts_on) for each in found] == ["2026-03-01", "2026-04-01", "2026-05-01"]


def test_under_a_rule_book_that_asks_for_nothing_nothing_is_owed(cast: Cast) -> None:
    there = settle("aid", "援助花园", "YZ", preset="aid")
    keeping.sweep(MONDAY)
    found = set(db.session.scalars(select(Occurrence.estate_id)))
    assert (cast.estate.id in found, there.estate.id in found) == (True, False)


def test_gz_17b_a_letter_says_what_is_due_and_none_is_sent_of_what_was_done_meanwhile(
    app: Flask, cast: Cast
) -> None:
    begin(cast)
    with mail_server(app) as mailbox, time_machine.travel(MONDAY, tick=False) as clock:
        keeping.sweep(MONDAY)
        _check(cast, MONDAY + 3 * DAY)
        a_week_before = MARCH_ENDS - 7 * DAY
        clock.move_to(a_week_before)  # at midnight; read in the morning
        keeping.sweep(a_week_before)
        clock.shift(timedelta(hours=10))
        drain.run_due(100)
        (letter,) = [mail for mail in mailbox.mails if "督导抽查" in mail["Subject"]]
        assert letter["To"].startswith("tangwen@")
        assert "2026-03-01 至 2026-03-31 的督导抽查（GZ-17B）还没有做够，2026-04-01 00:00 前要做完。" in (
            letter.get_content()
        )
        assert "/staff/supervision/duties?estate=jinxiu" in letter.get_content()
        mailbox.mails.clear()
        summary = _of(cast, "summary")
        keeping.sweep(summary.due_at - DAY)
        _signed(cast, "monthly", date(2026, 2, 26), date(2026, 3, 25), summary.due_at - DAY)
        keeping.sweep(summary.due_at - DAY)
        clock.move_to(summary.due_at - timedelta(hours=6))
        drain.run_due(100)
    assert [mail["Subject"] for mail in mailbox.mails if "月度汇总" in mail["Subject"]] == []
