"""The rows that the verbs would have left of a drawn year, written in bulk.

What no indicator reads is left out: words, messages, participations, what the machine writes beside the acts.
`test_indicators_truth` drives some of the same stories by the verbs and compares.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text

from shared import sealing
from shared.audit import chain
from shared.audit.models import TimelineRow
from shared.calendars.queries import calendar_of
from shared.calendars.working_time import Calendar
from shared.cases import lifecycle, references
from shared.cases.lifecycle import Act, State
from shared.cases.models import (
    Case,
    Closure,
    Contact,
    Party,
    Postponement,
    Resolution,
    Round,
    Statement,
)
from shared.database import Base, db, transaction
from shared.deadlines.engine import Due, due_times
from shared.deadlines.models import Deadline
from shared.deadlines.story import CaseFacts, Fact
from shared.incidents.models import SpecialReport
from shared.notices.models import Publicity
from shared.ownership.models import Assignment
from shared.policies.models import PolicyVersion
from shared.policies.schema import Policy
from shared.policies.versions import policy_of
from shared.revisits.models import Rating, Revisit
from tests.cast import DEPARTMENTS, PEOPLE, Cast
from tests.year import AT, Event, Story

Row = dict[str, Any]
Rows = dict[type[Base], list[Row]]
CHUNK = 2_000
WINDOW = timedelta(days=90)
PUBLIC = {
    Act.FILING,
    Act.CLAIM,
    Act.DISPATCH,
    Act.ACCEPTANCE,
    Act.REFERRAL,
    Act.RECALL,
    Act.AGREEMENT,
    Act.EXTENSION,
    Act.COMPLETION,
    Act.REDO,
    Act.INFORMING,
    Act.RATING,
    Act.REOPENING,
    Act.CLOSURE,
    Act.WITHDRAWAL,
}


@dataclass(frozen=True)
class Setting:
    """What the rows of one estate share."""

    estate: int
    code: str
    buildings: list[int]
    people: Mapping[str, int]
    department: int
    version: int
    policy: Policy
    calendar: Calendar


def setting_of(cast: Cast) -> Setting:
    estate = cast.estate
    version = db.session.scalars(select(PolicyVersion).where(PolicyVersion.estate_id == estate.id)).one()
    return Setting(
        estate=estate.id,
        code=estate.code,
        buildings=[building.id for building in estate.buildings],
        people={name: cast.person(name).id for name in PEOPLE},
        department=cast.department(DEPARTMENTS[1]).id,
        version=version.id,
        policy=policy_of(version),
        calendar=calendar_of(estate),
    )


def write(stories: Sequence[Story], settings: tuple[Setting, Setting]) -> None:
    """Insert the rows of these stories; the n-th becomes the case of that id."""
    told = {story.n: story for story in stories}
    for start in range(0, len(stories), CHUNK):
        rows: Rows = defaultdict(list)
        for story in stories[start : start + CHUNK]:
            for table, many in rows_of(story, settings[story.estate], told.get(story.repeats or 0)).items():
                rows[table] += many
        with transaction():
            if db.engine.dialect.name == "postgresql":  # to ask after every row's case takes most of the time
                db.session.execute(text("SET LOCAL session_replication_role = replica"))
            for table, many in rows.items():
                for alike in _alike(many):
                    db.session.execute(insert(Base.metadata.tables[table.__tablename__]), alike)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('cases', 'id'), {len(stories)})"))
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _alike(many: list[Row]) -> list[list[Row]]:
    """Rows with the same columns together: an insert takes them from its first row."""
    found: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in many:
        found[frozenset(row)].append(row)
    return list(found.values())


def rows_of(story: Story, setting: Setting, earlier: Story | None = None) -> Rows:
    """Every row that one story leaves, by table; *earlier* is the story whose party comes back with it."""
    record = _Record(story, setting)
    for event in story.events:
        record.take(event)
    record.rows[Deadline] = _deadlines(story, setting, record.facts)
    waiting = [row["due_at"] for row in record.rows[Deadline] if _counts_down(row)]
    record.case["next_due_at"] = min(waiting, default=None)
    if earlier is not None and setting.policy.repeats and _is_same_problem(earlier, story):
        record.rows[SpecialReport] = [
            {"case_id": story.n, "clause": "VK-4e", "nth": 2, "earlier": [], "made_at": story.filed_at}
        ]
    return dict(record.rows)


def _is_same_problem(earlier: Story, story: Story) -> bool:
    gone = any(event.act == Act.WITHDRAWAL for event in earlier.events)
    return not gone and story.received_at - earlier.received_at <= WINDOW


class _Record:
    """The rows of one case as they grow act by act."""

    def __init__(self, story: Story, setting: Setting) -> None:
        self.story, self.setting = story, setting
        self.rows: Rows = defaultdict(list)
        self.facts: list[Fact] = []
        self.before_referral = State.RECEIVED
        self.case = self._case()
        self.rows[Case].append(self.case)
        self.rows[Statement].append({"case_id": story.n, "description": "灯不亮", "demands": "", "about": ""})
        if not story.anonymous:
            index = sealing.index(story.phone, "phone")
            party = {"type": "owner", "name": "某业主", "phone": story.phone, "locale": "zh_Hans"}
            self.rows[Party].append({"case_id": story.n, **party, "phone_index": index})

    def _case(self) -> Row:
        story, setting = self.story, self.setting
        wall = story.filed_at.astimezone(AT.tzinfo)
        return {
            "id": story.n,
            "seed": story.n.to_bytes(16, "big"),
            "reference": references.from_bits(story.n),
            "archive_year": wall.year,
            "archive_serial": story.n,
            "archive_number": f"{setting.code}-{wall.year % 100:02d}-{story.n:05d}",
            "estate_id": setting.estate,
            "building_id": setting.buildings[story.building],
            "spot": story.spot or None,
            "kind": story.kind,
            "category": story.category,
            "channel": story.channel,
            "state": State.RECEIVED,
            "round": 1,
            "urgency_reported": story.urgency,
            "urgency": story.urgency,
            "severity": "ordinary",
            "complexity": "ordinary",
            "validity": "undecided",
            "anonymous": story.anonymous,
            "call_me": False,
            "received_at": story.received_at,
            "filed_at": story.filed_at,
            "changed_at": story.filed_at,
            "first_responder_id": None,
            "handler_id": None,
            "lead_department_id": None,
            "policy_version_id": setting.version,
            "version": 0,
            "last_seq": 0,
            "last_hash": chain.START,
        }

    def take(self, event: Event) -> None:
        """One act: the state, the line of the timeline, and the record of its own that it leaves."""
        case, act = self.case, Act(event.act)
        if act is Act.REOPENING:
            case.update(round=event.round, handler_id=None, lead_department_id=None)
            self._end_assignment(event.at)
        assert case["round"] == event.round, event
        if act is Act.FILING:
            self._add(
                Round, event, number=1, opened_at=event.at, cause="filing", opened_by_id=self._by(event)
            )
        else:
            self._move(act)
        taken = getattr(self, f"_{act}", None)
        data = (taken(event) if taken else None) or event.data
        self._append(event, data)

    def _move(self, act: Act) -> None:
        internal = self.story.channel == "internal"
        if act is Act.REFERRAL:
            self.before_referral = State(self.case["state"])
        after = lifecycle.after(
            State(self.case["state"]), act, before_referral=self.before_referral, internal=internal
        )
        assert after is not None, f"{act} from {self.case['state']}"
        self.case["state"] = after

    def _append(self, event: Event, data: Mapping[str, Any]) -> None:
        case = self.case
        case["last_seq"] += 1
        case["version"] += event.act != Act.FILING
        case["changed_at"] = event.at
        public = event.act in PUBLIC or bool(event.data.get("reached"))
        line = {
            "case_id": case["id"],
            "seq": case["last_seq"],
            "round": event.round,
            "at": event.at,
            "act": event.act,
            "actor_id": self._by(event),
            "public": public,
            "data": dict(data),
        }
        case["last_hash"] = chain.row_hash(case["last_hash"], **line)
        self.rows[TimelineRow].append({**line, "hash": case["last_hash"]})
        self.facts.append(Fact(event.act, event.at, event.round, line["seq"], data, line["actor_id"], public))

    def _by(self, event: Event) -> int | None:
        return self.setting.people[event.by] if event.by else None

    def _add(self, table: type[Base], event: Event, **row: Any) -> None:
        self.rows[table].append({"case_id": self.story.n, **row})

    def _add_of_round(self, table: type[Base], event: Event, **row: Any) -> None:
        by = {"by_id": self._by(event)} if event.by else {}
        self._add(table, event, round=event.round, at=event.at, **by, **row)

    # What single acts leave beside their line

    def _claim(self, event: Event) -> None:
        self.case["first_responder_id"] = self._by(event)

    def _triage(self, event: Event) -> None:
        self.case.update({name: event.data[name] for name in event.data["before"]})

    def _dispatch(self, event: Event) -> dict[str, Any]:
        previous = self._end_assignment(event.at)
        handler, department = self.setting.people[event.data["handler"]], self.setting.department
        self.case.update(handler_id=handler, lead_department_id=department)
        self._add_of_round(
            Assignment, event, department_id=department, handler_id=handler, accepted_at=None, ended_at=None
        )
        return {"department": department, "handler": handler, "previous": previous}

    def _end_assignment(self, at: datetime) -> int | None:
        last = self.rows[Assignment][-1] if self.rows[Assignment] else None
        if last is None or last["ended_at"] is not None:
            return None
        last["ended_at"] = at
        handler: int = last["handler_id"]
        return handler

    def _acceptance(self, event: Event) -> None:
        self.rows[Assignment][-1]["accepted_at"] = event.at

    def _contact(self, event: Event) -> None:
        self._add_of_round(Contact, event, **event.data)

    def _extension(self, event: Event) -> None:
        until = datetime.fromisoformat(event.data["until"])
        self._add_of_round(
            Postponement, event, act=event.act, until=until, evidence=event.data.get("evidence")
        )

    _agreement = _extension

    def _completion(self, event: Event) -> None:
        self._add_of_round(Resolution, event, outcome=event.data["outcome"], undone_at=None)

    def _redo(self, event: Event) -> None:
        self.rows[Resolution][-1]["undone_at"] = event.at

    def _revisit(self, event: Event) -> None:
        asked = {name: event.data[name] for name in ("method", "reached", "satisfied", "documented")}
        answered = event.data["satisfied"]
        self._add_of_round(Revisit, event, **asked, timely=answered, courteous=answered)

    def _rating(self, event: Event) -> None:
        for before in self.rows[Rating]:
            if before["round"] == event.round and before["replaced_at"] is None:
                before["replaced_at"] = event.at
        self._add_of_round(Rating, event, **event.data, replaced_at=None)

    def _reopening(self, event: Event) -> None:
        by = self._by(event)
        self._add(
            Round, event, number=event.round, opened_at=event.at, opened_by_id=by, cause=event.data["cause"]
        )

    def _closure(self, event: Event) -> None:
        self._add_of_round(Closure, event, ground=event.data["ground"])

    def _publicity(self, event: Event) -> None:
        self._add(Publicity, event, at=event.at, by_id=self._by(event), shown=event.data["shown"], line="")


def _deadlines(story: Story, setting: Setting, facts: list[Fact]) -> list[Row]:
    """As the engine derives them and the sweep has found them by the end of the year."""
    case = CaseFacts(story.received_at, story.kind, story.category, story.channel, not story.anonymous, facts)
    return [_deadline(story, due) for due in due_times(setting.policy, case, setting.calendar)]


def _deadline(story: Story, due: Due) -> Row:
    names = (
        "round rule clause term owner_sees duty started_at due_at original_due_at moved_by paused_at near_at "
        "met_at ended_at superseded_by"
    )
    broken = due.due_at if due.broken_by(AT) else None
    row = {name: getattr(due, name) for name in names.split()}
    return {**row, "case_id": story.n, "steps": list(due.steps), "breached_at": due.broke_at or broken}


def _counts_down(row: Row) -> bool:
    waits = row["met_at"] is None and row["ended_at"] is None and row["paused_at"] is None
    return waits and row["duty"] != "nobody"
