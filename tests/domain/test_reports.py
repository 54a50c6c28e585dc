"""Reports (报告): made by themselves, once, and frozen; signed by the service centre, received by supervision."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.cases.vocabulary import Channel, Kind
from shared.database import db, transaction
from shared.errors import Refused
from shared.reports import making, queries, signing
from shared.reports.models import Report
from tests.cast import MONDAY, Cast, file
from tests.life import begin

THE_26TH = datetime(2026, 3, 25, 16, 5, tzinfo=UTC)  # 00:05 of the 26th on the estate's wall
AFTER = THE_26TH + timedelta(days=1)


def _report(cast: Cast, kind: str = "monthly") -> Report:
    """The latest of that kind, as the database has it now."""
    return (
        db.session.query(Report).filter_by(kind=kind).order_by(Report.id.desc()).populate_existing().first()
    )


def _sums(report: Report, axis: str) -> dict[str, int]:
    return {line["name"] or line["key"]: line["n"] for line in report.figures["by"][axis]}


def test_gz_3_the_monthly_summary_is_of_the_26th_to_the_25th_and_made_once(cast: Cast) -> None:
    begin(cast, MONDAY).closed()
    begin(cast, MONDAY, kind=Kind.REPAIR, phone="13900139000").in_handling()
    begin(cast, datetime(2026, 3, 25, 15, 59, tzinfo=UTC), phone="13700137000")  # the last minute of the 25th
    begin(cast, datetime(2026, 3, 25, 16, 1, tzinfo=UTC), phone="13600136000")  # the first of the 26th
    assert making.make_due(THE_26TH) == 2, "the month's and the week's; the last quarter was before our time"
    assert making.make_due(THE_26TH) == 0
    report = _report(cast)
    assert (str(report.starts_on), str(report.ends_on)) == ("2026-02-26", "2026-03-25")
    assert (report.figures["received"], report.figures["completed"], report.figures["open"]) == (3, 1, 2)
    assert _sums(report, "kind") == {"complaint": 2, "repair": 1}
    assert _sums(report, "state") == {"closed": 1, "handling": 1, "received": 1}
    assert making.is_intact(report)


def test_gz_3_a_schedule_that_stood_still_makes_up_for_what_it_missed(cast: Cast) -> None:
    making.make_due(MONDAY)
    assert str(_report(cast).ends_on) == "2026-02-25"
    making.make_due(MONDAY + timedelta(days=70))
    months = db.session.query(Report).filter_by(kind="monthly").order_by(Report.starts_on)
    assert [str(report.ends_on) for report in months] == ["2026-02-25", "2026-03-25", "2026-04-25"]
    assert str(_report(cast, "quarterly").ends_on) == "2026-03-31"


def test_gz_3_the_service_centre_signs_and_supervision_receives(cast: Cast) -> None:
    making.make_due(THE_26TH)
    report_id = _report(cast).id

    def do(username: str, verb: object, **more: object) -> None:
        with transaction():
            who = cast.person(username)
            verb(queries.lock(who, report_id), by=who, at=AFTER, **more)  # type: ignore[operator]

    with pytest.raises(Refused, match="签发以后"):
        do("tangwen", signing.receive)
    with pytest.raises(Refused, match="服务中心签发"):
        do("xufei", signing.sign)
    do("hemei", signing.sign)
    with pytest.raises(Refused, match="已经签发"):
        do("hemei", signing.sign)
    with pytest.raises(Refused, match="由督导接收"):
        do("hemei", signing.receive)
    do("tangwen", signing.receive)
    report = _report(cast)
    assert (report.signed_by.name, report.received_by.name) == ("何梅", "唐文")


def test_vk_4l_the_quarter_is_not_signed_before_somebody_says_what_it_means(cast: Cast) -> None:
    making.make_due(datetime(2026, 4, 1, 1, tzinfo=UTC))
    report_id = _report(cast, "quarterly").id
    with transaction(), pytest.raises(Refused, match="先写分析"):
        signing.sign(queries.lock(cast.person("hemei"), report_id), by=cast.person("hemei"), at=AFTER)
    with transaction():
        specialist = cast.person("chenjing")
        report = queries.lock(specialist, report_id)
        signing.analyse(report, "电梯投诉多在早高峰，维保改到夜间。", by=specialist, seen="")
        with pytest.raises(Refused, match="同事刚改过"):
            signing.analyse(report, "另一种看法", by=cast.person("tangwen"), seen="")
        signing.sign(report, by=cast.person("hemei"), at=AFTER)
        with pytest.raises(Refused, match="不能再改"):
            signing.analyse(report, "改口", by=specialist, seen=report.analysis)


def test_co_m5_what_staff_report_inside_is_in_no_figure(cast: Cast) -> None:
    file(cast, MONDAY, channel=Channel.INTERNAL, anonymous=True, name="", phone="", email="", unit="")
    making.make_due(THE_26TH)
    figures = _report(cast).figures
    assert (figures["received"], figures["open"], figures["by"]["channel"]) == (0, 0, [])
