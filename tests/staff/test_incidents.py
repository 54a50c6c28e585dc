"""Incidents on the staff face: proposed with reasons, decided with one click, one act for all, in each one's scope."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from shared.cases.models import Case
from shared.database import db
from shared.incidents.models import Incident
from shared.outbox import drain
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page, queries
from tests.domain.test_incidents import LIFT, SAME, join_all, lift, tell

SignIn = Callable[[str], CriticalClient]
LATER = MONDAY + timedelta(hours=4)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


def _press(page: Page, action: str, *, case: str = "", **answers: Any) -> Page:
    """Press the button of the form that goes to *action*, of that *case* where several do."""
    for form in page.soup.find_all("form", action=lambda a: a and a.endswith(action)):
        field = form.find("input", attrs={"name": "case"})
        if (field["value"] if field else "") == case:
            data = {i["name"]: i.get("value", "") for i in form.find_all("input") if i.get("name")}
            return page.client.post(form["action"], data={**data, **answers}, follow_redirects=True)
    raise AssertionError(f"no form to {action} for {case or 'all'} on {page.where}: {page.words[:300]}")


def _address(incident_id: int) -> str:
    return f"/staff/incidents/{incident_id}"


# The list


def test_a_proposal_stands_first_with_its_reasons_and_is_joined_with_one_click(
    cast: Cast, signed_in: SignIn
) -> None:
    stories = lift(cast, 3)
    drain.run_due(10)
    page = signed_in("limin").get("/staff/incidents")
    assert "3号楼 电梯故障" in page.words
    for reason in ("电梯故障", "同一单元", "把握"):
        assert reason in page.words
    assert "王秀兰" not in page.words
    done = _press(page, "/joining")
    assert "已并入 3 件" in done.words
    assert "办理中" in done.words
    assert {story.case.severity for story in stories} == {"major"}
    line = done.client.get("/staff/cases")
    assert line.words.count("群诉 3 件") == 3
    assert "共 3 件，1 件事" in line.words


def test_not_the_same_is_one_click_too_and_does_not_come_back(cast: Cast, signed_in: SignIn) -> None:
    _first, second = lift(cast, 2)
    drain.run_due(10)
    page = signed_in("limin").get("/staff/incidents")
    after = _press(page, "/refusal", case=second.number)
    assert "不是同一件事，不再提示" in after.words
    assert "没有待确认的" in after.words


def test_whoever_comes_too_late_is_told_who_was_first_and_what_stands(cast: Cast, signed_in: SignIn) -> None:
    first, second = lift(cast, 2)
    drain.run_due(10)
    slow = signed_in("zhouqi").get("/staff/incidents")
    _press(signed_in("limin").get("/staff/incidents"), "/joining")
    answer = _press(slow, "/joining", case=second.number)
    assert answer.status_code == 409
    assert "李敏已经把这件诉求并入" in answer.words
    assert first.case.incident_id == second.case.incident_id


def test_without_any_incident_the_page_says_what_will_appear(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("limin").get("/staff/incidents")
    assert "系统会自动比对" in page.words
    assert "没有办理中的群诉" in page.words


def test_who_only_looks_has_no_buttons(cast: Cast, signed_in: SignIn) -> None:
    lift(cast, 2)
    drain.run_due(10)
    page = signed_in("tangwen").get("/staff/incidents")
    assert "3号楼 电梯故障" in page.words
    assert not page.soup.find_all("form", action=lambda a: a and "/incidents/" in a)


# From the case


def test_the_case_says_what_it_may_belong_to_and_afterwards_what_it_belongs_to(
    cast: Cast, signed_in: SignIn
) -> None:
    first, second = lift(cast, 2)
    drain.run_due(10)
    page = signed_in("limin").get(f"/staff/cases/{second.number}")
    assert "可能是同一件事" in page.words
    assert "电梯故障、同一单元" in page.words
    assert first.number in page.words
    _press(page, "/joining", case=second.number)
    page = page.client.get(f"/staff/cases/{second.number}")
    assert "群诉 1 件" in page.words
    assert "并入群诉" in page.words, "it stands in the timeline"
    parting = page.client.get(page.link("移出"))
    assert parting.submit().status_code == 422
    done = parting.submit(reason="是另一部电梯")
    assert "已移出群诉" in done.words
    assert second.case.incident_id is None


def test_two_cases_become_a_new_incident_by_their_number(cast: Cast, signed_in: SignIn) -> None:
    first, second = tell(cast, LIFT), tell(cast, "大堂的灯不亮了", 1, "13900139002", spot="大堂")
    page = signed_in("chenjing").get(f"/staff/cases/{first.number}/joining")
    assert page.submit().status_code == 409, "neither chosen nor written"
    assert "没有查到" in page.submit(other="26-9999").words
    assert "这就是本件" in page.submit(other=first.number).words
    done = page.submit(other=second.number.lower(), title="3号楼停电")
    assert "3号楼停电" in done.words
    assert first.case.incident_id == second.case.incident_id is not None


def test_the_other_case_is_found_by_its_number_as_the_form_itself_writes_it(
    cast: Cast, signed_in: SignIn
) -> None:
    first, second = tell(cast, LIFT), tell(cast, "大堂的灯不亮了", 1, "13900139002", spot="大堂")
    page = signed_in("chenjing").get(f"/staff/cases/{first.number}/joining")
    assert "例如 26-0147" in page.words
    page.submit(other=second.number.removeprefix("JX-"), title="3号楼停电")
    assert first.case.incident_id == second.case.incident_id is not None


def test_a_case_is_put_into_an_incident_that_is_offered(cast: Cast, signed_in: SignIn) -> None:
    incident_id = join_all(cast, lift(cast, 2))
    late = tell(cast, "楼里的铁盒子又罢工", 2, "13900139050", spot="")
    page = signed_in("limin").get(f"/staff/cases/{late.number}/joining")
    page.submit(incident=str(incident_id))
    assert late.case.incident_id == incident_id


# The page of an incident


def test_the_page_counts_once_and_n_times(cast: Cast, signed_in: SignIn) -> None:
    incident_id = join_all(
        cast, [*lift(cast, 2), tell(cast, SAME, 1, "", anonymous=True, name="", unit="", email="")]
    )
    page = signed_in("limin").get(_address(incident_id))
    assert "1 件事，3 件诉求，未结 3 件" in page.words
    assert "2 户" in page.words
    assert "还没有点数" in page.words


def test_people_are_counted_on_the_spot_and_the_checklist_appears(cast: Cast, signed_in: SignIn) -> None:
    stories = lift(cast, 2)
    incident_id = join_all(cast, stories)
    client = signed_in("chenjing")
    page = client.get(_address(incident_id))
    assert "已达集体投诉" not in page.words
    assert "不写" in page.words
    wrong = _press(page, "/facts", title="3号楼电梯停运", people="十来个")
    assert wrong.status_code == 409
    page = _press(page, "/facts", title="3号楼电梯停运", people="14")
    assert "14 人" in page.words
    assert "已达集体投诉" in page.words
    assert {story.case.severity for story in stories} == {"major"}
    form = next(f for f in page.soup.find_all("form") if f.find("input", attrs={"value": "leaders"}))
    data = {i["name"]: i.get("value", "") for i in form.find_all("input")}
    page = client.post(form["action"], data={**data, "note": "已电话报告许总"}, follow_redirects=True)
    assert "陈静 03-02 14:00 ：已电话报告许总" in page.words
    paper = client.get(f"{_address(incident_id)}/playbook")
    assert "已电话报告许总" in paper.words
    assert paper.words.count("陈静") >= 1


def test_the_checklist_opens_on_demand(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("limin").get(_address(join_all(cast, lift(cast, 2))))
    assert "没有授权，不作任何承诺" not in page.words
    assert "没有授权，不作任何承诺" in page.client.get(page.link("打开集体投诉处置清单")).words


def test_put_right_is_said_and_takes_nothing_more(cast: Cast, signed_in: SignIn) -> None:
    incident_id = join_all(cast, lift(cast, 2))
    page = _press(signed_in("limin").get(_address(incident_id)), "/ending")
    assert "这件事已办结" in page.words
    assert page.soup.find("form", action=lambda a: a and a.endswith("/ending")) is None
    assert db.session.get_one(Incident, incident_id).ended_at == LATER


def test_whom_a_case_is_about_sees_the_figure_and_nothing_else_of_it(cast: Cast, signed_in: SignIn) -> None:
    hidden = tell(cast, LIFT, phone="13900139001", about="李敏不接电话")
    other = tell(cast, SAME, 1, "13900139002").claimed()
    incident_id = join_all(cast, [hidden, other], "zhouqi")
    page = signed_in("limin").get(_address(incident_id))
    assert hidden.number not in page.get_data(as_text=True)
    assert "另有 1 件您不能查看，计数里已包括" in page.words
    box = page.client.get(f"/staff/cases/{other.number}")
    assert hidden.number not in box.get_data(as_text=True)
    done = page.client.get(f"{_address(incident_id)}/note").submit(note="已报修")
    assert "已办 1 件" in done.words
    assert hidden.acts == ["filing", "joining"]


def test_the_reasons_of_a_severity_name_no_case_that_the_reader_may_not_see(
    cast: Cast, signed_in: SignIn
) -> None:
    hidden = tell(cast, LIFT, phone="13900139001", about="李敏不接电话")
    others = [tell(cast, SAME, 1, f"1390013900{n}") for n in (2, 3)]
    join_all(cast, [hidden, *others], "zhouqi")
    page = f"/staff/cases/{others[0].number}"
    assert hidden.number in signed_in("zhouqi").get(page).words
    seen = signed_in("limin").get(page)
    assert "同一事项 3 位业主" in seen.words
    assert others[1].number in seen.words
    assert hidden.number not in seen.get_data(as_text=True)


def test_a_proposal_whose_other_case_one_may_not_see_is_not_mentioned(cast: Cast, signed_in: SignIn) -> None:
    hidden = tell(cast, LIFT, phone="13900139001", about="李敏不接电话")
    other = tell(cast, SAME, 1, "13900139002")
    drain.run_due(10)
    assert hidden.number in signed_in("zhouqi").get(f"/staff/cases/{other.number}").words
    assert "可能是同一件事" not in signed_in("limin").get(f"/staff/cases/{other.number}").words


def _busy(cast: Cast, many: int) -> int:
    return join_all(cast, lift(cast, many))


def test_the_pages_ask_the_database_as_often_for_sixty_cases_as_for_three(
    app: Flask, cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("limin")
    client.get("/staff/")
    asked = []
    for many in (3, 57):
        incident_id = _busy(cast, many)
        with queries(app) as page:
            client.get(_address(incident_id))
        with queries(app) as listed:
            client.get("/staff/incidents")
        asked.append((len(page), len(listed)))
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 24
    assert db.session.query(Case).count() == 60


# What was reported again (VK-4e)


def test_vk_4e_the_general_manager_finds_the_report_and_names_somebody(cast: Cast, signed_in: SignIn) -> None:
    first = tell(cast, LIFT)
    second = tell(cast, LIFT, 48).claimed()
    client = signed_in("yangbo")
    page = client.get("/staff/incidents")
    assert "专题报告，等您指定" in page.words
    form = client.get(page.link("指定"))
    department = cast.department("秩序部")
    done = form.submit(whom=f"{department.id}-", note="换部门牵头")
    assert "已指定秩序部办理" in done.words
    shown = signed_in("limin").get(f"/staff/cases/{second.number}")
    assert "总经理已指定：秩序部" in shown.words
    assert first.number in shown.words
    offered = (
        shown.client.get(f"/staff/cases/{second.number}/dispatch").one("select[name=handler]").get_text()
    )
    assert "孙丽" in offered
    assert "王强" not in offered
    assert "专题报告" not in client.get("/staff/incidents").words


def test_the_desk_shows_open_incidents_of_the_building_while_a_call_is_taken(
    cast: Cast, signed_in: SignIn
) -> None:
    incident_id = join_all(cast, lift(cast, 2))
    page = signed_in("liujie").get("/staff/cases/new")
    token = page.form("/cases/new").find("input", attrs={"name": "csrf_token"})
    assert token is not None

    def asked(building: str) -> str:
        data = {"csrf_token": token["value"], "phone": "", "building": str(cast.building(building).id)}
        return str(page.client.post("/staff/cases/new/caller", data=data).words)

    assert "3号楼2单元电梯停运" in asked("3号楼")
    assert "电梯停运" not in asked("5号楼")
    assert incident_id
