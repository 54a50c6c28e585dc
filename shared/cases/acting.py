"""The one way a case changes: check the table, move the state, write the timeline, publish."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from shared import events, sealing
from shared.audit import timeline
from shared.audit.models import TimelineRow
from shared.cases import internal_reports, lifecycle, participation
from shared.cases.events import CaseTouched
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Words
from shared.database import db, rewrite
from shared.errors import Refused
from shared.identity.models import User
from shared.words import act_name, state_name


def refuse_unless(condition: bool, message: str, clause: str | None = None) -> None:
    """Raise Refused with *message* unless *condition* holds."""
    if not condition:
        raise Refused(message, clause)


def _next_state(case: Case, act: Act) -> State:
    before = State(case.state_before_referral) if case.state_before_referral else None
    after = lifecycle.after(case.stage, act, before_referral=before, internal=case.is_internal)
    if after is None:
        raise Refused(
            _(
                "这件诉求现在是“%(state)s”，不能再做“%(act)s”。",
                state=state_name(case.stage),
                act=act_name(act),
            )
        )
    return after


def write_words(case: Case, text: str, *, public: bool) -> tuple[int | None, dict[str, Any]]:
    """Keep *text* in an erasable row; gives its id, and what the timeline holds of it. Nothing said: no row.

    *public* words are read by the owner; a public act may carry words that are not.
    """
    said = text.strip()
    if not said:
        return None, {}
    words = Words(case_id=case.id, text=said, public=public)
    db.session.add(words)
    db.session.flush()
    return words.id, {"words": words.id, "digest": sealing.digest(said).hex()}


def words_of(words_id: int | None) -> str:
    """What stands in that row; empty where nothing was said, or it has been erased."""
    words = db.session.get(Words, words_id) if words_id else None
    return words.text if words else ""


def perform(
    case: Case,
    act: Act,
    *,
    by: User | None,
    at: datetime,
    public: bool,
    data: Mapping[str, Any] | None = None,
) -> TimelineRow:
    """Do *act* on a case that the caller has locked.

    *by* is None for the reporting party. *public* rows are shown to the owner. *data* holds ids and codes only.
    Raises Refused when the table does not allow it, or the case is about *by*.
    """
    if by is not None and participation.is_about(case, by):
        raise Refused(_("这件诉求涉及您本人或您的部门，您不能办理。"))
    if by is not None and case.is_internal and not internal_reports.is_kept_by(case, by):
        raise Refused(_("内部反映只由督导办理。"), "CO-M5")
    if case.erased_at is not None and act not in lifecycle.AFTER_ERASURE:
        raise Refused(_("这件诉求的内容已经删除，不能再办理。"))
    case.state = _next_state(case, act)
    case.version += 1
    case.changed_at = at
    row = timeline.append(case, act, at=at, actor_id=by.id if by else None, public=public, data=data or {})
    rewrite(case)
    events.publish(CaseTouched(case.id))
    return row
