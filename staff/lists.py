"""A line of a list in words: what the components of the desk and of the register draw."""

from dataclasses import dataclass

from flask import url_for

from shared.cases.lifecycle import State
from shared.catalogues import gettext as _
from shared.deadlines.promises import Promise, PromiseState
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.register.rows import CaseRow
from shared.words import CATEGORIES, CHANNELS, KINDS, state_name

_CHIP = {
    State.REFERRED: PromiseState.PARKED,
    State.CLOSED: PromiseState.KEPT,
    State.ARCHIVED: PromiseState.KEPT,
    State.WITHDRAWN: PromiseState.ENDED,
}
_ASSIGNED_BY = {
    State.RECEIVED: "sorting",
    State.CLAIMED: "sorting",
    State.DISPATCHED: "dispatch",
    State.HANDLING: "dispatch",
}


@dataclass(frozen=True, slots=True)
class SmallPromise:
    """A promise in the width of a column: what is left first, what it is of beside it."""

    id: int
    state: str
    words: str
    name: str
    clause: str
    filled: int
    due_mark: int
    met_at: None = None


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    url: str
    number: str
    category: str
    place: str
    summary: str
    handler: str | None
    stage_label: str
    stage_state: str
    promise: SmallPromise | None
    claim_url: str  # empty: nothing to claim, or not for this person
    assign: str  # the act that gives it to a handler: `sorting`, `dispatch`, or empty
    version: int


def lines(rows: list[CaseRow], user: User, *, several_estates: bool = False) -> list[Line]:
    """The lines for *user*; with several estates each says which it belongs to."""
    register = url_for("staff.register")
    claims_at = set(user.estates_where(Permission.CASE_CLAIM))
    dispatches_at = set(user.estates_where(Permission.CASE_DISPATCH))
    return [
        _line(
            row,
            f"{register}/{row.number}",
            row.is_internal or row.estate_id in claims_at,
            row.estate_id in dispatches_at and not row.is_internal,
            several_estates,
        )
        for row in rows
    ]


def _line(row: CaseRow, url: str, may_claim: bool, may_dispatch: bool, several_estates: bool) -> Line:
    return Line(
        id=row.id,
        url=url,
        number=row.number,
        category=" · ".join(_marks(row)),
        place=_place(row, several_estates),
        summary=row.words or _without_words(row),
        handler=row.handler,
        stage_label=state_name(row.state),
        stage_state=_CHIP.get(row.state, ""),
        promise=small(row.promise) if row.promise else None,
        claim_url=f"{url}/claim" if may_claim and row.is_claimable else "",
        assign=_ASSIGNED_BY.get(row.state, "") if may_dispatch else "",
        version=row.version,
    )


def _without_words(row: CaseRow) -> str:
    if row.erased:
        return _("内容已到期删除。")
    if row.sealed:
        return _("内容已封存")
    return _("请回电，诉求人想在电话里说") if row.call_me else _("（没有文字）")


def case_url(number: str) -> str:
    """The address of a case's page (contract), on this face."""
    return f"{url_for('staff.register')}/{number}"


def _marks(row: CaseRow) -> list[str]:
    marks = [_("紧急")] if row.urgent else []
    if row.major:
        marks.append(_("重大"))
    if row.is_internal:
        marks.append(str(CHANNELS[row.channel]))
    if row.together:
        marks.append(_("群诉 %(n)s 件", n=row.together))
    if row.round > 1:
        marks.append(_("第 %(n)s 轮", n=row.round))
    return [*marks, str(KINDS[row.kind]), str(CATEGORIES[row.category])]


def _place(row: CaseRow, several_estates: bool) -> str:
    parts = [row.estate if several_estates else "", row.building or "", row.spot or ""]
    return " ".join(part for part in parts if part) or _("小区公共区域")


def small(promise: Promise) -> SmallPromise:
    """For a column: what is left first."""
    return SmallPromise(
        promise.id,
        promise.state,
        promise.standing,
        promise.name,
        promise.clause,
        promise.filled,
        promise.due_mark,
    )
