"""An emergency taken without a record; the record is completed within 5 working days of reception (VK-5.1)."""

from datetime import timedelta
from typing import Any

from shared.cases import supplementing
from shared.cases.supplementing import Missing
from shared.database import db
from shared.deadlines.models import Deadline
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

BARE: dict[str, Any] = {"description": "水管爆了", "name": "", "phone": "", "unit": "", "email": ""}


def bare(cast: Cast) -> Life:
    return begin(cast, extra={"paperless": True}, **BARE).claimed()


def test_vk_5_1_the_record_is_completed_and_nothing_written_over(cast: Cast) -> None:
    story = bare(cast)
    missing = Missing(description="3 号楼 2 单元水管爆裂", name="王秀兰", phone="138 0013 8000")
    story.act("limin", supplementing.supplement, missing=missing)
    statement, party = story.case.statement, story.case.party
    assert statement
    assert party
    assert statement.description == "水管爆了\n3 号楼 2 单元水管爆裂"
    assert (party.name, party.phone) == ("王秀兰", "13800138000")
    assert story.rows[-1].data["given"] == ["description", "name", "phone"]
    story.act("limin", supplementing.supplement, missing=Missing(phone="139 0013 9000"))
    assert party.phone == "13800138000"


def test_vk_5_1_five_working_days_run_from_reception_and_end_with_the_record(cast: Cast) -> None:
    story = bare(cast)
    (record,) = db.session.query(Deadline).filter_by(case_id=story.case.id, clause="VK-5.1")
    assert record.due_at == MONDAY + timedelta(days=7)
    story.act("limin", supplementing.supplement, missing=Missing(name="王秀兰"))
    db.session.refresh(record)
    assert record.met_at == story.at


def test_vk_5_1_a_record_taken_at_once_waits_for_nothing(cast: Cast) -> None:
    story = begin(cast).claimed()
    assert not db.session.query(Deadline).filter_by(case_id=story.case.id, clause="VK-5.1").all()


def test_vk_5_1_nothing_is_no_supplement(cast: Cast) -> None:
    assert "至少补一项" in bare(cast).refused("limin", supplementing.supplement, missing=Missing(name="  "))
