"""One case as a story tells it: each act at its time, done as a route would do it, and what its clocks say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from shared.audit import timeline
from shared.cases import acting, ending, handling, scope, triage
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.cases.vocabulary import Method, Outcome
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.errors import Refused
from shared.identity.models import Department, User
from shared.ownership import claiming, dispatching
from shared.revisits import recording
from shared.revisits.recording import Answers
from tests.clauses.hours import Watch, instant

if TYPE_CHECKING:
    from tests.clauses.desk import Desk

_NEW = (State.RECEIVED, State.CLAIMED)


class Matter:
    """A case. An act that needs others before it brings the case that far, at the same time and by the usual people."""

    def __init__(self, desk: Desk, number: str) -> None:
        self.desk, self.number = desk, number

    @property
    def row(self) -> Case:
        """The case as it stands in the database now."""
        return db.session.query(Case).filter_by(archive_number=self.number).populate_existing().one()

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
        rows = [row for row in self._rows() if row.rule == rule]
        for row in rows:
            cited = self.desk.cited
            assert row.clause in cited, f"{rule} rests on {row.clause}, the story speaks of {sorted(cited)}"
        return [Watch(row) for row in rows]

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

    def close(self, when: str, by: str = "chenjing", reason: str = "") -> Matter:
        self.does(when, by, recording.close, reason=reason)
        return self

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
