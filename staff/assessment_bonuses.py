"""What everybody's bonus of a month is (当月奖金): fines come from it, so somebody types it in, row by row (GZ-20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.assessment import bonuses, months, rulebook, wording
from shared.assessment.bonuses import MOST
from shared.database import transaction
from shared.errors import Refused
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_with
from shared.web import pages
from staff import assessment_asked, blueprint, estates
from staff.access import me, requires
from staff.assessment_filter import month_in_words

P = Permission


@dataclass(frozen=True, slots=True)
class BonusRow:
    """*stands* is what was set before, *seen* what stood there when the page was opened.

    *typed* is what the field holds, *error* what is wrong with that.
    """

    user: User
    stands: int | None
    typed: str
    seen: str
    error: str = ""

    @property
    def field(self) -> str:
        return f"bonus-{self.user.id}"

    @property
    def is_mine(self) -> bool:
        return self.user.id == me().id

    @property
    def amount(self) -> int | None:
        """What is to be set; nothing typed, or what stands already, is nothing new."""
        is_new = bool(self.typed) and self.typed != self.seen
        new = int(self.typed) if is_new and not self.error else None
        return None if new == self.stands else new


@blueprint.get("/assessment/bonuses")
@requires(P.BONUS_SET)
def assessment_bonuses() -> Any:
    estate = estates.chosen(P.BONUS_SET)
    return _page(estate, _rows(estate, assessment_asked.month(estate)))


@blueprint.post("/assessment/bonuses/setting")
@requires(P.BONUS_SET)
def assessment_bonuses_setting() -> BaseResponse:
    """All rows that were changed, or none where one of them cannot be read."""
    estate = estates.chosen(P.BONUS_SET)
    month = assessment_asked.month(estate)
    rows = _rows(estate, month, request.form)
    if any(row.error for row in rows):
        return _page(estate, rows, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    changed = [(row.user, row.amount) for row in rows if row.amount is not None and not row.is_mine]
    try:
        with transaction():
            for user, amount in changed:
                bonuses.set_bonus(estate, user, month, amount, by=me(), at=g.at)
    except Refused as refusal:
        return _page(estate, rows, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(ngettext("已保存 %(num)s 个人的奖金。", "已保存 %(num)s 个人的奖金。", len(changed)))
    return pages.see_other(url_for("staff.assessment_bonuses", estate=estate.slug, month=month))


def _rows(estate: Estate, month: int, typed: Mapping[str, str] | None = None) -> list[BonusRow]:
    people = people_with(list(Role), estate.id)
    set_before = bonuses.bonuses_of(estate.id, month, [user.id for user in people])
    return [
        _row(user, set_before[user.id].amount if user.id in set_before else None, typed) for user in people
    ]


def _row(user: User, stands: int | None, typed: Mapping[str, str] | None) -> BonusRow:
    known = "" if stands is None else str(stands)
    if typed is None:
        return BonusRow(user, stands, known, known)
    said, seen = typed.get(f"bonus-{user.id}", "").strip(), typed.get(f"seen-{user.id}", known)
    is_whole = said.isascii() and said.isdecimal() and len(said) <= len(str(MOST)) and int(said) <= MOST
    if said and not is_whole:
        return BonusRow(user, stands, said, seen, _("请填 0 到 %(most)s 的整数。", most=MOST))
    if said not in ("", seen, known) and seen != known:
        return BonusRow(user, stands, said, known, _("刚有别人填了 %(n)s，请核对后再存。", n=known))
    return BonusRow(user, stands, said, seen)


def _page(
    estate: Estate, rows: Sequence[BonusRow], *, status: int = HTTPStatus.OK, refusal: str = ""
) -> pages.Response:
    month = assessment_asked.month(estate)
    is_last = month >= months.month_of(g.at, estate.zone)
    return pages.render(
        "staff/assessment/bonuses.html",
        status=status,
        of_estate=estate,
        month=month_in_words(month),
        month_number=month,
        rows=rows,
        unit=str(wording.UNITS[rulebook.unit_at(estate, g.at)]),
        errors=[
            (row.field, _("%(what)s：%(name)s", what=row.user.name, name=row.error))
            for row in rows
            if row.error
        ],
        refusal=refusal,
        has_errors=bool(refusal) or any(row.error for row in rows),
        before_url=_address(estate, months.before(month)),
        after_url="" if is_last else _address(estate, months.after(month)),
        back_url=url_for("staff.assessment", estate=estate.slug),
    )


def _address(estate: Estate, month: int) -> str:
    return url_for("staff.assessment_bonuses", estate=estate.slug, month=month)
