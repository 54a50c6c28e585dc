"""A director sends somebody away who answers for a complaint about that very director: it is not theirs to pass on."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.cases.vocabulary import Category
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]


@pytest.fixture
def about_her(cast: Cast) -> Life:
    """Claimed by 李敏."""
    return begin(cast, category=Category.ATTITUDE, topic="attitude", about="何梅").claimed()


def _sent_away(client: CriticalClient, cast: Cast) -> Page:
    person = f"/staff/settings/people/person?person={cast.person('limin').id}"
    return client.get(person).submit("/people/leaving")


def test_she_learns_of_no_case_about_herself_by_what_a_leaver_holds(
    cast: Cast, about_her: Life, signed_in: SignIn
) -> None:
    other = begin(cast).claimed()
    page = _sent_away(signed_in("hemei"), cast)
    assert page.status_code == 409
    assert other.number in page.words
    assert about_her.number not in page.get_data(as_text=True)
    assert "还有您看不到的诉求" in page.words


def test_nor_does_she_choose_who_answers_for_it(cast: Cast, about_her: Life, signed_in: SignIn) -> None:
    """Whatever she sends: somebody else passes it on, and nothing else goes meanwhile."""
    other, client = begin(cast).claimed(), signed_in("hemei")
    page = _sent_away(client, cast)
    chosen: dict[str, Any] = {
        "first": str(cast.person("zhouqi").id),
        f"first-{about_her.case.id}": str(cast.person("zhouqi").id),
    }
    page = page.submit("/people/succession", reason="离职", **chosen)
    assert "请由系统管理员来移交" in page.words
    assert about_her.number not in page.get_data(as_text=True)
    limin = cast.person("limin")
    assert (about_her.case.first_responder_id, other.case.first_responder_id) == (limin.id, limin.id)
    assert limin.is_active


def test_an_administrator_passes_it_on(cast: Cast, about_her: Life, signed_in: SignIn) -> None:
    page = _sent_away(signed_in("admin"), cast)
    assert about_her.number in page.words
    page.submit("/people/succession", reason="离职", first=str(cast.person("zhouqi").id))
    assert about_her.case.first_responder_id == cast.person("zhouqi").id
