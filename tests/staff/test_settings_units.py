"""Flats of a building: kept as a list by managers, and offered where one is typed at the desk."""

from collections.abc import Callable

import pytest

from shared.database import db, transaction
from shared.identity import units
from shared.identity.models import Unit
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]
ADDRESS = "/staff/settings/units"


def _page(client: CriticalClient, cast: Cast, building: str = "3号楼") -> Page:
    return client.get(f"{ADDRESS}?building={cast.building(building).id}")


def _give(cast: Cast, building: str, *names: str) -> None:
    with transaction():
        units.add(cast.building(building), names, by=cast.person("admin"), at=MONDAY)


def _offered(page: Page) -> list[str]:
    return [str(option["value"]) for option in page.soup.select("datalist#units option")]


def test_a_list_is_pasted_and_stands_in_the_order_in_which_people_count(
    cast: Cast, signed_in: SignIn
) -> None:
    admin = signed_in("admin")
    page = _page(admin, cast).submit("/new", names="2-1001\n2-101\n２－102，2-101\n\n 1-101 ")
    assert "3号楼加上了 4 个房号" in page.words
    assert page.one("[data-names]").get_text() == "1-101、2-101、2-102、2-1001"
    again = page.submit("/new", names="2-101\n商铺 A")
    assert "3号楼加上了 1 个房号" in again.words
    page = again.submit("/removal", name="2-1001")
    assert "“2-1001”已从名单去掉" in page.words
    assert "2-1001" not in page.one("[data-names]").get_text()
    assert "3号楼去掉房号 2-1001" in page.words
    assert "3号楼加上 4 个房号" in page.words


@pytest.mark.parametrize(("names", "told"), [("", "请写房号"), (" ,，\n", "请写房号"), ("9" * 41, "太长")])
def test_what_is_no_flat_is_said_beside_the_field(
    cast: Cast, signed_in: SignIn, names: str, told: str
) -> None:
    page = _page(signed_in("admin"), cast).submit("/new", names=names)
    assert page.status_code == 422
    assert told in page.words
    assert db.session.query(Unit).count() == 0


def test_the_desk_is_offered_the_flats_of_the_building(cast: Cast, signed_in: SignIn) -> None:
    _give(cast, "3号楼", "2-1101", "2-101")
    _give(cast, "4号楼", "1-201")
    desk = signed_in("limin")
    page = desk.get("/staff/cases/new")
    assert page.one("#unit")["list"] == "units"
    assert _offered(page) == ["1-201", "2-101", "2-1101"]
    token = page.one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "phone": "", "estate": "jinxiu"}
    for building, offered in (("3号楼", ["2-101", "2-1101"]), ("5号楼", [])):
        data["building"] = str(cast.building(building).id)
        answer = desk.post("/staff/cases/new/caller", data=data, headers={"HX-Request": "true"})
        assert _offered(answer) == offered, building


def test_too_many_flats_wait_for_the_building(cast: Cast, signed_in: SignIn) -> None:
    _give(cast, "3号楼", *(f"1-{n}" for n in range(units.OFFERED)))
    desk = signed_in("limin")
    assert len(_offered(desk.get("/staff/cases/new"))) == units.OFFERED
    _give(cast, "4号楼", "9-1")
    assert _offered(desk.get("/staff/cases/new")) == []


def test_flats_of_another_estate_are_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """T09."""
    with transaction():
        units.add(elsewhere.building("3号楼"), ["8-808"], by=elsewhere.person("admin"), at=MONDAY)
    theirs = str(elsewhere.building("3号楼").id)
    admin = signed_in("admin")
    assert admin.get(f"{ADDRESS}?building={theirs}").status_code == 404
    token = admin.get(ADDRESS).one("input[name=csrf_token]")["value"]
    for door in ("new", "removal"):
        data = {"csrf_token": token, "building": theirs, "names": "1-1", "name": "8-808"}
        assert admin.post(f"{ADDRESS}/{door}", data=data).status_code == 404
    desk = signed_in("limin")
    token = desk.get("/staff/cases/new").one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "phone": "", "building": theirs, "estate": "jinxiu"}
    answer = desk.post("/staff/cases/new/caller", data=data, headers={"HX-Request": "true"})
    assert _offered(answer) == []


def test_who_may_look_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("limin").get(ADDRESS)
    assert page.status_code == 200
    assert not page.soup.select(f'form[action^="{ADDRESS}/"]')
    assert signed_in("wangqiang").get(ADDRESS).status_code == 403
