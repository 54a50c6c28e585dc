"""What anybody may read of how we do: figures with their definitions, the year, and data that name nobody."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine

from shared.cases.models import Case, Closure, Resolution
from shared.cases.vocabulary import Category, Channel
from shared.database import db, transaction
from shared.revisits.models import Revisit
from tests.cast import Cast, file
from tests.critic import CriticalClient

FEBRUARY = datetime(2026, 2, 10, 2, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 7, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _closed(cast: Cast, at: datetime, building: str = "3号楼", **more: object) -> None:
    """A case filed at that instant, finished after twenty hours and closed after thirty, to the owner's content."""
    case = file(cast, at, building_id=cast.building(building).id, **more)
    by = cast.person("chenjing").id
    with transaction():
        db.session.add(Resolution(case_id=case.id, round=1, by_id=by, at=at + 20 * HOUR, outcome="resolved"))
        db.session.add(
            Revisit(
                case_id=case.id,
                round=1,
                by_id=by,
                at=at + 25 * HOUR,
                method="telephone",
                reached=True,
                satisfied=True,
            )
        )
        db.session.add(Closure(case_id=case.id, round=1, by_id=by, at=at + 30 * HOUR, ground="satisfied"))
        db.session.get_one(Case, case.id).state = "closed"


@pytest.fixture
def winter(cast: Cast) -> Cast:
    """Six repairs of lifts in one house, one word about an attitude in another, one report from inside."""
    for hour in range(6):
        _closed(cast, FEBRUARY + hour * HOUR)
    _closed(cast, FEBRUARY, building="7号楼", category=Category.ATTITUDE, topic="attitude")
    _closed(cast, FEBRUARY, channel=Channel.INTERNAL)
    return cast


def _table(client: CriticalClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff"), "spreadsheets would take it for another encoding"
    return list(csv.DictReader(StringIO(text[1:])))


@time_machine.travel(APRIL, tick=False)
def test_co_m8_open_data_has_a_line_for_each_case_and_points_at_nobody(
    winter: Cast, client: CriticalClient
) -> None:
    lines = _table(client, "/openness/cases.csv")
    assert len(lines) == 7, "six and one; what staff report inside is not among them"
    assert all("王" not in str(line) and "1101" not in str(line) and "138" not in str(line) for line in lines)
    assert {line["类别"] for line in lines} == {""}, (
        "the one about an attitude would stand alone, so it takes the others along"
    )
    assert "7号楼" not in str(lines)


@time_machine.travel(APRIL, tick=False)
def test_whatever_is_filtered_finds_none_or_five(winter: Cast, client: CriticalClient) -> None:
    for hour in range(5):
        _closed(
            winter, FEBRUARY + hour * HOUR, building="7号楼", category=Category.ATTITUDE, topic="attitude"
        )
    lines = _table(client, "/openness/cases.csv")
    assert len(lines) == 12
    columns = list(lines[0])
    for column in columns:
        for other in columns:
            pairs = [(line[column], line[other]) for line in lines]
            assert min(pairs.count(pair) for pair in pairs) >= 5
    page = client.get("/openness?building=7号楼&category=attitude")
    assert "6 件已结案的诉求" in page.text
    assert "没有这样的诉求" in client.get("/openness?building=7号楼&category=facilities").text
    assert "没有这样的诉求" in client.get("/openness?building=9号楼' OR 1=1").text


@time_machine.travel(APRIL, tick=False)
def test_two_downloads_of_a_month_are_the_same(winter: Cast, client: CriticalClient) -> None:
    """What ends now is told from next month on: the difference of two files would else be one person."""
    before = _table(client, "/openness/cases.csv")
    for hour in range(6):
        _closed(winter, APRIL - timedelta(days=3) + hour * HOUR)
    client.application.extensions.pop("kept")
    assert _table(client, "/openness/cases.csv") == before
    client.application.extensions.pop("kept")
    with time_machine.travel(APRIL + timedelta(days=30), tick=False):
        assert len(_table(client, "/openness/cases.csv")) == 13


@time_machine.travel(APRIL, tick=False)
def test_ms_t_figures_stand_beside_their_targets_and_say_how_they_are_counted(
    winter: Cast, client: CriticalClient
) -> None:
    page = client.get("/openness")
    assert "共登记 7 件，结案 7 件" in page.text
    assert "100" in page.soup.select(".targets")[0].text
    assert "怎么算的" in page.text
    assert "2026-03" in page.text
    assert "2026-04" not in page.text, "a month is told when it is over"


@time_machine.travel(APRIL, tick=False)
def test_co_m8_the_year_has_a_page_and_a_table(winter: Cast, client: CriticalClient) -> None:
    page = client.get("/openness/2026")
    assert "2026 年年度报告" in page.soup.select("h1")[0].text
    assert "已经过完的 2 个月" in page.text, "in January there was no case yet"
    table = _table(client, "/openness/2026.csv")
    assert [(line["月份"], line["登记数"], line["结案数"]) for line in table] == [
        ("2026-02", "7", "7"),
        ("2026-03", "0", "0"),
        ("合计", "7", "7"),
    ]
    assert client.get("/openness/2031").status_code == 404
    assert client.get("/openness/2031.csv").status_code == 404


@time_machine.travel(FEBRUARY, tick=False)
def test_an_estate_that_has_just_begun_says_so_without_a_figure(cast: Cast, client: CriticalClient) -> None:
    file(cast, FEBRUARY - HOUR)
    page = client.get("/openness")
    assert "太少" in page.text
    assert "还没有一个月是完整过完的" in page.text
    assert page.soup.find("th", string="月份") is None, "a table of nothing"
    assert _table(client, "/openness/cases.csv") == []
    assert client.get("/openness/2026").status_code == 404, "no month of it is over"
