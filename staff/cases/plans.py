"""The plan that stands, for pages: its words, who made it, what was said of it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared import words
from shared.cases.acting import words_of
from shared.cases.measures import Standing, standing_on
from shared.cases.models import Case, Opinion
from shared.identity.queries import names_of
from shared.ownership import task_group
from shared.words import act_name
from staff.cases import wording


@dataclass(frozen=True, slots=True)
class Said:
    """An opinion: its mark's state, `审核：通过`, by whom, when, in what words."""

    state: str
    title: str
    who: str
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    title: str
    text: str
    who: str
    when: str
    told: bool
    group: str
    opinions: list[Said]


def of(case: Case, now: datetime) -> Shown | None:
    """The plan of the present round; None before there is one."""
    standing = standing_on(case)
    plan = standing.plan
    if plan is None:
        return None
    names = names_of([plan.by_id, *(opinion.by_id for opinion in _opinions(standing))])
    zone = case.estate.zone
    return Shown(
        title=_("专项方案") if plan.special else _("方案"),
        text=words_of(plan.words_id),
        who=names.get(plan.by_id, ""),
        when=wording.when(plan.at, now, zone),
        told=plan.told,
        group=words.listed(user.name for user in task_group.members(case)),
        opinions=[_said(opinion, names, now, zone) for opinion in _opinions(standing)],
    )


def _opinions(standing: Standing) -> list[Opinion]:
    return [opinion for opinion in (standing.review, standing.approval) if opinion is not None]


def _said(opinion: Opinion, names: dict[int, str], now: datetime, zone: str) -> Said:
    until = ""
    if opinion.complete_by:
        until = _("，%(when)s 前办完", when=wording.when(opinion.complete_by, now, zone))
    return Said(
        state="kept" if opinion.passed else "broken",
        title=_("%(act)s：%(said)s", act=act_name(opinion.act), said=wording.opinion(opinion.passed)) + until,
        who=names.get(opinion.by_id, ""),
        when=wording.when(opinion.at, now, zone),
        text=words_of(opinion.words_id),
    )
