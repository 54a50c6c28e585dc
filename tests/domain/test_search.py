"""Finding cases by what was said: Chinese without a dictionary, full and half width, every word of several."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from shared.cases import supplementing
from shared.cases.supplementing import Missing
from shared.database import db, transaction
from shared.identity.models import User
from shared.register import listing, search, terms
from shared.register.filters import parse
from shared.retention import archive, erasure
from tests.cast import MONDAY, Cast, file
from tests.life import begin

ZONE = "Asia/Shanghai"
LIFT = "３号楼２单元电梯，昨晚１２点又坏了；ＬＩＦＴ停在 B2 层，水费涨了50%。对讲机 Model-X7_b 没声音𠮷"


def found(cast: Cast, typed: str, who: str = "limin", at: datetime = MONDAY) -> list[str]:
    page = listing.page(cast.person(who), parse({"q": typed}), None, at, ZONE)
    return [row.number for row in page.rows]


def indexed() -> int:
    return db.session.scalar(text("SELECT count(*) FROM case_terms")) or 0


@pytest.fixture
def lift(cast: Cast) -> str:
    """A case about a lift, among others that are not."""
    case = file(
        cast, description=LIFT, demands="尽快修好，并退电梯费", spot="负一层·西侧", phone="13912345678"
    )
    file(cast, description="楼道里有梯子，电瓶车堵门；水又停了", spot="西门", phone="13700001111")
    file(cast, description="垃圾没有人收", spot="", phone="13700002222")
    return case.archive_number


@pytest.mark.parametrize(
    "typed",
    [
        "电梯",
        "电梯，昨晚",  # with the sign as it was written
        "电梯,昨晚",  # and as a Latin keyboard writes it
        "昨晚12点",
        "昨晚１２点",
        "3号楼2单元",
        "lift",
        "Lif",
        "ＬＩＦＴ",
        "b2",
        "b2 层",
        "退电梯费",
        "西侧",
        "负一层·西",
        "坏",
        "修",
        "侧",
        "𠮷",
        "50%",
        "model-x7",
        "X7_b",
        "坏了 退电梯费 西侧",
        "  电梯　lift  ",
        "12点又坏了;lift停在",
    ],
)
def test_what_was_said_is_found(cast: Cast, lift: str, typed: str) -> None:
    assert found(cast, typed) == [lift]


@pytest.mark.parametrize(
    "typed",
    [
        "梯电",
        "电梯坏了",
        "电梯 垃圾",
        "5号楼",
        "50_",
        "model%x7",
        "ift",
        "%",
        "，",
        "_",
        "\\",
        "'",
        '"',
        '电梯" OR "垃圾',
        "AND OR NOT NEAR",
        "*",
        "电梯*",
        "(",
        "电' | '垃",
        ":*",
    ],
)
def test_what_was_not_said_is_not_found(cast: Cast, lift: str, typed: str) -> None:
    """T15: signs mean themselves to every index; signs alone find nothing."""
    assert found(cast, typed) == []


def test_one_character_finds_wherever_it_stands(cast: Cast, lift: str) -> None:
    assert len(found(cast, "梯")) == 2
    assert len(found(cast, "水")) == 2
    assert len(found(cast, "收")) == 1


def test_a_word_of_any_length_is_taken(cast: Cast) -> None:
    endless = "https://example.com/" + "a1" * 1500
    case = file(cast, description=f"见 {endless} 电梯")
    assert found(cast, "a1" * 25) == [case.archive_number]
    assert found(cast, "电梯") == [case.archive_number]


def test_a_name_with_a_point_in_it_finds(cast: Cast) -> None:
    case = file(cast, name="阿依·古丽")
    assert found(cast, "阿依·古丽") == [case.archive_number]


def test_words_that_very_many_cases_hold_are_found_along_the_list(
    cast: Cast, lift: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same answer whichever way it was looked for, with the other readings beside it."""
    named = file(cast, name="电梯", description="没有").archive_number
    typed = ("电梯", "电梯 lift", "电", "停", "0001", "没有 电梯")
    few = [found(cast, words) for words in typed]
    assert few[0] == [named, lift]
    monkeypatch.setattr(search, "COMMON", 0)
    assert [found(cast, words) for words in typed] == few


def test_words_of_more_than_few_cases_are_found_by_walking_the_list(
    cast: Cast, lift: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = file(cast, description="电梯又停了", phone="13700003333").archive_number
    monkeypatch.setattr(search, "FEW", 0)
    assert found(cast, "电梯") == [newer, lift]
    assert found(cast, "昨晚12点") == [lift]
    assert found(cast, "电梯 没声音𠮷") == [lift]


def test_what_words_find_is_counted_no_further_than_it_is_worth(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        file(cast, description="地库积水", phone=f"1370000{n:04d}")
    monkeypatch.setattr(listing, "PAGE", 2)
    limin, zone = cast.person("limin"), "Asia/Shanghai"
    exact = listing.page(limin, parse({"q": "积水"}), None, MONDAY, zone)
    assert (exact.total, exact.counted) == (4, listing.SPELLED)
    monkeypatch.setattr(listing, "SPELLED", 3)
    more = listing.page(limin, parse({"q": "积水"}), None, MONDAY, zone)
    assert (more.total, more.counted) == (4, 3)
    assert listing.page(limin, parse({}), None, MONDAY, zone).counted == listing.COUNTED


def test_a_number_finds_the_serial_the_telephone_and_the_words(cast: Cast, lift: str) -> None:
    room = file(cast, description="1111室漏水", phone="13600003333").archive_number
    assert sorted(found(cast, "1111")) == sorted([room, "JX-26-0002"]), "somebody's last four, another's flat"
    assert found(cast, "2") == ["JX-26-0002"], "so short a number stands in too many words"


def test_what_completes_a_record_is_found(cast: Cast) -> None:
    story = begin(
        cast, extra={"paperless": True}, description="水管爆了", name="", phone="", unit=""
    ).claimed()
    assert found(cast, "地下室") == []
    story.act("limin", supplementing.supplement, missing=Missing(description="地下室进水", demands="赔地毯"))
    for typed in ("地下室", "地毯", "水管"):
        assert found(cast, typed) == [story.number]
    assert indexed() == 1


def test_an_erased_case_is_found_by_no_word_and_leaves_no_term(cast: Cast) -> None:
    """T41: what was cut from the words goes with the words."""
    story = begin(cast, description="门口的鞋柜被搬走了").closed()
    assert found(cast, "鞋柜") == [story.number]
    with transaction():
        erasure.erase(story.case, at=story.at)
    assert found(cast, "鞋柜") == []
    assert found(cast, story.number) == [story.number]
    assert indexed() == 0
    with transaction():
        terms.forget_traces()
    assert not _traces("鞋柜")


def _traces(words: str) -> bool:
    """Whether SQLite's index still holds the term, though no case of it."""
    if db.engine.dialect.name != "sqlite":
        return False
    blocks = db.session.scalars(text("SELECT block FROM case_terms_data")).all()
    return any(words.encode() in block for block in blocks)


def test_the_words_of_a_sealed_case_find_it_for_those_who_may_open_it(cast: Cast) -> None:
    """PIPL 47: by words, telephone and name for nobody else; by its own number for all who see it."""
    story = begin(cast, description="门口的鞋柜被搬走了").closed()
    with transaction():
        archive.seal(story.case, at=story.at)
    for typed in ("鞋柜", "8000", "王秀兰"):
        assert found(cast, typed) == [], typed
        assert found(cast, typed, "hemei") == [story.number], typed
    assert found(cast, story.number[3:]) == [story.number]


def test_a_serial_alone_is_one_of_the_year_that_the_estate_writes(cast: Cast) -> None:
    """Half past midnight on New Year's Day in Shanghai is still the old year in UTC."""
    night = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    file(cast, phone="13700001111")
    new = file(cast, at=night, phone="13700002222")
    assert new.archive_number == "JX-27-0001"
    assert found(cast, "1", at=night) == [new.archive_number]


def test_words_are_found_in_ones_own_scope_alone(cast: Cast, elsewhere: Cast, lift: str) -> None:
    """T09: not another estate's, not what one has no part in, not what one is about, not what staff report inside."""
    theirs = file(elsewhere, description="电梯也坏了")
    about = file(cast, description="电梯口的保安", about_user_id=cast.person("limin").id)
    inside = file(cast, channel="internal", category="complaint_handling", description="电梯的单子被压着")
    assert found(cast, "电梯") == [lift]
    assert set(found(cast, "电梯", "zhouqi")) == {lift, about.archive_number}
    assert found(cast, "电梯", "wangqiang") == []
    assert inside.archive_number in found(cast, "电梯", "tangwen")
    assert theirs.archive_number not in found(cast, theirs.archive_number[3:])


@pytest.mark.parametrize("typed", ["水 " * 40, "电梯" * 30, "a" * 60, "\u3000", "́", "👍", "١٢٣٤", "㎡", "ﷺ"])
def test_no_text_breaks_the_search(cast: Cast, lift: str, typed: str) -> None:
    somebody: User = cast.person("limin")
    sought: Any = search.understand(typed, MONDAY, ZONE, somebody)
    if sought is not None:
        found(cast, typed)
        search.exact_case(sought, somebody)
