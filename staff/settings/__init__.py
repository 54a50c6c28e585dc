"""Settings (设置): what managers change while the desk runs; one module per section, each listed in `sections`."""

from staff.settings import (
    api_keys,
    calendar,
    calendar_days,
    calendar_hours,
    calendar_years,
    clauses,
    index,
    leave,
    policies,
    publication,
    quiet,
    retention,
    roster,
    routing,
    screens,
    spots,
)

__all__ = [
    "api_keys",
    "calendar",
    "calendar_days",
    "calendar_hours",
    "calendar_years",
    "clauses",
    "index",
    "leave",
    "policies",
    "publication",
    "quiet",
    "retention",
    "roster",
    "routing",
    "screens",
    "spots",
]
