"""The case library (案例库): a closed case retold without anybody in it, read once another has approved it (CO-7)."""

from dataclasses import astuple, dataclass
from datetime import datetime
from hashlib import sha256

from flask_babel import gettext as _

from shared.cases import participation, telltales
from shared.cases.acting import refuse_unless
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.database import db
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.improvement.causes import CAUSES
from shared.improvement.models import Lesson
from shared.words import CATEGORIES

CLAUSE = "CO-7"
LONGEST_TITLE = 80  # characters
_OVER = (State.CLOSED, State.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told: what it was about, what happened, and what is learnt from it."""

    title: str
    category: str
    happened: str
    learnt: str
    cause: str | None = None


def is_ripe(case: Case) -> bool:
    """Over, still legible, and no report from inside, of which no list may speak (CO-M5, AH-6.2)."""
    shut = case.sealed_at is not None or case.erased_at is not None
    return case.stage in _OVER and not case.is_internal and not shut


def can_write(user: User, case: Case, *, is_kept: bool | None = None) -> bool:
    """Whoever writes lessons, sees the case, and may know who reported it.

    From anybody else the check would not keep that: a refused name is a name that was guessed. *is_kept*: the answer
    of `participation.is_party_kept_from`, where the caller has asked already.
    """
    if not user.can(Permission.LESSON_WRITE, case.estate_id) or not is_ripe(case):
        return False
    if is_kept is None:
        is_kept = participation.is_party_kept_from(case, user)
    return not is_kept


def waits(lesson: Lesson) -> bool:
    return lesson.approved_at is None and lesson.withdrawn_at is None


def can_change(user: User, lesson: Lesson) -> bool:
    """The writer, until it is approved."""
    return waits(lesson) and lesson.written_by_id == user.id and can_write(user, case_of(lesson))


def can_approve(user: User, lesson: Lesson) -> bool:
    """Another than the writer, whom the case is not about, while the case is over."""
    if not waits(lesson) or lesson.written_by_id == user.id:
        return False
    case = case_of(lesson)
    return (
        user.can(Permission.LESSON_APPROVE, lesson.estate_id)
        and is_ripe(case)
        and not participation.is_about(case, user)
    )


def can_withdraw(user: User, lesson: Lesson) -> bool:
    """The writer and whoever approves, so that nobody waits for anybody; never whom the case is about."""
    if lesson.withdrawn_at is not None:
        return False
    writes = lesson.written_by_id == user.id and user.can(Permission.LESSON_WRITE, lesson.estate_id)
    approves = user.can(Permission.LESSON_APPROVE, lesson.estate_id)
    return (writes or approves) and not participation.is_about(case_of(lesson), user)


def case_of(lesson: Lesson) -> Case:
    """The case it tells of; every lesson that is written here has one."""
    assert lesson.case_id is not None
    return db.session.get_one(Case, lesson.case_id)


def write(case: Case, telling: Telling, *, by: User, at: datetime) -> Lesson:
    """A draft that waits for another person. The caller has locked the case. Raises Refused."""
    refuse_unless(can_write(by, case), _("这件诉求不能由您写成案例。"), CLAUSE)
    lesson = Lesson(estate_id=case.estate_id, case_id=case.id, written_by_id=by.id, written_at=at)
    _tell(lesson, case, telling)
    db.session.add(lesson)
    db.session.flush()
    return lesson


def change(lesson: Lesson, telling: Telling, *, by: User, at: datetime) -> None:
    """Other words, until they are approved. Raises Refused."""
    refuse_unless(can_change(by, lesson), _("案例由写的人在批准前修改；批准或撤下以后不能再改。"), CLAUSE)
    _tell(lesson, case_of(lesson), telling)
    lesson.written_at = at


def _tell(lesson: Lesson, case: Case, telling: Telling) -> None:
    for said, ask in (
        (telling.title, _("请写案例的题目。")),
        (telling.happened, _("请写发生了什么。")),
        (telling.learnt, _("请写学到什么。")),
    ):
        refuse_unless(bool(said.strip()), ask, CLAUSE)
    assert telling.category in CATEGORIES, telling.category
    assert telling.cause is None or telling.cause in CAUSES, telling.cause
    _refuse_telling(case, telling.title, telling.happened, telling.learnt)
    lesson.title, lesson.category, lesson.cause = telling.title.strip(), telling.category, telling.cause
    lesson.happened, lesson.learnt = telling.happened.strip(), telling.learnt.strip()


def _refuse_telling(case: Case, *told: str) -> None:
    """Refuse words that say whose case it is, who worked on it, or where, naming each of them (CO-7)."""
    found = [
        said
        for text in told
        for said in (
            telltales.party_in(case, text),
            telltales.staff_in(case, text),
            telltales.building_in(case, text),
            telltales.numbers_in(text),
        )
        if said
    ]
    each = _("”、“").join(dict.fromkeys(found))
    refuse_unless(not found, _("从“%(each)s”认得出是谁或在哪里，请改写。", each=each), CLAUSE)


def reading(lesson: Lesson) -> str:
    """A mark of these very words: who approves sends back the mark of what they have read."""
    telling = Telling(lesson.title, lesson.category, lesson.happened, lesson.learnt, lesson.cause)
    return sha256("\0".join(str(part) for part in astuple(telling)).encode()).hexdigest()[:16]


def approve(lesson: Lesson, *, by: User, at: datetime, read: str) -> None:
    """From now on everybody of the estate reads it. *read*: the `reading` they had before them. Raises Refused.

    The words are looked at again: who was of the case may have changed since they were written.
    """
    refuse_unless(waits(lesson), _("这个案例刚刚已经批准或撤下。"), CLAUSE)
    refuse_unless(is_ripe(case_of(lesson)), _("这件诉求还在办理或已封存，案例现在不能批准。"), CLAUSE)
    refuse_unless(can_approve(by, lesson), _("案例要由写的人以外、能批准案例的人批准。"), CLAUSE)
    if read != reading(lesson):
        raise Refused(_("案例刚刚改过，请重新看一遍再批准。"), CLAUSE)
    _refuse_telling(case_of(lesson), lesson.title, lesson.happened, lesson.learnt)
    lesson.approved_by_id, lesson.approved_at = by.id, at


def withdraw(lesson: Lesson, *, by: User, at: datetime) -> None:
    """Nobody reads it any more but those who write and approve. Raises Refused."""
    refuse_unless(lesson.withdrawn_at is None, _("这个案例刚刚已经撤下。"), CLAUSE)
    refuse_unless(can_withdraw(by, lesson), _("您不能撤下这个案例。"), CLAUSE)
    lesson.withdrawn_at = at
