"""Clocks: what must be done by when, derived from the timeline, stored, watched."""
