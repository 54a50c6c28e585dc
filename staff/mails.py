"""Mail that waits for a person (邮件): what no rule could place becomes a case, a part of one, or nothing (T18)."""

from http import HTTPStatus
from typing import Any

from flask import flash, g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from shared.cases import scope
from shared.database import transaction
from shared.email_intake import queries, settling
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Outcome, Why
from shared.errors import NotFound
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.cases import queries as cases
from staff.cases import wording
from staff.cases.facts import masked_email
from staff.cases.forms import ActForm, choice, options, plain
from staff.context import my_estates, my_zone
from staff.lists import case_url

P = Permission
# Why it waits, or why it became nothing.
REASONS = {
    Why.OWN: _l("本系统自己的邮件"),
    Why.BOUNCE: _l("退信"),
    Why.AUTO_REPLY: _l("自动回复"),
    Why.BULK: _l("群发邮件"),
    Why.UNREADABLE: _l("读不出内容，请到邮箱里看原邮件"),
    Why.ENCRYPTED: _l("加密邮件，请到邮箱里看原邮件"),
    Why.NO_SENDER: _l("没有可用的发件人"),
    Why.FORGED: _l("回复地址不是本系统给出的"),
    Why.SEVERAL_CASES: _l("同时回复了几件诉求"),
    Why.OTHER_ESTATE: _l("回复的是另一个小区的诉求"),
    Why.CASE_ENDED: _l("回复的诉求已经结束"),
    Why.FLOOD: _l("一天内来信太多"),
    Why.EMPTY: _l("没有文字，也没有照片"),
    Why.SPAM: _l("广告、垃圾邮件"),
    Why.DUPLICATE: _l("重复来信"),
    Why.NOT_OURS: _l("不属于本小区物业"),
    Why.DONE_OTHERWISE: _l("已另外办理"),
    Why.EXPIRED: _l("一个月没有人处理，内容已删除"),
}


class JoiningForm(ActForm):
    case = StringField(
        _l("档案编号"),
        [InputRequired(_l("请填档案编号。")), Length(max=20, message=_l("请核对档案编号。"))],
        filters=[plain],
        render_kw={"autocomplete": "off"},
    )


class IgnoringForm(ActForm):
    reason = choice(
        _l("为什么忽略"), options({why: REASONS[why] for why in settling.REASONS}), _l("请选择原因。")
    )


def _line(mail: InboundMail) -> dict[str, Any]:
    zone = next((e.zone for e in my_estates() if e.id == mail.estate_id), my_zone())
    return {
        "id": mail.id,
        "url": url_for("staff.mails_one", mail_id=mail.id),
        "sender": masked_email(mail.sender) if mail.sender else "",
        "subject": mail.subject or "",
        "when": wording.when(mail.received_at, g.at, zone),
        "reason": str(REASONS.get(Why(mail.reason), "")),
        "outcome": _("拒收") if mail.outcome == Outcome.REFUSED else _("忽略"),
    }


@blueprint.get("/mails")
@requires(P.CASE_REGISTER, P.CASE_ANSWER_INTERNAL)
def mails() -> Any:
    """What waits, and what became nothing."""
    return pages.render(
        "staff/mails/index.html",
        waiting=[_line(mail) for mail in queries.waiting(me())],
        passed_over=[_line(mail) for mail in queries.passed_over(me(), g.at)],
    )


@blueprint.get("/mails/<int:mail_id>")
@requires(P.CASE_REGISTER, P.CASE_ANSWER_INTERNAL)
def mails_one(mail_id: int) -> BaseResponse:
    return _page(mail_id)


def _page(
    mail_id: int,
    joining: JoiningForm | None = None,
    ignoring: IgnoringForm | None = None,
    status: int = HTTPStatus.OK,
) -> BaseResponse:
    """The mail with its three ways; *joining* or *ignoring* as it was sent, when something was wrong with it."""
    mail = queries.read(me(), mail_id)
    named = cases.number_of(mail.case_id, me()) if mail.case_id else None
    if joining is None:
        joining = JoiningForm("joining", formdata=None, data={"case": named or ""})
    return pages.render(
        "staff/mails/show.html",
        status=status,
        mail=_line(mail),
        body=mail.body or "",
        may_settle=settling.can_settle(me(), mail),
        case={"number": named, "url": case_url(named)} if named else None,
        is_inside=queries.inside_of(mail) is not None,
        joining=joining,
        ignoring=ignoring or IgnoringForm("ignoring", formdata=None),
    )


@blueprint.post("/mails/<int:mail_id>/registration")
@requires(P.CASE_REGISTER, P.CASE_ANSWER_INTERNAL)
def mails_registration(mail_id: int) -> BaseResponse:
    """A case of its own; I answer for it."""
    with transaction():
        case = settling.register(settling.lock(me(), mail_id), by=me(), at=g.at)
        number, is_inside = case.archive_number, case.is_internal
        is_mine = cases.number_of(case.id, me()) is not None
    if is_inside:
        flash(_("已登记为 %(number)s。", number=number))
    else:
        flash(_("已登记为 %(number)s，请补全楼栋和类别。", number=number))
    # A report from inside that turns out to be about whoever registered it is theirs no more.
    return pages.see_other(case_url(number) if is_mine else url_for("staff.mails"))


@blueprint.post("/mails/<int:mail_id>/joining")
@requires(P.CASE_REGISTER, P.CASE_ANSWER_INTERNAL)
def mails_joining(mail_id: int) -> BaseResponse:
    """Part of a case that I may see."""
    form = JoiningForm("joining")
    if not form.validate():
        return _page(mail_id, joining=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    mail = queries.read(me(), mail_id)
    try:
        with transaction():
            locked = settling.lock(me(), mail.id)
            case = scope.lock(me(), form.case.data or "")
            settling.join(locked, case, by=me(), at=g.at)
            number = case.archive_number
    except NotFound:
        form.case.errors = [_("没有找到这件诉求，请核对档案编号。")]
        return _page(mail_id, joining=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_("已并入 %(number)s。", number=number))
    return pages.see_other(case_url(number))


@blueprint.post("/mails/<int:mail_id>/ignoring")
@requires(P.CASE_REGISTER, P.CASE_ANSWER_INTERNAL)
def mails_ignoring(mail_id: int) -> BaseResponse:
    """Nothing, and why."""
    form = IgnoringForm("ignoring")
    if not form.validate():
        return _page(mail_id, ignoring=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    with transaction():
        settling.ignore(settling.lock(me(), mail_id), by=me(), at=g.at, why=Why(form.reason.data))
    flash(_("已忽略，内容已删除。"))
    return pages.see_other(url_for("staff.mails"))
