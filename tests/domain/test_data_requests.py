"""A copy, or deletion, asked for and answered within fifteen working days (PIPL 45, 47, 50; T42)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from shared.calendars.models import CalendarYear
from shared.cases import ending, scope
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import Refused
from shared.notifications.models import Message, PartyAddress
from shared.outbox import drain
from shared.retention import purge, requests
from shared.retention.models import DataRequest
from shared.retention.requests import COPY, DELETION
from tests.cast import MONDAY, Cast
from tests.held import PERSONAL, days, ended, left_in_rows, photos_on_disk
from tests.life import Life, begin


def ask(life: Life, kind: str = DELETION) -> DataRequest:
    with transaction():
        return requests.ask(scope.lock_by_id(life.case.id), kind, at=life.at)


def answer(life: Life, request: DataRequest, by: str = "hemei", **said: Any) -> None:
    life.act(
        by,
        lambda case, by, at: requests.answer(
            db.session.get_one(DataRequest, request.id), case, by=by, at=at, **said
        ),
    )


def refusal(life: Life, request: DataRequest, by: str = "hemei", **said: Any) -> str:
    with pytest.raises(Refused) as refused:
        answer(life, request, by, **said)
    return f"{refused.value.message} {refused.value.clause}"


def test_pipl_50_fifteen_working_days_are_counted_by_the_calendar(cast: Cast) -> None:
    """Monday 2 March 10:00 and fifteen working days: Monday 23 March 10:00."""
    request = ask(begin(cast))
    assert request.due_at == datetime(2026, 3, 23, 2, 0, tzinfo=UTC)


def test_without_the_holidays_of_next_year_it_is_due_sooner_rather_than_later(cast: Cast) -> None:
    life = begin(cast, datetime(2027, 12, 27, 2, 0, tzinfo=UTC))
    assert db.session.get(CalendarYear, 2028) is None
    assert ask(life).due_at == life.at + timedelta(days=15)


def test_asked_twice_is_asked_once(cast: Cast) -> None:
    life = begin(cast)
    assert ask(life).id == ask(life).id
    assert [row.act for row in life.rows].count("data_request") == 1
    assert ask(life, COPY).id != ask(life).id, "a copy is another matter"


def test_whoever_wants_to_be_deleted_is_no_longer_told_through_what_they_consented_to(cast: Cast) -> None:
    life = begin(cast)
    with transaction():
        db.session.add(
            PartyAddress(case_id=life.case.id, channel="push", address="https://x", made_at=life.at)
        )
    ask(life, COPY)
    assert db.session.scalar(select(func.count()).select_from(PartyAddress)) == 1
    ask(life, DELETION)
    assert db.session.scalar(select(func.count()).select_from(PartyAddress)) == 0


def test_pipl_47_granted_after_the_end_everything_goes_at_once(cast: Cast) -> None:
    life = ended(cast)
    request = ask(life)
    answer(life, request, granted=True)
    drain.run_due(100)
    assert left_in_rows() == []
    assert photos_on_disk() == 0
    assert [row.act for row in life.rows[-3:]] == ["data_request", "data_answer", "erasure"]


def test_pipl_47_granted_while_open_it_goes_when_it_ends(cast: Cast) -> None:
    """The contact is needed as long as the matter is handled (PIPL 13)."""
    life = begin(cast, **PERSONAL)
    answer(life, ask(life), granted=True)
    assert purge.run(life.at).erased == 0
    assert life.case.party is not None
    with transaction():
        ending.withdraw(scope.lock_by_id(life.case.id), at=life.at)
    assert purge.run(life.at + days(1)).erased == 1
    assert left_in_rows() == []


def test_what_is_written_after_an_early_deletion_goes_at_the_end_of_the_term(cast: Cast) -> None:
    life = ended(cast)
    answer(life, ask(life), granted=True)
    life.act("chenjing", ending.archive, cause="欧阳家的鞋柜", prevention="先问再搬")
    assert purge.run(life.at + days(300)).erased == 0
    assert left_in_rows()
    assert purge.run(life.at + days(1095)).erased == 1
    assert left_in_rows() == []
    assert purge.run(life.at + days(1096)).erased == 0


def test_pipl_47_refused_it_is_from_then_on_only_kept(cast: Cast) -> None:
    life = ended(cast)
    request = ask(life)
    assert "理由" in refusal(life, request, granted=False)
    answer(life, request, granted=False, reason="您的家属正在仲裁，依法要保存")
    assert life.case.sealed_at == life.at
    assert life.case.party is not None
    assert (
        life.words_of(next(r for r in life.rows if r.act == "data_answer")) == "您的家属正在仲裁，依法要保存"
    )


def test_while_a_copy_is_owed_nothing_is_erased(cast: Cast) -> None:
    life = ended(cast)
    request = ask(life, COPY)
    late = life.at + days(1200)
    assert purge.run(late).erased == 0
    answer(life, request, granted=True)
    assert purge.run(late).erased == 1


def test_only_who_answers_for_the_centre_answers_and_only_once(cast: Cast) -> None:
    life = ended(cast)
    request = ask(life)
    for somebody in ("limin", "chenjing", "tangwen", "wangqiang"):
        assert "服务中心主任或总经理" in refusal(life, request, somebody, granted=True)
    answer(life, request, granted=False, reason="待核实身份")
    assert "答复过" in refusal(life, request, granted=True)


def test_a_request_made_on_the_telephone_is_entered_for_the_caller(cast: Cast) -> None:
    life = begin(cast)
    life.act("hemei", lambda case, by, at: requests.ask(case, COPY, at=at, by=by))
    row = life.rows[-1]
    assert (row.act, row.actor_id) == ("data_request", cast.person("hemei").id)


def test_the_lobby_does_not_see_an_old_case_change(cast: Cast) -> None:
    """A request about a case of last year is no news of the matter."""
    life = ended(cast)
    changed_at = db.session.scalar(select(Case.changed_at))
    life.at += days(100)
    answer(life, ask(life), granted=False, reason="请带证件来核实")
    assert life.case.changed_at == changed_at


@pytest.mark.parametrize("hour", [8, 21])
def test_a_request_at_night_is_taken_like_any_other(cast: Cast, hour: int) -> None:
    at = MONDAY.replace(hour=0) + timedelta(hours=hour)
    with time_machine.travel(at, tick=False):
        assert ask(begin(cast, at)).due_at > at + timedelta(days=15)


# Who hears of it


def test_the_director_hears_of_a_request_and_the_party_of_the_answer(cast: Cast) -> None:
    life = ended(cast)
    answer(life, ask(life, COPY), granted=True)
    answer(life, ask(life, DELETION), granted=True)
    written = db.session.query(Message).filter(Message.about.like("data_%")).order_by(Message.id)
    told = [(m.to_role, m.about) for m in written]
    assert told == [
        ("director", "data_asked"),
        ("party", "data_answered"),
        ("director", "data_asked"),
    ], "whoever is deleted has no address with us"


def test_a_deletion_that_one_of_us_entered_is_granted_by_another(cast: Cast) -> None:
    """A record that is uncomfortable could else be erased by one person, as the wish of somebody who never called."""
    life = begin(cast).closed()
    life.act("hemei", lambda case, by, at: requests.ask(case, DELETION, at=at, by=by))
    request = db.session.query(DataRequest).one()
    assert "另一位" in refusal(life, request, granted=True)
    assert life.case.statement is not None
    answer(life, request, "yangbo", granted=True)
    assert life.case.statement is None
