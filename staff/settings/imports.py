"""Imports (导入): a file is chosen, every row's fate is shown, and one button writes; nothing is written before."""

import base64
from datetime import timedelta
from typing import Any

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import clock, words
from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.imports import blanks, running
from shared.imports.fates import Fate, Outlook
from shared.imports.running import WAYS, Done, Kind
from shared.imports.sheets import MOST_BYTES, MOST_ROWS
from shared.presence import unsent
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.settings.people_trace import last_changes

P = Permission
PAGE = 100
AT_MOST = timedelta(seconds=15)  # of the thirty that a request has
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    Kind.UNITS: (_l("房号"), _l("每栋楼有哪些房号。登记时少打字；不记谁住在里面。")),
    Kind.STAFF: (_l("员工"), _l("登录名、姓名、岗位和部门。新员工没有密码，由本人用一次性链接设置。")),
    Kind.REGISTER: (
        _l("原台账"),
        _l("以前记在表格里的投诉。已办结的存档，没办结的接着办；原编号能查到。"),
    ),
}
FATES = {
    Fate.NEW: (_l("新增"), "running"),
    Fate.CHANGED: (_l("更改"), "near"),
    Fate.SAME: (_l("已有，不变"), "kept"),
    Fate.REFUSED: (_l("不能导入"), "broken"),
}


def _kind() -> Kind:
    """Which kind the address or the form names, else the first."""
    name = request.values.get("kind", Kind.UNITS.value)
    if name not in set(Kind):
        raise NotFound
    return Kind(name)


def _here(kind: Kind, estate: Estate) -> str:
    return url_for("staff.settings_imports_file", kind=kind.value, estate=estate.slug)


def _place(kind: Kind, estate: Estate) -> str:
    """Under which the chosen file waits, sealed, for whoever chose it; swept after seven days like any unsent form."""
    return f"import:{kind.value}:{estate.id}"


@blueprint.get("/settings/imports")
@requires(P.SETTINGS_MANAGE)
def settings_imports() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    return pages.render(
        "staff/settings/imports.html",
        of_estate=estate,
        estates=estates.views(
            P.SETTINGS_MANAGE, estate, lambda e: url_for("staff.settings_imports", estate=e.slug)
        ),
        kinds=[
            {
                "title": str(title),
                "hint": str(hint),
                "url": _here(kind, estate),
                "blank": url_for("staff.settings_imports_blank", kind=kind.value),
            }
            for kind, (title, hint) in KINDS.items()
        ],
        changes=last_changes(estate, running.IMPORT),
    )


@blueprint.get("/settings/imports/blank.xlsx")
@requires(P.SETTINGS_MANAGE)
def settings_imports_blank() -> Response:
    """A table to fill in."""
    answer = Response(blanks.draw(_kind()), mimetype=WORKBOOK)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{_kind().value}.xlsx")
    return answer


@blueprint.route("/settings/imports/file", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_imports_file() -> Any:
    """GET shows the file that waits, row by row; POST brings another."""
    way, estate = _kind(), estates.chosen(P.SETTINGS_MANAGE)
    if request.method == "GET":
        return _page(way, estate)
    chosen = request.files.get("file")
    if chosen is None or not chosen.filename:
        return _page(way, estate, refusal=_("请先选一份文件。"))
    data = chosen.stream.read(MOST_BYTES + 1)
    try:
        running.look(way, data, chosen.filename, estate, by=me(), at=g.at)
    except Refused as refusal:
        return _page(way, estate, refusal=refusal.message)
    kept = {"name": [chosen.filename[:120]], "data": [base64.b64encode(data).decode()]}
    with transaction():
        unsent.keep(me(), _place(way, estate), kept, case=None, at=g.at)
    return pages.see_other(_here(way, estate))


def _waiting(kind: Kind, estate: Estate) -> tuple[str, bytes] | None:
    """The file that was chosen here and is not dealt with yet."""
    row = unsent.kept(me(), _place(kind, estate), g.at)
    if row is None:
        return None
    fields = unsent.fields(row)
    return fields["name"][0], base64.b64decode(fields["data"][0])


def _page(
    kind: Kind, estate: Estate, *, refusal: str = "", done: Done | None = None, status: int = 200
) -> Response:
    waiting = None if refusal or (done and not done.left) else _waiting(kind, estate)
    outlook: Outlook | None = None
    name = ""
    if waiting is not None:
        name, data = waiting
        outlook = running.look(kind, data, name, estate, by=me(), at=g.at)
    title, hint = KINDS[kind]
    return pages.render(
        "staff/settings/import.html",
        status=422 if refusal else status,
        kind=kind.value,
        title=str(title),
        hint=str(hint),
        of_estate=estate,
        back=url_for("staff.settings_imports", estate=estate.slug),
        here=_here(kind, estate),
        blank=url_for("staff.settings_imports_blank", kind=kind.value),
        columns=[(column.title, column.is_needed) for column in WAYS[kind].columns],
        most_rows=MOST_ROWS,
        most_megabytes=MOST_BYTES // 1024 // 1024,
        refusal=refusal,
        name=name,
        ignored=words.listed(outlook.ignored[:20]) if outlook else "",
        done=done,
        **_shown(kind, estate, outlook),
    )


def _shown(kind: Kind, estate: Estate, outlook: Outlook | None) -> dict[str, Any]:
    """The rows of one page of one fate, and the way to the others."""
    if outlook is None:
        return {"counts": None}
    wanted = request.args.get("fate", "")
    rows = [row for row in outlook.rows if wanted in ("", row.fate)]
    typed = request.args.get("page", "")
    page = max(1, int(typed)) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 1
    here = f"{_here(kind, estate)}&fate={wanted}" if wanted in set(Fate) else _here(kind, estate)
    more = page * PAGE < len(rows)
    return {
        "counts": outlook.counts,
        "views": _views(kind, estate, outlook, wanted),
        "remarks": outlook.remarks,
        "to_do": len(outlook.to_do),
        "rows": [
            {
                "number": row.number,
                "title": row.title,
                "fate": str(FATES[row.fate][0]),
                "mark": FATES[row.fate][1],
                "words": row.words,
            }
            for row in rows[(page - 1) * PAGE : page * PAGE]
        ],
        "next_url": f"{here}&page={page + 1}" if more else "",
    }


def _views(kind: Kind, estate: Estate, outlook: Outlook, wanted: str) -> list[dict[str, Any]]:
    whole = [
        {"label": _("全部 %(n)s", n=len(outlook.rows)), "url": _here(kind, estate), "current": not wanted}
    ]
    return whole + [
        {
            "label": f"{FATES[fate][0]} {number}",
            "url": f"{_here(kind, estate)}&fate={fate}",
            "current": wanted == fate,
        }
        for fate, number in outlook.counts.items()
        if number
    ]


@blueprint.post("/settings/imports/confirmation")
@requires(P.SETTINGS_MANAGE)
def settings_imports_confirmation() -> Any:
    """Write what waits, as far as the time of a request goes; the same button goes on with the rest."""
    way, estate = _kind(), estates.chosen(P.SETTINGS_MANAGE)
    waiting = _waiting(way, estate)
    if waiting is None:
        flash(_("没有等着导入的文件。请先选一份。"))
        return pages.see_other(_here(way, estate))
    name, data = waiting
    user, place, ids = me(), _place(way, estate), (estate.id, me().id)
    outlook = running.look(way, data, name, estate, by=user, at=g.at)
    done = running.carry_out(way, outlook, data, *ids, until=clock.now() + AT_MOST)
    if not done.left:
        with transaction():
            unsent.forget(user, place)
    return _page(way, estate, done=done)


@blueprint.post("/settings/imports/dismissal")
@requires(P.SETTINGS_MANAGE)
def settings_imports_dismissal() -> Any:
    """Throw the file away; nothing of it was written."""
    way, estate = _kind(), estates.chosen(P.SETTINGS_MANAGE)
    with transaction():
        unsent.forget(me(), _place(way, estate))
    flash(_("这份文件不导入了。"))
    return pages.see_other(_here(way, estate))
