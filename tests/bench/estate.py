"""A desk with very many cases, written in bulk: what the verbs would have left behind, without their time."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, inspect, select, text, update

from shared import sealing
from shared.audit import chain
from shared.audit.models import TimelineRow
from shared.cases import references
from shared.cases.models import ArchiveCounter, Case, Participation, Party, PrivateLink, Round, Statement
from shared.database import Base, db, transaction
from shared.deadlines.models import Deadline
from shared.policies.models import PolicyVersion
from shared.register import terms
from tests.cast import Cast

Row = dict[str, Any]
Clocks = Callable[[Row], list[Row]]
Shapes = Sequence[tuple[str, float]]
OpenCase = tuple[
    int, tuple[str, int | None, int | None]
]  # its number; its state, first responder and handler

CHUNK = 5_000
SPAN = timedelta(days=1800)
LIMIT = timedelta(hours=48)
ENDED = ("closed", "archived")
SHAPES: Shapes = (
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
OF_TWENTY, ONE_IN_100 = "水表倒转", "井盖松动"


@dataclass(frozen=True)
class Setting:
    """What all rows share: where, who, under which policy."""

    estate: int
    buildings: list[int]
    department: int
    handlers: list[int]
    dispatchers: list[int]
    policy: int


def _setting(cast: Cast) -> Setting:
    return Setting(
        estate=cast.estate.id,
        buildings=[b.id for b in cast.estate.buildings],
        department=cast.department("工程部").id,
        handlers=[cast.person(name).id for name in ("wangqiang", "zhaolei")],
        dispatchers=[cast.person(name).id for name in ("limin", "zhouqi")],
        policy=db.session.scalars(select(PolicyVersion.id)).first() or 0,
    )


def _case(n: int, at: datetime, state: str, setting: Setting, dice: random.Random) -> Row:
    claimed = state != "received"
    dispatched = claimed and state != "claimed"
    return {
        "id": n,
        "seed": dice.randbytes(16),
        "reference": references.from_bits(dice.getrandbits(45)),
        "archive_year": at.year,
        "archive_serial": n,
        "archive_number": f"JX-{at.year % 100:02d}-{n:04d}",
        "estate_id": setting.estate,
        "building_id": dice.choice(setting.buildings),
        "kind": "complaint",
        "category": dice.choice(("facilities", "security", "environment")),
        "channel": "portal",
        "state": state,
        "round": 1,
        "urgency_reported": "normal",
        "urgency": "normal",
        "severity": "ordinary",
        "complexity": "ordinary",
        "validity": "valid",
        "anonymous": False,
        "call_me": False,
        "received_at": at,
        "filed_at": at,
        "changed_at": at,
        "first_responder_id": dice.choice(setting.dispatchers) if claimed else None,
        "handler_id": dice.choice(setting.handlers) if dispatched else None,
        "lead_department_id": setting.department if dispatched else None,
        "policy_version_id": setting.policy,
        "next_due_at": None if state in ENDED else at + LIMIT,
        "version": 1,
        "last_seq": 1,
        "last_hash": chain.row_hash(
            chain.START, case_id=n, seq=1, round=1, at=at, act="filing", actor_id=None, public=True, data={}
        ),
    }


def _party(n: int) -> Row:
    phone = f"138{n:08d}"
    return {
        "case_id": n,
        "type": "owner",
        "name": "某业主",
        "phone": phone,
        "locale": "zh_Hans",
        "name_index": sealing.index(f"业主{n}", "name"),
        "phone_index": sealing.index(phone, "phone"),
        "phone_tail_index": sealing.index(phone[-4:], "phone tail"),
    }


def _filing(case: Row) -> Row:
    return {
        "case_id": case["id"],
        "seq": 1,
        "round": 1,
        "at": case["filed_at"],
        "act": "filing",
        "actor_id": None,
        "public": True,
        "data": {},
        "hash": case["last_hash"],
    }


def _deadlines(case: Row, now: datetime) -> list[Row]:
    at = case["filed_at"]
    met_at = at + LIMIT if case["state"] in ENDED else None
    broken = met_at is None and at + LIMIT <= now  # as the sweep has found it
    return [
        {
            "case_id": case["id"],
            "round": 1,
            "rule": rule,
            "clause": clause,
            "term": "48 hours",
            "owner_sees": True,
            "started_at": at,
            "due_at": at + LIMIT,
            "original_due_at": at + LIMIT,
            "near_at": at + LIMIT,
            "steps": [],
            "met_at": met_at,
            "breached_at": at + LIMIT if broken else None,
        }
        for rule, clause in (("first_response", "CO-M2"), ("relay", "GZ-8"), ("completion", "MS-3"))
    ]


def _participations(case: Row) -> list[Row]:
    parts = (
        ("first_responder", case["first_responder_id"], None),
        ("handler", case["handler_id"], None),
        ("lead", None, case["lead_department_id"]),
    )
    return [
        {
            "case_id": case["id"],
            "user_id": user,
            "department_id": department,
            "part": part,
            "since": case["filed_at"],
        }
        for part, user, department in parts
        if user or department
    ]


def _said(n: int, count: int, dice: random.Random) -> str:
    """What somebody wrote; some words stand in as many cases of any number, some in every hundredth."""
    few = f"，{OF_TWENTY}" if n % (count // 20) == 0 else ""
    some = f"，{ONE_IN_100}" if n % 100 == 50 else ""
    return f"{dice.choice(WORDS)}，第 {n} 次反映{few}{some}"


def _all_of(case: Row, said: str, clocks: Clocks) -> dict[type[Base], list[Row]]:
    """Every row that one case leaves, by table."""
    n, at = case["id"], case["filed_at"]
    return {
        Case: [case],
        Statement: [{"case_id": n, "description": said, "demands": "", "about": ""}],
        Party: [_party(n)],
        Round: [{"case_id": n, "number": 1, "opened_at": at, "cause": "filing"}],
        TimelineRow: [_filing(case)],
        PrivateLink: [{"case_id": n, "generation": 1, "digest": sealing.digest(case["seed"]), "made_at": at}],
        Deadline: clocks(case),
        Participation: _participations(case),
    }


def _write(rows: dict[type[Base], list[Row]]) -> None:
    with transaction():
        if db.engine.dialect.name == "postgresql":
            copy(rows)
        else:
            for table, many in rows.items():
                db.session.execute(insert(table), many)
        terms.write_words({said["case_id"]: said["description"] for said in rows[Statement]})


def copy(rows: dict[type[Base], list[Row]]) -> None:
    """Write rows into PostgreSQL by COPY: six times as fast as INSERT. Nobody checks where they point to."""
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    connection = db.session.connection()
    driver: Any = connection.connection.driver_connection
    for table, many in rows.items():
        columns = inspect(table).local_table.columns
        usual = {c.key: c.default.arg for c in columns if c.default is not None and c.default.is_scalar}
        names = [*({} if not many else {**usual, **many[0]})]
        forms = [columns[name].type.dialect_impl(connection.dialect) for name in names]
        binds = [form.bind_processor(connection.dialect) or (lambda value: value) for form in forms]
        statement = f"COPY {table.__tablename__} ({', '.join(names)}) FROM STDIN"
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for row in many:
                whole = {**usual, **row}
                copying.write_row([bind(whole[name]) for name, bind in zip(names, binds, strict=True)])


def _tidy_up() -> None:
    """What the database's own housekeeping does while a desk grows."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    else:
        db.session.execute(text("ANALYZE"))
    db.session.commit()


def fill(
    cast: Cast,
    count: int,
    now: datetime,
    *,
    after: int = 0,
    shapes: Shapes = SHAPES,
    age: Callable[[int], timedelta] | None = None,
    clocks: Clocks | None = None,
) -> None:
    """Write *count* cases that end at *now*, and the archive counter that follows them.

    *after*: how many were written before; *shapes*: their states and shares; *age*: how long ago the n-th of them was
    filed; *clocks*: the deadlines of each.
    """
    dice = random.Random(7 + after)
    setting = _setting(cast)
    states = dice.choices([s for s, _ in shapes], [w for _, w in shapes], k=count)
    step = SPAN / count
    rows: dict[type[Base], list[Row]] = defaultdict(list)
    for n, state in enumerate(states, 1):
        at = now - (age(n) if age else step * (count - n) + timedelta(hours=1))
        case = _case(after + n, at, state, setting, dice)
        said = _said(after + n, after + count, dice)
        for table, many in _all_of(case, said, clocks or partial(_deadlines, now=now)).items():
            rows[table] += many
        if n % CHUNK == 0 or n == count:
            _write(rows)
            rows.clear()
    with transaction():
        counter = ArchiveCounter(estate_id=setting.estate, year=now.year, last=after + count)
        db.session.merge(counter)
        if db.engine.dialect.name == "postgresql":  # which does not look at the ids that were given
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('cases', 'id'), {after + count})"))
    _tidy_up()


def open_cases() -> list[OpenCase]:
    """The open cases and whose they are, by number."""
    columns = (Case.id, Case.state, Case.first_responder_id, Case.handler_id)
    return [
        (n, (state, first, handler))
        for n, state, first, handler in db.session.execute(
            select(*columns).where(Case.state.not_in(ENDED)).order_by(Case.id)
        )
    ]


def settle_down(pattern: Sequence[OpenCase], scale: float) -> None:
    """Leave as many cases open as *pattern* has, of the same states and people and spread alike; archive the others."""
    found = open_cases()
    kept: set[int] = set()
    for n, held in pattern:
        alike = [number for number, by in found if by == held and number not in kept]
        kept.add(min(alike, key=lambda number: abs(number - n * scale)))
    others = [n for n, _held in found if n not in kept]
    with transaction():
        db.session.execute(
            update(Case).where(Case.id.in_(others)).values(state="archived", next_due_at=None),
            execution_options={"synchronize_session": False},
        )
        db.session.execute(
            update(Deadline)
            .where(Deadline.case_id.in_(others))
            .values(met_at=Deadline.due_at, breached_at=None),
            execution_options={"synchronize_session": False},
        )
    _tidy_up()
