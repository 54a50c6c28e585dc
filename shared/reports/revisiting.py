"""The revisits of a period by department: who was owed one, who was asked and how, what they answered (TR-17)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Label, func, select

from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.cases.vocabulary import Validity
from shared.database import db
from shared.identity.models import Estate
from shared.identity.queries import every_department
from shared.ownership.models import Assignment
from shared.register.figures import Span
from shared.reports import indicators_answers
from shared.reports.indicators_parts import YES
from shared.revisits.models import Revisit

ANSWERS = ("satisfied", "timely", "courteous")


@dataclass(slots=True)
class Line:
    """*owed* and *asked* are rounds whose result was told in the period; *made* revisits of the period by method.

    Each of *answers* is how many said yes, and how many were asked. A department of None is none, or all.
    """

    department: str | None = None
    owed: int = 0
    asked: int = 0
    valid_owed: int = 0
    valid_asked: int = 0
    made: Counter[str] = field(default_factory=Counter)
    reached: int = 0
    answers: dict[str, tuple[int, int]] = field(default_factory=lambda: dict.fromkeys(ANSWERS, (0, 0)))

    def add(self, other: "Line") -> None:
        for name in ("owed", "asked", "valid_owed", "valid_asked", "reached"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.made += other.made
        for name, (yes, asked) in other.answers.items():
            before = self.answers[name]
            self.answers[name] = (before[0] + yes, before[1] + asked)


def read(estate: Estate, span: Span, at: datetime) -> tuple[Line, Sequence[Line]]:
    """All together, then by the department a case was last sent to in the period; what was sent to none stands last."""
    found: dict[int | None, Line] = {d.id: Line(d.name) for d in every_department(estate.id)}
    found[None] = Line()
    _count_owed(found, estate, span, at)
    _count_made(found, estate, span)
    whole = Line()
    for line in found.values():
        whole.add(line)
    return whole, [line for line in found.values() if line.owed or line.made]


def _department(span: Span) -> Label[int | None]:
    """As in reports: a case that is handled anew stays with whom it was with."""
    return (
        select(Assignment.department_id)
        .where(Assignment.case_id == Case.id, Assignment.at < span.ends)
        .order_by(Assignment.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
        .label("department")
    )


def _count_owed(found: dict[int | None, Line], estate: Estate, span: Span, at: datetime) -> None:
    part = indicators_answers.revisited(estate.id, span, at).subquery()
    each = (
        select(_department(span), part.c.part, Case.validity)
        .join_from(part, Case, Case.id == part.c.case_id)
        .subquery()
    )
    counted: Any = db.session.execute(select(*each.c, func.count()).group_by(*each.c))
    for department_id, said, validity, n in counted:
        asked, is_valid = (n if said == YES else 0), validity == Validity.VALID
        found[department_id].add(
            Line(owed=n, asked=asked, valid_owed=n * is_valid, valid_asked=asked * is_valid)
        )


def _count_made(found: dict[int | None, Line], estate: Estate, span: Span) -> None:
    """Every attempt is a revisit made; only who was reached has answered."""
    answers = [getattr(Revisit, name) for name in ANSWERS]
    each = (
        select(_department(span), Revisit.method, Revisit.reached, *answers)
        .join_from(Revisit, Case, Case.id == Revisit.case_id)
        .where(Case.estate_id == estate.id, ordinary(), Revisit.at >= span.begins, Revisit.at < span.ends)
        .subquery()
    )
    counted = db.session.execute(select(*each.c, func.count()).group_by(*each.c))
    for department_id, method, reached, *said, n in counted:
        given = {
            name: (n if answer else 0, n if answer is not None else 0)
            for name, answer in zip(ANSWERS, said, strict=True)
        }
        found[department_id].add(Line(made=Counter({method: n}), reached=n if reached else 0, answers=given))
