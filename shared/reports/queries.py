"""Reads of reports: those of an estate, and one of them for whoever may see it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from shared.database import db
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.reports.models import Report

MOST = 60


def of_estate(estate_id: int, kind: str = "") -> Sequence[Report]:
    """Without their figures, the latest first."""
    wanted = select(Report).where(Report.estate_id == estate_id)
    return db.session.scalars(
        (wanted.where(Report.kind == kind) if kind else wanted)
        .options(defer(Report.figures), defer(Report.definitions))
        .order_by(Report.ends_on.desc(), Report.id.desc())
        .limit(MOST)
    ).all()


def read(user: User, report_id: int) -> Report:
    """Raises NotFound where *user* may see no reports of that estate."""
    report = db.session.scalar(
        select(Report)
        .where(Report.id == report_id, Report.estate_id.in_(user.estates_where(Permission.REPORT_VIEW)))
        .options(
            joinedload(Report.estate),
            joinedload(Report.policy_version),
            *(
                joinedload(who)
                for who in (Report.made_by, Report.analysed_by, Report.signed_by, Report.received_by)
            ),
        )
    )
    if report is None:
        raise NotFound
    return report


def lock(user: User, report_id: int) -> Report:
    """For a change, inside it: read afresh and held until the change ends. Raises NotFound as `read` does."""
    read(user, report_id)
    return db.session.scalars(
        select(Report)
        .where(Report.id == report_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
