"""A report on A4: what its page shows, whole, on paper that can be signed (AH-5.2, VK-4l)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from shared.database import db, transaction
from shared.reports import making
from shared.reports.models import Report
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.life import begin
from tests.paper import fonts_of, pages_of, text_of

SignIn = Callable[[str], CriticalClient]
THE_26TH = datetime(2026, 3, 25, 16, 5, tzinfo=UTC)


def _read(pdf: bytes) -> str:
    return "".join(text_of(pdf).split())


@pytest.fixture
def report(cast: Cast) -> int:
    begin(cast, MONDAY, building_id=cast.building("3号楼").id).closed()
    making.make_due(THE_26TH)
    return db.session.scalars(
        select(Report.id).where(Report.kind == "monthly").order_by(Report.id.desc()).limit(1)
    ).one()


def test_vk_4l_a_report_on_paper_says_what_its_page_says(report: int, signed_in: SignIn) -> None:
    with time_machine.travel(THE_26TH, tick=False):
        client = signed_in("hemei")
        page = client.get(f"/staff/reports/{report}")
        answer = client.get(page.link("PDF"))
    assert answer.mimetype == "application/pdf"
    named, inside = fonts_of(answer.data)
    assert named == inside > 0
    said = _read(answer.data)
    for words in (
        "2026年3月月度汇总",
        "等签发",
        "受理",
        "指标",
        "回访率",
        "设施设备",
        "工程部",
        "走势",
        "各期受理和办结",
        "记录质量",
        "怎么算的",
    ):
        assert words in said, words
    assert page.one(".digest").get_text().strip()[:16] in said


def test_a_long_analysis_goes_on_over_the_pages_and_is_read_as_it_stands(
    report: int, signed_in: SignIn
) -> None:
    text = "早间电梯投诉多，建议维保改到夜里。" * 200
    with transaction():
        db.session.get_one(Report, report).analysis = text + '#image("/etc/passwd") *重*'
    with time_machine.travel(THE_26TH, tick=False):
        pdf = signed_in("hemei").get(f"/staff/reports/{report}.pdf").data
    assert pages_of(pdf) > 2
    assert _read(pdf).count("梯") == 200, "nothing is lost between two pages"
    assert '#image("/etc/passwd")*重*' in _read(pdf)
