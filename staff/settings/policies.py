"""The rule books of an estate: its versions, two of them side by side (CO-M6), and what another would have made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, g, request, url_for
from flask_babel import gettext as _

from shared.assessment import plain as assessing
from shared.assessment import wording
from shared.assessment.simulating import Comparison, Side, simulate
from shared.clock import local
from shared.deadlines import plain
from shared.deadlines.plain import Line
from shared.duties import plain as recurring
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.identity.queries import names_of
from shared.policies import clauses, versions
from shared.policies.models import PolicyVersion
from shared.policies.schema import Policy, parse
from shared.register.counts import open_cases_by_version
from shared.web import pages
from shared.web.language import chosen
from staff import blueprint, estates
from staff.access import me, requires

P = Permission
LENGTHS = (30, 90, 180, 365)  # days back
MOST_CASES = 500  # a page answers at once; the command replays them all


@dataclass(frozen=True, slots=True)
class Book:
    """A version of the estate's own (`v3`), or a preset as it comes (`guangzhou`)."""

    key: str
    label: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class Pair:
    """One rule in two books; None where one of them has none."""

    left: Line | None
    right: Line | None

    @property
    def differs(self) -> bool:
        return self.left != self.right


def address(estate: Estate, endpoint: str = "settings_policies", **more: Any) -> str:
    return url_for(f"staff.{endpoint}", estate=estate.slug, **more)


def books(estate: Estate) -> list[Book]:
    """What can be compared: the versions, the latest first, then the presets."""
    own = [
        Book(f"v{v.version}", _("第 %(n)s 版：%(title)s", n=v.version, title=policy.title), policy)
        for v in versions.versions_of(estate.id)
        for policy in [versions.policy_of(v)]
    ]
    return [*own, *presets()]


def presets() -> list[Book]:
    found = ((name, parse(versions.preset_text(name), name)) for name in versions.presets())
    return [Book(name, _("范本：%(title)s", title=policy.title), policy) for name, policy in found]


@blueprint.get("/settings/policies")
@requires(P.POLICY_VIEW)
def settings_policies() -> Any:
    estate = estates.chosen(P.POLICY_VIEW)
    found = versions.versions_of(estate.id)
    names = names_of(v.published_by_id for v in found)
    still_open = open_cases_by_version(estate.id)
    return pages.render(
        "staff/settings/policies.html",
        policy_estate=estate,
        estates=estates.views(P.POLICY_VIEW, estate, address),
        versions=[_version(v, estate, names, still_open.get(v.id, 0)) for v in found],
        presets=presets(),
        may_simulate=me().can(P.SETTINGS_VIEW, estate.id),
        may_publish=me().can(P.POLICY_PUBLISH, estate.id),
    )


def _version(
    version: PolicyVersion, estate: Estate, names: dict[int, str], still_open: int
) -> dict[str, Any]:
    policy = versions.policy_of(version)
    if version.effective_at > g.at:
        chip, state = "near", _("将要施行")
    elif version.ended_at is None or version.ended_at > g.at:
        chip, state = "kept", _("正在施行")
    else:
        chip, state = "ended", _("已经停用")
    return {
        "number": version.version,
        "title": policy.title,
        "preset": version.preset,
        "chip": chip,
        "state": state,
        "since": moment(version.effective_at, estate),
        "until": moment(version.ended_at, estate) if version.ended_at else "",
        "by": names.get(version.published_by_id or 0, ""),
        "open": still_open,
        "own_text": version.body != _preset_text(version.preset),
        "url": address(estate, "settings_policies_comparison", left=f"v{version.version}"),
    }


def _preset_text(name: str) -> str | None:
    return versions.preset_text(name) if name in versions.presets() else None


def moment(at: datetime, estate: Estate) -> str:
    return f"{local(at, estate.zone):%Y-%m-%d %H:%M}"


@blueprint.get("/settings/policies/comparison")
@requires(P.POLICY_VIEW)
def settings_policies_comparison() -> Any:
    """Two rule books side by side, rule by rule; what differs is marked, and may be shown alone."""
    estate = estates.chosen(P.POLICY_VIEW)
    offered = books(estate)
    left = _asked(offered, "left", 0)
    right = _asked(offered, "right", 1)
    only = request.args.get("only") == "differences"
    return pages.render(
        "staff/settings/policies_comparison.html",
        policy_estate=estate,
        books=offered,
        left=left,
        right=right,
        only=only,
        sections=list(_side_by_side(left.policy, right.policy, only=only)),
    )


def _asked(offered: Sequence[Book], name: str, default: int) -> Book:
    key = request.args.get(name)
    if key is None:
        return offered[min(default, len(offered) - 1)]
    found = next((book for book in offered if book.key == key), None)
    if found is None:
        abort(404)
    return found


def _side_by_side(left: Policy, right: Policy, *, only: bool) -> list[dict[str, Any]]:
    ours = {section.key: section for section in _sections(left)}
    theirs = {section.key: section for section in _sections(right)}
    found = []
    for key in dict.fromkeys([*ours, *theirs]):
        title = (ours.get(key) or theirs[key]).title
        pairs = _pairs(ours[key].lines if key in ours else (), theirs[key].lines if key in theirs else ())
        shown = [pair for pair in pairs if pair.differs or not only]
        if shown:
            found.append({"title": title, "pairs": shown})
    return found


def _sections(policy: Policy) -> list[plain.Section]:
    """What owners read too, then what concerns staff alone: what comes round, and what a violation is to cost."""
    return [*plain.sections(policy), *recurring.sections(policy), *assessing.sections(policy)]


def _pairs(left: Sequence[Line], right: Sequence[Line]) -> list[Pair]:
    """The same rule on one line, in the order of the left book; what only the right one has comes last."""
    ours = {line.key: line for line in left}
    theirs = {line.key: line for line in right}
    return [Pair(ours.get(key), theirs.get(key)) for key in dict.fromkeys([*ours, *theirs])]


@blueprint.get("/settings/policies/simulation")
@requires(P.SETTINGS_VIEW)
def settings_policies_simulation() -> Any:
    """Cases that are over, under the rule books they were filed under and under another; writes nothing."""
    estate = estates.chosen(P.SETTINGS_VIEW)
    offered = presets()
    book = _asked(offered, "preset", 0)
    days = _length()
    found = None
    if "preset" in request.args:
        since = g.at - timedelta(days=days)
        found = simulate(estate, book.policy, since=since, until=g.at, at_most=MOST_CASES)
    return pages.render(
        "staff/settings/policies_simulation.html",
        policy_estate=estate,
        presets=offered,
        book=book,
        days=days,
        lengths=LENGTHS,
        found=found,
        most=MOST_CASES,
        lines=[_line(found, clause) for clause in found.clauses] if found else [],
        totals=_totals(found) if found else None,
    )


def _length() -> int:
    asked = request.args.get("days", "")
    return int(asked) if asked in map(str, LENGTHS) else LENGTHS[1]


def _line(found: Comparison, clause: str) -> dict[str, Any]:
    known = clause in clauses.known_clauses()
    return {
        "clause": clause,
        "title": clauses.title(clause, chosen()) if known else "",
        "actual": _side(found.actual.get(clause)),
        "other": _side(found.other.get(clause)),
    }


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "applied": side.applied,
        "breaches": side.breaches,
        "fine": _range(side.fine_least, side.fine_most, side.unit),
        "wage": _range(side.wage_least, side.wage_most, side.unit),
        "cases": side.cases,
    }


def _range(least: int, most: int, unit: str | None) -> str:
    return wording.range_of(least, most, unit or "yuan") if most else ""


def _totals(found: Comparison) -> dict[str, Any]:
    return {name: _side(_sum(list(sides.values()))) for name, sides in _both(found)}


def _both(found: Comparison) -> tuple[tuple[str, dict[str, Side]], ...]:
    return (("actual", found.actual), ("other", found.other))


def _sum(sides: Sequence[Side]) -> Side:
    total = Side()
    for side in sides:
        total.applied += side.applied
        total.breaches += side.breaches
        total.fine_least += side.fine_least
        total.fine_most += side.fine_most
        total.wage_least += side.wage_least
        total.wage_most += side.wage_most
        total.unit = total.unit or side.unit
    return total
