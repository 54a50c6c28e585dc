"""Reading reply templates: those of an estate, those offered in one form, and what a case says in their places."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select

from shared import words
from shared.cases.models import Case
from shared.database import db
from shared.deadlines import promises
from shared.deadlines import queries as deadlines
from shared.errors import NotFound
from shared.phrases.models import Phrase


def of_estate(estate_id: int) -> Sequence[Phrase]:
    """The templates in use, by the form they are offered in and their name."""
    return db.session.scalars(
        select(Phrase)
        .where(Phrase.estate_id == estate_id, Phrase.ended_at.is_(None))
        .order_by(Phrase.act, Phrase.category, Phrase.name, Phrase.id)
    ).all()


def offered(case: Case, act: str) -> Sequence[Phrase]:
    """Those for that form of a case, made for its category first."""
    return db.session.scalars(
        select(Phrase)
        .where(
            Phrase.estate_id == case.estate_id,
            Phrase.ended_at.is_(None),
            or_(Phrase.act == act, Phrase.act.is_(None)),
            or_(Phrase.category == case.category, Phrase.category.is_(None)),
        )
        .order_by(Phrase.category.is_(None), Phrase.act.is_(None), Phrase.name, Phrase.id)
    ).all()


def read(phrase_id: int, estate_id: int) -> Phrase:
    """A template of that estate, in use or not. Raises NotFound."""
    return _found(phrase_id, estate_id, lock=False)


def lock(phrase_id: int, estate_id: int) -> Phrase:
    """The same, held until the change ends. Raises NotFound."""
    return _found(phrase_id, estate_id, lock=True)


def _found(phrase_id: int, estate_id: int, *, lock: bool) -> Phrase:
    statement = select(Phrase).where(Phrase.id == phrase_id, Phrase.estate_id == estate_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    phrase = db.session.scalar(statement)
    if phrase is None:
        raise NotFound
    return phrase


def values(case: Case, at: datetime, *, shielded: bool) -> dict[str, str]:
    """What *case* says in the places of a template. *shielded*: the reader is not told who reported it."""
    party = None if shielded else case.party
    subject = words.TOPICS.get(case.topic or "", words.CATEGORIES[case.category])
    where = (case.building.name if case.building else "", "" if shielded else case.spot or "")
    promised = deadlines.nearest_of([case.id], owner_only=True).get(case.id)
    return {
        "称呼": (party.name if party else "") or _("业主"),
        "档案编号": case.archive_number,
        "查询号": case.shown_reference,
        "类别": str(subject),
        "地点": " ".join(part for part in where if part),
        "处理人": case.handler.name if case.handler else "",
        "承诺时间": promises.due_text(promised.due_at, at, case.estate.zone)
        if promised and not case.clocks_parked
        else "",
        "服务电话": case.estate.hotline,
    }
