"""The privacy notice by its version: a case says under which one it was filed (PIPL 17)."""

CURRENT = "2026-11"
