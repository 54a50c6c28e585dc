"""Which reports are proposed as one matter, and which never are."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.incidents import topics
from shared.incidents.detection import THRESHOLD, Sighting, candidates, groups, likeness

MORNING = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
_SCOPES = {"estate", "facility", "gate", "building", "unit", "floor", "person"}


def report(
    text: str,
    building: str = "3号楼",
    spot: str = "",
    *,
    id: int = 1,
    hours: float = 0,
    category: str = "facilities",
    ended: float | None = None,
) -> Sighting:
    return Sighting(
        id=id,
        at=MORNING + timedelta(hours=hours),
        building=building,
        spot=spot,
        category=category,
        kind="complaint",
        text=text,
        ended_at=None if ended is None else MORNING + timedelta(hours=ended),
    )


def same_matter(a: Sighting, b: Sighting) -> bool:
    return likeness(a, b).score >= THRESHOLD


@pytest.mark.parametrize(
    "said", ["3号楼", "三号楼", "3栋", "三棟", "3#", "3幢", "３號樓", "3#楼", "3 号楼", "3座"]
)
def test_a_building_is_one_however_it_is_written(said: str) -> None:
    first = report("3号楼停水了", "3号楼")
    assert same_matter(first, report(f"{said}没水，怎么不通知", "", hours=1))
    assert not same_matter(report("4号楼停水了", "4号楼"), report(f"{said}没水，怎么不通知", "", hours=1))


@pytest.mark.parametrize("said", ["B2", "负二层", "地库负2楼", "地下二层", "b2西区", "地下车库二层"])
def test_a_level_below_ground_is_one_however_it_is_written(said: str) -> None:
    dark = report("地库B2灯全灭了", "地下车库", "B2")
    assert same_matter(dark, report(f"{said}没灯，看不见", "地下车库", hours=3))
    assert not same_matter(
        report("B1的灯都不亮", "地下车库", "B1"), report(f"{said}没灯，看不见", "地下车库", hours=3)
    )


def test_the_same_words_in_another_building_are_another_matter() -> None:
    found = likeness(report("电梯坏了，困人"), report("电梯坏了，困人", "5号楼"))
    assert found.score == 0
    assert "place:other_building" in found.reasons


def test_the_same_place_with_another_matter_is_another_matter() -> None:
    broken = report("2单元电梯又坏了，困了半小时", spot="2单元电梯")
    dirty = report("电梯里贴满小广告，没人管", spot="2单元电梯", hours=1)
    assert likeness(broken, dirty).reasons == ("topic:other",)
    assert not same_matter(broken, dirty)


def test_one_matter_without_a_word_in_common_is_found() -> None:
    assert same_matter(
        report("半夜停电了，整栋", "1号楼", "全楼"), report("应急灯也不亮，没电", "1号楼", "2单元", hours=0.5)
    )


def test_the_lift_of_another_unit_is_another_lift() -> None:
    first, second = report("电梯不动了", spot="1单元电梯"), report("电梯不动了", spot="二单元电梯")
    assert "place:other_unit" in likeness(first, second).reasons
    assert not same_matter(first, second)


def test_a_report_that_names_no_unit_does_not_glue_two_lifts_together() -> None:
    reports = [
        report("一单元电梯困人了", id=1, spot="1单元电梯"),
        report("电梯停了，老人下不了楼", id=2, spot="1单元", hours=0.5),
        report("三号楼电梯又坏了", id=3, hours=1),
        report("二单元电梯门关不上", id=4, spot="2单元电梯", hours=1.5),
    ]
    assert groups(reports) == [[1, 2, 3]]


def test_yellow_water_is_one_matter_of_the_estate_and_a_water_cut_is_one_of_the_building() -> None:
    assert same_matter(report("水龙头出来的水是黄的", "11号楼"), report("今天的水发黄发浑", "1号楼", hours=2))
    assert not same_matter(report("停水了", "11号楼"), report("也停水了", "1号楼", hours=2))


def test_what_breaks_again_after_it_was_put_right_is_a_repeat() -> None:
    first = report("电梯坏了", spot="2单元电梯", ended=30)
    again = report("电梯又停了", spot="2单元电梯", hours=31)
    assert likeness(first, again).reasons[0] == "not:ended"
    assert likeness(again, first).score == 0, "whichever way one asks"
    assert same_matter(first, report("电梯又停了", spot="2单元电梯", hours=29))


def test_the_owner_s_word_that_it_was_mended_is_enough() -> None:
    first = report("2单元电梯坏了", spot="2单元电梯")
    assert (
        likeness(first, report("电梯修好才三天又坏了", spot="2单元电梯", hours=60)).reasons[0] == "not:again"
    )


def test_an_outage_of_last_month_is_not_this_one() -> None:
    assert likeness(report("停水了"), report("停水了", hours=24 * 30)).reasons[0] == "not:late"


def test_a_leak_reaches_the_floor_below_and_not_the_other_end_of_the_house() -> None:
    ceiling = report("卫生间天花板漏水", spot="502")
    assert same_matter(ceiling, report("楼下说我家漏水", spot="602", hours=2))
    assert not same_matter(ceiling, report("厨房天花板漏水", spot="1502", hours=2))


def test_the_gate_of_the_matter_counts_and_not_the_owner_s_own_building() -> None:
    assert same_matter(
        report("门禁坏了，谁都能进", "小区", "东门"), report("东大门刷卡没反应，门禁失灵", "小区", hours=2)
    )
    assert not same_matter(
        report("门禁坏了，谁都能进", "小区", "东门"), report("门禁坏了，谁都能进", "小区", "北门")
    )


@pytest.mark.parametrize(
    "own",
    [
        "家里一插热水器就跳闸",
        "只有我家没电，对门都有电",
        "一开空调就跳闸，帮忙看看",
        "就我家停电，邻居家都有电",
    ],
)
def test_what_fails_in_one_flat_alone_is_not_the_outage_of_the_building(own: str) -> None:
    outage = report("整栋停电了，电梯也停了", spot="全楼")
    assert not same_matter(outage, report(own, spot="503", hours=1))
    assert same_matter(outage, report("突然跳闸，整层都黑了", spot="1102", hours=1))


def test_the_cellar_of_a_building_is_not_a_level_of_the_garage() -> None:
    cellar = report("地下室淹了，东西全泡", "10号楼", "地下室")
    assert same_matter(cellar, report("储物间水浸，谁来抽水", "10号楼", "负一层", hours=1))
    assert not same_matter(cellar, report("负一层全是水坑，淹了", "地下车库", "B1", hours=1))
    assert same_matter(
        report("b1顶上漏水滴到车", "地下车库", "B1"),
        report("负一楼往下淌水，地上有水坑", "地下车库", hours=2),
    )


@pytest.mark.parametrize(
    "said", ["电梯卡在7楼", "电梯卡七层下不来", "升降机悬在半空", "𨋢坏咗，困住人", "电梯动弹不得"]
)
def test_a_lift_that_stands_still_is_one_however_it_is_told(said: str) -> None:
    assert same_matter(report("电梯停了，不动", spot="2单元电梯"), report(said, spot="2单元", hours=1))


def test_another_building_only_spoken_of_is_not_the_place() -> None:
    assert same_matter(report("停水了", "3号楼"), report("隔壁5号楼有水，我们停水了", "3号楼", hours=1))


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("听水了", "停水了"),
        ("电提坏了", "电梯坏了"),
        ("垃极没人收", "垃圾没人收"),
        ("門禁壞了", "门禁坏了"),
        ("冇水用", "没水用"),
    ],
)
def test_a_slip_of_the_keyboard_and_another_script_are_read(written: str, right: str) -> None:
    assert same_matter(report(right), report(written, hours=1))


def test_two_who_ask_for_a_hand_are_two_matters() -> None:
    assert not same_matter(
        report("帮我把快递送上楼", spot="301", category="other"),
        report("能不能帮我把快递送上楼", spot="902", category="other"),
    )


def test_what_no_topic_fits_is_told_by_its_words() -> None:
    first = report("架空层的公益书架被人搬走了", "8号楼", category="other")
    assert same_matter(
        first, report("公益书架怎么被人搬走了？架空层那个", "8号楼", hours=4, category="other")
    )
    assert not same_matter(first, report("社区义诊改到哪天", "8号楼", hours=4, category="other"))


def test_two_topics_that_each_pass_over_the_other_are_both_kept() -> None:
    said = topics.subject("3单元", "楼道电瓶车停一排，充电口用不了")
    assert {"ebike_park", "charging"} <= said.mains | said.asides


def test_the_likeliest_comes_first_and_only_what_is_likely() -> None:
    new = report("二单元电梯又停了，困人", spot="2单元电梯", id=9, hours=2)
    others = [
        report("电梯好像坏了", id=1),
        report("2单元电梯困人了", id=2, spot="2单元电梯", hours=1.5),
        report("楼道灯不亮", id=3, spot="2单元"),
        new,
    ]
    found = candidates(new, others)
    assert [id for id, _ in found] == [2, 1]
    assert all(like.score >= THRESHOLD for _, like in found)
    assert {reason.partition(":")[0] for reason in found[0][1].reasons} == {"place", "topic", "text", "time"}


def test_likeness_does_not_depend_on_who_came_first() -> None:
    texts = ["电梯坏了", "停水", "垃圾没人收", "广场舞太吵", "又没人管", "", "B2灯不亮", "！！！"]
    reports = [report(text, id=n, hours=n) for n, text in enumerate(texts)]
    for a in reports:
        for b in reports:
            assert likeness(a, b) == likeness(b, a)
            assert 0 <= likeness(a, b).score <= 1


_PIECES = st.sampled_from(
    [
        "十",
        "二三十",
        "001室",
        "0",
        "①",
        "٣",
        "号楼",
        "栋",
        "#",
        "-",
        "3-2-1203",
        "楼",
        "层",
        "单元",
        "负",
        "b",
        "电梯",
        "坏",
        "又",
        "，",
        "𠮷",
        "\n",
        "(",
    ]
)


@given(st.lists(_PIECES, max_size=12).map("".join), st.lists(_PIECES, max_size=4).map("".join))
def test_whatever_is_typed_can_be_compared(text: str, spot: str) -> None:
    typed = report(text, spot, spot)
    assert 0 <= likeness(typed, report("3号楼2单元电梯坏了", hours=1)).score <= 1


def test_many_reports_of_one_matter_are_gathered_in_reasonable_time() -> None:
    reports = [report(f"自来水发黄{n}", f"{n % 20 + 1}号楼", id=n, hours=n / 60) for n in range(150)]
    start = time.process_time()
    assert groups(reports) == [list(range(150))]
    assert time.process_time() - start < 5


def test_a_new_report_is_compared_with_500_open_ones_in_50_milliseconds() -> None:
    others = [
        report(f"{n % 40 + 1}号楼{n % 18}楼电梯坏了，已经{n}分钟", f"{n % 40 + 1}号楼", id=n)
        for n in range(500)
    ]
    new = report("电梯困人", id=999, hours=1)
    candidates(new, others)
    start = time.process_time()
    found = candidates(new, others)
    assert time.process_time() - start < 0.05
    assert found


def test_the_lexicon_speaks_only_of_what_it_knows() -> None:
    lexicon = topics.lexicon()
    for topic in lexicon.values():
        assert topic.scope in _SCOPES, topic.code
        assert topic.hours > 0, topic.code
        assert topic.over | topic.kin <= set(lexicon), topic.code
        assert topic.code not in topic.over | topic.kin
