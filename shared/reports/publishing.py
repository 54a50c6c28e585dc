"""The annual report as anybody may read it (CO-M8): from its publication on, the public page shows what was frozen."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from shared.cases.acting import refuse_unless
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.register.figures import Rate, Span
from shared.reports import year
from shared.reports.models import Report
from shared.reports.periods import Kind
from shared.reports.year import Month, Period

RATES = ("intake", "on_time", "satisfied")


def can_publish(user: User, report: Report) -> bool:
    return (
        report.kind == Kind.ANNUAL
        and report.signed_at is not None
        and report.published_at is None
        and user.can(Permission.REPORT_SIGN, report.estate_id)
    )


def publish(report: Report, *, by: User, at: datetime) -> None:
    """Show the owners the numbers of the year as they were signed; never the analysis, which is for ourselves."""
    refuse_unless(report.kind == Kind.ANNUAL, _("只有年度报告向业主公布。"), "CO-M8")
    refuse_unless(report.published_at is None, _("报告已经公布。"), "CO-M8")
    refuse_unless(can_publish(by, report), _("年度报告由服务中心签发以后公布。"), "CO-M8")
    report.published_at = at


def frozen(estate: Estate, number: int, at: datetime) -> dict[str, Any]:
    """The figures of the public page, as JSON holds them."""
    period = year.of_year(estate, number, at)
    told = asdict(period)
    told["span"] = [period.span.begins.isoformat(), period.span.ends.isoformat()]
    return told


def published(estate: Estate, number: int) -> Report | None:
    """The report of that year, if the owners may see it."""
    return db.session.scalar(
        select(Report).where(
            Report.estate_id == estate.id,
            Report.kind == Kind.ANNUAL,
            Report.published_at.is_not(None),
            Report.starts_on == date(number, 1, 1),
        )
    )


def told(report: Report) -> Period:
    """What the public page shows of a published report."""
    kept = dict(report.figures["public"])
    begins, ends = (datetime.fromisoformat(instant) for instant in kept.pop("span"))
    months = tuple(Month(**_rated(month)) for month in kept.pop("months"))
    categories = tuple((code, n) for code, n in kept.pop("categories"))
    return Period(span=Span(begins, ends), months=months, categories=categories, **_rated(kept))


def _rated(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: Rate(**value) if name in RATES else value for name, value in figures.items()}
