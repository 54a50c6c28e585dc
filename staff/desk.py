"""My desk (工作台): what is mine to do, by time left; it says what is new and never moves by itself."""

import random
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, request, url_for

from shared.assessment import queries as ledger
from shared.catalogues import gettext as _
from shared.catalogues import lazy_gettext as _l
from shared.clock import local
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.register.counts import MOST, Counts, counts
from shared.register.listing import EPOCH, MICROSECOND, queue
from shared.register.views import View, named, offered
from shared.web import pages
from staff import blueprint, handover
from staff.access import in_background, me, requires
from staff.context import my_estates, my_zone
from staff.lists import lines

POLL = 15.0
SPREAD = 0.3  # so that all desks do not ask at once after an outage (F33)

NAMES = {
    View.MINE: _l("我的"),
    View.DEPARTMENT: _l("本部门"),
    View.TO_ACCEPT: _l("等我签收"),
    View.TRANSFERS: _l("等我答复移交"),
    View.RETURNS: _l("等我批退单"),
    View.TASKS: _l("请我协办"),
    View.UNCLAIMED: _l("未领取"),
    View.NEAR: _l("即将超时"),
    View.OVERDUE: _l("已超时"),
    View.STALLED: _l("停滞"),
    View.REVISIT: _l("待回访"),
    View.APPEALED: _l("申诉"),
    View.OUTSTANDING: _l("遗留事项"),
    View.RECORDS: _l("待补录"),
    View.INTERNAL: _l("内部反映"),
}
EMPTY = {
    View.MINE: _l("现在没有由您负责或办理的诉求。"),
    View.DEPARTMENT: _l("部门现在没有在办的诉求。"),
    View.TO_ACCEPT: _l("没有等您签收的派单。"),
    View.TRANSFERS: _l("没有等您答复的首问移交。"),
    View.RETURNS: _l("没有等您答复的退单。"),
    View.TASKS: _l("没有等您办的协办。"),
    View.UNCLAIMED: _l("没有未领取的诉求。新的诉求会在这里提示。"),
    View.NEAR: _l("没有快到时限的诉求。"),
    View.OVERDUE: _l("没有超时的诉求。"),
    View.STALLED: _l("没有停滞的诉求。"),
    View.REVISIT: _l("没有等待回访的诉求。"),
    View.APPEALED: _l("没有因申诉或差评重新办理的诉求。"),
    View.OUTSTANDING: _l("没有由您做的遗留事项。"),
    View.RECORDS: _l("没有要补录的紧急处置。"),
    View.INTERNAL: _l("没有未结的内部反映。"),
}


@dataclass(frozen=True, slots=True)
class Watch:
    """The part of the desk that asks again by itself: figures of the views, and what came since *since*."""

    views: list[dict[str, Any]]
    news: int
    url: str
    every: str
    reload_url: str


def _shown(user_views: list[View]) -> View | None:
    return named(request.args.get("view"), user_views) or (user_views[0] if user_views else None)


def _address(view: View | None) -> str:
    return url_for("staff.desk", view=view.value) if view else url_for("staff.desk")


def _in_words(count: int) -> str:
    return f"{MOST - 1}+" if count >= MOST else str(count)


def _print(found: Counts) -> str:
    """Equal as long as there is nothing new to draw."""
    return f"{zlib.crc32(repr((sorted(found.by_view.items()), found.news, found.asked)).encode()):x}"


def _watch(user_views: list[View], shown: View | None, since: datetime, found: Counts) -> Watch:
    views = [
        {
            "id": f"view-{view.value}",
            "label": NAMES[view],
            "url": _address(view),
            "count": _in_words(found.by_view[view]),
            "current": view is shown,
            "state": "broken" if view is View.OVERDUE and found.by_view[view] else "",
        }
        for view in user_views
    ]
    if found.asked:
        views.append(
            {
                "id": "view-asked",
                "label": _("待我知悉"),
                "url": url_for("staff.escalations"),
                "count": str(found.asked),
                "current": False,
                "state": "broken",
            }
        )
    asked: dict[str, Any] = {"since": (since - EPOCH) // MICROSECOND, "known": _print(found)}
    if shown:
        asked["view"] = shown.value
    seconds = random.uniform(POLL * (1 - SPREAD), POLL * (1 + SPREAD))
    return Watch(
        views,
        found.news,
        url_for("staff.desk_counts", **asked),
        f"every {seconds:.1f}s",
        _address(shown),
    )


@blueprint.get("/")
@requires(Permission.DESK_VIEW)
def desk() -> Any:
    user = me()
    user_views = offered(user)
    shown = _shown(user_views)
    rows, more = queue(user, shown, g.at) if shown else ([], False)
    found = counts(user, user_views, g.at)
    estates = my_estates()
    return pages.render(
        "staff/desk.html",
        lines=lines(rows, user, several_estates=len(estates) > 1),
        shown=shown,
        shown_name=NAMES[shown] if shown else "",
        more_url=url_for("staff.register", view=shown, sort="due") if more and shown else "",
        empty=EMPTY[shown] if shown else _("您的岗位不办理诉求。"),
        watch=_watch(user_views, shown, g.at, found),
        today=local(g.at, my_zone()),
        unclaimed_url=_unclaimed(shown, found),
        may_register=bool(user.estates_where(Permission.CASE_REGISTER)),
        today_url=url_for("staff.today") if user.estates_where(Permission.CASE_ACCEPT) else "",
        shifts=handover.waiting_for(user),
        handover_url=url_for("staff.handover") if user.estates_where(Permission.CASE_CLAIM) else "",
        may_operate=bool(user.estates_where(Permission.OPERATIONS_VIEW)),
        assessed=_assessed(user),
    )


def _assessed(user: User) -> int:
    """Entries of the ledger that wait where I may decide; asked with the page, and not each time it asks again."""
    estates = user.estates_where(Permission.ASSESSMENT_DECIDE)
    return sum(sum(ledger.counts(user, estate_id).values()) for estate_id in estates)


def _unclaimed(shown: View | None, found: Counts) -> str:
    """Where somebody without work finds some."""
    waiting = shown is not View.UNCLAIMED and found.by_view.get(View.UNCLAIMED)
    return _address(View.UNCLAIMED) if waiting else ""


def _since() -> datetime:
    """When the list on the screen was drawn, as its own address says; nonsense means now."""
    text = request.args.get("since", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        now: datetime = g.at
        return now
    return EPOCH + int(text) * MICROSECOND


@blueprint.get("/desk/counts")
@requires(Permission.DESK_VIEW)
@in_background
def desk_counts() -> Any:
    """The figures again, for the page that is open: 204 when nothing has changed."""
    user = me()
    user_views = offered(user)
    shown = _shown(user_views)
    if not pages.wants_fragment():
        return pages.see_other(_address(shown))
    since = _since()
    found = counts(user, user_views, g.at, shown=shown, since=since)
    if request.args.get("known") == _print(found):
        return "", 204
    return pages.render("staff/_desk_counts.html", watch=_watch(user_views, shown, since, found))
