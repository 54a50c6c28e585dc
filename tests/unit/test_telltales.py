"""What in a text reads like a telephone, a flat or a plate, and what is only a number (CO-7)."""

import pytest

from shared.cases.telltales import numbers_in


@pytest.mark.parametrize(
    "told",
    [
        "住1101的人",
        "１１０１室漏水",
        "1203A漏水",
        "301户反映",
        "3－2－1101",
        "12-3的租客",
        "110室",
        "三单元的门",
        "十二号房",
        "B栋大堂",
        "回拨138 0013-8000",
        "回拨138\u200b0013 8000",
        "(020)8888-6666",
        "挡了粤A·D1234的路",
        "粤a12345停了三天",
        "编号JX-26-0001",
    ],
)
def test_what_leads_to_somebody_is_found(told: str) -> None:
    assert numbers_in(told)


@pytest.mark.parametrize(
    "told",
    [
        "2026年3月2日到2026-03-05",
        "3-5天内，8:00-20:00",
        "分3-5-8天三步",
        "220V，380 伏，1.5mm，100m，26℃，5kW",
        "花了1500元，用了120%的力",
        "转12345和110",
        "办公室、单元门、配电室、室内",
        "3号电梯困了两次",
    ],
)
def test_years_hours_sums_and_hotlines_may_be_told(told: str) -> None:
    assert numbers_in(told) == ""
