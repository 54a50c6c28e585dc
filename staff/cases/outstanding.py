"""Outstanding works (遗留事项) as acts: laid down after the answer, given another date, done or given up."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases import guards, outstanding
from shared.cases.lifecycle import Act
from shared.cases.models import Case, OutstandingWork
from shared.clock import now
from shared.deadlines import promises
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import (
    ActForm,
    choice,
    instant,
    menu,
    moment,
    photos,
    pick_from,
    pick_named,
    text,
    yes_no,
)
from staff.cases.outstanding_form import nobody, owners_for, usual_owner
from staff.cases.seats import chosen


class OutstandingForm(ActForm):
    note = text(
        _l("还要做什么"),
        _l("请写明还要做什么。"),
        description=_l("业主看不到文字，只看到部门和日期。"),
        render_kw={"rows": 3, "autofocus": True},
    )
    owner = menu(_l("由谁做"), _l("请选择由谁做。"))
    until = moment(_l("最晚什么时候做完"), _l("请填写最晚什么时候做完。"), description=_l("业主会看到日期。"))


class _OfOne(ActForm):
    work = menu(_l("哪一件"), _l("请选择哪一件。"))


class OutstandingDateForm(_OfOne):
    until = moment(
        _l("改到什么时候"), _l("请填写改到什么时候。"), description=_l("业主会看到新日期和原定日期。")
    )
    reason = text(
        _l("为什么改"),
        _l("请写明为什么改日期。"),
        description=_l("业主看不到。"),
        render_kw={"rows": 3},
    )


class OutstandingEndForm(_OfOne):
    done = choice(_l("怎么了结"), yes_no(_l("做完了"), _l("不做了")), _l("请选择怎么了结。"))
    note = text(
        _l("做了什么，或为什么不做了"),
        _l("请写明做了什么，或为什么不做了。"),
        description=_l("业主看不到文字，只看到做完了或不做了。"),
        render_kw={"rows": 3},
    )
    photos = photos(_l("做完的照片"))


def may_look_after(user: User, case: Case) -> bool:
    """Asked of every act on every case page, so without a query: whose the work is, the verb says."""
    return not case.is_internal and guards.may(user, case, Act.OUTSTANDING_END, Permission.CASE_CONTACT)


def _may_redate(user: User, case: Case) -> bool:
    return may_look_after(user, case) and guards.allows(case, Act.OUTSTANDING_DATE)


def _nothing_left(case: Case) -> Refused | None:
    return None if outstanding.open_of(case) else Refused(_("这件诉求没有还要做的遗留事项。"))


def _prepare(form: OutstandingForm, case: Case, user: User) -> None:
    pick_from(form.owner, owners_for(case), nobody())
    if not form.owner.raw_data:
        form.owner.data = usual_owner(case)


def _prepare_one(form: _OfOne, case: Case, user: User) -> None:
    offered = [(work.id, one_line(work, case.estate.zone)) for work in outstanding.open_of(case)]
    pick_named(form.work, offered, nobody())


def one_line(work: OutstandingWork, zone: str) -> str:
    """`工程部 王强，11 月 24 日 18:00 前`"""
    return _(
        "%(department)s %(name)s，%(due)s",
        department=work.department.name,
        name=work.owner.name,
        due=promises.due_text(work.promised_at, now(), zone),
    )


def _meant(case: Case, form: _OfOne) -> OutstandingWork:
    """Read again inside the change: somebody may have ended it meanwhile."""
    return next(work for work in outstanding.of_case(case) if str(work.id) == form.work.data)


def _add(case: Case, form: OutstandingForm, by: User, at: datetime) -> str:
    department, owner = chosen(form.owner.data)
    until = instant(form.until.data, case.estate.zone) or at
    work = outstanding.add(
        case, by=by, at=at, text=form.note.data or "", department=department, owner=owner, until=until
    )
    return _("已记下遗留事项：%(line)s。", line=one_line(work, case.estate.zone))


def _set_date(case: Case, form: OutstandingDateForm, by: User, at: datetime) -> str:
    work = _meant(case, form)
    until = instant(form.until.data, case.estate.zone) or at
    outstanding.set_date(case, work=work, by=by, at=at, until=until, reason=form.reason.data or "")
    return _("已改日期：%(line)s。原定日期留在记录里。", line=one_line(work, case.estate.zone))


def _end(case: Case, form: OutstandingEndForm, by: User, at: datetime) -> str:
    done = form.done.data == "yes"
    outstanding.end(case, work=_meant(case, form), by=by, at=at, done=done, text=form.note.data or "")
    return _("已记下：遗留事项做完了。") if done else _("已记下：遗留事项不做了。")


declare(
    CaseAct(
        slug="outstanding",
        act=Act.OUTSTANDING,
        permission=Permission.CASE_CONTACT,
        allowed=guards.can_leave_outstanding,
        label=_l("记遗留事项"),
        title=_l("记下还要做的事"),
        submit=_l("记下"),
        hint=lambda case: _("答复以后还要做的事，有人负责，有日期，一直跟到做完，结案后也跟。"),
        form=OutstandingForm,
        prepare=_prepare,
        do=_add,
        clause="GZ-12",
    )
)
declare(
    CaseAct(
        slug="outstanding_date",
        act=Act.OUTSTANDING_DATE,
        permission=Permission.CASE_CONTACT,
        allowed=_may_redate,
        obstacle=_nothing_left,
        label=_l("改日期"),
        title=_l("给遗留事项改日期"),
        form=OutstandingDateForm,
        prepare=_prepare_one,
        do=_set_date,
        clause="GZ-12",
    )
)
declare(
    CaseAct(
        slug="outstanding_end",
        act=Act.OUTSTANDING_END,
        permission=Permission.CASE_CONTACT,
        allowed=may_look_after,
        obstacle=_nothing_left,
        label=_l("了结"),
        title=_l("了结遗留事项"),
        submit=_l("记下"),
        form=OutstandingEndForm,
        prepare=_prepare_one,
        do=_end,
        clause="GZ-12",
    )
)
