"""What an entry comes to: what the article sets, how many in a row, and what the bonus of its month can still pay."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from shared.assessment import queries, statements, wording
from shared.assessment.models import Entry
from shared.assessment.queries import Wanted
from shared.assessment.reckoning import Reckoning
from shared.assessment.rulebook import rules_of
from shared.assessment.standing import Kind, Origin, Standing, State, is_violation
from shared.assessment.statements import Line
from shared.identity.models import User
from staff import assessment_lines

COUNTED = frozenset({State.DECIDED, State.APPEALED, State.UPHELD, State.CHANGED})
UNDECIDED = frozenset({State.PROPOSED, State.WAIVED, State.NAMED, State.LAPSED})


def money(entry: Entry, found: Reckoning, standing: Standing, user: User) -> list[tuple[str, str]]:
    """In the order in which one works it out."""
    is_undecided = standing.state in UNDECIDED
    place, multiplier = (
        (found.place, found.multiplier) if is_undecided else (found.place, standing.multiplier)
    )
    return [
        (_("是什么"), str(wording.KINDS[entry.kind])),
        _sets(entry, found),
        (_("连续第几次"), _("第 %(n)s 次", n=place) if is_violation(entry.origin, entry.kind) else ""),
        (_("倍数"), _("加倍（%(n)s 倍）", n=multiplier) if multiplier > 1 else ""),
        (
            _("决定的金额"),
            "" if is_undecided else assessment_lines.amount(entry, standing, found.unit),
        ),
        (_("奖金还剩"), _left(entry, found.unit, user)),
    ]


def _sets(entry: Entry, found: Reckoning) -> tuple[str, str]:
    """What the article sets; of a counter-entry what it takes back."""
    if entry.origin == Origin.COUNTER:
        return _("冲销多少"), wording.amount(-found.most, found.unit) if found.most is not None else ""
    if entry.kind == Kind.GRADED:
        return _("条款规定"), _("、").join(str(wording.GRADES[grade]) for grade in found.grades)
    if not found.carries_amount:
        return _("条款规定"), _("没有写金额")
    return _("条款规定"), wording.range_of(found.least, found.most, found.unit)


def _left(entry: Entry, unit: str, user: User) -> str:
    """What the month's bonus can still pay of fines; only to whom that month is open (GZ-20)."""
    rules = rules_of(entry)
    is_capped = bool(rules and rules.assessment and rules.assessment.capped)
    person = entry.person
    if entry.kind != Kind.FINE or entry.origin == Origin.COUNTER or not is_capped or person is None:
        return ""
    if not queries.statement_open_to(user, entry.estate, person):
        return ""
    month = statements.of_person(entry.estate, person, entry.month)
    if month.bonus is None or month.paid is None:
        return _("还没有填当月奖金")
    left, whole = month.bonus.amount - month.paid, month.bonus.amount
    return _(
        "%(left)s（当月奖金 %(whole)s）", left=wording.amount(left, unit), whole=wording.amount(whole, unit)
    )


def before(entry: Entry, found: Reckoning, user: User) -> list[dict[str, Any]]:
    """The violations that this one follows in a row, the latest first, as far as *user* sees them (GZ-19)."""
    if found.place < 2 or entry.person_id is None:
        return []
    earlier = sorted(_earlier(entry, user), key=lambda line: line.entry.occurred_at, reverse=True)
    return assessment_lines.drawn(earlier[: found.place - 1], found.unit)


def _earlier(entry: Entry, user: User) -> Iterator[Line]:
    """Those of the person that count, at or before the time of *entry*, page by page."""
    asked = Wanted(state=queries.SETTLED, person_id=entry.person_id)
    appealed = Wanted(state=queries.APPEALED, person_id=entry.person_id)
    for wanted in (asked, appealed):
        page = queries.page(user, entry.estate_id, wanted)
        while True:
            yield from (line for line in page.lines if _counts(line, entry))
            if page.next is None:
                break
            page = queries.page(user, entry.estate_id, wanted, page.next)


def _counts(line: Line, entry: Entry) -> bool:
    other = line.entry
    return (
        other.id != entry.id
        and other.occurred_at <= entry.occurred_at
        and line.standing.state in COUNTED
        and is_violation(other.origin, other.kind)
    )
