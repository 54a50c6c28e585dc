"""Acting on the assessment ledger by its verbs, each act in a change of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from shared.assessment import (
    appealing,
    attributing,
    bonuses,
    countering,
    deciding,
    finding,
    queries,
    statements,
)
from shared.assessment.deciding import Choice
from shared.assessment.finding import Found
from shared.assessment.models import Entry
from shared.assessment.standing import State, Step
from shared.assessment.standings import standing_now
from shared.assessment.statements import Statement
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import Refused
from tests.cast import MONDAY, Cast

MARCH = 202603
LATER = MONDAY + timedelta(days=1)


class Ledger:
    """The ledger of one estate; people by their usernames."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def all(self, **wanted: object) -> list[Entry]:
        of_here = select(Entry).filter_by(estate_id=self.cast.estate.id, **wanted)
        return list(db.session.scalars(of_here.order_by(Entry.id).execution_options(populate_existing=True)))

    def only(self, **wanted: object) -> Entry:
        (entry,) = self.all(**wanted)
        return entry

    def find(
        self,
        rule: str,
        of: str,
        *flags: str,
        by: str = "tangwen",
        at: datetime = MONDAY,
        case: Case | None = None,
    ) -> list[Entry]:
        """*by* finds *rule* of somebody's work; gives the entries proposed."""
        found = Found(rule, at, "现场看到", frozenset(flags))
        with transaction():
            return finding.propose_finding(
                self.cast.estate,
                self.cast.person(of),
                found,
                by=self.cast.person(by),
                at=LATER if at < LATER else at,
                case=db.session.get(Case, case.id) if case else None,
            )

    def decide(
        self,
        entry: Entry,
        amount: int | None = None,
        *,
        by: str = "hemei",
        grade: str | None = None,
        reason: str = "",
    ) -> Entry:
        return self._on(entry, by, deciding.decide, choice=Choice(amount, grade, reason))

    def waive(self, entry: Entry, *, by: str = "hemei", reason: str = "当天停电") -> Entry:
        return self._on(entry, by, deciding.waive, reason=reason)

    def appeal(self, entry: Entry, by: str, reason: str = "当时在抢修") -> Entry:
        return self._on(entry, by, appealing.appeal, reason=reason)

    def hear(
        self,
        entry: Entry,
        outcome: str,
        amount: int | None = None,
        *,
        by: str = "xufei",
        grade: str | None = None,
        reason: str = "查了记录",
    ) -> Entry:
        return self._on(
            entry, by, appealing.hear, outcome=Step(outcome), choice=Choice(amount, grade, reason)
        )

    def name(self, entry: Entry, of: str, *, by: str, note: str = "当班记录写着") -> Entry:
        return self._on(
            entry,
            by,
            lambda fresh, **more: attributing.name_person(fresh, self.cast.person(of), **more),
            note=note,
        )

    def counter(self, entry: Entry, *, by: str = "tangwen", note: str = "张冠李戴") -> Entry:
        self._on(entry, by, countering.propose_counter, note=note)
        return self.all(about_id=entry.id, origin="counter")[-1]

    def set_bonus(self, of: str, amount: int, month: int = MARCH, by: str = "hemei") -> None:
        with transaction():
            bonuses.set_bonus(
                self.cast.estate, self.cast.person(of), month, amount, by=self.cast.person(by), at=LATER
            )

    def month(self, of: str, month: int = MARCH) -> Statement:
        return statements.of_person(self.cast.estate, self.cast.person(of), month)

    def state(self, entry: Entry) -> State:
        return standing_now(queries.read(self.cast.person("yangbo"), entry.id)).state

    def _on(self, entry: Entry, by: str, verb: Callable[..., Any], **more: Any) -> Entry:
        entry_id = entry.id  # read here: what belongs to another thread's session is not read within a change
        with transaction():
            fresh = db.session.get_one(Entry, entry_id, populate_existing=True)
            verb(fresh, by=self.cast.person(by), at=LATER, **more)
        return fresh


def refused(verb: Callable[..., Any], *given: Any, **more: Any) -> str:
    """*verb* is refused; gives the sentence that is said."""
    with pytest.raises(Refused) as refusal:
        verb(*given, **more)
    return refusal.value.message
