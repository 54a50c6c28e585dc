"""Everything held about the party of a case, as plain values: what they may have a copy of (PIPL 45, T42).

Staff's notes to each other are not in it: they are about how the matter is handled, and name others.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from shared.attachments import queries as photos
from shared.audit import timeline
from shared.cases.models import Case, OutsideOrder, Words
from shared.database import db
from shared.identity.models import User
from shared.notifications.models import Message, PartyAddress
from shared.retention import requests, terms, viewings
from shared.revisits.models import Appeal, Rating, Revisit

Facts = dict[str, Any]


def terms_of(case: Case) -> Facts:
    """When the last round ended, and when sealing and erasure follow or were done."""
    end = terms.end_of(case)
    return {
        "ended_at": end,
        "sealed_at": case.sealed_at,
        "erased_at": case.erased_at,
        "sealing_at": case.sealed_at or _after(end, case.estate.sealed_after),
        "erasure_at": case.erased_at or _after(end, case.estate.erased_after),
    }


def of(case: Case) -> Facts:
    """The copy. Instants in UTC, codes as the record has them."""
    return {
        "reference": case.shown_reference,
        "archive_number": case.archive_number,
        "estate": case.estate.name,
        "notice_version": case.notice_version,
        "channel": case.channel,
        "kind": case.kind,
        "category": case.category,
        "state": case.state,
        "round": case.round,
        "filed_at": case.filed_at,
        **terms_of(case),
        "party": _party(case),
        "statement": _statement(case),
        "timeline": _timeline(case),
        "answers": _answers(case),
        "photos": [
            {"id": p.id, "act": p.act, "stored_at": p.stored_at, "bytes": p.size}
            for p in photos.of_case(case.id, public_only=True)
        ],
        "numbers_elsewhere": [o.number for o in _rows(OutsideOrder, case) if o.number],
        "addresses": [
            {"channel": a.channel, "made_at": a.made_at, "ended_at": a.ended_at}
            for a in _rows(PartyAddress, case)
        ],
        "messages": _messages(case),
        "viewed": [_viewing(case, user, access) for access, user in viewings.of_case(case)],
        "requests": [
            {
                "kind": r.kind,
                "at": r.at,
                "due_at": r.due_at,
                "answered_at": r.answered_at,
                "granted": r.granted,
            }
            for r in reversed(requests.of_case(case))
        ],
    }


def _after(end: datetime | None, days: int) -> datetime | None:
    return end + timedelta(days=days) if end else None


def _rows(model: type[Any], case: Case) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.case_id == case.id).order_by(model.id)))


def _party(case: Case) -> Facts | None:
    who = case.party
    if who is None:
        return None
    return {name: getattr(who, name) for name in ("type", "name", "phone", "email", "unit", "locale")}


def _statement(case: Case) -> Facts:
    said = case.statement
    return {
        "building": case.building.name if case.building else None,
        "spot": case.spot,
        "description": said.description if said else None,
        "demands": said.demands if said else None,
        "about": said.about if said else None,
        "occurred_at": case.occurred_at,
        "wanted_reply_by": case.wanted_reply_by,
        "visit_from": case.visit_from,
        "visit_until": case.visit_until,
        "anonymous": case.anonymous,
        "call_me": case.call_me,
    }


def _timeline(case: Case) -> list[Facts]:
    """What happened, as far as its party sees it, with the words they read."""
    said = {words.id: words.text for words in _rows(Words, case) if words.public}
    return [
        {
            "at": row.at,
            "round": row.round,
            "act": row.act,
            "words": said.get(row.data.get("words", 0)) or None,
        }
        for row in timeline.rows_of(case.id)
        if row.public
    ]


def _answers(case: Case) -> list[Facts]:
    """What they said of our work: by rating, appeal or revisit."""
    kinds: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
        (Rating, ("level", "solved", "timely", "courteous", "reasons")),
        (Appeal, ("reasons",)),
        (Revisit, ("method", "reached", "satisfied", "timely", "courteous")),
    )
    found = [
        {"of": model.__tablename__, "round": row.round, "at": row.at}
        | {name: getattr(row, name) for name in names}
        for model, names in kinds
        for row in _rows(model, case)
    ]
    return sorted(found, key=lambda answer: answer["at"])


def _messages(case: Case) -> list[Facts]:
    """What was sent to them, or could not be, and why."""
    return [
        {
            name: getattr(m, name)
            for name in ("made_at", "about", "channel", "state", "reason", "sent_at", "delivered_at")
        }
        for m in _rows(Message, case)
        if m.user_id is None
    ]


def _viewing(case: Case, user: User, access: Any) -> Facts:
    """Who opened something: by their post, which answers the question without exposing a person."""
    return {"at": access.at, "what": access.what, "roles": sorted(user.roles_at(case.estate_id))}
