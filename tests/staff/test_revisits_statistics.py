"""The table of revisits of a period: by department, with its analysis, on paper and as a spreadsheet (TR-17)."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook

from shared.cases.vocabulary import Channel, Method
from shared.database import db, transaction
from shared.reports import making
from shared.reports.models import Report
from shared.revisits import recording
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.life import CONTENT, NOT_CONTENT, begin
from tests.paper import fonts_of, pages_of, text_of

SignIn = Callable[[str], CriticalClient]
THE_26TH = datetime(2026, 3, 25, 16, 5, tzinfo=UTC)
MARCH = "/staff/revisits/statistics?kind=monthly&on=2026-03-25"


@pytest.fixture
def told(cast: Cast) -> None:
    """Of two of the engineers' one was content and one not; the guards' was never asked; one was internal."""
    begin(cast, description="电梯坏了").informed().act(
        "liujie", recording.record, method=Method.TELEPHONE, answers=CONTENT, opinions=""
    )
    begin(cast, phone="13900139000", description="灯不亮").informed().act(
        "liujie", recording.record, method=Method.LETTER, answers=NOT_CONTENT, opinions=""
    )
    begin(cast, phone="13700137000", description="门禁坏了").informed("sunli", "秩序部")
    begin(cast, MONDAY, channel=Channel.INTERNAL, anonymous=True, phone=None, name=None)


def test_tr_17_the_table_counts_by_department_and_names_who_was_not_asked(
    told: None, signed_in: SignIn
) -> None:
    with time_machine.travel(THE_26TH, tick=False):
        page = signed_in("hemei").get(MARCH)
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.soup.select("tbody tr")]
    assert rows == [
        [
            "合计",
            "2 / 3（66%）",
            "—",
            "1",
            "0",
            "1",
            "0",
            "1 / 2（50%）",
            "2 / 2（100%）",
            "1 / 2（50%）",
        ],
        [
            "工程部",
            "2 / 2（100%）",
            "—",
            "1",
            "0",
            "1",
            "0",
            "1 / 2（50%）",
            "2 / 2（100%）",
            "1 / 2（50%）",
        ],
        ["秩序部", "0 / 1（0%）", "—", "0", "0", "0", "0", "—", "—", "—"],
    ]


def test_tr_17_on_paper_and_as_a_spreadsheet_it_has_a_column_for_the_analysis(
    told: None, signed_in: SignIn
) -> None:
    making.make_due(THE_26TH)
    analysis = "秩序部的都没有问到，三月底前补问。"
    with transaction():
        db.session.query(Report).filter_by(kind="monthly").update({"analysis": analysis})
    with time_machine.travel(THE_26TH, tick=False):
        page = signed_in("hemei").get(MARCH)
        pdf, xlsx = (signed_in("hemei").get(page.link(name)).data for name in ("PDF", "Excel"))
    assert analysis in page.words
    said = "".join(text_of(pdf).split())
    for words in ("顾客（业户）回访统计分析表", "2026-02-26至2026-03-25", "分析情况", "秩序部", "2/3（66%）"):
        assert words in said
    assert analysis in said
    assert pages_of(pdf) == 1
    named, inside = fonts_of(pdf)
    assert named == inside > 0
    rows = list(load_workbook(BytesIO(xlsx))["回访统计"].iter_rows(values_only=True))
    assert (rows[0][-1], rows[1][-1]) == ("分析情况", analysis)
    assert rows[2][0] == "工程部"


def test_a_long_analysis_has_the_whole_width_of_the_paper(told: None, signed_in: SignIn) -> None:
    making.make_due(THE_26TH)
    with transaction():
        db.session.query(Report).filter_by(kind="monthly").update({"analysis": "早间电梯投诉多。" * 200})
    with time_machine.travel(THE_26TH, tick=False):
        pdf = signed_in("hemei").get(MARCH.replace("?", ".pdf?")).data
    assert pages_of(pdf) <= 2
    assert "".join(text_of(pdf).split()).count("梯") == 200


def test_a_period_that_is_none_is_the_present_month(told: None, signed_in: SignIn) -> None:
    with time_machine.travel(THE_26TH, tick=False):
        page = signed_in("hemei").get("/staff/revisits/statistics?kind=daily&on=0001-01-01")
    assert "2026-03-26 至 2026-04-25" in page.words
