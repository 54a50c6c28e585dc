"""Supervision draws a sample (GZ-17B): the seed is nobody's choice, and what was drawn is never taken back."""

import secrets
from datetime import datetime

from flask_babel import gettext as _

from shared.cases.acting import refuse_unless
from shared.database import db
from shared.identity.models import Estate, User
from shared.supervision import guards, sampling
from shared.supervision.models import SpotCheck, SpotCheckItem
from shared.supervision.populations import Kind, of_period

MOST = 50


def draw(
    estate: Estate, kind: Kind, *, since: datetime, until: datetime, size: int, by: User, at: datetime
) -> SpotCheck:
    """Draw *size* of what ended, or was filed, from *since* until before *until*.

    Raises Refused where nothing is to be drawn from, or the period has not ended: what it holds must not grow.
    """
    refuse_unless(guards.can_check(by, estate.id), _("抽查由督导来做。"), "GZ-4")
    refuse_unless(since < until <= at, _("抽查的日期要从早到晚，最晚到昨天。"), "GZ-17B")
    refuse_unless(0 < size <= MOST, _("一次抽 1 到 %(most)s 件。", most=MOST), "GZ-17B")
    members = of_period(kind, estate.id, since, until)
    refuse_unless(bool(members), _("这段时间里没有可抽的，请换一段时间。"), "GZ-17B")
    ids = [member.id for member in members]
    by_id = {member.id: member for member in members}
    seed = secrets.token_hex(8)
    check = SpotCheck(
        estate_id=estate.id,
        kind=kind,
        since=since,
        until=until,
        seed=seed,
        asked=size,
        population=len(ids),
        digest=sampling.digest(ids),
        drawn_by_id=by.id,
        drawn_at=at,
        items=[
            SpotCheckItem(position=n, case_id=by_id[drawn].case_id, round=by_id[drawn].round)
            for n, drawn in enumerate(sampling.sample(ids, seed, size), 1)
        ],
    )
    db.session.add(check)
    db.session.flush()
    return check


def is_reproduced(check: SpotCheck) -> bool:
    """Whether the record of today holds what was drawn from, and the seed draws the same from it."""
    members = of_period(Kind(check.kind), check.estate_id, check.since, check.until)
    ids = [member.id for member in members]
    drawn = sampling.sample(ids, check.seed, check.asked)
    by_id = {member.id: member for member in members}
    return sampling.digest(ids) == check.digest and [
        (by_id[each].case_id, by_id[each].round) for each in drawn
    ] == [(item.case_id, item.round) for item in check.items]
