"""Departments and buildings: added, renamed, put in order, and taken away only while nothing is recorded under them."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.audit.models import SettingChange
from shared.database import db, transaction
from shared.identity import places
from shared.identity.models import Appointment, Building, CategoryRoute, Department, Spot
from shared.identity.places import Kind
from shared.ownership import dispatching
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
ADDRESS = "/staff/settings/places"


def _post(client: CriticalClient, door: str, **fields: str) -> Page:
    token = str(client.get(ADDRESS).one("input[name=csrf_token]")["value"])
    return client.post(f"{ADDRESS}/{door}", data={"csrf_token": token, **fields}, follow_redirects=True)


def _names(kind: Kind, cast: Cast) -> list[str]:
    db.session.expire_all()
    return [place.name for place in places.of_estate(kind, cast.estate.id)]


@pytest.mark.parametrize("kind", list(Kind))
def test_one_more_stands_last_and_nothing_twice(cast: Cast, signed_in: SignIn, kind: Kind) -> None:
    director = signed_in("hemei")
    page = _post(director, "new", kind=kind, name="  会所  二层 ")
    assert "加上了“会所 二层”" in page.words
    assert _names(kind, cast)[-1] == "会所 二层"
    for name, told in (("会所 二层", "已经有“会所 二层”了"), ("", "请写名称"), ("长" * 41, "最多写 40 个字")):
        page = _post(director, "new", kind=kind, name=name)
        assert page.status_code == 422
        assert told in page.words
    assert "加上“会所 二层”" in director.get(ADDRESS).words


def test_a_department_renamed_is_the_same_and_both_names_stay_on_record(
    cast: Cast, signed_in: SignIn
) -> None:
    place = cast.department("工程部")
    admin = signed_in("admin")
    _post(admin, "name", kind="department", place=str(place.id), name="工程维修部")
    assert "“工程部”改名“工程维修部”" in admin.get(ADDRESS).words
    assert cast.department("工程维修部").id == place.id
    taken = _post(admin, "name", kind="department", place=str(place.id), name="秩序部")
    assert "已经有“秩序部”了" in taken.words
    assert db.session.query(SettingChange).filter_by(what="estate.department").count() == 1


def test_the_order_is_that_of_every_menu(cast: Cast, signed_in: SignIn) -> None:
    admin = signed_in("admin")
    before = _names(Kind.DEPARTMENT, cast)
    last = str(cast.department(before[-1]).id)
    page = _post(admin, "up", kind="department", place=last)
    assert _names(Kind.DEPARTMENT, cast) == [*before[:-2], before[-1], before[-2]]
    assert f"“{before[-1]}”从第 4 移到第 3" in page.words
    for _n in range(4):
        _post(admin, "up", kind="department", place=last)
    assert _names(Kind.DEPARTMENT, cast)[0] == before[-1]


def test_what_is_on_record_is_never_taken_away(cast: Cast, signed_in: SignIn) -> None:
    admin = signed_in("admin")
    used = _post(admin, "removal", kind="department", place=str(cast.department("工程部").id))
    assert "已经有记录用到" in used.words
    assert "工程部" in _names(Kind.DEPARTMENT, cast)
    used = _post(admin, "removal", kind="building", place=str(cast.building("3号楼").id))
    assert "已经有记录用到" in used.words
    assert "已去掉" in _post(admin, "removal", kind="building", place=str(cast.building("9号楼").id)).words
    assert "9号楼" not in _names(Kind.BUILDING, cast)
    assert "去掉“9号楼”" in admin.get(ADDRESS).words


def test_a_building_that_ended_is_offered_nowhere_and_named_by_the_record(
    cast: Cast, client: CriticalClient, signed_in: SignIn
) -> None:
    story = begin(cast, building_id=cast.building("3号楼").id)
    building = str(cast.building("3号楼").id)
    admin = signed_in("admin")
    page = _post(admin, "ending", kind="building", place=building)
    assert "停用“3号楼”" in page.words
    assert "停用的 1 个" in page.words
    assert "3号楼" not in _options(signed_in("limin").get("/staff/cases/new"))
    assert "3号楼" in signed_in("limin").get(f"/staff/cases/{story.number}").words
    assert places.of_estate(Kind.BUILDING, cast.estate.id)[0].name == "1号楼"
    assert "二维码" not in client.get("/?place=jinxiu-3-2-lift").words
    assert db.session.query(Spot).filter_by(code="jinxiu-3-2-lift").one().ended_at is not None
    assert "停用了" in _post(admin, "new", kind="building", name="3号楼").words
    assert "已恢复使用" in _post(admin, "resumption", kind="building", place=building).words
    assert "3号楼" in _options(signed_in("limin").get("/staff/cases/new"))
    assert "恢复“3号楼”" in admin.get(ADDRESS).words


def _options(page: Page) -> str:
    return " ".join(option.get_text() for option in page.soup.select("option"))


def test_a_department_ends_when_nobody_has_a_post_in_it_and_nothing_is_left_for_it_to_do(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).dispatched("sunli", "秩序部")
    admin = signed_in("admin")
    department = str(cast.department("秩序部").id)
    ending = {"kind": "department", "place": department}
    assert "还有 1 件没办完的" in _post(admin, "ending", **ending).words
    story.act(
        "limin",
        dispatching.dispatch,
        department=cast.department("工程部"),
        handler=cast.person("wangqiang"),
        requirements="改派",
    )
    assert "分派规则里还有“秩序部”" in _post(admin, "ending", **ending).words
    with transaction():
        db.session.query(CategoryRoute).filter_by(department_id=int(department)).delete()
    assert "还有 1 人任职" in _post(admin, "ending", **ending).words
    with transaction():
        db.session.query(Appointment).filter_by(department_id=int(department)).update({"until": MONDAY})
    assert "已停用" in _post(admin, "ending", **ending).words
    assert "秩序部" not in _names(Kind.DEPARTMENT, cast)
    assert "秩序部" in signed_in("limin").get(f"/staff/cases/{story.number}").words, "the record names it"
    assert "秩序部" not in _options(signed_in("hemei").get("/staff/settings/people/new"))
    for door in ("name", "up", "ending"):
        assert "停用了" in _post(admin, door, **ending, name="保安部").words


def test_where_the_estate_stands_is_written_down_once_and_kept_with_what_it_was(
    cast: Cast, signed_in: SignIn
) -> None:
    begin(cast, building_id=cast.building("3号楼").id).in_handling()
    assert "uri.amap.com" not in signed_in("wangqiang").get("/staff/today").get_data(as_text=True)
    page = signed_in("hemei").get("/staff/settings/address")
    page = page.submit("/settings/address", address="广州市天河区  锦绣路 8 号")
    assert "小区地址改为“广州市天河区 锦绣路 8 号”" in page.words
    link = signed_in("wangqiang").get("/staff/today").one("a[href^='https://uri.amap.com']")
    assert parse_qs(urlsplit(str(link["href"])).query)["keyword"] == [
        "广州市天河区 锦绣路 8 号 锦绣花园 3号楼"
    ]
    assert "noreferrer" in link["rel"]


def test_places_of_another_estate_are_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """T09."""
    admin = signed_in("admin")
    theirs = {"department": elsewhere.department("工程部").id, "building": elsewhere.building("9号楼").id}
    for door in ("name", "up", "removal", "ending", "resumption"):
        for kind, place in theirs.items():
            assert _post(admin, door, kind=kind, place=str(place), name="占了").status_code == 404
        assert _post(admin, door, kind="user", place="1", name="占了").status_code == 404
    assert db.session.query(Building).filter_by(name="9号楼").count() == 2
    assert db.session.query(Department).filter_by(name="占了").count() == 0


def test_who_may_look_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("limin").get(ADDRESS)
    assert "工程部" in page.words
    assert not page.soup.select(f'form[action^="{ADDRESS}/"]')
    assert signed_in("wangqiang").get(ADDRESS).status_code == 403
