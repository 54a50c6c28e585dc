"""A report counted again (GZ-17B): what differs from the frozen numbers, and why. The report itself is not changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.database import db
from shared.reports import making
from shared.reports.models import Report
from shared.reports.periods import Kind, Period
from shared.reports.statements import came_at

MOST = 200  # cases that are named for one reason
# What changes afterwards how a case counts: how it is judged, and whether a completion stands.
DECIDING = tuple(act.value for act in (Act.TRIAGE, Act.REDO, Act.SUPPLEMENT, Act.JOINING, Act.PARTING))
# What a line is known by among its neighbours; what stands beside it is no figure of its own.
NAMES = ("key", "code", "starts_on")
BESIDE = frozenset({*NAMES, "clause", "rule", "name", "ends_on", "unit", "parts", "target", "is_met"})
NOTHING = "-"  # the name of a line without a building, or a department

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure: as it was frozen, and as it is counted now; None where there was, or is, none."""

    path: Path
    frozen: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs and what explains it: archive numbers, names of definitions, versions of the rules."""

    differences: Sequence[Difference]
    late: Sequence[str]  # written down after the report was made
    decided: Sequence[str]  # judged otherwise since
    definitions: Sequence[str]
    policies: Sequence[int]

    @property
    def is_explained(self) -> bool:
        return not self.differences or bool(self.late or self.decided or self.definitions or self.policies)


def compare(report: Report, at: datetime) -> Comparison:
    """Count the report's period again, by today's record and today's definitions."""
    period = Period(Kind(report.kind), report.starts_on, report.ends_on)
    now = making.count(report.estate, period, at)
    return Comparison(
        differences=list(differences(report.figures, now.figures)),
        late=_numbers(_late(report, period)),
        decided=_numbers(_decided(report, period)),
        definitions=_redefined(report.definitions, now.definitions),
        policies=sorted(set(now.definitions["policies"]) - set(report.definitions.get("policies", ()))),
    )


def differences(frozen: Any, now: Any, path: Path = ()) -> Iterator[Difference]:
    """Every figure that is not the same in both, in the order of the frozen ones; new ones last."""
    before, after = _parts(frozen), _parts(now)
    if before is None and after is None:
        if frozen != now:
            yield Difference(path, frozen, now)
        return
    for name in [*(before or {}), *(name for name in after or {} if name not in (before or {}))]:
        yield from differences((before or {}).get(name), (after or {}).get(name), (*path, name))


def _parts(value: Any) -> dict[str, Any] | None:
    """What a figure is made of; None where it is one itself: a number, or a pair of them."""
    if isinstance(value, Mapping):
        return {name: part for name, part in value.items() if name not in BESIDE and not _is_list(part)}
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        return {_name(line): line for line in value}
    return {} if value == [] else None


def _is_list(value: Any) -> bool:
    """Numbers of cases: how many they are is a figure, which they are is not."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _name(line: Mapping[str, Any]) -> str:
    for name in NAMES:
        if name in line:
            return str(line[name] or NOTHING)
    return f"{line['clause']}:{line['rule']}"


def _redefined(frozen: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The names of what is counted otherwise than when the report was made."""
    changed = ["version"] if frozen.get("version") != now["version"] else []
    for part in ("words", "indicators"):
        before, after = frozen.get(part, {}), now[part]
        changed += [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return changed


def _numbers(wanted: Select[Any]) -> list[str]:
    return list(db.session.scalars(wanted.order_by(Case.id).limit(MOST)))


def _late(report: Report, period: Period) -> Select[Any]:
    """Of the period, and entered when its report stood already: an emergency, or an older register."""
    begins, ends = period.instants(report.estate.zone)
    return (
        select(Case.archive_number)
        .join(TimelineRow, (TimelineRow.case_id == Case.id) & (TimelineRow.seq == 1))
        .where(Case.estate_id == report.estate_id, ordinary(), Case.filed_at >= begins)
        .where(came_at >= begins, came_at < ends, TimelineRow.at > report.made_at)
    )


def _decided(report: Report, period: Period) -> Select[Any]:
    """Known before the period ended, and judged again since."""
    ends = period.instants(report.estate.zone)[1]
    again = select(TimelineRow.case_id).where(TimelineRow.at > report.made_at, TimelineRow.act.in_(DECIDING))
    return select(Case.archive_number).where(
        Case.estate_id == report.estate_id, ordinary(), Case.received_at < ends, Case.id.in_(again)
    )
