"""Saved views of the register: one's own and an estate's, whose names differ, changed by whoever may."""

from datetime import timedelta

import pytest

from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.register import saving
from shared.register.filters import parse
from tests.cast import MONDAY


def _save(cast, username="limin", name="未结投诉", shared=False, query="state=open&kind=complaint"):
    with transaction():
        return saving.save(
            query,
            by=cast.person(username),
            at=MONDAY,
            name=name,
            estate_id=cast.estate.id if shared else None,
        ).id


def _seen(cast, username):
    return [view.name for view in saving.views_of(cast.person(username))]


def test_what_was_searched_for_is_never_kept():
    """A name or a telephone in the box would stay in a view that nobody ever erases."""
    filters = parse({"state": "open", "q": "13800138000", "kind": "complaint", "after": "1.1"})
    assert saving.query_of(filters) == "state=open&kind=complaint"
    assert saving.query_of(filters, "number,who") == "state=open&kind=complaint&columns=number%2Cwho"


def test_ones_own_is_seen_by_nobody_else_and_a_shared_one_by_the_estate(cast, elsewhere):
    _save(cast, name="我的")
    _save(cast, name="大家的", shared=True)
    assert _seen(cast, "limin") == ["我的", "大家的"]
    assert _seen(cast, "wangqiang") == ["大家的"]
    assert _seen(elsewhere, "limin") == []


def test_it_is_shared_only_where_one_has_a_post(cast, elsewhere):
    with pytest.raises(NotFound), transaction():
        saving.save(
            "state=open", by=elsewhere.person("limin"), at=MONDAY, name="看看", estate_id=cast.estate.id
        )
    assert _seen(cast, "limin") == []


def test_its_maker_renames_and_removes_it(cast):
    view = _save(cast, name="  未结   投诉 ")
    assert _seen(cast, "limin") == ["未结 投诉"]
    with transaction():
        saving.rename(view, by=cast.person("limin"), name="未结的投诉")
    assert _seen(cast, "limin") == ["未结的投诉"]
    with transaction():
        saving.remove(view, by=cast.person("limin"), at=MONDAY + timedelta(hours=1))
    assert _seen(cast, "limin") == []
    with pytest.raises(NotFound), transaction():
        saving.rename(view, by=cast.person("limin"), name="又来")


def test_a_shared_view_goes_by_its_maker_or_the_director_and_by_nobody_else(cast):
    view = _save(cast, shared=True)
    for username in ("zhouqi", "wangqiang", "chenjing"):
        with pytest.raises(Refused, match="李敏"), transaction():
            saving.remove(view, by=cast.person(username), at=MONDAY)
    with transaction():
        saving.remove(view, by=cast.person("hemei"), at=MONDAY)
    assert _seen(cast, "limin") == []


def test_somebody_elses_own_view_does_not_exist_even_for_the_director(cast):
    view = _save(cast)
    for change in (
        lambda who: saving.rename(view, by=who, name="改名"),
        lambda who: saving.remove(view, by=who, at=MONDAY),
    ):
        with pytest.raises(NotFound), transaction():
            change(cast.person("hemei"))
    assert _seen(cast, "limin") == ["未结投诉"]


def test_names_differ_within_ones_own_and_within_an_estate(cast):
    _save(cast, name="未结")
    with pytest.raises(Refused, match="已有叫“未结”的视图"):
        _save(cast, name=" 未结 ")
    _save(cast, name="未结", shared=True)  # beside one's own it says that it is shared
    with pytest.raises(Refused, match="已有叫“未结”的视图"):
        _save(cast, "zhouqi", name="未结", shared=True)
    assert _save(cast, "zhouqi", name="未结")


@pytest.mark.parametrize("name", ["", "   ", "长" * 41])
def test_a_name_that_is_none_is_refused(cast, name):
    with pytest.raises(Refused):
        _save(cast, name=name)


def test_a_view_of_everything_and_one_too_many_are_refused(cast):
    with pytest.raises(Refused, match="请先在台账选好条件"):
        _save(cast, query="")
    for n in range(saving.MOST):
        _save(cast, name=f"视图{n}")
    with pytest.raises(Refused, match="每人最多保存 30 个视图"):
        _save(cast, name="再来一个")
