"""What every page of the staff face warns of: a calendar that ends soon, clocks that stand still, a screen gone dark,
a machine that does not do its work.

All are read together with the person's estates, in the one query that every page makes anyway.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask import current_app, request, url_for
from flask_babel import gettext as _
from sqlalchemy import (
    BindParameter,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    false,
    func,
    literal,
    select,
)

from shared.calendars.holidays import OFFICIAL
from shared.calendars.models import CalendarYear
from shared.cases.models import Case
from shared.cases.participation import ordinary, visible_to
from shared.clock import local_date
from shared.database import db
from shared.deadlines.naming import parked as parked_reason
from shared.deadlines.promises import span
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Outcome
from shared.email_intake.queries import is_open_to_front
from shared.heartbeats.beating import ALARMS, SCHEDULE
from shared.heartbeats.models import Heartbeat
from shared.heartbeats.queries import SILENT
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.notices.models import Screen
from shared.notices.screens import DARK_AFTER, called, is_missed, is_night
from shared.operations import alarms, alarms_wording

P = Permission
DECEMBER = 12  # the State Council announces the next year in November
COUNTED = 999  # more are told as 999+; each page reads no more of them


class Row(NamedTuple):
    """An estate, one reason why clocks of it are parked and in how many cases, and the state of the next year.

    Of its screens how many are dark, and the one that has been for longest; how many mails wait for a person,
    and how many of reports from inside for this very one. What the schedules last found wrong, and when one was seen.
    """

    estate: Estate
    why: str | None
    cases: int | None
    next_year: str | None
    screens: int
    screen: str | None
    silent_since: datetime | None
    mails: int
    confided: int
    alarms: str | None
    schedule_seen: datetime | None


@dataclass(frozen=True, slots=True)
class Banner:
    state: str
    text: str
    url: str = ""
    link: str = ""


def read(user: User, estate_ids: Collection[int], at: datetime) -> Sequence[Row]:
    """The estates of these ids, in order, with what there is to warn *user* of: a row for each reason, one query."""
    # Half a day back: no zone's December is over before.
    next_year = (at - timedelta(hours=12)).year + 1
    asked = {
        "estates": list(estate_ids),
        "next_year": next_year,
        "silent_since": at - DARK_AFTER,
        "alive_since": at - SILENT,
        "alive_until": at + SILENT,
    }
    # Those who keep no report from inside are not even asked about them (CO-M5).
    wanted = _statement(_confided(user)) if user.estates_where(P.CASE_ANSWER_INTERNAL) else _of_most()
    return [Row(*row) for row in db.session.execute(wanted, asked)]


@cache
def _of_most() -> Select[Any]:
    """Put together once: every page asks it, and to put it together costs more than the answer."""
    return _statement(select(func.count()).where(false()))


def _statement(confided: Select[Any]) -> Select[Any]:
    estates: BindParameter[Any] = bindparam("estates", expanding=True)
    parked = _parked(estates)
    status = select(CalendarYear.status).where(CalendarYear.year == bindparam("next_year")).scalar_subquery()
    dark = and_(Screen.estate_id == Estate.id, is_missed(bindparam("silent_since")))
    longest = select(Screen.name).where(dark).order_by(Screen.last_seen_at, Screen.id).limit(1)
    return (
        select(
            Estate,
            parked.c.why,
            parked.c.cases,
            status,
            select(func.count()).select_from(Screen).where(dark).scalar_subquery(),
            longest.scalar_subquery(),
            select(func.min(Screen.last_seen_at)).where(dark).scalar_subquery(),
            select(func.count())
            .where(
                InboundMail.estate_id == Estate.id,
                InboundMail.outcome == Outcome.WAITING,
                is_open_to_front(),
            )
            .scalar_subquery(),
            confided.scalar_subquery(),
            _noted(),
            _newest(Heartbeat.at, SCHEDULE),
        )
        .outerjoin(parked, parked.c.estate_id == Estate.id)
        .where(Estate.id.in_(estates))
        .order_by(Estate.id, parked.c.why)
    )


def _newest(column: Any, kind: str) -> ScalarSelect[Any]:
    """Of the signs of that kind, one for each host: a row of a table that holds a few dozen."""
    newest = select(column).where(Heartbeat.kind == kind).order_by(Heartbeat.at.desc()).limit(1)
    return newest.scalar_subquery()


def _noted() -> ScalarSelect[Any]:
    """What the schedules that live have found, each on its own machine."""
    since: BindParameter[datetime] = bindparam("alive_since")
    until: BindParameter[datetime] = bindparam("alive_until")
    lives = and_(Heartbeat.kind == ALARMS, Heartbeat.at.between(since, until))
    return select(func.aggregate_strings(Heartbeat.note, " ")).where(lives).scalar_subquery()


def _confided(user: User) -> Select[Any]:
    """How many mails to reports from inside wait for *user*."""
    return (
        select(func.count())
        .select_from(InboundMail)
        .join(Case, Case.id == InboundMail.case_id)
        .where(
            Case.estate_id == Estate.id,
            InboundMail.outcome == Outcome.WAITING,
            ~ordinary(),
            visible_to(user),
        )
        .correlate(Estate)
    )


def _parked(estate_ids: BindParameter[Any]) -> Subquery:
    """Parked cases by estate and reason.

    Read from the partial index `ix_cases_parked` alone: `+ 0` keeps SQLite from the indexes on the estate, by
    which it would look at every case of the estate.
    """
    some = (
        select(Case.estate_id, Case.clocks_parked.label("why"))
        .where(Case.clocks_parked.is_not(None), (Case.estate_id + 0).in_(estate_ids), ordinary())
        .order_by(Case.id)
        .limit(COUNTED + 1)
        .subquery()
    )
    counted = func.count(literal(1, Integer)).label("cases")
    return select(some.c.estate_id, some.c.why, counted).group_by(some.c.estate_id, some.c.why).subquery()


def of(user: User, rows: Sequence[Row], at: datetime) -> list[Banner]:
    """The banners for *user*, in the order of what hurts more."""
    parked = _of_parked(user, rows)
    days = [local_date(at, row.estate.zone) for row in rows]
    december = next((day for day in days if day.month == DECEMBER), None)
    return (
        _of_machine(user, rows, at)
        + parked
        + _of_mails(user, rows)
        + _of_screens(user, rows, at)
        + (_of_year(user, rows[0].next_year, december) if december else [])
    )


def _of_machine(user: User, rows: Sequence[Row], at: datetime) -> list[Banner]:
    """What stands still, for whoever looks after the machine; its own page says more than a banner can."""
    if not rows or not user.estates_where(P.OPERATIONS_VIEW) or request.endpoint == "staff.operations":
        return []
    production = current_app.extensions["shouwen"].is_production
    told = alarms.named(rows[0].alarms, rows[0].schedule_seen, at, expected=production)
    names = [name for name in told if name in alarms.SEVERE]
    if not names:
        return []
    said = _("；").join(alarms_wording.title(name) for name in names)
    return [
        Banner("broken", _("系统有故障：%(what)s。", what=said), url_for("staff.operations"), _("看怎么处理"))
    ]


def _of_parked(user: User, rows: Sequence[Row]) -> list[Banner]:
    """By reason, over all estates at which this person has to do with cases or with the machine."""
    estates = {*user.estates_where(P.CASE_VIEW), *user.estates_where(P.OPERATIONS_VIEW)}
    counts: Counter[str] = Counter()
    for row in rows:
        if row.why and row.estate.id in estates:
            counts[parked_reason(row.why)] += row.cases or 0
    to_operations = bool(user.estates_where(P.OPERATIONS_VIEW))
    return [
        Banner(
            "parked",
            _(
                "有 %(n)s 件诉求的时限待核定：%(why)s。",
                n=f"{COUNTED}+" if n > COUNTED else n,
                why=why,
            ),
            url_for("staff.operations") if to_operations else "",
            _("看是哪几件"),
        )
        for why, n in sorted(counts.items())
    ]


def _of_mails(user: User, rows: Sequence[Row]) -> list[Banner]:
    """For whoever takes reports: behind a mail that no rule could place somebody waits as well."""
    estates = set(user.estates_where(P.CASE_REGISTER))
    waiting = sum({row.estate.id: row.mails for row in rows if row.estate.id in estates}.values())
    waiting += sum({row.estate.id: row.confided for row in rows}.values())
    if not waiting or (request.endpoint or "").startswith("staff.mails"):
        return []
    return [Banner("near", _("有 %(n)s 封邮件等人决定。", n=waiting), url_for("staff.mails"), _("去处理"))]


def _of_screens(user: User, rows: Sequence[Row], at: datetime) -> list[Banner]:
    """By estate, for whoever looks after the machine; at night a dark screen is as it should be."""
    estates = set(user.estates_where(P.OPERATIONS_VIEW))
    several = len({row.estate.id for row in rows}) > 1
    found = {
        row.estate.id: row
        for row in rows
        if row.screens and row.estate.id in estates and not is_night(row.estate, at)
    }
    return [
        Banner(
            "near",
            (f"{row.estate.name} " if several else "") + _dark_text(row, at),
            url_for("staff.settings_screens", estate=row.estate.slug),
            _("看公示屏"),
        )
        for row in found.values()
    ]


def _dark_text(row: Row, at: datetime) -> str:
    assert row.silent_since is not None
    said = {"name": called(row.screen or ""), "time": span(at - row.silent_since)}
    if row.screens == 1:
        return _("公示屏“%(name)s”离线 %(time)s。", **said)
    return _("有 %(n)s 块公示屏离线，最久的“%(name)s”%(time)s。", n=row.screens, **said)


def _of_year(user: User, status: str | None, today: date) -> list[Banner]:
    """From 1 December: the next year is missing, or nobody has compared it with the announcement."""
    if status == OFFICIAL:
        return []
    year = today.year + 1
    text = (
        _("%(year)s 年的放假安排还是暂定，跨年的时限可能要改。", year=year)
        if status
        else _("还没有 %(year)s 年的工作日历，跨年的时限算不出来。", year=year)
    )
    if user.estates_where(P.SETTINGS_MANAGE):
        url = url_for("staff.settings_calendar", year=year, _anchor="years")
        return [Banner("near", text, url, _("去核定") if status else _("去载入"))]
    return [Banner("near", text + _("请提醒服务中心主任或系统管理员。"))]
