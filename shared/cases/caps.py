"""How much one telephone may file in a day, and how often the same words may come (T24, F24).

Counted in the database, so that it holds over all processes and restarts, and only among what nobody of ours took
down: at the desk a person listens, however often.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from shared import clock, sealing
from shared.cases.filing import Report, words_index
from shared.cases.models import Case, Party, Statement
from shared.cases.telephones import normalised
from shared.cases.vocabulary import Channel
from shared.database import db
from shared.identity.models import Estate

UNATTENDED = (Channel.PORTAL, Channel.EMAIL, Channel.PARTNER)
# Counted apart: else whoever knows a colleague's number could learn from one filing fewer that they have reported.
INSIDE = (Channel.INTERNAL,)
PER_DAY = 10
SAME_WORDS_PER_DAY = 2
# Without a telephone nobody can be told from anybody: when the water is off, many neighbours write the same few words.
SAME_WORDS_OF_NOBODY = 20
JUST_NOW = timedelta(minutes=10)


class Hindrance(StrEnum):
    """Why a report is not filed at once."""

    TELEPHONE = "telephone"  # enough of today
    WORDS = "words"  # these words have come often enough today
    AGAIN = "again"  # the same words came a moment ago: perhaps a slip


def hindrance(report: Report, estate: Estate, at: datetime, *, meant: bool = False) -> Hindrance | None:
    """What keeps *report* from being filed at *at*, if anything; *meant*: its party says it is no repetition.

    Exact only behind `numbering.lock` in the same change, since those who file at once then wait for each other.
    """
    today = midnight(at, estate.zone)
    number = normalised(report.phone) if report.phone else None
    words = words_index(report.description)
    by_phone = Party.phone_index == sealing.index(number, "phone") if number else Party.phone_index.is_(None)
    same_words = Statement.text_index == words
    alike = Case.channel.in_(INSIDE if report.channel in INSIDE else UNATTENDED)
    if number and _count(estate, today, alike, by_phone) >= PER_DAY:
        return Hindrance.TELEPHONE
    if words is None:
        return None
    if _count(estate, today, alike, by_phone, same_words) >= (
        SAME_WORDS_PER_DAY if number else SAME_WORDS_OF_NOBODY
    ):
        return Hindrance.WORDS
    if number and not meant and _count(estate, at - JUST_NOW, alike, by_phone, same_words):
        return Hindrance.AGAIN
    return None


def midnight(at: datetime, zone: str, days: int = 0) -> datetime:
    """The midnight at which the estate's day of *at* began, or that of *days* later."""
    day = clock.local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return day.astimezone(UTC)


def _count(estate: Estate, since: datetime, *conditions: ColumnElement[bool]) -> int:
    query = (
        select(func.count())
        .select_from(Case)
        .join(Statement, Statement.case_id == Case.id)
        .outerjoin(Party, Party.case_id == Case.id)
        .where(
            Case.estate_id == estate.id,
            Case.filed_at >= since,
            *conditions,
        )
    )
    return db.session.scalar(query) or 0
