"""One case as a story tells it: each act at its time, done as a route would do it, and what its clocks say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from shared.assessment.amounts import breach_of, circumstances_in
from shared.audit import timeline
from shared.calendars.queries import calendar_of
from shared.calendars.working_time import Calendar
from shared.cases import acting, ending, finding, handling, scope, supplementing, triage
from shared.cases.circumstances import Circumstances
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.cases.supplementing import Missing
from shared.cases.vocabulary import Evidence, Fault, Method, Outcome, Severity
from shared.database import db, transaction
from shared.deadlines import agreement, extension
from shared.deadlines.engine import due_times
from shared.deadlines.facts import facts_of
from shared.deadlines.models import Deadline
from shared.deadlines.story import CaseFacts
from shared.errors import Refused
from shared.escalation.models import Rung
from shared.identity.models import Department, User
from shared.notifications.models import Message
from shared.ownership import claiming, dispatching, planning
from shared.policies.schema import Policy
from shared.revisits import recording
from shared.revisits.recording import Answers
from shared.severity import grading
from shared.severity.queries import gradings_of
from tests.clauses.hours import Watch, instant, told
from tests.life import NUMBERED

if TYPE_CHECKING:
    from tests.clauses.desk import Desk

_NEW = (State.RECEIVED, State.CLAIMED)


def watches(rows: Iterable[Deadline], rule: str, cited: Collection[str]) -> list[Watch]:
    found = [row for row in rows if row.rule == rule]
    for row in found:
        assert row.clause in cited, f"{rule} rests on {row.clause}, the story speaks of {sorted(cited)}"
    return [Watch(row) for row in found]


def cost_of(policy: Policy, facts: CaseFacts, calendar: Calendar, rule: str, *, repeated: bool) -> str | None:
    clock = policy.clock(rule)
    assert clock is not None, f"{rule} is no rule"
    *_earlier, due = [due for due in due_times(policy, facts, calendar) if due.rule == rule]
    penalty = breach_of(clock, due, circumstances_in(facts, repeated=repeated)).penalty
    if penalty is None:
        return None
    most = "" if penalty.most == penalty.least else f"–{penalty.most}"
    return f"{penalty.kind} {penalty.least}{most}"


class Matter:
    """A case. An act that needs others before it brings the case that far, at the same time and by the usual people."""

    def __init__(self, desk: Desk, number: str) -> None:
        self.desk, self.number = desk, number

    @property
    def row(self) -> Case:
        """The case as it stands in the database now."""
        return db.session.scalars(NUMBERED, {"number": self.number}).one()

    @property
    def acts(self) -> list[str]:
        return [row.act for row in timeline.rows_of(self.row.id)]

    # What the clocks say.

    def _rows(self) -> list[Deadline]:
        query = select(Deadline).where(Deadline.case_id == self.row.id)
        order = (Deadline.round, Deadline.started_at, Deadline.id)
        return list(db.session.scalars(query.order_by(*order).execution_options(populate_existing=True)))

    def clocks(self, rule: str) -> list[Watch]:
        """Every run of *rule*, in order. The story must cite the clause it rests on."""
        assert self.row.clocks_parked is None, self.row.clocks_parked
        return watches(self._rows(), rule, self.desk.cited)

    def clock(self, rule: str) -> Watch:
        """The latest run of *rule*; there must be one."""
        found = self.clocks(rule)
        assert found, f"no clock {rule}; there are {sorted({row.rule for row in self._rows()})}"
        return found[-1]

    def has(self, rule: str) -> bool:
        """Did *rule* ever apply to this case?"""
        return bool(self.clocks(rule))

    @property
    def broken(self) -> list[str]:
        """The rules that are broken, each run once."""
        return [row.rule for row in self._rows() if row.breached_at is not None]

    def costs(self, rule: str, *, repeated: bool = False) -> str | None:
        """What the breach of *rule* may cost, `fine 50` or `wage 30`; *repeated*: the owner complained again."""
        assert self.clock(rule).is_broken
        calendar = calendar_of(self.row.estate)
        return cost_of(self.desk.policy, facts_of(self.row), calendar, rule, repeated=repeated)

    # What else has come of it.

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why it was graded as it is: clause and criterion."""
        return [(reason["clause"], reason["of"]) for reason in gradings_of(self.row)[-1].reasons]

    @property
    def rungs(self) -> list[tuple[int, str, str | None]]:
        """Who was told of a breach, level by level, and when; below zero beside the ladder."""
        rows = db.session.scalars(select(Rung).where(Rung.case_id == self.row.id).order_by(Rung.id))
        return [(row.level, row.role, told(row.given_at)) for row in rows]

    def told(self, about: str) -> set[str]:
        """The roles that got a message *about* something."""
        wanted = select(Message.to_role).where(Message.case_id == self.row.id, Message.about == about)
        return set(db.session.scalars(wanted))

    # What people do.

    def does(self, when: str, username: str, verb: Callable[..., Any], **more: Any) -> Any:
        """*username* does *verb* as a route would: loaded in their scope, locked, committed."""
        moment = self.desk.at(when)
        with transaction():
            user = self.desk.cast.person(username)
            return verb(scope.lock(user, self.number), by=user, at=moment, **more)

    def refused(self, when: str, username: str, verb: Callable[..., Any], **more: Any) -> str:
        """*username* may not do *verb* now; gives the sentence they are told, with its clause."""
        with pytest.raises(Refused) as refusal:
            self.does(when, username, verb, **more)
        return f"{refusal.value.message} {refusal.value.clause or ''}"

    def notes(
        self, when: str, username: str | None, act: str, *, public: bool = False, **data: Any
    ) -> Matter:
        """*act* enters the record as a verb would write it; None is the machine."""
        moment = self.desk.at(when)
        with transaction():
            user = self.desk.cast.person(username) if username else None
            case = scope.lock_by_id(self.row.id)
            acting.perform(case, Act(act), by=user, at=moment, public=public, data=data)
        return self

    def claim(self, when: str, by: str = "limin") -> Matter:
        self.does(when, by, claiming.claim)
        return self

    def dispatch(self, when: str, to: str | None = None, by: str = "limin") -> Matter:
        if self.row.state == State.RECEIVED:
            self.claim(when, by)
        handler = self.desk.cast.person(to or self.handler)
        department = db.session.get_one(Department, min(handler.department_ids))
        self.does(when, by, dispatching.dispatch, department=department, handler=handler)
        return self

    def accept(self, when: str, by: str | None = None) -> Matter:
        if self.row.state in _NEW:
            self.dispatch(when, by)
        self.does(when, by or self.handler, dispatching.accept)
        return self

    def objects(self, when: str) -> Matter:
        self.does(when, self.handler, dispatching.object_to, reason="不属本部门")
        return self

    def complete(self, when: str, by: str | None = None, outcome: str = "resolved") -> Matter:
        if self.row.state in (*_NEW, State.DISPATCHED):
            self.accept(when)
        self.does(
            when, by or self.handler, handling.complete, outcome=Outcome(outcome), result="已更换门锁继电器"
        )
        return self

    def complete_major(self, when: str) -> Matter:
        """With a special plan, its group, and the general manager's approval."""
        if self.row.state in (*_NEW, State.DISPATCHED):
            self.accept(when)
        return self.plan(when, group=("gaofeng", "hemei")).approve(when).complete(when)

    def redo(self, when: str, by: str = "limin") -> Matter:
        self.does(when, by, handling.redo, reason="电梯仍有异响")
        return self

    def report(self, when: str) -> Matter:
        self.does(when, self.handler, handling.report, text="已修复，更换继电器一只")
        return self

    def inform(self, when: str, by: str = "limin") -> Matter:
        """The owner is told the result."""
        if self.row.state != State.COMPLETED:
            self.complete(when)
        self.does(when, by, handling.inform, method=Method.TELEPHONE, text="电梯已修好")
        return self

    def explain(self, when: str, by: str = "limin") -> Matter:
        """The owner is told why the matter is none of ours."""
        if self.row.state == State.RECEIVED:
            self.claim(when, by)
        if self.row.validity != "invalid":
            self.judge(when, validity="invalid")
        self.does(when, by, handling.inform, method=Method.TELEPHONE, text="此事不属物业职责")
        return self

    def contact(self, when: str, by: str = "limin", *, reached: bool = True) -> Matter:
        if self.row.state == State.RECEIVED:
            self.claim(when, by)
        self.does(when, by, handling.contact, method=Method.TELEPHONE, reached=reached)
        return self

    def progress(self, when: str, by: str | None = None, *, public: bool = False) -> Matter:
        self.does(when, by or self.handler, handling.progress, text="配件明天到", public=public)
        return self

    def judge(self, when: str, by: str = "chenjing", **changes: str) -> Matter:
        """Triage: *changes* of kind, category, urgency, severity, complexity, validity."""

        def rejudge(case: Case, **more: Any) -> None:
            known = triage.judgement_of(case)
            words: dict[str, Any] = {
                name: type(getattr(known, name))(value) for name, value in changes.items()
            }
            triage.triage(case, replace(known, **words), reason="现场核实", **more)

        self.does(when, by, rejudge)
        return self

    def escalate(self, when: str, by: str | None = None, to: str = "gaofeng") -> Matter:
        person = self.desk.cast.person(to)
        self.does(when, by or self.handler, dispatching.escalate, to=person, reason="配件缺货")
        return self

    def find(self, when: str, by: str = "limin", **known: Any) -> Matter:
        """What is known of the matter: fault, loss, injury, litigation, media, facility_failure, people …"""
        found = Circumstances(**{**known, "fault": Fault(known.get("fault", "presumed"))})
        self.does(when, by, finding.find, circumstances=found, text="现场查看，询问在场人员")
        return self

    def plan(self, when: str, *, told: bool = False, group: tuple[str, ...] = ()) -> Matter:
        people = [self.desk.cast.person(name) for name in group]
        self.does(when, self.handler, planning.plan, text="更换门锁继电器", told=told, group=people)
        return self

    def approve(self, when: str, by: str = "yangbo", *, passed: bool = True) -> Matter:
        self.does(when, by, planning.approve, passed=passed, text="照此办理")
        return self

    def agree(self, when: str, until: str, by: str | None = None) -> Matter:
        """A time agreed with the owner, on written evidence."""
        more = {"until": instant(until), "evidence": Evidence.MESSAGE, "text": "短信确认"}
        self.does(when, by or self.handler, agreement.agree, **more)
        return self

    def extend(self, when: str, until: str, by: str = "gaofeng") -> Matter:
        self.does(when, by, extension.extend, until=instant(until), reason="配件缺货")
        return self

    def refer(self, when: str, by: str = "limin", *, outside: bool = True) -> Matter:
        if self.row.state == State.RECEIVED:
            self.claim(when, by)
        self.does(when, by, ending.refer, body="供电局", reason="小区外线路", outside=outside)
        return self

    def supplement(self, when: str, by: str = "limin") -> Matter:
        self.does(when, by, supplementing.supplement, missing=Missing(demands="请尽快修好"))
        return self

    def grade(self, when: str, severity: str, by: str = "chenjing") -> Matter:
        self.does(when, by, grading.grade, severity=Severity(severity), reason="影响面大")
        return self

    def recall(self, when: str, by: str = "limin") -> Matter:
        self.does(when, by, ending.recall, reason="外单位已处理完")
        return self

    def revisit(
        self,
        when: str,
        by: str = "liujie",
        *,
        reached: bool = True,
        satisfied: bool = True,
        method: str = "telephone",
    ) -> Matter:
        """The owner is asked how it went; one who is not satisfied opens the next round."""
        answers = Answers(satisfied=satisfied, timely=True, courteous=True) if reached else None
        self.does(when, by, recording.record, method=Method(method), answers=answers)
        return self

    def visit(
        self,
        when: str,
        *,
        method: str = "door",
        reached: bool = True,
        documented: bool = True,
        accompanied: bool = True,
    ) -> Matter:
        """The owner is visited and content, or not at home: with a signed record or none, by two of us or one."""
        data = {"reached": reached, "documented": documented, "accompanied": accompanied}
        return self.notes(when, "liujie", "revisit", public=reached, method=method, **data)

    closing = staticmethod(recording.close)

    def close(self, when: str, by: str = "chenjing", reason: str = "") -> Matter:
        self.does(when, by, recording.close, reason=reason)
        return self

    opening = staticmethod(ending.reopen)

    def reopen(self, when: str, by: str = "limin") -> Matter:
        self.does(when, by, ending.reopen, cause="reopening", reason="又坏了")
        return self

    def withdraw(self, when: str) -> Matter:
        """The owner takes it back."""
        moment = instant(when)
        self.desk.at(when)
        with transaction():
            ending.withdraw(scope.lock_by_id(self.row.id), at=moment)
        return self

    @property
    def handler(self) -> str:
        """Whoever has it, or would usually get it; a further round goes to another than the last."""
        given = self.row.handler_id
        if given is None:
            return "wangqiang" if self.row.round % 2 else "zhaolei"
        return db.session.get_one(User, given).username.rpartition("-")[2]
