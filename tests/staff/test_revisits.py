"""The call list, the call sheet and the visit at the door, on pages and without a script (VK-4k, TR-11 to TR-14)."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from shared.attachments import queries as photos
from shared.audit.models import Access
from shared.database import db, transaction
from shared.revisits import recording
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
GOOD: dict[str, Any] = {"satisfied": "yes", "timely": "yes", "courteous": "yes"}
MATTERS = (("facilities", "天台水箱"), ("security", "东门"), ("environment", "垃圾房"))


def _informed(cast: Cast, nth: int = 0, **facts: Any) -> Life:
    category, spot = MATTERS[nth]
    about = f"{spot}有问题，请看看"
    return begin(cast, category=category, topic=None, spot=spot, description=about, **facts).informed()


def _sheet(client: CriticalClient, story: Life) -> Page:
    page = client.get(f"/staff/revisits/{story.number}")
    assert page.status_code == 200, page.words[:300]
    return page


def _about(story: Life, **answers: Any) -> dict[str, Any]:
    """The fields of one case of the sheet."""
    return {f"c{story.case.id}-{name}": value for name, value in answers.items()}


def _photo() -> tuple[BytesIO, str]:
    held = BytesIO()
    Image.new("RGB", (60, 40), "white").save(held, "PNG")
    held.seek(0)
    return held, "signature.png"


def test_one_person_with_two_cases_is_one_line_and_one_sheet(cast: Cast, signed_in: SignIn) -> None:
    first, second = _informed(cast, 0), _informed(cast, 1)
    assistant = signed_in("liujie")
    page = assistant.get("/staff/revisits")
    assert "现在回访 1" in page.words
    assert "一次回访 2 件" in page.words
    assert "138****8000" in page.words
    page = _sheet(assistant, first)
    assert first.number in page.words
    assert second.number in page.words
    page = page.submit(
        f"/revisits/{first.number}", reached="yes", **_about(first, **GOOD), **_about(second, **GOOD)
    )
    assert "已记下 2 件：都满意。" in page.words
    for story in (first, second):
        (revisit,) = recording.of_round(story.case)
        assert (revisit.method, revisit.satisfied) == ("telephone", True)
    assert "现在回访 0" in page.words


def test_each_case_has_answers_of_its_own_and_one_may_be_left_for_another_time(
    cast: Cast, signed_in: SignIn
) -> None:
    """TR-14: the one that is not solved goes into its next round."""
    good, bad, later = (_informed(cast, nth) for nth in range(3))
    page = _sheet(signed_in("liujie"), good).submit(
        f"/revisits/{good.number}",
        reached="yes",
        **_about(good, **GOOD),
        **_about(bad, satisfied="no", timely="yes", courteous="yes", opinions="东门还是关不上"),
        **_about(later, skipped="y"),
    )
    assert "1 件不满意，进入下一轮" in page.words
    assert (good.case.round, bad.case.round, later.case.round) == (1, 2, 1)
    assert recording.of_round(later.case) == []


def test_an_unanswered_question_is_pointed_at_and_nothing_is_lost(cast: Cast, signed_in: SignIn) -> None:
    first, second = _informed(cast, 0), _informed(cast, 1)
    page = _sheet(signed_in("liujie"), first).submit(
        f"/revisits/{first.number}", reached="yes", **_about(first, **GOOD, opinions="谢谢师傅")
    )
    assert page.status_code == 422
    assert "联系上了，请选择诉求人的回答" in page.words
    assert "谢谢师傅" in page.words
    assert recording.of_round(first.case) == [] == recording.of_round(second.case)


def test_nobody_answered_and_the_next_attempt_has_its_time(cast: Cast, signed_in: SignIn) -> None:
    story = _informed(cast)
    assistant = signed_in("liujie")
    page = _sheet(assistant, story).submit(
        f"/revisits/{story.number}", reached="no", hindrance="no_answer", again="2026-03-03T09:00"
    )
    assert "这次没联系上" in page.words
    assert "现在回访 0" in page.words
    page = assistant.get("/staff/revisits?show=later")
    assert "明天" not in page.words
    assert "3 月 3 日 09:00 再联系" in page.words
    assert "电话，没人接" in page.words
    assert "已试 1 次，满 3 次可以结案" in page.words
    assert "电话，没人接，3 月 3 日 09:00 再联系" in assistant.get(f"/staff/cases/{story.number}").words


def test_who_was_told_and_never_asked_is_listed_until_somebody_has(cast: Cast, signed_in: SignIn) -> None:
    """TR-13."""
    story, other = _informed(cast, 0), _informed(cast, 1, phone="139 0000 1111")
    other.revisited()
    page = signed_in("liujie").get("/staff/revisits?show=never")
    assert "应回访 2 件，已回访 1 件（50%）" in page.words
    assert story.number in page.words
    assert other.number not in page.words


def test_a_telephone_is_shown_only_when_asked_for_and_that_is_registered(
    cast: Cast, signed_in: SignIn
) -> None:
    """T40: the sheet masks it like every other page."""
    story = _informed(cast)
    assistant = signed_in("liujie")
    page = _sheet(assistant, story)
    assert "13800138000" not in page.words.replace(" ", "")
    token = page.one("input[name=csrf_token]")["value"]
    shown = assistant.post(
        f"/staff/cases/{story.number}/reveal",
        data={"csrf_token": token, "field": "phone"},
        headers={"HX-Request": "true"},
    )
    assert "138 0013 8000" in shown.words or "13800138000" in shown.words
    assert db.session.query(Access).filter_by(case_id=story.case.id, what="phone").count() == 1


def test_who_handled_one_of_them_asks_only_about_the_others(cast: Cast, signed_in: SignIn) -> None:
    """TR-11: caller ≠ handler."""
    mine, other = _informed(cast, 0), _informed(cast, 1)
    with transaction():
        mine.case.handler_id = cast.person("liujie").id
    page = _sheet(signed_in("liujie"), other)
    assert "这件由您办理，请别人来回访（TR-11）" in page.words
    page = page.submit(f"/revisits/{other.number}", reached="yes", **_about(other, **GOOD))
    assert "已记下 1 件：都满意。" in page.words
    assert recording.of_round(mine.case) == []


def test_a_case_that_changed_meanwhile_keeps_what_was_written(cast: Cast, signed_in: SignIn) -> None:
    story = _informed(cast)
    page = _sheet(signed_in("liujie"), story)
    story.at += timedelta(hours=1)
    story.revisited(None, by="limin")
    page = page.submit(f"/revisits/{story.number}", reached="yes", **_about(story, **GOOD, opinions="都好"))
    assert page.status_code == 409
    assert "已有变化" in page.words
    assert "都好" in page.words
    assert len(recording.of_round(story.case)) == 1
    page = page.submit(f"/revisits/{story.number}")
    assert "都满意" in page.words


def test_a_case_that_waits_for_no_revisit_has_no_sheet(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).completed()
    page = signed_in("liujie").get(f"/staff/revisits/{story.number}", follow_redirects=True)
    assert "现在不等回访" in page.words


def test_of_another_estate_there_is_nothing_to_call(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    story = _informed(cast)
    stranger = signed_in("yunhe-liujie")
    assert "现在没有要回访的" in stranger.get("/staff/revisits").words
    for door in ("", "/visit"):
        assert stranger.get(f"/staff/revisits/{story.number}{door}").status_code == 404


def test_at_the_door_the_signed_paper_is_photographed(cast: Cast, signed_in: SignIn) -> None:
    """TR-12: without a script and without a finger."""
    story = _informed(cast)
    page = signed_in("liujie").get(f"/staff/revisits/{story.number}/visit")
    page = page.submit(
        "/visit", reached="yes", **GOOD, photos=_photo(), companion=str(cast.person("gaofeng").id)
    )
    assert "已记下 1 件：都满意。可以结案了。" in page.words
    (revisit,) = recording.of_round(story.case)
    assert (revisit.method, revisit.documented) == ("door", True)
    assert revisit.companion_id == cast.person("gaofeng").id
    (photo,) = [p for p in photos.of_case(story.case.id) if p.act == "revisit"]
    assert not photo.public


def test_a_visit_without_a_signature_is_no_document(cast: Cast, signed_in: SignIn) -> None:
    """VK-4j: unwilling to sign is recorded as it was."""
    story = _informed(cast)
    signed_in("liujie").get(f"/staff/revisits/{story.number}/visit").submit("/visit", reached="yes", **GOOD)
    (revisit,) = recording.of_round(story.case)
    assert (revisit.method, revisit.documented) == ("door", False)


def test_what_is_no_picture_is_refused_as_a_signature_too(cast: Cast, signed_in: SignIn) -> None:
    story = _informed(cast)
    page = signed_in("liujie").get(f"/staff/revisits/{story.number}/visit")
    page = page.submit(
        "/visit", reached="yes", **GOOD, signature=(BytesIO(b"<svg onload=alert(1)>"), "signature.png")
    )
    assert page.status_code == 422
    assert recording.of_round(story.case) == []


def test_who_was_away_is_visited_again(cast: Cast, signed_in: SignIn) -> None:
    story = _informed(cast)
    page = signed_in("liujie").get(f"/staff/revisits/{story.number}/visit")
    page.submit("/visit", reached="no", hindrance="away", again="2026-03-04T19:00")
    (revisit,) = recording.of_round(story.case)
    assert (revisit.reached, revisit.hindrance, revisit.documented) == (False, "away", False)


def test_a_letter_that_came_back_is_a_revisit(cast: Cast, signed_in: SignIn) -> None:
    """TR-12: letter and questionnaire are ways too."""
    story = _informed(cast)
    page = _sheet(signed_in("liujie"), story).submit(
        f"/revisits/{story.number}",
        method="questionnaire",
        reached="yes",
        **_about(story, **GOOD),
        photos=_photo(),
    )
    assert "都满意" in page.words
    (revisit,) = recording.of_round(story.case)
    assert (revisit.method, revisit.documented) == ("questionnaire", True)
