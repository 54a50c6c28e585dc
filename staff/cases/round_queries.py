"""What one round of a case left behind, for the forms that are filled in from it; each round has a form of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from shared import clock
from shared.attachments.storage import current_storage, name_of
from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Finding, Opinion, Plan, Resolution
from shared.database import db
from shared.identity.queries import names_of
from shared.ownership.models import Assignment
from shared.revisits import rating
from shared.revisits.models import Rating, Revisit
from staff.cases import queries
from staff.cases.queries import Dossier

OPENING = frozenset({Act.APPEAL, Act.RATING, Act.REOPENING, Act.REVISIT})
Record = TypeVar("Record", Finding, Plan, Resolution)


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """The last of each, as it stands; None: there was none."""

    dossier: Dossier
    number: int
    finding: Finding | None
    plan: Plan | None
    opinions: dict[str, Opinion]
    resolution: Resolution | None
    rating: Rating | None
    visitors: dict[int, str]

    @property
    def case(self) -> Case:
        return self.dossier.case

    @property
    def opened(self) -> queries.Round:
        return next(each for each in self.dossier.rounds if each.number == self.number)

    @property
    def why_opened(self) -> str:
        """What was said with the act that opened it; that act belongs to the round before, or to this one."""
        at = self.opened.opened_at
        said = (self.said(r) for r in self.dossier.rows if r.at == at and r.act in OPENING)
        return next(filter(None, said), "")

    @property
    def assignment(self) -> Assignment | None:
        return next((a for a in reversed(self.dossier.assignments) if a.round == self.number), None)

    @property
    def revisit(self) -> Revisit | None:
        """The last that came to answers, else the last attempt."""
        made = [each for each in self.dossier.revisits if each.round == self.number]
        return next((each for each in reversed(made) if each.reached), made[-1] if made else None)

    def last(self, *acts: Act) -> TimelineRow | None:
        mine = (r for r in reversed(self.dossier.rows) if r.round == self.number and r.act in acts)
        return next((row for row in mine if "about" not in row.data), None)

    def words(self, words_id: int | None) -> str:
        found = self.dossier.words.get(words_id or 0)
        return found.text if found else ""

    def said(self, row: TimelineRow | None) -> str:
        return self.words(row.data.get("words")) if row else ""

    def name(self, user_id: int | None) -> str:
        return self.dossier.name(user_id) or self.visitors.get(user_id or 0, "")

    def on(self, at: datetime | None) -> str:
        """By the wall of the estate, to be read on any day."""
        return clock.written(at, self.case.estate.zone) if at else ""


def of_round(case: Case, number: int) -> RoundRecord:
    """All of it, in a number of queries that does not grow with the case."""
    plan = _last(Plan, case, number, Plan.replaced_at.is_(None))
    dossier = queries.dossier(case)
    return RoundRecord(
        dossier=dossier,
        number=number,
        finding=_last(Finding, case, number),
        plan=plan,
        opinions=_opinions(plan),
        resolution=_last(Resolution, case, number, Resolution.undone_at.is_(None)),
        rating=rating.standing(rating.of_round(case, number)),
        visitors=names_of([each.companion_id for each in dossier.revisits]),
    )


def _last(model: type[Record], case: Case, number: int, *more: object) -> Record | None:
    statement = select(model).where(model.case_id == case.id, model.round == number, *more)  # type: ignore[arg-type]
    return db.session.scalar(statement.order_by(model.id.desc()).limit(1))


def _opinions(plan: Plan | None) -> dict[str, Opinion]:
    if plan is None:
        return {}
    found = db.session.scalars(select(Opinion).where(Opinion.plan_id == plan.id).order_by(Opinion.id))
    return {opinion.act: opinion for opinion in found}


def signature_of(record: RoundRecord) -> bytes:
    """What the party signed at the door, drawn or photographed: the first picture that came with the revisit."""
    revisit = record.revisit
    if revisit is None or not revisit.documented:
        return b""
    photos: Sequence[str] = [
        p.id for p in record.dossier.photos if p.act == Act.REVISIT and p.stored_at == revisit.at
    ]
    for photo in photos[:1]:
        try:
            with current_storage().open(name_of(photo, thumb=True)) as file:
                return file.read()
        except FileNotFoundError:
            break
    return b""
