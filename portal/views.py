"""Every module that adds addresses to the portal; importing this one adds them all."""

from portal import home, internal, notices, policy, privacy, switches
from portal.filing import autosave, photos, receipt, steps
from portal.tracking import acts, files, lookup, owner_page, unlock

__all__ = [
    "acts",
    "autosave",
    "files",
    "home",
    "internal",
    "lookup",
    "notices",
    "owner_page",
    "photos",
    "policy",
    "privacy",
    "receipt",
    "steps",
    "switches",
    "unlock",
]
