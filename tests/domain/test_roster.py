"""The duty roster and who is away: gaps, copies, deputies; what is over stays as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from shared.audit.models import SettingChange
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity import leaves, queries, roster
from shared.identity.models import Estate, Leave, Shift
from shared.identity.roster import Stretch
from tests.cast import MONDAY, Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MIDNIGHT = MONDAY - 10 * HOUR  # Monday 0:00 in Shanghai


@pytest.fixture(autouse=True)
def _empty(cast: Cast) -> None:
    with transaction():
        db.session.execute(delete(Shift))


def on_duty(cast: Cast, who: str, begins: datetime, hours: int, at: datetime = MIDNIGHT) -> Shift:
    with transaction():
        return roster.add(
            cast.estate.id,
            cast.person(who),
            starts_at=begins,
            ends_at=begins + hours * HOUR,
            by=cast.person("hemei"),
            at=at,
        )


def is_away(
    cast: Cast, who: str, begins: datetime, ends: datetime, deputy: str | None, at: datetime = MIDNIGHT
) -> Leave:
    with transaction():
        return leaves.grant(
            cast.person(who),
            estate_id=cast.estate.id,
            starts_at=begins,
            ends_at=ends,
            deputy=cast.person(deputy) if deputy else None,
            by=cast.person("hemei"),
            at=at,
        )


def gaps(cast: Cast, begins: datetime, ends: datetime) -> list[Stretch]:
    found = roster.shifts(cast.estate.id, begins, ends)
    away = leaves.between(cast.estate.id, begins, ends)
    return roster.gaps(roster.covered(found, away), begins, ends)


def test_what_no_shift_covers_is_a_gap(cast: Cast) -> None:
    on_duty(cast, "limin", MIDNIGHT + 8 * HOUR, 12)
    on_duty(cast, "zhouqi", MIDNIGHT + 19 * HOUR, 13)  # they overlap for an hour
    assert gaps(cast, MIDNIGHT, MIDNIGHT + 2 * DAY) == [
        Stretch(MIDNIGHT, MIDNIGHT + 8 * HOUR),
        Stretch(MIDNIGHT + 32 * HOUR, MIDNIGHT + 48 * HOUR),
    ]


def test_a_shift_of_who_is_away_covers_nothing_unless_somebody_stands_in(cast: Cast) -> None:
    on_duty(cast, "limin", MIDNIGHT, 24)
    leave = is_away(cast, "limin", MIDNIGHT + 6 * HOUR, MIDNIGHT + 9 * HOUR, None)
    assert gaps(cast, MIDNIGHT, MIDNIGHT + DAY) == [Stretch(MIDNIGHT + 6 * HOUR, MIDNIGHT + 9 * HOUR)]
    with transaction():
        db.session.get_one(Leave, leave.id).deputy_id = cast.person("zhouqi").id
    db.session.expire_all()
    assert gaps(cast, MIDNIGHT, MIDNIGHT + DAY) == []


def test_who_came_last_is_asked_first(cast: Cast) -> None:
    on_duty(cast, "limin", MIDNIGHT, 24)
    on_duty(cast, "zhouqi", MIDNIGHT + 8 * HOUR, 8)
    names = [user.username for user in queries.people_on_duty(cast.estate.id, MONDAY)]
    assert names == ["zhouqi", "limin"]
    assert not queries.people_on_duty(cast.estate.id, MIDNIGHT + DAY), "the end of a shift is not in it"


@pytest.mark.parametrize(
    ("who", "begins", "hours", "why"),
    [
        ("wangqiang", 8, 12, "王强不能派单"),
        ("limin", 8, 25, "最长 24 小时"),
        ("limin", 8, 0, "最长 24 小时"),
        ("limin", -30, 12, "已经过去"),
        ("zhouqi", 10, 4, "已经有班"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(cast: Cast, who: str, begins: int, hours: int, why: str) -> None:
    on_duty(cast, "zhouqi", MIDNIGHT + 8 * HOUR, 8)
    with pytest.raises(Refused, match=why):
        on_duty(cast, who, MIDNIGHT + begins * HOUR, hours)


def test_who_was_on_duty_is_not_changed_afterwards(cast: Cast) -> None:
    shift = on_duty(cast, "limin", MIDNIGHT, 12)
    hemei = cast.person("hemei")
    with transaction():
        roster.remove(db.session.get_one(Shift, shift.id), by=hemei, at=MIDNIGHT + 3 * HOUR)
    db.session.expire_all()
    assert db.session.get_one(Shift, shift.id).ends_at == MIDNIGHT + 3 * HOUR
    with pytest.raises(Refused, match="已经结束"), transaction():
        roster.remove(db.session.get_one(Shift, shift.id), by=hemei, at=MIDNIGHT + 4 * HOUR)
    later = on_duty(cast, "limin", MIDNIGHT + DAY, 12)
    with transaction():
        roster.remove(db.session.get_one(Shift, later.id), by=hemei, at=MIDNIGHT + 4 * HOUR)
    assert db.session.get(Shift, later.id) is None


def test_a_week_is_copied_once_and_without_those_who_left(cast: Cast) -> None:
    for day in range(7):
        on_duty(cast, "limin", MIDNIGHT + day * DAY + 8 * HOUR, 12)
        on_duty(cast, "zhouqi", MIDNIGHT + day * DAY + 20 * HOUR, 12)
    hemei, next_week = cast.person("hemei"), MIDNIGHT + 7 * DAY
    with transaction():
        made = roster.copy_week(cast.estate.id, "Asia/Shanghai", next_week, by=hemei, at=MIDNIGHT)
    assert made == (14, 0)
    assert gaps(cast, next_week + 8 * HOUR, next_week + 7 * DAY) == []
    with transaction():
        again = roster.copy_week(cast.estate.id, "Asia/Shanghai", next_week, by=hemei, at=MIDNIGHT)
    assert again == (0, 14)
    with transaction():
        cast.person("zhouqi").deactivated_at = MIDNIGHT
    db.session.expire_all()
    with transaction():
        after = roster.copy_week(
            cast.estate.id, "Asia/Shanghai", MIDNIGHT + 14 * DAY, by=cast.person("hemei"), at=MIDNIGHT
        )
    assert after == (7, 7)


def test_a_copy_keeps_the_hour_on_the_wall_over_a_change_to_summer_time(cast: Cast) -> None:
    before = datetime(2026, 3, 23, 7, 0, tzinfo=UTC)  # 8:00 in Berlin; summer time begins on the 29th
    assert roster.shifted(before, timedelta(days=7), "Europe/Berlin") == datetime(
        2026, 3, 30, 6, 0, tzinfo=UTC
    )


def test_the_deputy_stands_in_and_the_deputys_deputy_too(cast: Cast) -> None:
    is_away(cast, "wangqiang", MIDNIGHT, MIDNIGHT + DAY, "zhaolei")
    stand_in = leaves.stand_in(cast.person("wangqiang"), MONDAY)
    assert stand_in is not None
    assert stand_in.username == "zhaolei"
    is_away(cast, "zhaolei", MIDNIGHT + 12 * HOUR, MIDNIGHT + 14 * HOUR, "gaofeng")
    third = leaves.stand_in(cast.person("wangqiang"), MIDNIGHT + 13 * HOUR)
    assert third is not None
    assert third.username == "gaofeng"
    assert leaves.stand_in(cast.person("wangqiang"), MIDNIGHT + DAY) is not None, "back again"


def test_two_who_stand_in_for_each_other_are_nobody(cast: Cast) -> None:
    is_away(cast, "wangqiang", MIDNIGHT, MIDNIGHT + DAY, "zhaolei")
    with transaction():
        db.session.add(
            Leave(
                user_id=cast.person("zhaolei").id,
                deputy_id=cast.person("wangqiang").id,
                starts_at=MIDNIGHT,
                ends_at=MIDNIGHT + DAY,
            )
        )
    assert leaves.stand_in(cast.person("wangqiang"), MONDAY) is None


@pytest.mark.parametrize(
    ("deputy", "begins", "ends", "why"),
    [
        ("sunli", 0, 24, "不能代理"),  # of another department, and sees only her own
        ("wangqiang", 0, 24, "本人"),
        ("zhaolei", 20, 40, "也休假"),
        ("zhaolei", 24, 12, "晚于开始"),
        ("limin", -48, -24, "已经过去"),
        ("limin", 60, 80, "已经登记"),
    ],
)
def test_a_leave_that_cannot_be_is_refused(cast: Cast, deputy: str, begins: int, ends: int, why: str) -> None:
    is_away(cast, "zhaolei", MIDNIGHT + 30 * HOUR, MIDNIGHT + 50 * HOUR, None)
    is_away(cast, "wangqiang", MIDNIGHT + 70 * HOUR, MIDNIGHT + 90 * HOUR, None)
    with pytest.raises(Refused, match=why):
        is_away(cast, "wangqiang", MIDNIGHT + begins * HOUR, MIDNIGHT + ends * HOUR, deputy)


def test_who_comes_back_early_is_back_and_the_time_before_stays(cast: Cast) -> None:
    leave = is_away(cast, "wangqiang", MIDNIGHT, MIDNIGHT + 3 * DAY, "zhaolei")
    with transaction():
        leaves.end(
            db.session.get_one(Leave, leave.id),
            estate_id=cast.estate.id,
            by=cast.person("hemei"),
            at=MONDAY,
        )
    db.session.expire_all()
    assert leaves.leave_of(cast.person("wangqiang").id, MONDAY) is None
    assert leaves.leave_of(cast.person("wangqiang").id, MONDAY - HOUR) is not None
    noted = select(SettingChange).where(SettingChange.what == leaves.LEAVE).order_by(SettingChange.id)
    changes = db.session.scalars(noted).all()
    assert [(c.before is None, c.after is None) for c in changes] == [(True, False), (False, False)]


def test_of_two_estates_each_has_its_own_roster(cast: Cast, elsewhere: Cast) -> None:
    on_duty(cast, "limin", MIDNIGHT, 24)
    other = db.session.scalars(select(Estate).where(Estate.slug == "yunhe")).one()
    assert [s.user.username for s in roster.shifts(other.id, MIDNIGHT, MIDNIGHT + DAY)] == ["yunhe-limin"]
    with pytest.raises(Refused, match="不能派单"), transaction():
        roster.add(
            other.id,
            cast.person("zhouqi"),
            starts_at=MIDNIGHT,
            ends_at=MIDNIGHT + DAY,
            by=cast.person("hemei"),
            at=MIDNIGHT,
        )
