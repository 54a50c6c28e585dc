"""Places with QR posters: added, renamed, ended, printed; and the slip of a case taken at the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from shared.audit.models import SettingChange
from shared.cases import handling
from shared.cases.links import current_token, receipt_code
from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.exports import slips
from shared.identity import places, spots
from shared.identity.models import Spot
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin
from tests.paper import carries_code_of, pages_of, text_of

SignIn = Callable[[str], CriticalClient]
ADDRESS = "/staff/settings/spots"
POSTERS = f"{ADDRESS}/posters"


def _add(client: CriticalClient, cast: Cast, name: str, building: str = "3号楼") -> Page:
    return client.get(ADDRESS).submit("/new", building=str(cast.building(building).id), name=name)


def _spot(name: str) -> Spot:
    return db.session.query(Spot).filter_by(name=name).populate_existing().one()


def test_a_place_is_added_with_a_code_nobody_can_guess(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("admin")
    page = _add(client, cast, " 地下室   自行车棚 ")
    assert "3号楼加上了“地下室 自行车棚”" in page.words
    first = _spot("地下室 自行车棚").code
    _add(client, cast, "天台")
    second = _spot("天台").code
    assert len(first) == len(second) == spots.CODE_LENGTH
    assert set(first + second) <= set(spots.ALPHABET)
    assert first != second
    assert f"http://localhost/?place={first}" in page.words
    assert "3号楼加上“天台”" in client.get(ADDRESS).words


def test_a_scanned_poster_has_the_place_filled_in(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    _add(signed_in("admin"), cast, "大堂")
    assert "3号楼 大堂" in client.get(f"/?place={_spot('大堂').code}").words


def test_a_renamed_place_keeps_the_posters_that_hang(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    admin = signed_in("admin")
    code = _spot("2单元电梯").code
    page = admin.get(ADDRESS).submit("/name", name="2单元客梯")
    assert "现在叫“2单元客梯”" in page.words
    assert "3号楼的“2单元电梯”改名“2单元客梯”" in page.words
    assert "3号楼 2单元客梯" in client.get(f"/?place={code}").words


def test_the_poster_of_an_ended_place_leads_home(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    """It hangs on for years: never a 404, and never a place that is not there any more."""
    code = _spot("2单元电梯").code
    assert "3号楼 2单元电梯" in client.get(f"/?place={code}").words
    admin = signed_in("admin")
    page = admin.get(ADDRESS).submit("/ending")
    assert "“2单元电梯”已停用" in page.words
    home = client.get(f"/?place={code}")
    assert home.status_code == 200
    assert "这张海报的地点已停用" in home.words
    assert "2单元电梯" not in home.words
    assert "2单元电梯" not in client.get("/file/details").get_data(as_text=True)
    assert admin.get(f"{POSTERS}?spot={_spot('2单元电梯').id}").status_code == 404


def test_an_ended_place_added_again_stands_with_its_old_posters(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    admin = signed_in("admin")
    code = _spot("2单元电梯").code
    admin.get(ADDRESS).submit("/ending")
    _add(admin, cast, "2单元电梯")
    assert _spot("2单元电梯").code == code
    assert "3号楼 2单元电梯" in client.get(f"/?place={code}").words
    assert db.session.query(SettingChange).filter_by(what=spots.SPOT).count() == 2


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "请写地点"), ("长" * 41, "最多写 40 个字"), ("2单元电梯", "3号楼已经有“2单元电梯”")],
)
def test_what_cannot_be_a_place_is_said_beside_the_field(
    cast: Cast, signed_in: SignIn, name: str, told: str
) -> None:
    page = _add(signed_in("admin"), cast, name)
    assert page.status_code == 422
    assert page.words.count(told) >= 2
    assert db.session.query(Spot).count() == 1


def test_a_building_that_has_ended_since_is_said_in_our_words(cast: Cast, signed_in: SignIn) -> None:
    hemei = signed_in("hemei")
    form = hemei.get("/staff/settings/spots")
    with transaction():
        place = places.lock(places.Kind.BUILDING, cast.building("3号楼").id, cast.estate.id)
        places.end(places.Kind.BUILDING, place, by=cast.person("hemei"), at=now())
    page = form.submit("/spots/new", building=str(place.id), name="大堂")
    assert page.status_code == 422
    assert "请选楼栋。" in page.words
    assert "Not a valid" not in page.words


def test_a_building_holds_no_more_places_than_one_file(cast: Cast, signed_in: SignIn) -> None:
    with transaction():
        for n in range(spots.MOST_IN_BUILDING - 1):
            spots.add(cast.building("3号楼"), f"{n}层", by=cast.person("admin"), at=now())
    client = signed_in("admin")
    assert "不能再加" in _add(client, cast, "天台").words
    assert pages_of(client.get(f"{POSTERS}?building={cast.building('3号楼').id}&size=four").data) == 15
    _add(client, cast, "大堂", "4号楼")
    refused = client.get(f"{POSTERS}?building=")
    assert refused.status_code == 409
    assert "请按楼栋分开印" in refused.words
    assert "全部" not in client.get(ADDRESS).one("#of-building").get_text()


def test_who_may_look_may_print_and_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    page = client.get(ADDRESS)
    assert "2单元电梯" in page.words
    assert not page.soup.select(f'form[action^="{ADDRESS}/"][method=post]')
    assert client.get(f"{POSTERS}?size=a6").status_code == 200
    assert signed_in("wangqiang").get(ADDRESS).status_code == 403


def test_a_place_of_another_estate_is_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """T09."""
    theirs = db.session.query(Spot).filter_by(building_id=elsewhere.building("3号楼").id).one().id
    admin = signed_in("admin")
    token = admin.get(ADDRESS).one("input[name=csrf_token]")["value"]
    for door in ("name", "ending"):
        for spot in (str(theirs), "x", "", "9" * 30):
            data = {"csrf_token": token, "spot": spot, "name": "占了"}
            assert admin.post(f"{ADDRESS}/{door}", data=data).status_code == 404, (door, spot)
    assert admin.get(f"{POSTERS}?spot={theirs}").status_code == 404
    assert admin.get(f"{POSTERS}?size=a3").status_code == 404
    assert admin.get(f"{ADDRESS}?estate=yunhe").status_code == 404


def test_a_poster_says_where_it_hangs_and_whom_to_call(cast: Cast, signed_in: SignIn, app: Flask) -> None:
    page = signed_in("limin").get(f"{POSTERS}?spot={_spot('2单元电梯').id}")
    assert (page.mimetype, page.headers["Cache-Control"]) == ("application/pdf", "no-store")
    said = text_of(page.data)
    for words in (
        "锦绣花园",
        "3号楼 2单元电梯",
        "localhost/?place=jinxiu-3-2-lift",
        "020-8888 6666",
        "8:00–20:00",
        "020-8888 6667",
    ):
        assert words in said, words
    assert carries_code_of("http://localhost/?place=jinxiu-3-2-lift", page.data, "q")


# The slip


def _register(client: CriticalClient, cast: Cast, **more: Any) -> Page:
    return client.get("/staff/cases/new").submit(
        "/cases/new",
        description="大堂门禁刷卡没有反应，早上有三个人进不来",
        building=str(cast.building("3号楼").id),
        category="security",
        name="王女士",
        phone="138 0013 8000",
        **more,
    )


def _only() -> Case:
    return db.session.query(Case).populate_existing().one()


def test_the_caller_takes_a_slip_along(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    page = client.get(_register(client, cast).link("打印回执条"))
    case = _only()
    assert (page.mimetype, page.headers["Cache-Control"]) == ("application/pdf", "no-store")
    said, code = text_of(page.data), receipt_code(case)
    for words in (
        case.shown_reference,
        case.archive_number,
        f"{code[:3]} {code[3:]}",
        "李敏",
        "接下来",
        "020-8888 6666",
        "请收好，不要给别人。",
    ):
        assert words in said, words
    assert "今天" not in said
    assert "王女士" not in said
    assert "刷卡" not in said
    assert carries_code_of(f"http://localhost/c/{current_token(case)}", page.data, "m")


def test_a_promise_that_returns_is_on_the_slip_once(cast: Cast) -> None:
    story = begin(cast, now()).in_handling()
    story.act("wangqiang", handling.progress, text="到过现场，在等配件", public=True)
    said = text_of(slips.draw(story.case, "http://localhost/c/x", story.at))
    assert said.count("每 3 天告知进展") == 1
    assert "48 小时内办结" in said


def test_the_slip_goes_by_the_rule_of_what_is_read_out(cast: Cast, signed_in: SignIn) -> None:
    """T39: only whoever registered the case, for a quarter of an hour; it opens all of the case."""
    client = signed_in("limin")
    _register(client, cast)
    slip = f"/staff/cases/{_only().archive_number}/slip"
    assert client.get(slip).status_code == 200
    for username in ("zhouqi", "hemei"):
        assert signed_in(username).get(slip).status_code == 303, username
    with time_machine.travel(now() + timedelta(minutes=16), tick=True):
        assert client.get(slip).status_code == 303


def test_an_anonymous_caller_is_told_that_nobody_finds_the_slip_again(cast: Cast, signed_in: SignIn) -> None:
    """CO-M5."""
    client = signed_in("limin")
    _register(client, cast, anonymous="y")
    said = text_of(client.get(f"/staff/cases/{_only().archive_number}/slip").data)
    assert "这张条丢了，谁也找不回" in said


def test_no_slip_of_a_complaint_about_whoever_took_it(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    page = _register(client, cast, about="李敏接电话很不耐烦")
    assert "打印回执条" not in page.words
    assert client.get(f"/staff/cases/{_only().archive_number}/slip").status_code == 404
