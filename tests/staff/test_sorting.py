"""Claiming, judging and dispatching a new case with one form: three acts on record, or none of them."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.cases import handling
from shared.cases.vocabulary import Method
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")


def _sort(client: CriticalClient, story: Life, **answers: Any) -> Page:
    form = client.get(f"/staff/cases/{story.number}/sorting?next=/staff/?view=unclaimed")
    assert form.status_code == 200, form.words[:300]
    return form.submit("/sorting", **answers)


def test_one_form_claims_judges_and_dispatches(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    page = _sort(signed_in("limin"), story, validity="valid")
    assert "已派给工程部王强" in page.words
    assert story.number in page.words
    assert page.where == "/staff/?view=unclaimed", "back to the list that asked"
    assert story.acts[-3:] == ["claim", "triage", "dispatch"]
    case = story.case
    assert case.first_responder_id == cast.person("limin").id
    assert case.handler_id == cast.person("wangqiang").id
    assert (case.validity, case.state) == ("valid", "dispatched")


def test_whether_it_is_ours_has_to_be_answered(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    page = _sort(signed_in("limin"), story, requirements="先安抚住户")
    assert page.status_code == 422
    assert "请选一个" in page.words
    assert "先安抚住户" in page.one("textarea[name=requirements]").get_text()
    assert story.case.state == "received"


def test_what_is_judged_invalid_is_not_dispatched(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    page = _sort(signed_in("limin"), story, validity="invalid", reason="隔壁小区的事")
    assert page.status_code == 422
    assert "认定无效的不派单" in page.words
    assert story.acts[-1] == "filing"


def test_urgent_made_ordinary_wants_its_reason_here_too(cast: Cast, signed_in: SignIn) -> None:
    """T38."""
    story = begin(cast, urgency="urgent")
    page = _sort(signed_in("limin"), story, validity="valid", urgency="normal")
    assert page.status_code == 422
    assert "请写明理由" in page.words
    page = page.submit("/sorting", validity="valid", urgency="normal", reason="已核实，无人被困")
    assert story.case.state == "dispatched"


def test_where_somebody_else_has_claimed_meanwhile_one_is_told_and_they_stay_first_responder(
    cast: Cast, signed_in: SignIn
) -> None:
    """GZ-15, F26."""
    story = begin(cast)
    form = signed_in("limin").get(f"/staff/cases/{story.number}/sorting")
    story.claimed(by="zhouqi")
    page = form.submit("/sorting", validity="valid")
    assert page.status_code == 409
    assert "周琪" in page.words
    assert story.case.state == "claimed"
    page.submit("/sorting", validity="valid")
    assert story.case.first_responder_id == cast.person("zhouqi").id
    assert story.case.state == "dispatched"


def test_where_the_dispatch_is_refused_nothing_has_been_claimed_or_judged(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast)
    form = signed_in("limin").get(f"/staff/cases/{story.number}/sorting")
    handler = next(
        o["value"] for o in form.soup.select("select[name=handler] option") if "赵磊" in o.get_text()
    )
    about = next(o["value"] for o in form.soup.select("select[name=about] option") if "赵磊" in o.get_text())
    page = form.submit("/sorting", validity="valid", handler=str(handler), about=str(about))
    assert page.status_code == 409
    assert "不能派给本人" in page.words
    assert story.acts[-1] == "filing"
    assert story.case.state == "received"


def test_a_case_that_is_under_way_is_not_sorted_again(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).dispatched()
    page = signed_in("limin").get(f"/staff/cases/{story.number}/sorting")
    assert page.status_code == 409
    assert "不能再做“研判派单”" in page.words


def test_it_is_offered_on_a_new_case_to_who_dispatches_and_to_nobody_else(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast)
    address = f"/staff/cases/{story.number}"
    assert "研判派单" in signed_in("limin").get(address).words
    assert "研判派单" not in signed_in("liujie").get(address).words
    assert signed_in("liujie").get(f"{address}/sorting").status_code == 403
    story.claimed()
    story.act("limin", handling.contact, method=Method.TELEPHONE, reached=True, note="已致歉")
    assert "研判派单" in signed_in("zhouqi").get(address).words
