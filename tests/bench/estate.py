"""A desk with very many cases, written in bulk: what the verbs would have left behind, without their time."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from shared import sealing
from shared.audit import chain
from shared.audit.models import TimelineRow
from shared.cases import references
from shared.cases.models import ArchiveCounter, Case, Participation, Party, PrivateLink, Round, Statement
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from tests.cast import Cast

CHUNK = 5_000
SHAPES = (
    # state, share in percent: a desk of many years has mostly ended cases
    ("archived", 60),
    ("closed", 36),
    ("informed", 1),
    ("completed", 0.5),
    ("handling", 1),
    ("dispatched", 0.5),
    ("claimed", 0.5),
    ("received", 0.5),
)
WORDS = (
    "电梯困人",
    "楼道堆物",
    "垃圾没有清运",
    "门禁坏了",
    "水压太小",
    "夜里装修",
    "车位被占",
    "灯不亮",
    "屋顶漏水",
)


def _states(count: int, dice: random.Random) -> list[str]:
    return dice.choices([s for s, _ in SHAPES], [w for _, w in SHAPES], k=count)


def _rows(cast: Cast, count: int, now: datetime) -> Iterator[dict[str, list[dict[str, Any]]]]:
    dice = random.Random(7)
    estate = cast.estate
    buildings = [b.id for b in estate.buildings]
    department = cast.department("工程部").id
    handlers = [cast.person(name).id for name in ("wangqiang", "zhaolei")]
    dispatchers = [cast.person(name).id for name in ("limin", "zhouqi")]
    policy = db.session.execute(db.text("SELECT min(id) FROM policy_versions")).scalar_one()
    states = _states(count, dice)
    step = timedelta(days=1800) / count
    chunk: dict[str, list[dict[str, Any]]] = {}
    for n in range(1, count + 1):
        at = now - step * (count - n) - timedelta(hours=1)
        state = states[n - 1]
        seed = dice.randbytes(16)
        claimed = state != "received"
        dispatched = claimed and state != "claimed"
        ended = state in ("closed", "archived")
        hashed = chain.row_hash(
            b"", case_id=n, seq=1, round=1, at=at, act="filing", actor_id=None, public=True, data={}
        )
        handler = dice.choice(handlers) if dispatched else None
        first = dice.choice(dispatchers) if claimed else None
        due = at + timedelta(hours=48)
        phone = f"138{n:08d}"
        made: dict[str, dict[str, Any] | list[dict[str, Any]]] = {
            "cases": {
                "id": n,
                "seed": seed,
                "reference": references.from_bits(dice.getrandbits(45)),
                "archive_year": at.year,
                "archive_serial": n,
                "archive_number": f"JX-{at.year % 100:02d}-{n:06d}",
                "estate_id": estate.id,
                "building_id": dice.choice(buildings),
                "spot": None,
                "kind": "complaint",
                "category": dice.choice(("facilities", "security", "environment")),
                "topic": None,
                "channel": "portal",
                "state": state,
                "state_before_referral": None,
                "round": 1,
                "urgency_reported": "normal",
                "urgency": "normal",
                "severity": "ordinary",
                "complexity": "ordinary",
                "validity": "valid",
                "anonymous": False,
                "call_me": False,
                "occurred_at": None,
                "wanted_reply_by": None,
                "received_at": at,
                "filed_at": at,
                "changed_at": at,
                "first_responder_id": first,
                "handler_id": handler,
                "lead_department_id": department if dispatched else None,
                "policy_version_id": policy,
                "next_due_at": None if ended else due,
                "clocks_parked": None,
                "version": 1,
                "last_seq": 1,
                "last_hash": hashed,
            },
            "statements": {
                "case_id": n,
                "description": f"{dice.choice(WORDS)}，第 {n} 次反映",
                "demands": "",
                "about": "",
            },
            "parties": {
                "case_id": n,
                "type": "owner",
                "name": "某业主",
                "phone": phone,
                "email": None,
                "unit": None,
                "locale": "zh_Hans",
                "name_index": sealing.index(f"业主{n}", "name"),
                "phone_index": sealing.index(phone, "phone"),
                "phone_tail_index": sealing.index(phone[-4:], "phone tail"),
            },
            "rounds": {"case_id": n, "number": 1, "opened_at": at, "opened_by_id": None, "cause": "filing"},
            "timeline": {
                "case_id": n,
                "seq": 1,
                "round": 1,
                "at": at,
                "act": "filing",
                "actor_id": None,
                "public": True,
                "data": {},
                "hash": hashed,
            },
            "private_links": {
                "case_id": n,
                "generation": 1,
                "digest": sealing.digest(seed),
                "made_at": at,
                "ended_at": None,
            },
            "deadlines": [
                {
                    "case_id": n,
                    "round": 1,
                    "rule": rule,
                    "clause": clause,
                    "started_at": at,
                    "due_at": due,
                    "near_at": due,
                    "steps": [],
                    "met_at": due if ended else None,
                    "ended_at": None,
                    "superseded_by": None,
                    "near_told_at": None,
                    "breached_at": None,
                }
                for rule, clause in (("first_response", "CO-M2"), ("relay", "GZ-8"), ("completion", "MS-3"))
            ],
            "participations": [
                {
                    "case_id": n,
                    "user_id": user,
                    "department_id": None,
                    "part": part,
                    "since": at,
                    "until": None,
                }
                for user, part in ((first, "first_responder"), (handler, "handler"))
                if user
            ]
            + (
                [
                    {
                        "case_id": n,
                        "user_id": None,
                        "department_id": department,
                        "part": "lead",
                        "since": at,
                        "until": None,
                    }
                ]
                if dispatched
                else []
            ),
        }
        for table, row in made.items():
            chunk.setdefault(table, []).extend(row if isinstance(row, list) else [row])
        if n % CHUNK == 0 or n == count:
            yield chunk
            chunk = {}


TABLES = {
    "cases": Case,
    "statements": Statement,
    "parties": Party,
    "rounds": Round,
    "timeline": TimelineRow,
    "private_links": PrivateLink,
    "deadlines": Deadline,
    "participations": Participation,
}


def fill(cast: Cast, count: int, now: datetime) -> None:
    """Write *count* cases that end at *now*, and the archive counter that follows them."""
    for chunk in _rows(cast, count, now):
        with transaction():
            for table, rows in chunk.items():
                db.session.execute(insert(TABLES[table]), rows)
    with transaction():
        db.session.add(ArchiveCounter(estate_id=cast.estate.id, year=now.year, last=count))
    db.session.execute(db.text("ANALYZE"))
    db.session.commit()
