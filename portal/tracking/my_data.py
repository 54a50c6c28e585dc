"""我的个人信息: what is held about whoever reported a case, a copy of it, and the wish to have it deleted (T42).

The telephone's last four are known to neighbours and staff: they show how long things are kept, and no more.
"""

import json
from datetime import datetime
from typing import Any

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import wording
from portal.tracking import doors, queries
from portal.tracking.acts import behind_doors
from portal.tracking.story import Photo
from shared import clock
from shared.cases import acting, scope
from shared.cases.models import Case
from shared.cases.telephones import masked
from shared.database import transaction
from shared.retention import copies, copy_text, requests
from shared.retention.models import DataRequest
from shared.retention.wording import REQUESTS, span
from shared.web.pages import see_other


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _opened(door_named: dict[str, str]) -> doors.Door:
    """A door that was opened by the private link or the receipt code. Raises Refused otherwise."""
    door = doors.opened(**door_named)
    acting.refuse_unless(_is_proven(door), _("要查看、复制或删除，请用回执码打开，或从专属链接进入。"))
    return door


def _is_proven(door: doors.Door) -> bool:
    return door.by is not doors.By.TAIL


def _page(template: str, door: doors.Door, case: Case, **context: Any) -> Response:
    page = render_template(template, door=door, case=case, **context)
    return doors.private(Response(page, mimetype="text/html"))


@behind_doors("data", "GET")
def my_data(**door_named: str) -> Response:
    """What is held in short, until when, and what may be asked."""
    door = doors.opened(**door_named)
    case = door.case()
    return _page(
        "portal/my_data.html",
        door,
        case,
        proven=_is_proven(door),
        held=_held(case) if _is_proven(door) else [],
        kept=_kept(case),
        asked=[_asked(case, wish) for wish in requests.of_case(case)],
        can_delete=case.erased_at is None and requests.waiting(case, requests.DELETION) is None,
    )


def _held(case: Case) -> list[tuple[str, str]]:
    """Kinds of data, each with as much of it as tells the reader that it is theirs."""
    who, copy = case.party, copies.of(case)
    return [
        (_("称呼"), (who.name or "") if who else ""),
        (_("手机号"), masked(who.phone) if who and who.phone else ""),
        (_("邮箱"), _("有") if who and who.email else ""),
        (_("房号"), _("有") if who and who.unit else ""),
        (_("您写的内容"), _("有") if case.statement else ""),
        (_("照片"), _("%(n)s 张", n=len(copy["photos"])) if copy["photos"] else ""),
        (_("发给您的通知"), _("%(n)s 条", n=len(copy["messages"])) if copy["messages"] else ""),
        (_("工作人员看过"), _("%(n)s 次", n=len(copy["viewed"])) if copy["viewed"] else _("还没有人打开过")),
    ]


def _kept(case: Case) -> list[tuple[str, str]]:
    """When it is shut and when it goes, with the days on which it was or will be."""
    terms, zone = copies.terms_of(case), case.estate.zone

    def on(instant: datetime) -> str:
        return wording.date(instant, zone)

    if case.erased_at:
        return [(_("已删除"), on(case.erased_at))]
    if terms["ended_at"] is None:
        return [
            (_("封存"), _("办完 %(span)s后", span=span(case.estate.sealed_after))),
            (_("删除"), _("办完 %(span)s后", span=span(case.estate.erased_after))),
        ]
    done = _("已封存") if case.sealed_at else _("封存")
    return [
        (_("办完"), on(terms["ended_at"])),
        (done, on(terms["sealing_at"])),
        (_("删除"), on(terms["erasure_at"])),
    ]


def _asked(case: Case, wish: DataRequest) -> dict[str, Any]:
    """One request and how it stands."""
    zone = case.estate.zone
    if wish.answered_at is None:
        due = wording.moment(wish.due_at, zone)
        is_late = wish.due_at < clock.now()
        state = "broken" if is_late else "running"
        said = _("应在 %(due)s 前答复，已经晚了", due=due) if is_late else _("%(due)s 前答复您", due=due)
    elif wish.granted:
        waits = wish.kind == requests.DELETION and case.erased_at is None
        state, said = "kept", _("已同意，办完就删除") if waits else _("已同意")
    else:
        state, said = "ended", _("没有同意")
    return {
        "what": str(REQUESTS[wish.kind]),
        "when": wording.day(wish.at, zone),
        "state": state,
        "said": said,
        "reason": queries.public_words(case.id).get(wish.words_id or 0, ""),
    }


@behind_doors("data/copy", "GET")
def my_data_copy(**door_named: str) -> Response:
    """All of it, to be read and printed."""
    door = _opened(door_named)
    case = door.case()
    found = [(section, _photos(section.photos, door)) for section in copy_text.sections(case)]
    return _page("portal/my_data_copy.html", door, case, sections=found)


def _photos(ids: list[str], door: doors.Door) -> list[Photo]:
    address = f"{door.base}/files"
    return [
        Photo(f"{address}/{each}", f"{address}/{each}?size=small", _("照片 %(n)s", n=number))
        for number, each in enumerate(ids, 1)
    ]


@behind_doors("data/copy.json", "GET")
def my_data_file(**door_named: str) -> Response:
    """The same for a machine (PIPL 45)."""
    case = _opened(door_named).case()
    text = json.dumps(copies.of(case), ensure_ascii=False, indent=2, default=_plain)
    response = doors.private(Response(text, mimetype="application/json"))
    response.headers["Content-Disposition"] = f'attachment; filename="{case.archive_number}.json"'
    return response


@behind_doors("data/deletion", "GET", "POST")
def my_data_deletion(**door_named: str) -> BaseResponse:
    """Asked once more, with what follows from it; then taken, by POST."""
    door = _opened(door_named)
    case = door.case()
    if request.method == "GET":
        return _page("portal/my_data_deletion.html", door, case, hold=requests.hold_of(case))
    with transaction():
        found = requests.ask(scope.lock_by_id(door.case_id), requests.DELETION, at=clock.now())
    flash(_("已收到。%(due)s 前答复您。", due=wording.moment(found.due_at, case.estate.zone)))
    return see_other(f"{door.base}/data")
