"""Every module that adds addresses to the portal; importing this one adds them all."""

from portal import home, internal, notices, offline, policy, privacy, switches
from portal.filing import autosave, photos, receipt, steps
from portal.tracking import (
    acts,
    appeal,
    files,
    lookup,
    my_data,
    owner_page,
    proposal,
    rating,
    receipt_picture,
    unlock,
    urge,
)

__all__ = [
    "acts",
    "appeal",
    "autosave",
    "files",
    "home",
    "internal",
    "lookup",
    "my_data",
    "notices",
    "offline",
    "owner_page",
    "photos",
    "policy",
    "privacy",
    "proposal",
    "rating",
    "receipt",
    "receipt_picture",
    "steps",
    "switches",
    "unlock",
    "urge",
]
