"""Who else has the case open, and what they have done since this page was drawn: asked by the page itself (B1.2 #3)."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.cases import scope
from shared.cases.models import Case
from shared.database import transaction
from shared.identity.permissions import Permission
from shared.presence import looking
from shared.presence.models import Presence
from shared.web.pages import render
from staff import blueprint
from staff.access import in_background, me, requires
from staff.cases import page
from staff.cases.acts import ACTS

NAMED = 3  # people; the rest are counted


@blueprint.post("/cases/<number>/presence", endpoint="case_presence")
@requires(Permission.CASE_VIEW)
@in_background
def presence(number: str) -> BaseResponse:
    """I am here; answers with what is new to this page, or with nothing."""
    case, writes, at = scope.read(me(), number), request.form.get("writes"), clock.now()
    with transaction():
        looking.beat(me(), case, writes=writes if writes in ACTS else None, at=at)
    others = looking.others(me(), case, at)
    seen = _print(case, others)
    if request.form.get("seen") == seen:
        return Response(status=HTTPStatus.NO_CONTENT)
    is_old = request.form.get("version") != str(case.version)
    return render(
        "staff/cases/_news.html",
        case=case,
        seen=seen,
        news=page.last_change(case) if is_old else "",
        writing=writing(others),
        looking=names([other for other in others if not other.writes]),
    )


def _print(case: Case, others: Sequence[Presence]) -> str:
    """Stands for all that the page shows of it."""
    return f"{case.version}/" + "".join(f"{other.user_id}{other.writes or ''}." for other in others)


def names(others: Sequence[Presence]) -> str:
    """`李敏、张强正在查看`; nothing when nobody is."""
    if not others:
        return ""
    named = _("、").join(other.user.name for other in others[:NAMED])
    if len(others) > NAMED:
        return _("%(names)s 等 %(n)s 人正在查看", names=named, n=len(others))
    return _("%(names)s正在查看", names=named)


def writing(others: Sequence[Presence]) -> list[str]:
    """Who is writing what, in a sentence each."""
    return [_writes(other) for other in others if other.writes in ACTS][:NAMED]


def _writes(other: Presence) -> str:
    act, name = ACTS[other.writes or ""], other.user.name
    if act.slug == "note":
        return _("%(name)s正在写内部备注", name=name)
    if act.tone == "to-owner":
        return _("%(name)s正在写回复", name=name)
    return _("%(name)s正在填写“%(act)s”", name=name, act=act.label)
