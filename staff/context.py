"""What every page of the staff face shows around its content: who, where, and the way to the other pages."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, g, get_flashed_messages, request, url_for
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from shared.catalogues import gettext as _
from shared.clock import now
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.web import pages
from shared.web.language import TAGS, chosen
from shared.web.unbroken import unbroken
from staff import banners, blueprint
from staff.access import me

P = Permission
ROOT = "/staff"


def my_estates() -> Sequence[Estate]:
    """The estates at which the person who is signed in has a post now; read once per request."""
    return list(dict.fromkeys(row.estate for row in _my_rows()))


def _my_rows() -> Sequence[banners.Row]:
    """My estates, and what every page has to warn of there; one query per request."""
    if "my_rows" not in g:
        ids = {a.estate_id for a in me().appointments if a.until is None}
        g.my_rows = banners.read(me(), ids, now())
    rows: Sequence[banners.Row] = g.my_rows
    return rows


def my_zone() -> str:
    """The time zone this person thinks in: that of the first estate."""
    estates = my_estates()
    return estates[0].zone if estates else "Asia/Shanghai"


def _nav(user: User) -> list[dict[str, Any]]:
    """Only what this person may open, and only what there is."""
    of_mail = (("staff.mails", _("邮件"), (P.CASE_REGISTER, P.CASE_VIEW_INTERNAL)),) if _reads_mail() else ()
    pages_of_face = (
        ("staff.desk", _("工作台"), (P.DESK_VIEW,)),
        ("staff.today", _("今天"), (P.CASE_ACCEPT,)),
        ("staff.register", _("台账"), (P.CASE_VIEW,)),
        ("staff.intake", _("登记"), (P.CASE_REGISTER,)),
        *of_mail,
        ("staff.revisits", _("回访"), (P.CASE_REVISIT,)),
        ("staff.handover", _("交接班"), (P.CASE_CLAIM,)),
        ("staff.incidents", _("群诉"), (P.INCIDENT_VIEW,)),
        ("staff.notices", _("公告"), (P.NOTICE_WRITE, P.NOTICE_APPROVE)),
        ("staff.archive", _("档案"), (P.CASE_VIEW_ESTATE,)),
        ("staff.supervision", _("督导"), (P.SPOT_CHECK, P.DEPARTMENT_CHECK)),
        ("staff.assessment", _("考核"), (P.ASSESSMENT_VIEW, P.ASSESSMENT_OWN)),
        ("staff.reports", _("报告"), (P.REPORT_VIEW,)),
        ("staff.improvement", _("改进"), (P.MEASURE_SET, P.LEARN)),
        ("staff.privacy", _("个人信息"), (P.PRIVACY_VIEW,)),
        ("staff.operations", _("运行"), (P.OPERATIONS_VIEW,)),
        ("staff.settings", _("设置"), (P.SETTINGS_VIEW,)),
    )
    return [
        {"label": label, "url": url_for(endpoint), "current": _is_of(endpoint)}
        for endpoint, label, permissions in pages_of_face
        if endpoint in current_app.view_functions and any(user.estates_where(p) for p in permissions)
    ]


def _reads_mail() -> bool:
    """Whether any mailbox is read; without one there is no mail to decide on."""
    return bool(current_app.extensions["shouwen"].mailboxes)


def _is_of(endpoint: str) -> bool:
    """Is this page that of *endpoint*, or one below it?"""
    asked = request.endpoint or ""
    return asked == endpoint or asked.startswith(f"{endpoint}_")


def _around_a_person() -> dict[str, Any]:
    user = me()
    estates = my_estates()
    names = estates[0].name if len(estates) == 1 else _("%(n)s 个小区", n=len(estates))
    return {
        "estate": {"name": names},
        "user": {"name": user.name, "username": user.username, "url": url_for("staff.two_steps")},
        "nav": _nav(user),
        "banners": [] if pages.wants_fragment() else banners.of(user, _my_rows(), now()),
        "register_url": url_for("staff.register") if user.estates_where(P.CASE_VIEW) else "",
        "sign_out_url": url_for("staff.sign_out"),
        "relay_url": url_for("staff.relay"),
        "q": request.args.get("q", "") if request.endpoint == "staff.register" else "",
    }


@blueprint.app_context_processor
def around() -> dict[str, Any]:
    """Variables of web/staff.html. Never fails: error pages of this face need them too."""
    if not request.path.startswith(ROOT):
        return {}
    found: dict[str, Any] = {"lang": TAGS[chosen()], "desk_url": url_for("staff.desk"), "user": None}
    try:
        if current_user.is_authenticated:
            found |= _around_a_person()
    except SQLAlchemyError:
        # The page that says so must still come: without a name at the top, but with its words.
        db.session.rollback()
    if not pages.wants_fragment():
        # A fragment has no place for them; they wait for the next whole page.
        found["messages"] = [unbroken(said) for said in get_flashed_messages()]
    return found
