"""A sample is drawn (GZ-17B, GZ-18): the seed is nobody's choice, and what was drawn is never taken back."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from shared.cases.acting import refuse_unless
from shared.database import db
from shared.identity.models import Department, Estate, User
from shared.supervision import guards, sampling
from shared.supervision.models import SpotCheck, SpotCheckItem
from shared.supervision.populations import Kind, Member, Own, of_period

MOST = 50
FEWEST = 3  # † of a check that a duty counts, unless there were no more to draw from


def draw(
    estate: Estate,
    kind: Kind,
    *,
    since: datetime,
    until: datetime,
    size: int,
    by: User,
    at: datetime,
    department: Department | None = None,
) -> SpotCheck:
    """Draw *size* of what ended, or was filed, from *since* until before *until*.

    Of a *department* by its head: of what it had taken on, without what the head did (GZ-18). Raises Refused where
    nothing is to be drawn from, or the period has not ended: what it holds must not grow.
    """
    if department is None:
        refuse_unless(guards.can_check(by, estate.id), _("抽查由督导来做。"), "GZ-4")
    else:
        may = department.estate_id == estate.id and guards.can_check_own(by, department.id)
        refuse_unless(may, _("部门自查由本部门负责人来做。"), "GZ-18")
    refuse_unless(since < until <= at, _("抽查的日期要从早到晚，最晚到昨天。"), "GZ-17B")
    refuse_unless(0 < size <= MOST, _("一次抽 1 到 %(most)s 件。", most=MOST), "GZ-17B")
    own = Own(department.id, by.id, at) if department else None
    members = of_period(kind, estate.id, since, until, own)
    refuse_unless(bool(members), _("这段时间里没有可抽的，请换一段时间。"), "GZ-17B")
    ids = [member.id for member in members]
    seed = secrets.token_hex(8)
    check = SpotCheck(
        estate_id=estate.id,
        kind=kind,
        department_id=department.id if department else None,
        since=since,
        until=until,
        seed=seed,
        asked=size,
        population=len(ids),
        digest=sampling.digest(ids),
        drawn_by_id=by.id,
        drawn_at=at,
        items=[
            SpotCheckItem(position=n, case_id=drawn.case_id, round=drawn.round)
            for n, drawn in enumerate(_drawn(members, seed, size), 1)
        ],
    )
    db.session.add(check)
    db.session.flush()
    return check


def redraw(check: SpotCheck) -> tuple[Sequence[Member], list[Member]]:
    """From what was drawn, by the record of today, and what the seed draws from it.

    What was written since has larger ids and stands behind the list: a register imported later does not lengthen it.
    """
    own = Own(check.department_id, check.drawn_by_id, check.drawn_at) if check.department_id else None
    members = of_period(Kind(check.kind), check.estate_id, check.since, check.until, own)[: check.population]
    return members, _drawn(members, check.seed, check.asked)


def is_reproduced(check: SpotCheck) -> bool:
    """Whether the record of today holds what was drawn from, and the seed draws the same from it."""
    members, drawn = redraw(check)
    return sampling.digest([member.id for member in members]) == check.digest and [
        (each.case_id, each.round) for each in drawn
    ] == [(item.case_id, item.round) for item in check.items]


def _drawn(members: Sequence[Member], seed: str, size: int) -> list[Member]:
    by_id = {member.id: member for member in members}
    return [by_id[drawn] for drawn in sampling.sample(list(by_id), seed, size)]
