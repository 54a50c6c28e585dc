"""The lobby's screen (公示屏): one address per estate, no sign-in, no cookie, nothing personal (decision 18, T27)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import segno
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.cases.lifecycle import State
from shared.deadlines.promises import Promise, PromiseState
from shared.identity.models import Estate
from shared.identity.queries import estate_by_slug
from shared.notices.models import Notice
from shared.notices.queries import published
from shared.notices.stages import Kind
from shared.register import board as register
from shared.register.board import IN_PROGRESS, BoardCase
from shared.register.figures import ON_TIME_TARGET, SATISFIED_TARGET, Rate
from shared.web.language import TAGS, chosen
from shared.words import CATEGORIES, state_name

blueprint = Blueprint("board", __name__, template_folder="templates")

ROWS, ROWS_FINISHED = 7, 5  # what can be read from five metres at once
NOTICES = 4
LONG_TITLE = 24  # from here on set smaller, so that title and words fit one screen
WORDS_OF_NOTICE = 88
WEEKDAYS = (_l("星期一"), _l("星期二"), _l("星期三"), _l("星期四"), _l("星期五"), _l("星期六"), _l("星期日"))


@dataclass(frozen=True, slots=True)
class Row:
    """A line on the wall, in words that change a few times a day and not every minute."""

    number: str
    category: str
    place: str
    stage_label: str
    promise: Any = None
    state: str = ""
    took_text: str = ""


@dataclass(frozen=True, slots=True)
class WallPromise:
    id: int
    state: str
    words: str
    name: str
    clause: str
    filled: int
    due_mark: int
    met_at: datetime | None


def _place(case: BoardCase) -> str:
    if case.building:
        return case.building
    return _("小区公共区域") if case.number else _("其他楼栋")


def _standing(promise: Promise) -> str:
    """The promise in days, as a wall says it: no countdown that nobody stays to watch."""
    match promise.state:
        case PromiseState.KEPT:
            return _("按时办结")
        case PromiseState.BROKEN if promise.met_at:
            return _("超时办结")
        case PromiseState.BROKEN:
            return _("已超时")
        case PromiseState.PARKED:
            return _("时限待核定")
        case PromiseState.ENDED:
            return _("不再计时")
        case _:
            return promise.due_text


def _wall_promise(promise: Promise | None) -> WallPromise | None:
    if promise is None:
        return None
    return WallPromise(
        promise.id,
        promise.state,
        _standing(promise),
        promise.name,
        promise.clause,
        promise.filled,
        promise.due_mark,
        promise.met_at,
    )


def _took(length: timedelta | None) -> str:
    if length is None:
        return ""
    if length < timedelta(days=1):
        return _("%(n)s 小时", n=max(1, round(length / timedelta(hours=1))))
    return _("%(n)s 天", n=round(length / timedelta(days=1), 1))


def _stage(case: BoardCase) -> str:
    """Where it is, and for how long it has been with us."""
    days = case.days - 1
    since = ngettext("%(num)s 天", "%(num)s 天", days) if days else _("今天")
    return f"{state_name(case.state)} {since}"


def _row(case: BoardCase) -> Row:
    state = case.promise.state if case.promise else PromiseState.ENDED
    decided = state in (PromiseState.KEPT, PromiseState.BROKEN)
    return Row(
        number=case.number,
        category=str(CATEGORIES[case.category]),
        place=_place(case),
        stage_label=_stage(case) if case.state in IN_PROGRESS else _ended(case.state),
        promise=_wall_promise(case.promise),
        state=state.value if decided else PromiseState.ENDED.value,
        took_text=_took(case.took),
    )


def _ended(state: State) -> str:
    """To the public an archived case is a closed one."""
    return state_name(State.CLOSED if state is State.ARCHIVED else state)


def _cut(rows: list[Row], size: int) -> Iterator[list[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _percent(rate: Rate, target: int) -> dict[str, Any]:
    if rate.percent is None:
        return {"value": _("暂无数据"), "unit": "", "ok": None}
    return {"value": rate.percent, "unit": "%", "ok": rate.percent >= target}


def _notice(notice: Notice, zone: str) -> dict[str, Any]:
    body = " ".join(notice.body.split())
    return {
        "id": notice.id,
        "title": notice.title,
        "long": len(notice.title) > LONG_TITLE,
        "words": body[:WORDS_OF_NOTICE] + ("…" if len(body) > WORDS_OF_NOTICE else ""),
        "when": _period(notice, zone),
        "urgent": notice.kind == Kind.URGENT,
        "improvement": notice.kind == Kind.IMPROVEMENT,
    }


def _period(notice: Notice, zone: str) -> str:
    begin = clock.local(notice.publish_at, zone)
    day = _("%(month)s 月 %(day)s 日", month=begin.month, day=begin.day)
    if notice.kind != Kind.URGENT or notice.expire_at is None:
        return day
    end = clock.local(notice.expire_at, zone)
    last = (
        "" if end.date() == begin.date() else _("%(month)s 月 %(day)s 日", month=end.month, day=end.day) + " "
    )
    return f"{day} {begin:%H:%M} — {last}{end:%H:%M}"


def _portal_address(estate: Estate) -> str:
    public: str = current_app.extensions["shouwen"].public_url or request.url_root.rstrip("/")
    return f"{public}/?estate={estate.slug}"


def _qr(estate: Estate, border: int = 0) -> str:
    """The way to the portal as a drawing that fills the box around it."""
    drawing = segno.make(_portal_address(estate), micro=False, error="m")
    return drawing.svg_inline(
        omitsize=True, border=border, dark="#000", light="#fff", svgclass=None, lineclass=None
    )


def _pages(estate: Estate, at: datetime) -> dict[str, Any]:
    """What the pages A–E show; equal input gives equal HTML, so that its digest can say that nothing changed."""
    data = register.read(estate, at)
    running = [_row(case) for case in data.in_progress]
    notices = [_notice(n, estate.zone) for n in published(estate.id, at, NOTICES)]
    return {
        "estate": estate,
        "figures": data.figures,
        "on_time": _percent(data.figures.on_time, ON_TIME_TARGET) | {"target": ON_TIME_TARGET},
        "satisfied": _percent(data.figures.satisfied, SATISFIED_TARGET) | {"target": SATISFIED_TARGET},
        "month": clock.local(at, estate.zone).month,
        "in_progress": list(_cut(running, ROWS)),
        "in_progress_shown": len(running),
        "in_progress_total": data.in_progress_total,
        "finished": list(_cut([_row(case) for case in data.finished], ROWS_FINISHED)),
        "notices": notices,
        "qr": _qr(estate),
        "portal_address": _portal_address(estate),
    }


def _estate(slug: str) -> Estate:
    return estate_by_slug(slug) or abort(404)


def _etag(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:24]


@blueprint.get("/board/<slug>")
def show(slug: str) -> Response:
    """The whole screen. `?layout=` and `?screen=` are the screen's own affair: nothing is kept of them."""
    estate, at = _estate(slug), clock.now()
    pages = render_template("board/_pages.html", **_pages(estate, at))
    wall = clock.local(at, estate.zone)
    page = render_template(
        "board/show.html",
        estate=estate,
        lang=TAGS[chosen()],
        pages=pages,
        etag=_etag(pages),
        qr=_qr(estate, border=2),
        fragment_url=url_for("board.fragment", slug=slug),
        layout="portrait" if request.args.get("layout") == "portrait" else "",
        date_text=_("%(month)s 月 %(day)s 日", month=wall.month, day=wall.day)
        + f" {WEEKDAYS[wall.weekday()]}",
        time_text=f"{wall:%H:%M}",
        fresh_text=_("更新于 %(time)s", time=f"{wall:%H:%M}"),
        weekdays=[str(day) for day in WEEKDAYS],
    )
    return make_response(page)


@blueprint.get("/board/<slug>/fragment")
def fragment(slug: str) -> BaseResponse:
    """The pages again, for a screen that is already up: 304 when they have not changed."""
    pages = render_template("board/_pages.html", **_pages(_estate(slug), clock.now()))
    response = make_response(pages)
    response.set_etag(_etag(pages))
    return response.make_conditional(request)


def init_app(app: Flask) -> None:
    """Mount the board by itself: it needs nothing of the portal."""
    app.register_blueprint(blueprint)
