"""Carrying a case through its life by the verbs: each act in a change of its own, loaded in the actor's scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from shared.audit import timeline
from shared.audit.models import TimelineRow
from shared.cases import drafts, filing, handling, scope
from shared.cases.models import Case, Words
from shared.cases.vocabulary import Method, Outcome
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.ownership import claiming, dispatching
from shared.revisits import recording
from shared.revisits.recording import Answers
from tests.beginnings import begun
from tests.cast import MONDAY, Cast, report

CONTENT = Answers(satisfied=True, timely=True, courteous=True)
NOT_CONTENT = Answers(satisfied=False, timely=True, courteous=False)
A_WHILE = timedelta(minutes=10)
# Built once, and read anew whatever the session has of it.
NUMBERED = (
    select(Case).where(Case.archive_number == bindparam("number")).execution_options(populate_existing=True)
)


def usual(way: Callable[..., Life]) -> Callable[..., Life]:
    """What the verbs have made of a case going *way* is remembered (`tests.beginnings`)."""

    @wraps(way)
    def go(life: Life, *given: Any, **more: Any) -> Life:
        def walk() -> datetime:
            way(life, *given, **more)
            return life.at

        what = (way.__name__, life.cast.slug, life.number, life.at, given, *more.items())
        life.at = begun(what, walk)
        return life

    return go


@dataclass
class Life:
    """One case and the hour of the story; every act takes ten minutes."""

    cast: Cast
    number: str
    at: datetime

    @property
    def case(self) -> Case:
        """The case as it stands in the database now."""
        return db.session.scalars(NUMBERED, {"number": self.number}).one()

    @property
    def rows(self) -> Sequence[TimelineRow]:
        return timeline.rows_of(self.case.id)

    @property
    def acts(self) -> list[str]:
        """What people did. What the machine writes beside them has stories of its own."""
        return [row.act for row in self.rows if row.actor_id is not None or row.public]

    def words_of(self, row: TimelineRow) -> str:
        return db.session.get_one(Words, row.data["words"]).text

    def act(self, username: str, verb: Callable[..., Any], **more: Any) -> Any:
        """*username* does *verb* as a route would: loaded in their scope, locked, committed."""
        self.at += A_WHILE
        with transaction():
            user = self.cast.person(username)
            return verb(scope.lock(user, self.number), by=user, at=self.at, **more)

    def refused(self, username: str, verb: Callable[..., Any], **more: Any) -> str:
        """*username* may not do *verb* now; gives the sentence they are told, with its clause."""
        before = self.case.version
        with pytest.raises(Refused) as refusal:
            self.act(username, verb, **more)
        assert self.case.version == before, "a refused act left something behind"
        return f"{refusal.value.message} {refusal.value.clause or ''}"

    def unseen_by(self, username: str) -> bool:
        try:
            scope.read(self.cast.person(username), self.number)
        except NotFound:
            return True
        return False

    # How a case usually goes, as far as each story needs it.

    @usual
    def claimed(self, by: str = "limin") -> Life:
        self.act(by, claiming.claim)
        return self

    @usual
    def dispatched(self, to: str = "wangqiang", department: str = "工程部", by: str = "limin") -> Life:
        if self.case.first_responder_id is None:
            self.claimed(by)
        self.act(
            by,
            dispatching.dispatch,
            department=self.cast.department(department),
            handler=self.cast.person(to),
            requirements="今天内先到现场",
        )
        return self

    @usual
    def in_handling(self, to: str = "wangqiang", department: str = "工程部") -> Life:
        self.dispatched(to, department)
        self.act(to, dispatching.accept)
        return self

    @usual
    def completed(self, by: str = "wangqiang", department: str = "工程部") -> Life:
        self.in_handling(by, department)
        self.act(by, handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
        return self

    @usual
    def informed(self, by: str = "wangqiang", department: str = "工程部") -> Life:
        self.completed(by, department)
        self.act("limin", handling.inform, method=Method.TELEPHONE, text="电梯已修好，请放心使用")
        return self

    @usual
    def revisited(self, answers: Answers | None = CONTENT, by: str = "liujie") -> Life:
        self.act(by, recording.record, method=Method.TELEPHONE, answers=answers, opinions="")
        return self

    @usual
    def closed(self) -> Life:
        self.informed().revisited()
        self.act("chenjing", recording.close)
        return self


def begin(cast: Cast, at: datetime = MONDAY, **facts: Any) -> Life:
    """An owner has filed a case."""

    def file() -> str:
        with transaction():
            case, _new = filing.file_case(
                report(**facts), cast.estate, submission_key=drafts.new_key(), at=at
            )
            return case.archive_number

    return Life(cast, begun(("begin", cast.slug, at, *facts.items()), file), at)
