"""The paper slip (回执条) of a case taken at the desk: its numbers, what was promised, and the way back to it."""

from datetime import datetime

from flask_babel import gettext as _

from shared import clock
from shared.cases import links
from shared.cases.models import Case
from shared.deadlines import queries as deadlines
from shared.deadlines.promises import Promise, due_date_text, promises
from shared.exports.typesetting import code_of, typeset
from shared.identity.queries import names_of

PROMISES_SHOWN = 4  # as many as a sheet of A6 holds


def draw(case: Case, link: str, at: datetime) -> bytes:
    """The PDF, A6. It opens the case to whoever holds it: the caller sees to it that only the party does (T39)."""
    estate, code = case.estate, links.receipt_code(case)
    return typeset(
        "slip",
        {
            "estate": {"name": estate.name, "hotline": estate.hotline, "hours": estate.hours},
            "reference": case.shown_reference,
            "archive_number": case.archive_number,
            "receipt_code": f"{code[:3]} {code[3:]}",
            "received": _("%(day)s收到", day=_date(case.received_at, estate.zone)),
            "responder": names_of([case.first_responder_id]).get(case.first_responder_id or 0, ""),
            "promises": [_facts(p, estate.zone) for p in _promised(case, at)],
            "privacy": _privacy(case),
            "code": code_of(link, error="m"),
            "words": _words(_site(link)),
        },
        at,
    )


def _promised(case: Case, at: datetime) -> list[Promise]:
    """One of each, the newest: news every three days is a promise that returns, and is said once."""
    drawn = promises(deadlines.of_case(case.id), at, case.estate.zone, case.clocks_parked)
    return list({p.rule: p for p in drawn if p.owner_sees}.values())[:PROMISES_SHOWN]


def _facts(promise: Promise, zone: str) -> dict[str, str]:
    """With the date: paper is read on another day, when 今天 is no longer today."""
    return {"phrase": promise.phrase, "due": due_date_text(promise.due_at, zone)}


def _date(instant: datetime, zone: str) -> str:
    on = clock.local_date(instant, zone)
    return _("%(year)s 年 %(month)s 月 %(day)s 日", year=on.year, month=on.month, day=on.day)


def _privacy(case: Case) -> str:
    if case.anonymous:
        return _("您是匿名的。这张条丢了，谁也找不回。不要给别人。")
    return _("凭这张条能看到您说的全部内容。请收好，不要给别人。")


def _site(link: str) -> str:
    """What one types to come to the first page."""
    _scheme, _colon, rest = link.partition("://")
    return (rest or link).partition("/")[0]


def _words(site: str) -> dict[str, str]:
    return {
        "title": _("诉求回执"),
        "reference": _("查询号"),
        "receipt_code": _("回执码"),
        "archive_number": _("档案编号"),
        "responder": _("首问责任人"),
        "next": _("接下来"),
        "no_promise": _("有了进展会告诉您。"),
        "scan": _("扫码看进度"),
        "unlock": _("不扫码，就打开 %(site)s，点“查进度”，用查询号加回执码查。", site=site),
        "hotline": _("服务电话"),
        "hours": _("接听时间"),
    }
