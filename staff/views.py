"""Every module that puts a view on the staff face; importing this one mounts them all."""

from staff import (
    cases,
    context,
    desk,
    escalations,
    incident_acts,
    incident_decisions,
    incidents,
    mails,
    notices,
    operations,
    privacy,
    register,
    session,
    settings,
    welcome,
)

__all__ = [
    "cases",
    "context",
    "desk",
    "escalations",
    "incident_acts",
    "incident_decisions",
    "incidents",
    "mails",
    "notices",
    "operations",
    "privacy",
    "register",
    "session",
    "settings",
    "welcome",
]
