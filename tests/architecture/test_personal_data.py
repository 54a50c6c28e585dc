"""Whatever can hold words about a person is either erased with its case, or stands here with the reason why not."""

import pytest
from sqlalchemy import JSON, LargeBinary, String, Text

import shared.tables  # noqa: F401
from shared.database import Base
from shared.retention import erasure
from shared.sealing import Sealed

SHORT = 20  # codes, slugs, states: nobody writes about a person in them
# table → why its long columns are not personal, or go by another way.
KEPT = {
    "users": "staff",
    "staff_sessions": "staff",
    "invitations": "staff",
    "estates": "the estate's own",
    "buildings": "the estate's own",
    "spots": "the estate's own",
    "departments": "the estate's own",
    "policy_versions": "the rule book",
    "opening_hours": "the calendar",
    "calendar_days": "the calendar",
    "calendar_years": "the calendar",
    "notices": "published by staff",
    "screens": "the estate's own",
    "api_keys": "partners, by name and digest",
    "setting_changes": "staff, by id",
    "exports": "staff's reasons and filters, never what was searched for",
    "drafts": "sealed, gone after seven days",
    "throttles": "keyed digests, gone within a day or two",
    "outbox": "ids only, gone after ninety days",
    "heartbeats": "names of machines and of lines of the timetable, kinds of errors",
    "timeline": "ids, codes and digests only (T37)",
    "daily_roots": "digests",
    "deadlines": "how a limit was counted",
    "gradings": "clauses, counts and archive numbers",
    "incidents": "titles in staff's words, which name no owner",
    "incident_memberships": "codes of likeness",
    "special_reports": "archive numbers",
    "spot_checks": "a seed and a digest",
    "spot_check_items": "codes; the words stand in words",
    "attachments": "digests; the rows go with the photos",
    "private_links": "digests of what only the owner holds",
    "ratings": "codes; the words stand in words",
    "appeals": "codes; the words stand in words",
    "phrases": "templates in staff's words, which name no owner",
    "saved_views": "filters, never what was searched for",
    "units": "the estate's own",
    "assessment_entries": "about staff, with ids and codes for evidence; a personnel record, kept as such",
    "assessment_decisions": "about staff; a personnel record",
    "measures": "in staff's words, which name no owner",
    "trainings": "of staff",
    "lessons": "retold without anybody in it, and approved by a second person (CO-7)",
    "meetings": "of staff; owners' representatives are counted and not named",
    "reports": "figures and definitions",
    "duty_occurrences": "codes and dates",
    "export_jobs": "sealed, gone when the file expires",
}
CODES = {
    "inbound_mails": {"digest", "reason"},
    "messages": {"about", "detail", "reason"},
    "playbook_steps": {"step"},
}
OF_CASES_KEPT = {
    "seed",
    "reference",
    "last_hash",
    "clocks_parked",
}  # derived or digests; shows nothing by itself


def _can_hold_words(column: object) -> bool:
    kind = getattr(column, "type", None)
    if isinstance(kind, Text | JSON | LargeBinary | Sealed):
        return True
    return isinstance(kind, String) and (kind.length or 0) > SHORT


def _handled() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {
        model.__tablename__: {column.name for column in model.__table__.columns} for model in erasure.GONE
    }
    for model, empty in erasure.EMPTIED.items():
        found.setdefault(model.__tablename__, set()).update(empty)
    found["cases"] = {*erasure.OF_THE_CASE, *OF_CASES_KEPT}
    found["playbook_steps"] = found["handovers"] = {"note"}
    for table, codes in CODES.items():
        found.setdefault(table, set()).update(codes)
    return found


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_column_that_can_hold_words_is_erased_or_accounted_for(table: str) -> None:
    """T41: a new column comes here, or into `erasure`."""
    if table in KEPT:
        return
    columns = {c.name for c in Base.metadata.tables[table].columns if _can_hold_words(c)}
    assert columns - _handled().get(table, set()) == set()


def test_no_reason_is_given_for_a_table_that_is_not_there() -> None:
    assert set(KEPT) - set(Base.metadata.tables) == set()
