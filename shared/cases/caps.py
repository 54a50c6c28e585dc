"""How much one telephone may file in a day, and how often the same words may come (T24, F24).

Counted in the database, so that it holds over all processes and restarts, and only among what nobody of ours took
down: at the desk a person listens, however often.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from shared import clock, sealing
from shared.cases.filing import Report, words_index
from shared.cases.models import Case, Party, Statement
from shared.cases.telephones import normalised
from shared.cases.vocabulary import Channel
from shared.database import run
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
    number = normalised(report.phone) if report.phone else None
    words = words_index(report.description)
    if number is None and words is None:
        return None
    found = _count(report, estate, at, number, words)
    if number and found.today >= PER_DAY:
        return Hindrance.TELEPHONE
    if words is None:
        return None
    if found.same_today >= (SAME_WORDS_PER_DAY if number else SAME_WORDS_OF_NOBODY):
        return Hindrance.WORDS
    if number and not meant and found.same_just_now:
        return Hindrance.AGAIN
    return None


def midnight(at: datetime, zone: str, days: int = 0) -> datetime:
    """The midnight at which the estate's day of *at* began, or that of *days* later."""
    day = clock.local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return day.astimezone(UTC)


class _Found(NamedTuple):
    """What came from one telephone, or with the same words from nobody: today, and with the same words."""

    today: int
    same_today: int
    same_just_now: int


def _count(report: Report, estate: Estate, at: datetime, number: str | None, words: bytes | None) -> _Found:
    today, just_now = midnight(at, estate.zone), at - JUST_NOW
    told = {
        "estate": estate.id,
        "since": min(today, just_now),
        "today": today,
        "just_now": just_now,
        "channels": INSIDE if report.channel in INSIDE else UNATTENDED,
        "words": words,
    }
    if number:
        told["phone"] = sealing.index(number, "phone")
    return _Found._make(run(_OF_TELEPHONE if number else _OF_NOBODY, told).one())


def _counting(*conditions: ColumnElement[bool]) -> Select[int, int, int]:
    is_of_today, is_same = Case.filed_at >= bindparam("today"), Statement.text_index == bindparam("words")
    return (
        select(
            func.count().filter(is_of_today),
            func.count().filter(is_of_today, is_same),
            func.count().filter(Case.filed_at >= bindparam("just_now"), is_same),
        )
        .select_from(Case)
        .join(Statement, Statement.case_id == Case.id)
        .outerjoin(Party, Party.case_id == Case.id)
        .where(
            Case.estate_id == bindparam("estate"),
            Case.filed_at >= bindparam("since"),
            Case.channel.in_(bindparam("channels", expanding=True)),
            *conditions,
        )
    )


# Built once: every filing asks one of them, and who files next waits meanwhile.
_OF_TELEPHONE = _counting(Party.phone_index == bindparam("phone"))
_OF_NOBODY = _counting(Party.phone_index.is_(None), Statement.text_index == bindparam("words"))
