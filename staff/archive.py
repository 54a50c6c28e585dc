"""The archive (档案): closed files in the order of their numbers; to open one is a POST that stands in the register."""

from datetime import datetime
from typing import Any

from flask import abort, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock, words
from shared.cases import acting, contacts, scope
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.database import transaction
from shared.exports import archive_sheets
from shared.exports.archive_sheets import Event, Sheet
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.retention import shelf
from shared.retention.shelf import Volume
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases import entries, facts, queries
from staff.cases.archive import refuse_shut
from staff.lists import case_url
from staff.sheets import pdf

P = Permission
SHEET = "sheet"  # in the register of who opened what


@blueprint.get("/archive")
@requires(P.CASE_VIEW_ESTATE)
def archive() -> Any:
    """Numbers, kinds and days: nothing of a person stands here."""
    estate = estates.chosen(P.CASE_VIEW_ESTATE)
    years = list(shelf.years(me(), estate))
    year = _number("year") or (years[0] if years else clock.local(g.at, estate.zone).year)
    volumes, onward = shelf.page(me(), estate, year, after=_number("after"))
    return pages.render(
        "staff/archive.html",
        of_estate=estate,
        estates=estates.views(P.CASE_VIEW_ESTATE, estate, lambda e: url_for("staff.archive", estate=e.slug)),
        years=[{"label": str(y), "url": _address(estate, y), "current": y == year} for y in years],
        volumes=[_line(volume, estate) for volume in volumes],
        next_url=_address(estate, year, onward) if onward else "",
        may_take_out=_may_take_out(estate.id),
        accesses_url=url_for("staff.privacy_accesses") if me().estates_where(P.ACCESS_VIEW) else "",
    )


def _number(name: str) -> int:
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0


def _address(estate: Estate, year: int, after: int | None = None) -> str:
    return url_for("staff.archive", estate=estate.slug, year=year, after=after)


def _may_take_out(estate_id: int) -> bool:
    """Who leads the centre, who checks it, and the specialist who archives (AH-6.2, VK-3.1)."""
    return me().can(P.ARCHIVE_OPEN, estate_id) or me().can(P.CASE_ARCHIVE, estate_id)


def _line(volume: Volume, estate: Estate) -> dict[str, Any]:
    case = volume.case

    def on(instant: datetime | None) -> str:
        return f"{clock.local_date(instant, estate.zone)}" if instant else ""

    return {
        "number": case.archive_number,
        "url": case_url(case.archive_number),
        "sheet_url": url_for("staff.archive_sheet", number=case.archive_number),
        "what": f"{words.KINDS[case.kind]} · {words.CATEGORIES[case.category]}",
        "building": case.building.name if case.building else _("小区公共区域"),
        "filed": on(case.filed_at),
        "archived": on(volume.archived_at),
        "sealing": on(volume.sealing_at),
        "is_sealed": case.sealed_at is not None,
        "erasure": on(volume.erasure_at),
        "is_erased": case.erased_at is not None,
    }


@blueprint.post("/archive/<number>/sheet")
@requires(P.ARCHIVE_OPEN, P.CASE_ARCHIVE)
def archive_sheet(number: str) -> BaseResponse:
    """The sheet of one case; who took it out, and when, stands in the register (AH-6.2)."""
    with transaction():
        contacts.take_turn(me())
        case = scope.lock(me(), number)
        if not _may_take_out(case.estate_id):
            abort(404)
        acting.refuse_unless(case.stage is State.ARCHIVED, _("归档以后才有归档单。"), "AH-6.1")
        refuse_shut(case, me())
        contacts.register([case.id], SHEET, by=me(), at=g.at)
    case = scope.read(me(), number)
    return pdf(archive_sheets.draw(case.estate, _sheet(case), g.at), f"{case.archive_number}.pdf")


def _sheet(case: Case) -> Sheet:
    dossier, now = queries.dossier(case), g.at
    said, who = case.statement, facts.party(case)
    record = [
        Event(f"{e.at:%Y-%m-%d %H:%M}", e.title, e.who, e.text)
        for chapter in reversed(entries.chapters(dossier, entries.Show.ALL, now))
        for e in reversed(chapter.entries)
    ]
    people = [
        (_("首问责任人"), dossier.name(case.first_responder_id)),
        (_("诉求人"), " ".join(filter(None, [who.head, who.unit, who.phone])) if who else _("匿名")),
    ]
    return Sheet(
        number=case.archive_number,
        reference=case.shown_reference,
        facts=[
            (str(name), str(value))
            for name, value in [*facts.facts(dossier, now), *people, *facts.people(dossier, now)]
        ],
        texts=[(_("诉求内容"), said.description), (_("希望怎样解决"), said.demands)] if said else [],
        record=record,
        footer=_(
            "%(name)s %(at)s 取出，已登记",
            name=me().name,
            at=clock.written(now, case.estate.zone),
        ),
    )
