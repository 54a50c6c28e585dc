"""What the page of a measure shows: where it comes from, whose it is, what was done, and whether it worked."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from shared.database import db
from shared.identity.models import Building, Estate, User
from shared.improvement import measures_queries, meetings_queries, wording
from shared.improvement.causes import CAUSES
from shared.improvement.measures import Effect
from shared.improvement.measures_guards import can_raise
from shared.improvement.models import Measure
from shared.words import CATEGORIES
from staff.cases import wording as times
from staff.improvement import chip
from staff.lists import case_url


def shown(measure: Measure, user: User, at: datetime) -> dict[str, Any]:
    """The variables of the page but its forms."""
    estate = db.session.get_one(Estate, measure.estate_id)
    number = measures_queries.case_seen(user, measure)
    follows = measure.effect in (Effect.PARTLY, Effect.INEFFECTIVE) and can_raise(user, estate.id)
    return {
        "measure": measure,
        "of_estate": estate,
        "kind": str(wording.KINDS[measure.kind]),
        "chip": chip(measure, estate),
        "facts": _facts(measure, estate, at),
        "steps": _steps(measure, estate, at),
        "case": {"number": number, "url": case_url(number)} if number else None,
        "meeting": meetings_queries.seen(user, measure.meeting_id),
        "next_url": url_for("staff.improvement_new", estate=estate.slug, after=measure.id) if follows else "",
        "back_url": url_for("staff.improvement", estate=estate.slug),
    }


def _facts(measure: Measure, estate: Estate, at: datetime) -> list[tuple[str, str]]:
    building = db.session.get(Building, measure.building_id) if measure.building_id else None
    raised_by = measure.raised_by.name if measure.raised_by else _("系统")
    return [
        (_("由谁落实"), measure.owner.name if measure.owner else _("还没定")),
        (_("落实日期"), str(measure.due_on or "")),
        (_("看效果日期"), str(measure.check_on or "")),
        (_("来自"), str(wording.ORIGINS[measure.origin]) if _has_source(measure) else ""),
        (_("原因类别"), str(CAUSES[measure.cause]) if measure.cause else ""),
        (_("事项类别"), str(CATEGORIES[measure.category]) if measure.category else ""),
        (_("楼栋"), building.name if building else ""),
        (_("谁提出的"), f"{raised_by} {times.when(measure.raised_at, at, estate.zone)}"),
        (_("依据"), measure.clause),
    ]


def _has_source(measure: Measure) -> bool:
    """What was raised by hand comes of no case."""
    return measure.origin != "case" or measure.case_id is not None


def _steps(measure: Measure, estate: Estate, at: datetime) -> list[dict[str, str]]:
    """What has happened with it, in order."""
    found = []
    if measure.done_at and measure.done_by:
        when = times.when(measure.done_at, at, estate.zone)
        found.append(
            {"title": _("做完了"), "who": measure.done_by.name, "when": when, "text": measure.result}
        )
    if measure.dropped_at:
        when = times.when(measure.dropped_at, at, estate.zone)
        found.append({"title": _("不做了"), "who": "", "when": when, "text": measure.result})
    if measure.effect and measure.checked_at and measure.checked_by:
        found.append(
            {
                "title": _("看过效果：%(effect)s", effect=wording.EFFECTS[measure.effect]),
                "who": measure.checked_by.name,
                "when": times.when(measure.checked_at, at, estate.zone),
                "text": measure.check_note,
            }
        )
    return found
