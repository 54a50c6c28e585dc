"""Improvement (改进): what is to be done so that it does not happen again, by whom and until when (CO-6, TR-15)."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from shared.clock import local_date
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.improvement import measures_guards, measures_queries, wording
from shared.improvement.measures_queries import View
from shared.improvement.models import Measure
from shared.web import pages
from staff import blueprint, estates, improvement_rooms
from staff.access import me, requires

P = Permission


@blueprint.get("/improvement")
@requires(P.LEARN)
def improvement() -> Any:
    """One list at a time; first what is mine, where something is, else what is open."""
    estate = estates.chosen(P.LEARN)
    today = local_date(g.at, estate.zone)
    counts = measures_queries.counts(me(), estate.id, today)
    view = _view(counts, sets=me().can(P.MEASURE_SET, estate.id))
    return pages.render(
        "staff/improvement/index.html",
        **improvement_rooms.head(estate, P.LEARN, lambda e: url_for("staff.improvement", estate=e.slug)),
        views=_views(estate, view, counts),
        measures=[
            line(measure, estate) for measure in measures_queries.of_estate(me(), estate.id, view, today)
        ],
        empty=_empty(view),
        can_raise=measures_guards.can_raise(me(), estate.id),
        new_url=url_for("staff.improvement_new", estate=estate.slug),
    )


def _view(counts: dict[View, int], *, sets: bool) -> View:
    asked = request.args.get("view", "")
    if asked in list(View):
        return View(asked)
    return View.OPEN if sets and not counts[View.MINE] else View.MINE


def _views(estate: Estate, current: View, counts: dict[View, int]) -> list[dict[str, Any]]:
    names = {
        View.MINE: _("我的"),
        View.OPEN: _("没完成"),
        View.OVERDUE: _("过期"),
        View.TO_CHECK: _("等看效果"),
        View.OVER: _("已了结"),
    }
    return [
        {
            "label": f"{name} {counts[view]}",
            "url": url_for("staff.improvement", estate=estate.slug, view=view),
            "current": view is current,
        }
        for view, name in names.items()
    ]


def _empty(view: View) -> str:
    return {
        View.MINE: _("没有要您落实的措施。"),
        View.OPEN: _("没有还没完成的措施。"),
        View.OVERDUE: _("没有过期的措施。"),
        View.TO_CHECK: _("没有等看效果的措施。"),
        View.OVER: _("还没有了结的措施。看过效果或不做了的，会列在这里。"),
    }[view]


def line(measure: Measure, estate: Estate) -> dict[str, Any]:
    """A measure in a list."""
    return {
        "url": url_for("staff.improvement_measure", measure_id=measure.id),
        "what": measure.what,
        "kind": str(wording.KINDS[measure.kind]),
        "owner": measure.owner.name if measure.owner else _("还没定"),
        "due": str(measure.due_on or ""),
        "check_on": str(measure.check_on or ""),
        "chip": chip(measure, estate),
    }


def chip(measure: Measure, estate: Estate) -> tuple[str, str]:
    """The mark and the word for where it stands."""
    if measure.dropped_at is not None:
        return "ended", _("不做了")
    if measure.effect is not None:
        state = {"effective": "kept", "partly": "near", "ineffective": "broken"}[measure.effect]
        return state, str(wording.EFFECTS[measure.effect])
    if measure.done_at is not None:
        return "running", _("做完了，等看效果")
    if measure.owner_id is None or measure.due_on is None:
        return "near", _("等定负责人")
    days = (measure.due_on - local_date(g.at, estate.zone)).days
    if days < 0:
        return "broken", _("过期 %(n)s 天", n=-days)
    return ("near", _("今天到期")) if days == 0 else ("running", _("还有 %(n)s 天", n=days))
