"""What is wrong is said beside its field, with every letter still there, and the page's title begins with it."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin
from tests.staff.test_incidents import _address, join_all, lift

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")


def _said_at(page: Page, field: str) -> str:
    """What the field with that id says is wrong with it."""
    box = page.one(f"#{field}")
    said = page.one(f"#{str(box['aria-describedby']).split()[-1]}")
    assert "error" in said["class"], said
    assert page.one("title").get_text().startswith("错误：")
    return said.get_text()


def test_a_shift_without_a_case_is_refused_at_the_boxes(cast: Cast, signed_in: SignIn) -> None:
    begin(cast).claimed()
    page = (
        signed_in("limin")
        .get("/staff/handover")
        .submit("/handover", to=str(cast.person("zhouqi").id), cases=[])
    )
    assert page.status_code == 422
    assert "请勾选" in _said_at(page, "cases")
    assert page.one("select[name=to] option[selected]")["value"] == str(cast.person("zhouqi").id)
    assert not page.soup.select("#to-error")


def test_a_new_name_of_a_view_that_is_taken_stands_in_its_row(cast: Cast, signed_in: SignIn) -> None:
    begin(cast)
    client = signed_in("limin")
    for name in ("电梯", "漏水"):
        client.get("/staff/register/views?state=handling").submit("/new", name=name)
    page = client.get("/staff/register/views")
    row = next(tr for tr in page.soup.select("tbody tr") if tr.select_one("input[value=漏水]"))
    view = str(row.select("input[name=view]")[0]["value"])
    wrong = client.post(
        "/staff/register/views/name",
        data={"csrf_token": page.one("[name=csrf_token]")["value"], "view": view, "name": "电梯"},
    )
    assert wrong.status_code == 409
    assert "已有叫“电梯”的视图" in _said_at(wrong, f"name-{view}")
    assert wrong.one(f"#name-{view}")["value"] == "电梯"
    assert wrong.one("#errors a")["href"] == f"#name-{view}"


def test_what_an_export_is_for_is_asked_beside_the_field(cast: Cast, signed_in: SignIn) -> None:
    begin(cast)
    client = signed_in("hemei")
    page = client.get("/staff/cases").submit("/export", form="xlsx", phones="1")
    wrong = page.submit("/export", reason=" ")
    assert wrong.status_code == 422
    assert "请写明导出做什么用" in _said_at(wrong, "reason")


def test_a_wrong_count_of_people_leaves_the_name_of_the_matter_as_typed(
    cast: Cast, signed_in: SignIn
) -> None:
    incident_id = join_all(cast, lift(cast, 2))
    page = signed_in("chenjing").get(_address(incident_id))
    wrong = page.submit("/facts", title="3号楼电梯停运两天", people="十来个")
    assert "人数好像写错了" in _said_at(wrong, "facts-people")
    assert wrong.one("#facts-people")["value"] == "十来个"
    assert wrong.one("#facts-title")["value"] == "3号楼电梯停运两天"


def test_a_post_without_its_department_is_asked_for_the_department(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    page = client.get(f"/staff/settings/people/person?person={cast.person('liujie').id}")
    wrong = page.submit("/post", role="handler", department="")
    assert wrong.status_code == 422
    assert "要写明部门" in _said_at(wrong, "department")


def test_a_user_name_that_is_taken_is_said_there_in_every_language(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    client.set_cookie("lang", "en")
    page = client.get("/staff/settings/people/new")
    answers = {"name": "周芳", "role": "dispatcher", "department": "", "username": "limin"}
    wrong = client.post(
        "/staff/settings/people/new",
        data={"csrf_token": page.one("[name=csrf_token]")["value"], **answers},
    )
    assert "limin" in wrong.one("#username-error").get_text()


def test_a_form_that_comes_too_late_says_so_first(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    page = client.get(f"/staff/cases/{story.number}/note")
    client.get(f"/staff/cases/{story.number}/contact").submit("/contact", method="telephone", reached="yes")
    late = page.submit("/note", note="备件在库")
    assert late.status_code == 409
    assert late.one("title").get_text().startswith("错误：")
    assert late.one("textarea").get_text(strip=True) == "备件在库"


@pytest.mark.parametrize(
    ("address", "made", "field"),
    [
        ("/staff/settings/places", {"name": "工程部"}, "place"),
        ("/staff/settings/spots", {"name": "电梯"}, "spot"),
    ],
)
def test_a_new_name_that_is_taken_stands_in_its_row(
    cast: Cast, signed_in: SignIn, address: str, made: dict[str, str], field: str
) -> None:
    client = signed_in("admin")
    page = client.get(address)
    if field == "spot":
        building = str(cast.building("3号楼").id)
        for name in ("电梯", "大堂"):
            page = page.submit("/spots/new", building=building, name=name)
    rows = [form for form in page.soup.select("form[action$='/name']") if form.select(f"[name={field}]")]
    other = next(form for form in rows if form.select("input.input")[0]["value"] != made["name"])
    sent = {str(i["name"]): str(i["value"]) for i in other.select("input")}
    wrong = client.post(f"{address}/name", data={**sent, **made})
    assert wrong.status_code == 409
    typed = str(other.select("input.input")[0]["id"])
    assert "已经有" in _said_at(wrong, typed)
    assert wrong.one(f"#{typed}")["value"] == made["name"]
    assert wrong.one(f"details[open] #{typed}")
