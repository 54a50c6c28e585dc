"""Reads of spot checks: those of an estate with what came of them, one of them, and how many a month had."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from shared.cases.lifecycle import OPEN
from shared.cases.models import Case, Resolution, Words
from shared.cases.participation import visible_to
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.revisits.models import Revisit
from shared.supervision.drawing import redraw
from shared.supervision.finding import Found
from shared.supervision.models import SpotCheck, SpotCheckItem
from shared.supervision.populations import WHOLE

MOST = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were drawn, and what was found of them."""

    drawn: int = 0
    agree: int = 0
    differ: int = 0
    unreached: int = 0

    @property
    def left(self) -> int:
        return self.drawn - self.agree - self.differ - self.unreached

    @property
    def percent_differing(self) -> int | None:
        """Of those that were reached; None while nobody was."""
        reached = self.agree + self.differ
        return round(100 * self.differ / reached) if reached else None

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.drawn + other.drawn,
            self.agree + other.agree,
            self.differ + other.differ,
            self.unreached + other.unreached,
        )


def of_estate(estate_id: int, department_ids: Sequence[int] | None = None) -> list[tuple[SpotCheck, Tally]]:
    """The latest first; only those of some departments where *department_ids* are given."""
    checks = db.session.scalars(
        select(SpotCheck)
        .where(
            SpotCheck.estate_id == estate_id,
            true() if department_ids is None else SpotCheck.department_id.in_(department_ids),
        )
        .options(joinedload(SpotCheck.drawn_by), joinedload(SpotCheck.department))
        .order_by(SpotCheck.id.desc())
        .limit(MOST)
    ).all()
    tallies = _tallies([check.id for check in checks])
    return [(check, tallies.get(check.id, Tally())) for check in checks]


def _tallies(check_ids: Sequence[int]) -> dict[int, Tally]:
    finding = SpotCheckItem.finding
    rows = db.session.execute(
        select(
            SpotCheckItem.check_id,
            func.count(),
            func.count().filter(finding == Found.AGREES),
            func.count().filter(finding == Found.DIFFERS),
            func.count().filter(finding == Found.UNREACHED),
        )
        .where(SpotCheckItem.check_id.in_(check_ids))
        .group_by(SpotCheckItem.check_id)
    )
    return {check_id: Tally(*figures) for check_id, *figures in rows}


def read(user: User, check_id: int) -> SpotCheck:
    """With its items and their cases. Raises NotFound where *user* is not of supervision, nor heads the department."""
    check = db.session.scalar(
        select(SpotCheck)
        .where(
            SpotCheck.id == check_id,
            SpotCheck.estate_id.in_(user.estates_where(Permission.SPOT_CHECK))
            | SpotCheck.department_id.in_(user.headed_departments),
        )
        .options(
            joinedload(SpotCheck.estate),
            joinedload(SpotCheck.department),
            joinedload(SpotCheck.drawn_by),
            selectinload(SpotCheck.items).joinedload(SpotCheckItem.case).joinedload(Case.building),
            selectinload(SpotCheck.items).joinedload(SpotCheckItem.found_by),
        )
    )
    if check is None:
        raise NotFound
    return check


def handled(check: SpotCheck) -> tuple[int, int]:
    """Of a check of a department: how many of all that it was drawn from are handled by now, and how many there are."""
    members, _drawn = redraw(check)
    ids = [member.case_id for member in members]
    done = select(func.count()).where(
        # However many: a statement takes only so many parameters.
        Case.id.in_(bindparam("among", ids, unique=True, expanding=True, literal_execute=True)),
        Case.state.not_in(OPEN)
        | select(Resolution.id)
        .where(Resolution.case_id == Case.id, Resolution.round == Case.round, Resolution.undone_at.is_(None))
        .exists(),
    )
    return db.session.scalars(done).one(), len(members)


def visible(user: User, check: SpotCheck) -> set[int]:
    """Those of its cases that *user* may see; what is about them is drawn like any other, and not shown to them."""
    ids = [item.case_id for item in check.items]
    return set(db.session.scalars(select(Case.id).where(Case.id.in_(ids), visible_to(user))))


def item_of(user: User, check_id: int, item_id: int) -> SpotCheckItem:
    """One of those drawn. Raises NotFound out of scope, and for a case that *user* may not see."""
    check = read(user, check_id)
    seen = visible(user, check)
    found = next((item for item in check.items if item.id == item_id and item.case_id in seen), None)
    if found is None:
        raise NotFound
    return found


def lock_item(user: User, check_id: int, item_id: int) -> SpotCheckItem:
    """For a change, inside it: read afresh and held until the change ends. Raises NotFound as `item_of` does."""
    item_of(user, check_id, item_id)
    return db.session.scalars(
        select(SpotCheckItem)
        .where(SpotCheckItem.id == item_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the record says of what was drawn: the answer given, the revisits, and what anybody wrote of them."""

    result: str
    revisits: Sequence[Revisit]  # oldest first
    words: dict[int, str]  # by their id; empty once erased


def recorded(item: SpotCheckItem) -> Recorded:
    """Of the round drawn; of a whole case, of all its rounds, and the answer given last."""
    revisits = db.session.scalars(
        select(Revisit)
        .where(Revisit.case_id == item.case_id, _of(item, Revisit.round))
        .options(joinedload(Revisit.by), joinedload(Revisit.companion))
        .order_by(Revisit.id)
    ).all()
    answered = db.session.scalar(
        select(Resolution.words_id)
        .where(
            Resolution.case_id == item.case_id, _of(item, Resolution.round), Resolution.undone_at.is_(None)
        )
        .order_by(Resolution.id.desc())
        .limit(1)
    )
    wanted = {answered, item.words_id, *(revisit.words_id for revisit in revisits)}
    found = db.session.execute(select(Words.id, Words.text).where(Words.id.in_(wanted)))
    words = {row.id: row.text for row in found}
    return Recorded(words.get(answered or 0, ""), revisits, words)


def _of(item: SpotCheckItem, round: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return true() if item.round == WHOLE else round == item.round
