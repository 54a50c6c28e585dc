"""A party asks for a copy of their data or for its deletion, and is answered (PIPL 45, 47, 50; T42)."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from shared import events
from shared.audit import timeline
from shared.calendars.queries import calendar_of
from shared.calendars.working_time import YearMissing, add_days
from shared.cases import acting, internal_reports
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Words
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.notifications.models import PartyAddress
from shared.register.terms import forget_traces
from shared.retention import archive, erasure, terms
from shared.retention.events import DataAnswered, DataAsked
from shared.retention.models import DataRequest
from shared.retention.terms import COPY, DELETION

# † The law says "in time" (PIPL 50). Fifteen working days is what the authorities take for it, in
# 《App违法违规收集使用个人信息行为认定方法》 (2019), no. 6.
ANSWER_WITHIN = 15
KINDS = (COPY, DELETION)


def due_at(estate: Estate, at: datetime) -> datetime:
    """By when a request made at that instant is answered. Without the next year's holidays: in as many days, sooner."""
    try:
        return add_days(calendar_of(estate), at, ANSWER_WITHIN)[0]
    except YearMissing:
        return at + timedelta(days=ANSWER_WITHIN)


def waiting(case: Case, kind: str) -> DataRequest | None:
    """The request of that kind which nobody has answered yet."""
    return db.session.scalar(
        select(DataRequest)
        .where(DataRequest.case_id == case.id, DataRequest.kind == kind, DataRequest.answered_at.is_(None))
        .limit(1)
    )


def of_case(case: Case) -> list[DataRequest]:
    """All requests on *case*, the latest first."""
    statement = select(DataRequest).where(DataRequest.case_id == case.id).order_by(DataRequest.id.desc())
    return list(db.session.scalars(statement))


def reasons_of(case: Case) -> dict[int, str]:
    """What was answered in words, by the id of the words."""
    mine = select(DataRequest.words_id).where(DataRequest.case_id == case.id)
    return dict(db.session.execute(select(Words.id, Words.text).where(Words.id.in_(mine))).all())


def ask(case: Case, kind: str, *, at: datetime, by: User | None = None) -> DataRequest:
    """Take the request; asked again while it waits, it is the same one. *by* took it on the telephone.

    Whoever wants their data deleted is told nothing more through what they had only consented to.
    """
    acting.refuse_unless(case.erased_at is None, _("这件诉求里的个人信息已经删除。"))
    acting.refuse_unless(by is None or can_answer(by, case), _("您的岗位不能登记个人信息请求。"), "PIPL 50")
    found = waiting(case, kind)
    if found is not None:
        return found
    request = DataRequest(case_id=case.id, kind=kind, at=at, due_at=due_at(case.estate, at))
    db.session.add(request)
    db.session.flush()
    if kind == DELETION:
        db.session.execute(delete(PartyAddress).where(PartyAddress.case_id == case.id))
    _perform(case, Act.DATA_REQUEST, by, at, {"request": request.id, "kind": kind})
    events.publish(DataAsked(case.id, request.id, at))
    return request


def can_answer(user: User, case: Case) -> bool:
    """Who answers for the centre; for a report from inside, who answers for that (CO-M5)."""
    if case.is_internal:
        return internal_reports.is_kept_by(case, user)
    return user.can(Permission.DATA_ANSWER, case.estate_id)


def hold_of(case: Case) -> str:
    """Why what is personal in *case* must still be kept, in a sentence its party reads; empty when nothing does."""
    if terms.applies(terms.in_litigation(), case):
        return _("这件事在打官司。法律要求保存到诉讼时效届满。")
    return ""


def answer(
    request: DataRequest, case: Case, *, by: User, at: datetime, granted: bool, reason: str = ""
) -> None:
    """Grant or refuse; *case* is the request's, locked. A refusal has a reason, which the party reads.

    Granted, a case that has ended is erased now, one that is open as soon as it ends. Refused, one that has ended is
    sealed at once: what must be kept is from then on only kept (PIPL 47).
    """
    acting.refuse_unless(can_answer(by, case), _("个人信息请求由服务中心主任或总经理答复。"), "PIPL 50")
    acting.refuse_unless(request.answered_at is None, _("这个请求已经答复过了。"))
    acting.refuse_unless(granted or bool(reason.strip()), _("不同意的话，请写明理由。"), "PIPL 50")
    deletes = request.kind == DELETION
    acting.refuse_unless(
        not (granted and deletes and _entered_by(request, case) == by.id),
        _("这个删除请求是您登记的，要由另一位有权答复的人同意。"),
        "PIPL 50",
    )
    hold = hold_of(case) if granted and deletes else ""
    acting.refuse_unless(not hold, hold, "PIPL 47")
    request.words_id, words = acting.write_words(case, reason, public=True)
    request.answered_at, request.answered_by_id, request.granted = at, by.id, granted
    facts = {"request": request.id, "kind": request.kind, "granted": granted, **words}
    _perform(case, Act.DATA_ANSWER, by, at, facts)
    events.publish(DataAnswered(case.id, request.id, at))
    if deletes and not case.is_open:
        if granted:
            erasure.erase(case, at=at)
            forget_traces()
        elif case.sealed_at is None:
            archive.seal(case, at=at)


def _entered_by(request: DataRequest, case: Case) -> int | None:
    """Who of us took the request on the telephone: nobody erases a record by their own word alone."""
    rows = (row for row in timeline.rows_of(case.id) if row.act == Act.DATA_REQUEST)
    return next((row.actor_id for row in rows if row.data.get("request") == request.id), None)


def _perform(case: Case, act: Act, by: User | None, at: datetime, facts: dict[str, object]) -> None:
    changed_at, is_open = case.changed_at, case.is_open
    acting.perform(case, act, by=by, at=at, public=True, data=facts)
    if not is_open:  # nothing about the matter itself has changed
        case.changed_at = changed_at
