"""What comes round each week, month, quarter and year: what each source asks, and that nothing changes unnoticed."""

import pytest

from shared.policies.duties import Counted, Duty, Every
from shared.policies.schema import PolicyError, parse
from shared.policies.versions import preset_text, presets
from tests.clauses.mutation import mutations, rules
from tests.policy_text import CLOCK, understood

DIRECTOR, QUARTER = ("director",), Every.QUARTER
SUMMARY = Duty(
    "summary",
    "GZ-3",
    "月度汇总签发，送督导",
    Counted.REPORT,
    Every.SUMMARY_MONTH,
    1,
    2,
    2,
    DIRECTOR,
    "summary_false",
)
SPOT_CHECKS = Duty(
    "spot_checks",
    "GZ-17B",
    "督导抽查",
    Counted.SPOT_CHECK,
    Every.MONTH,
    2,
    0,
    7,
    ("supervisor",),
    "supervision_missing",
)
DEPARTMENTS = Duty(
    "department_checks",
    "GZ-18",
    "部门负责人自查",
    Counted.DEPARTMENT_CHECK,
    Every.MONTH,
    1,
    0,
    7,
    ("department_head",),
    "department_unchecked",
)
WEEKLY = Duty(
    "weekly_trend", "MS-6", "每周趋势报告", Counted.REPORT_MADE, Every.WEEK, 1, 1, 0, DIRECTOR, None
)
MEETING = Duty(
    "review_meeting", "MS-7", "月度评审例会", Counted.MEETING, Every.MONTH, 1, 3, 7, DIRECTOR, None
)
FORUM = Duty("owner_forum", "MS-10", "业主恳谈会", Counted.OWNER_FORUM, QUARTER, 1, 3, 14, DIRECTOR, None)
TRAININGS = Duty("trainings", "MS-5", "投诉处理培训", Counted.TRAINING, Every.YEAR, 4, 0, 60, DIRECTOR, None)
ANNUAL = Duty(
    "annual_report", "CO-M8", "年度报告公开", Counted.PUBLICATION, Every.YEAR, 1, 31, 10, DIRECTOR, None
)


def _trend(clause: str, name: str) -> Duty:
    return Duty("trend_report", clause, name, Counted.REPORT, QUARTER, 1, 15, 5, DIRECTOR, None)


ANALYSIS = _trend("VK-4l", "季度分析报告签发")
DUTIES = {
    "guangzhou": (SUMMARY, SPOT_CHECKS, DEPARTMENTS),
    "vanke": (ANALYSIS,),
    "measures": (WEEKLY, MEETING, _trend("MS-10", "季度趋势报告签发"), FORUM, TRAININGS),
    "company": (ANNUAL,),
    "standard": (SUMMARY, SPOT_CHECKS, DEPARTMENTS, WEEKLY, MEETING, ANALYSIS, FORUM, TRAININGS, ANNUAL),
    "aid": (),
    "handbook": (),
}


@pytest.mark.parametrize("preset", presets())
def test_what_comes_round_is_what_the_source_asks(preset: str) -> None:
    """GZ-3, GZ-17B, GZ-18, MS-5, MS-6, MS-7, MS-10, VK-4l and CO-M8."""
    text = preset_text(preset)
    assert parse(text, preset).duties == DUTIES[preset]
    for rule in rules(preset, text, (), ("duty",)):
        for change in mutations(text, rule):
            try:
                changed = parse(change.text, preset).duties
            except PolicyError:
                continue
            assert changed != DUTIES[preset], f"{rule.name} {change.what}"


GIVEN = {
    "rule": "'forum'",
    "clause": "'MS-10'",
    "name": "'会'",
    "counts": "'owner_forum'",
    "every": "'quarter'",
    "at_least": "1",
    "within": "3",
    "remind": "7",
    "whose": "['director']",
}


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"counts": "'luck'"}, "'luck' is no thing that is counted"),
        ({"every": "'moon'"}, "'moon' is no period"),
        ({"every": "'month'", "counts": "'report'"}, "one report of each week, summary month"),
        ({"every": "'week'", "counts": "'report'"}, "nobody signs the report of a week"),
        ({"counts": "'publication'"}, "one report is published each year"),
        ({"counts": "'department_check'"}, "a department is checked by its head"),
        ({"whose": "[]"}, "whose names nobody"),
        ({"whose": "['owner']"}, "'owner' is no role"),
        ({"within": "93"}, "within must be at most 92 days"),
        ({"at_least": "0"}, "at_least must be at least 1"),
        ({"missed": "'summary_false'"}, "is no finding with amounts of this policy"),
        ({"clause": "'MS-99'"}, "'MS-99' is no clause of the rule book"),
        ({"until": "'May'"}, "does not know until"),
    ],
)
def test_a_duty_that_makes_no_sense_is_refused_with_its_line(changed: dict[str, str], complaint: str) -> None:
    written = "\n".join(f"{key} = {value}" for key, value in (GIVEN | changed).items())
    with pytest.raises(PolicyError, match=r"^sample, line (18|19|2\d), ") as error:
        understood(f"{CLOCK}[[duty]]\n{written}\n")
    assert complaint in str(error.value)


def test_a_duty_stands_there_once() -> None:
    written = "[[duty]]\n" + "\n".join(f"{key} = {value}" for key, value in GIVEN.items()) + "\n"
    assert understood(CLOCK + written).duty("forum") is not None
    with pytest.raises(PolicyError, match=r"forum \(MS-10\): the duty stands there twice"):
        understood(CLOCK + written * 2)
