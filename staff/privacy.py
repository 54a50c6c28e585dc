"""Personal data (个人信息): requests with their deadlines, what is held and when it goes, and who opened what."""

from datetime import date, timedelta
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from shared import clock
from shared.audit.models import Export
from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.exports import taking
from shared.identity.permissions import Permission
from shared.retention import holdings, queue, viewings
from shared.retention import wording as retention
from shared.retention.queue import Wish
from shared.retention.viewings import Sought, Viewing
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.cases import wording
from staff.context import my_estates, my_zone
from staff.lists import case_url
from staff.settings.times import midnight

P = Permission
ONE_DAY = timedelta(days=1)


@blueprint.get("/privacy")
@requires(P.PRIVACY_VIEW)
def privacy() -> Any:
    """Requests that wait, those answered lately, and each estate's dates."""
    user = me()
    waiting, answered = queue.of(user)
    overseen = set(user.estates_where(P.PRIVACY_VIEW))
    return pages.render(
        "staff/privacy/index.html",
        waiting=[_wish(wish) for wish in waiting],
        answered=[_wish(wish) for wish in answered],
        held=[_held(estate) for estate in my_estates() if estate.id in overseen],
        accesses_url=url_for("staff.privacy_accesses") if user.estates_where(P.ACCESS_VIEW) else "",
        terms_url=url_for("staff.settings_retention") if user.estates_where(P.SETTINGS_MANAGE) else "",
    )


def _wish(wish: Wish) -> dict[str, Any]:
    asked, case, now = wish.request, wish.request.case, g.at
    zone = case.estate.zone
    if asked.answered_at is None:
        late = asked.due_at < now
        said = _("已过期限") if late else _("%(due)s 前", due=wording.when(asked.due_at, now, zone))
        state = "broken" if late else "near" if asked.due_at < now + 3 * ONE_DAY else "running"
    else:
        state = "kept" if asked.granted else "ended"
        said = _("已同意") if asked.granted else _("没有同意")
    return {
        "number": case.archive_number,
        "url": _request_url(case)
        if wish.is_answerable
        else case_url(case.archive_number)
        if wish.is_visible
        else "",
        "what": str(retention.REQUESTS[asked.kind]),
        "since": wording.when(asked.at, now, zone),
        "state": state,
        "said": said,
    }


def _request_url(case: Case) -> str:
    return url_for("staff.case_data_request", number=case.archive_number)


def _kept(cases: int, oldest: str) -> str:
    return _("%(n)s 件诉求，最早 %(on)s", n=cases, on=oldest) if oldest else _("%(n)s 件诉求", n=cases)


def _held(estate: Any) -> dict[str, Any]:
    found = holdings.of_estate(estate, g.at, ordinary())

    def on(instant: Any) -> str:
        return f"{clock.local_date(instant, estate.zone)}" if instant else _("没有")

    return {
        "estate": estate.name,
        "facts": [
            (_("还留着"), _kept(found.cases, on(found.oldest_at) if found.oldest_at else "")),
            (_("联系方式"), _("%(n)s 份", n=found.contacts)),
            (_("照片"), _("%(n)s 张", n=found.photos)),
            (_("已封存"), _("%(n)s 件", n=found.sealed)),
            (_("已删除"), _("%(n)s 件", n=found.erased)),
            (_("下一件封存"), on(found.next_sealing_at)),
            (_("下一件删除"), on(found.next_erasure_at)),
            (
                _("期限"),
                _(
                    "办完 %(sealed)s后封存，%(erased)s后删除",
                    sealed=retention.span(estate.sealed_after),
                    erased=retention.span(estate.erased_after),
                ),
            ),
        ],
    }


@blueprint.get("/privacy/accesses")
@requires(P.ACCESS_VIEW)
def privacy_accesses() -> Any:
    """Who opened what of which case, when (AH-6.2)."""
    user, sought = me(), _sought()
    page = viewings.page(user, sought, before=_number(request.args.get("before", "")))
    kept: dict[str, Any] = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return pages.render(
        "staff/privacy/accesses.html",
        viewings=[_viewing(viewing) for viewing in page.viewings],
        people=viewings.readers(user),
        whats=[(code, str(label)) for code, label in retention.WHAT.items()],
        chosen=kept,
        next_url=url_for("staff.privacy_accesses", **kept, before=page.older) if page.older else "",
        clear_url=url_for("staff.privacy_accesses") if kept else "",
        not_narrowed_by=_not_narrowed_by(kept),
        exports=[] if kept else [_export(export, name) for export, name in taking.latest(user)],
    )


def _export(export: Export, name: str) -> dict[str, Any]:
    """Who took how much of the register away, and why (T28)."""
    return {
        "at": f"{clock.local(export.at, my_zone()):%Y-%m-%d %H:%M:%S}",
        "name": name,
        "cases": export.cases,
        "phones": export.phones,
        "reason": export.reason,
    }


FILTERS = ("who", "what", "case", "from", "to")


def _sought() -> Sought:
    begins, ends = _day(request.args.get("from", "")), _day(request.args.get("to", ""))
    return Sought(
        user_id=_number(request.args.get("who", "")),
        number=request.args.get("case", "").strip() or None,
        what=request.args.get("what") or None,
        since=midnight(begins, my_zone()) if begins else None,
        until=midnight(ends + ONE_DAY, my_zone()) if ends else None,
    )


def _not_narrowed_by(kept: dict[str, str]) -> list[str]:
    """What is asked for and cannot be understood: everybody's entries would be taken for one person's."""
    read = {"who": (_number, _("谁")), "from": (_day, _("从")), "to": (_day, _("到"))}
    return [label for name, (meaning, label) in read.items() if name in kept and meaning(kept[name]) is None]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(text: str) -> date | None:
    """A day in an address; nonsense narrows nothing."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in clock.YEARS else None


def _viewing(viewing: Viewing) -> dict[str, Any]:
    wall = clock.local(viewing.at, viewing.zone)
    return {
        "at": f"{wall:%Y-%m-%d %H:%M:%S}",
        "name": viewing.name,
        "number": viewing.number,
        "url": case_url(viewing.number) if viewing.is_visible else "",
        "what": retention.what(viewing.what),
    }
